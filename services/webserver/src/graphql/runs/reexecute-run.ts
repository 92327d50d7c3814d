import { repositoryName, type Run, type RunSelection, retryTags, systemTags, type Tags } from "@dagwright/model";
import { NothingToReexecuteError, reexecutionSelection, reexecutionTags } from "@dagwright/workspace";

import { ConflictingExecutionParamsError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { oneOf } from "../errors/one-of.ts";
import { requireJob } from "../workspace/find-definitions.ts";
import { checkAndLaunch, launchAsAsked } from "./launch-run.ts";
import { requireRun } from "./run-or-error.ts";

/** Tags of a run that say how that one run came to be, and are not handed on. */
const ownTags = new Set<string>([
  ...retryTags,
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
      ...(parent.tags[systemTags.opSelection] !== undefined && { [systemTags.opSelection]: parent.tags[systemTags.opSelection] }),
      ...Object.fromEntries((extraTags ?? []).map(({ key, value }) => [key, value])),
      ...reexecutionTags[strategy],
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
  try {
    return await reexecutionSelection(parent, strategy, {
      storage,
      plan: (run) => snapshots.plan(run.planSnapshotId),
      job: (run) => snapshots.job(run.jobSnapshotId),
      stepStats: (run) => loaders.stepStats.load(run.id),
      materializations: (run) => loaders.materializations.load(run.id),
      checkEvaluations: (run) => loaders.checkEvaluations.load(run.id),
    });
  } catch (error) {
    if (error instanceof NothingToReexecuteError) throw new ConflictingExecutionParamsError(error.message);
    throw error;
  }
}

export const reexecutionMutations = {
  launchRunReexecution: reexecute,
  launchPipelineReexecution: reexecute,
} satisfies Partial<gql.Mutation>;
