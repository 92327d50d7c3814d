import type { CronCalendar } from "./cron-calendar.ts";
import { startOfYear, type TimeZone } from "./time-zone.ts";

/** A time between two changes of the clock (or two ends of a year) in which ticks follow the calendar. */
interface Stretch {
  readonly fromMs: number;
  readonly offsetMs: number;
  /** Local times before this one are here for the second time; -Infinity when none is. */
  readonly repeatsUntilLocalMs: number;
  /** The index of its first tick. */
  readonly firstIndex: number;
  /** 1 when its first tick stands for times that the clock skipped just before. */
  readonly skipped: 0 | 1;
  /** The calendar's number of its first tick that is none of `skipped`. */
  readonly firstRank: number;
  readonly count: number;
}

/** An instant at which a window begins, and how clocks on the wall show it. */
export interface Tick {
  readonly atMs: number;
  readonly offsetMs: number;
  /** Whether the clock has shown the same time before, because it was set back. */
  readonly isRepeated: boolean;
}

/**
 * The instants of a cron string in a time zone, numbered; both ways take O(log n) of the years in question.
 *
 * When clocks change, a cron that has every hour of the day goes on by absolute time: what the clock skips does not occur, what it repeats
 * occurs twice. Any other cron is due once for each time it names: one that is skipped when the clock jumps ahead is due at the end of the
 * gap, one that occurs twice is due the second time. These are Dagster's rules, and so is the exception: a cron with one time a day
 * outside of 1 to 4 a.m. is due the first time, so that a day which begins twice begins the first time.
 */
export class CronLine {
  readonly #calendar: CronCalendar;
  readonly #zone: TimeZone;
  #stretches: Stretch[];
  #firstYear: number;
  #endYear: number;

  constructor(calendar: CronCalendar, zone: TimeZone) {
    this.#calendar = calendar;
    this.#zone = zone;
    this.#firstYear = 2020;
    this.#endYear = 2020;
    this.#stretches = zone.isUtc
      ? [
          {
            fromMs: -Infinity,
            offsetMs: 0,
            repeatsUntilLocalMs: -Infinity,
            firstIndex: 0,
            skipped: 0,
            firstRank: 0,
            count: Infinity,
          },
        ]
      : [];
  }

  /** The index of the first tick at or after an instant. */
  indexFrom(ms: number): number {
    if (this.#zone.isUtc) return this.#calendar.rank(ms);
    this.#coverYear(new Date(ms).getUTCFullYear());
    const stretch = this.#stretches[lastAtMost(this.#stretches, ({ fromMs }) => fromMs, ms)]!;
    if (ms === stretch.fromMs) return stretch.firstIndex;
    const rank = this.#calendar.rank(ms + stretch.offsetMs) - stretch.firstRank;
    const plain = stretch.count - stretch.skipped;
    return stretch.firstIndex + stretch.skipped + Math.min(Math.max(rank, 0), plain);
  }

  msAt(index: number): number {
    if (this.#zone.isUtc) return this.#calendar.at(index);
    return this.#msIn(this.#stretchAt(index), index);
  }

  tickAt(index: number): Tick {
    if (this.#zone.isUtc) return { atMs: this.#calendar.at(index), offsetMs: 0, isRepeated: false };
    const stretch = this.#stretchAt(index);
    const atMs = this.#msIn(stretch, index);
    return { atMs, offsetMs: stretch.offsetMs, isRepeated: atMs + stretch.offsetMs < stretch.repeatsUntilLocalMs };
  }

  #msIn(stretch: Stretch, index: number): number {
    const within = index - stretch.firstIndex;
    if (within < stretch.skipped) return stretch.fromMs;
    return this.#calendar.at(stretch.firstRank + within - stretch.skipped) - stretch.offsetMs;
  }

  #stretchAt(index: number): Stretch {
    if (this.#stretches.length === 0) this.#coverYear(this.#firstYear);
    while (index < this.#stretches[0]!.firstIndex) this.#coverYear(this.#firstYear - 1);
    for (;;) {
      const last = this.#stretches.at(-1)!;
      if (index < last.firstIndex + last.count) break;
      this.#coverYear(this.#endYear);
    }
    let at = lastAtMost(this.#stretches, ({ firstIndex }) => firstIndex, index);
    // Stretches without ticks share their index with the one that follows; the search finds the last of them.
    while (this.#stretches[at]!.count === 0) at -= 1;
    return this.#stretches[at]!;
  }

  #coverYear(year: number): void {
    if (this.#endYear - this.#firstYear > 10_000) throw new RangeError(`There are no partitions in the year ${year}`);
    while (year >= this.#endYear) {
      const last = this.#stretches.at(-1);
      const index = last === undefined ? 0 : last.firstIndex + last.count;
      this.#stretches.push(...this.#stretchesOf(this.#endYear, index));
      this.#endYear += 1;
    }
    if (year >= this.#firstYear) return;
    const earlier: Stretch[][] = [];
    let index = this.#stretches[0]!.firstIndex;
    while (year < this.#firstYear) {
      this.#firstYear -= 1;
      const ofYear = this.#stretchesOf(this.#firstYear, 0);
      index -= ofYear.reduce((sum, { count }) => sum + count, 0);
      earlier.push(ofYear.map((stretch) => ({ ...stretch, firstIndex: stretch.firstIndex + index })));
    }
    this.#stretches = [...earlier.toReversed().flat(), ...this.#stretches];
  }

  #stretchesOf(year: number, firstIndex: number): Stretch[] {
    const changes = this.#zone.changesOf(year);
    const endMs = startOfYear(year + 1);
    let previousOffsetMs = this.#zone.changesOf(year - 1).at(-1)!.offsetMs;
    let index = firstIndex;
    return changes.map(({ atMs, offsetMs }, position): Stretch => {
      const next = changes[position + 1];
      const toMs = next?.atMs ?? endMs;
      // The last stretch of a year may end at a change that is the next year's first.
      const nextOffsetMs = next?.offsetMs ?? this.#zone.changesOf(year + 1)[0]!.offsetMs;
      const stretch = this.#stretch(atMs, toMs, previousOffsetMs, offsetMs, nextOffsetMs, index);
      previousOffsetMs = offsetMs;
      index += stretch.count;
      return stretch;
    });
  }

  #stretch(
    fromMs: number,
    toMs: number,
    previousOffsetMs: number,
    offsetMs: number,
    nextOffsetMs: number,
    firstIndex: number,
  ): Stretch {
    const calendar = this.#calendar;
    let firstRank = calendar.rank(fromMs + offsetMs);
    let endRank = calendar.rank(toMs + offsetMs);
    let skipped: 0 | 1 = 0;
    if (!calendar.everyHour) {
      if (nextOffsetMs < offsetMs && this.#isDueSecond(toMs + nextOffsetMs)) endRank = calendar.rank(toMs + nextOffsetMs);
      if (previousOffsetMs > offsetMs && !this.#isDueSecond(fromMs + offsetMs)) {
        firstRank = calendar.rank(fromMs + previousOffsetMs);
      }
      if (previousOffsetMs < offsetMs) {
        const skippedTimes = firstRank - calendar.rank(fromMs + previousOffsetMs);
        if (skippedTimes > 0 && calendar.at(firstRank) !== fromMs + offsetMs) skipped = 1;
      }
    }
    return {
      fromMs,
      offsetMs,
      repeatsUntilLocalMs: previousOffsetMs > offsetMs ? fromMs + previousOffsetMs : -Infinity,
      firstIndex,
      skipped,
      firstRank,
      count: skipped + Math.max(0, endRank - firstRank),
    };
  }

  #isDueSecond(repeatedFromLocalMs: number): boolean {
    const hour = new Date(repeatedFromLocalMs).getUTCHours();
    return !this.#calendar.oncePerDay || (hour >= 1 && hour <= 3);
  }
}

function lastAtMost<T>(sorted: readonly T[], valueOf: (item: T) => number, limit: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (valueOf(sorted[middle]!) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
