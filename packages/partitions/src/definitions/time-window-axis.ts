import type { JsonValue, PartitionsSnapshot } from "@dagwright/model";
import type { KeyAxis, TimeWindow } from "../key-axis.ts";
import { packBits, unpackBits } from "../subsets/bitmap.ts";
import { combineIntervals, type Intervals, mergeRuns, runsOf } from "../subsets/intervals.ts";
import { CronLine } from "../time/cron-line.ts";
import { KeyFormat, offsetText } from "../time/key-format.ts";
import { TimeZone } from "../time/time-zone.ts";

export type TimeWindowSnapshot = Extract<PartitionsSnapshot, { readonly kind: "timeWindow" }>;

/** About what a run of windows takes as text: two instants. */
const bytesPerRun = 28;

/**
 * The windows between the ticks of a cron. Position 0 is the first one of the definition; those before it have negative positions, which is
 * how mappings name windows that are too early.
 */
export class TimeWindowAxis implements KeyAxis {
  readonly snapshot: TimeWindowSnapshot;
  readonly #zone: TimeZone;
  readonly #line: CronLine;
  readonly #format: KeyFormat;
  readonly #origin: number;

  /** @throws Error that says what nobody understands */
  constructor(snapshot: TimeWindowSnapshot) {
    this.snapshot = snapshot;
    this.#zone = TimeZone.of(snapshot.timeZone);
    this.#line = CronLine.of(snapshot.cron, snapshot.timeZone);
    this.#format = new KeyFormat(snapshot.keyFormat);
    this.#origin = this.#line.indexFrom(snapshot.startMs);
  }

  /** How many windows exist at a moment. */
  countAt(nowMs: number): number {
    const { startMs, endMs, endOffset } = this.snapshot;
    if (endMs !== null && endMs <= startMs) return 0;
    const ended = this.#endedBy(nowMs) + endOffset;
    return Math.max(0, endMs === null ? ended : Math.min(ended, this.#endedBy(endMs)));
  }

  /** How many windows there will ever be. */
  get limit(): number {
    const { endMs } = this.snapshot;
    return endMs === null ? Infinity : this.countAt(Infinity);
  }

  keyAt(position: number): string {
    const { localMs, offsetMs, isRepeated } = this.#line.tickAt(this.#origin + position);
    const key = this.#format.format({ localMs, offsetMs });
    return isRepeated && this.#line.everyHour && !this.#format.hasOffset ? key + offsetText(offsetMs) : key;
  }

  positionOf(key: string): number {
    const position = this.nearestTo(key);
    return position !== null && position >= 0 && this.keyAt(position) === key ? position : -1;
  }

  /** The position at or after the time that a text tells; null when it tells none. */
  nearestTo(key: string): number | null {
    const time = this.#format.parse(key) ?? this.#parseRepeated(key);
    if (time === null) return null;
    const ms = time.offsetMs === null ? this.#zone.toInstant(time.localMs) : time.localMs - time.offsetMs;
    return this.positionFrom(ms);
  }

  /** The second of two equal local times has its offset appended. */
  #parseRepeated(key: string): { readonly localMs: number; readonly offsetMs: number | null } | null {
    if (!/[+-]\d{4}$/.test(key)) return null;
    return new KeyFormat(`${this.snapshot.keyFormat}%z`).parse(key);
  }

  windowAt(position: number): TimeWindow {
    return { startMs: this.startOf(position), endMs: this.startOf(position + 1) };
  }

  startOf(position: number): number {
    return this.#line.msAt(this.#origin + position);
  }

  /** The position of the first window that begins at or after an instant. */
  positionFrom(ms: number): number {
    return this.#line.indexFrom(ms) - this.#origin;
  }

  /** The position of the last window that begins at or before an instant. */
  positionAt(ms: number): number {
    const position = this.positionFrom(ms);
    return this.startOf(position) === ms ? position : position - 1;
  }

  agreesWith(other: KeyAxis): boolean {
    if (other === this) return true;
    return other instanceof TimeWindowAxis && this.hasSameTicks(other) && this.snapshot.startMs === other.snapshot.startMs;
  }

  joinedWith(): KeyAxis {
    return this;
  }

  fromAxis(other: KeyAxis, positions: Intervals): Intervals {
    if (!(other instanceof TimeWindowAxis)) {
      return mergeRuns(
        runsOf(positions).flatMap(([start, end]) =>
          Array.from({ length: end - start }, (_, index) => this.positionOf(other.keyAt(start + index)))
            .filter((position) => position !== -1)
            .map((position) => [position, position + 1] as const),
        ),
      );
    }
    return this.#covered(runsOf(positions).map(([start, end]) => [other.startOf(start), other.startOf(end)]));
  }

  /**
   * Pairs of instants, which mean the same when the definition begins elsewhere or has another cron. Where runs are so short that a bit for
   * each window takes less, bits, with the cron that they count.
   */
  toJSON(positions: Intervals): readonly JsonValue[] {
    const [first = 0, last = 0] = [positions[0], positions.at(-1)];
    if ((positions.length / 2) * bytesPerRun < (last - first) / 6 + bytesPerRun * 4) {
      return positions.map((position) => this.startOf(position));
    }
    const { cron, timeZone } = this.snapshot;
    return [{ cron, timeZone, startMs: this.startOf(first), bits: packBits(positions, first) }];
  }

  fromJSON(data: readonly JsonValue[]): Intervals {
    const [only] = data;
    if (typeof only === "object") return this.#fromBits(only);
    if (data.length % 2 !== 0 || !data.every((value) => typeof value === "number")) {
      throw new TypeError("windows are pairs of milliseconds");
    }
    return this.#covered(runsOf(data));
  }

  #fromBits(data: JsonValue): Intervals {
    const { cron, timeZone, startMs, bits } = data as Readonly<Record<string, JsonValue>>;
    if (typeof cron !== "string" || typeof timeZone !== "string" || typeof startMs !== "number" || typeof bits !== "string") {
      throw new TypeError("its bits do not say which windows they count");
    }
    if (cron === this.snapshot.cron && timeZone === this.snapshot.timeZone) {
      const limit = Math.max(0, this.limit);
      return combineIntervals(unpackBits(bits, this.positionFrom(startMs)), [0, limit], "intersect");
    }
    const line = CronLine.of(cron, timeZone);
    const windows = unpackBits(bits, line.indexFrom(startMs));
    return this.#covered(runsOf(windows).map(([start, end]) => [line.msAt(start), line.msAt(end)]));
  }

  /** The windows that lie wholly within spans of time, as far as the definition has them. */
  #covered(spans: readonly (readonly [startMs: number, endMs: number])[]): Intervals {
    const limit = this.limit;
    return mergeRuns(
      spans.map(([startMs, endMs]) => [Math.max(0, this.positionFrom(startMs)), Math.min(limit, this.positionAt(endMs))]),
    );
  }

  /** Whether the windows are the same, as far as both have them. */
  hasSameTicks({ snapshot }: TimeWindowAxis): boolean {
    const { cron, timeZone, keyFormat } = this.snapshot;
    return cron === snapshot.cron && timeZone === snapshot.timeZone && keyFormat === snapshot.keyFormat;
  }

  #endedBy(ms: number): number {
    return ms === Infinity ? Infinity : this.positionAt(ms);
  }
}
