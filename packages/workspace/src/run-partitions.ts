import {
  assetKeyToString,
  assetKeyToUserString,
  type AssetSnapshot,
  dimensionTags,
  DomainError,
  type JobSnapshot,
  type JsonObject,
  type LocationSnapshot,
  type PartitionsSnapshot,
  type RunPartition,
  runPartitionOf,
  type SnapshotId,
  systemTags,
  type Tags,
} from "@dagwright/model";
import {
  multiPartitionKey,
  parseMultiPartitionKey,
  type Partitions,
  partitionsFromSnapshot,
  type PartitionsView,
  runSubset,
} from "@dagwright/partitions";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { NewRun, Storage, StoreOptions } from "@dagwright/storage";

/** A run would make partitioned assets, and nobody said which partition. */
export class RunPartitionRequiredError extends DomainError<"RunPartitionRequiredError"> {
  constructor(jobName: string, asset: string) {
    super(
      "RunPartitionRequiredError",
      `A run of ${jobName} makes the asset "${asset}", which has partitions: say which with --partition or the tag ${systemTags.partition}, or a range with --partition-range or the tags ${systemTags.partitionRangeStart} and ${systemTags.partitionRangeEnd}`,
    );
  }
}

/** A run would make assets with partitions of different kinds. */
export class RunPartitionsConflictError extends DomainError<"RunPartitionsConflictError"> {
  constructor(jobName: string, assets: readonly string[]) {
    super(
      "RunPartitionsConflictError",
      `A run of ${jobName} would make assets with different partitions, and a run is for partitions of one kind. Select only some of them: ${assets.join(", ")}`,
    );
  }
}

/** What tells which partitions there are, and what time it is. */
export interface PartitionsSource extends Pick<Storage, "nowMs"> {
  readonly dynamicPartitions: Pick<Storage["dynamicPartitions"], "keys">;
}

export interface RunConfigRequest {
  readonly job: JobSnapshot;
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  readonly partition?: string;
}

/**
 * Run config and tags of a run before they are checked. One that brings no run config of its own has the job's: as it is, or made for the
 * run's partition by the job's partitioned config. Given tags go before made ones.
 *
 * @throws UserCodeError when the code that makes them throws
 */
export async function partitionedRunConfig(
  { job, runConfig, tags, partition }: RunConfigRequest,
  client: Pick<CodeLocationClient, "getPartitionConfig">,
  snapshotId: SnapshotId | null,
  options?: { readonly signal?: AbortSignal },
): Promise<{ readonly runConfig: JsonObject; readonly tags: Tags }> {
  if (Object.keys(runConfig).length > 0) return { runConfig, tags };
  const key = partition ?? partitionKeyOf(job.partitions, { ...job.tags, ...tags });
  if (job.hasPartitionedConfig !== true || key === null) return { runConfig: job.runConfig ?? runConfig, tags };
  const made = await client.getPartitionConfig({ snapshotId, jobName: job.name, partitionKey: key }, options);
  return { runConfig: made.runConfig, tags: { ...made.tags, ...tags } };
}

/**
 * Looks up which partitions a prepared run makes, and gives it the tags that say so.
 *
 * @throws UnknownPartitionError for a partition that what it makes does not have, RunPartitionRequiredError when it has to say one,
 * RunPartitionsConflictError, InvalidPartitionRangeError
 */
export async function preparePartitions(
  run: NewRun,
  location: Pick<LocationSnapshot, "assets">,
  storage: PartitionsSource,
  options?: StoreOptions,
): Promise<NewRun> {
  const definitions = partitionsMade(run, location);
  if (definitions.length === 0) return run;
  const view = await partitionsView(
    definitions.map(({ partitions }) => partitions.snapshot),
    storage,
    options,
  );
  return withPartitions(run, definitions, view);
}

/** Whether what a run makes, or its job, has partitions. */
export const hasPartitions = (run: NewRun, location: Pick<LocationSnapshot, "assets">): boolean =>
  partitionsMade(run, location).length > 0;

/** What there is of some partitions now, by the database's clock. */
export async function partitionsView(
  snapshots: readonly PartitionsSnapshot[],
  storage: PartitionsSource,
  options?: StoreOptions,
): Promise<PartitionsView> {
  const names = [...new Set(snapshots.flatMap(dynamicNames))];
  const [nowMs, ...lists] = await Promise.all([
    storage.nowMs(options),
    ...names.map((name) => storage.dynamicPartitions.keys(name, options)),
  ]);
  const keys = new Map(names.map((name, index) => [name, lists[index]!]));
  const none: readonly string[] = [];
  return { nowMs, dynamicKeys: (name) => keys.get(name) ?? none };
}

/** Names under which the keys of some partitions are added and deleted. */
export function dynamicNames(snapshot: PartitionsSnapshot): readonly string[] {
  if (snapshot.kind === "dynamic") return [snapshot.name];
  return snapshot.kind === "multi" ? snapshot.dimensions.flatMap(({ partitions }) => dynamicNames(partitions)) : [];
}

/** Partitions, and the assets of the run that have them; none of a job that makes no assets. */
interface PartitionsMade {
  readonly partitions: Partitions;
  readonly assets: Set<string>;
  readonly names: readonly string[];
}

function partitionsMade(run: NewRun, location: Pick<LocationSnapshot, "assets">): readonly PartitionsMade[] {
  const planned = run.plannedAssets ?? [];
  if (planned.length === 0) {
    const { partitions } = run.jobSnapshot;
    return partitions === undefined ? [] : [{ partitions: partitionsFromSnapshot(partitions), assets: new Set(), names: [] }];
  }
  const known = assetsByKey(location);
  const groups = new Map<
    string,
    { readonly snapshot: PartitionsSnapshot; readonly assets: string[]; readonly names: string[] }
  >();
  for (const { assetKey } of planned) {
    const id = assetKeyToString(assetKey);
    const snapshot = known.get(id)?.partitions;
    if (snapshot === undefined) continue;
    const text = textOf(snapshot);
    const group = groups.get(text) ?? { snapshot, assets: [], names: [] };
    groups.set(text, group);
    group.assets.push(id);
    group.names.push(assetKeyToUserString(assetKey));
  }
  return [...groups.values()].map(({ snapshot, assets, names }) => ({
    partitions: partitionsFromSnapshot(snapshot),
    assets: new Set(assets),
    names,
  }));
}

const texts = new WeakMap<PartitionsSnapshot, string>();

function textOf(snapshot: PartitionsSnapshot): string {
  const text = texts.get(snapshot) ?? JSON.stringify(snapshot);
  texts.set(snapshot, text);
  return text;
}

const indexes = new WeakMap<object, ReadonlyMap<string, AssetSnapshot>>();

function assetsByKey(location: Pick<LocationSnapshot, "assets">): ReadonlyMap<string, AssetSnapshot> {
  let index = indexes.get(location.assets);
  if (index === undefined) {
    index = new Map(location.assets.map((asset) => [assetKeyToString(asset.key), asset]));
    indexes.set(location.assets, index);
  }
  return index;
}

function withPartitions(run: NewRun, definitions: readonly PartitionsMade[], view: PartitionsView): NewRun {
  const [first, ...others] = definitions;
  if (first === undefined) return run;
  if (others.length > 0)
    throw new RunPartitionsConflictError(
      run.jobName,
      definitions.map(({ names }) => names[0]!),
    );
  const { partitions, assets, names } = first;
  const key = partitionKeyOf(partitions.snapshot, run.tags);
  const asked: RunPartition | null = key === null ? runPartitionOf(run.tags) : { kind: "one", key };
  if (asked === null) {
    // A job of ops may run without a partition, with run config that says all it needs.
    if (names.length === 0) return run;
    throw new RunPartitionRequiredError(run.jobName, names[0]!);
  }
  const subset = runSubset(partitions, asked, view);
  const keys = names.length === 0 ? [] : [...subset.keys()];
  const plannedAssets = (run.plannedAssets ?? []).map((planned) =>
    assets.has(assetKeyToString(planned.assetKey)) ? { ...planned, partitions: keys } : planned,
  );
  if (asked.kind === "range") return { ...run, plannedAssets };
  const dimensions = partitions.snapshot.kind === "multi" ? dimensionTags(parseMultiPartitionKey(partitions, asked.key)) : {};
  return {
    ...run,
    tags: { ...run.tags, ...dimensions, [systemTags.partition]: asked.key },
    partition: asked.key,
    plannedAssets,
  };
}

/** The key that tags name, whole or by dimension. */
function partitionKeyOf(snapshot: PartitionsSnapshot | undefined, tags: Tags): string | null {
  const whole = tags[systemTags.partition];
  if (whole !== undefined) return whole;
  if (snapshot?.kind !== "multi") return null;
  const parts = snapshot.dimensions.map(({ name }) => [name, tags[`${systemTags.partition}/${name}`]] as const);
  return parts.every((part): part is readonly [string, string] => part[1] !== undefined)
    ? multiPartitionKey(Object.fromEntries(parts))
    : null;
}
