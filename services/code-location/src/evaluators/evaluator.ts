import { type ChildProcess, fork } from "node:child_process";
import type { EvaluatorMethod, EvaluatorReply } from "@dagwright/worker/protocol";

export interface EvaluatorOptions {
  readonly program: string;
  readonly home: string;
  /** Null: there is no instance. */
  readonly instanceHome: string | null;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What user code writes while it is loaded and evaluated, line by line. */
  readonly onOutput: (line: string) => void;
}

export type EvaluatorError = Extract<EvaluatorReply, { readonly error: unknown }>["error"];
export type EvaluatorAnswer = { readonly result: unknown } | { readonly error: EvaluatorError };

/** One process that has imported a generation and evaluates its functions, several at once. */
export interface Evaluator {
  readonly pid: number | undefined;
  /** How it ended, once it has. */
  readonly exited: Promise<string>;
  /** The end of what it wrote to stderr. */
  lastWords(): string;
  /** Answers through `onAnswer`, once, or never when the process ends first. @returns the request's id */
  send(method: EvaluatorMethod, params: unknown, onAnswer: (answer: EvaluatorAnswer) => void): number;
  abort(id: number): void;
  /** Called when the process has turned its event loop since; never when it is stuck. */
  ping(onPong: () => void): void;
  kill(): void;
}

/** Requests that no version of the program knows are answered too, with an error: that is all a ping needs. */
const pingMethod = "ping" as EvaluatorMethod;
const lastWordsBytes = 4_000;

export function startEvaluator({
  program,
  home,
  instanceHome,
  workingDirectory,
  environment,
  onOutput,
}: EvaluatorOptions): Evaluator {
  const elsewhere = instanceHome === home ? [] : ["--instance-home", instanceHome ?? ""];
  const child: ChildProcess = fork(program, ["--home", home, ...elsewhere], {
    cwd: workingDirectory,
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  const waiting = new Map<number, (answer: EvaluatorAnswer) => void>();
  let nextId = 1;
  let lastWords = "";

  child.on("message", (message: EvaluatorReply) => {
    const onAnswer = waiting.get(message.id);
    waiting.delete(message.id);
    onAnswer?.(message);
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => text.split("\n").filter(Boolean).forEach(onOutput));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsBytes);
    text.split("\n").filter(Boolean).forEach(onOutput);
  });
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    // `close` comes after the pipes have been read to their end; a grandchild may hold them open, so it is not waited for long.
    child.once("exit", (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const patience = setTimeout(() => resolve(how), 100);
      child.once("close", () => {
        clearTimeout(patience);
        resolve(how);
      });
    });
  });

  const send = (message: object): void => {
    // A process that has just ended answers nothing more; `exited` tells.
    if (child.connected) child.send(message, () => undefined);
  };
  const request = (method: EvaluatorMethod, params: unknown, onAnswer: (answer: EvaluatorAnswer) => void): number => {
    const id = nextId++;
    waiting.set(id, onAnswer);
    send({ id, method, params });
    return id;
  };

  return {
    pid: child.pid,
    exited,
    lastWords: () => lastWords.trim(),
    send: request,
    abort: (id) => send({ abort: id }),
    ping(onPong) {
      request(pingMethod, null, onPong);
    },
    kill() {
      child.kill("SIGKILL");
    },
  };
}
