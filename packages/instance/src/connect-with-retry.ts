import { setTimeout as sleep } from "node:timers/promises";
import { StorageUnavailableError } from "@dagwright/storage";
import type { InstanceLog } from "./instance-log.ts";

interface RetryOptions {
  readonly log: InstanceLog;
  /** How long to go on trying; then the last failure is thrown. Default: until the signal aborts. */
  readonly retryForMs?: number;
}

const firstWaitMs = 100;
const longestWaitMs = 5000;

/**
 * Goes on trying while the database cannot be reached, with growing waits, and says so in one line each.
 *
 * @param attempt - anything that throws StorageUnavailableError when another try may succeed; other failures are thrown at once
 * @throws the last StorageUnavailableError when `retryForMs` is over; the signal's reason when it aborts
 */
export async function connectWithRetry<Result>(
  attempt: () => Promise<Result>,
  { log, retryForMs = Infinity }: RetryOptions,
  signal: AbortSignal,
): Promise<Result> {
  const startedAt = performance.now();
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted();
    try {
      const result = await attempt();
      if (failures > 0) log("info", `The database is there again after ${seconds(performance.now() - startedAt)}`);
      return result;
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
      // Half of the wait is random, so that many processes do not come back in step.
      const full = Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
      const waitMs = full / 2 + (Math.random() * full) / 2;
      if (performance.now() - startedAt + waitMs > retryForMs) throw error;
      log("warn", `${error.message}. Trying again in ${seconds(waitMs)}`);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
