import type { PastRuns } from "@dagwright/graph";
import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetKeyToString,
  DomainError,
  type ExecutionPlan,
  type JobSnapshot,
  type Run,
  type RunSelection,
  type StoredEntry,
  systemTags,
  type Tags,
} from "@dagwright/model";
import type { StepStats, Storage } from "@dagwright/storage";
import { loadPastRuns } from "./stored-values.ts";

/** What of a run is executed again; the names are Dagster's. */
export const reexecutionStrategies = ["ALL_STEPS", "FROM_FAILURE", "FROM_ASSET_FAILURE"] as const;
export type ReexecutionStrategy = (typeof reexecutionStrategies)[number];

/** What a run says of how much of the one before it executes again. */
export const reexecutionTags: Readonly<Record<ReexecutionStrategy, Tags>> = {
  ALL_STEPS: {},
  FROM_FAILURE: { [systemTags.isResumeRetry]: "true" },
  FROM_ASSET_FAILURE: { [systemTags.isAssetResumeRetry]: "true" },
};

/** There is nothing of the run to execute again in that way. */
export class NothingToReexecuteError extends DomainError<"NothingToReexecuteError"> {
  constructor(message: string) {
    super("NothingToReexecuteError", message);
  }
}

/** Where the facts about the run come from; fetched only when the strategy asks for them. */
export interface ReexecutionSources {
  readonly storage: Pick<Storage, "runs" | "events">;
  plan(run: Run): Promise<ExecutionPlan>;
  job(run: Run): Promise<JobSnapshot>;
  stepStats(run: Run): Promise<readonly StepStats[]>;
  /** Its ASSET_MATERIALIZATION events. */
  materializations(run: Run): Promise<readonly StoredEntry[]>;
  /** Its ASSET_CHECK_EVALUATION events. */
  checkEvaluations(run: Run): Promise<readonly StoredEntry[]>;
}

/** Straight from the database. */
export const storedReexecutionSources = (storage: Pick<Storage, "runs" | "events">): ReexecutionSources => ({
  storage,
  plan: (run) => storage.runs.executionPlan(run.planSnapshotId),
  job: (run) => storage.runs.jobSnapshot(run.jobSnapshotId),
  stepStats: (run) => storage.events.stepStats([run.id]),
  materializations: (run) => storage.events.readTypes([run.id], ["ASSET_MATERIALIZATION"]),
  checkEvaluations: (run) => storage.events.readTypes([run.id], ["ASSET_CHECK_EVALUATION"]),
});

/**
 * Which part of its job a re-execution of a run executes.
 *
 * @throws NothingToReexecuteError when the run has not failed, or nothing of it is left to do
 */
export async function reexecutionSelection(
  parent: Run,
  strategy: ReexecutionStrategy,
  sources: ReexecutionSources,
): Promise<RunSelection> {
  if (strategy === "ALL_STEPS") return parent.selection;
  if (parent.status !== "FAILURE" && parent.status !== "CANCELED") {
    throw new NothingToReexecuteError(
      `Run ${parent.id} is ${parent.status}; only a failed or canceled run can be re-executed from where it failed`,
    );
  }
  const plan = await sources.plan(parent);
  return strategy === "FROM_FAILURE" ? fromFailure(parent, plan, sources) : fromAssetFailure(parent, plan, sources);
}

async function fromFailure(parent: Run, plan: ExecutionPlan, sources: ReexecutionSources): Promise<RunSelection> {
  const past: PastRuns | null = await loadPastRuns(parent.id, await sources.job(parent), sources.storage);
  const done = new Set(
    (await sources.stepStats(parent)).filter(({ status }) => status === "SUCCESS").map(({ stepKey }) => stepKey),
  );
  const left = past === null ? plan.steps.flatMap(({ key }) => (done.has(key) ? [] : [key])) : past.stepsToRetry(plan);
  if (left.length === 0) throw new NothingToReexecuteError(`Every step of run ${parent.id} has succeeded; use ALL_STEPS`);
  return { ...parent.selection, stepKeys: left };
}

async function fromAssetFailure(parent: Run, { steps }: ExecutionPlan, sources: ReexecutionSources): Promise<RunSelection> {
  const made = new Set(
    (await sources.materializations(parent)).flatMap((entry) => ("assetKey" in entry ? [assetKeyToString(entry.assetKey)] : [])),
  );
  const planned = steps.flatMap(({ outputs }) => outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])));
  const left = planned.filter((key) => !made.has(assetKeyToString(key)));
  const evaluated = new Set(
    (await sources.checkEvaluations(parent)).flatMap((entry) =>
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
    throw new NothingToReexecuteError(`Every asset of run ${parent.id} was materialized; use ALL_STEPS`);
  return { stepKeys: null, assetKeys: left, checkKeys };
}
