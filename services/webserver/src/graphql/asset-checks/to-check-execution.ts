import { type AssetCheckEvaluationEvent, type AssetCheckExecution, isFinalRunStatus, type Run } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toRun } from "../runs/to-run.ts";

/** How a check came out. */
export const toCheckEvaluation = (event: AssetCheckEvaluationEvent): gql.AssetCheckEvaluation => ({
  timestamp: event.atMs / 1000,
  checkName: event.checkName,
  assetKey: { path: event.assetKey },
  targetMaterialization: event.target && {
    storageId: event.target.id,
    runId: event.target.runId ?? "",
    timestamp: event.target.atMs / 1000,
  },
  metadataEntries: toMetadataEntries(event.metadata),
  severity: event.severity,
  description: event.description,
  partition: event.partition,
  success: event.success,
});

/** An execution of a check with what became of it, as its run tells. */
export function toCheckExecution(execution: AssetCheckExecution): gql.AssetCheckExecution {
  const { id, runId, evaluation, createdAtMs, partition, stepKey } = execution;
  return {
    id,
    runId: runId ?? "",
    status: async (_, context) => resolvedStatus(execution, await runOf(execution, context)),
    evaluation: evaluation && toCheckEvaluation(evaluation),
    timestamp: createdAtMs / 1000,
    partition,
    stepKey,
    run: async (_, context) => {
      const run = await runOf(execution, context);
      return run === null ? null : toRun(run);
    },
  };
}

const runOf = async ({ runId }: AssetCheckExecution, { loaders }: GraphContext): Promise<Run | null> =>
  runId === null ? null : loaders.maybeRun.load(runId);

/** A planned check may still come to an end while its run goes on; after that it never will. */
function resolvedStatus({ status }: AssetCheckExecution, run: Run | null): gql.AssetCheckExecutionResolvedStatus {
  if (status !== "PLANNED") return status;
  if (run === null) return "SKIPPED";
  if (!isFinalRunStatus(run.status)) return "IN_PROGRESS";
  return run.status === "FAILURE" ? "EXECUTION_FAILED" : "SKIPPED";
}

/** Whether an execution tells of the asset as it is now: of its latest materialization, or, where that is not known, of a time after it. */
export async function targetsLatestMaterialization(execution: AssetCheckExecution, context: GraphContext): Promise<boolean> {
  const run = await runOf(execution, context);
  const status = resolvedStatus(execution, run);
  if (status === "IN_PROGRESS") return true;
  const state = await context.loaders.assetState.load(execution.check.assetKey);
  const latest = state?.lastMaterialization ?? null;
  if (latest === null || (latest.runId !== null && latest.runId === execution.runId)) return true;
  if (execution.evaluation !== null) {
    const { target } = execution.evaluation;
    return target === null ? latest.event.atMs < execution.createdAtMs : target.id === latest.id;
  }
  const maker = latest.runId === null ? null : await context.loaders.maybeRun.load(latest.runId);
  return maker !== null && run !== null && run.createdAtMs > maker.createdAtMs;
}
