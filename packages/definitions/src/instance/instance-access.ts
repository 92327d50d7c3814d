import {
  type AssetCheckExecution,
  type AssetEventRecord,
  type AssetKey,
  assetKeyFromUserString,
  type InstanceBackend,
} from "@dagwright/model";
import { checkPartitionKey, InvalidPartitionsError, type Partitions } from "@dagwright/partitions";

/** An asset: its definition, or its key (`"a/b"` and `["a", "b"]` are the same). */
export type AssetReference = { readonly key: AssetKey } | string | AssetKey;

/** The key of an asset that is named by its definition or its key. */
export function assetKeyOf(asset: AssetReference): AssetKey {
  if (typeof asset === "string") return assetKeyFromUserString(asset);
  return "key" in asset ? asset.key : asset;
}

/** Dynamic partitions: what `dynamicPartitions(name)` made, or the name. */
export type DynamicPartitionsReference = Partitions | string;

/** @throws InvalidPartitionsError for partitions that are not dynamic */
export function dynamicNameOf(partitions: DynamicPartitionsReference): string {
  if (typeof partitions === "string") return partitions;
  const { snapshot } = partitions;
  if (snapshot.kind === "dynamic") return snapshot.name;
  throw new InvalidPartitionsError(
    `Only dynamic partitions have keys that are added and deleted; these are of the kind "${snapshot.kind}"`,
  );
}

/** Which of an asset's events to read. */
export interface AssetEventsQuery {
  /** Most events to give; default 100. */
  readonly limit?: number;
  /** The `id` of the last one read before: only older ones follow. */
  readonly cursor?: string;
  /** Only those that came after the one with this `id`. */
  readonly after?: string;
  /** Oldest first. Default: newest first. */
  readonly ascending?: boolean;
  readonly partition?: string;
}

/**
 * What user code may ask of its instance: `context.instance`. The answers are those of the database at the time of the question, and
 * know all that the step wrote before it.
 */
export interface InstanceAccess {
  /** The asset's newest materialization, of one partition or of any; null when it was never materialized. */
  latestMaterialization(asset: AssetReference, partition?: string): Promise<AssetEventRecord | null>;
  /** The asset's materializations, newest first. */
  materializations(asset: AssetReference, query?: AssetEventsQuery): Promise<readonly AssetEventRecord[]>;
  /** The asset's newest observation; null when it was never observed. */
  latestObservation(asset: AssetReference, partition?: string): Promise<AssetEventRecord | null>;
  /** The asset's observations, newest first. */
  observations(asset: AssetReference, query?: AssetEventsQuery): Promise<readonly AssetEventRecord[]>;
  /** The keys of dynamic partitions, in the order in which they were added. */
  dynamicPartitions(partitions: DynamicPartitionsReference): Promise<readonly string[]>;
  hasDynamicPartition(partitions: DynamicPartitionsReference, key: string): Promise<boolean>;
  /**
   * Adds keys to dynamic partitions, for the whole instance; those that are there stay where they are.
   *
   * @throws InvalidPartitionsError for a text that cannot be a key
   */
  addDynamicPartitions(partitions: DynamicPartitionsReference, keys: readonly string[]): Promise<void>;
  /** Deletes keys of dynamic partitions. What was stored for them stays where it is. */
  deleteDynamicPartitions(partitions: DynamicPartitionsReference, keys: readonly string[]): Promise<void>;
  /** Keys of the asset's partitions that have been materialized. */
  materializedPartitions(asset: AssetReference): Promise<readonly string[]>;
  /** Executions of one of the asset's checks, newest first; those that are planned and not yet evaluated are among them. */
  checkHistory(
    asset: AssetReference,
    check: string,
    query?: { readonly limit?: number; readonly cursor?: string },
  ): Promise<readonly AssetCheckExecution[]>;
}

/** The instance as user code sees it, on whatever answers. */
export function instanceAccess(backend: InstanceBackend): InstanceAccess {
  const events = (
    type: AssetEventRecord["event"]["type"],
    asset: AssetReference,
    { limit = 100, cursor, after, ascending, partition }: AssetEventsQuery,
  ): Promise<readonly AssetEventRecord[]> =>
    backend.assetEvents({
      assetKey: assetKeyOf(asset),
      types: [type],
      limit,
      ...(after !== undefined && { after }),
      ...(ascending !== undefined && { ascending }),
      ...(cursor !== undefined && { cursor }),
      ...(partition !== undefined && { partition }),
    });
  const latest = async (
    type: AssetEventRecord["event"]["type"],
    asset: AssetReference,
    partition: string | undefined,
  ): Promise<AssetEventRecord | null> =>
    (await events(type, asset, { limit: 1, ...(partition !== undefined && { partition }) }))[0] ?? null;
  return Object.freeze({
    latestMaterialization: (asset: AssetReference, partition?: string) => latest("ASSET_MATERIALIZATION", asset, partition),
    materializations: (asset: AssetReference, query: AssetEventsQuery = {}) => events("ASSET_MATERIALIZATION", asset, query),
    latestObservation: (asset: AssetReference, partition?: string) => latest("ASSET_OBSERVATION", asset, partition),
    observations: (asset: AssetReference, query: AssetEventsQuery = {}) => events("ASSET_OBSERVATION", asset, query),
    dynamicPartitions: (partitions: DynamicPartitionsReference) => backend.dynamicPartitions({ name: dynamicNameOf(partitions) }),
    async hasDynamicPartition(partitions: DynamicPartitionsReference, key: string) {
      return (await backend.existingDynamicPartitions({ name: dynamicNameOf(partitions), keys: [key] })).length === 1;
    },
    async addDynamicPartitions(partitions: DynamicPartitionsReference, keys: readonly string[]) {
      for (const key of keys) checkPartitionKey(key);
      await backend.addDynamicPartitions({ name: dynamicNameOf(partitions), keys });
    },
    async deleteDynamicPartitions(partitions: DynamicPartitionsReference, keys: readonly string[]) {
      await backend.deleteDynamicPartitions({ name: dynamicNameOf(partitions), keys });
    },
    materializedPartitions: (asset: AssetReference) => backend.materializedPartitions({ assetKey: assetKeyOf(asset) }),
    checkHistory: (
      asset: AssetReference,
      check: string,
      { limit = 100, cursor }: { readonly limit?: number; readonly cursor?: string } = {},
    ) =>
      backend.checkExecutions({
        check: { assetKey: assetKeyOf(asset), name: check },
        limit,
        ...(cursor !== undefined && { cursor }),
      }),
  });
}
