import { type AssetKey, assetKeyToString, type Backfill, type JsonObject, type Tags } from "@dagwright/model";
import { type Partitions, type PartitionSubset } from "@dagwright/partitions";
import { BackfillConflictError, isAlive, type NewBackfill } from "@dagwright/storage";
import {
  type BackfillMoment,
  backfillMoment,
  backfillTargets,
  type LocatedAsset,
  newBackfillId,
  PartitionGraph,
  type PartitionNode,
  partitionsOf,
  toAssetTargets,
  toJobTarget,
  type WantedTargets,
} from "@dagwright/workspace";

import {
  ConflictingExecutionParamsError,
  InvalidStepError,
  PartitionKeysNotFoundError,
  PartitionSetNotFoundError,
  RepositoryNotFoundError,
} from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { allAssets } from "../assets/find-assets.ts";
import { parseRunConfig } from "../config/parse-run-config.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { setNameOf } from "../partitions/partition-sets.ts";
import { type FoundJob, requireRepository } from "../workspace/find-definitions.ts";

type Params = gql.LaunchBackfillParams;
type Common = Pick<NewBackfill, "tags" | "runConfig" | "title" | "description" | "maxRunsInFlight" | "isPaused">;

/** How long a client may wait for a backfill's submission that asks to. */
const patienceMs = 30_000;

export const launchPartitionBackfill = oneOf(
  "LaunchBackfillResult",
  async (_root, { backfillParams }: { readonly backfillParams: Params }, context): Promise<gql.LaunchBackfillResult> => {
    refuseConflicts(backfillParams);
    const { selector, partitionsByAssets, assetSelection } = backfillParams;
    const backfill = isGiven(selector)
      ? await launchOfJob(selector, backfillParams, context)
      : isGiven(assetSelection) || isGiven(partitionsByAssets)
        ? await launchOfAssets(backfillParams, context)
        : fail("Backfill requested without specifying partition set selector or asset selection");
    await warnWithoutDaemon(backfill, context);
    const launchedRunIds = backfillParams.forceSynchronousSubmission === true ? await submittedRuns(backfill, context) : null;
    return { __typename: "LaunchBackfillSuccess", backfillId: backfill.id, launchedRunIds };
  },
);

const isGiven = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;

function fail(problem: string): never {
  throw new ConflictingExecutionParamsError(problem);
}

function refuseConflicts(params: Params): void {
  const { selector, partitionsByAssets, assetSelection, partitionNames, allPartitions, title, maxRunsInFlight } = params;
  if (isGiven(partitionsByAssets) && (isGiven(assetSelection) || isGiven(selector) || isGiven(partitionNames)))
    fail("partitionsByAssets cannot be used together with assetSelection, selector, or partitionNames");
  if (isGiven(partitionNames) && allPartitions === true) fail("Give either partitionNames or allPartitions");
  if (!isGiven(partitionsByAssets) && !isGiven(partitionNames) && allPartitions !== true)
    fail('Backfill requested without specifying either "allPartitions" or "partitionNames" arguments');
  if (isGiven(maxRunsInFlight) && maxRunsInFlight < 1)
    fail("maxRunsInFlight has to be 1 or more; pause the backfill to submit nothing");
  if (isGiven(title) && (title.length > 100 || /["'%\\]|[\r\n]/.test(title)))
    fail(`The title of a backfill has at most 100 characters and none of " ' % \\`);
  if (isGiven(selector)) {
    if (isGiven(params.onlyPartitions))
      fail("onlyPartitions is for assets; of a job's partitions those run again that failed, with fromFailure");
    return;
  }
  if (params.fromFailure === true)
    fail(
      "fromFailure is not supported for pure asset backfills; ask for onlyPartitions: [FAILED], or re-execute the backfill that failed",
    );
  if (params.forceSynchronousSubmission === true) fail("forceSynchronousSubmission is not supported for pure asset backfills");
  if (isGiven(params.reexecutionSteps)) fail("reexecutionSteps is not supported for pure asset backfills");
}

const common = ({ tags, runConfigData, title, description, maxRunsInFlight, isPaused }: Params): Common => ({
  tags: Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value])) satisfies Tags,
  runConfig: parseRunConfig(runConfigData) satisfies JsonObject,
  ...(isGiven(title) && title !== "" && { title }),
  ...(isGiven(description) && { description }),
  ...(isGiven(maxRunsInFlight) && { maxRunsInFlight }),
  ...(isGiven(isPaused) && { isPaused }),
});

/** @throws PartitionSetNotFoundError also when there is no such repository: the union has no word for that */
function repositoryOf(selector: gql.RepositorySelector, partitionSetName: string, context: GraphContext) {
  try {
    return requireRepository(selector, context);
  } catch (error) {
    if (error instanceof RepositoryNotFoundError) throw new PartitionSetNotFoundError(partitionSetName, { where: error.message });
    throw error;
  }
}

async function launchOfJob(
  { partitionSetName, repositorySelector }: gql.PartitionSetSelector,
  params: Params,
  context: GraphContext,
): Promise<Backfill> {
  const location = repositoryOf(repositorySelector, partitionSetName, context);
  const job = location.snapshot.jobs.find(
    ({ name, partitions }) => partitions !== undefined && setNameOf(name) === partitionSetName,
  );
  if (job?.partitions === undefined) throw new PartitionSetNotFoundError(partitionSetName);
  const found: FoundJob = { ...location, job };
  const moment = await backfillMoment([job.partitions], context.storage, { signal: context.signal });
  const partitions = partitionsOf(job.partitions);
  const subset = isGiven(params.partitionNames) ? named(partitions, params.partitionNames, moment) : partitions.all(moment.view);
  if (subset.isEmpty) fail(`Job "${job.name}" has no partition to run`);
  refuseUnknownSteps(found, params.reexecutionSteps);
  const selected = params.assetSelection?.map(({ path }): AssetKey => path);
  return create(
    {
      ...common(params),
      job: { name: job.name, location: location.entry.name },
      ...(selected !== undefined && { assetKeys: selected }),
      ...(params.fromFailure === true && { fromFailure: true }),
      ...(isGiven(params.reexecutionSteps) && { stepKeys: params.reexecutionSteps }),
      createdAtMs: moment.view.nowMs,
      dynamicKeys: moment.dynamicKeys,
      targets: [toJobTarget(location.entry.name, job.partitions, subset)],
    },
    context,
  );
}

function refuseUnknownSteps({ job }: FoundJob, steps: readonly string[] | null | undefined): void {
  const nodes = new Set(job.graphs.find(({ name }) => name === job.rootGraph)?.nodes.map(({ name }) => name));
  const unknown = steps?.find((step) => !nodes.has(step.split(/[.[]/, 1)[0] ?? ""));
  if (unknown !== undefined) throw new InvalidStepError(job.name, unknown);
}

/** @throws PartitionKeysNotFoundError that names all that are unknown */
function named(partitions: Partitions, names: readonly string[], { view }: BackfillMoment): PartitionSubset {
  const unknown = names.filter((name) => !partitions.has(name, view));
  if (unknown.length > 0) throw new PartitionKeysNotFoundError(unknown);
  return partitions.subsetOf(names, view);
}

async function launchOfAssets(params: Params, context: GraphContext): Promise<Backfill> {
  const byAssets = params.partitionsByAssets?.flatMap((each) => each ?? []);
  const keys = (byAssets?.map(({ assetKey }) => assetKey) ?? params.assetSelection ?? []).map(({ path }): AssetKey => path);
  const { graph, moment } = await graphOf(keys, context);
  const wanted: WantedTargets =
    byAssets !== undefined
      ? {
          kind: "ranges",
          byAsset: new Map(byAssets.map(({ assetKey, partitions }) => [assetKeyToString(assetKey.path), rangesOf(partitions)])),
        }
      : isGiven(params.partitionNames)
        ? { kind: "names", names: params.partitionNames }
        : { kind: "all" };
  const targets = targetsOf(graph, wanted);
  const only = isGiven(params.onlyPartitions) ? await onlyThose(targets, params.onlyPartitions, moment, context) : targets;
  if ([...only.values()].every(({ isEmpty }) => isEmpty)) fail("None of the partitions is missing or failed as was asked for");
  return create(
    {
      ...common(params),
      assetKeys: keys,
      createdAtMs: moment.view.nowMs,
      dynamicKeys: moment.dynamicKeys,
      targets: toAssetTargets(only),
    },
    context,
  );
}

/** Names that do not exist are told all at once. */
function targetsOf(graph: PartitionGraph, wanted: WantedTargets): ReadonlyMap<PartitionNode, PartitionSubset> {
  if (wanted.kind === "names") {
    const partitioned = graph.units.flat().filter(({ isPartitioned }) => isPartitioned);
    const root = partitioned.find((node) => graph.parentsOf(node).every((parent) => parent === node || !parent.isPartitioned));
    const unknown = wanted.names.filter((name) => root !== undefined && !root.partitions.has(name, graph.view));
    if (unknown.length > 0) throw new PartitionKeysNotFoundError(unknown);
  }
  return backfillTargets(graph, wanted);
}

const rangesOf = (selector: gql.PartitionsSelector | null | undefined): readonly gql.PartitionRangeSelector[] | null => {
  if (!isGiven(selector)) return null;
  const ranges = [...(isGiven(selector.range) ? [selector.range] : []), ...(selector.ranges ?? [])];
  return ranges.length === 0 ? null : ranges;
};

/** The selected assets as they are now. @throws AssetNotFoundError for one that no location defines */
export async function graphOf(
  keys: readonly AssetKey[],
  context: GraphContext,
): Promise<{ readonly graph: PartitionGraph; readonly moment: BackfillMoment }> {
  const assets = allAssets(context);
  const located = [...new Map(keys.map((key) => [assetKeyToString(key), key])).values()].map((key): LocatedAsset => {
    const found = assets.get(assetKeyToString(key));
    if (found === undefined) fail(`No code location defines the asset "${key.join("/")}"`);
    return { location: found.entry.name, snapshot: found.snapshot, asset: found.asset };
  });
  const snapshots = located.flatMap(({ asset }) => asset.partitions ?? []);
  const moment = await backfillMoment(snapshots, context.storage, { signal: context.signal });
  return { graph: new PartitionGraph(located, moment.view), moment };
}

async function onlyThose(
  targets: ReadonlyMap<PartitionNode, PartitionSubset>,
  filters: readonly gql.BackfillPartitionFilter[],
  { view }: BackfillMoment,
  { storage, partitionStatuses, signal }: GraphContext,
): Promise<ReadonlyMap<PartitionNode, PartitionSubset>> {
  const [isMissing, isFailed] = [filters.includes("MISSING"), filters.includes("FAILED")];
  const states = new Map(
    (
      await storage.assets.states(
        [...targets.keys()].map(({ asset }) => asset.key),
        { signal },
      )
    ).map((state) => [assetKeyToString(state.key), state]),
  );
  const filtered = await Promise.all(
    Array.from(targets, async ([node, subset]): Promise<[PartitionNode, PartitionSubset]> => {
      if (!node.isPartitioned) {
        const state = states.get(node.id);
        const [made, failed] = [state?.lastMaterialization?.id, state?.lastFailure?.id];
        const hasFailed = failed !== undefined && BigInt(failed) > BigInt(made ?? 0);
        const isWanted = (isMissing && made === undefined && !hasFailed) || (isFailed && hasFailed);
        return [node, isWanted ? subset : node.partitions.none()];
      }
      const { materialized, failed, inProgress } = await partitionStatuses.read(node.asset.key, node.partitions.snapshot, view, {
        signal,
      });
      const missing = subset.minus(materialized).minus(failed).minus(inProgress);
      const none = node.partitions.none();
      return [node, (isMissing ? missing : none).union(isFailed ? subset.intersect(failed) : none)];
    }),
  );
  return new Map(filtered);
}

/** Writes a backfill under an id of its own. */
export async function create(backfill: Omit<NewBackfill, "id">, { storage }: GraphContext): Promise<Backfill> {
  for (;;) {
    try {
      return await storage.backfills.create({ ...backfill, id: newBackfillId() });
    } catch (error) {
      // One in two hundred thousand million.
      if (!(error instanceof BackfillConflictError)) throw error;
    }
  }
}

export async function warnWithoutDaemon({ id }: Backfill, { storage, signal, warnings }: GraphContext): Promise<void> {
  const beats = await storage.daemons.heartbeats({ signal });
  if (beats.some((beat) => beat.daemonType === "BACKFILL" && isAlive(beat))) return;
  warnings.push(`Backfill ${id} waits, and no daemon is alive to submit its runs. Start one with "dagwright daemon".`);
}

/** Waits until everything was submitted. */
async function submittedRuns({ id }: Backfill, { storage, signal }: GraphContext): Promise<string[]> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs && !signal.aborted) {
    const [target] = await storage.backfills.targets(id, { signal });
    if (target === undefined || target.requested.count >= target.target.count) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (await storage.backfills.runs(id, { limit: 100_000 }, { signal })).map(({ runId }) => runId);
}
