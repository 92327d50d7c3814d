import { maxRuntimeSecondsOf, type Tags } from "@dagwright/model";

/** What a timer of Node takes at most; run monitoring sees to longer limits. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The time limit of a run, by its tag `dagster/max_runtime`: when it has passed, the signal aborts as if the run had been terminated. User
 * code that holds this thread holds this timer too; run monitoring ends such a run from outside, a little later.
 */
export class RunDeadline implements Disposable {
  /** Aborts when the run is terminated or out of time. */
  readonly signal: AbortSignal;
  /** What the run may take; null: any time. */
  readonly seconds: number | null;
  readonly #timer: NodeJS.Timeout | undefined;
  #hasPassed = false;

  constructor(tags: Tags, terminated: AbortSignal) {
    this.seconds = maxRuntimeSecondsOf(tags);
    this.signal = terminated;
    const limitMs = (this.seconds ?? Infinity) * 1_000;
    if (limitMs > longestTimerMs) return;
    const aborter = new AbortController();
    this.signal = AbortSignal.any([terminated, aborter.signal]);
    this.#timer = setTimeout(() => {
      this.#hasPassed = !terminated.aborted;
      aborter.abort(new Error(`The run may take ${this.seconds} s`));
    }, limitMs);
  }

  /** Whether that, and no termination before it, is what aborted the signal. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
