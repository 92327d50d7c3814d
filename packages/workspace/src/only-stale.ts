import { staleCauses, staleStatus, type VersionedData, type VersionRecord } from "@dagwright/graph";
import { type AssetKey, assetKeyToString, type AssetSnapshot } from "@dagwright/model";
import { type AssetState, latestData, type Storage, type StoredAssetEvent } from "@dagwright/storage";

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
  storage: Pick<Storage, "assets">,
): Promise<readonly AssetKey[]> {
  const snapshots = selected.flatMap((key) => assets.get(assetKeyToString(key)) ?? []);
  const keys = new Map(snapshots.flatMap((one) => [one.key, ...one.dependencies]).map((key) => [assetKeyToString(key), key]));
  const states = new Map((await storage.assets.states([...keys.values()])).map((state) => [assetKeyToString(state.key), state]));
  const examined = await Promise.all(
    snapshots.map(async (asset) => {
      const target = { asset, partition, record: await recordOf(asset.key, partition, states, storage) };
      const dependencies = asset.dependencies.flatMap((key): readonly VersionedData[] => {
        const found = assets.get(assetKeyToString(key));
        return found === undefined ? [] : [{ asset: found, partition: null, record: wholeRecord(states, key) }];
      });
      return { asset, isFresh: staleStatus(target, staleCauses(target, dependencies)) === "FRESH" };
    }),
  );

  const made = new Set(examined.filter(({ isFresh }) => !isFresh).map(({ asset }) => assetKeyToString(asset.key)));
  // What is made anew makes what is made from it stale; the selection is in no order, so until nothing is added.
  for (let before = -1; before !== made.size;) {
    before = made.size;
    for (const { key, dependencies } of snapshots)
      if (dependencies.some((dependency) => made.has(assetKeyToString(dependency)))) made.add(assetKeyToString(key));
  }
  return selected.filter((key) => made.has(assetKeyToString(key)));
}

async function recordOf(
  key: AssetKey,
  partition: string | null,
  states: ReadonlyMap<string, AssetState>,
  storage: Pick<Storage, "assets">,
): Promise<VersionRecord | null> {
  if (partition === null) return wholeRecord(states, key);
  return toVersionRecord((await storage.assets.latestOfPartitions(key, [partition])).get(partition) ?? null);
}

const wholeRecord = (states: ReadonlyMap<string, AssetState>, key: AssetKey): VersionRecord | null =>
  toVersionRecord(latestData(states.get(assetKeyToString(key)) ?? null));

/** A stored event as staleness reads it. */
export const toVersionRecord = (stored: StoredAssetEvent | null): VersionRecord | null =>
  stored === null ? null : { id: stored.id, atMs: stored.event.atMs, tags: "tags" in stored.event ? stored.event.tags : {} };
