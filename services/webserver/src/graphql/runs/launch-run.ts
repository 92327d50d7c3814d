import {
  crashPoint,
  DomainError,
  type JsonObject,
  type Run,
  type RunId,
  type RunSelection,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { isTransientCallError } from "@dagwright/rpc";
import { isAlive } from "@dagwright/storage";
import {
  launchClaims,
  loadPastRuns,
  locateStoredValues,
  onlyStale,
  partitionedRunConfig,
  preparePartitions,
  prepareRun,
} from "@dagwright/workspace";

import { ConflictingExecutionParamsError, PresetNotFoundError, RunLaunchError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { checkRunConfig, requireMode } from "../config/queries.ts";
import { parseRunConfig } from "../config/parse-run-config.ts";
import { assetSnapshots } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { requirePermission } from "../permissions/mutation-permissions.ts";
import { type FoundJob, requireJob } from "../workspace/find-definitions.ts";
import { InvalidSubsetError } from "../jobs/invalid-subset.ts";
import { defaultPreset } from "../jobs/to-job.ts";
import { requireRunId } from "./run-or-error.ts";
import { resolveSelection } from "./resolve-selection.ts";
import { toRun } from "./to-run.ts";

/** How long this server has to hand a run to its worker before another may try. */
export const launchClaimMs = 30_000;

export interface RunToLaunch {
  readonly runConfig: JsonObject;
  readonly tags: Tags;
  readonly selection: RunSelection;
  readonly parentRunId?: RunId;
  readonly rootRunId?: RunId;
}

/**
 * Checks, plans, writes and launches a run, or queues it where the instance says so.
 *
 * @throws ExecutionPlanError, and what kept the launch from being made when the run has failed by it
 */
export async function checkAndLaunch(
  found: FoundJob,
  wanted: RunToLaunch,
  context: GraphContext,
): Promise<gql.LaunchRunSuccess | gql.RunConfigValidationInvalid> {
  const { storage, signal } = context;
  const client = context.workspace.client(found.entry.name);
  const asked = { ...wanted, job: found.job };
  const { runConfig, tags } = await partitionedRunConfig(asked, client, found.entry.snapshotId, { signal });
  const { parentRunId, selection } = wanted;
  const past =
    parentRunId === undefined || selection.stepKeys === null ? null : await loadPastRuns(parentRunId, found.job, storage);
  const planned = prepareRun({ ...wanted, runConfig, tags, location: found.entry.name, job: found.job, past });
  const part = { selection, isReexecution: parentRunId !== undefined };
  const invalid = await checkRunConfig(found, part, runConfig, context);
  if (invalid !== null) return invalid;
  const prepared = await preparePartitions(planned, found.snapshot, storage, { signal });
  const run = await submit(await locateStoredValues(prepared, storage, past), context);
  return { __typename: "LaunchRunSuccess", run: toRun(run) };
}

async function submit(run: ReturnType<typeof prepareRun>, context: GraphContext): Promise<Run> {
  const { storage, instance, launcher, holder, warnings } = context;
  crashPoint("webserver.before-submit");
  // From here on the client's leaving changes nothing: a run that was written is launched.
  if (instance.config.runCoordinator.name === "QueuedRunCoordinator") {
    const [[queued], heartbeats] = await Promise.all([storage.runs.submit([run], { kind: "queue" }), queueHeartbeats(context)]);
    crashPoint("webserver.after-submit");
    if (queued === undefined) throw new TypeError("The store took a run and told of none");
    if (queued.run.status === "CANCELED") warnings.push(notStarted(queued.run));
    else if (!heartbeats) {
      warnings.push(
        `Run ${queued.run.id} waits in the queue, and no daemon is alive to launch it. Start one with "dagwright daemon", or set run_coordinator to DefaultRunCoordinator in dagster.yaml.`,
      );
    }
    return queued.run;
  }
  const claims = await storage.runs.submit([run], { kind: "launch", holder, claimMs: launchClaimMs });
  crashPoint("webserver.after-submit");
  const [outcome] = await launchClaims(claims, { storage, launcher, isTransient: isTransientCallError });
  if (outcome === undefined) throw new TypeError("The store took a run and told of none");
  if (outcome.result === "failed")
    throw outcome.error instanceof DomainError ? outcome.error : new RunLaunchError(outcome.claim.run.id, outcome.error);
  if (outcome.result === "later") {
    warnings.push(
      `Run ${outcome.claim.run.id} is written; its code location cannot be reached now, and the launch is tried again.`,
    );
  }
  if (outcome.claim.run.status === "CANCELED") warnings.push(notStarted(outcome.claim.run));
  return outcome.claim.run;
}

/** Of a run whose job says `whenRunning: "skip"`, beside another one: it was written, and is over. Dagster's answer has no word for that. */
const notStarted = ({ id, jobName }: Run): string =>
  `Run ${id} was not started and is canceled: another run of job "${jobName}" is under way, and the job skips runs meanwhile (whenRunning: "skip"). The run's log names the other one.`;

/** Whether a daemon takes runs from the queue now. */
async function queueHeartbeats({ storage, signal }: GraphContext): Promise<boolean> {
  const beats = await storage.daemons.heartbeats({ signal });
  return beats.some((beat) => beat.daemonType === "QUEUED_RUN_COORDINATOR" && isAlive(beat));
}

/** @throws PipelineNotFoundError, InvalidSubsetError, InvalidStepError, RunConfigTextError, PresetNotFoundError, ConflictingExecutionParamsError */
export async function launchAsAsked(
  params: gql.ExecutionParams,
  context: GraphContext,
): Promise<gql.LaunchRunSuccess | gql.RunConfigValidationInvalid> {
  const { selector, executionMetadata, preset, stepKeys } = params;
  const pipelineName = selector.pipelineName ?? selector.jobName;
  if (pipelineName === null || pipelineName === undefined) {
    throw new ConflictingExecutionParamsError("The selector names no job; give jobName");
  }
  const found = requireJob({ ...selector, pipelineName }, context);
  const runConfig = parseRunConfig(params.runConfigData);
  if (preset !== null && preset !== undefined && Object.keys(runConfig).length > 0) {
    throw new ConflictingExecutionParamsError("A preset brings its own run config: give either preset or runConfigData");
  }
  const isPreset = preset === defaultPreset && found.job.runConfig !== undefined;
  if (preset !== null && preset !== undefined && !isPreset) throw new PresetNotFoundError(preset, pipelineName);
  requireMode(params.mode, pipelineName);
  const opSelection = selector.solidSelection ?? [];
  const tags: Tags = {
    ...Object.fromEntries((executionMetadata?.tags ?? []).map(({ key, value }) => [key, value])),
    ...(opSelection.length > 0 && { [systemTags.opSelection]: JSON.stringify(opSelection) }),
  };
  return checkAndLaunch(
    found,
    {
      runConfig,
      tags,
      selection: await withoutFresh(found, resolveSelection(found, { ...selector, stepKeys }), tags, context),
      ...lineage(executionMetadata),
    },
    context,
  );
}

/** @throws InvalidSubsetError when the run would have nothing to make */
async function withoutFresh(found: FoundJob, selection: RunSelection, tags: Tags, context: GraphContext): Promise<RunSelection> {
  if (tags[systemTags.onlyStale] !== "true" || found.job.assets.length === 0 || selection.assetKeys?.length === 0)
    return selection;
  const selected = selection.assetKeys ?? found.job.assets.map(({ assetKey }) => assetKey);
  const assetKeys = await onlyStale(selected, tags[systemTags.partition] ?? null, assetSnapshots(context), context.storage);
  if (assetKeys.length > 0) return { ...selection, assetKeys };
  const all = selected.length === 1 ? "the asset is" : `all ${selected.length} assets are`;
  throw new InvalidSubsetError(
    found,
    `leaves nothing to do: ${all} fresh, and the tag "${systemTags.onlyStale}" asks for what is stale`,
  );
}

function lineage(given: gql.ExecutionMetadata | null | undefined): { readonly parentRunId?: RunId; readonly rootRunId?: RunId } {
  const parentRunId = given?.parentRunId;
  const rootRunId = given?.rootRunId;
  return {
    ...(parentRunId !== null && parentRunId !== undefined && { parentRunId: requireRunId(parentRunId) }),
    ...(rootRunId !== null && rootRunId !== undefined && { rootRunId: requireRunId(rootRunId) }),
  };
}

/** Launches one run as `LaunchRunResult`. */
export const launchRun = oneOf(
  "LaunchRunResult",
  async (_root, args: { readonly executionParams: gql.ExecutionParams }, context) => {
    await requirePermission("launchRun", args, context);
    return launchAsAsked(args.executionParams, context);
  },
);

export const launchMutations = {
  launchRun,
  launchPipelineExecution: launchRun,
  launchMultipleRuns: oneOf(
    "LaunchMultipleRunsResultOrError",
    async (root, { executionParamsList }: { readonly executionParamsList: readonly gql.ExecutionParams[] }, context) => ({
      __typename: "LaunchMultipleRunsResult",
      launchMultipleRunsResult: await Promise.all(
        executionParamsList.map(async (executionParams) => launchRun(root, { executionParams }, context)),
      ),
    }),
  ),
} satisfies Partial<gql.Mutation>;
