import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunLogEntry } from "@dagwright/model";

/** What one attempt to write came to; see {@link EventOutboxOptions.write}. */
export type WriteVerdict =
  | { readonly kind: "written" }
  /** The run is no longer this worker's: nothing may be written any more. */
  | { readonly kind: "refused"; readonly error: unknown }
  /** The database is away or in trouble: the same batch is sent again. */
  | { readonly kind: "retry"; readonly error: unknown };

export interface OutboxBatch {
  readonly batchId: string;
  readonly entries: readonly RunLogEntry[];
}

export interface EventOutboxOptions {
  /** Writes one batch in one transaction. A batch that is sent again has the same id. Never rejects. */
  readonly write: (batch: OutboxBatch) => Promise<WriteVerdict>;
  /** Told once after the last attempt, when the run was refused. */
  readonly onRefused: (error: unknown) => void;
  readonly onWritten: (batch: OutboxBatch) => void;
  readonly onRetry?: (error: unknown, attempt: number) => void;
  /** Within what time an entry should be written, the writing included; default 20 ms. */
  readonly withinMs?: number;
  /** Default 500 rows. */
  readonly maxBatchEntries?: number;
}

/** Characters of text after which a batch is full, whatever its number of rows: a megabyte per log line is legal. */
const maxBatchWeight = 4 * 1024 * 1024;
/** For the entry's way here from user code's thread, and for timers, which come up to a millisecond late. */
const marginMs = 3;
/** What writing a batch is thought to take before one was written. */
const firstGuessMs = 4;
const retryDelaysMs = [20, 50, 100, 200, 400, 800, 1000] as const;

/** What an entry counts for in bounds of memory, in characters. An estimate: the text that people write, and a flat rate for the rest. */
export const entryWeight = (entry: RunLogEntry): number => 200 + entry.message.length;

/**
 * Collects a run's entries and writes them in order, one multi-row batch at a time. A batch is sent when it has 500 rows, and early enough for its first entry to be
 * written within 20 ms, as far as the time that the last batches took foretells: what a killed worker takes with it is no older than that.
 *
 * Invariants: (1) at most one batch is in flight; (2) a batch is settled, or refused, before the next is sent, so the log is always a gap-free prefix;
 * (3) after a refusal nothing is sent.
 */
export class EventOutbox {
  readonly #options: EventOutboxOptions;
  #pending: RunLogEntry[] = [];
  #timer: NodeJS.Timeout | null = null;
  #drain: Promise<void> | null = null;
  #closed = false;
  /** Since when the first entry that is not on its way has been waiting. */
  #waitingSince: number | null = null;
  #writeMs = firstGuessMs;

  constructor(options: EventOutboxOptions) {
    this.#options = options;
  }

  /** Entries that are not yet known to be written. */
  get pending(): number {
    return this.#pending.length;
  }

  push(entry: RunLogEntry): void {
    if (this.#closed) return;
    this.#pending.push(entry);
    this.#waitingSince ??= performance.now();
    if (this.#drain !== null) return;
    if (this.#pending.length >= this.#maxEntries) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#patienceMs());
  }

  /** Resolves when all that was pushed before is written, or the run was refused. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#pending.length > 0 && !this.#closed) {
      this.#drain ??= this.#writeNext();
      await this.#drain;
    }
  }

  /** Sends nothing more; a batch that waits for its next try is given up. */
  close(): void {
    this.#closed = true;
    this.#pending = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #writeNext(): Promise<void> {
    const batch = { batchId: randomUUID(), entries: this.#pending.slice(0, this.#batchLength()) };
    if (batch.entries.length === this.#pending.length) this.#waitingSince = null;
    const sentAt = performance.now();
    const written = await this.#writeUntilSettled(batch);
    this.#writeMs += (performance.now() - sentAt - this.#writeMs) / 4;
    if (written) {
      this.#pending.splice(0, batch.entries.length);
      this.#options.onWritten(batch);
    }
    this.#drain = null;
    if (this.#pending.length > 0 && !this.#closed) {
      this.#timer ??= setTimeout(() => void this.flush(), this.#pending.length >= this.#maxEntries ? 0 : this.#patienceMs());
    }
  }

  /** How long the first entry that waits may go on waiting for company. */
  #patienceMs(): number {
    const waitedMs = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
    return Math.max(0, (this.#options.withinMs ?? 20) - marginMs - this.#writeMs - waitedMs);
  }

  async #writeUntilSettled(batch: OutboxBatch): Promise<boolean> {
    for (let attempt = 1; !this.#closed; attempt++) {
      const verdict = await this.#options.write(batch);
      if (verdict.kind === "written") return true;
      if (verdict.kind === "refused") {
        if (this.#closed) return false;
        this.close();
        this.#options.onRefused(verdict.error);
        return false;
      }
      this.#options.onRetry?.(verdict.error, attempt);
      await sleep(retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1]);
    }
    return false;
  }

  #batchLength(): number {
    let weight = 0;
    const limit = Math.min(this.#pending.length, this.#maxEntries);
    for (let length = 0; length < limit; length++) {
      weight += entryWeight(this.#pending[length] as RunLogEntry);
      if (weight > maxBatchWeight) return Math.max(length, 1);
    }
    return limit;
  }

  get #maxEntries(): number {
    return this.#options.maxBatchEntries ?? 500;
  }
}
