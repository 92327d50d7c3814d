import { Cron } from "croner";

/** When a schedule is due: any of its cron strings, read in its time zone. */
export interface CronTiming {
  readonly cron: readonly string[];
  readonly timeZone: string;
}

/** The first due time strictly after `afterMs`; null when the cron strings have no further match. */
export function nextCronTimeMs({ cron, timeZone }: CronTiming, afterMs: number): number | null {
  const times = cron.map((expression) => new Cron(expression, { timezone: timeZone }).nextRun(new Date(afterMs))?.getTime());
  const due = times.filter((time) => time !== undefined);
  return due.length === 0 ? null : Math.min(...due);
}

/**
 * The newest due time at or before `nowMs`, starting from one that is known to be due.
 *
 * A schedule that slept through several of its times (no daemon was there) runs once, for the newest of them, as Dagster does for schedules
 * without partitions.
 */
export function newestDueTimeMs(timing: CronTiming, dueAtMs: number, nowMs: number): number {
  const previous = timing.cron
    .map((expression) => new Cron(expression, { timezone: timing.timeZone }).previousRuns(1, new Date(nowMs + 1))[0]?.getTime())
    .filter((time) => time !== undefined);
  return Math.max(dueAtMs, ...previous.filter((time) => time <= nowMs));
}
