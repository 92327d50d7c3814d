import {
  type LogHandler,
  loggerConfigAt,
  type LogRecord,
  type ResolvedJob,
  type ResolvedRunConfig,
} from "@dagwright/definitions";
import type { LogLevel, RunLogEntry } from "@dagwright/model";
import { LoggerInitError } from "../errors.ts";
import { dispose } from "../resources/dispose.ts";
import type { RunData } from "../run/run-data.ts";
import { describeFailure } from "../steps/failure.ts";
import { consoleHandler } from "./console-logger.ts";

interface Opened {
  readonly name: string;
  readonly handler: LogHandler;
  isBroken: boolean;
}

/**
 * The loggers that a run uses besides its own log: those that its config names. They get the entries of all steps in the order of the
 * log, in the process that leads the run. One that throws is told of once, and gets nothing more.
 */
export class RunLoggers implements AsyncDisposable {
  readonly #run: RunData;
  readonly #opened: readonly Opened[];

  private constructor(run: RunData, opened: readonly Opened[]) {
    this.#run = run;
    this.#opened = opened;
  }

  /** @throws LoggerInitError */
  static async open(job: ResolvedJob, config: ResolvedRunConfig, run: RunData): Promise<RunLoggers> {
    const opened: Opened[] = [];
    const loggers = new RunLoggers(run, opened);
    for (const name of Object.keys(config.loggers)) {
      const definition = job.loggers.get(name);
      const given = loggerConfigAt(config, name);
      try {
        const { runId, jobName, tags } = run;
        const handler: unknown =
          definition === undefined
            ? consoleHandler(given)
            : await definition.init({ run: { id: runId, jobName, tags }, config: given as never });
        if (typeof handler !== "function") throw new TypeError("its init function gave no function that takes log records");
        opened.push({ name, handler: handler as LogHandler, isBroken: false });
      } catch (error) {
        await loggers[Symbol.asyncDispose]();
        throw new LoggerInitError(name, error);
      }
    }
    return loggers;
  }

  /** Hands an entry to the loggers; gives the entries that tell of their failures. */
  handle(entry: RunLogEntry): readonly RunLogEntry[] {
    if (this.#opened.length === 0) return [];
    const record = this.#recordOf(entry);
    const failures: RunLogEntry[] = [];
    for (const one of this.#opened) {
      if (one.isBroken) continue;
      try {
        one.handler(record);
      } catch (error) {
        one.isBroken = true;
        failures.push(failureOf(one.name, "failed and gets nothing more", error));
      }
    }
    return failures;
  }

  #recordOf(entry: RunLogEntry): LogRecord {
    const { runId, jobName } = this.#run;
    const { stepKey, message, atMs } = entry;
    const isLine = entry.type === "LOG_LINE";
    const level = isLine ? entry.level : levelOf(entry);
    return { level, message, at: new Date(atMs), runId, jobName, stepKey, event: isLine ? null : entry };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#opened.toReversed()) await dispose(one.handler).catch(() => undefined);
  }
}

/** Failures stand out; everything else that a run does is detail. */
const levelOf = ({ type }: RunLogEntry): LogLevel => (type.endsWith("_FAILURE") ? "ERROR" : "DEBUG");

const failureOf = (name: string, what: string, error: unknown): RunLogEntry => {
  const failure = describeFailure(error);
  return {
    type: "ENGINE_EVENT",
    atMs: Date.now(),
    stepKey: null,
    error: failure,
    metadata: {},
    markerStart: null,
    markerEnd: null,
    message: `Logger "${name}" ${what}: ${failure.message}`,
  };
};
