import { setTimeout as sleep } from "node:timers/promises";
import { DomainError } from "@dagwright/model";
import { describe, log } from "./engine-log.ts";

/** How long a worker waits for a database that is away before its run could begin. */
export const beginPatienceMs = 60_000;

/** Longest wait for one statement; then the connection counts as broken and what was asked is asked again. */
const statementDeadlineMs = (leaseMs: number): number => Math.ceil(Math.max(1_000, leaseMs / 3));

/** The database's answer did not come in time. */
class DatabaseSilentError extends DomainError<"DatabaseSilentError"> {
  constructor() {
    super("DatabaseSilentError", "The database did not answer in time");
  }
}

/** Rejects at the deadline even when the store does not: a connection may hang without ever failing. */
export async function withDeadline<T>(leaseMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(statementDeadlineMs(leaseMs));
  const late = Promise.withResolvers<never>();
  const onLate = (): void => late.reject(new DatabaseSilentError());
  signal.addEventListener("abort", onLate, { once: true });
  try {
    return await Promise.race([call(signal), late.promise]);
  } finally {
    signal.removeEventListener("abort", onLate);
  }
}

/**
 * Asks again, more and more slowly, while the database is away.
 *
 * @param onPassing - told of each failure that may pass; throws to give up
 */
export async function untilAnswered<T>(ask: () => Promise<T>, onPassing: (error: unknown) => void): Promise<T> {
  for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 1_000)) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error)) throw error;
      onPassing(error);
      await sleep(delayMs);
    }
  }
}

/** The same before a run's beginning: for a minute, and told in the worker's stderr. */
export function patiently<T>(runId: string, ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + beginPatienceMs;
  return untilAnswered(ask, (error) => {
    if (performance.now() > giveUpAt) throw error;
    log(`the database did not answer, run ${runId} waits: ${describe(error)}`);
  });
}

/** Whether the same statement may succeed later: the database was away, or silent. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && ["StorageUnavailableError", "DatabaseSilentError", "TimeoutError", "AbortError"].includes(error.name);

export const isKind = (error: unknown, kind: string): boolean => error instanceof DomainError && error.kind === kind;

const refusals: ReadonlySet<string> = new Set([
  "RunNotFoundError",
  "RunAttemptStaleError",
  "RunFinishedError",
  "IllegalRunMoveError",
]);

/** Whether the database says that the run is not this worker's to write. */
export const isRefusal = (error: unknown): boolean => error instanceof DomainError && refusals.has(error.kind);
