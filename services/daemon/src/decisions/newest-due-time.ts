import { type CronTiming, previousTimesMs } from "@dagwright/partitions";

/**
 * The newest due time at or before `nowMs`, starting from one that is known to be due.
 *
 * A schedule that slept through several of its times (no daemon was there) runs once, for the newest of them, as Dagster does for schedules
 * without partitions.
 */
export function newestDueTimeMs(timing: CronTiming, dueAtMs: number, nowMs: number): number {
  return Math.max(dueAtMs, ...previousTimesMs(timing, nowMs + 1, 1));
}
