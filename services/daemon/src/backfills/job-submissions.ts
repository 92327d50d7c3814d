import {
  assetKeyToString,
  type BackfillPolicySnapshot,
  DomainError,
  type JobSnapshot,
  type JsonObject,
  type LocationSnapshot,
  type Run,
  type RunPartition,
  type RunSelection,
  stepKey,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { runSubset } from "@dagwright/partitions";
import type { NewRun, Storage } from "@dagwright/storage";
import {
  locateStoredValues,
  NothingToReexecuteError,
  packPartitions,
  partitionedRunConfig,
  partitionsView,
  preparePartitions,
  prepareRun,
  reexecutionSelection,
  storedReexecutionSources,
} from "@dagwright/workspace";
import type { SubmissionSources } from "./asset-submissions.ts";
import type { HeldBackfill } from "./held-backfill.ts";
import { requireLocation, type ServingLocation } from "./require-location.ts";
import { runUnit } from "./run-unit.ts";
import type { Submission } from "./submission.ts";

/** The job of a backfill is not there any more, or its runs cannot be made. */
export class JobBackfillError extends DomainError<"JobBackfillError"> {
  constructor(problem: string) {
    super("JobBackfillError", problem);
  }
}

/** How many runs' config is made in code locations at a time. */
const ahead = 16;

/**
 * The runs that a backfill of a job's partitions requests next, made one at a time.
 *
 * @throws LocationAwayError, JobBackfillError, UserCodeError when the code that makes run config throws
 */
export async function* jobSubmissions(
  held: HeldBackfill,
  { storage, workspace }: SubmissionSources,
  signal: AbortSignal,
): AsyncGenerator<Submission, void, undefined> {
  const [target] = held.targets;
  const named = held.backfill.job;
  if (target === undefined || named === null) return;
  const location = requireLocation(workspace, named.location);
  const job = location.snapshot.jobs.find(({ name }) => name === named.name);
  if (job?.partitions === undefined) {
    const problem =
      job === undefined
        ? `does not define the job "${named.name}" any more`
        : `has no partitions for the job "${named.name}" any more`;
    throw new JobBackfillError(`Code location "${location.name}" ${problem}`);
  }
  const now = await partitionsView([job.partitions], storage, { signal });
  const maker = new JobRunMaker(held, job, location, {
    storage,
    view: { nowMs: held.view.nowMs, dynamicKeys: (name) => now.dynamicKeys(name) },
    signal,
  });
  const policy = policyOf(job, location.snapshot);
  const partitions = packPartitions(target.partitions, held.left(target), policy, held.view);
  // Config comes from the code location: several are on their way, and they come in order.
  const coming: Promise<Submission>[] = [];
  const submissionOf = async (partition: RunPartition): Promise<Submission> => {
    const subset = runSubset(target.partitions, partition, held.view);
    const parts = [{ place: target.place, subset }];
    try {
      const run = await maker.make(partition);
      if (run === null) return { parts, run: null, problem: null };
      const item = {
        run,
        unit: runUnit([""], partition),
        places: [target.place],
        partition,
        partitionCount: subset.size,
        isWatched: false,
      };
      return { parts, run: item, problem: null };
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== "UnknownPartitionError") throw error;
      return { parts, run: null, problem: error.message };
    }
  };
  try {
    for (const partition of partitions) {
      const submission = submissionOf(partition);
      submission.catch(() => undefined);
      coming.push(submission);
      if (coming.length >= ahead) yield await coming.shift()!;
    }
    for (const submission of coming.splice(0)) yield await submission;
  } finally {
    await Promise.allSettled(coming);
  }
}

/** The one that allows fewest partitions in a run, as in Dagster; one in each is no range. */
function policyOf(job: JobSnapshot, { assets }: LocationSnapshot): BackfillPolicySnapshot | undefined {
  const made = new Set(job.assets.map(({ assetKey }) => assetKeyToString(assetKey)));
  const policies = assets.flatMap((asset) => (made.has(assetKeyToString(asset.key)) ? [asset.backfillPolicy] : []));
  const most = Math.min(
    ...policies.map((policy) => (policy === undefined ? 1 : policy.kind === "singleRun" ? Infinity : policy.maxPartitionsPerRun)),
  );
  if (policies.length === 0 || most === 1) return undefined;
  return most === Infinity ? { kind: "singleRun" } : { kind: "multiRun", maxPartitionsPerRun: most };
}

interface MakerSources {
  readonly storage: Storage;
  readonly view: HeldBackfill["view"];
  readonly signal: AbortSignal;
}

class JobRunMaker {
  readonly #held: HeldBackfill;
  readonly #job: JobSnapshot;
  readonly #location: ServingLocation;
  readonly #sources: MakerSources;
  /** The plan of all runs that execute the same steps. */
  readonly #templates = new Map<string, NewRun>();
  readonly #checked = new Map<string, Promise<JsonObject>>();

  constructor(held: HeldBackfill, job: JobSnapshot, location: ServingLocation, sources: MakerSources) {
    this.#held = held;
    this.#job = job;
    this.#location = location;
    this.#sources = sources;
  }

  /** Null when the partition needs none. */
  async make(partition: RunPartition): Promise<NewRun | null> {
    const { backfill } = this.#held;
    const parent = backfill.fromFailure || backfill.stepKeys !== null ? await this.#lastRun(partition) : null;
    if (backfill.fromFailure && parent?.status !== "FAILURE") return null;
    const selection = await this.#selection(parent);
    if (selection === null) return null;
    const { runConfig, tags } = await this.#config(partition);
    const id = JSON.stringify(selection);
    const template =
      this.#templates.get(id) ??
      prepareRun({ location: this.#location.name, job: this.#job, runConfig: {}, tags: {}, selection, partition: "" });
    this.#templates.set(id, template);
    const { partition: _, ...plain } = template;
    const lineage = parent === null ? {} : { parentRunId: parent.id, rootRunId: parent.rootRunId ?? parent.id };
    const run: NewRun = {
      ...plain,
      runConfig,
      ...lineage,
      tags: {
        ...withoutPartition(template.tags),
        ...tags,
        ...partitionTags(this.#job.name, partition),
        ...(parent !== null && {
          [systemTags.parentRunId]: parent.id,
          [systemTags.rootRunId]: parent.rootRunId ?? parent.id,
        }),
        ...(backfill.fromFailure && { [systemTags.isResumeRetry]: "true" }),
        [systemTags.backfill]: backfill.id,
        ...backfill.tags,
      },
    };
    const { view, storage, signal } = this.#sources;
    const known = {
      nowMs: () => Promise.resolve(view.nowMs),
      dynamicPartitions: { keys: (name: string) => Promise.resolve(view.dynamicKeys(name)) },
    };
    const prepared = await preparePartitions(run, this.#location.snapshot, known, { signal });
    return parent === null ? prepared : locateStoredValues(prepared, storage);
  }

  async #selection(parent: Run | null): Promise<RunSelection | null> {
    const { assetKeys, stepKeys, fromFailure } = this.#held.backfill;
    if (fromFailure && parent !== null) {
      try {
        return await reexecutionSelection(parent, "FROM_FAILURE", storedReexecutionSources(this.#sources.storage));
      } catch (error) {
        if (error instanceof NothingToReexecuteError) return null;
        throw error;
      }
    }
    return { assetKeys, stepKeys: stepKeys === null ? null : stepKeys.map(stepKey) };
  }

  async #lastRun(partition: RunPartition): Promise<Run | null> {
    const tags = Object.entries(partitionTags(this.#job.name, partition))
      .filter(([key]) => key !== systemTags.partitionSet)
      .map(([key, value]) => ({ key, values: [value] }));
    const filter = { jobName: this.#job.name, location: this.#location.name, tags };
    const [last] = await this.#sources.storage.runs.list(filter, { limit: 1 }, { signal: this.#sources.signal });
    return last ?? null;
  }

  /** What the job makes for the partition, else what the backfill was given. */
  async #config(partition: RunPartition): Promise<{ readonly runConfig: JsonObject; readonly tags: Tags }> {
    const { backfill } = this.#held;
    const { client, snapshotId } = this.#location;
    const { signal } = this.#sources;
    const asked = { job: this.#job, tags: {}, partition: partition.kind === "one" ? partition.key : partition.start };
    const made = await partitionedRunConfig({ ...asked, runConfig: {} }, client, snapshotId, { signal });
    const hasOwn = this.#job.hasPartitionedConfig === true && Object.keys(made.runConfig).length > 0;
    const runConfig = hasOwn || Object.keys(backfill.runConfig).length === 0 ? made.runConfig : backfill.runConfig;
    const id = JSON.stringify(runConfig);
    const checked = this.#checked.get(id) ?? this.#check(runConfig);
    // Config of a partition's own does not come again.
    if (!hasOwn) this.#checked.set(id, checked);
    return { runConfig: await checked, tags: made.tags };
  }

  async #check(runConfig: JsonObject): Promise<JsonObject> {
    const { client, snapshotId } = this.#location;
    const request = { snapshotId, jobName: this.#job.name, runConfig };
    const checked = await client.validateRunConfig(request, { signal: this.#sources.signal });
    if (checked.ok) return checked.runConfig;
    const problems = checked.errors.map(({ message }) => `- ${message}`).join("\n");
    throw new JobBackfillError(`The run config does not fit job "${this.#job.name}":\n${problems}`);
  }
}

const withoutPartition = ({ [systemTags.partition]: _, ...tags }: Tags): Tags => tags;

const partitionTags = (jobName: string, partition: RunPartition): Tags => ({
  [systemTags.partitionSet]: `${jobName}_partition_set`,
  ...(partition.kind === "one"
    ? { [systemTags.partition]: partition.key }
    : { [systemTags.partitionRangeStart]: partition.start, [systemTags.partitionRangeEnd]: partition.end }),
});
