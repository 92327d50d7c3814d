import type { RunId, StepKey } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** A step that wants slots of a pool. */
export interface PoolRequest {
  readonly stepKey: StepKey;
  readonly pool: string;
  /** How many; more than the pool has means all of them. */
  readonly slots: number;
  /** Who waits with a higher one comes first. */
  readonly priority: number;
  /** Keeps its place in the line: since when it has waited, as an earlier answer said. */
  readonly waitingSinceMs?: number;
}

/** What became of a request. */
export type PoolGrant =
  /** The slots are the step's. The fence is that of this grant alone; null: the pool has no limit, and there is nothing to free. */
  | { readonly stepKey: StepKey; readonly state: "granted"; readonly fence: number | null }
  | { readonly stepKey: StepKey; readonly state: "waiting"; readonly waitingSinceMs: number };

export interface PoolAnswer {
  readonly grants: readonly PoolGrant[];
  /** When some wait: in how long to ask again though nobody woke the run, since nobody tells of a lease that ends. Else null. */
  readonly askAgainMs: number | null;
}

/** The run that asks, and for how long it is believed without hearing of it. */
export interface PoolClaimant {
  readonly runId: RunId;
  readonly attempt: number;
  readonly leaseMs: number;
  /** The instance's limit for pools that have none of their own; null: no limit. */
  readonly defaultLimit: number | null;
}

/** Slots that a step holds or waits for. */
export interface PoolClaim {
  readonly runId: RunId;
  readonly stepKey: StepKey;
  readonly slots: number;
  readonly priority: number;
  readonly enqueuedAtMs: number;
  /** Null: it waits. */
  readonly claimedAtMs: number | null;
}

/** A pool as it is now. */
export interface PoolInfo {
  readonly name: string;
  readonly limit: number | null;
  /** It has no limit of its own. */
  readonly usesDefault: boolean;
  /** Those that hold slots first, then those that wait, in the order of the line. */
  readonly claims: readonly PoolClaim[];
}

/**
 * Concurrency pools: of all steps of all runs that name a pool, no more run at once than it has slots.
 *
 * A slot is a lease with a fence: who holds it renews it with its run's, and gives it back when the step ends. A run's end gives all of its
 * slots back; the slots of a run whose worker vanished are taken when their lease is over. Slots go to those who wait in the order of
 * priority and time, and a step that wants many is not overtaken by one that wants few.
 */
export interface PoolStore {
  /** Asks for slots. May be asked again: what is held stays held, what waits keeps its place. */
  claim(claimant: PoolClaimant, requests: readonly PoolRequest[], options?: StoreOptions): Promise<PoolAnswer>;
  /**
   * Gives slots back, or gives the wait for them up (fence null). What is no longer the step's under that fence stays untouched.
   */
  free(
    claimant: Pick<PoolClaimant, "runId" | "attempt" | "defaultLimit">,
    steps: readonly { readonly stepKey: StepKey; readonly fence: number | null }[],
    options?: StoreOptions,
  ): Promise<void>;
  /**
   * Extends the leases of all that a run holds and waits for.
   *
   * @returns what it still has; a slot that is missing was freed by hand, or taken after its lease was over
   */
  renew(
    claimant: Pick<PoolClaimant, "runId" | "attempt" | "leaseMs">,
    options?: StoreOptions,
  ): Promise<readonly { readonly stepKey: StepKey; readonly fence: number | null }[]>;
  /** Calls the listener when slots may have come free for a run, on the connection that its own calls use. Works once a claim waits. */
  onWake(runId: RunId, listener: () => void): Disposable;

  /** Pools that have a limit, of their own or the default, and those whose slots somebody wants; by name. */
  list(defaultLimit: number | null, options?: StoreOptions): Promise<readonly PoolInfo[]>;
  get(name: string, defaultLimit: number | null, options?: StoreOptions): Promise<PoolInfo>;
  /** Those of the runs of which steps hold slots. */
  holders(runIds: readonly RunId[], options?: StoreOptions): Promise<readonly RunId[]>;
  /** @param limit - 0 lets nothing begin; null: the default counts again */
  setLimit(name: string, limit: number | null, defaultLimit: number | null, options?: StoreOptions): Promise<void>;
  /** Takes away what a run, or one step of it, holds or waits for. */
  freeByHand(runId: RunId, stepKey: StepKey | null, defaultLimit: number | null, options?: StoreOptions): Promise<void>;
}
