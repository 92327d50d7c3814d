import type { PlannedStep } from "@dagwright/model";
import { StepTimeoutError } from "../errors.ts";

/**
 * The time limit of one try of a step: when it has passed, the step's signal aborts. What goes on for a while after that is left behind where
 * there is no process of its own to kill.
 */
export class StepDeadline implements Disposable {
  readonly #step: Pick<PlannedStep, "key" | "timeoutSeconds">;
  readonly #aborter: AbortController;
  readonly #abandonAfterMs: number | null;
  #abandon: ((error: StepTimeoutError) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #error: StepTimeoutError | null = null;
  #isAbandoned = false;

  /** @param abandonAfterMs - how long after its limit the try is left behind; null: somebody else sees to that */
  constructor(step: Pick<PlannedStep, "key" | "timeoutSeconds">, aborter: AbortController, abandonAfterMs: number | null) {
    this.#step = step;
    this.#aborter = aborter;
    this.#abandonAfterMs = abandonAfterMs;
  }

  /** Why the try has failed; null while it is in time. */
  get error(): StepTimeoutError | null {
    return this.#error;
  }

  /** Whether the try goes on although it has failed. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  start(): void {
    const { key, timeoutSeconds } = this.#step;
    if (timeoutSeconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.#error = new StepTimeoutError(key, timeoutSeconds, null);
      this.#aborter.abort(this.#error);
      const graceMs = this.#abandonAfterMs;
      if (graceMs === null) return;
      this.#timer = setTimeout(() => {
        this.#isAbandoned = true;
        const left = `it was left behind when it went on for ${graceMs} ms after its signal had aborted`;
        this.#error = new StepTimeoutError(key, timeoutSeconds, left);
        this.#abandon?.(this.#error);
      }, graceMs);
    }, timeoutSeconds * 1_000);
  }

  /** What is awaited, or the error when it is left behind. */
  within<T>(attempt: Promise<T>): Promise<T> {
    if (this.#step.timeoutSeconds === undefined) return attempt;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#abandon = reject;
    return Promise.race([attempt, promise]);
  }

  /** Keeps a try that was left behind from storing what it made after all. */
  check(): void {
    if (this.#error !== null) throw this.#error;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
