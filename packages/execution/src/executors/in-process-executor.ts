import type { PlannedStep, StepKey } from "@dagwright/model";
import { StepInterruptedError } from "../errors.ts";
import type { ResourceScope } from "../resources/resource-scope.ts";
import { terminationGraceMs } from "../run/termination-grace.ts";
import { describeFailure } from "../steps/failure.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import type { StepRunner } from "../steps/step-runner.ts";
import type { StepTasks } from "../steps/step-task.ts";
import type { StepConsole } from "./step-console.ts";
import type { StepExecutor } from "./step-executor.ts";

export interface InProcessExecutorOptions {
  /** 1: a step after the other. More: as many at the same time, on this process's one event loop. */
  readonly maxConcurrent: number;
  readonly runner: StepRunner;
  readonly tasks: StepTasks;
  /** Disposed with the executor. */
  readonly resources: ResourceScope;
  /** Takes what each step writes to this process's outputs; disposed with the executor. Null: it stays together. */
  readonly console: StepConsole | null;
  readonly signal: AbortSignal;
  /** How long steps may go on after the signal before they are left behind. */
  readonly graceMs: number;
}

/** Runs steps in this process. */
export class InProcessExecutor implements StepExecutor {
  readonly maxConcurrent: number;
  readonly #options: InProcessExecutorOptions;
  readonly #running = new Map<StepKey, (outcome: StepOutcome) => void>();
  #graceTimer: NodeJS.Timeout | undefined;
  #hasAbandoned = false;

  constructor(options: InProcessExecutorOptions) {
    this.maxConcurrent = options.maxConcurrent;
    this.#options = options;
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  execute(step: PlannedStep, retryNumber: number): Promise<StepOutcome> {
    const { runner, tasks, console, signal } = this.#options;
    const { promise, resolve } = Promise.withResolvers<StepOutcome>();
    this.#running.set(step.key, resolve);
    const run = (): Promise<StepOutcome> => runner.execute(tasks.taskOf(step, retryNumber), signal);
    // The runner never rejects.
    void (console === null ? run() : console.during(step.key, run)).then((outcome) => {
      this.#running.delete(step.key);
      this.#hasAbandoned ||= outcome.isAbandoned === true;
      resolve(outcome);
    });
    return promise;
  }

  readonly #onAbort = (): void => {
    const { signal, graceMs } = this.#options;
    const grace = terminationGraceMs(signal, graceMs);
    this.#graceTimer = setTimeout(() => {
      for (const [stepKey, leave] of this.#running) {
        this.#hasAbandoned = true;
        const error = new StepInterruptedError(stepKey, `it was still running ${grace} ms after its signal aborted`);
        leave({ kind: "failure", error: describeFailure(error), errorSource: "INTERRUPT" });
      }
    }, grace);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#graceTimer);
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    // What user code still holds must not be taken from under it; the process is about to end anyway.
    if (!this.#hasAbandoned) await this.#options.resources[Symbol.asyncDispose]();
    this.#options.console?.[Symbol.dispose]();
  }
}
