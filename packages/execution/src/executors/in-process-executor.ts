import type { PlannedStep } from "@dagwright/model";
import { StepInterruptedError } from "../errors.ts";
import type { ResourceScope } from "../resources/resource-scope.ts";
import { terminationGraceMs } from "../run/termination-grace.ts";
import { describeFailure } from "../steps/failure.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import type { StepRunner } from "../steps/step-runner.ts";
import type { StepTasks } from "../steps/step-task.ts";
import type { StepExecutor } from "./step-executor.ts";

export interface InProcessExecutorOptions {
  readonly runner: StepRunner;
  readonly tasks: StepTasks;
  /** Disposed with the executor. */
  readonly resources: ResourceScope;
  readonly signal: AbortSignal;
  /** How long a step may go on after the signal before it is left behind. */
  readonly graceMs: number;
}

/** Runs steps in this process, one after the other. */
export class InProcessExecutor implements StepExecutor {
  readonly maxConcurrent = 1;
  readonly #options: InProcessExecutorOptions;
  #interrupt: (() => void) | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #hasAbandoned = false;

  constructor(options: InProcessExecutorOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  execute(step: PlannedStep, retryNumber: number): Promise<StepOutcome> {
    const { runner, tasks, signal, graceMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<StepOutcome>();
    this.#interrupt = () => {
      this.#hasAbandoned = true;
      const error = new StepInterruptedError(
        step.key,
        `it was still running ${terminationGraceMs(signal, graceMs)} ms after its signal aborted`,
      );
      resolve({ kind: "failure", error: describeFailure(error), errorSource: "INTERRUPT" });
    };
    // The runner never rejects.
    void runner.execute(tasks.taskOf(step, retryNumber), signal).then(resolve);
    return promise;
  }

  readonly #onAbort = (): void => {
    const { signal, graceMs } = this.#options;
    this.#graceTimer = setTimeout(() => this.#interrupt?.(), terminationGraceMs(signal, graceMs));
  };

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#graceTimer);
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    // What user code still holds must not be taken from under it; the process is about to end anyway.
    if (!this.#hasAbandoned) await this.#options.resources[Symbol.asyncDispose]();
  }
}
