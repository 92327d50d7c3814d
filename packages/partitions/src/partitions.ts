import type { PartitionsSnapshot } from "@dagwright/model";
import { type Dimension, dimensionOf } from "./definitions/dimension.ts";
import { InvalidPartitionRangeError, InvalidPartitionsError, UnknownPartitionError } from "./errors.ts";
import type { TimeWindow } from "./key-axis.ts";
import { KeySpace } from "./key-space.ts";
import type { PartitionsView } from "./partitions-view.ts";
import type { Intervals } from "./subsets/intervals.ts";
import { type PartitionKeyRange, PartitionSubset, readSubset } from "./subsets/partition-subset.ts";
import { emptySet, setOfPoints } from "./subsets/position-set.ts";
import { nextTimeMs } from "./time/cron-times.ts";

/** Which of the keys to list; see {@link Partitions.keys}. */
export interface PartitionKeysPage {
  /** How many to pass over first. Default 0. */
  readonly offset?: number;
  /** Most to list. Default all. */
  readonly limit?: number;
  /** From the last key to the first. */
  readonly reverse?: boolean;
}

/**
 * How an asset or job is cut into partitions, and which partitions there are at a moment.
 *
 * Nothing here costs what the number of keys is, except listing keys and the first look at a list of static or dynamic ones.
 */
export class Partitions {
  readonly snapshot: PartitionsSnapshot;
  /** @internal */
  readonly dimensions: readonly Dimension[];
  readonly #names: readonly string[] | null;
  #space: KeySpace | null = null;

  /** @internal `staticPartitions(…)` and its siblings make them. */
  constructor(snapshot: PartitionsSnapshot) {
    this.snapshot = snapshot;
    if (snapshot.kind === "multi") {
      this.#names = snapshot.dimensions.map(({ name }) => name);
      this.dimensions = snapshot.dimensions.map(({ name, partitions }) => dimensionOf(name, partitions));
    } else {
      this.#names = null;
      this.dimensions = [dimensionOf(null, snapshot)];
    }
  }

  /** @internal The keys that can be told at a moment, each with its position. */
  spaceAt(view: PartitionsView): KeySpace {
    // Without dynamic keys, positions do not depend on the moment.
    if (this.#space !== null) return this.#space;
    const space = new KeySpace(
      this.dimensions.map((dimension) => dimension.axisAt(view)),
      this.#names,
    );
    if (this.dimensions.every(({ snapshot }) => snapshot.kind !== "dynamic")) this.#space = space;
    return space;
  }

  /** @internal */
  countsAt(view: PartitionsView): readonly number[] {
    return this.dimensions.map((dimension) => dimension.countAt(view));
  }

  /** How many partitions exist. */
  count(view: PartitionsView): number {
    return this.countsAt(view).reduce((product, count) => product * count, 1);
  }

  has(key: string, view: PartitionsView): boolean {
    return this.#pointOf(key, view) !== null;
  }

  /** The key at a place in the order of keys, from 0; undefined beyond the last. */
  keyAt(index: number, view: PartitionsView): string | undefined {
    const counts = this.countsAt(view);
    if (!Number.isInteger(index) || index < 0 || index >= product(counts)) return undefined;
    return this.spaceAt(view).keyAt(pointAt(index, counts));
  }

  /** The place of a key in the order of keys, from 0; -1 when it does not exist. */
  indexOf(key: string, view: PartitionsView): number {
    const counts = this.countsAt(view);
    const point = this.#pointOf(key, view);
    return point === null ? -1 : point.reduce((index, position, dimension) => index * counts[dimension]! + position, 0);
  }

  /** Keys in order, made one at a time: take a page of a million without making the others. */
  *keys(view: PartitionsView, page: PartitionKeysPage = {}): Generator<string, void, undefined> {
    const { offset = 0, limit = Infinity, reverse = false } = page;
    const counts = this.countsAt(view);
    const count = product(counts);
    const space = this.spaceAt(view);
    const end = Math.min(count, offset + limit);
    for (let place = Math.max(0, offset); place < end; place += 1) {
      yield space.keyAt(pointAt(reverse ? count - 1 - place : place, counts));
    }
  }

  firstKey(view: PartitionsView): string | undefined {
    return this.keyAt(0, view);
  }

  lastKey(view: PartitionsView): string | undefined {
    return this.keyAt(this.count(view) - 1, view);
  }

  /**
   * The time that a partition stands for, also of one that does not exist yet; in several dimensions, that of the one that is time.
   *
   * @returns null when no dimension is time, or more than one is
   * @throws UnknownPartitionError for a key that will never exist
   */
  windowOf(key: string): TimeWindow | null {
    const times = this.dimensions.flatMap(({ snapshot }, index) => (snapshot.kind === "timeWindow" ? [index] : []));
    const [time] = times;
    if (time === undefined || times.length > 1) return null;
    const parts = this.#names === null ? [key] : key.split("|");
    const axis = this.dimensions[time]!.axisAt(noKeys);
    const position = parts.length === this.dimensions.length ? axis.positionOf(parts[time]!) : -1;
    if (position === -1) throw this.unknown(key, { nowMs: Infinity, dynamicKeys: () => [] });
    return axis.windowAt(position);
  }

  /** Every partition that exists. */
  all(view: PartitionsView): PartitionSubset {
    const space = this.spaceAt(view);
    return new PartitionSubset(
      space,
      space.product(this.countsAt(view).map((count): Intervals => (count === 0 ? [] : [0, count]))),
    );
  }

  /**
   * Partitions of the latest time window that exists, or those that begin at most `lookbackMs` before its end; in several dimensions all
   * combinations with the others. Every partition when no dimension is time.
   */
  latestWindow(view: PartitionsView, lookbackMs: number | null): PartitionSubset {
    const counts = this.countsAt(view);
    const time = this.dimensions.findIndex(({ snapshot }) => snapshot.kind === "timeWindow");
    const count = counts[time];
    if (count === undefined) return this.all(view);
    if (count === 0) return this.none();
    const axis = this.dimensions[time]!.axisAt(view);
    const from = lookbackMs === null ? -Infinity : axis.windowAt(count - 1)!.endMs - lookbackMs;
    let first = count - 1;
    while (lookbackMs !== null && first > 0 && axis.windowAt(first - 1)!.startMs >= from) first -= 1;
    if (lookbackMs !== null && axis.windowAt(first)!.startMs < from) return this.none();
    const space = this.spaceAt(view);
    const bounds = counts.map((each, dimension): Intervals =>
      dimension === time ? [first, count] : each === 0 ? [] : [0, each],
    );
    return new PartitionSubset(space, space.product(bounds));
  }

  /** When time may add the next partition, by itself; null when it never will. */
  nextChangeMs(nowMs: number): number | null {
    const times = this.dimensions.flatMap(({ snapshot }) => {
      if (snapshot.kind !== "timeWindow") return [];
      const { cron, timeZone } = snapshot;
      return nextTimeMs({ cron: [cron], timeZone }, nowMs) ?? [];
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  none(): PartitionSubset {
    return new PartitionSubset(this.spaceAt(noKeys), emptySet(this.dimensions.length));
  }

  /** @throws UnknownPartitionError for a key that does not exist */
  subsetOf(keys: Iterable<string>, view: PartitionsView): PartitionSubset {
    const space = this.spaceAt(view);
    const counts = this.countsAt(view);
    const points = Array.from(keys, (key) => this.#pointIn(key, space, counts) ?? this.#fail(key, view));
    return new PartitionSubset(space, setOfPoints(space.depth, points));
  }

  /**
   * Partitions from one key to another, both included. In several dimensions: all combinations of the dimensions' ranges, as Dagster has it.
   *
   * @throws UnknownPartitionError for a key that does not exist, InvalidPartitionRangeError when the end comes before the start
   */
  range({ start, end }: PartitionKeyRange, view: PartitionsView): PartitionSubset {
    const space = this.spaceAt(view);
    const from = this.#pointOf(start, view) ?? this.#fail(start, view);
    const to = this.#pointOf(end, view) ?? this.#fail(end, view);
    const bounds = from.map((position, dimension): Intervals => {
      const last = to[dimension]!;
      if (last < position) {
        const name = this.#names?.[dimension];
        throw new InvalidPartitionRangeError(
          start,
          end,
          name === undefined ? "its end comes before its start" : `in dimension "${name}" its end comes before its start`,
        );
      }
      return [position, last + 1];
    });
    return new PartitionSubset(space, space.product(bounds));
  }

  /** @internal The error for a key that does not exist, naming the nearest that do. */
  unknown(key: string, view: PartitionsView): UnknownPartitionError {
    if (this.#names === null) {
      const { problem, suggestions } = this.dimensions[0]!.explain(key, view);
      return new UnknownPartitionError(key, problem, suggestions);
    }
    const parts = key.split("|");
    if (parts.length !== this.#names.length) {
      return new UnknownPartitionError(key, `a key has the parts ${this.#names.join("|")}, joined by "|"`);
    }
    const counts = this.countsAt(view);
    const wrong = parts.flatMap((part, index) => {
      const dimension = this.dimensions[index]!;
      const position = dimension.axisAt(view).positionOf(part);
      return position >= 0 && position < counts[index]! ? [] : [{ index, ...dimension.explain(part, view) }];
    });
    const suggested = parts.map((part, index) => wrong.find((each) => each.index === index)?.suggestions[0] ?? part);
    return new UnknownPartitionError(
      key,
      wrong.map(({ index, problem }) => `in dimension "${this.#names?.[index]}" ${problem}`).join("; "),
      wrong.every(({ suggestions }) => suggestions.length > 0) && wrong.length > 0 ? [suggested.join("|")] : [],
    );
  }

  #fail(key: string, view: PartitionsView): never {
    throw this.unknown(key, view);
  }

  #pointOf(key: string, view: PartitionsView): readonly number[] | null {
    return this.#pointIn(key, this.spaceAt(view), this.countsAt(view));
  }

  #pointIn(key: string, space: KeySpace, counts: readonly number[]): readonly number[] | null {
    const point = space.pointOf(key);
    return point?.every((position, dimension) => position < counts[dimension]!) === true ? point : null;
  }
}

/**
 * Partitions from their description.
 *
 * @throws InvalidPartitionsError when it makes no sense
 */
export function partitionsFromSnapshot(snapshot: PartitionsSnapshot): Partitions {
  return new Partitions(snapshot);
}

/**
 * Reads what `PartitionSubset.toJSON` wrote, for the definition as it is now. Windows stay what they are whatever else changed; static keys
 * may have been reordered, and what cannot be told of a long run whose keys changed is left out; keys of other dimensions are none.
 *
 * @throws InvalidPartitionsError when it is no such data
 */
export function subsetFromJSON(partitions: Partitions, json: unknown, view: PartitionsView): PartitionSubset {
  return readSubset(partitions.spaceAt(view), json);
}

const ownByForeign = new WeakMap<Partitions, Partitions>();

/**
 * The same partitions as an object of this copy of the package. Those that a user's project made may be of another one, with which
 * nothing of this one can be computed.
 */
export function ownPartitions(partitions: Partitions): Partitions {
  if (partitions instanceof Partitions) return partitions;
  const foreign = partitions as Partitions;
  const own = ownByForeign.get(foreign) ?? partitionsFromSnapshot(foreign.snapshot);
  ownByForeign.set(foreign, own);
  return own;
}

const noKeys: PartitionsView = { nowMs: 0, dynamicKeys: () => [] };
const product = (counts: readonly number[]): number => counts.reduce((total, count) => total * count, 1);

/** The last dimension runs fastest. */
function pointAt(index: number, counts: readonly number[]): readonly number[] {
  const point: number[] = [];
  let rest = index;
  for (let dimension = counts.length - 1; dimension >= 0; dimension -= 1) {
    const count = counts[dimension]!;
    point[dimension] = rest % count;
    rest = Math.floor(rest / count);
  }
  return point;
}

/** @throws InvalidPartitionsError */
export function requirePartitions(value: unknown, what: string): asserts value is Partitions {
  if (!(value instanceof Partitions)) {
    throw new InvalidPartitionsError(
      `${what} has to be made by dailyPartitions(…), staticPartitions(…) or one of their siblings`,
    );
  }
}
