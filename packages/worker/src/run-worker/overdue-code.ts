import {
  type ExecutionPlan,
  maxRuntimeSecondsOf,
  parseStepKey,
  type RunLogEntry,
  type StepKey,
  type Tags,
} from "@dagwright/model";

/** What took longer than it may. */
export type Overdue =
  | { readonly what: "step"; readonly stepKey: StepKey; readonly limitSeconds: number }
  | { readonly what: "run"; readonly limitSeconds: number };

export interface OverdueCodeOptions {
  readonly plan: ExecutionPlan;
  readonly tags: Tags;
  /** How long after a limit the code that runs is given to end, by those whose signals it has, before this is told. */
  readonly graceMs: number;
  readonly onOverdue: (overdue: Overdue) => void;
}

/**
 * Watches the time limits of a run and of its steps from beside the main thread: executors end what is late by themselves, unless user code
 * holds that thread.
 */
export class OverdueCode implements Disposable {
  readonly #options: OverdueCodeOptions;
  /** In seconds, by node. */
  readonly #limits: ReadonlyMap<string, number>;
  readonly #timers = new Map<StepKey, NodeJS.Timeout>();
  #runTimer: NodeJS.Timeout | undefined;

  constructor(options: OverdueCodeOptions) {
    this.#options = options;
    this.#limits = new Map(
      options.plan.steps.flatMap(({ handle, timeoutSeconds }) =>
        timeoutSeconds === undefined ? [] : [[handle.join("."), timeoutSeconds] as const],
      ),
    );
    const limitSeconds = maxRuntimeSecondsOf(options.tags);
    if (limitSeconds !== null) this.#runTimer = this.#watch({ what: "run", limitSeconds });
  }

  observe({ type, stepKey }: RunLogEntry): void {
    if (stepKey === null || this.#limits.size === 0) return;
    switch (type) {
      case "STEP_START":
      case "STEP_RESTARTED": {
        const limitSeconds = this.#limits.get(parseStepKey(stepKey).node);
        if (limitSeconds !== undefined) this.#timers.set(stepKey, this.#watch({ what: "step", stepKey, limitSeconds }));
        break;
      }
      case "STEP_SUCCESS":
      case "STEP_FAILURE":
      case "STEP_UP_FOR_RETRY":
        clearTimeout(this.#timers.get(stepKey));
        this.#timers.delete(stepKey);
        break;
      default:
    }
  }

  #watch(overdue: Overdue): NodeJS.Timeout {
    const { graceMs, onOverdue } = this.#options;
    // Longer ones do not fit into a timer, and no process lives as long.
    return setTimeout(() => onOverdue(overdue), Math.min(overdue.limitSeconds * 1_000 + graceMs, 2 ** 31 - 1));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#runTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
