import {
  type AssetKey,
  assetKeyFromString,
  assetKeyToString,
  type Backfill,
  isActiveBackfillStatus,
  type RunStatus,
  systemTags,
} from "@dagwright/model";
import { type PartitionSubset } from "@dagwright/partitions";
import type { BackfillTarget } from "@dagwright/storage";
import { type BackfillState, type BackfillTargetState, readBackfillState } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toPythonErrorOrNull } from "../errors/python-error.ts";
import { locationsOfBackfill } from "../permissions/concerned-locations.ts";
import { logEvents } from "./backfill-log.ts";
import { toShownTags } from "../metadata/tags.ts";
import { setNameOf, toPartitionSet } from "../partitions/partition-sets.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRun } from "../runs/to-run.ts";
import { loadedLocations } from "../workspace/find-definitions.ts";

/** The run status that stands for a backfill's among runs. */
const runStatusOf = {
  REQUESTED: "STARTED",
  COMPLETED: "SUCCESS",
  COMPLETED_SUCCESS: "SUCCESS",
  COMPLETED_FAILED: "FAILURE",
  FAILED: "FAILURE",
  FAILING: "FAILURE",
  CANCELED: "CANCELED",
  CANCELING: "CANCELING",
} as const satisfies Record<Backfill["status"], RunStatus>;

const unfinished: readonly RunStatus[] = ["QUEUED", "NOT_STARTED", "MANAGED", "STARTING", "STARTED", "CANCELING"];
const cancelable: readonly RunStatus[] = ["QUEUED", "STARTING", "STARTED"];
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

/** A backfill as GraphQL tells it. Its targets are read only when a field needs them, once for all of them. */
export function toBackfill(backfill: Backfill): gql.PartitionBackfill {
  const { id, job, status, tags, createdAtMs, endedAtMs } = backfill;
  let targets: Promise<readonly BackfillTarget[]> | undefined;
  const targetsOf = ({ storage, signal }: GraphContext): Promise<readonly BackfillTarget[]> =>
    (targets ??= storage.backfills.targets(id, { signal }));
  let state: Promise<BackfillState> | undefined;
  const stateOf = async (context: GraphContext): Promise<BackfillState> => {
    const [stored, dynamicKeys] = await Promise.all([
      targetsOf(context),
      context.storage.backfills.dynamicKeys(id, { signal: context.signal }),
    ]);
    return readBackfillState(backfill, stored, dynamicKeys);
  };
  const once = (context: GraphContext): Promise<BackfillState> => (state ??= stateOf(context));
  const runsOf =
    (statuses?: readonly RunStatus[]) =>
    async ({ limit }: { readonly limit?: number | null | undefined }, context: GraphContext): Promise<gql.Run[]> => {
      const filter = { tags: [{ key: systemTags.backfill, values: [id] }], ...(statuses !== undefined && { statuses }) };
      return (await listRuns(filter, null, limit, context)).map(toRun);
    };
  return {
    __typename: "PartitionBackfill",
    id,
    status,
    runStatus: runStatusOf[status],
    timestamp: createdAtMs / 1000,
    creationTime: createdAtMs / 1000,
    startTime: createdAtMs / 1000,
    endTimestamp: seconds(endedAtMs),
    endTime: seconds(endedAtMs),
    tags: toShownTags(tags),
    jobName: job?.name ?? null,
    assetSelection: backfill.assetKeys?.map((path) => ({ path })) ?? null,
    assetCheckSelection: [],
    partitionNames: async (_, context) => namesOf(await once(context)),
    isValidSerialization: true,
    numPartitions: async (_, context) => {
      const counts = new Set(
        (await targetsOf(context)).flatMap(({ partitions, target }) => (partitions === null ? [] : [target.count])),
      );
      return counts.size > 1 ? null : ([...counts][0] ?? 0);
    },
    numCancelable: async (_, context) =>
      job === null || status !== "REQUESTED"
        ? 0
        : (await targetsOf(context)).reduce((sum, { target, requested }) => sum + target.count - requested.count, 0),
    fromFailure: backfill.fromFailure,
    reexecutionSteps: backfill.stepKeys === null ? null : [...backfill.stepKeys],
    partitionSetName: job === null ? null : setNameOf(job.name),
    partitionSet: (_, context) => {
      if (job === null) return null;
      const location = loadedLocations(context).find(({ entry }) => entry.name === job.location);
      const found = location?.snapshot.jobs.find(({ name }) => name === job.name);
      return location === undefined || found?.partitions === undefined
        ? null
        : toPartitionSet({ ...location, job: found }, found.partitions);
    },
    runs: runsOf(),
    unfinishedRuns: runsOf(unfinished),
    cancelableRuns: runsOf(cancelable),
    error: toPythonErrorOrNull(backfill.error),
    partitionStatuses: async (_, context) => (job === null ? null : partitionStatuses(backfill, await once(context), context)),
    partitionStatusCounts: async (_, context) => {
      if (job === null) return [];
      const [counts, stored] = await Promise.all([
        context.storage.backfills.runCounts(id, { signal: context.signal }),
        targetsOf(context),
      ]);
      const started = counts.reduce((sum, { count }) => sum + count, 0);
      const rest = stored.reduce((sum, { target }) => sum + target.count, 0) - started;
      const all = counts.map(({ status: runStatus, count }) => ({ runStatus, count }));
      return rest > 0 ? [{ runStatus: "NOT_STARTED", count: rest }, ...all] : all;
    },
    partitionsTargetedForAssetKey: async ({ assetKey }, context) => {
      if (job !== null || assetKey === null || assetKey === undefined) return null;
      const found = (await once(context)).targets.find(({ name }) => name === assetKeyToString(assetKey.path));
      return found?.snapshot ? toTargetPartitions(found.snapshot.kind === "timeWindow", found.target) : null;
    },
    isAssetBackfill: job === null,
    assetBackfillData: async (_, context) => (job === null ? toData(await once(context)) : null),
    hasCancelPermission: (_, context) => context.viewer.has("cancel_partition_backfill", locationsOfBackfill(backfill, context)),
    hasResumePermission: (_, context) => context.viewer.has("launch_partition_backfill", locationsOfBackfill(backfill, context)),
    user: tags["user"] ?? null,
    title: backfill.title,
    description: backfill.description,
    logEvents: ({ cursor }, context) => logEvents(backfill, cursor ?? null, context),
    isPaused: backfill.isPaused,
    maxRunsInFlight: backfill.maxRunsInFlight,
    numRunsSubmitted: backfill.runsSubmitted,
    numRunsInFlight: backfill.runsInFlight,
    waitingReason: isActiveBackfillStatus(status) ? backfill.waitingReason : null,
    problems: [...backfill.problems],
  };
}

/** Names of the partitions where all assets have the same ones. */
function namesOf({ targets }: BackfillState): string[] | null {
  const partitioned = targets.filter(({ snapshot }) => snapshot !== null);
  const [first] = partitioned;
  if (first === undefined) return [];
  const isSame = partitioned.every(
    (each) => JSON.stringify(each.snapshot) === JSON.stringify(first.snapshot) && each.target.equals(first.target),
  );
  return isSame ? [...first.target.keys()] : null;
}

/** Windows of time as ranges, other partitions one by one. */
export const toTargetPartitions = (isTime: boolean, subset: PartitionSubset): gql.AssetBackfillTargetPartitions =>
  isTime ? { ranges: [...subset.ranges()], partitionKeys: null } : { ranges: null, partitionKeys: [...subset.keys()] };

function toData({ targets }: BackfillState): gql.AssetBackfillData {
  const root = targets.find(({ snapshot }) => snapshot !== null);
  return {
    assetBackfillStatuses: targets.map(toStatus),
    rootTargetedPartitions: root?.snapshot ? toTargetPartitions(root.snapshot.kind === "timeWindow", root.target) : null,
  };
}

function toStatus({ name, snapshot, target, requested, done, failed }: BackfillTargetState): gql.AssetBackfillStatus {
  const assetKey = { path: keyOf(name) };
  const inProgress = requested.minus(done).minus(failed);
  if (snapshot === null) {
    return {
      __typename: "UnpartitionedAssetStatus",
      assetKey,
      inProgress: !inProgress.isEmpty,
      materialized: !done.isEmpty,
      failed: !failed.isEmpty,
    };
  }
  return {
    __typename: "AssetPartitionsStatusCounts",
    assetKey,
    numPartitionsTargeted: target.size,
    numPartitionsInProgress: inProgress.size,
    numPartitionsMaterialized: done.size,
    numPartitionsFailed: failed.size,
  };
}

const keyOf = (name: string): AssetKey => assetKeyFromString(name);

async function partitionStatuses(
  { id, job }: Backfill,
  { targets, view }: BackfillState,
  { storage, loaders, signal }: GraphContext,
): Promise<gql.PartitionStatuses> {
  const [target] = targets;
  if (target === undefined || job === null) return { __typename: "PartitionStatuses", results: [] };
  const runOf = new Map<string, string>();
  let after: Awaited<ReturnType<typeof storage.backfills.runs>>[number]["runId"] | undefined;
  for (;;) {
    const page = await storage.backfills.runs(id, { limit: 1_000, ...(after !== undefined && { after }) }, { signal });
    for (const { runId, partition } of page) {
      if (partition === null) continue;
      const keys = partition.kind === "one" ? [partition.key] : target.partitions.range(partition, view).keys();
      for (const key of keys) runOf.set(key, runId);
    }
    after = page.at(-1)?.runId;
    if (page.length < 1_000) break;
  }
  const statusOf = async (key: string): Promise<gql.PartitionStatus> => {
    const runId = runOf.get(key);
    const run = runId === undefined ? null : await loaders.maybeRun.load(runId as Parameters<typeof loaders.maybeRun.load>[0]);
    return {
      id: `${setNameOf(job.name)}:${key}:${id}`,
      partitionName: key,
      runId: run?.id ?? null,
      runStatus: run?.status ?? null,
      runDuration: run?.endedAtMs && run.startedAtMs ? (run.endedAtMs - run.startedAtMs) / 1000 : null,
    };
  };
  return { __typename: "PartitionStatuses", results: await Promise.all([...target.target.keys()].map(statusOf)) };
}
