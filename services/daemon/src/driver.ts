import { type SerializedError, serializeError } from "@dagwright/model";
import { createBackoff } from "@dagwright/workspace";
import type { Logger } from "pino";
import type { DatabaseClock } from "./database-clock.ts";
import type { Loop } from "./loop.ts";
import { WakeUp } from "./wake-up.ts";

/** How a loop fares; what its heartbeat tells. */
export interface LoopHealth {
  readonly loop: Loop;
  /** The newest of the last minutes, newest first: a heartbeat is rarer than a pass. */
  readonly errors: readonly SerializedError[];
  /** How much later than due its last pass began, in milliseconds. */
  readonly lagMs: number;
}

/** A running loop. Disposing waits until its pass, and what outlives it, has ended. */
export interface DrivenLoop extends AsyncDisposable {
  readonly loop: Loop;
  health(): LoopHealth;
  wake(): void;
}

export interface DriverOptions {
  readonly clock: DatabaseClock;
  readonly log: Logger;
  /** Most time between two passes although nothing is due and nobody wakes the loop: the net below lost notifications. Default 30 s. */
  readonly idleMs?: number;
}

const keptErrors = 5;
const errorsKeptMs = 5 * 60_000;

/**
 * Runs one loop until the signal aborts: sleeping, waking, backing off and logging happen here and nowhere else, so that a loop is only its
 * `runOnce` and tests call that themselves.
 */
export function driveLoop(loop: Loop, { clock, log, idleMs = 30_000 }: DriverOptions, signal: AbortSignal): DrivenLoop {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const wakeUp = new WakeUp();
  let errors: readonly { readonly atMs: number; readonly error: SerializedError }[] = [];
  const keepError = (error: unknown): void => {
    errors = [{ atMs: clock.nowMs(), error: serializeError(error) }, ...errors].slice(0, keptErrors);
  };
  let lagMs = 0;

  const run = async () => {
    let failures = 0;
    const backoff = createBackoff({ firstMs: 250, mostMs: 15_000 });
    let dueAtMs: number | null = null;
    while (!stopped.aborted) {
      lagMs = dueAtMs === null ? 0 : Math.max(0, clock.nowMs() - dueAtMs);
      let delayMs = 0;
      try {
        const pass = await loop.runOnce(stopped);
        failures = 0;
        backoff.reset();
        for (const error of pass.errors ?? []) {
          keepError(error);
          log.warn({ loop: loop.name, err: error }, `${loop.name}: ${messageOf(error)}`);
        }
        dueAtMs = pass.handled > 0 ? clock.nowMs() : pass.nextDueAtMs;
        // A timer drops fractions, and a pass a fraction too early finds nothing.
        delayMs = dueAtMs === null ? idleMs : Math.min(Math.max(0, Math.ceil(dueAtMs - clock.nowMs())), idleMs);
        if (pass.handled > 0) log.info({ loop: loop.name, handled: pass.handled }, `${loop.name}: ${pass.handled} handled`);
      } catch (error) {
        if (stopped.aborted) break;
        failures += 1;
        keepError(error);
        dueAtMs = null;
        log.error({ loop: loop.name, failures, err: error }, `${loop.name}: pass failed: ${messageOf(error)}`);
      }
      await (failures === 0 ? wakeUp.sleep(delayMs, stopped) : backoff.wait(stopped).catch(() => undefined));
    }
    await loop.drain?.();
  };
  const running = run();

  return {
    loop,
    health: () => ({
      loop,
      errors: errors.flatMap(({ atMs, error }) => (clock.nowMs() - atMs < errorsKeptMs ? [error] : [])),
      lagMs,
    }),
    wake: () => wakeUp.wake(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
