import { evaluatePartitionedConfig, type Repository, type ResolvedJob, viewOf } from "@dagwright/definitions";
import {
  assetKeyToString,
  dimensionTags,
  type ExecutionPlan,
  type InstanceBackend,
  type JsonObject,
  runPartitionOf,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { parseMultiPartitionKey, type PartitionKeyRange, type Partitions, runSubset } from "@dagwright/partitions";

export interface PartitionedRunRequest {
  readonly job: ResolvedJob;
  readonly plan: ExecutionPlan;
  readonly repository: Repository;
  readonly instance: InstanceBackend;
  readonly partitionKey?: string;
  readonly partitionRange?: PartitionKeyRange;
  readonly runConfig?: JsonObject;
  readonly tags?: Tags;
}

/**
 * The run config and tags of a run of a partition, as a launch would make them.
 *
 * @throws UnknownPartitionError for a partition that what the run makes does not have
 */
export async function partitionedRun(
  request: PartitionedRunRequest,
): Promise<{ readonly runConfig: JsonObject; readonly tags: Tags }> {
  const { job, plan, repository, instance, partitionKey, partitionRange } = request;
  const given: Tags = {
    ...job.snapshot.tags,
    ...request.tags,
    ...(partitionKey !== undefined && { [systemTags.partition]: partitionKey }),
    ...(partitionRange !== undefined && {
      [systemTags.partitionRangeStart]: partitionRange.start,
      [systemTags.partitionRangeEnd]: partitionRange.end,
    }),
  };
  const run = runPartitionOf(given);
  if (run === null) return { runConfig: request.runConfig ?? job.runConfig ?? {}, tags: given };
  const definitions = partitionsOf(job, plan, repository);
  const view = await viewOf(instance, ...definitions);
  for (const partitions of definitions) runSubset(partitions, run, view);
  const [first] = definitions;
  const dimensions =
    run.kind === "one" && first?.snapshot.kind === "multi" ? dimensionTags(parseMultiPartitionKey(first, run.key)) : {};
  if (job.partitionedConfig === null || run.kind === "range")
    return { runConfig: request.runConfig ?? job.runConfig ?? {}, tags: { ...dimensions, ...given } };
  const config = await evaluatePartitionedConfig(job.name, job.partitionedConfig, run.key);
  return { runConfig: request.runConfig ?? config.runConfig, tags: { ...config.tags, ...dimensions, ...given } };
}

/** The partitions of what a run makes, and of its job. */
function partitionsOf(job: ResolvedJob, plan: ExecutionPlan, repository: Repository): readonly Partitions[] {
  const made = plan.steps.flatMap(({ outputs }) =>
    outputs.flatMap(({ assetKey }) =>
      assetKey === null ? [] : [repository.assets.get(assetKeyToString(assetKey))?.partitions ?? null],
    ),
  );
  const all = plan.steps.some(({ outputs }) => outputs.some(({ assetKey }) => assetKey !== null)) ? made : [job.partitions];
  return [...new Set(all.filter((one) => one !== null))];
}
