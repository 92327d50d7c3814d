import type { AssetCheckKey, AssetKey, BackfillPolicySnapshot, CodeLocationName, RunPartition } from "@dagwright/model";
import type { Partitions, PartitionSubset, PartitionsView } from "@dagwright/partitions";
import { packPartitions } from "./pack-partitions.ts";

/** Partitions of an asset that are to be made. */
export interface WantedPartitions {
  readonly assetKey: AssetKey;
  readonly location: CodeLocationName;
  /** Null: the asset has none, and is wanted as a whole. */
  readonly partitions: Partitions | null;
  readonly subset: PartitionSubset | null;
  readonly policy: BackfillPolicySnapshot | undefined;
}

/** What one run is to make: all of the assets, in the same partitions. */
export interface AssetRunRequest {
  readonly location: CodeLocationName;
  readonly assetKeys: readonly AssetKey[];
  /** Null: assets without partitions. */
  readonly partition: RunPartition | null;
  /** Checks that it evaluates; absent: all of those assets. */
  readonly checkKeys?: readonly AssetCheckKey[];
}

/**
 * Turns assets and their partitions into runs. Assets of one code location with the same partitions, of which the same ones are wanted, and
 * with the same backfill policy go into the same runs; so do those without partitions. Pure, and made one at a time.
 *
 * Whoever asks sees to it that what is wanted together may run together: a run makes its assets in their order, and two runs have none.
 */
export function* packAssetRuns(
  wanted: readonly WantedPartitions[],
  view: PartitionsView,
): Generator<AssetRunRequest, void, undefined> {
  const groups = new Map<string, { readonly first: WantedPartitions; readonly assetKeys: AssetKey[] }>();
  for (const each of wanted) {
    if (each.subset?.isEmpty === true) continue;
    const id = JSON.stringify([each.location, each.partitions?.snapshot ?? null, each.policy ?? null, each.subset]);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { first: each, assetKeys: [each.assetKey] });
    else group.assetKeys.push(each.assetKey);
  }
  for (const { first, assetKeys } of groups.values()) {
    const { location, partitions, subset, policy } = first;
    if (partitions === null || subset === null) yield { location, assetKeys, partition: null };
    else for (const partition of packPartitions(partitions, subset, policy, view)) yield { location, assetKeys, partition };
  }
}
