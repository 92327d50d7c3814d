import { performance } from "node:perf_hooks";
import type { Storage } from "@dagwright/storage";

/**
 * The database's time without asking it each time: its offset to this process's monotonic clock.
 *
 * A replica whose wall clock jumps is not misled, because the wall clock is never read. The offset is measured anew with every heartbeat.
 */
export class DatabaseClock {
  #offsetMs: number;

  constructor(databaseNowMs: number) {
    this.#offsetMs = databaseNowMs - performance.now();
  }

  /** Takes in a time that the database has just told. */
  observe(databaseNowMs: number): void {
    this.#offsetMs = databaseNowMs - performance.now();
  }

  nowMs(): number {
    return performance.now() + this.#offsetMs;
  }
}

export async function openDatabaseClock(storage: Storage, signal: AbortSignal): Promise<DatabaseClock> {
  return new DatabaseClock(await storage.nowMs({ signal }));
}
