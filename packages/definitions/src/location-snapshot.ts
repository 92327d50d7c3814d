import { readFileSync } from "node:fs";
import {
  assetKeyToString,
  type AssetSnapshot,
  type LocationSnapshot,
  type ScheduleSnapshot,
  type SensorSnapshot,
  snapshotFormatVersion,
} from "@dagwright/model";
import type { AnyAsset } from "./asset.ts";
import { brandOf } from "./brand.ts";
import { ConfigTypes } from "./config-types.ts";
import type { Repository } from "./repository.ts";
import { resourceSnapshot } from "./resolve-job.ts";
import { valueType } from "./value-type.ts";

/** Describes a code location without its code: what hosts know of it. Equal definitions give equal snapshots. */
export function toLocationSnapshot(repository: Repository): LocationSnapshot {
  const jobNames = jobNamesByAsset(repository);
  const types = new ConfigTypes();
  return {
    formatVersion: snapshotFormatVersion,
    sdkVersion,
    jobs: [...repository.jobs.values()].map((one) => one.snapshot),
    assets: [...repository.assets].map(([id, one]) => assetSnapshot(one, jobNames.get(id) ?? [])),
    schedules: [...repository.schedules.values()].map(
      ({ name, description, tags, metadata, defaultStatus, jobName, cron, timeZone }): ScheduleSnapshot => ({
        name,
        description,
        tags,
        metadata,
        defaultStatus,
        jobName,
        cron,
        timeZone,
      }),
    ),
    sensors: [...repository.sensors.values()].map(
      ({ name, description, tags, metadata, defaultStatus, jobNames: jobs, minimumIntervalSeconds }): SensorSnapshot => ({
        name,
        description,
        tags,
        metadata,
        defaultStatus,
        jobNames: jobs,
        minimumIntervalSeconds,
      }),
    ),
    resources: [...repository.resources.values()].map((one) => resourceSnapshot(one, types)),
    metadata: repository.metadata,
  };
}

const { version: sdkVersion } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

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

function assetSnapshot(one: AnyAsset, jobNames: readonly string[]): AssetSnapshot {
  const { key, description, group, metadata, ioManagerKey, schema } = one;
  const partitions = one.partitions === null ? {} : { partitions: one.partitions.snapshot };
  const shared = { key, description, group, metadata, ioManagerKey, type: valueType(schema), jobNames, ...partitions };
  if (!("op" in one) || brandOf(one)?.kind !== "asset") {
    return {
      ...shared,
      kinds: [],
      owners: [],
      tags: {},
      codeVersion: null,
      dependencies: [],
      isExternal: true,
      isExecutable: false,
      opName: null,
    };
  }
  const { kinds, owners, tags, codeVersion, dependencies, op, backfillPolicy } = one;
  const mappings = op.ins.flatMap(({ assetKey, read }) =>
    assetKey === null || read === undefined || read.mapping === null ? [] : [{ upstream: assetKey, mapping: read.mapping.snapshot }],
  );
  return {
    ...shared,
    kinds,
    owners,
    tags,
    codeVersion,
    dependencies,
    isExternal: false,
    isExecutable: true,
    opName: op.name,
    ...(mappings.length > 0 && { partitionMappings: mappings }),
    ...(backfillPolicy !== null && { backfillPolicy }),
  };
}
