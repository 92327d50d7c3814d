import {
  type StaleCause,
  staleCauses,
  type StaleStatus,
  staleStatus,
  type VersionedData,
  type VersionRecord,
} from "@dagwright/graph";
import { type AssetKey, assetKeysEqual, assetKeyToString, type AssetSnapshot } from "@dagwright/model";
import { defaultMapping, partitionsFromSnapshot, type PartitionsView, upstreamSubset } from "@dagwright/partitions";
import { latestData, type Storage, type StoredAssetEvent } from "@dagwright/storage";
import { partitionsView } from "./run-partitions.ts";

/** Where to look up what staleness is made of. */
export interface StalenessSources {
  /** By the text of the key: all that the assets asked for depend on. */
  readonly assets: ReadonlyMap<string, AssetSnapshot>;
  /** The newest data of an asset, or of one of its partitions. */
  recordOf(key: AssetKey, partition: string | null): Promise<VersionRecord | null>;
  /** Which partitions there are. */
  view(assets: readonly AssetSnapshot[]): Promise<PartitionsView>;
}

export interface Staleness {
  readonly status: StaleStatus;
  readonly causes: readonly StaleCause[];
}

/** A partition that reads more of another asset than this is not compared with each of them, as in Dagster. */
const mostPartitionsRead = 100;

/**
 * Whether an asset, or one of its partitions, is what it would be if it were made now, and why not. A partitioned asset as a whole
 * counts as fresh: only its partitions can be told.
 */
export async function examineStaleness(
  asset: AssetSnapshot,
  partition: string | null,
  sources: StalenessSources,
): Promise<Staleness> {
  if (asset.partitions !== undefined && partition === null) return { status: "FRESH", causes: [] };
  const target: VersionedData = { asset, partition, record: await sources.recordOf(asset.key, partition) };
  if (target.record === null || asset.isExternal) return { status: staleStatus(target, []), causes: [] };
  const read = await Promise.all(
    asset.dependencies.map(async (key): Promise<readonly VersionedData[]> => {
      const upstream = sources.assets.get(assetKeyToString(key));
      return upstream === undefined ? [] : dataRead(asset, partition, upstream, sources);
    }),
  );
  const causes = staleCauses(target, read.flat());
  return { status: staleStatus(target, causes), causes };
}

async function dataRead(
  asset: AssetSnapshot,
  partition: string | null,
  upstream: AssetSnapshot,
  sources: StalenessSources,
): Promise<readonly VersionedData[]> {
  const data = async (key: string | null): Promise<VersionedData> => ({
    asset: upstream,
    partition: key,
    record: await sources.recordOf(upstream.key, key),
  });
  // What has no partitions itself reads an asset as it was last made.
  if (upstream.partitions === undefined || asset.partitions === undefined || partition === null) return [await data(null)];
  const [from, to] = [partitionsFromSnapshot(upstream.partitions), partitionsFromSnapshot(asset.partitions)];
  const given = asset.partitionMappings?.find((one) => assetKeysEqual(one.upstream, upstream.key))?.mapping;
  const view = await sources.view([asset, upstream]);
  if (!to.has(partition, view)) return [];
  const { subset } = upstreamSubset({
    mapping: given ?? defaultMapping(from, to),
    upstream: from,
    downstream: to,
    subset: to.subsetOf([partition], view),
    view,
  });
  return subset.size > mostPartitionsRead ? [] : Promise.all([...subset.keys()].map(data));
}

/**
 * Of selected assets those that making anew would change: missing and stale ones, and whatever of the selection is made from them.
 * Assets that are not stale keep the value that is stored.
 *
 * @param partition - the partition that is to be made; null for assets without partitions
 * @param assets - all that the selected ones depend on, by the text of the key
 * @returns in the order of the selection; empty when everything is fresh
 */
export async function onlyStale(
  selected: readonly AssetKey[],
  partition: string | null,
  assets: ReadonlyMap<string, AssetSnapshot>,
  storage: Pick<Storage, "assets" | "dynamicPartitions" | "nowMs">,
): Promise<readonly AssetKey[]> {
  const snapshots = selected.flatMap((key) => assets.get(assetKeyToString(key)) ?? []);
  const keys = new Map(snapshots.flatMap((one) => [one.key, ...one.dependencies]).map((key) => [assetKeyToString(key), key]));
  const states = new Map((await storage.assets.states([...keys.values()])).map((state) => [assetKeyToString(state.key), state]));
  const sources: StalenessSources = {
    assets,
    async recordOf(key, one) {
      if (one === null) return toVersionRecord(latestData(states.get(assetKeyToString(key)) ?? null));
      return toVersionRecord((await storage.assets.latestOfPartitions(key, [one])).get(one) ?? null);
    },
    view: (of) => viewOfAssets(of, storage),
  };
  const made = new Set<string>();
  for (const asset of snapshots) {
    const { status } = await examineStaleness(asset, asset.partitions === undefined ? null : partition, sources);
    if (status !== "FRESH") made.add(assetKeyToString(asset.key));
  }
  // What is made anew makes what is made from it stale; the selection is in no order, so until nothing is added.
  for (let before = -1; before !== made.size;) {
    before = made.size;
    for (const { key, dependencies } of snapshots)
      if (dependencies.some((dependency) => made.has(assetKeyToString(dependency)))) made.add(assetKeyToString(key));
  }
  return selected.filter((key) => made.has(assetKeyToString(key)));
}

/** Which partitions assets have now, by the database's clock. */
export const viewOfAssets = (
  assets: readonly AssetSnapshot[],
  storage: Pick<Storage, "dynamicPartitions" | "nowMs">,
): Promise<PartitionsView> =>
  partitionsView(
    assets.flatMap(({ partitions }) => partitions ?? []),
    storage,
  );

/** A stored event as staleness reads it. */
export const toVersionRecord = (stored: StoredAssetEvent | null): VersionRecord | null =>
  stored === null ? null : { id: stored.id, atMs: stored.event.atMs, tags: "tags" in stored.event ? stored.event.tags : {} };
