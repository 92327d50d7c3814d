import {
  type StaleCause,
  staleCauses,
  type StaleStatus,
  staleStatus,
  type VersionedData,
  type VersionRecord,
} from "@dagwright/graph";
import { type AssetKey, assetKeyToString, type AssetSnapshot, dataVersionOf } from "@dagwright/model";
import { latestData } from "@dagwright/storage";
import { toVersionRecord } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { allAssets } from "./find-assets.ts";

/** The version of the data that an asset holds; null for what is missing, or made elsewhere and never seen. */
export async function dataVersion(asset: AssetSnapshot, partition: string | null, context: GraphContext): Promise<string | null> {
  const record = await recordOf(asset.key, partition, context);
  return record === null ? null : dataVersionOf(record.tags);
}

/** Whether an asset, or one of its partitions, is what it would be if it were made now. */
export async function statusOf(asset: AssetSnapshot, partition: string | null, context: GraphContext): Promise<StaleStatus> {
  const { target, causes } = await examine(asset, partition, context);
  return staleStatus(target, causes);
}

export async function causesOf(asset: AssetSnapshot, partition: string | null, context: GraphContext): Promise<gql.StaleCause[]> {
  const { causes } = await examine(asset, partition, context);
  return causes.map(toStaleCause);
}

async function examine(
  asset: AssetSnapshot,
  partition: string | null,
  context: GraphContext,
): Promise<{ readonly target: VersionedData; readonly causes: readonly StaleCause[] }> {
  const target = { asset, partition, record: await recordOf(asset.key, partition, context) };
  if (target.record === null || asset.isExternal) return { target, causes: [] };
  const assets = allAssets(context);
  const dependencies = await Promise.all(
    asset.dependencies.flatMap((key) => {
      const found = assets.get(assetKeyToString(key));
      return found === undefined ? [] : [whole(found.asset, context)];
    }),
  );
  return { target, causes: staleCauses(target, dependencies) };
}

const whole = async (asset: AssetSnapshot, context: GraphContext): Promise<VersionedData> => ({
  asset,
  partition: null,
  record: await recordOf(asset.key, null, context),
});

async function recordOf(key: AssetKey, partition: string | null, context: GraphContext): Promise<VersionRecord | null> {
  if (partition !== null) {
    const latest = await context.storage.assets.latestOfPartitions(key, [partition], { signal: context.signal });
    return toVersionRecord(latest.get(partition) ?? null);
  }
  return toVersionRecord(latestData(await context.loaders.assetState.load(key)));
}

const toStaleCause = ({ key, partition, category, reason, dependency, dependencyPartition }: StaleCause): gql.StaleCause => ({
  key: { path: key },
  partitionKey: partition,
  category,
  reason,
  dependency: dependency === null ? null : { path: dependency },
  dependencyPartitionKey: dependencyPartition,
});
