import { type AssetKey, assetKeyToString, type AssetSnapshot } from "@dagwright/model";
import { partitionsFromSnapshot } from "@dagwright/partitions";

import { freshnessStatusInfo } from "../automation/freshness-status.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { checkFieldsOf } from "../asset-checks/to-asset-check.ts";
import { configTypesOf, toNamelessField } from "../config/config-types.ts";
import { toSchedule } from "../instigators/to-schedule.ts";
import { toSensor } from "../instigators/to-sensor.ts";
import { toOpDefinition } from "../jobs/solids.ts";
import { toPipeline } from "../jobs/to-job.ts";
import { toDagsterType } from "../jobs/value-types.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toAssetOwner } from "../metadata/owners.ts";
import { repositoryId } from "../workspace/repository-origin.ts";
import { toRepository } from "../workspace/to-repository.ts";
import { materializationsOf, observationsOf } from "./asset-events.ts";
import { findOp, graphName, opsOf } from "./asset-ops.ts";
import { assetPartitionFields, mappingBetween, viewFor } from "../partitions/asset-partitions.ts";
import { dependentsOf, findAssets, type FoundAsset } from "./find-assets.ts";
import { toAutomationCondition, toFreshnessPolicy } from "./asset-policies.ts";
import { assetsAtSameAddress, storageAddress } from "./storage-address.ts";
import { usedData } from "./used-data.ts";
import { toTags } from "../metadata/tags.ts";
import { causesOf, dataVersion, statusOf } from "./staleness.ts";

/** What an asset's definition says of it in plain values. */
export const assetNodeFacts = (found: FoundAsset) => {
  const { entry, asset } = found;
  return {
    id: `${repositoryId(entry.name)}.${assetKeyToString(asset.key)}`,
    groupName: asset.group,
    kinds: asset.kinds,
    // What kinds were called when an asset had one of them; Dagster tells it of those alone.
    computeKind: null,
    // Clients know kinds as tags, too.
    tags: toTags({ ...asset.tags, ...Object.fromEntries(asset.kinds.map((kind) => [`dagster/kind/${kind}`, ""])) }),
    isExecutable: asset.isExecutable,
    isObservable: asset.isObservable === true,
    isMaterializable: asset.isExecutable && !asset.isExternal,
    // No asset exists here without being declared.
    isAutoCreatedStub: false,
    internalFreshnessPolicy: toFreshnessPolicy(asset.freshnessPolicy),
    jobNames: asset.jobNames,
    opNames: opsOf(found).map(({ name }) => name),
    graphName: graphName(found),
  };
};

export type AssetNodeFacts = ReturnType<typeof assetNodeFacts>;

/** An asset as a code location defines it. */
export function toAssetNode(found: FoundAsset): gql.AssetNode {
  const { entry, snapshot, asset } = found;
  const op = findOp(found);
  const ops = opsOf(found);
  return {
    __typename: "AssetNode",
    ...assetNodeFacts(found),
    assetKey: toKey(asset.key),
    description: ({ characterLimit }) => asset.description?.slice(0, characterLimit ?? undefined) ?? null,
    owners: () => asset.owners.map(toAssetOwner),
    metadataEntries: () => toMetadataEntries(asset.metadata),
    isVirtual: false,
    automationCondition: toAutomationCondition(asset.automationCondition),
    freshnessStatusInfo: (_, context) => freshnessStatusInfo(asset, context),
    dependencyKeys: asset.dependencies.map(toKey),
    dependencies: (_, context) => findAssets(context, asset.dependencies).map((each) => dependency(each, asset, each.asset)),
    dependedByKeys: (_, context) => dependentsOf(asset.key, context).map(({ asset: { key } }) => toKey(key)),
    dependedBy: (_, context) => dependentsOf(asset.key, context).map((each) => dependency(each, each.asset, asset)),
    assetMaterializations: (args, context) => materializationsOf(asset.key, args, context),
    assetMaterializationUsedData: ({ timestampMillis }, context) => usedData(asset, timestampMillis, context),
    assetObservations: (args, context) => observationsOf(asset.key, args, context),
    ...assetPartitionFields(asset),
    jobs: () =>
      snapshot.jobs.filter(({ name }) => asset.jobNames.includes(name)).map((job) => toPipeline({ entry, snapshot, job })),
    op: () => (op === null ? null : toOpDefinition(op.op, op.job)),
    opName: asset.opName,
    opTags: Object.entries(op?.op.tags ?? {}).map(([key, value]) => ({ key, value })),
    opVersion: asset.codeVersion,
    pools: [...new Set(ops.flatMap(({ pool }) => (pool === null ? [] : [pool])))],
    configField: () => (op === null ? null : toNamelessField(op.op.configType, configTypesOf(op.job))),
    requiredResources: [...new Set(ops.flatMap(({ requiredResourceKeys }) => requiredResourceKeys))].map((resourceKey) => ({
      resourceKey,
    })),
    dataVersion: ({ partition }, context) => dataVersion(asset, partition ?? null, context),
    dataVersionByPartition: async ({ partitions }, context) =>
      Promise.all((await askedOrAll(asset, partitions, context)).map((partition) => dataVersion(asset, partition, context))),
    staleStatus: ({ partition }, context) => statusOf(asset, partition ?? null, context),
    staleStatusByPartition: async ({ partitions }, context) =>
      Promise.all((await askedOrAll(asset, partitions, context)).map((partition) => statusOf(asset, partition, context))),
    staleCauses: ({ partition }, context) => causesOf(asset, partition ?? null, context),
    staleCausesByPartition: async ({ partitions }, context) =>
      Promise.all((await askedOrAll(asset, partitions, context)).map((partition) => causesOf(asset, partition, context))),
    changedReasons: [],
    storageAddress: storageAddress(found),
    assetsForSameStorageAddress: (_, context) => assetsAtSameAddress(found, context).map(toAssetNode),
    // Superseded in Dagster by what internalFreshnessPolicy and automationCondition tell; of a condition the older name says that there is one.
    freshnessPolicy: null,
    freshnessInfo: null,
    autoMaterializePolicy:
      asset.automationCondition === undefined ? null : { policyType: "LAZY", maxMaterializationsPerMinute: null, rules: [] },
    currentAutoMaterializeEvaluationId: null,
    lastAutoMaterializationEvaluationRecord: null,
    type: () => (asset.isExternal ? null : toDagsterType(asset.type)),
    repository: () => toRepository(found),
    ...checkFieldsOf(found),
    hasReportRunlessAssetEventPermission: (_, { viewer }) => viewer.has("report_runless_asset_events", [entry.name]),
    hasWipePermission: (_, { viewer }) => viewer.has("wipe_assets", [entry.name]),
    hasMaterializePermission: (_, { viewer }) => viewer.has("launch_pipeline_execution", [entry.name]),
    targetingInstigators: () => [
      ...snapshot.schedules
        .filter(({ jobName }) => asset.jobNames.includes(jobName))
        .map((schedule) => toSchedule({ entry, snapshot, schedule })),
      ...snapshot.sensors
        .filter(({ jobNames, automation, assetSelection }) =>
          automation === undefined
            ? jobNames.some((name) => asset.jobNames.includes(name))
            : assetSelection?.assetKeys.some((key) => assetKeyToString(key) === assetKeyToString(asset.key)) === true,
        )
        .map((sensor) => toSensor({ entry, snapshot, sensor })),
    ],
  };
}

const dependency = (found: FoundAsset, downstream: AssetSnapshot, upstream: AssetSnapshot): gql.AssetDependency => ({
  asset: toAssetNode(found),
  partitionMapping: mappingBetween(downstream, upstream),
});

/** The partitions that a client names, or all of them. */
async function askedOrAll(
  { partitions: snapshot }: AssetSnapshot,
  asked: readonly string[] | null | undefined,
  context: GraphContext,
): Promise<readonly string[]> {
  if (asked !== null && asked !== undefined) return asked;
  return snapshot === undefined ? [] : [...partitionsFromSnapshot(snapshot).keys(await viewFor(snapshot, context))];
}

const toKey = (path: AssetKey): gql.AssetKey => ({ path });
