import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export interface Printed {
  readonly exitCode: number | null;
  /** Stdout and stderr in the order of their arrival. */
  readonly output: string;
}

/** A shell of somebody who types a README's commands: it keeps its folder and what was exported. */
export class Terminal {
  #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = { ...env };
  }

  async run(command: string): Promise<Printed> {
    const folder = /^cd (\S+)$/.exec(command)?.[1];
    if (folder !== undefined) {
      this.#folder = resolve(this.#folder, folder);
      return { exitCode: 0, output: "" };
    }
    if (command.startsWith("export ")) {
      for (const [, name = "", value = ""] of command.matchAll(/(\w+)=(\S+)/g)) this.#env[name] = value;
      return { exitCode: 0, output: "" };
    }
    const child = this.#spawn(command);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [exitCode] = (await once(child, "close")) as [number | null];
    return { exitCode, output };
  }

  /** Starts what stays up, and waits until it has printed something that is enough. */
  async start(command: string, isEnough: (output: string) => boolean): Promise<AsyncDisposable> {
    const child = this.#spawn(`exec ${command}`);
    const ended = once(child, "close");
    let output = "";
    const { promise, resolve: done, reject } = Promise.withResolvers<void>();
    const isLate = setTimeout(() => reject(new Error(`${command} has only printed:\n${output}`)), 60_000);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (isEnough(output)) done();
      });
    void ended.then(() => reject(new Error(`${command} ended:\n${output}`)));
    // As a terminal sends Ctrl-C: to the whole group.
    const interrupt = async (): Promise<void> => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGINT");
      await ended;
    };
    try {
      await promise;
    } catch (error) {
      await interrupt();
      throw error;
    } finally {
      clearTimeout(isLate);
    }
    return { [Symbol.asyncDispose]: interrupt };
  }

  #spawn(command: string) {
    return spawn("sh", ["-c", command], { cwd: this.#folder, env: this.#env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  }
}
