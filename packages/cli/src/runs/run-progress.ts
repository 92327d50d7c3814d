import { styleText } from "node:util";
import type { RunLogEntry, SerializedError } from "@dagwright/model";
import { formatDuration } from "../terminal/moment.ts";

/** An entry of a run's log as the command line shows it, wherever it comes from. */
export interface ProgressEntry {
  /** `LOG_LINE` for what user code logged, else the event's type. */
  readonly type: string;
  readonly atMs: number;
  readonly level: string;
  readonly stepKey: string | null;
  readonly message: string;
  /** What was thrown, with stack and causes, as lines. */
  readonly error: readonly string[];
}

/** Entries that tell a person little while a run goes on. */
const quiet = new Set([
  "STEP_OUTPUT",
  "STEP_WORKER_STARTING",
  "STEP_WORKER_STARTED",
  "RESOURCE_INIT_STARTED",
  "RESOURCE_INIT_SUCCESS",
  "STEP_INPUT",
  "LOADED_INPUT",
  "HANDLED_OUTPUT",
  "LOGS_CAPTURED",
  "ASSET_MATERIALIZATION_PLANNED",
  "RUN_ENQUEUED",
  "RUN_DEQUEUED",
]);

const endings: Readonly<Record<string, "SUCCESS" | "FAILURE" | "CANCELED">> = {
  RUN_SUCCESS: "SUCCESS",
  RUN_FAILURE: "FAILURE",
  RUN_CANCELED: "CANCELED",
};

/** The status that a run has after such an entry, when that is its last. */
export const endingOf = (type: string): "SUCCESS" | "FAILURE" | "CANCELED" | null => endings[type] ?? null;

export const statusStyle = (status: string): "green" | "red" | "yellow" | "cyan" =>
  status === "SUCCESS" ? "green" : status === "FAILURE" ? "red" : status.startsWith("CANCEL") ? "yellow" : "cyan";

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;
const paintForStdout: Paint = (style, text) => styleText(style, text, { stream: process.stdout });

export interface RunProgressOptions {
  /** Every entry, as a log; otherwise what tells how the run goes. Default false. */
  readonly isComplete?: boolean;
  /** Default: for stdout. */
  readonly paint?: Paint;
}

/** Turns a run's log into lines for people, as it grows. */
export class RunProgress {
  readonly #print: (line: string) => void;
  readonly #paint: Paint;
  readonly #isComplete: boolean;
  #beganAtMs: number | null = null;
  #stepWidth = 16;
  #hasShownError = false;

  constructor(print: (line: string) => void, { isComplete = false, paint = paintForStdout }: RunProgressOptions = {}) {
    this.#print = print;
    this.#paint = paint;
    this.#isComplete = isComplete;
  }

  show(entry: ProgressEntry): void {
    this.#beganAtMs ??= entry.atMs;
    if (!this.#isComplete && quiet.has(entry.type)) return;
    const since = `+${formatDuration(entry.atMs - this.#beganAtMs)}`.padStart(9);
    this.#stepWidth = Math.min(40, Math.max(this.#stepWidth, entry.stepKey?.length ?? 0));
    const step = entry.stepKey === null ? "" : `${this.#paint("cyan", entry.stepKey.padEnd(this.#stepWidth))}  `;
    const [first = "", ...more] = entry.message.split("\n");
    this.#print(`${this.#paint("dim", since)}  ${step}${this.#styled(entry, first)}`);
    for (const line of more) this.#print(`${" ".repeat(11)}${this.#styled(entry, line)}`);
    // The run's failure repeats what its step has said, and some entries have the error's whole text as theirs.
    const isTold = (entry.type === "RUN_FAILURE" && this.#hasShownError) || isWithin(entry.error, entry.message);
    if (entry.error.length > 0 && !isTold) {
      for (const line of entry.error) this.#print(`${" ".repeat(11)}${this.#paint("red", line)}`);
      this.#hasShownError = true;
    }
  }

  #styled({ type, level }: ProgressEntry, text: string): string {
    if (level === "ERROR" || level === "CRITICAL") return this.#paint("red", text);
    if (level === "WARNING") return this.#paint("yellow", text);
    if (type === "RUN_SUCCESS") return this.#paint("green", text);
    return text;
  }
}

/** An entry as storage and engine have it. */
export function toProgressEntry(entry: RunLogEntry): ProgressEntry {
  const { type, atMs, stepKey, message } = entry;
  const error = "error" in entry && entry.error !== null ? describeError(entry.error) : [];
  return { type, atMs, stepKey, message, error, level: levelOf(entry) };
}

/** Whether an error is no more than the end of a message. */
const isWithin = (error: readonly string[], message: string): boolean =>
  error.length > 0 && message.endsWith(error.join("\n").replace(/^\w+: /, ""));

function levelOf(entry: RunLogEntry): string {
  if (entry.type === "LOG_LINE") return entry.level;
  if (entry.type === "ASSET_CHECK_EVALUATION" && !entry.success) return entry.severity === "ERROR" ? "ERROR" : "WARNING";
  return /FAILURE|FAILED|ERRORED/.test(entry.type) ? "ERROR" : entry.type === "STEP_UP_FOR_RETRY" ? "WARNING" : "INFO";
}

/** An error, its stack and its causes as lines. */
export function describeError(error: SerializedError): string[] {
  const own = [...`${error.name}: ${error.message}`.split("\n"), ...error.stack.map((line) => `  ${line.trim()}`)];
  if (error.cause === undefined) return own;
  const [first = "", ...rest] = describeError(error.cause);
  return [...own, `caused by ${first}`, ...rest];
}
