import type { StaleCause, StaleStatus, VersionRecord } from "@dagwright/graph";
import { type AssetKey, type AssetSnapshot, dataVersionOf } from "@dagwright/model";
import { latestData } from "@dagwright/storage";
import { examineStaleness, type StalenessSources, toVersionRecord, viewOfAssets } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { assetSnapshots } from "./find-assets.ts";

/** Dagster's word for the version of what was made or reported without one. */
const unversioned = "INITIAL";

/** The version of the data that an asset holds; null for what is missing, or made elsewhere and never seen. */
export async function dataVersion(asset: AssetSnapshot, partition: string | null, context: GraphContext): Promise<string | null> {
  const record = await recordOf(asset.key, partition, context);
  return record === null ? null : (dataVersionOf(record.tags) ?? unversioned);
}

/** Whether an asset, or one of its partitions, is what it would be if it were made now. */
export const statusOf = async (asset: AssetSnapshot, partition: string | null, context: GraphContext): Promise<StaleStatus> =>
  (await examineStaleness(asset, partition, sourcesOf(context))).status;

export const causesOf = async (
  asset: AssetSnapshot,
  partition: string | null,
  context: GraphContext,
): Promise<gql.StaleCause[]> => (await examineStaleness(asset, partition, sourcesOf(context))).causes.map(toStaleCause);

const sourcesOf = (context: GraphContext): StalenessSources => ({
  assets: assetSnapshots(context),
  recordOf: (key, partition) => recordOf(key, partition, context),
  view: (assets) => viewOfAssets(assets, context.storage),
});

async function recordOf(key: AssetKey, partition: string | null, context: GraphContext): Promise<VersionRecord | null> {
  if (partition === null) return toVersionRecord(latestData(await context.loaders.assetState.load(key)));
  const latest = await context.storage.assets.latestOfPartitions(key, [partition], { signal: context.signal });
  return toVersionRecord(latest.get(partition) ?? null);
}

const toStaleCause = ({ key, partition, category, reason, dependency, dependencyPartition }: StaleCause): gql.StaleCause => ({
  key: { path: key },
  partitionKey: partition,
  category,
  reason,
  dependency: dependency === null ? null : { path: dependency },
  dependencyPartitionKey: dependencyPartition,
});
