import type { RunLogEntry } from "@dagwright/model";

/** Takes a run's entries in the order in which they happen. */
export interface EventSink {
  /** Must be cheap and must not throw: it is called for every event of every step. */
  emit(entry: RunLogEntry): void;
  /** Resolves when everything emitted so far is where it should be. */
  flush(): Promise<void>;
}
