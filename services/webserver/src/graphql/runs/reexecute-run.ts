import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetKeyToString,
  repositoryName,
  type Run,
  type RunSelection,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { loadPastRuns } from "@dagwright/workspace";

import { ConflictingExecutionParamsError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireJob } from "../workspace/find-definitions.ts";
import { checkAndLaunch, launchAsAsked } from "./launch-run.ts";
import { requireRun } from "./run-or-error.ts";

/** Tags of a run that say how that one run came to be, and are not handed on. */
const ownTags = new Set<string>([
  systemTags.isResumeRetry,
  systemTags.scheduleName,
  systemTags.sensorName,
  systemTags.tick,
  systemTags.runKey,
  systemTags.backfill,
]);

interface ReexecutionArgs {
  readonly executionParams?: gql.ExecutionParams | null | undefined;
  readonly reexecutionParams?: gql.ReexecutionParams | null | undefined;
}

const reexecute = oneOf(
  "LaunchRunReexecutionResult",
  async (_root, { executionParams, reexecutionParams }: ReexecutionArgs, context) => {
    context.permissions.require("launch_pipeline_reexecution");
    const isSpelledOut = executionParams !== null && executionParams !== undefined;
    const isDerived = reexecutionParams !== null && reexecutionParams !== undefined;
    if (isSpelledOut === isDerived) throw new ConflictingExecutionParamsError("Give either executionParams or reexecutionParams");
    if (isSpelledOut) return launchAsAsked(executionParams, context);
    if (!isDerived) throw new ConflictingExecutionParamsError("Give either executionParams or reexecutionParams");

    const parent = await requireRun(reexecutionParams.parentRunId, context);
    const found = requireJob({ pipelineName: parent.jobName, repositoryName, repositoryLocationName: parent.location }, context);
    const { strategy, extraTags, useParentRunTags } = reexecutionParams;
    const tags: Tags = {
      ...(useParentRunTags !== false && handedOn(parent.tags)),
      ...Object.fromEntries((extraTags ?? []).map(({ key, value }) => [key, value])),
      ...(strategy !== "ALL_STEPS" && { [systemTags.isResumeRetry]: "true" }),
    };
    return checkAndLaunch(
      found,
      {
        runConfig: parent.runConfig,
        tags,
        selection: await selectionOf(parent, strategy, context),
        parentRunId: parent.id,
        rootRunId: parent.rootRunId ?? parent.id,
      },
      context,
    );
  },
);

const handedOn = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !ownTags.has(key)));

/** @throws ConflictingExecutionParamsError when nothing of the parent has failed */
async function selectionOf(
  parent: Run,
  strategy: gql.ReexecutionStrategy,
  { snapshots, loaders, storage }: GraphContext,
): Promise<RunSelection> {
  if (strategy === "ALL_STEPS") return parent.selection;
  if (parent.status !== "FAILURE" && parent.status !== "CANCELED") {
    throw new ConflictingExecutionParamsError(
      `Run ${parent.id} is ${parent.status}; only a failed or canceled run can be re-executed from where it failed`,
    );
  }
  const plan = await snapshots.plan(parent.planSnapshotId);
  const { steps } = plan;
  if (strategy === "FROM_FAILURE") {
    const past = await loadPastRuns(parent.id, await snapshots.job(parent.jobSnapshotId), storage);
    const stats = await loaders.stepStats.load(parent.id);
    const done = new Set(stats.filter(({ status }) => status === "SUCCESS").map(({ stepKey }) => stepKey));
    const left = past === null ? steps.flatMap(({ key }) => (done.has(key) ? [] : [key])) : past.stepsToRetry(plan);
    if (left.length === 0)
      throw new ConflictingExecutionParamsError(`Every step of run ${parent.id} has succeeded; use ALL_STEPS`);
    return { ...parent.selection, stepKeys: left };
  }
  const made = new Set(
    (await loaders.materializations.load(parent.id)).flatMap((entry) =>
      "assetKey" in entry ? [assetKeyToString(entry.assetKey)] : [],
    ),
  );
  const planned = steps.flatMap(({ outputs }) => outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])));
  const left = planned.filter((key) => !made.has(assetKeyToString(key)));
  const evaluated = new Set(
    (await loaders.checkEvaluations.load(parent.id)).flatMap((entry) =>
      entry.type === "ASSET_CHECK_EVALUATION" ? [assetCheckKeyToString({ assetKey: entry.assetKey, name: entry.checkName })] : [],
    ),
  );
  const remaining = new Set(left.map(assetKeyToString));
  // A check is evaluated again when its asset is made again; one with a step of its own also when that step did not come to it.
  const checkKeys = steps.flatMap(({ outputs }): readonly AssetCheckKey[] => {
    const hasOwnStep = outputs.every(({ check }) => check !== undefined);
    return outputs.flatMap(({ check }) => {
      if (check === undefined) return [];
      const isLeft =
        remaining.has(assetKeyToString(check.assetKey)) || (hasOwnStep && !evaluated.has(assetCheckKeyToString(check)));
      return isLeft ? [{ assetKey: check.assetKey, name: check.name }] : [];
    });
  });
  if (left.length === 0 && checkKeys.length === 0)
    throw new ConflictingExecutionParamsError(`Every asset of run ${parent.id} was materialized; use ALL_STEPS`);
  return { stepKeys: null, assetKeys: left, checkKeys };
}

export const reexecutionMutations = {
  launchRunReexecution: reexecute,
  launchPipelineReexecution: reexecute,
} satisfies Partial<gql.Mutation>;
