import { setTimeout as delay } from "node:timers/promises";
import type { HarnessClient } from "./harness-client.ts";
import { findBroken, invariants } from "./invariants.ts";

/** What may never be exceeded, not even for a moment. */
export interface Limits {
  readonly runs: number;
  readonly poolSlots: number;
}

const limitsEveryMs = 60;
const invariantsEveryMs = 2_000;
const atEveryMoment = invariants.filter(({ holds }) => holds === "always");

/**
 * Looks all the time whether limits hold, and every now and then whether that does which holds not only at rest. Each look is one statement and so one
 * state that was committed.
 */
export class Watch {
  /** Aborted as soon as something has been found: nothing that comes after it makes it good. */
  readonly finding: AbortSignal;
  readonly #found = new Set<string>();
  readonly #finding = new AbortController();
  readonly #stop = new AbortController();
  readonly #watching: Promise<unknown>;

  constructor(client: HarnessClient, limits: Limits) {
    this.finding = this.#finding.signal;
    this.#watching = Promise.all([
      this.#every(limitsEveryMs, () => brokenLimits(client, limits)),
      this.#every(invariantsEveryMs, () => findBroken(client, atEveryMoment)),
    ]);
  }

  async #every(ms: number, look: () => Promise<readonly string[]>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // The database is away at times.
      const found = await look().catch(() => []);
      for (const sentence of found) this.#found.add(sentence);
      if (found.length > 0) this.#finding.abort();
      await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Ends the watch; a sentence for each thing that did not hold. */
  async end(): Promise<readonly string[]> {
    this.#stop.abort();
    await this.#watching;
    return [...this.#found];
  }
}

async function brokenLimits(client: HarnessClient, limits: Limits): Promise<readonly string[]> {
  const rows = await client.rows<{ runs: string; pool: string | null; slots: string | null }>(`
    select (select count(*) from dagwright.runs where status in ('STARTING', 'STARTED', 'CANCELING')) as runs, p.pool, p.slots
    from (select 1) one left join (
      select pool, sum(slots) as slots from dagwright.pool_claims where fence is not null and lease_until > now() group by pool) p on true`);
  return rows.flatMap(({ runs, pool, slots }) => [
    ...(Number(runs) > limits.runs ? [`more runs at once than ${limits.runs}`] : []),
    ...(Number(slots) > limits.poolSlots ? [`more slots of pool ${pool} in use than ${limits.poolSlots}`] : []),
  ]);
}
