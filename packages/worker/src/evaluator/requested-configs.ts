import { evaluatePartitionedConfig, type Repository, type ResolvedJob, validateRunConfig } from "@dagwright/definitions";
import { ExecutionPlanError } from "@dagwright/graph";
import { type JsonObject, type RequestedRunConfig, type RunRequest, selectionOf, systemTags } from "@dagwright/model";

/**
 * Makes and checks the run config of each run request where the code is, so that a tick needs no further call.
 *
 * @param jobNames - of the schedule or sensor; a request that names no job is for the only one
 * @throws what the code of a partitioned config throws
 */
export async function requestedConfigs(
  repository: Repository,
  requests: readonly RunRequest[],
  jobNames: readonly string[],
): Promise<readonly (RequestedRunConfig | null)[]> {
  const configs: (RequestedRunConfig | null)[] = [];
  for (const request of requests) {
    const name = request.jobName ?? (jobNames.length === 1 ? jobNames[0] : undefined);
    const job = name === undefined ? undefined : repository.jobs.get(name);
    configs.push(job === undefined ? null : await requestedConfig(repository, job, request));
  }
  return configs;
}

async function requestedConfig(
  repository: Repository,
  job: ResolvedJob,
  request: RunRequest,
): Promise<RequestedRunConfig | null> {
  const made = await madeConfig(job, request);
  if (made === null) return null;
  const part = { selection: selectionOf(request), isReexecution: false };
  let checked: ReturnType<typeof validateRunConfig>;
  try {
    checked = validateRunConfig(repository, job.name, made.runConfig, { part });
  } catch (error) {
    // Whoever plans the run tells of assets that the job does not have.
    if (error instanceof ExecutionPlanError) return null;
    throw error;
  }
  return checked.ok
    ? { ok: true, ...made }
    : { ok: false, tags: made.tags, errors: checked.errors.map((error) => ({ ...error, path: error.path.map(String) })) };
}

/** Null: the partition is told by tags of its dimensions, and its key is not known here. */
async function madeConfig(
  job: ResolvedJob,
  { runConfig, tags, partition }: RunRequest,
): Promise<{ readonly runConfig: JsonObject; readonly tags: RunRequest["tags"] } | null> {
  if (Object.keys(runConfig).length > 0) return { runConfig, tags: {} };
  if (job.partitionedConfig === null) return { runConfig: job.runConfig ?? runConfig, tags: {} };
  const all = { ...job.snapshot.tags, ...tags };
  const key = partition ?? all[systemTags.partition];
  if (key !== undefined) return evaluatePartitionedConfig(job.name, job.partitionedConfig, key);
  const hasDimensions = Object.keys(all).some((tag) => tag.startsWith(`${systemTags.partition}/`));
  return hasDimensions ? null : { runConfig, tags: {} };
}
