import { type CronTiming, nextTimeMs, previousTimesMs } from "@dagwright/partitions";

/** Which due time a schedule's tick is for, and when the next one is; null: never. */
export interface DueTime {
  readonly scheduledAtMs: number;
  readonly nextAtMs: number | null;
}

/**
 * The time that the next tick is for, where one at `dueAtMs` is due and has not been made.
 *
 * A schedule that slept through several of its times, because no daemon was there, runs once, for the newest of them. One that runs a
 * partition at each of its times catches up, one tick after the other, with as many of the newest as `maxCatchupRuns` allows.
 */
export function dueTime(
  timing: CronTiming,
  moment: { readonly dueAtMs: number; readonly nowMs: number },
  catchUp: { readonly isCatchingUp: boolean; readonly maxCatchupRuns: number },
): DueTime {
  const { dueAtMs, nowMs } = moment;
  const most = catchUp.isCatchingUp ? Math.max(1, catchUp.maxCatchupRuns) : 1;
  const [oldest] = previousTimesMs(timing, nowMs + 1, most);
  const scheduledAtMs = Math.max(dueAtMs, oldest ?? dueAtMs);
  return { scheduledAtMs, nextAtMs: nextTimeMs(timing, scheduledAtMs) };
}
