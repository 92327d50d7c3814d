import { type AssetKey, assetKeyToUserString } from "@dagwright/model";
import { partitionsFromSnapshot } from "@dagwright/partitions";

import { AssetNotFoundError, UnsupportedOperationError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { viewFor } from "../partitions/asset-partitions.ts";
import { findAssets } from "./find-assets.ts";

/** What is asked to be forgotten of one asset: all of it, or some partitions. */
interface Wipe {
  readonly key: AssetKey;
  readonly ranges: readonly gql.PartitionRangeSelector[];
  /** Null: all of it. */
  readonly partitions: readonly string[] | null;
}

/**
 * @throws AssetNotFoundError when partitions are named and nothing says what they are; UnsupportedOperationError when the asset has none;
 * UnknownPartitionError
 */
async function toWipe(
  { assetKey: { path: key }, partitions: selector }: gql.PartitionsByAssetSelector,
  context: GraphContext,
): Promise<Wipe> {
  const { range, ranges } = selector ?? {};
  const wanted = [...(range ? [range] : []), ...(ranges ?? [])];
  if (selector === null || selector === undefined || wanted.length === 0) return { key, ranges: [], partitions: null };
  const [found] = findAssets(context, [key]);
  const shown = assetKeyToUserString(key);
  if (found === undefined) throw new AssetNotFoundError(shown);
  const { partitions: snapshot } = found.asset;
  if (snapshot === undefined)
    throw new UnsupportedOperationError(`Asset "${shown}" has no partitions; leave \`partitions\` out to wipe all of it`);
  const partitions = partitionsFromSnapshot(snapshot);
  const view = await viewFor(snapshot, context);
  const keys = new Set(wanted.flatMap((one) => [...partitions.range(one, view).keys()]));
  return { key, ranges: wanted, partitions: [...keys] };
}

export const wipeMutations = {
  wipeAssets: oneOf("AssetWipeMutationResult", async (_root, { assetPartitionRanges }, context) => {
    const { storage, signal } = context;
    // All are understood before the first is wiped.
    const wipes = await Promise.all(assetPartitionRanges.map((one) => toWipe(one, context)));
    for (const { key, partitions } of wipes) {
      if (partitions === null) await storage.assets.wipe(key, { signal });
      else await storage.assets.wipePartitions(key, partitions, { signal });
    }
    return {
      __typename: "AssetWipeSuccess",
      assetPartitionRanges: wipes.flatMap(({ key, ranges }): readonly gql.AssetPartitionRange[] => {
        const assetKey = { path: [...key] };
        return ranges.length === 0
          ? [{ assetKey, partitionRange: null }]
          : ranges.map(({ start, end }) => ({ assetKey, partitionRange: { start, end } }));
      }),
    };
  }),
} satisfies Partial<gql.Mutation>;
