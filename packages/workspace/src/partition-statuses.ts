import { type AssetKey, assetKeyToString, type PartitionsSnapshot } from "@dagwright/model";
import { type Partitions, partitionsFromSnapshot, type PartitionSubset, type PartitionsView } from "@dagwright/partitions";
import type { Storage, StoreOptions } from "@dagwright/storage";

/** Which of an asset's partitions are how, each in one of the sets at most. */
export interface PartitionStatuses {
  /** Those that there is data of, whatever has become of them since. */
  readonly made: PartitionSubset;
  readonly materialized: PartitionSubset;
  readonly failed: PartitionSubset;
  readonly inProgress: PartitionSubset;
}

/** Statuses of partitions, of any number of them: what is materialized is remembered, and what has changed since is read. */
export interface PartitionStatusCache {
  read(key: AssetKey, snapshot: PartitionsSnapshot, view: PartitionsView, options?: StoreOptions): Promise<PartitionStatuses>;
}

/** Some thousand assets that people look at; each takes what its ranges take. */
const keptAssets = 5_000;

export function makePartitionStatusCache(storage: Pick<Storage, "assets">): PartitionStatusCache {
  const kept = new Map<string, MaterializedPartitions>();
  return {
    async read(key, snapshot, view, options) {
      const id = `${assetKeyToString(key)} ${JSON.stringify(snapshot)}`;
      const known = kept.get(id) ?? new MaterializedPartitions(storage, key, partitionsFromSnapshot(snapshot));
      kept.delete(id);
      kept.set(id, known);
      const oldest = kept.keys().next();
      if (kept.size > keptAssets && oldest.done !== true) kept.delete(oldest.value);
      const [made, unsettled] = await Promise.all([known.read(view, options), storage.assets.unsettledPartitions(key, options)]);
      const { partitions } = known;
      const those = (status: string): PartitionSubset =>
        partitions.subsetOf(
          unsettled.flatMap((each) => (each.status === status && partitions.has(each.partition, view) ? [each.partition] : [])),
          view,
        );
      const inProgress = those("IN_PROGRESS");
      const failed = those("FAILED");
      return { made, materialized: made.minus(inProgress).minus(failed), failed, inProgress };
    },
  };
}

/** The materialized partitions of one asset, as of the version that was read last. */
class MaterializedPartitions {
  readonly partitions: Partitions;
  readonly #storage: Pick<Storage, "assets">;
  readonly #key: AssetKey;
  #version: string | null = null;
  /** Time windows and static keys as ranges, also of time to come; dynamic keys by their text, because those that are deleted may come back. */
  #made: PartitionSubset | Set<string>;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(storage: Pick<Storage, "assets">, key: AssetKey, partitions: Partitions) {
    this.#storage = storage;
    this.#key = key;
    this.partitions = partitions;
    this.#made = isDynamic(partitions.snapshot) ? new Set<string>() : partitions.none();
  }

  async read(view: PartitionsView, options: StoreOptions | undefined): Promise<PartitionSubset> {
    // One after the other: each starts from the version of the one before.
    const reading = this.#reading.then(() => this.#catchUp(options));
    this.#reading = reading.catch(() => undefined);
    await reading;
    if (!(this.#made instanceof Set)) return this.#made.intersect(this.partitions.all(view));
    return this.partitions.subsetOf(
      [...this.#made].filter((key) => this.partitions.has(key, view)),
      view,
    );
  }

  async #catchUp(options: StoreOptions | undefined): Promise<void> {
    const { version, changes, isReset } = await this.#storage.assets.partitionChanges(this.#key, this.#version, options);
    if (isReset && this.#version !== null)
      this.#made = isDynamic(this.partitions.snapshot) ? new Set<string>() : this.partitions.none();
    this.#version = version === "-1" ? null : version;
    if (changes.length === 0) return;
    if (this.#made instanceof Set) {
      for (const { partition, isMaterialized } of changes) {
        if (isMaterialized) this.#made.add(partition);
        else this.#made.delete(partition);
      }
      return;
    }
    const keys = (isMaterialized: boolean): PartitionSubset =>
      this.partitions.subsetOf(
        changes.flatMap((change) =>
          change.isMaterialized === isMaterialized && this.partitions.has(change.partition, always) ? [change.partition] : [],
        ),
        always,
      );
    this.#made = this.#made.union(keys(true)).minus(keys(false));
  }
}

const always: PartitionsView = { nowMs: Infinity, dynamicKeys: () => [] };

const isDynamic = (snapshot: PartitionsSnapshot): boolean =>
  snapshot.kind === "dynamic" ||
  (snapshot.kind === "multi" && snapshot.dimensions.some(({ partitions }) => isDynamic(partitions)));
