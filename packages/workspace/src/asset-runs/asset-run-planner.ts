import {
  type AssetCheckKey,
  assetJobName,
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
  dimensionTags,
  DomainError,
  type JobSnapshot,
  type JsonObject,
  type LocationSnapshot,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { parseMultiPartitionKey, type Partitions, type PartitionsView, runSubset } from "@dagwright/partitions";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { NewRun } from "@dagwright/storage";
import type { LocationEntry } from "../location-entry.ts";
import { prepareRun } from "../run-submission.ts";
import type { AssetRunRequest } from "./pack-asset-runs.ts";
import { partitionsOf } from "./partition-graph.ts";

/** A code location does not make what a run is to make. */
export class AssetNotMadeHereError extends DomainError<"AssetNotMadeHereError"> {
  constructor(location: string, keys: readonly AssetKey[]) {
    const names = keys.map((key) => `"${assetKeyToUserString(key)}"`).join(", ");
    super("AssetNotMadeHereError", `Code location "${location}" does not make the asset${keys.length === 1 ? "" : "s"} ${names}`);
  }
}

/** The run config that was given for runs of assets does not fit them. */
export class AssetRunConfigError extends DomainError<"AssetRunConfigError"> {
  constructor(keys: readonly AssetKey[], errors: readonly { readonly message: string }[]) {
    super(
      "AssetRunConfigError",
      `The run config does not fit a run of ${keys.map(assetKeyToUserString).join(", ")}:\n${errors.map(({ message }) => `- ${message}`).join("\n")}`,
    );
  }
}

export interface AssetRunPlannerOptions {
  /** A location whose code is loaded. */
  readonly entry: Pick<LocationEntry, "name" | "snapshotId"> & {
    readonly snapshot: Pick<LocationSnapshot, "jobs" | "assets">;
    readonly client: Pick<CodeLocationClient, "validateRunConfig">;
  };
  /** For every run. */
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  /** Which partitions there are. */
  readonly view: PartitionsView;
}

/**
 * Makes runs of the hidden asset job out of requests, many of them quickly: plan, run config and tags of the same assets are worked out
 * once, whatever the number of their runs.
 */
export class AssetRunPlanner {
  readonly #options: AssetRunPlannerOptions;
  readonly #job: JobSnapshot | undefined;
  readonly #partitionsOf: ReadonlyMap<string, Partitions | null>;
  readonly #templates = new Map<string, Promise<NewRun>>();

  constructor(options: AssetRunPlannerOptions) {
    const { snapshot } = options.entry;
    this.#options = options;
    this.#job = snapshot.jobs.find(({ name }) => name === assetJobName);
    this.#partitionsOf = partitionsOfAssets(snapshot.assets);
  }

  /**
   * A run, ready to be submitted.
   *
   * @throws AssetNotMadeHereError, AssetRunConfigError, UnknownPartitionError for a partition that the assets do not have (any more)
   */
  async plan({ assetKeys, partition, checkKeys }: AssetRunRequest, options?: { readonly signal?: AbortSignal }): Promise<NewRun> {
    const id = JSON.stringify([assetKeys, checkKeys ?? null]);
    const template = this.#templates.get(id) ?? this.#makeTemplate(assetKeys, checkKeys ?? null, options);
    this.#templates.set(id, template);
    const run = await template;
    if (partition === null) return run;
    const keysOf = new Map<Partitions, readonly string[]>();
    const plannedAssets = (run.plannedAssets ?? []).map((planned) => {
      const partitions = this.#partitionsOf.get(assetKeyToString(planned.assetKey)) ?? null;
      if (partitions === null) return planned;
      const keys = keysOf.get(partitions) ?? [...runSubset(partitions, partition, this.#options.view).keys()];
      keysOf.set(partitions, keys);
      return { ...planned, partitions: keys };
    });
    if (partition.kind === "range") {
      const range = { [systemTags.partitionRangeStart]: partition.start, [systemTags.partitionRangeEnd]: partition.end };
      return { ...run, plannedAssets, tags: { ...run.tags, ...range } };
    }
    const [partitions] = keysOf.keys();
    const dimensions =
      partitions?.snapshot.kind === "multi" ? dimensionTags(parseMultiPartitionKey(partitions, partition.key)) : {};
    const tags = { ...run.tags, ...dimensions, [systemTags.partition]: partition.key };
    return { ...run, plannedAssets, tags, partition: partition.key };
  }

  async #makeTemplate(
    assetKeys: readonly AssetKey[],
    checkKeys: readonly AssetCheckKey[] | null,
    options?: { readonly signal?: AbortSignal },
  ): Promise<NewRun> {
    const { entry, runConfig, tags } = this.#options;
    const job = this.#job;
    const made = job === undefined ? new Set<string>() : assetsOfJob(job);
    const unknown = assetKeys.filter((key) => !made.has(assetKeyToString(key)));
    if (job === undefined || unknown.length > 0) throw new AssetNotMadeHereError(entry.name, unknown);
    const selection = { stepKeys: null, assetKeys, checkKeys };
    const planned = prepareRun({ location: entry.name, job, runConfig, tags, selection });
    if (Object.keys(runConfig).length === 0 && (await needsNoRunConfig(job, entry, options))) return planned;
    const part = { selection, isReexecution: false };
    const request = { snapshotId: entry.snapshotId, jobName: job.name, runConfig, part };
    const checked = await entry.client.validateRunConfig(request, options);
    if (!checked.ok) throw new AssetRunConfigError(assetKeys, checked.errors);
    return planned;
  }
}

/**
 * Whether runs of a job need no run config, asked of its code once: what all of its assets together do without, some of them do too. Automation
 * and backfills make runs of ever other assets, mostly without any config.
 */
async function needsNoRunConfig(
  job: JobSnapshot,
  entry: AssetRunPlannerOptions["entry"],
  options: { readonly signal?: AbortSignal } | undefined,
): Promise<boolean> {
  const known = needNoRunConfig.get(job);
  if (known !== undefined) return known;
  const checked = await entry.client.validateRunConfig(
    { snapshotId: entry.snapshotId, jobName: job.name, runConfig: {} },
    options,
  );
  needNoRunConfig.set(job, checked.ok);
  return checked.ok;
}

const needNoRunConfig = new WeakMap<JobSnapshot, boolean>();

/** Worked out once for a state of the code: automation makes a planner at every tick. */
const partitionsByAssets = new WeakMap<LocationSnapshot["assets"], ReadonlyMap<string, Partitions | null>>();
const assetsByJob = new WeakMap<JobSnapshot, ReadonlySet<string>>();

function partitionsOfAssets(assets: LocationSnapshot["assets"]): ReadonlyMap<string, Partitions | null> {
  const known = partitionsByAssets.get(assets);
  if (known !== undefined) return known;
  const made = new Map(
    assets.map(({ key, partitions }) => [assetKeyToString(key), partitions === undefined ? null : partitionsOf(partitions)]),
  );
  partitionsByAssets.set(assets, made);
  return made;
}

function assetsOfJob(job: JobSnapshot): ReadonlySet<string> {
  const known = assetsByJob.get(job) ?? new Set(job.assets.map(({ assetKey }) => assetKeyToString(assetKey)));
  assetsByJob.set(job, known);
  return known;
}
