import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ProgramSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const cli = new URL("../../packages/cli/src/main.ts", import.meta.url).pathname;

/** One process of a stack: `dagwright` with some command. Tests may kill it and start it again. */
export class Program implements AsyncDisposable {
  readonly name: string;
  /** Everything it printed, over all its lives. */
  readonly lines: string[] = [];
  readonly #spec: ProgramSpec;
  readonly #waiting = new Set<() => void>();
  #child: ChildProcess | null = null;
  #readyUrl: string | null = null;

  constructor(spec: ProgramSpec) {
    this.name = spec.name;
    this.#spec = spec;
  }

  /** Starts it and waits until it says that it serves; answers the address that it told. */
  async start(): Promise<string> {
    this.#readyUrl = null;
    const { args, cwd, env } = this.#spec;
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.#child = child;
    for (const input of [child.stdout, child.stderr]) {
      if (input) createInterface({ input }).on("line", (line) => this.#notice(() => this.lines.push(line)));
    }
    child.on("message", (message: { kind?: string; url?: string }) => {
      if (message.kind === "ready") this.#notice(() => (this.#readyUrl = message.url ?? ""));
    });
    child.on("exit", () => this.#notice(() => this.#child === child && (this.#child = null)));
    await this.until("it serves", () => this.#readyUrl !== null || this.#child === null);
    if (this.#readyUrl === null) throw new Error(`${this.name} ended before it served:\n${this.lines.join("\n")}`);
    return this.#readyUrl;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run:\n${this.lines.slice(-20).join("\n")}`);
    return pid;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Sends a signal and waits for the end. SIGKILL by default: no chance to tidy up. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Until it has ended by itself. */
  async untilEnded(): Promise<void> {
    await this.until("it ends", () => !this.isRunning);
  }

  /** As when its machine does not get to it for a while: it comes back as the process that it was. */
  pause(isPaused: boolean): void {
    process.kill(-this.pid, isPaused ? "SIGSTOP" : "SIGCONT");
  }

  /** Until it printed such a line, in this or an earlier life. */
  async untilLine(pattern: RegExp, timeoutMs?: number): Promise<string> {
    await this.until(`it prints ${pattern}`, () => this.lines.some((line) => pattern.test(line)), timeoutMs);
    return this.lines.find((line) => pattern.test(line)) ?? "";
  }

  async until(what: string, isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
    if (isSo()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (isSo()) resolve();
    };
    this.#waiting.add(check);
    const timer = setTimeout(
      () => reject(new Error(`${this.name}: not within ${timeoutMs} ms: ${what}\n${this.lines.slice(-40).join("\n")}`)),
      timeoutMs,
    );
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await this.kill("SIGTERM");
    clearTimeout(timer);
  }

  #notice(change: () => unknown): void {
    change();
    for (const check of this.#waiting) check();
  }
}
