import { type AssetSnapshot, type PartitionsSnapshot } from "@dagwright/model";
import { defaultMapping, partitionsFromSnapshot, type PartitionsView } from "@dagwright/partitions";
import { partitionsView } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { toAssetEvent } from "../assets/asset-events.ts";
import type { GraphContext } from "../context.ts";
import { toRun } from "../runs/to-run.ts";
import { keysPage } from "./keys-page.ts";
import {
  dimensionsOf,
  toBackfillPolicy,
  toPartitionDefinition,
  toPartitionMapping,
  typeOfPartitions,
} from "./partition-definition.ts";
import { noStatuses, toPartitionStatuses } from "./to-partition-statuses.ts";

type PartitionFields = Pick<
  gql.AssetNode,
  | "backfillPolicy"
  | "isPartitioned"
  | "latestMaterializationByPartition"
  | "latestRunForPartition"
  | "assetPartitionStatuses"
  | "partitionStats"
  | "partitionDefinition"
  | "partitionKeys"
  | "partitionKeyConnection"
  | "partitionKeysByDimension"
>;

export const viewFor = (snapshot: PartitionsSnapshot, { storage, signal }: GraphContext): Promise<PartitionsView> =>
  partitionsView([snapshot], storage, { signal });

/** What an asset's node tells of its partitions. */
export function assetPartitionFields(asset: AssetSnapshot): PartitionFields {
  const { partitions: snapshot, backfillPolicy } = asset;
  return {
    backfillPolicy: backfillPolicy === undefined ? null : toBackfillPolicy(backfillPolicy),
    isPartitioned: snapshot !== undefined,
    partitionDefinition: snapshot === undefined ? null : toPartitionDefinition(snapshot),
    partitionKeys: async (_, context) =>
      snapshot === undefined ? [] : [...partitionsFromSnapshot(snapshot).keys(await viewFor(snapshot, context))],
    partitionKeyConnection: async ({ limit, ascending, cursor }, context) => {
      if (snapshot === undefined) return null;
      const view = await viewFor(snapshot, context);
      const page = keysPage(partitionsFromSnapshot(snapshot), view, { cursor, limit, reverse: !ascending });
      return { results: page.keys, cursor: page.cursor, hasMore: page.hasMore };
    },
    partitionKeysByDimension: async ({ startIdx, endIdx }, context) => {
      if (snapshot === undefined) return [];
      const view = await viewFor(snapshot, context);
      const offset = Math.max(0, startIdx ?? 0);
      return dimensionsOf(snapshot).map(({ name, partitions }) => ({
        name,
        type: typeOfPartitions(partitions),
        partitionKeys: [
          ...partitionsFromSnapshot(partitions).keys(view, {
            offset,
            ...(endIdx !== null && endIdx !== undefined && { limit: Math.max(0, endIdx - offset) }),
          }),
        ],
      }));
    },
    assetPartitionStatuses: async (_, context) => {
      if (snapshot === undefined) return noStatuses;
      const view = await viewFor(snapshot, context);
      const statuses = await context.partitionStatuses.read(asset.key, snapshot, view, { signal: context.signal });
      return toPartitionStatuses(snapshot, statuses, view);
    },
    partitionStats: async (_, context) => {
      if (snapshot === undefined) return null;
      const view = await viewFor(snapshot, context);
      const statuses = await context.partitionStatuses.read(asset.key, snapshot, view, { signal: context.signal });
      return {
        numPartitions: partitionsFromSnapshot(snapshot).count(view),
        numMaterialized: statuses.materialized.size,
        numFailed: statuses.failed.size,
        numMaterializing: statuses.inProgress.size,
      };
    },
    latestMaterializationByPartition: async ({ partitions }, context) => {
      const keys =
        partitions ??
        (snapshot === undefined ? [] : [...partitionsFromSnapshot(snapshot).keys(await viewFor(snapshot, context))]);
      const latest = await context.storage.assets.latestOfPartitions(asset.key, keys, { signal: context.signal });
      return keys.map((key) => {
        const stored = latest.get(key);
        const event = stored === undefined ? null : toAssetEvent(stored);
        return event?.__typename === "MaterializationEvent" ? event : null;
      });
    },
    latestRunForPartition: async ({ partition }, context) => {
      const id = await context.storage.assets.latestRunOfPartition(asset.key, partition, { signal: context.signal });
      const run = id === null ? null : await context.loaders.maybeRun.load(id);
      return run === null ? null : toRun(run);
    },
  };
}

/** How one asset reads the partitions of another; null when nothing of the sort was said and neither has any. */
export function mappingBetween(downstream: AssetSnapshot, upstream: AssetSnapshot): gql.PartitionMapping | null {
  const key = JSON.stringify(upstream.key);
  const given = downstream.partitionMappings?.find((each) => JSON.stringify(each.upstream) === key);
  if (given !== undefined) return toPartitionMapping(given.mapping);
  if (upstream.partitions === undefined || downstream.partitions === undefined) return null;
  const sides = [partitionsFromSnapshot(upstream.partitions), partitionsFromSnapshot(downstream.partitions)] as const;
  return toPartitionMapping(defaultMapping(...sides).snapshot);
}
