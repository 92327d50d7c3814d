import { planExecution } from "@dagwright/graph";
import {
  type ExecutionPlan,
  type JobSnapshot,
  parseStepKey,
  type PlannedOutput,
  type PlannedStep,
  type StepInputSource,
  unresolvedStepKey,
} from "@dagwright/model";
import type { ValueAddress } from "../io/io-manager.ts";
import type { RunData } from "../run/run-data.ts";

/** One value to load for an input. */
export interface InputValue {
  readonly address: ValueAddress;
  readonly ioManagerKey: string;
  /** The op that made the value, when a step of this job did. */
  readonly upstreamOpName: string | null;
  readonly upstreamStepKey: string | null;
}

export interface TaskInput {
  readonly name: string;
  readonly isFanIn: boolean;
  /** None: the input gets its default. */
  readonly values: readonly InputValue[];
}

/** One try of a step with all a step runner needs to know of its surroundings. Plain data: it travels to step workers. */
export interface StepTask {
  readonly step: PlannedStep;
  /** 0 at first. */
  readonly retryNumber: number;
  readonly inputs: readonly TaskInput[];
  /** False: a failed try is the last one, whatever the policy says. */
  readonly retries: boolean;
}

/** Makes a run's step tasks: looks up who made what each input reads, and where it was stored. */
export class StepTasks {
  readonly #run: RunData;
  readonly #snapshot: JobSnapshot;
  readonly #retries: boolean;
  readonly #planned: ReadonlyMap<string, PlannedStep>;
  /** Made when a step reads from one that this run does not execute. */
  #all: ReadonlyMap<string, PlannedStep> | undefined;

  constructor(run: RunData, plan: ExecutionPlan, snapshot: JobSnapshot, retries = true) {
    this.#run = run;
    this.#retries = retries;
    this.#snapshot = snapshot;
    this.#planned = new Map(plan.steps.map((step) => [step.key, step]));
  }

  taskOf(step: PlannedStep, retryNumber: number): StepTask {
    const inputs = step.inputs.map(({ name, isFanIn, sources }) => ({
      name,
      isFanIn,
      values: sources.flatMap((source) => (source.kind === "check" || this.#isLeftOpen(source) ? [] : [this.#valueOf(source)])),
    }));
    return { step, retryNumber, inputs, retries: this.#retries };
  }

  /** Whether no run makes the value: this one leaves out the step, and re-executes no other. Run config gives it, or the input's default. */
  #isLeftOpen(source: StepInputSource): boolean {
    if (source.kind !== "step" || source.runId !== undefined || this.#run.selection === undefined) return false;
    if ((this.#run.parentRunId ?? null) !== null) return false;
    return !this.#planned.has(source.stepKey) && !this.#planned.has(templateOf(source.stepKey));
  }

  #valueOf(source: Exclude<StepInputSource, { kind: "check" }>): InputValue {
    const { runId, parentRunId } = this.#run;
    if (source.kind === "asset") {
      const { assetKey, ioManagerKey } = source;
      const address = { runId, stepKey: "" as PlannedStep["key"], outputName: "", assetKey, partition: null };
      return { address, ioManagerKey, upstreamOpName: null, upstreamStepKey: null };
    }
    const { stepKey, output, runId: madeIn, mappingKey } = source;
    const executedHere = this.#planned.get(stepKey) ?? this.#planned.get(templateOf(stepKey));
    const upstream = executedHere ?? this.#anyStep(stepKey);
    const made: PlannedOutput | undefined = upstream?.outputs.find(({ name }) => name === output);
    return {
      address: {
        runId: executedHere === undefined ? (madeIn ?? parentRunId ?? runId) : runId,
        stepKey,
        outputName: output,
        assetKey: made?.assetKey ?? null,
        partition: null,
        ...(mappingKey !== undefined && { mappingKey }),
      },
      ioManagerKey: made?.ioManagerKey ?? "io_manager",
      upstreamOpName: upstream?.opName ?? null,
      upstreamStepKey: stepKey,
    };
  }

  #anyStep(key: string): PlannedStep | undefined {
    this.#all ??= new Map(planExecution(this.#snapshot).steps.map((step) => [step.key, step]));
    return this.#all.get(key) ?? this.#all.get(templateOf(key));
  }
}

/** The key of what a mapped step was planned as. */
const templateOf = (key: string): string => unresolvedStepKey(parseStepKey(key).node);
