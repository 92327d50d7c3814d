import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A Dagster code server as a deployment runs it, which a test may kill and start again. */
export class CodeServer implements AsyncDisposable {
  readonly #python: string;
  readonly #file: string;
  readonly #port: number;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  constructor(python: string, file: string, port: number, env: NodeJS.ProcessEnv) {
    this.#python = python;
    this.#file = file;
    this.#port = port;
    this.#env = env;
  }

  /** Resolves when its port takes connections. */
  async start(): Promise<void> {
    const args = [
      "code-server",
      "start",
      "-f",
      this.#file,
      "-d",
      dirname(this.#file),
      "-h",
      "localhost",
      "-p",
      String(this.#port),
    ];
    const child = spawn(this.#python, ["-W", "ignore", "-m", "dagster", ...args, "--location-name", "project"], {
      // A group of its own, with the server that it starts in turn.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...this.#env, PYTHONDONTWRITEBYTECODE: "1", DAGSTER_DISABLE_TELEMETRY: "1" },
    });
    this.#child = child;
    const complaints: string[] = [];
    child.stderr.on("data", (text: Buffer) => complaints.push(text.toString()));
    while (!(await this.#listens())) {
      if (child.exitCode !== null) throw new Error(`Dagster's code server has ended:\n${complaints.join("").slice(-4000)}`);
      await delay(100);
    }
  }

  /** As a machine does that loses its power. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /** Until it has ended by itself. */
  async untilEnded(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  /** As when its machine does not get to it for a while, or the network between loses all; it comes back as the server that it was. */
  pause(isPaused: boolean): void {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, isPaused ? "SIGSTOP" : "SIGCONT");
  }

  async #listens(): Promise<boolean> {
    const socket = connect(this.#port, "localhost");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
