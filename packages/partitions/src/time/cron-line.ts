import { type CronCalendar, parseCron } from "./cron-calendar.ts";
import { startOfYear, TimeZone } from "./time-zone.ts";

/** A time between two changes of the clock (or two ends of a year) in which ticks follow the calendar. */
interface Stretch {
  readonly fromMs: number;
  readonly offsetMs: number;
  /** Local times before this one are here for the second time; -Infinity when none is. */
  readonly repeatsUntilLocalMs: number;
  /** The index of its first tick. */
  readonly firstIndex: number;
  /** Its first ticks, where they stand for times that the clock skipped just before. */
  readonly skipped: readonly Skipped[];
  /** The calendar's number of its first tick that is none of `skipped`. */
  readonly firstRank: number;
  readonly count: number;
}

/** Each is a few kilobytes. */
const mostKnown = 10_000;

interface Skipped {
  readonly atMs: number;
  /** What the tick is called. */
  readonly localMs: number;
}

/** An instant at which a window begins, and how clocks on the wall show it. */
export interface Tick {
  readonly atMs: number;
  /** The local time that it is called, written as if it were UTC. */
  readonly localMs: number;
  readonly offsetMs: number;
  /** Whether the clock has shown the same time before, because it was set back. */
  readonly isRepeated: boolean;
}

/**
 * The instants of a cron string in a time zone, numbered; both ways take O(log n) of the years in question.
 *
 * When clocks change, a cron that has every hour of the day goes on by absolute time: what the clock skips does not occur, what it repeats
 * occurs twice. Any other cron is due once for each time it names: one that the clock skips is due at the end of the gap, one that occurs
 * twice is due the second time. So it is in Dagster, and so are the exceptions, for clocks that change outside of 1 to 4 a.m.: a time that
 * is skipped is due as long after the gap as it lies within and keeps its name, and a cron with one time a day is due the first time, so
 * that a day which begins twice begins the first time.
 */
export class CronLine {
  /** All hours of the day are in the cron, so that a local time may be that of two ticks. */
  readonly everyHour: boolean;
  readonly #calendar: CronCalendar;
  readonly #zone: TimeZone;
  #stretches: Stretch[];
  /** Which years the stretches cover. */
  #firstYear = 2020;
  #endYear = 2020;

  private constructor(calendar: CronCalendar, zone: TimeZone) {
    this.everyHour = calendar.everyHour;
    this.#calendar = calendar;
    this.#zone = zone;
    this.#stretches = zone.isUtc
      ? [
          {
            fromMs: -Infinity,
            offsetMs: 0,
            repeatsUntilLocalMs: -Infinity,
            firstIndex: 0,
            skipped: [],
            firstRank: 0,
            count: Infinity,
          },
        ]
      : [];
  }

  static readonly #known = new Map<string, CronLine>();

  /**
   * Lines are kept: reading a cron string and looking at the clocks of years costs milliseconds, asking again less than one of their thousands.
   *
   * @throws Error that says what nobody understands
   */
  static of(cron: string, timeZone: string): CronLine {
    const id = `${timeZone} ${cron}`;
    let line = this.#known.get(id);
    if (line === undefined) {
      line = new CronLine(parseCron(cron), TimeZone.of(timeZone));
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.set(id, line);
    }
    return line;
  }

  /** The index of the first tick at or after an instant. Indexes mean something only to the line that gave them. */
  indexFrom(ms: number): number {
    if (this.#zone.isUtc) return this.#calendar.rank(ms);
    this.#coverYear(new Date(ms).getUTCFullYear());
    const stretch = this.#stretches[lastAtMost(this.#stretches, ({ fromMs }) => fromMs, ms)]!;
    const { skipped } = stretch;
    const before = skipped.filter(({ atMs }) => atMs < ms).length;
    if (before < skipped.length) return stretch.firstIndex + before;
    const rank = this.#calendar.rank(ms + stretch.offsetMs) - stretch.firstRank;
    return stretch.firstIndex + skipped.length + Math.min(Math.max(rank, 0), stretch.count - skipped.length);
  }

  msAt(index: number): number {
    return this.#zone.isUtc ? this.#calendar.at(index) : this.tickAt(index).atMs;
  }

  tickAt(index: number): Tick {
    if (this.#zone.isUtc) {
      const atMs = this.#calendar.at(index);
      return { atMs, localMs: atMs, offsetMs: 0, isRepeated: false };
    }
    const { firstIndex, firstRank, skipped, offsetMs, repeatsUntilLocalMs } = this.#stretchAt(index);
    const within = index - firstIndex;
    const early = skipped[within];
    if (early !== undefined) return { ...early, offsetMs, isRepeated: false };
    const localMs = this.#calendar.at(firstRank + within - skipped.length);
    return { atMs: localMs - offsetMs, localMs, offsetMs, isRepeated: localMs < repeatsUntilLocalMs };
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
    if (!(Math.abs(year) <= 9999)) throw new RangeError(`There are no partitions in the year ${year}`);
    if (this.#stretches.length === 0) this.#firstYear = this.#endYear = year;
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
    let skipped: readonly Skipped[] = [];
    if (!calendar.everyHour) {
      if (nextOffsetMs < offsetMs && this.#isDueSecond(toMs + nextOffsetMs)) endRank = calendar.rank(toMs + nextOffsetMs);
      if (previousOffsetMs > offsetMs && !this.#isDueSecond(fromMs + offsetMs)) {
        firstRank = calendar.rank(fromMs + previousOffsetMs);
      }
      if (previousOffsetMs < offsetMs) skipped = this.#skippedTicks(fromMs, previousOffsetMs, offsetMs, firstRank);
    }
    return {
      fromMs,
      offsetMs,
      repeatsUntilLocalMs: previousOffsetMs > offsetMs ? fromMs + previousOffsetMs : -Infinity,
      firstIndex,
      skipped,
      firstRank,
      count: skipped.length + Math.max(0, endRank - firstRank),
    };
  }

  /** The ticks that stand for the times which a jump of the clock skips; none when the end of the gap, or what follows, is due anyhow. */
  #skippedTicks(atMs: number, previousOffsetMs: number, offsetMs: number, firstRank: number): readonly Skipped[] {
    const [gapStart, gapEnd] = [atMs + previousOffsetMs, atMs + offsetMs];
    const rank = this.#calendar.rank(gapStart);
    if (rank === firstRank) return [];
    const following = this.#calendar.at(firstRank);
    if (isAtNight(gapStart)) return following === gapEnd ? [] : [{ atMs, localMs: gapEnd }];
    const skipped: Skipped[] = [];
    for (let each = rank; each < firstRank; each += 1) {
      const localMs = this.#calendar.at(each);
      const late = localMs - gapStart;
      if (following <= gapEnd + late) break;
      skipped.push({ atMs: atMs + late, localMs });
    }
    return skipped;
  }

  #isDueSecond(repeatedFromLocalMs: number): boolean {
    return !this.#calendar.oncePerDay || isAtNight(repeatedFromLocalMs);
  }
}

const isAtNight = (localMs: number): boolean => {
  const hour = new Date(localMs).getUTCHours();
  return hour >= 1 && hour <= 3;
};

function lastAtMost<T>(sorted: readonly T[], valueOf: (item: T) => number, limit: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (valueOf(sorted[middle]!) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
