import type { ExecutionPlan, RunId, StepInputSource, StepKey } from "@dagwright/model";
import type { NewRun, Storage } from "@dagwright/storage";

/**
 * Says in a re-execution's plan which run made each value that it reads from steps it does not execute: the nearest of the runs that it
 * re-executes, one after the other, in which the step succeeded. The parent alone does not do: it may be a re-execution itself, and have
 * read that value from further up.
 *
 * A run without a parent stays as it is, and so does a source that no ancestor is known to have made.
 */
export async function locateStoredValues(run: NewRun, storage: Pick<Storage, "runs" | "events">): Promise<NewRun> {
  const missing = stepsReadFromElsewhere(run.plan);
  const madeIn = new Map<StepKey, RunId>();
  const seen = new Set<RunId>();
  let ancestorId = run.parentRunId ?? null;
  while (ancestorId !== null && missing.size > 0 && !seen.has(ancestorId)) {
    seen.add(ancestorId);
    const [[ancestor], stats] = await Promise.all([storage.runs.getMany([ancestorId]), storage.events.stepStats([ancestorId])]);
    for (const { stepKey, status } of stats) {
      const key = stepKey as StepKey;
      if (status === "SUCCESS" && missing.delete(key)) madeIn.set(key, ancestorId);
    }
    ancestorId = ancestor?.parentRunId ?? null;
  }
  return madeIn.size === 0 ? run : { ...run, plan: withSources(run.plan, madeIn) };
}

function stepsReadFromElsewhere(plan: ExecutionPlan): Set<StepKey> {
  const own = new Set(plan.steps.map(({ key }) => key));
  const sources = plan.steps.flatMap(({ inputs }) => inputs.flatMap((input) => input.sources));
  return new Set(sources.flatMap((source) => (source.kind === "step" && !own.has(source.stepKey) ? [source.stepKey] : [])));
}

function withSources(plan: ExecutionPlan, madeIn: ReadonlyMap<StepKey, RunId>): ExecutionPlan {
  const located = (source: StepInputSource): StepInputSource => {
    if (source.kind !== "step") return source;
    const runId = madeIn.get(source.stepKey);
    return runId === undefined ? source : { ...source, runId };
  };
  return {
    ...plan,
    steps: plan.steps.map((step) => ({
      ...step,
      inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.map(located) })),
    })),
  };
}
