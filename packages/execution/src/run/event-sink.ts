import type { RunLogEntry } from "@dagwright/model";

/** Takes a run's entries in the order in which they happen. */
export interface EventSink {
  /** Must be cheap and must not throw: it is called for every event of every step. */
  emit(entry: RunLogEntry): void;
  /** Called right before user code gets the thread, perhaps for long: what was emitted should be under way. */
  beforeUserCode?(): void;
  /** Resolves when everything emitted so far is where it should be. */
  flush(): Promise<void>;
}
