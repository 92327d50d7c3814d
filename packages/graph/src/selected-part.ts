import type { JobSnapshot, PlannedStep, RunConfigPart } from "@dagwright/model";
import { selectedSteps } from "./execution-plan.ts";
import { JobIndex } from "./job-index.ts";

/** An input that nothing selected makes a value for, so that run config gives it. */
export interface OpenInput {
  /** Nothing else could stand in: no default, and no earlier run. */
  readonly isRequired: boolean;
}

type Path = readonly string[];

const noInputs: ReadonlyMap<string, OpenInput> = new Map();

/** What a run of some of a job's steps is made of, and what it needs from outside. */
export class SelectedPart {
  /** Every resource and I/O manager that it uses, also by way of others. */
  readonly resourceKeys: ReadonlySet<string>;
  readonly #job: JobSnapshot;
  readonly #index: JobIndex;
  /** Of its ops and the graphs around them, joined by dots. */
  readonly #paths = new Set<string>();
  /** By the path of the node that has them; the job's own under "". */
  readonly #openInputs = new Map<string, Map<string, OpenInput>>();

  /** @throws ExecutionPlanError when the selection names what the job does not have or selects nothing */
  constructor(job: JobSnapshot, { selection, isReexecution }: RunConfigPart) {
    this.#job = job;
    this.#index = JobIndex.of(job);
    const steps = selectedSteps(job, selection);
    const keys = new Set<string>(steps.map(({ key }) => key));
    for (const step of steps) {
      step.handle.forEach((_, depth) => this.#paths.add(step.handle.slice(0, depth + 1).join(".")));
      this.#collectOpenInputs(step, keys, isReexecution);
    }
    this.resourceKeys = this.#resourcesOf(steps, keys, isReexecution);
  }

  /** Whether the op at this path of node names is executed, or one within the graph there. */
  has(path: Path): boolean {
    return this.#paths.has(path.join("."));
  }

  /** The inputs of the node at this path that run config gives; with an empty path those of the job's graph. */
  openInputsOf(path: Path): ReadonlyMap<string, OpenInput> {
    return this.#openInputs.get(path.join(".")) ?? noInputs;
  }

  #collectOpenInputs(step: PlannedStep, selected: ReadonlySet<string>, isReexecution: boolean): void {
    const op = this.#index.op(step.opName);
    for (const { name, sources } of step.inputs) {
      const definition = op?.ins.find((input) => input.name === name);
      if (definition === undefined || definition.isOrderOnly) continue;
      const isMadeHere = sources.some((source) => source.kind === "asset" || selected.has(source.stepKey));
      for (const { path, input } of this.#placesOf(step.handle, name)) {
        const isOfJob = path.length === 0;
        if (isMadeHere && !isOfJob) continue;
        const inputs = this.#openInputs.get(path.join(".")) ?? new Map<string, OpenInput>();
        const isRequired = !definition.hasDefault && (isOfJob || !isReexecution);
        inputs.set(input, { isRequired: isRequired || inputs.get(input)?.isRequired === true });
        this.#openInputs.set(path.join("."), inputs);
      }
    }
  }

  /** Where an op's input is wired: at the op, at a graph around it, or at the job; a list perhaps at several. */
  #placesOf(path: Path, input: string): readonly { readonly path: Path; readonly input: string }[] {
    if (path.length === 0) return [{ path, input }];
    const sources = this.#index.nodeAt(path)?.inputs.find((one) => one.input === input)?.sources ?? [];
    return sources.flatMap((source) =>
      source.kind === "graphInput" ? this.#placesOf(path.slice(0, -1), source.input) : [{ path, input }],
    );
  }

  #resourcesOf(steps: readonly PlannedStep[], selected: ReadonlySet<string>, isReexecution: boolean): ReadonlySet<string> {
    const keys = new Set<string>(this.#job.hookResourceKeys);
    let all: ReadonlyMap<string, PlannedStep> | undefined;
    for (const step of steps) {
      const op = this.#index.op(step.opName);
      for (const key of op?.requiredResourceKeys ?? []) keys.add(key);
      for (const { ioManagerKey, check } of step.outputs) if (check === undefined) keys.add(ioManagerKey);
      step.handle.forEach((_, depth) => {
        for (const key of this.#index.nodeAt(step.handle.slice(0, depth + 1))?.hookResourceKeys ?? []) keys.add(key);
      });
      for (const { name, sources } of step.inputs) {
        const definition = op?.ins.find((input) => input.name === name);
        if (definition?.isOrderOnly) continue;
        for (const source of sources) {
          if (source.kind === "check") continue;
          if (source.kind === "asset") keys.add(definition?.inputManagerKey ?? source.ioManagerKey);
          else if (selected.has(source.stepKey) || isReexecution) {
            all ??= new Map(selectedSteps(this.#job, { stepKeys: null, assetKeys: null }).map((one) => [one.key, one]));
            const made = all.get(source.stepKey)?.outputs.find((output) => output.name === source.output);
            const key = definition?.inputManagerKey ?? made?.ioManagerKey;
            if (key !== undefined) keys.add(key);
          }
        }
      }
    }
    const resources = new Map(this.#job.resources.map((one) => [one.key, one]));
    // A set hands out what is added to it on the way.
    for (const key of keys) for (const inner of resources.get(key)?.resources ?? []) keys.add(inner);
    return keys;
  }
}
