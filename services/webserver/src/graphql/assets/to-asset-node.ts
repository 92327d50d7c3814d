import {
  type AssetKey,
  assetJobName,
  assetKeyToString,
  type AssetSnapshot,
  type JobSnapshot,
  type OpSnapshot,
} from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
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
import { assetPartitionFields, mappingBetween } from "../partitions/asset-partitions.ts";
import { dependentsOf, findAssets, type FoundAsset } from "./find-assets.ts";
import { toAutomationCondition, toFreshnessPolicy } from "./asset-policies.ts";
import { causesOf, dataVersion, statusOf } from "./staleness.ts";

/** An asset as a code location defines it. */
export function toAssetNode(found: FoundAsset): gql.AssetNode {
  const { entry, snapshot, asset } = found;
  const op = findOp(found);
  const ops = opsOf(found);
  return {
    __typename: "AssetNode",
    id: `${repositoryId(entry.name)}.${assetKeyToString(asset.key)}`,
    assetKey: toKey(asset.key),
    description: ({ characterLimit }) => asset.description?.slice(0, characterLimit ?? undefined) ?? null,
    groupName: asset.group,
    owners: () => asset.owners.map(toAssetOwner),
    kinds: asset.kinds,
    computeKind: asset.kinds[0] ?? null,
    // Clients know kinds as tags, too.
    tags: [
      ...Object.entries(asset.tags).map(([key, value]) => ({ key, value })),
      ...asset.kinds.map((kind) => ({ key: `dagster/kind/${kind}`, value: "" })),
    ],
    metadataEntries: () => toMetadataEntries(asset.metadata),
    isExecutable: asset.isExecutable,
    isObservable: asset.isObservable === true,
    isMaterializable: asset.isExecutable && !asset.isExternal,
    // Neither exists here: every asset is declared.
    isVirtual: false,
    isAutoCreatedStub: false,
    internalFreshnessPolicy: toFreshnessPolicy(asset.freshnessPolicy),
    automationCondition: toAutomationCondition(asset.automationCondition),
    dependencyKeys: asset.dependencies.map(toKey),
    dependencies: (_, context) => findAssets(context, asset.dependencies).map((each) => dependency(each, asset, each.asset)),
    dependedByKeys: (_, context) => dependentsOf(asset.key, context).map(({ asset: { key } }) => toKey(key)),
    dependedBy: (_, context) => dependentsOf(asset.key, context).map((each) => dependency(each, each.asset, asset)),
    assetMaterializations: (args, context) => materializationsOf(asset.key, args, context),
    assetObservations: (args, context) => observationsOf(asset.key, args, context),
    ...assetPartitionFields(asset),
    jobNames: asset.jobNames,
    jobs: () =>
      snapshot.jobs.filter(({ name }) => asset.jobNames.includes(name)).map((job) => toPipeline({ entry, snapshot, job })),
    op: () => (op === null ? null : toOpDefinition(op.op, op.job)),
    opName: asset.opName,
    opNames: ops.map(({ name }) => name),
    opTags: Object.entries(op?.op.tags ?? {}).map(([key, value]) => ({ key, value })),
    opVersion: asset.codeVersion,
    graphName: graphName(found),
    pools: [...new Set(ops.flatMap(({ pool }) => (pool === null ? [] : [pool])))],
    configField: () => (op === null ? null : toNamelessField(op.op.configType, configTypesOf(op.job))),
    requiredResources: [...new Set(ops.flatMap(({ requiredResourceKeys }) => requiredResourceKeys))].map((resourceKey) => ({
      resourceKey,
    })),
    dataVersion: ({ partition }, context) => dataVersion(asset, partition ?? null, context),
    dataVersionByPartition: ({ partitions }, context) =>
      Promise.all((partitions ?? []).map((partition) => dataVersion(asset, partition, context))),
    staleStatus: ({ partition }, context) => statusOf(asset, partition ?? null, context),
    staleStatusByPartition: ({ partitions }, context) =>
      Promise.all((partitions ?? []).map((partition) => statusOf(asset, partition, context))),
    staleCauses: ({ partition }, context) => causesOf(asset, partition ?? null, context),
    staleCausesByPartition: ({ partitions }, context) =>
      Promise.all((partitions ?? []).map((partition) => causesOf(asset, partition, context))),
    type: () => (asset.isExternal ? null : toDagsterType(asset.type)),
    repository: () => toRepository(found),
    ...checkFieldsOf(found),
    hasReportRunlessAssetEventPermission: (_, { permissions }) => permissions.has("report_runless_asset_events"),
    hasMaterializePermission: (_, { permissions }) => permissions.has("launch_pipeline_execution"),
    targetingInstigators: () => [
      ...snapshot.schedules
        .filter(({ jobName }) => asset.jobNames.includes(jobName))
        .map((schedule) => toSchedule({ entry, snapshot, schedule })),
      ...snapshot.sensors
        .filter(({ jobNames }) => jobNames.some((name) => asset.jobNames.includes(name)))
        .map((sensor) => toSensor({ entry, snapshot, sensor })),
    ],
  };
}

const dependency = (found: FoundAsset, downstream: AssetSnapshot, upstream: AssetSnapshot): gql.AssetDependency => ({
  asset: toAssetNode(found),
  partitionMapping: mappingBetween(downstream, upstream),
});

const toKey = (path: AssetKey): gql.AssetKey => ({ path });

function assetJob({ snapshot, asset }: FoundAsset): JobSnapshot | undefined {
  return (
    snapshot.jobs.find(({ name }) => name === assetJobName) ?? snapshot.jobs.find(({ name }) => asset.jobNames.includes(name))
  );
}

function findOp(found: FoundAsset): { readonly op: OpSnapshot; readonly job: JobSnapshot } | null {
  const job = assetJob(found);
  const op = job?.ops.find(({ name }) => name === found.asset.opName);
  return job === undefined || op === undefined ? null : { op, job };
}

/** The ops that make the asset: its own, or all of its graph. */
function opsOf(found: FoundAsset): readonly OpSnapshot[] {
  const job = assetJob(found);
  const { opName } = found.asset;
  if (job === undefined || opName === null) return [];
  const names = (definition: string, isGraph: boolean): readonly string[] =>
    isGraph
      ? (job.graphs.find(({ name }) => name === definition)?.nodes ?? []).flatMap((node) => names(node.definition, node.isGraph))
      : [definition];
  const wanted = new Set(names(opName, graphName(found) !== null));
  return job.ops.filter(({ name }) => wanted.has(name));
}

/** The graph that makes the asset, when it is not a single op. */
function graphName(found: FoundAsset): string | null {
  const job = assetJob(found);
  const key = assetKeyToString(found.asset.key);
  const made = job?.assets.find(({ assetKey }) => assetKeyToString(assetKey) === key);
  const node = job?.graphs.find(({ name }) => name === job.rootGraph)?.nodes.find(({ name }) => name === made?.node);
  return node?.isGraph === true ? node.definition : null;
}
