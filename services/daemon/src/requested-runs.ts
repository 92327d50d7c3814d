import {
  type CodeLocationName,
  DomainError,
  type InstigatorKind,
  type JobSnapshot,
  type LocationSnapshot,
  type RequestedRunConfig,
  type RunRequest,
  type RunSelection,
  selectionOf,
  systemTags,
  type Tags,
} from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { TickRun } from "@dagwright/storage";
import { partitionedRunConfig, type PartitionsSource, preparePartitions, prepareRun } from "@dagwright/workspace";

/** The schedule or sensor that asks for runs, and the code that it belongs to. */
export interface Requester {
  readonly kind: InstigatorKind;
  readonly name: string;
  readonly location: CodeLocationName;
  readonly jobNames: readonly string[];
  /** Of all of its runs. */
  readonly tags: Tags;
  readonly snapshot: LocationSnapshot;
  /** Asked for run config that nobody has checked yet. */
  readonly client: Pick<CodeLocationClient, "getPartitionConfig" | "validateRunConfig">;
}

/** A run that was asked for, and what is known of its run config. */
export interface RequestedRun {
  readonly request: RunRequest;
  /** Null: it has to be made and checked. */
  readonly config: RequestedRunConfig | null;
  /** The time that its tick is for. */
  readonly scheduledAtMs: number;
}

/**
 * Makes a run out of a request, ready to be submitted with its tick.
 *
 * @param partitions - which there are, with those that the same tick adds
 * @throws RunRequestJobError, RunKeyTooLongError, RunRequestConfigError, RunRequestPartitionError, UnknownPartitionError and its like: each fails the tick
 */
export async function prepareRequestedRun(
  { request, config, scheduledAtMs }: RequestedRun,
  { kind, name, location, jobNames, tags, snapshot, client }: Requester,
  partitions: PartitionsSource,
  signal: AbortSignal,
): Promise<TickRun> {
  const job = chooseJob(request, name, jobNames, snapshot);
  if (Buffer.byteLength(request.runKey ?? "") > mostRunKeyBytes) throw new RunKeyTooLongError(name, request.runKey ?? "");
  const partition = request.partition === null ? {} : { partition: request.partition };
  const asked = { job, runConfig: request.runConfig, tags: request.tags, ...partition };
  const selection = selectionOf(request);
  const checked = config ?? (await checkedConfig(asked, selection, client, signal));
  if (!checked.ok) throw new RunRequestConfigError(name, job.name, checked.errors);
  const planned = prepareRun({
    location,
    job,
    runConfig: checked.runConfig,
    tags: {
      ...checked.tags,
      ...request.tags,
      ...tags,
      ...(kind === "SCHEDULE" && { [systemTags.tick]: new Date(scheduledAtMs).toISOString() }),
      ...(request.runKey !== null && { [systemTags.runKey]: request.runKey }),
    },
    selection,
    ...partition,
  });
  const run = await preparePartitions(planned, snapshot, partitions, { signal });
  // Nothing that it makes has partitions.
  if (request.partition !== null && run === planned) throw new RunRequestPartitionError(name, job.name, request.partition);
  return { run, runKey: request.runKey };
}

/** The run config of a request that an older code location has not checked itself. */
async function checkedConfig(
  asked: Parameters<typeof partitionedRunConfig>[0],
  selection: RunSelection,
  client: Requester["client"],
  signal: AbortSignal,
): Promise<RequestedRunConfig> {
  const { runConfig, tags } = await partitionedRunConfig(asked, client, null, { signal });
  const part = { selection, isReexecution: false };
  const checked = await client.validateRunConfig({ snapshotId: null, jobName: asked.job.name, runConfig, part }, { signal });
  return { ...checked, tags };
}

function chooseJob(
  request: RunRequest,
  instigator: string,
  jobNames: readonly string[],
  snapshot: LocationSnapshot,
): JobSnapshot {
  const name = request.jobName ?? (jobNames.length === 1 ? jobNames[0] : undefined);
  const job = name === undefined ? undefined : snapshot.jobs.find((candidate) => candidate.name === name);
  if (job === undefined || !jobNames.includes(job.name)) throw new RunRequestJobError(instigator, request.jobName, jobNames);
  return job;
}

/** What an index of the database can hold, with room for the sensor's name. */
const mostRunKeyBytes = 2_000;

/** A run key that could not be looked up. */
class RunKeyTooLongError extends DomainError<"RunKeyTooLongError"> {
  constructor(instigator: string, runKey: string) {
    super(
      "RunKeyTooLongError",
      `A run key of "${instigator}" has ${Buffer.byteLength(runKey)} bytes, and at most ${mostRunKeyBytes} are allowed; use a hash of it. It begins with ${JSON.stringify(runKey.slice(0, 40))}`,
    );
  }
}

/** A run request names no job of its schedule or sensor. */
class RunRequestJobError extends DomainError<"RunRequestJobError"> {
  constructor(instigator: string, jobName: string | null, jobNames: readonly string[]) {
    const asked = jobName === null ? "names no job" : `names the job "${jobName}"`;
    super("RunRequestJobError", `A run request of "${instigator}" ${asked}; it must be one of: ${jobNames.join(", ")}`);
  }
}

/** The run config of a run request does not fit its job. */
class RunRequestConfigError extends DomainError<"RunRequestConfigError"> {
  constructor(instigator: string, jobName: string, errors: readonly { readonly message: string }[]) {
    super(
      "RunRequestConfigError",
      `The run config that "${instigator}" asked for does not fit job "${jobName}":\n${errors.map(({ message }) => `- ${message}`).join("\n")}`,
    );
  }
}

/** A run was asked for of a partition, and its job has none. */
class RunRequestPartitionError extends DomainError<"RunRequestPartitionError"> {
  constructor(instigator: string, jobName: string, partition: string) {
    super(
      "RunRequestPartitionError",
      `A run request of "${instigator}" is for the partition "${partition}", and neither the job "${jobName}" nor an asset that the run makes has partitions`,
    );
  }
}
