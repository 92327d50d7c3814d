import { type ExecutionPlan, isUnresolvedStepKey, type PlannedStep, type StepKey } from "@dagwright/model";
import { type MappingKeysOf, mapStep, resolveCollected } from "./dynamic-steps.ts";
import { type PastRun, PastRuns } from "./past-runs.ts";

/** What earlier attempts of a run have settled about steps that are in the plan of the next one. */
export interface StepsBefore {
  /** They failed for good, and stay so. */
  readonly failed: readonly StepKey[];
  /** They were told as skipped, because of those. */
  readonly skipped: readonly StepKey[];
  /** How often steps were tried again, for those that were: what their policy leaves is less by as much. */
  readonly retries: Readonly<Record<string, number>>;
}

export interface ResumePlan {
  readonly plan: ExecutionPlan;
  readonly before: StepsBefore;
}

/**
 * What is left of a run whose worker died: its plan without the steps whose success is stored, and where those that are left read what they
 * made. Steps that were interrupted or not reached run. As in Dagster, one that has failed for good does not run again, nor does what depends on
 * it: its failure was told, and hooks and sensors have acted on it.
 */
export function planResume(plan: ExecutionPlan, past: PastRun): ResumePlan {
  const runs = new PastRuns([past], plan);
  const left = new Set<string>(runs.stepsToRetry(plan));
  const planned = new Set<string>(plan.steps.map(({ key }) => key));
  /** Of outputs that are not made again. */
  const keysOf: MappingKeysOf = (output) =>
    left.has(output.stepKey) || !planned.has(output.stepKey) ? undefined : runs.mappingKeysOf(output);
  const remaining = (step: PlannedStep): readonly PlannedStep[] => {
    const keys = step.mappedOver === undefined || !isUnresolvedStepKey(step.key) ? undefined : keysOf(step.mappedOver);
    const steps = keys === undefined ? [step] : (keys ?? []).map((key) => mapStep(step, key));
    return steps.filter(({ key }) => left.has(key)).map((each) => resolveCollected(each, keysOf));
  };
  const located = runs.locateIn({ ...plan, steps: plan.steps.flatMap(remaining) });
  const keys = located.steps.map(({ key }) => key);
  const retried = keys.map((key) => [key, past.retriesOf(key)] as const).filter(([, retries]) => retries > 0);
  return {
    plan: located,
    before: {
      failed: keys.filter((key) => past.fateOf(key) === "failed"),
      skipped: keys.filter((key) => past.fateOf(key) === "skipped"),
      retries: Object.fromEntries(retried),
    },
  };
}
