import type { ScheduleSnapshot } from "@dagwright/model";
import { Cron } from "croner";

type Timing = Pick<ScheduleSnapshot, "cron" | "timeZone">;

/** The next times at which a schedule is due, strictly after the given one; any of its cron strings counts. */
export function nextTimesMs({ cron, timeZone }: Timing, afterMs: number, limit: number): number[] {
  return distinct(
    cron.flatMap((expression) => new Cron(expression, { timezone: timeZone }).nextRuns(limit, new Date(afterMs))),
  ).slice(0, limit);
}

/** The last times at which it was due, before the given one; oldest first. */
export function previousTimesMs({ cron, timeZone }: Timing, beforeMs: number, limit: number): number[] {
  if (limit <= 0) return [];
  return distinct(
    cron.flatMap((expression) => new Cron(expression, { timezone: timeZone }).previousRuns(limit, new Date(beforeMs))),
  ).slice(-limit);
}

const distinct = (times: readonly Date[]): number[] => [...new Set(times.map((time) => time.getTime()))].sort((a, b) => a - b);

/** Several cron strings are told as a list in the way clients parse it. */
export const cronText = (cron: readonly string[]): string =>
  cron.length === 1 && cron[0] !== undefined ? cron[0] : `[${cron.map((each) => `'${each}'`).join(", ")}]`;
