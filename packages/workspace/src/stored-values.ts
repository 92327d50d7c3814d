import { PastRun, pastRunEventTypes, PastRuns, planExecution, withSources } from "@dagwright/graph";
import type { ExecutionPlan, JobSnapshot, RunId, StepInputSource, StepKey } from "@dagwright/model";
import type { NewRun, Storage } from "@dagwright/storage";

/**
 * Says in a re-execution's plan which run made each value that it reads from steps it does not execute: the nearest of the runs that it
 * re-executes, one after the other, in which the step succeeded. The parent alone does not do: it may be a re-execution itself, and have
 * read that value from further up.
 *
 * A run without a parent stays as it is, and so does a source that no ancestor is known to have made.
 *
 * @param past - what is known of those runs; default: their steps' fates are looked up
 */
export async function locateStoredValues(
  run: NewRun,
  storage: Pick<Storage, "runs" | "events">,
  past: PastRuns | null = null,
): Promise<NewRun> {
  const missing = stepsReadFromElsewhere(run.plan);
  if (past !== null) return missing.size === 0 ? run : { ...run, plan: past.locateIn(run.plan) };
  const madeIn = new Map<StepKey, RunId>();
  for await (const ancestorId of ancestorsOf(run.parentRunId, storage)) {
    if (missing.size === 0) break;
    for (const { stepKey, status } of await storage.events.stepStats([ancestorId])) {
      const key = stepKey as StepKey;
      if (status === "SUCCESS" && missing.delete(key)) madeIn.set(key, ancestorId);
    }
  }
  if (madeIn.size === 0) return run;
  const locate = (source: StepSource): StepInputSource => {
    const runId = madeIn.get(source.stepKey);
    return runId === undefined ? source : { ...source, runId };
  };
  return { ...run, plan: withSources(run.plan, locate) };
}

type StepSource = Extract<StepInputSource, { readonly kind: "step" }>;

/**
 * What is known of the run that is re-executed and of those that it re-executes itself, from their events: the outputs that they made, with
 * mapping keys. Null for jobs all whose outputs are always made, where how steps ended says enough.
 */
export async function loadPastRuns(
  parentRunId: RunId,
  job: JobSnapshot,
  storage: Pick<Storage, "runs" | "events">,
): Promise<PastRuns | null> {
  if (!job.ops.some(({ outs }) => outs.some(({ isRequired, isDynamic }) => isDynamic || !isRequired))) return null;
  const runs: PastRun[] = [];
  for await (const runId of ancestorsOf(parentRunId, storage))
    runs.push(new PastRun(runId, await storage.events.readTypes([runId], pastRunEventTypes)));
  return new PastRuns(runs, planExecution(job));
}

/** The parent, its parent and so on. */
async function* ancestorsOf(parentRunId: RunId | undefined, storage: Pick<Storage, "runs">): AsyncGenerator<RunId> {
  const seen = new Set<RunId>();
  let ancestorId = parentRunId ?? null;
  while (ancestorId !== null && !seen.has(ancestorId)) {
    seen.add(ancestorId);
    yield ancestorId;
    const [ancestor] = await storage.runs.getMany([ancestorId]);
    ancestorId = ancestor?.parentRunId ?? null;
  }
}

function stepsReadFromElsewhere(plan: ExecutionPlan): Set<StepKey> {
  const own = new Set(plan.steps.map(({ key }) => key));
  const sources = plan.steps.flatMap(({ inputs }) => inputs.flatMap((input) => input.sources));
  return new Set(sources.flatMap((source) => (source.kind === "step" && !own.has(source.stepKey) ? [source.stepKey] : [])));
}
