import { Cron } from "croner";
import { startOfYear } from "./time-zone.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** The last one in which the library looks for days that depend on the date. */
const lastYear = 2_999;
/** A Sunday. */
const weekBaseMs = -4 * dayMs;

const nicknames: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * The times of a cron string on a clock without time zone, numbered. Times are milliseconds, local time written as if it were UTC. The
 * numbers' origin means nothing; it stays the same for one cron string.
 */
export interface CronCalendar {
  /** All hours of the day are in the cron: such a cron ticks on absolute time when clocks change, others by the clock on the wall. */
  readonly everyHour: boolean;
  /** One time on each of its days. */
  readonly oncePerDay: boolean;
  /** The number of the first time at or after `localMs`. */
  rank(localMs: number): number;
  /** The time with a number. */
  at(rank: number): number;
}

/**
 * @throws Error that says what nobody understands, or that no day matches
 */
export function parseCron(cron: string): CronCalendar {
  const fields = (nicknames[cron.trim().toLowerCase()] ?? cron.trim()).split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5) throw new Error("it needs five fields: minute, hour, day of month, month, day of week");
  const minutes = ticksBetween(`${minute} 0 * * *`, 0, hourMs);
  const hours = ticksBetween(`0 ${hour} * * *`, 0, dayMs);
  const times = hours.flatMap((hourOfDay) => minutes.map((minuteOfHour) => hourOfDay + minuteOfHour));
  const shape = {
    everyHour: hours.length === 24,
    oncePerDay: times.length === 1,
  };
  const any = (field: string): boolean => field === "*" || field === "?";
  if (any(day) && any(month) && any(weekday)) return { ...shape, ...periodic(dayMs, 0, times) };
  const days = `0 0 ${day} ${month} ${weekday}`;
  if (any(day) && any(month) && !/[#lL]/.test(weekday)) {
    const ofWeek = ticksBetween(days, weekBaseMs, weekBaseMs + weekMs).map((at) => at - weekBaseMs);
    const offsets = ofWeek.flatMap((dayOfWeek) => times.map((time) => dayOfWeek + time));
    return { ...shape, ...periodic(weekMs, weekBaseMs, offsets) };
  }
  return { ...shape, ...yearly(days, times) };
}

/** The library reads the cron string and walks the calendar; in UTC, where clocks never change. */
function ticksBetween(cron: string, fromMs: number, toMs: number): readonly number[] {
  const parsed = new Cron(cron, { timezone: "UTC", mode: "5-part" });
  const ticks: number[] = [];
  for (let at = parsed.nextRun(new Date(fromMs - 1)); at !== null && at.getTime() < toMs; at = parsed.nextRun(at)) {
    ticks.push(at.getTime());
  }
  return ticks;
}

/** The same times in each day or week: numbers are arithmetic. */
function periodic(periodMs: number, baseMs: number, offsets: readonly number[]): Pick<CronCalendar, "rank" | "at"> {
  const count = offsets.length;
  if (count === 0) throw new Error("it is never due");
  return {
    rank(localMs) {
      const period = Math.floor((localMs - baseMs) / periodMs);
      return period * count + lowerBound(offsets, localMs - baseMs - period * periodMs);
    },
    at(rank) {
      const period = Math.floor(rank / count);
      return baseMs + period * periodMs + offsets[rank - period * count]!;
    },
  };
}

/** Days that depend on the date: each year's are computed when it is first asked for. */
function yearly(days: string, times: readonly number[]): Pick<CronCalendar, "rank" | "at"> {
  const originYear = 2000;
  interface Year {
    readonly days: readonly number[];
    /** How many matching days lie between the origin and the year; negative before it. */
    readonly before: number;
  }
  // Index 0 of `later` is the origin, of `earlier` the year before it.
  const later: Year[] = [];
  const earlier: Year[] = [];
  const matching = (year: number): readonly number[] => ticksBetween(days, startOfYear(year), startOfYear(year + 1));
  const yearOf = (year: number): Year => {
    if (!(Math.abs(year) <= lastYear)) throw new RangeError(`There are no partitions in the year ${year}`);
    if (year >= originYear) {
      while (later.length <= year - originYear) {
        const last = later.at(-1);
        const before = last === undefined ? 0 : last.before + last.days.length;
        later.push({ days: matching(originYear + later.length), before });
      }
      return later[year - originYear]!;
    }
    while (earlier.length < originYear - year) {
      const matched = matching(originYear - 1 - earlier.length);
      earlier.push({ days: matched, before: (earlier.at(-1)?.before ?? 0) - matched.length });
    }
    return earlier[originYear - 1 - year]!;
  };
  // Eight years hold a 29th of February, also around 2100.
  if (yearOf(originYear + 8).before + yearOf(originYear + 8).days.length === 0) throw new Error("it is never due");
  const count = times.length;
  return {
    rank(localMs) {
      const { days: matched, before } = yearOf(new Date(localMs).getUTCFullYear());
      const day = Math.floor(localMs / dayMs) * dayMs;
      const index = lowerBound(matched, day);
      return (before + index) * count + (matched[index] === day ? lowerBound(times, localMs - day) : 0);
    },
    at(rank) {
      const dayRank = Math.floor(rank / count);
      // Steps of the average length come near at once, and years' tables make the rest.
      let year = originYear + Math.floor(dayRank / Math.max(1, (later[0]?.days.length ?? 0) || 366));
      while (yearOf(year).before > dayRank) year -= 1;
      while (yearOf(year).before + yearOf(year).days.length <= dayRank) year += 1;
      const { days: matched, before } = yearOf(year);
      return matched[dayRank - before]! + times[rank - dayRank * count]!;
    },
  };
}

/** How many of the sorted values are below one. */
export function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
