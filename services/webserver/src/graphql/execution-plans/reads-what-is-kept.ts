import { planExecution } from "@dagwright/graph";
import type { ExecutionPlan, JobSnapshot, PlannedStep, StepInputSource } from "@dagwright/model";

/**
 * Whether what a plan's first steps read of steps that it leaves out can still be there: an I/O manager in memory has lost it with its process.
 * Of managers that a function makes it is not known, and they count as keeping it, as in Dagster.
 */
export function readsWhatIsKept({ steps }: ExecutionPlan, job: JobSnapshot): boolean {
  const inMemory = new Set(job.resources.flatMap(({ key, isInMemory }) => (isInMemory === true ? [key] : [])));
  if (inMemory.size === 0) return true;
  const executed = new Set(steps.map(({ key }) => key));
  const whole = planExecution(job, { stepKeys: null, assetKeys: null });
  const byKey = new Map(whole.steps.map((step) => [step.key, step]));
  const isLost = (source: StepInputSource): boolean => {
    if (source.kind !== "step") return false;
    const made = byKey.get(source.stepKey)?.outputs.find(({ name }) => name === source.output);
    return made !== undefined && inMemory.has(made.ioManagerKey);
  };
  return !steps.some((step) => {
    const sources = sourcesOf(step);
    const isFirst = !sources.some((source) => source.kind !== "asset" && executed.has(source.stepKey));
    return isFirst && sources.some(isLost);
  });
}

const sourcesOf = ({ inputs }: PlannedStep): readonly StepInputSource[] => inputs.flatMap(({ sources }) => sources);
