import {
  combineIntervals,
  type Intervals,
  intervalsEqual,
  intervalsHave,
  isKept,
  mergeRuns,
  runsOf,
  type SetOperation,
  sizeOfIntervals,
} from "./intervals.ts";

/**
 * A set of points in one or several dimensions, each point a position per dimension.
 *
 * In one dimension it is runs of positions. In several it is runs of positions of the first dimension, each with the set that its
 * positions have in the remaining dimensions; neighbours with equal sets are one run. So a set's form is unique, all of a thousand by a
 * thousand is one run with one run, and so is a single region over all dates, whichever dimension comes first.
 */
export type PositionSet = LineSet | GridSet;

interface LineSet {
  readonly depth: 1;
  readonly bounds: Intervals;
  readonly size: number;
}

interface GridSet {
  readonly depth: number;
  /** Sorted; none is empty. */
  readonly runs: readonly GridRun[];
  readonly size: number;
}

export interface GridRun {
  readonly start: number;
  readonly end: number;
  readonly rest: PositionSet;
}

const isLine = (set: PositionSet): set is LineSet => "bounds" in set;

export function lineSet(bounds: Intervals): PositionSet {
  return { depth: 1, bounds, size: sizeOfIntervals(bounds) };
}

/** @param runs - sorted and disjoint; empty ones are left out, and neighbours that are equal become one */
export function gridSet(depth: number, runs: Iterable<GridRun>): PositionSet {
  const merged: GridRun[] = [];
  let size = 0;
  for (const run of runs) {
    if (run.start >= run.end || run.rest.size === 0) continue;
    size += (run.end - run.start) * run.rest.size;
    const last = merged.at(-1);
    if (last?.end === run.start && setsEqual(last.rest, run.rest)) merged[merged.length - 1] = { ...last, end: run.end };
    else merged.push(run);
  }
  return { depth, runs: merged, size };
}

export function emptySet(depth: number): PositionSet {
  return depth === 1 ? { depth: 1, bounds: [], size: 0 } : { depth, runs: [], size: 0 };
}

/** Every combination of positions, one from each dimension's intervals. */
export function productSet(dimensions: readonly Intervals[]): PositionSet {
  const [first = [], ...others] = dimensions;
  if (others.length === 0) return lineSet(first);
  const rest = productSet(others);
  return gridSet(
    dimensions.length,
    runsOf(first).map(([start, end]) => ({ start, end, rest })),
  );
}

export function setsEqual(a: PositionSet, b: PositionSet): boolean {
  if (a === b) return true;
  if (a.depth !== b.depth || a.size !== b.size) return false;
  if (isLine(a) || isLine(b)) return isLine(a) && isLine(b) && intervalsEqual(a.bounds, b.bounds);
  return (
    a.runs.length === b.runs.length &&
    a.runs.every((run, index) => {
      const other = b.runs[index]!;
      return run.start === other.start && run.end === other.end && setsEqual(run.rest, other.rest);
    })
  );
}

export function combineSets(a: PositionSet, b: PositionSet, operation: SetOperation): PositionSet {
  if (a === b) return operation === "minus" ? emptySet(a.depth) : a;
  if (isLine(a) || isLine(b)) {
    if (!isLine(a) || !isLine(b)) throw new TypeError("Sets of different dimensions cannot be combined");
    return lineSet(combineIntervals(a.bounds, b.bounds, operation));
  }
  return gridSet(a.depth, combinedRuns(a, b, operation));
}

function* combinedRuns(a: GridSet, b: GridSet, operation: SetOperation): Generator<GridRun> {
  let [indexA, indexB] = [0, 0];
  let at = Math.min(a.runs[0]?.start ?? Infinity, b.runs[0]?.start ?? Infinity);
  while (at < Infinity) {
    const [runA, runB] = [a.runs[indexA], b.runs[indexB]];
    const inA = runA !== undefined && runA.start <= at;
    const inB = runB !== undefined && runB.start <= at;
    const end = Math.min((inA ? runA.end : runA?.start) ?? Infinity, (inB ? runB.end : runB?.start) ?? Infinity);
    if (inA && inB) yield { start: at, end, rest: combineSets(runA.rest, runB.rest, operation) };
    else if (inA && isKept(operation, true, false)) yield { start: at, end, rest: runA.rest };
    else if (inB && isKept(operation, false, true)) yield { start: at, end, rest: runB.rest };
    if (runA?.end === end) indexA += 1;
    if (runB?.end === end) indexB += 1;
    at = indexA >= a.runs.length && indexB >= b.runs.length ? Infinity : end;
  }
}

/** The union of many sets, in pairs of pairs: growing one set by each of the others would cost their number squared. */
export function unionOfSets(depth: number, sets: readonly PositionSet[]): PositionSet {
  if (sets.length <= 2) {
    const [a = emptySet(depth), b = emptySet(depth)] = sets;
    return combineSets(a, b, "union");
  }
  const middle = sets.length >> 1;
  return combineSets(unionOfSets(depth, sets.slice(0, middle)), unionOfSets(depth, sets.slice(middle)), "union");
}

export function setHas(set: PositionSet, point: readonly number[], dimension = 0): boolean {
  const position = point[dimension]!;
  if (isLine(set)) return intervalsHave(set.bounds, position);
  let [low, high] = [0, set.runs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set.runs[middle]!.start <= position) low = middle + 1;
    else high = middle;
  }
  const run = set.runs[low - 1];
  return run !== undefined && position < run.end && setHas(run.rest, point, dimension + 1);
}

/** @param points - in any order, also several times */
export function setOfPoints(depth: number, points: readonly (readonly number[])[]): PositionSet {
  const sorted = points.toSorted((a, b) => {
    for (let dimension = 0; dimension < depth; dimension += 1) {
      if (a[dimension] !== b[dimension]) return a[dimension]! - b[dimension]!;
    }
    return 0;
  });
  return ofSorted(sorted, 0, sorted.length, 0, depth);
}

function ofSorted(
  points: readonly (readonly number[])[],
  from: number,
  to: number,
  dimension: number,
  depth: number,
): PositionSet {
  if (dimension === depth - 1) {
    return lineSet(mergeRuns(points.slice(from, to).map((point) => [point[dimension]!, point[dimension]! + 1] as const)));
  }
  const runs: GridRun[] = [];
  for (let index = from; index < to;) {
    const start = points[index]![dimension]!;
    let end = index + 1;
    while (end < to && points[end]![dimension] === start) end += 1;
    runs.push({ start, end: start + 1, rest: ofSorted(points, index, end, dimension + 1, depth) });
    index = end;
  }
  return gridSet(depth - dimension, runs);
}

/** All points in order: the last dimension runs fastest. */
export function* pointsOf(set: PositionSet, prefix: readonly number[] = []): Generator<readonly number[]> {
  if (isLine(set)) {
    for (const [start, end] of runsOf(set.bounds)) {
      for (let position = start; position < end; position += 1) yield [...prefix, position];
    }
    return;
  }
  for (const { start, end, rest } of set.runs) {
    for (let position = start; position < end; position += 1) yield* pointsOf(rest, [...prefix, position]);
  }
}

/** Disjoint boxes that together are the set: one interval per dimension. */
export type Box = readonly (readonly [start: number, end: number])[];

export function* boxesOf(set: PositionSet, prefix: Box = []): Generator<Box> {
  if (isLine(set)) {
    for (const run of runsOf(set.bounds)) yield [...prefix, run];
    return;
  }
  for (const { start, end, rest } of set.runs) yield* boxesOf(rest, [...prefix, [start, end]]);
}

/**
 * The set as products: intervals of the first dimension, with the set that all of them have in the remaining ones; null in the last
 * dimension. Fewer than runs, since the same set may occur in places that are no neighbours.
 */
export function branchesOf(set: PositionSet): readonly { readonly bounds: Intervals; readonly rest: PositionSet | null }[] {
  if (isLine(set)) return set.size === 0 ? [] : [{ bounds: set.bounds, rest: null }];
  const branches: { bounds: number[]; rest: PositionSet }[] = [];
  const bySize = new Map<number, { bounds: number[]; rest: PositionSet }[]>();
  for (const { start, end, rest } of set.runs) {
    const sameSize = bySize.get(rest.size) ?? [];
    // With many different sets of one size, looking for a twin would cost their number squared.
    const twin = sameSize.slice(-8).find((branch) => setsEqual(branch.rest, rest));
    if (twin !== undefined) twin.bounds.push(start, end);
    else {
      const branch = { bounds: [start, end], rest };
      branches.push(branch);
      bySize.set(rest.size, [...sameSize.slice(-7), branch]);
    }
  }
  return branches;
}
