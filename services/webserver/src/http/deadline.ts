import { QueryTimeoutError } from "../graphql/errors/public-error.ts";

/** Aborts after a time. Disposing ends the waiting, so that no timer outlives its request. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** @param timeoutMs - then the signal aborts, by QueryTimeoutError */
export function startDeadline(timeoutMs: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new QueryTimeoutError(timeoutMs)), timeoutMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
