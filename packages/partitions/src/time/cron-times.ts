import { CronLine } from "./cron-line.ts";

/** When something is due: at the times of any of its cron strings, read in a time zone. */
export interface CronTiming {
  readonly cron: readonly string[];
  /** IANA name. */
  readonly timeZone: string;
}

/** The first due time strictly after `afterMs`; null without a cron string. */
export function nextTimeMs(timing: CronTiming, afterMs: number): number | null {
  return nextTimesMs(timing, afterMs, 1)[0] ?? null;
}

/** The next due times, strictly after `afterMs`, oldest first. Clocks that change are treated as {@link CronLine} says. */
export function nextTimesMs({ cron, timeZone }: CronTiming, afterMs: number, limit: number): number[] {
  const times = cron.flatMap((expression) => {
    const line = CronLine.of(expression, timeZone);
    return timesFrom(line, line.indexFrom(afterMs + 1), limit);
  });
  return distinct(times).slice(0, Math.max(0, limit));
}

/** The last due times strictly before `beforeMs`, oldest first. */
export function previousTimesMs({ cron, timeZone }: CronTiming, beforeMs: number, limit: number): number[] {
  if (limit <= 0) return [];
  const times = cron.flatMap((expression) => {
    const line = CronLine.of(expression, timeZone);
    const end = line.indexFrom(beforeMs);
    return Array.from({ length: limit }, (_, index) => line.msAt(end - limit + index));
  });
  return distinct(times).slice(-limit);
}

/** Fewer where they would lie beyond the years that anybody looks at: 29th of February until the year 3000. */
function timesFrom(line: CronLine, first: number, limit: number): readonly number[] {
  const times: number[] = [];
  try {
    while (times.length < limit) times.push(line.msAt(first + times.length));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return times;
}

const distinct = (times: readonly number[]): number[] => [...new Set(times)].sort((a, b) => a - b);
