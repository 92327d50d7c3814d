import { AsyncLocalStorage } from "node:async_hooks";
import type { RunId, RunLogEntry, SecretMask, StepKey } from "@dagwright/model";
import { type ComputeLogSink, type ComputeLogWriter, type LogStream, stepLogKey } from "../compute-logs/compute-log-sink.ts";
import { fileKeyOfStep } from "../compute-logs/file-key.ts";
import { SecretFilter } from "../compute-logs/secret-filter.ts";
import { computeLogsBroke } from "./compute-logs-broke.ts";

export interface StepConsoleOptions {
  readonly runId: RunId;
  readonly computeLogs: ComputeLogSink;
  /** Hidden in all that is kept. */
  readonly secrets: SecretMask;
  readonly emit: (entry: RunLogEntry) => void;
}

const streams = ["stdout", "stderr"] as const satisfies readonly LogStream[];

/**
 * What steps that run at the same time in one process write to its stdout and stderr, each in its step's own compute logs: told apart by
 * the asynchronous context in which `process.stdout` and `console` are called. What their child processes write to an inherited output
 * carries no context and stays with the process.
 */
export class StepConsole implements Disposable {
  readonly #options: StepConsoleOptions;
  readonly #current = new AsyncLocalStorage<StepLog>();
  readonly #restore: (() => void)[] = [];

  constructor(options: StepConsoleOptions) {
    this.#options = options;
    for (const name of streams) {
      const stream = process[name];
      const { write } = stream;
      const own = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
        const log = this.#current.getStore();
        if (log === undefined || !log.isOpen) return (write as (...args: unknown[]) => boolean).call(stream, chunk, ...rest);
        const [encoding] = rest;
        log.write(name, typeof chunk === "string" ? Buffer.from(chunk, bufferEncoding(encoding)) : chunk);
        const written = rest.at(-1);
        if (typeof written === "function") process.nextTick(written as () => void);
        return true;
      }) as typeof stream.write;
      stream.write = own;
      this.#restore.push(() => {
        // Somebody may have put something else in its place meanwhile.
        if (stream.write === own) stream.write = write;
      });
    }
  }

  /** Runs a step; what it writes, and what it started writes meanwhile, is its own. */
  async during<T>(stepKey: StepKey, run: () => Promise<T>): Promise<T> {
    const { runId, computeLogs, secrets, emit } = this.#options;
    const fileKey = fileKeyOfStep(stepKey);
    const logKey = stepLogKey(runId, fileKey);
    const broken = (error: unknown): void => emit(computeLogsBroke(stepKey, error));
    let log: StepLog;
    try {
      log = new StepLog(computeLogs.open(logKey), secrets, broken);
    } catch (error) {
      // A full disk costs the logs, not the step.
      broken(error);
      return await run();
    }
    const { pid } = process;
    const message = `Capturing logs of step "${stepKey}" in process (pid: ${pid}).`;
    const atMs = Date.now();
    emit({ type: "LOGS_CAPTURED", atMs, stepKey: null, fileKey, logKey, stepKeys: [stepKey], externalUrl: null, pid, message });
    try {
      return await this.#current.run(log, run);
    } finally {
      log.close();
    }
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore.splice(0)) restore();
  }
}

/** The compute logs of one try of a step. */
class StepLog {
  #writer: ComputeLogWriter | null;
  readonly #filters: Readonly<Record<LogStream, SecretFilter>>;
  readonly #onBroken: (error: unknown) => void;

  constructor(writer: ComputeLogWriter, secrets: SecretMask, onBroken: (error: unknown) => void) {
    this.#writer = writer;
    this.#filters = { stdout: new SecretFilter(secrets), stderr: new SecretFilter(secrets) };
    this.#onBroken = onBroken;
  }

  /** After its end, what a step has left behind writes to the process's own outputs. */
  isOpen = true;

  write(stream: LogStream, bytes: Uint8Array): void {
    this.#use((writer) => writer.write(stream, this.#filters[stream].feed(bytes)));
  }

  close(): void {
    this.isOpen = false;
    for (const stream of streams) {
      const rest = this.#filters[stream].end();
      if (rest.byteLength > 0) this.#use((writer) => writer.write(stream, rest));
    }
    this.#use((writer) => writer.close());
  }

  #use(use: (writer: ComputeLogWriter) => void | Promise<void>): void {
    const broken = (error: unknown): void => {
      this.#writer = null;
      this.#onBroken(error);
    };
    if (this.#writer === null) return;
    try {
      const using = use(this.#writer);
      if (using instanceof Promise) using.catch(broken);
    } catch (error) {
      broken(error);
    }
  }
}

const bufferEncoding = (encoding: unknown): BufferEncoding =>
  typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8";
