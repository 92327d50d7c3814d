import type { AssetEvent, AssetKey, RunId } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";
import type { PartitionChanges, UnsettledPartition } from "./partition-status.ts";

/** An asset event as it is kept beyond its run. */
export interface StoredAssetEvent {
  readonly id: string;
  readonly runId: RunId | null;
  readonly seq: number | null;
  readonly event: AssetEvent;
}

/** An asset's latest state; outlives the retention of its events. */
export interface AssetState {
  readonly key: AssetKey;
  readonly lastMaterialization: StoredAssetEvent | null;
  readonly lastObservation: StoredAssetEvent | null;
  readonly lastPlannedRunId: RunId | null;
  readonly lastFailure: StoredAssetEvent | null;
}

/** The event that tells which data the asset holds: its newest materialization, or observation of what others make. */
export function latestData(state: AssetState | null): StoredAssetEvent | null {
  if (state === null) return null;
  const { lastMaterialization: made, lastObservation: seen } = state;
  return made === null || (seen !== null && BigInt(seen.id) > BigInt(made.id)) ? seen : made;
}

export interface AssetStore {
  /** States of those that the instance knows; for batching. */
  states(keys: readonly AssetKey[], options?: StoreOptions): Promise<readonly AssetState[]>;
  /** All known keys in order, paged by key. */
  list(
    page: { readonly prefix?: AssetKey; readonly cursor?: AssetKey; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly AssetKey[]>;
  /** One asset's events, paged by id: newest first, or oldest first when `ascending`. */
  events(
    key: AssetKey,
    page: {
      readonly types: readonly AssetEvent["type"][];
      readonly partitions?: readonly string[];
      readonly cursor?: string;
      /** Only those with greater ids. */
      readonly after?: string;
      /** Only those with these ids. */
      readonly ids?: readonly string[];
      readonly ascending?: boolean;
      readonly limit: number;
      /** By their own time. */
      readonly beforeMs?: number;
      readonly afterMs?: number;
    },
    options?: StoreOptions,
  ): Promise<readonly StoredAssetEvent[]>;
  /** Partition keys with a materialization. */
  materializedPartitions(key: AssetKey, options?: StoreOptions): Promise<readonly string[]>;
  /**
   * What has changed among an asset's partitions since a version that this gave; null at first. Reads a row for each change, not for each
   * partition.
   */
  partitionChanges(key: AssetKey, since: string | null, options?: StoreOptions): Promise<PartitionChanges>;
  /** Partitions that are being made, or whose last try failed. */
  unsettledPartitions(key: AssetKey, options?: StoreOptions): Promise<readonly UnsettledPartition[]>;
  /** The newest materialization of each of the partitions that has one. */
  latestOfPartitions(
    key: AssetKey,
    partitions: readonly string[],
    options?: StoreOptions,
  ): Promise<ReadonlyMap<string, StoredAssetEvent>>;
  /** The run that is to make, or made, a partition last; null when none was meant to. */
  latestRunOfPartition(key: AssetKey, partition: string, options?: StoreOptions): Promise<RunId | null>;
  /**
   * Forgets an asset: its latest state, its partitions, its events and the executions of its checks. Logs of runs keep theirs, and cursors of
   * the stream stay good. Partitions and state are forgotten at once, the rest in batches; a wipe that was cut off is done again whole.
   *
   * @returns false when the instance knows nothing of it
   */
  wipe(key: AssetKey, options?: StoreOptions): Promise<boolean>;
  /**
   * Forgets what is known of partitions of an asset, their events and executions of checks included, in batches. Logs of runs keep theirs. A
   * latest state of the asset that is one of theirs becomes the newest of those that are left.
   */
  wipePartitions(key: AssetKey, partitions: readonly string[], options?: StoreOptions): Promise<void>;
  /** Records events from outside any run. */
  report(events: readonly AssetEvent[], options?: StoreOptions): Promise<void>;
}
