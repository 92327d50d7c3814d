import type { KeyAxis } from "./key-axis.ts";
import { type Intervals, runsOf } from "./subsets/intervals.ts";
import { emptySet, type GridRun, gridSet, lineSet, type PositionSet, productSet, unionOfSets } from "./subsets/position-set.ts";

/** What parts of a key in several dimensions are joined by. */
export const keySeparator = "|";

/** All dimensions of a definition: points (a position per dimension) and the keys that they stand for. */
export class KeySpace {
  readonly axes: readonly KeyAxis[];
  /** Names of the dimensions; null where there is only one, without a name. */
  readonly names: readonly string[] | null;

  constructor(axes: readonly KeyAxis[], names: readonly string[] | null) {
    this.axes = axes;
    this.names = names;
  }

  get depth(): number {
    return this.axes.length;
  }

  keyAt(point: readonly number[]): string {
    const [first] = this.axes;
    if (this.names === null && first !== undefined) return first.keyAt(point[0]!);
    return this.axes.map((axis, dimension) => axis.keyAt(point[dimension]!)).join(keySeparator);
  }

  /** Null when there is no such key. */
  pointOf(key: string): readonly number[] | null {
    const parts = this.partsOf(key);
    if (parts.length !== this.axes.length) return null;
    const point = this.axes.map((axis, dimension) => axis.positionOf(parts[dimension]!));
    return point.includes(-1) ? null : point;
  }

  partsOf(key: string): readonly string[] {
    return this.names === null ? [key] : key.split(keySeparator);
  }

  agreesWith(other: KeySpace): boolean {
    return this.hasDimensionsOf(other) && this.axes.every((axis, dimension) => axis.agreesWith(other.axes[dimension]!));
  }

  hasDimensionsOf(other: KeySpace): boolean {
    if (this === other) return true;
    if (this.names === null || other.names === null) return this.names === other.names;
    return this.names.length === other.names.length && this.names.every((name, index) => name === other.names?.[index]);
  }

  joinedWith(other: KeySpace): KeySpace {
    const axes = this.axes.map((axis, dimension) => axis.joinedWith(other.axes[dimension]!));
    return axes.every((axis, dimension) => axis === this.axes[dimension]) ? this : new KeySpace(axes, this.names);
  }

  /** A set of another space with the same dimensions, as the set of the same keys here. */
  fromSpace(other: KeySpace, set: PositionSet, dimension = 0): PositionSet {
    if (dimension === 0 && this.agreesWith(other)) return set;
    const [axis, from] = [this.axes[dimension]!, other.axes[dimension]!];
    if ("bounds" in set) return lineSet(axis.fromAxis(from, set.bounds));
    const moved = set.runs.map(({ start, end, rest }) => {
      const below = this.fromSpace(other, rest, dimension + 1);
      return branchSet(set.depth, axis.fromAxis(from, [start, end]), below);
    });
    return unionOfSets(set.depth, moved);
  }

  product(dimensions: readonly Intervals[]): PositionSet {
    return dimensions.length === 0 ? emptySet(this.depth) : productSet(dimensions);
  }
}

/** The same set below each position of some intervals. */
export function branchSet(depth: number, bounds: Intervals, rest: PositionSet | null): PositionSet {
  if (rest === null) return lineSet(bounds);
  return gridSet(
    depth,
    runsOf(bounds).map(([start, end]): GridRun => ({ start, end, rest })),
  );
}
