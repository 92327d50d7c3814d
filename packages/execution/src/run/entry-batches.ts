import type { RunLogEntry } from "@dagwright/model";

/**
 * Hands over what a run emits in batches, because each message to another thread or process costs more than its entry does. Nothing waits
 * for user code to give the thread back: whoever calls user code calls {@link flush} first, and what that logs goes out at once.
 */
export class EntryBatches {
  readonly #send: (entries: readonly RunLogEntry[]) => void;
  #entries: RunLogEntry[] = [];
  #isScheduled = false;

  constructor(send: (entries: readonly RunLogEntry[]) => void) {
    this.#send = send;
  }

  emit(entry: RunLogEntry): void {
    this.#entries.push(entry);
    if (urgent.has(entry.type) || this.#entries.length >= mostEntries) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  flush(): void {
    const entries = this.take();
    if (entries.length > 0) this.#send(entries);
  }

  /** What has not been sent, for a message that takes it along. */
  take(): readonly RunLogEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

/** User code is at work when they come, or gets the thread next: it may be the last entry before ten busy minutes. */
const urgent: ReadonlySet<RunLogEntry["type"]> = new Set(["LOG_LINE", "RESOURCE_INIT_STARTED"]);

/** So that a loop that never leaves the thread does not keep them all. */
const mostEntries = 100;
