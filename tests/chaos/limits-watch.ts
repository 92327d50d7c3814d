import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";

/** What may never be exceeded, not even for a moment. */
export interface Limits {
  readonly runs: number;
  readonly poolSlots: number;
}

const everyMs = 60;

/** Looks all the time whether limits hold. Each look is one statement and so one state that was committed. */
export class LimitsWatch {
  readonly #found = new Set<string>();
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;

  constructor(client: HarnessClient, limits: Limits) {
    this.#watching = this.#watch(client, limits);
  }

  async #watch(client: HarnessClient, limits: Limits): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const { rows } = await client.query<{ runs: string; pool: string | null; slots: string | null }>(`
          select (select count(*) from dagwright.runs where status in ('STARTING', 'STARTED', 'CANCELING')) as runs, p.pool, p.slots
          from (select 1) one left join (
            select pool, sum(slots) as slots from dagwright.pool_claims where fence is not null and lease_until > now() group by pool) p on true`);
        for (const { runs, pool, slots } of rows) {
          if (Number(runs) > limits.runs) this.#found.add(`more runs at once than ${limits.runs}`);
          if (Number(slots) > limits.poolSlots) this.#found.add(`more slots of pool ${pool} in use than ${limits.poolSlots}`);
        }
      } catch {
        // The database is away at times.
      }
      await delay(everyMs);
    }
  }

  /** Ends the watch; a sentence for each limit that did not hold. */
  async end(): Promise<readonly string[]> {
    this.#stop.abort();
    await this.#watching;
    return [...this.#found];
  }
}
