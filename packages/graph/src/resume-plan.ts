import { type ExecutionPlan, isUnresolvedStepKey, type PlannedStep } from "@dagwright/model";
import { type MappingKeysOf, mapStep, resolveCollected } from "./dynamic-steps.ts";
import { type PastRun, PastRuns } from "./past-runs.ts";

/**
 * What is left of a run whose worker died: its plan without the steps whose success is stored, and where those that are left read what they
 * made. Steps that were interrupted, failed or not reached run again, and what depends on them.
 */
export function planResume(plan: ExecutionPlan, past: PastRun): ExecutionPlan {
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
  return runs.locateIn({ ...plan, steps: plan.steps.flatMap(remaining) });
}
