import type { ProgressEntry } from "../runs/run-progress.ts";

/** What is asked of each entry of a run's log. */
export const logMessageFields = `
  __typename
  ... on MessageEvent { message level stepKey timestamp eventType }
  ... on ExecutionStepFailureEvent { error { ...Thrown } }
  ... on ExecutionStepUpForRetryEvent { error { ...Thrown } }
  ... on RunFailureEvent { error { ...Thrown } }
  ... on ResourceInitFailureEvent { error { ...Thrown } }
  ... on EngineEvent { error { ...Thrown } }
`.replaceAll("...Thrown", "message stack errorChain { error { message stack } }");

export interface LogMessage {
  readonly message: string;
  readonly level: string;
  readonly stepKey: string | null;
  /** Milliseconds. */
  readonly timestamp: string;
  /** Null for what user code logged. */
  readonly eventType: string | null;
  readonly error?: (ThrownError & { readonly errorChain: readonly { readonly error: ThrownError }[] }) | null;
}

interface ThrownError {
  readonly message: string;
  readonly stack: readonly string[];
}

export function toProgressEntry({ message, level, stepKey, timestamp, eventType, error }: LogMessage): ProgressEntry {
  const thrown = error === null || error === undefined ? [] : [error, ...error.errorChain.map((link) => link.error)];
  return {
    type: eventType ?? "LOG_LINE",
    atMs: Number(timestamp),
    level,
    stepKey,
    message,
    error: thrown.flatMap(({ message: text, stack }, index) => [
      ...`${index === 0 ? "" : "caused by "}${text.trimEnd()}`.split("\n"),
      ...stack.map((line) => `  ${line.trim()}`),
    ]),
  };
}
