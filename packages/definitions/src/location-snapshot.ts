import { readFileSync } from "node:fs";
import {
  assetCheckKeyToString,
  type AssetCheckSnapshot,
  assetKeysEqual,
  assetKeyToString,
  type AssetSnapshot,
  type LocationSnapshot,
  type SensorSnapshot,
  snapshotFormatVersion,
} from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import { AssetSelection } from "./asset-selection.ts";
import type { RepositoryCheck } from "./asset-checks/collect-checks.ts";
import { brandOf } from "./brand.ts";
import { ConfigTypes } from "./config-types.ts";
import type { Repository } from "./repository.ts";
import { resourceSnapshot } from "./resolve-job.ts";
import { partitionMappingsOf } from "./partitions/partition-mappings.ts";
import { ownersAndTarget } from "./owners-and-target.ts";
import { scheduleSnapshots } from "./schedule-snapshots.ts";
import { defaultAutomationSensor } from "./automation/default-automation-sensor.ts";
import { keysOf } from "./sensors/multi-asset-sensor.ts";
import type { SensorDefinition } from "./sensors/sensor-definition.ts";
import { valueType } from "./value-type.ts";

/** Describes a code location without its code: what hosts know of it. Equal definitions give equal snapshots. */
export function toLocationSnapshot(repository: Repository): LocationSnapshot {
  const jobNames = jobNamesByAsset(repository);
  const types = new ConfigTypes();
  return {
    formatVersion: snapshotFormatVersion,
    sdkVersion,
    jobs: [...repository.jobs.values()].map((one) => one.snapshot),
    assets: [...repository.assets].map(([id, one]) => assetSnapshot(one, repository, jobNames.get(id) ?? [])),
    ...(repository.assetChecks.size > 0 && { checks: checkSnapshots(repository) }),
    schedules: scheduleSnapshots(repository),
    sensors: [...repository.sensors.values(), ...defaultAutomationSensor(repository)].map((one) =>
      sensorSnapshot(one, repository),
    ),
    resources: [...repository.resources.values()].map((one) => resourceSnapshot(one, types)),
    metadata: repository.metadata,
  };
}

const { version: sdkVersion } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

function sensorSnapshot(one: SensorDefinition, { assets }: Repository): SensorSnapshot {
  const { name, description, tags, metadata, defaultStatus, jobNames, minimumIntervalSeconds, sensorType } = one;
  const { timeoutSeconds, monitoredAssets, monitoredRuns } = one;
  return {
    name,
    description,
    tags,
    metadata,
    defaultStatus,
    jobNames,
    minimumIntervalSeconds,
    ...(sensorType !== "STANDARD" && { sensorType }),
    ...(timeoutSeconds !== null && { timeoutSeconds }),
    ...ownersAndTarget(one, assets),
    ...(monitoredAssets !== null && { monitoredAssets: keysOf(monitoredAssets, assets) }),
    ...(one.isAssetDriven === true && { isAssetDriven: true as const }),
    ...(monitoredRuns !== null && { monitoredRuns }),
    ...(one.automation !== undefined && {
      automation: one.automation,
      assetSelection: {
        text: one.automation.selection,
        assetKeys: keysOf(AssetSelection.fromText(one.automation.selection), assets),
      },
    }),
  };
}

function jobNamesByAsset(repository: Repository): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { snapshot } of repository.jobs.values()) {
    for (const { assetKey } of snapshot.assets) {
      const id = assetKeyToString(assetKey);
      const list = names.get(id);
      if (list) list.push(snapshot.name);
      else names.set(id, [snapshot.name]);
    }
  }
  return names;
}

function checkSnapshots(repository: Repository): readonly AssetCheckSnapshot[] {
  const jobNames = new Map<string, string[]>();
  for (const { snapshot } of repository.jobs.values()) {
    for (const check of snapshot.checks ?? []) {
      const id = assetCheckKeyToString(check);
      jobNames.set(id, [...(jobNames.get(id) ?? []), snapshot.name]);
    }
  }
  return [...repository.assetChecks].map(([id, { spec, op, definition }]) => ({
    assetKey: spec.assetKey,
    name: spec.name,
    description: spec.description,
    blocking: spec.blocking,
    metadata: spec.metadata,
    ...(spec.automationCondition !== null && { automationCondition: spec.automationCondition.expression }),
    canExecuteIndividually: isAlone(op, definition) ? "CAN_EXECUTE" : "REQUIRES_MATERIALIZATION",
    jobNames: jobNames.get(id) ?? [],
    opName: op.name,
    additionalAssetKeys:
      definition === null
        ? []
        : op.ins.flatMap(({ assetKey }) => (assetKey === null || assetKeysEqual(assetKey, spec.assetKey) ? [] : [assetKey])),
  }));
}

/** Whether a run can evaluate the check without its asset and without other checks. */
const isAlone = (op: RepositoryCheck["op"], definition: RepositoryCheck["definition"]): boolean =>
  definition === null ? "nodes" in op && op.canSubset === true : definition.canSubset || definition.specs.length === 1;

function assetSnapshot(one: AnyAsset, repository: Repository, jobNames: readonly string[]): AssetSnapshot {
  const { key, description, group, metadata, kinds, owners, tags, codeVersion, dependencies, ioManagerKey, schema } = one;
  const { freshnessPolicy, automationCondition } = one;
  const shared = {
    key,
    description,
    group,
    metadata,
    kinds,
    owners,
    tags,
    codeVersion,
    dependencies,
    ioManagerKey,
    type: valueType(schema),
    jobNames,
    ...(one.partitions !== null && { partitions: one.partitions.snapshot }),
    ...(freshnessPolicy !== null && { freshnessPolicy }),
    ...(automationCondition !== null && { automationCondition: automationCondition.expression }),
  };
  if (!("node" in one) || brandOf(one)?.kind !== "asset") {
    return { ...shared, isExternal: true, isExecutable: false, opName: null };
  }
  const { node, backfillPolicy, isObserved } = one;
  const mappings = partitionMappingsOf(one, repository);
  return {
    ...shared,
    isExternal: isObserved,
    isExecutable: true,
    ...(isObserved && { isObservable: true }),
    opName: node.name,
    ...(mappings.length > 0 && { partitionMappings: mappings }),
    ...(backfillPolicy !== null && { backfillPolicy }),
  };
}
