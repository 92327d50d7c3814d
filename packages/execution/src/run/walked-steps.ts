import { mapStep, resolveCollected, type StepsBefore } from "@dagwright/graph";
import type { DynamicOutputRef, ExecutionPlan, PlannedInput, PlannedStep, StepInputSource, StepKey } from "@dagwright/model";

/** How a step ended, or that it did not yet. */
export type StepFate = "waiting" | "succeeded" | "skipped" | "failed";

/** A step of the plan with what depends on it. */
export interface WalkedStep {
  step: PlannedStep;
  readonly dependents: WalkedStep[];
  readonly upstream: Set<WalkedStep>;
  /** How many of them have not ended. */
  waitingFor: number;
  retryNumber: number;
  fate: StepFate;
  /** The outputs that it made. */
  outputs: readonly string[];
  /** It stood for mapped steps that are there now. */
  isReplaced: boolean;
}

/** Mapping keys of the outputs of a step, by name. */
export type MappingKeys = Readonly<Record<string, readonly string[]>>;

/**
 * The steps of a walk and how they depend on each other. Steps that are mapped over a dynamic output are there as one that stands for all,
 * until the output is made. Costs grow with the number of steps and of their inputs' sources.
 */
export class WalkedSteps {
  readonly #steps = new Map<StepKey, WalkedStep>();
  /** By dynamic output: what is mapped over it, each after what it reads from, and what collects it. */
  readonly #mapped = new Map<string, WalkedStep[]>();
  readonly #collecting = new Map<string, WalkedStep[]>();

  /** Steps that failed in an earlier attempt of the run, or were skipped because of that. */
  readonly #over: ReadonlySet<StepKey>;
  readonly #retries: StepsBefore["retries"];

  constructor(plan: ExecutionPlan, before: StepsBefore | null = null) {
    this.#over = new Set([...(before?.failed ?? []), ...(before?.skipped ?? [])]);
    this.#retries = before?.retries ?? {};
    for (const step of plan.steps) this.#add(step);
    for (const walked of this.#steps.values()) this.#connect(walked, walked.step.inputs);
    for (const walked of this.#steps.values()) {
      const over = walked.step.mappedOver;
      if (over !== undefined) listAt(this.#mapped, idOf(over)).push(walked);
      const collected = new Set(stepSources(walked.step.inputs).flatMap(({ collects }) => (collects ? [idOf(collects)] : [])));
      for (const id of collected) listAt(this.#collecting, id).push(walked);
    }
  }

  /** Those that wait for nothing. */
  roots(): readonly WalkedStep[] {
    return [...this.#steps.values()].filter(({ waitingFor, fate }) => waitingFor === 0 && fate === "waiting");
  }

  /** Puts the mapped steps in place that a step's dynamic outputs give. To be called before its end is passed on. */
  unfold({ step }: WalkedStep, mappingKeys: MappingKeys): void {
    for (const { name, isDynamic, isRequired } of step.outputs) {
      if (!isDynamic) continue;
      const made = mappingKeys[name] ?? [];
      this.#unfold({ stepKey: step.key, output: name }, made.length === 0 && !isRequired ? null : made);
    }
  }

  #unfold(over: DynamicOutputRef, keys: readonly string[] | null): void {
    const id = idOf(over);
    const templates = this.#mapped.get(id) ?? [];
    for (const template of templates) template.isReplaced = true;
    for (const template of templates)
      for (const key of keys ?? []) {
        const walked = this.#add(mapStep(template.step, key));
        this.#connect(walked, walked.step.inputs);
      }
    for (const walked of this.#collecting.get(id) ?? []) {
      for (const template of templates) if (walked.upstream.delete(template)) walked.waitingFor -= 1;
      walked.step = resolveCollected(walked.step, (ref) => (idOf(ref) === id ? keys : undefined));
      this.#connect(walked, walked.step.inputs);
    }
  }

  #add(step: PlannedStep): WalkedStep {
    const walked: WalkedStep = {
      step,
      dependents: [],
      upstream: new Set(),
      waitingFor: 0,
      retryNumber: this.#retries[step.key] ?? 0,
      fate: this.#over.has(step.key) ? "failed" : "waiting",
      outputs: [],
      isReplaced: false,
    };
    this.#steps.set(step.key, walked);
    return walked;
  }

  /** A step outside of the plan has run before, in the run that this one re-executes. */
  #connect(walked: WalkedStep, inputs: readonly PlannedInput[]): void {
    const connect = (key: StepKey): void => {
      const upstream = this.#steps.get(key);
      if (upstream === undefined || upstream.isReplaced || walked.upstream.has(upstream)) return;
      walked.upstream.add(upstream);
      if (upstream.fate !== "waiting") return;
      upstream.dependents.push(walked);
      walked.waitingFor += 1;
    };
    for (const { sources } of inputs) {
      for (const source of sources) {
        if (source.kind === "asset") continue;
        connect(source.stepKey);
        // What collects waits for the keys as well, so that it has its sources before its turn.
        if (source.kind === "step" && source.collects !== undefined) connect(source.collects.stepKey);
      }
    }
  }

  /**
   * Outputs that were not made and that an input cannot do without. A fan-in takes what there is, unless there is nothing; what it
   * does not get is no longer among its sources then.
   */
  takeWhatIsThere(walked: WalkedStep): readonly string[] {
    const needed: string[] = [];
    let lacks = false;
    const inputs = walked.step.inputs.map((input) => {
      const present = input.sources.filter((source) => !this.#isAbsent(source));
      if (present.length === input.sources.length) return input;
      lacks = true;
      if (input.isFanIn && present.length > 0) return { ...input, sources: present };
      for (const source of input.sources)
        if (source.kind === "step" && this.#isAbsent(source)) needed.push(`${source.stepKey}.${source.output}`);
      return input;
    });
    if (lacks && needed.length === 0) walked.step = { ...walked.step, inputs };
    return [...new Set(needed)];
  }

  #isAbsent(source: StepInputSource): boolean {
    if (source.kind !== "step") return false;
    if (source.isAbsent) return true;
    const upstream = this.#steps.get(source.stepKey);
    if (upstream === undefined || upstream.fate === "failed" || upstream.fate === "waiting") return false;
    return !upstream.outputs.includes(source.output);
  }
}

const stepSources = (inputs: readonly PlannedInput[]) =>
  inputs.flatMap(({ sources }) => sources.filter((source) => source.kind === "step"));

/** Neither step keys nor names of outputs have a NUL. */
const idOf = ({ stepKey, output }: DynamicOutputRef): string => `${stepKey}\0${output}`;

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
