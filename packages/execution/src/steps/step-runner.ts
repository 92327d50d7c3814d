import {
  type CheckResult,
  type HookDefinition,
  insideOp,
  type MultiAssetContext,
  selectionTest,
  type InstanceAccess,
  instanceAccess,
  opConfigAt,
  opInputsAt,
  PartialList,
  type OpContext,
  type OpDefinition,
  type PartitionContext,
  type RunInfo,
} from "@dagwright/definitions";
import {
  type InstanceBackend,
  type Metadata,
  type MetadataInput,
  type PlannedStep,
  type StepKey,
  toMetadata,
} from "@dagwright/model";
import { OutputRecordError } from "../errors.ts";
import type { ValueAddress } from "../io/io-manager.ts";
import { StepPartitions } from "../partitions/step-partitions.ts";
import type { ResourceScope } from "../resources/resource-scope.ts";
import { toRunInfo } from "../run/run-data.ts";
import { runLog } from "../run/run-log.ts";
import { decideRetry } from "./decide-retry.ts";
import { failedOutcome } from "./failed-outcome.ts";
import { listOutputs, opLabel, opLabelAtStart } from "./op-label.ts";
import { collectCheckResults, onlyChecks, StepChecks } from "./step-checks.ts";
import { StepDeadline } from "./step-deadline.ts";
import { MadeValues, runHooks } from "./step-hooks.ts";
import { StepInputs, type StepInputsOptions } from "./step-inputs.ts";
import type { StepOutcome } from "./step-outcome.ts";
import { StepOutputs, type StoredOutputs } from "./step-outputs.ts";
import type { StepTask } from "./step-task.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

export interface StepRunnerOptions extends Omit<StepInputsOptions, "partitions"> {
  readonly observer?: StepObserver;
  /**
   * How long after its timeout a step that goes on is left behind, in milliseconds; without it, it is waited for, and whoever has started this
   * process kills it.
   */
  readonly abandonAfterMs?: number;
  /** Answers what the user's function asks of the instance. */
  readonly instance: InstanceBackend;
  readonly resources: ResourceScope;
}

/** Sees what events do not carry: for tests that run in the same process. */
export interface StepObserver {
  output(address: ValueAddress, value: unknown): void;
  failure(stepKey: StepKey, thrown: unknown): void;
}

/**
 * Runs one try of a step in this process: loads and checks its inputs, calls the user's function, checks and stores what it
 * returned. Both executors use it, one here, one in a step worker.
 */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #run: RunInfo;
  readonly #instance: InstanceAccess;
  readonly #inputs: StepInputs;
  readonly #outputs: StepOutputs;
  readonly #checks: StepChecks;
  readonly #partitions: StepPartitions;

  constructor(options: StepRunnerOptions) {
    const { observer } = options;
    this.#options = options;
    const partitions = new StepPartitions(options);
    this.#partitions = partitions;
    this.#inputs = new StepInputs({ ...options, partitions });
    this.#outputs = new StepOutputs({ ...options, partitions, ...(observer && { observe: observer.output.bind(observer) }) });
    this.#checks = new StepChecks(options);
    this.#run = toRunInfo(options.run);
    this.#instance = instanceAccess(options.instance);
  }

  /** Keys of the resources and I/O managers that a step needs. */
  resourceKeysOf({ step, inputs }: StepTask): Set<string> {
    const keys = new Set<string>();
    for (const { name } of Object.values(this.#options.job.opsByName.get(step.opName)?.resources ?? {})) keys.add(name);
    for (const { ioManagerKey, check } of step.outputs) if (check === undefined) keys.add(ioManagerKey);
    const op = this.#options.job.opsByName.get(step.opName);
    const given = opInputsAt(this.#options.config, step.handle);
    for (const { name, values } of inputs) {
      if (name in given && !(given[name] instanceof PartialList)) continue;
      const named = op?.ins.find((input) => input.name === name)?.inputManagerKey;
      for (const { ioManagerKey } of values) keys.add(named ?? ioManagerKey);
    }
    for (const hook of this.#options.job.hooksAt(step.handle))
      for (const { name } of Object.values(hook.resources)) keys.add(name);
    return keys;
  }

  /** Never rejects. Emits the events of the try but for the one that says how it ended. */
  async execute(task: StepTask, runSignal: AbortSignal): Promise<StepOutcome> {
    const { resources } = this.#options;
    if (!resources.hasStepResources) return this.#execute(task, runSignal);
    await using own = resources.forStep(task.step.key);
    return await new StepRunner({ ...this.#options, resources: own }).#execute(task, runSignal);
  }

  async #execute(task: StepTask, runSignal: AbortSignal): Promise<StepOutcome> {
    const { step } = task;
    const startedAt = performance.now();
    // One of its own for each step: listeners that user code leaves behind go with it.
    const aborter = new AbortController();
    const { signal } = aborter;
    const abort = (): void => aborter.abort(runSignal.reason);
    if (runSignal.aborted) abort();
    else runSignal.addEventListener("abort", abort, { once: true });
    const deadline = new StepDeadline(step, aborter, this.#options.abandonAfterMs ?? null);
    const attempt: Attempt = { task, signal, deadline, op: null, outputMetadata: new Map(), made: null };
    const hooks = this.#options.job.hooksAt(step.handle);
    if (hooks.length > 0) attempt.made = new MadeValues();
    let outcome: StepOutcome;
    let thrown: unknown = null;
    try {
      const { names, mappingKeys } = await deadline.within(this.#attempt(attempt));
      deadline.check();
      const keys = Object.keys(mappingKeys).length === 0 ? {} : { mappingKeys };
      outcome = { kind: "success", durationMs: performance.now() - startedAt, outputs: names, ...keys };
    } catch (caught) {
      const isUsers = caught instanceof UserCodeFailure;
      thrown = deadline.error ?? (isUsers ? caught.thrown : caught);
      this.#options.observer?.failure(step.key, thrown);
      outcome = failedOutcome(
        thrown,
        task,
        runSignal.aborted ? "INTERRUPT" : isUsers || deadline.error ? "USER_CODE_ERROR" : "FRAMEWORK_ERROR",
      );
      if (deadline.isAbandoned) outcome = { ...outcome, isAbandoned: true };
    } finally {
      deadline[Symbol.dispose]();
      runSignal.removeEventListener("abort", abort);
    }
    return hooks.length === 0 || runSignal.aborted ? outcome : this.#withHooks(hooks, attempt, outcome, thrown, runSignal);
  }

  async #withHooks(
    hooks: readonly HookDefinition[],
    { task, op, outputMetadata, made }: Attempt,
    outcome: StepOutcome,
    stepException: unknown,
    signal: AbortSignal,
  ): Promise<StepOutcome> {
    const endedAtMs = Date.now();
    if (op === null) return outcome;
    const { step, retryNumber, retries } = task;
    const { resources } = this.#options;
    const isTriedAgain = outcome.kind === "failure" && retries && decideRetry(step, retryNumber, outcome, Math.random) !== null;
    const { log, run, op: used, step: key, instance } = this.#contextOf(task, op, null, outputMetadata, signal);
    this.#options.beforeUserCode?.();
    const afterwards = await runHooks({
      hooks,
      end: isTriedAgain ? "retry" : outcome.kind,
      stepKey: step.key,
      opName: op.name,
      resources,
      context: {
        log,
        run,
        op: used,
        step: key,
        instance,
        signal,
        stepException,
        outputs: made?.outputs ?? {},
        outputMetadata: made?.metadata ?? {},
      },
    });
    return { ...outcome, endedAtMs, afterwards };
  }

  async #attempt(attempt: Attempt): Promise<StoredOutputs> {
    const { job, emit, resources, beforeUserCode } = this.#options;
    const { task, signal, outputMetadata } = attempt;
    const { step, retryNumber } = task;
    const { key } = step;
    const op = job.opsByName.get(step.opName);
    if (op === undefined)
      throw new Error(
        `Job "${job.name}" has no op "${step.opName}" for step "${key}"; the code and the plan are of different versions`,
      );
    const started = resources.ensure(this.resourceKeysOf(task), key);
    if (started !== undefined) await started;
    attempt.op = op;

    if (retryNumber === 0)
      emit({ type: "STEP_START", atMs: Date.now(), stepKey: key, message: `Started execution of step "${key}".` });
    else {
      emit({
        type: "STEP_RESTARTED",
        atMs: Date.now(),
        stepKey: key,
        message: `Started re-execution (attempt # ${retryNumber + 1}) of step "${key}".`,
      });
    }
    attempt.deadline.start();
    const partition = await this.#partitions.contextOf(op, step);
    const inputs = await this.#inputs.load(task, op, signal);
    const context = this.#contextOf(task, op, partition, outputMetadata, signal);
    beforeUserCode?.();
    let returned: unknown;
    try {
      const compute = (): unknown => op.compute(inputs as never, context as never);
      returned = await insideOp(opLabel(op), onlyChecks(op) ? () => collectCheckResults(op, compute()) : compute);
    } catch (error) {
      throw new UserCodeFailure(error);
    }
    attempt.deadline.check();
    if (onlyChecks(op)) {
      const names = await this.#checks.evaluate(task, op, returned as readonly CheckResult[]);
      return { names, mappingKeys: {} };
    }
    const evaluations = this.#checks.begin(task, op);
    const checked = (result: CheckResult, output?: string): Promise<void> => evaluations.add(result, output);
    const { names, mappingKeys } = await this.#outputs.store(task, op, returned, outputMetadata, checked, signal, attempt.made);
    return { names: [...names, ...evaluations.finish()], mappingKeys };
  }

  #contextOf(
    { step, retryNumber }: StepTask,
    op: OpDefinition,
    partition: PartitionContext | null,
    outputMetadata: Map<string, Metadata>,
    signal: AbortSignal,
  ): OpContext {
    const { emit, resources } = this.#options;
    const context: OpContext = {
      log: runLog(emit, step.key),
      run: this.#run,
      op: { name: op.name, config: opConfigAt(this.#options.config, step.handle), tags: step.tags },
      step: { key: step.key, retryNumber },
      partition,
      selectedOutputs: step.outputs.flatMap(({ name, check }) => (check === undefined ? [name] : [])),
      resources: Object.fromEntries(Object.entries(op.resources).map(([property, { name }]) => [property, resources.get(name)])),
      instance: this.#instance,
      signal,
      addOutputMetadata(metadata: Readonly<Record<string, MetadataInput>>, outputName?: string) {
        const outs = op.outs.filter(({ check }) => check === undefined);
        const name = outputName ?? (outs.length === 1 ? outs[0]?.name : undefined);
        if (name === undefined || !outs.some((out) => out.name === name)) {
          throw new OutputRecordError(
            opLabelAtStart(op),
            `added metadata ${name === undefined ? "without saying to which output" : `to an output "${name}" that it does not have`}; its outputs are ${listOutputs(outs)}`,
          );
        }
        outputMetadata.set(name, { ...outputMetadata.get(name), ...toMetadata(metadata) });
      },
    };
    const checks = step.outputs.flatMap(({ check }) =>
      check === undefined ? [] : [{ assetKey: check.assetKey, name: check.name }],
    );
    if (checks.length > 0) Object.assign(context, { checks });
    if (op.assetWork !== undefined) Object.assign(context, selectionOf(step));
    return op.assetKey === null ? context : Object.assign(context, { asset: { key: op.assetKey } });
  }
}

/** One try of a step, as far as it has come. */
interface Attempt {
  readonly task: StepTask;
  readonly signal: AbortSignal;
  readonly deadline: StepDeadline;
  /** Null until it has begun. */
  op: OpDefinition | null;
  readonly outputMetadata: Map<string, Metadata>;
  /** Null: nobody asks for its values. */
  made: MadeValues | null;
}

/** Which of its assets a step is to make. */
function selectionOf({ outputs }: PlannedStep): Pick<MultiAssetContext, "selectedAssetKeys" | "isSelected"> {
  const selectedAssetKeys = outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey]));
  return {
    selectedAssetKeys,
    isSelected: selectionTest(selectedAssetKeys),
  };
}
