import type { JsonObject, JsonValue } from "@dagwright/model";
import { InvalidPartitionsError } from "../errors.ts";
import type { TimeWindow } from "../key-axis.ts";
import { branchSet, type KeySpace } from "../key-space.ts";
import type { SetOperation } from "./intervals.ts";
import { boxesOf, branchesOf, combineSets, emptySet, pointsOf, type PositionSet, setHas, unionOfSets } from "./position-set.ts";

/** Partitions from one key to another, both included; in several dimensions, all combinations of the dimensions' ranges. */
export interface PartitionKeyRange {
  readonly start: string;
  readonly end: string;
}

/**
 * A set of partitions of one definition, immutable. It is held as runs of neighbours, so that a million partitions next to each other take
 * no more than two numbers, and operations cost what there are runs, not what there are keys.
 *
 * Two subsets may come from different moments, or from two versions of a definition: keys decide, so windows are compared as windows and
 * dynamic keys by their text.
 */
export class PartitionSubset {
  /** @internal */
  readonly space: KeySpace;
  /** @internal */
  readonly set: PositionSet;

  /** @internal Subsets come from `Partitions`. */
  constructor(space: KeySpace, set: PositionSet) {
    this.space = space;
    this.set = set;
  }

  /** How many partitions. */
  get size(): number {
    return this.set.size;
  }

  get isEmpty(): boolean {
    return this.set.size === 0;
  }

  has(key: string): boolean {
    const point = this.space.pointOf(key);
    return point !== null && setHas(this.set, point);
  }

  union(other: PartitionSubset): PartitionSubset {
    return this.#combine(other, "union");
  }

  intersect(other: PartitionSubset): PartitionSubset {
    return this.#combine(other, "intersect");
  }

  /** What is here and not in the other. */
  minus(other: PartitionSubset): PartitionSubset {
    return this.#combine(other, "minus");
  }

  equals(other: PartitionSubset): boolean {
    return this.size === other.size && this.minus(other).isEmpty;
  }

  /** In order, made one at a time. */
  *keys(): Generator<string, void, undefined> {
    for (const point of pointsOf(this.set)) yield this.space.keyAt(point);
  }

  /**
   * The fewest ranges that are the set. Each can be given to `Partitions.range`; in several dimensions each stands for all combinations of
   * its dimensions' ranges.
   */
  ranges(): readonly PartitionKeyRange[] {
    return Array.from(boxesOf(this.set), (box) => ({
      start: this.space.keyAt(box.map(([start]) => start)),
      end: this.space.keyAt(box.map(([, end]) => end - 1)),
    }));
  }

  /** The spans of time that the partitions cover, merged where they touch; in several dimensions, of the one that is time. Empty without such. */
  timeWindows(): readonly TimeWindow[] {
    const dimension = this.space.axes.findIndex((axis) => axis.windowAt(0) !== null);
    const axis = this.space.axes[dimension];
    if (axis === undefined) return [];
    const spans = Array.from(boxesOf(this.set), (box) => box[dimension]!).toSorted((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [start, end] of spans) {
      const last = merged.at(-1);
      if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return merged.map(([start, end]) => ({
      startMs: axis.windowAt(start)?.startMs ?? 0,
      endMs: axis.windowAt(end - 1)?.endMs ?? 0,
    }));
  }

  /**
   * Small data that `subsetFromJSON` reads, also when the definition has changed since: windows as instants, other keys as runs from the
   * first to the last.
   */
  toJSON(): JsonObject {
    const { names } = this.space;
    return { ...(names !== null && { dimensions: [...names] }), runs: this.#toJSON(this.set, 0) };
  }

  #toJSON(set: PositionSet, dimension: number): JsonValue[] {
    const axis = this.space.axes[dimension]!;
    if ("bounds" in set) return [...axis.toJSON(set.bounds)];
    return branchesOf(set).map(({ bounds, rest }): JsonValue[] => [
      [...axis.toJSON(bounds)],
      rest === null ? [] : this.#toJSON(rest, dimension + 1),
    ]);
  }

  #combine(other: PartitionSubset, operation: SetOperation): PartitionSubset {
    if (this.space.agreesWith(other.space)) return new PartitionSubset(this.space, combineSets(this.set, other.set, operation));
    if (!this.space.hasDimensionsOf(other.space)) {
      throw new InvalidPartitionsError("Sets of partitions with different dimensions cannot be combined");
    }
    if (other.isEmpty) return operation === "intersect" ? other : this;
    if (this.isEmpty) return operation === "union" ? other : this;
    const space = operation === "union" ? this.space.joinedWith(other.space) : this.space;
    return new PartitionSubset(space, combineSets(this.set, space.fromSpace(other.space, other.set), operation));
  }
}

/** Reads what {@link PartitionSubset.toJSON} wrote, into a space as it is now. */
export function readSubset(space: KeySpace, json: unknown): PartitionSubset {
  try {
    if (typeof json !== "object" || json === null || !("runs" in json)) throw new TypeError("it has no runs");
    const names = "dimensions" in json ? json.dimensions : null;
    // Keys with other dimensions are other keys: none of them exists any more.
    if (JSON.stringify(names) !== JSON.stringify(space.names)) return new PartitionSubset(space, emptySet(space.depth));
    return new PartitionSubset(space, readSet(space, json.runs, 0));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InvalidPartitionsError(`This is no saved set of partitions: ${error.message}`, { cause: error });
  }
}

function readSet(space: KeySpace, data: unknown, dimension: number): PositionSet {
  if (!Array.isArray(data)) throw new TypeError("its runs are no list");
  const axis = space.axes[dimension]!;
  const depth = space.depth - dimension;
  if (depth === 1) return branchSet(1, axis.fromJSON(data as JsonValue[]), null);
  const branches = data.map((branch: unknown) => {
    if (!Array.isArray(branch) || !Array.isArray(branch[0])) throw new TypeError("a dimension's runs have no list");
    return branchSet(depth, axis.fromJSON(branch[0] as JsonValue[]), readSet(space, branch[1], dimension + 1));
  });
  return unionOfSets(depth, branches);
}
