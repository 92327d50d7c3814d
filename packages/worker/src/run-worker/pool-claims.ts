import type { PoolAsk } from "@dagwright/execution";
import { crashPoint, type StepKey } from "@dagwright/model";
import type { PoolClaimant, PoolStore } from "@dagwright/storage";
import type { PoolNews, PoolOrder } from "./engine-messages.ts";

export interface PoolClaimsOptions {
  readonly pools: PoolStore;
  readonly claimant: PoolClaimant;
  readonly tell: (news: PoolNews) => void;
  /** Gives one call to the database its deadline. */
  readonly call: <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  readonly log: (message: string) => void;
}

/** How often a step that waits says so again. Dagster's interval. */
const sayAgainMs = 300_000;
const retryMs = 500;

interface Wanted {
  readonly ask: PoolAsk;
  waitingSinceMs?: number;
  /** By this process's clock. */
  toldAtMs?: number;
}

/**
 * What one run has of concurrency pools, and what it waits for: asks the database in batches, hears there when slots come free, and keeps the
 * leases of both.
 *
 * Orders may overtake answers: a slot that is granted for a step that no longer wants it goes back.
 */
export class PoolClaims implements Disposable {
  readonly #options: PoolClaimsOptions;
  readonly #wanted = new Map<StepKey, Wanted>();
  /** With the fence of each; null: its pool has no limit. */
  readonly #held = new Map<StepKey, number | null>();
  /** With the fence under which they were held; null: they wait, or may have been granted just now. */
  readonly #toFree = new Map<StepKey, number | null>();
  /** Since when those have waited that gave up for now. */
  readonly #places = new Map<StepKey, number>();
  readonly #subscription: Disposable;
  #leaseUntil = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isWorking = false;
  #isClosed = false;

  constructor(options: PoolClaimsOptions) {
    this.#options = options;
    this.#subscription = options.pools.onWake(options.claimant.runId, () => this.#schedule());
  }

  hear(order: PoolOrder): void {
    if ("ask" in order) {
      const { stepKey } = order.ask;
      const place = this.#places.get(stepKey);
      this.#places.delete(stepKey);
      this.#wanted.set(stepKey, { ask: order.ask, ...(place !== undefined && { waitingSinceMs: place }) });
    } else this.#free(order.free);
    this.#schedule();
  }

  #free(stepKey: StepKey): void {
    const wanted = this.#wanted.get(stepKey);
    if (wanted !== undefined) {
      this.#wanted.delete(stepKey);
      this.#toFree.set(stepKey, null);
      if (wanted.waitingSinceMs !== undefined) this.#places.set(stepKey, wanted.waitingSinceMs);
      return;
    }
    const fence = this.#held.get(stepKey);
    this.#held.delete(stepKey);
    if (fence !== undefined && fence !== null) this.#toFree.set(stepKey, fence);
  }

  /**
   * Extends the leases.
   *
   * @returns false when those of slots in use were over before: somebody else may have them by now
   */
  async renew(): Promise<boolean> {
    const { pools, claimant, call } = this.#options;
    const holds = [...this.#held.values()].some((fence) => fence !== null);
    if (!holds && this.#wanted.size === 0) {
      this.#leaseUntil = Infinity;
      return true;
    }
    if (holds && performance.now() > this.#leaseUntil) return false;
    const sentAt = performance.now();
    await call((signal) => pools.renew(claimant, { signal }));
    this.#leaseUntil = sentAt + claimant.leaseMs;
    return true;
  }

  /** Orders of one turn of the event loop go together. */
  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    if (!this.#isWorking) setImmediate(() => void this.#work());
  }

  /** Never rejects. One at a time; what is scheduled meanwhile is done by the same. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#isScheduled && !this.#isClosed) {
      this.#isScheduled = false;
      clearTimeout(this.#timer);
      try {
        await this.#giveBack();
        await this.#ask();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!this.#isClosed) this.#options.log(`slots of pools could not be asked for or given back: ${message}`);
        this.#timer = setTimeout(() => this.#schedule(), retryMs);
      }
    }
    this.#isWorking = false;
    if (this.#isClosed) clearTimeout(this.#timer);
  }

  async #giveBack(): Promise<void> {
    const { pools, claimant, call } = this.#options;
    const steps = [...this.#toFree].map(([stepKey, fence]) => ({ stepKey, fence }));
    if (steps.length === 0) return;
    await call((signal) => pools.free(claimant, steps, { signal }));
    for (const { stepKey, fence } of steps) if (this.#toFree.get(stepKey) === fence) this.#toFree.delete(stepKey);
  }

  async #ask(): Promise<void> {
    const { pools, claimant, call, tell } = this.#options;
    // One that is to be freed first would be granted what it had before.
    const requests = [...this.#wanted.values()]
      .filter(({ ask }) => !this.#toFree.has(ask.stepKey))
      .map(({ ask, waitingSinceMs }) => ({ ...ask, ...(waitingSinceMs !== undefined && { waitingSinceMs }) }));
    if (requests.length < this.#wanted.size) this.#schedule();
    if (requests.length === 0) return;
    const sentAt = performance.now();
    crashPoint("worker.before-pool-claim");
    const { grants, askAgainMs } = await call((signal) => pools.claim(claimant, requests, { signal }));
    crashPoint("worker.after-pool-claim");
    if (this.#leaseUntil === Infinity) this.#leaseUntil = sentAt + claimant.leaseMs;
    for (const grant of grants) {
      const { stepKey } = grant;
      const wanted = this.#wanted.get(stepKey);
      if (wanted === undefined) {
        // It was given up meanwhile, and is on the list of what goes back.
        this.#schedule();
      } else if (grant.state === "waiting") {
        wanted.waitingSinceMs = grant.waitingSinceMs;
        const isFirst = wanted.toldAtMs === undefined;
        if (wanted.toldAtMs !== undefined && performance.now() - wanted.toldAtMs < sayAgainMs) continue;
        wanted.toldAtMs = performance.now();
        tell({ blocked: stepKey, pool: wanted.ask.pool, isFirst });
      } else if (!this.#toFree.has(stepKey)) {
        this.#wanted.delete(stepKey);
        this.#held.set(stepKey, grant.fence);
        tell({ granted: stepKey });
      }
    }
    if (askAgainMs !== null) this.#timer = setTimeout(() => this.#schedule(), askAgainMs * (1 + Math.random() / 10));
  }

  /** Nothing is asked for or given back any more: the run's end frees all. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#subscription[Symbol.dispose]();
  }
}
