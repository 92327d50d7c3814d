import type { AssetCheckExecution, AssetCheckKey } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/**
 * Executions of asset checks. They are written with the events of runs, and with those that `AssetStore.report` records from
 * outside any run.
 */
export interface AssetCheckStore {
  /** One check's executions, newest first, paged by id. */
  executions(
    check: AssetCheckKey,
    /** `partition`: only those of one, or, when it is null, of none. */
    page: { readonly cursor?: string; readonly limit: number; readonly partition?: string | null },
    options?: StoreOptions,
  ): Promise<readonly AssetCheckExecution[]>;
  /** The newest execution of each of these checks that has one; for batching. */
  latest(checks: readonly AssetCheckKey[], options?: StoreOptions): Promise<readonly AssetCheckExecution[]>;
}
