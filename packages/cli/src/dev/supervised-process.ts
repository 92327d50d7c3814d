import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isReadyMessage, type ReadyMessage } from "./ready.ts";

/** A program that `dagwright dev` keeps running. */
export interface ProcessSpec {
  /** Shown before each of its lines, e.g. `webserver`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface SupervisionOptions {
  readonly onLine: (name: string, line: string, stream: "stdout" | "stderr") => void;
  /** Told when it ended without being asked to, before it is started again. */
  readonly onCrash: (name: string, how: string, restartInMs: number) => void;
  /** Told whenever it says that it serves; again after each restart. */
  readonly onReady?: (message: ReadyMessage) => void;
  /** How long it may take to drain after SIGTERM before it is killed. Default 10 s. */
  readonly drainMs?: number;
}

/** A program under supervision: started again, ever more slowly, when it ends by itself. Disposing drains it with SIGTERM, then kills it. */
export interface SupervisedProcess extends AsyncDisposable {
  readonly name: string;
  pid(): number | undefined;
}

const slowestRestartMs = 15_000;
const stableAfterMs = 30_000;

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches only the supervisor, which then stops all in order.
 * It gets a channel to the supervisor: when the supervisor dies, even by SIGKILL, the channel closes and the program knows that it is alone.
 */
export function superviseProcess(
  spec: ProcessSpec,
  { onLine, onCrash, onReady, drainMs = 10_000 }: SupervisionOptions,
): SupervisedProcess {
  let child: ChildProcess | null = null;
  let stopping = false;
  let crashes = 0;
  let restart: NodeJS.Timeout | null = null;
  let ended: Promise<void> = Promise.resolve();

  const start = () => {
    const startedAt = performance.now();
    const started = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    child = started;
    for (const [stream, input] of [
      ["stdout", started.stdout],
      ["stderr", started.stderr],
    ] as const) {
      if (input !== null) createInterface({ input }).on("line", (line) => onLine(spec.name, line, stream));
    }
    started.on("message", (message) => {
      if (isReadyMessage(message)) onReady?.(message);
    });
    ended = new Promise((resolve) => {
      const onEnd = (how: string) => {
        child = null;
        resolve();
        if (stopping) return;
        crashes = performance.now() - startedAt > stableAfterMs ? 1 : crashes + 1;
        const delayMs = Math.min(250 * 2 ** (crashes - 1), slowestRestartMs);
        onCrash(spec.name, how, delayMs);
        restart = setTimeout(start, delayMs);
      };
      started.once("error", (error) => onEnd(`could not be started: ${error.message}`));
      started.once("exit", (code, signal) => onEnd(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  };
  start();

  return {
    name: spec.name,
    pid: () => child?.pid,
    async [Symbol.asyncDispose]() {
      stopping = true;
      if (restart !== null) clearTimeout(restart);
      const running = child;
      if (running === null) return;
      running.kill("SIGTERM");
      const impatience = setTimeout(() => running.kill("SIGKILL"), drainMs);
      await ended;
      clearTimeout(impatience);
    },
  };
}
