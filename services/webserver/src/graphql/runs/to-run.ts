import {
  type AssetCheckKey,
  type AssetKey,
  assetKeyToString,
  type ExecutionPlan,
  isFinalRunStatus,
  type JsonObject,
  redactRunConfig,
  type Run,
  type StepInputSource,
  systemTags,
} from "@dagwright/model";
import { stringify } from "yaml";

import type * as gql from "../../gen/types.ts";
import { pageSize } from "../arguments/page-size.ts";
import type { GraphContext } from "../context.ts";
import type { SnapshotCache } from "../../snapshot-cache.ts";
import { readComputeLogs } from "../compute-logs/read-compute-logs.ts";
import { readLog } from "../events/read-log.ts";
import { toExecutionPlan } from "../execution-plans/to-execution-plan.ts";
import { externalJobSourceTag } from "../jobs/to-job.ts";
import { toPipelineReference } from "../jobs/pipeline-snapshot.ts";
import { toShownTags } from "../metadata/tags.ts";
import { toRepositoryOrigin } from "../workspace/repository-origin.ts";
import { toAsset } from "../assets/to-asset.ts";
import { toQueueStatus } from "./queue-status.ts";
import { toMaterialization, toRunStepStats, toSeconds } from "./step-stats.ts";

/** A run as GraphQL tells it. What it needs beyond its row is fetched only when asked for, together for all runs of a request. */
export const toRun = (run: Run): gql.Run => ({
  __typename: "Run",
  id: run.id,
  runId: run.id,
  status: run.status,
  runStatus: run.status,
  jobName: run.jobName,
  pipelineName: run.jobName,
  pipelineSnapshotId: run.jobSnapshotId,
  pipeline: (_, context) => toPipelineReference(run, solidSelection(run), context),
  repositoryOrigin: (_, context) => toRepositoryOrigin(run.location, context),
  solidSelection: solidSelection(run),
  stats: (_, context) => toRunStats(run, context),
  stepStats: (_, context) => toRunStepStats(run.id, context),
  capturedLogs: ({ fileKey }, context) => readComputeLogs([run.id, "compute_logs", fileKey], null, null, context),
  executionPlan: async (_, { snapshots }) =>
    toExecutionPlan(
      await snapshots.plan(run.planSnapshotId),
      run.parentRunId === null ? null : () => snapshots.job(run.jobSnapshotId),
    ),
  stepKeysToExecute: async (_, { snapshots }) => (await snapshots.plan(run.planSnapshotId)).steps.map(({ key }) => key),
  runConfigYaml: async (_, { snapshots }) => (isEmpty(run.runConfig) ? "{}\n" : stringify(await shownRunConfig(run, snapshots))),
  runConfig: (_: unknown, { snapshots }: GraphContext) =>
    isEmpty(run.runConfig) ? run.runConfig : shownRunConfig(run, snapshots),
  mode: "default",
  tags: toShownTags(run.tags),
  rootRunId: run.rootRunId,
  parentRunId: run.parentRunId,
  canTerminate: !isFinalRunStatus(run.status),
  assets: async (_, { loaders, snapshots }) => {
    const planned = plannedAssets(await snapshots.plan(run.planSnapshotId));
    const made = (await loaders.materializations.load(run.id)).flatMap((entry) => ("assetKey" in entry ? [entry.assetKey] : []));
    return distinct([...planned, ...made]).map(toAsset);
  },
  eventConnection: ({ afterCursor, limit }, context) => readLog(run.id, afterCursor, limit, context),
  creationTime: run.createdAtMs / 1000,
  startTime: toSeconds(run.startedAtMs),
  endTime: toSeconds(run.endedAtMs),
  updateTime: run.updatedAtMs / 1000,
  // None in particular, as where only checks were chosen, is told as no selection.
  assetSelection: ({ limit }) =>
    run.selection.assetKeys === null || run.selection.assetKeys?.length === 0
      ? null
      : (run.selection.assetKeys?.slice(0, pageSize(limit, Infinity)).map((path) => ({ path })) ?? null),
  assetChecks: async (_, { snapshots }) => plannedChecks(await snapshots.plan(run.planSnapshotId)).map(toCheckHandle),
  assetCheckSelection: ({ limit }) => run.selection.checkKeys?.slice(0, pageSize(limit, Infinity)).map(toCheckHandle) ?? null,
  assetCheckSelectionCount: run.selection.checkKeys?.length ?? 0,
  assetSelectionCount: run.selection.assetKeys?.length ?? 0,
  assetMaterializations: async (_, { loaders }) => (await loaders.materializations.load(run.id)).map(toMaterialization),
  hasReExecutePermission: (_, { viewer }) => viewer.has("launch_pipeline_reexecution", [run.location]),
  hasTerminatePermission: (_, { viewer }) => viewer.has("terminate_pipeline_execution", [run.location]),
  hasDeletePermission: (_, { viewer }) => viewer.has("delete_pipeline_run", [run.location]),
  queueStatus: async (_, { loaders }) => {
    const wait = run.status === "QUEUED" ? await loaders.wait.load(run.id) : null;
    return wait === null ? null : toQueueStatus(wait);
  },
  hasConcurrencyKeySlots: (_, { loaders }) => loaders.holdsSlots.load(run.id),
  rootConcurrencyKeys: async (_, { snapshots }) => {
    // One for each of the steps, so that clients can count them.
    const keys = rootSteps(await snapshots.plan(run.planSnapshotId)).flatMap(({ pool }) => pool ?? []);
    return keys.length === 0 ? null : keys;
  },
  hasUnconstrainedRootNodes: async (_, { snapshots }) =>
    rootSteps(await snapshots.plan(run.planSnapshotId)).some(({ pool }) => pool === null),
  // The snapshot that a run of a part keeps is that of its whole job, which is what clients look for here.
  parentPipelineSnapshotId: isOfPart(run) ? run.jobSnapshotId : null,
  resolvedOpSelection: async (_, { snapshots }) =>
    solidSelection(run) === null
      ? null
      : [...new Set((await snapshots.plan(run.planSnapshotId)).steps.map(({ handle }) => handle.join(".")))].toSorted(),
  hasRunMetricsEnabled: isStarted(run) && metricsTags.some((tag) => isTrue(run.tags[tag])),
  externalJobSource: run.tags[externalJobSourceTag]?.toLowerCase() ?? null,
  allPools: async (_, { snapshots }) => poolsOf((await snapshots.plan(run.planSnapshotId)).steps),
});

const isEmpty = (runConfig: JsonObject): boolean => Object.keys(runConfig).length === 0;

/** The run's config without what its job calls secret. */
const shownRunConfig = async (run: Run, snapshots: SnapshotCache): Promise<JsonObject> =>
  redactRunConfig(run.runConfig, await snapshots.job(run.jobSnapshotId));

/** Whether it does what was chosen of its job. Steps alone are no such choice: a retry of some is still about the whole. */
const isOfPart = ({ tags, selection: { assetKeys, checkKeys } }: Run): boolean =>
  tags[systemTags.opSelection] !== undefined || assetKeys !== null || checkKeys !== undefined;

/** What the client chose by op selection, as it wrote it. */
function solidSelection({ tags }: Run): string[] | null {
  const text = tags[systemTags.opSelection];
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : [text];
  } catch {
    return text.split(",").map((each) => each.trim());
  }
}

async function toRunStats(run: Run, { loaders }: Parameters<typeof toRunStepStats>[1]): Promise<gql.RunStatsSnapshot> {
  const [steps, materializations] = await Promise.all([loaders.stepStats.load(run.id), loaders.materializations.load(run.id)]);
  return {
    __typename: "RunStatsSnapshot",
    id: `stats-${run.id}`,
    runId: run.id,
    stepsSucceeded: steps.filter(({ status }) => status === "SUCCESS").length,
    stepsFailed: steps.filter(({ status }) => status === "FAILURE").length,
    materializations: materializations.length,
    expectations: 0,
    enqueuedTime: toSeconds(run.enqueuedAtMs),
    launchTime: toSeconds(run.launchedAtMs),
    startTime: toSeconds(run.startedAtMs),
    endTime: toSeconds(run.endedAtMs),
  };
}

const plannedAssets = ({ steps }: ExecutionPlan): AssetKey[] =>
  steps.flatMap(({ outputs }) => outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])));

const plannedChecks = ({ steps }: ExecutionPlan): AssetCheckKey[] =>
  steps.flatMap(({ outputs }) => outputs.flatMap(({ check }) => check ?? []));

const toCheckHandle = ({ assetKey, name }: AssetCheckKey): gql.AssetCheckhandle => ({ name, assetKey: { path: assetKey } });

const distinct = (keys: readonly AssetKey[]): AssetKey[] => [
  ...new Map(keys.map((key) => [assetKeyToString(key), key])).values(),
];

/** Steps that wait for no other of the run. */
function rootSteps({ steps }: ExecutionPlan): ExecutionPlan["steps"] {
  const keys = new Set(steps.map(({ key }) => key));
  const isMadeHere = (source: StepInputSource): boolean => source.kind === "step" && keys.has(source.stepKey);
  return steps.filter(({ inputs }) => !inputs.some(({ sources }) => sources.some(isMadeHere)));
}

/** Tags by which a run asks for its processes to be measured. */
const metricsTags = ["dagster/run_metrics", ".dagster/run_metrics"];
const isTrue = (value: string | undefined): boolean =>
  value !== undefined && ["true", "1", "yes", "y"].includes(value.toLowerCase());
const isStarted = ({ status }: Run): boolean => !["QUEUED", "NOT_STARTED", "MANAGED", "STARTING"].includes(status);

/** Null when no step is in a pool. */
function poolsOf(steps: ExecutionPlan["steps"]): string[] | null {
  const pools = [...new Set(steps.flatMap(({ pool }) => (pool === null ? [] : [pool])))];
  return pools.length === 0 ? null : pools;
}
