import { assetJobName, type CodeLocationName, type JobSnapshot, repositoryName } from "@dagwright/model";
import { stringify } from "yaml";

import { jobSnapshotId } from "../../snapshot-cache.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toAutomationCondition } from "../assets/asset-policies.ts";
import { toSchedule } from "../instigators/to-schedule.ts";
import { toSensor } from "../instigators/to-sensor.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toOwner } from "../metadata/owners.ts";
import { jobPartitionFields } from "../partitions/partition-sets.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRun } from "../runs/to-run.ts";
import type { FoundJob } from "../workspace/find-definitions.ts";
import { toRepository } from "../workspace/to-repository.ts";
import { toModes } from "./modes.ts";
import { nodeNames, type PartOfJob, toSolids } from "./solids.ts";
import { toDagsterType, valueTypesOf } from "./value-types.ts";

/** Tells that another orchestrator owns the job that ours stands for. */
export const externalJobSourceTag = "dagster/external_job_source";

/**
 * A job, also of former code: what its snapshot alone says.
 *
 * @param part - what a selection leaves of it; null: all
 */
export const toJobDescription = (job: JobSnapshot, part: PartOfJob | null = null) => ({
  ...toSolids(job, job.rootGraph, part),
  name: job.name,
  description: job.description,
  pipelineSnapshotId: () => jobSnapshotId(job),
  modes: () => toModes(job),
  owners: () => job.owners.map(toOwner),
  dagsterTypes: () => valueTypesOf(job).map(toDagsterType),
  dagsterTypeOrError: ({ dagsterTypeName }: { readonly dagsterTypeName: string }): gql.DagsterTypeOrError => {
    const type = valueTypesOf(job).find(({ name }) => name === dagsterTypeName);
    if (type !== undefined) return toDagsterType(type);
    const message = `Job "${job.name}" has no value of type "${dagsterTypeName}"`;
    return { __typename: "DagsterTypeNotFoundError", message, dagsterTypeName };
  },
  tags: () => tagsOf(job),
  // A job of ops has no tags for its runs alone, its tags are theirs as well; with Dagster a job of assets tells the same ones twice.
  runTags: () => (job.assets.length > 0 ? tagsOf(job) : []),
  metadataEntries: () => toMetadataEntries(job.metadata),
  graphName: job.rootGraph,
  // No snapshot is made of a part: a run keeps that of its whole job and the selection beside it.
  parentSnapshotId: part === null ? null : jobSnapshotId(job),
  externalJobSource: job.tags[externalJobSourceTag]?.toLowerCase() ?? null,
});

const tagsOf = (job: JobSnapshot): gql.PipelineTag[] => Object.entries(job.tags).map(([key, value]) => ({ key, value }));

/** The name under which a launch asks for the run config that a job brings along. */
export const defaultPreset = "default";

const presetsOf = (job: JobSnapshot): gql.PipelinePreset[] =>
  job.runConfig === undefined
    ? []
    : [
        {
          name: defaultPreset,
          solidSelection: null,
          runConfigYaml: stringify(job.runConfig),
          mode: "default",
          tags: tagsOf(job),
        },
      ];

/** Stable over reloads, and unique among the jobs of a workspace. */
const jobId = (location: CodeLocationName, jobName: string): string => `${repositoryName}@${location}:${jobName}`;

function describe(found: FoundJob, part: PartOfJob | null = null) {
  const { entry, snapshot, job } = found;
  return {
    ...toJobDescription(job, part),
    id: jobId(entry.name, job.name),
    runs: (
      page: { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined },
      context: GraphContext,
    ) => runsOf(entry.name, job.name, page, context),
    schedules: () =>
      snapshot.schedules
        .filter(({ jobName }) => jobName === job.name)
        .map((schedule) => toSchedule({ entry, snapshot, schedule })),
    sensors: () =>
      snapshot.sensors
        .filter(({ jobNames }) => jobNames.includes(job.name))
        .map((sensor) => toSensor({ entry, snapshot, sensor })),
    presets: () => presetsOf(job),
    isJob: true,
    isAssetJob: job.name === assetJobName || job.assets.length > 0 || (job.checks ?? []).length > 0,
    repository: () => toRepository(found),
    ...jobPartitionFields(found),
    hasLaunchExecutionPermission: (_: object, { viewer }: GraphContext) => viewer.has("launch_pipeline_execution", [entry.name]),
    hasLaunchReexecutionPermission: (_: object, { viewer }: GraphContext) =>
      viewer.has("launch_pipeline_reexecution", [entry.name]),
    nodeNames: () => nodeNames(job, part),
    automationCondition: toAutomationCondition(job.automationCondition),
  };
}

async function runsOf(
  location: CodeLocationName,
  jobName: string,
  { cursor, limit }: { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined },
  context: GraphContext,
): Promise<gql.Run[]> {
  return (await listRuns({ jobName, location }, cursor, limit, context)).map(toRun);
}

/** A job of a loaded code location, under the older of its two names in GraphQL. */
export const toPipeline = (found: FoundJob, part: PartOfJob | null = null): gql.Pipeline => ({
  __typename: "Pipeline",
  ...describe(found, part),
});

export const toJob = (found: FoundJob): gql.Job => ({ __typename: "Job", ...describe(found) });
