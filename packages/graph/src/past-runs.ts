import {
  type DynamicOutputRef,
  type ExecutionPlan,
  isUnresolvedStepKey,
  parseStepKey,
  type PlannedStep,
  type RunId,
  type RunLogEntry,
  type StepInputSource,
  type StepKey,
} from "@dagwright/model";
import { mapStep } from "./dynamic-steps.ts";

/** The types of events that tell how the steps of a run ended and what they made. */
export const pastRunEventTypes = [
  "STEP_START",
  "STEP_RESTARTED",
  "STEP_UP_FOR_RETRY",
  "STEP_OUTPUT",
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_SKIPPED",
] as const satisfies readonly RunLogEntry["type"][];

type Fate = "started" | "succeeded" | "failed" | "skipped";

/** What is known of a run that is over, of its events alone. */
export class PastRun {
  readonly runId: RunId;
  readonly #fates = new Map<string, Fate>();
  /** Mapping keys by step, then by output; a plain output that was made has none. */
  readonly #outputs = new Map<string, Map<string, string[]>>();
  readonly #retries = new Map<string, number>();

  constructor(runId: RunId, entries: Iterable<RunLogEntry>) {
    this.runId = runId;
    for (const entry of entries) this.#observe(entry);
  }

  #observe(entry: RunLogEntry): void {
    const { stepKey } = entry;
    if (stepKey === null) return;
    if (entry.type === "STEP_UP_FOR_RETRY") this.#retries.set(stepKey, this.retriesOf(stepKey) + 1);
    switch (entry.type) {
      case "STEP_START":
      case "STEP_RESTARTED":
      case "STEP_UP_FOR_RETRY":
        this.#fates.set(stepKey, "started");
        // What an earlier try made counts no more.
        this.#outputs.delete(stepKey);
        break;
      case "STEP_SUCCESS":
        this.#fates.set(stepKey, "succeeded");
        break;
      case "STEP_FAILURE":
        this.#fates.set(stepKey, "failed");
        break;
      case "STEP_SKIPPED":
        this.#fates.set(stepKey, "skipped");
        break;
      case "STEP_OUTPUT": {
        const outputs = this.#outputs.get(stepKey) ?? new Map<string, string[]>();
        const keys = outputs.get(entry.outputName) ?? [];
        if (entry.mappingKey !== null) keys.push(entry.mappingKey);
        this.#outputs.set(stepKey, outputs.set(entry.outputName, keys));
        break;
      }
      default:
        break;
    }
  }

  fateOf(stepKey: string): Fate | null {
    return this.#fates.get(stepKey) ?? null;
  }

  /** How often it was to be tried again. */
  retriesOf(stepKey: string): number {
    return this.#retries.get(stepKey) ?? 0;
  }

  /** The mapping keys of an output, none for a plain one; undefined when it was not made. */
  keysOf(stepKey: string, output: string): readonly string[] | undefined {
    return this.#outputs.get(stepKey)?.get(output);
  }
}

/** A run and those that it re-executes, nearest first: what a further re-execution can read. */
export class PastRuns {
  readonly #runs: readonly PastRun[];
  readonly #optional: (step: string, output: string) => boolean;

  /** @param whole - the plan of the whole job, which says what outputs are optional */
  constructor(runs: readonly PastRun[], whole: ExecutionPlan) {
    this.#runs = runs;
    const required = new Map(
      whole.steps.flatMap(({ handle, outputs }) =>
        outputs.map((out) => [idOf(handle.join("."), out.name), out.isRequired] as const),
      ),
    );
    this.#optional = (step, output) => required.get(idOf(parseStepKey(step).node, output)) === false;
  }

  /** The nearest run in which the step succeeded. */
  madeIn(stepKey: string): PastRun | undefined {
    return this.#runs.find((run) => run.fateOf(stepKey) === "succeeded");
  }

  /** Which run made what a source reads, or that it is known not to have been made. */
  #locate(source: Extract<StepInputSource, { readonly kind: "step" }>): StepInputSource {
    const run = this.madeIn(source.stepKey);
    if (run === undefined)
      return this.#runs.some((one) => one.fateOf(source.stepKey) === "skipped") ? { ...source, isAbsent: true } : source;
    const isMade = run.keysOf(source.stepKey, source.output) !== undefined;
    return isMade || !this.#optional(source.stepKey, source.output)
      ? { ...source, runId: run.runId }
      : { ...source, isAbsent: true };
  }

  /** The plan of a re-execution, with the run that made each value that it reads from steps that it does not execute. */
  locateIn(plan: ExecutionPlan): ExecutionPlan {
    return withSources(plan, (source) => this.#locate(source));
  }

  /** For planning: the mapping keys of a dynamic output, as the nearest run has made it. */
  readonly mappingKeysOf = ({ stepKey, output }: DynamicOutputRef): readonly string[] | null | undefined => {
    const run = this.madeIn(stepKey);
    if (run === undefined) return this.#runs.some((one) => one.fateOf(stepKey) === "skipped") ? null : undefined;
    const keys = run.keysOf(stepKey, output) ?? [];
    return keys.length === 0 && this.#optional(stepKey, output) ? null : keys;
  };

  /**
   * The steps that a re-execution from failure runs: those that failed, were interrupted or not reached, and what depends on them. Steps that
   * were skipped because something was not made on purpose stay skipped.
   */
  stepsToRetry({ steps }: ExecutionPlan): readonly StepKey[] {
    const [last] = this.#runs;
    const retried = new Set<StepKey>();
    const nodes = new Set<string>();
    const planned = new Set<StepKey>(steps.map(({ key }) => key));
    const dependsOnRetried = ({ inputs }: PlannedStep): boolean =>
      inputs.some(({ sources }) =>
        sources.some((source) => {
          if (source.kind === "asset") return false;
          const { node } = parseStepKey(source.stepKey);
          if (source.kind === "step" && source.collects !== undefined && nodes.has(node)) return true;
          return retried.has(source.stepKey) || (nodes.has(node) && retried.has(`${node}[?]` as StepKey));
        }),
      );
    const consider = (step: PlannedStep): void => {
      const fate = last?.fateOf(step.key) ?? null;
      const isLeft = fate === "failed" || fate === "started" || fate === null;
      if (!isLeft && !dependsOnRetried(step)) return;
      retried.add(step.key);
      nodes.add(parseStepKey(step.key).node);
    };
    for (const step of steps) {
      const over = step.mappedOver;
      if (over === undefined || !isUnresolvedStepKey(step.key)) {
        consider(step);
        continue;
      }
      const keys = retried.has(over.stepKey) || !planned.has(over.stepKey) ? undefined : this.mappingKeysOf(over);
      if (keys === undefined) {
        retried.add(step.key);
        nodes.add(parseStepKey(step.key).node);
      } else for (const key of keys ?? []) consider(mapStep(step, key));
    }
    return [...retried];
  }
}

/** The plan with something in place of each source that is a step which the plan does not have. */
export function withSources(
  plan: ExecutionPlan,
  locate: (source: Extract<StepInputSource, { readonly kind: "step" }>) => StepInputSource,
): ExecutionPlan {
  const own = new Set(plan.steps.map(({ key }) => key));
  const located = (source: StepInputSource): StepInputSource =>
    source.kind !== "step" || own.has(source.stepKey) || source.collects !== undefined || source.isAbsent
      ? source
      : locate(source);
  return {
    ...plan,
    steps: plan.steps.map((step) => ({
      ...step,
      inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.map(located) })),
    })),
  };
}

/** Neither step keys nor names of outputs have a NUL. */
const idOf = (step: string, output: string): string => `${step}\0${output}`;
