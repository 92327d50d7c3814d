const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** From this instant on, local time is ahead of UTC by `offsetMs`. */
export interface OffsetChange {
  readonly atMs: number;
  readonly offsetMs: number;
}

/**
 * The UTC offsets of one IANA time zone.
 *
 * Asking `Intl` costs microseconds, which a million keys cannot pay; so each year's changes are looked up once and kept.
 */
export class TimeZone {
  readonly name: string;
  /** Whether the offset is and was 0 at all times. */
  readonly isUtc: boolean;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, readonly OffsetChange[]>();

  private constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    this.isUtc = /^(etc\/)?(utc|gmt|uct|zulu|universal|greenwich)$/i.test(name);
  }

  static readonly #known = new Map<string, TimeZone>();

  /** @throws RangeError when nobody knows the zone */
  static of(name: string): TimeZone {
    let zone = this.#known.get(name);
    if (zone === undefined) this.#known.set(name, (zone = new TimeZone(name)));
    return zone;
  }

  /** How far local time is ahead of UTC at an instant. */
  offsetAt(ms: number): number {
    if (this.isUtc) return 0;
    const changes = this.changesOf(new Date(ms).getUTCFullYear());
    let index = changes.length - 1;
    while (index > 0 && changes[index]!.atMs > ms) index -= 1;
    return changes[index]!.offsetMs;
  }

  /**
   * The instant of a local time that is written as if it were UTC. Of one that occurs twice, the first; one that is skipped is read with
   * the offset from before the gap, so it comes as long after the gap as it lies within.
   */
  toInstant(localMs: number): number {
    if (this.isUtc) return localMs;
    const before = this.offsetAt(localMs - dayMs);
    const after = this.offsetAt(localMs + dayMs);
    if (before === after || this.offsetAt(localMs - before) === before) return localMs - before;
    return this.offsetAt(localMs - after) === after ? localMs - after : localMs - before;
  }

  /** The changes within a year of UTC; the first stands for the offset at its beginning. */
  changesOf(year: number): readonly OffsetChange[] {
    let changes = this.#years.get(year);
    if (changes === undefined) this.#years.set(year, (changes = this.#findChanges(year)));
    return changes;
  }

  #findChanges(year: number): readonly OffsetChange[] {
    const endMs = startOfYear(year + 1);
    let fromMs = startOfYear(year);
    let offsetMs = this.#lookUp(fromMs);
    const changes = [{ atMs: fromMs, offsetMs }];
    // Some zones interrupt summer time for the weeks of Ramadan; a week is shorter than any such interruption.
    while (fromMs < endMs) {
      const toMs = Math.min(fromMs + 7 * dayMs, endMs);
      const next = this.#lookUp(toMs);
      if (next !== offsetMs) {
        let [low, high] = [fromMs, toMs];
        while (high - low > 1000) {
          const middle = low + Math.floor((high - low) / 2000) * 1000;
          if (this.#lookUp(middle) === offsetMs) low = middle;
          else high = middle;
        }
        if (high < endMs) changes.push({ atMs: high, offsetMs: next });
        offsetMs = next;
      }
      fromMs = toMs;
    }
    return changes;
  }

  #lookUp(ms: number): number {
    if (this.isUtc) return 0;
    const parts: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = value;
    const { era, year, month, day, hour, minute, second } = parts;
    const local = new Date(0);
    local.setUTCFullYear(era === "BC" ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
    local.setUTCHours(Number(hour), Number(minute), Number(second));
    return local.getTime() - Math.floor(ms / 1000) * 1000;
  }
}

/** Midnight UTC of the first of January. */
export function startOfYear(year: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime();
}
