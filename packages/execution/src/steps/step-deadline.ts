import type { PlannedStep } from "@dagwright/model";
import { StepTimeoutError } from "../errors.ts";

/** The time limit of one try of a step: when it has passed, the step's signal aborts. */
export class StepDeadline implements Disposable {
  readonly #step: Pick<PlannedStep, "key" | "timeoutSeconds">;
  readonly #aborter: AbortController;
  #timer: NodeJS.Timeout | undefined;
  #error: StepTimeoutError | null = null;

  constructor(step: Pick<PlannedStep, "key" | "timeoutSeconds">, aborter: AbortController) {
    this.#step = step;
    this.#aborter = aborter;
  }

  /** Why the try has failed; null while it is in time. */
  get error(): StepTimeoutError | null {
    return this.#error;
  }

  start(): void {
    const { key, timeoutSeconds } = this.#step;
    if (timeoutSeconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.#error = new StepTimeoutError(key, timeoutSeconds, null);
      this.#aborter.abort(this.#error);
    }, timeoutSeconds * 1_000);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
