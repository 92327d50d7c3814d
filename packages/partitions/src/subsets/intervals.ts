/**
 * A set of whole numbers as sorted, disjoint runs that do not touch: `[start, end, start, end, …]`, ends exclusive. A million numbers in
 * one run are two entries.
 */
export type Intervals = readonly number[];

export type SetOperation = "union" | "intersect" | "minus";

/** Whether a number is in the result of an operation, given whether it is in each operand. */
export function isKept(operation: SetOperation, inA: boolean, inB: boolean): boolean {
  return operation === "union" ? inA || inB : inA && (operation === "intersect") === inB;
}

export function combineIntervals(a: Intervals, b: Intervals, operation: SetOperation): Intervals {
  const result: number[] = [];
  let [indexA, indexB] = [0, 0];
  let open = false;
  while (indexA < a.length || indexB < b.length) {
    const at = Math.min(a[indexA] ?? Infinity, b[indexB] ?? Infinity);
    if (a[indexA] === at) indexA += 1;
    if (b[indexB] === at) indexB += 1;
    // An odd number of bounds behind us: we are inside.
    const isOpen = isKept(operation, indexA % 2 === 1, indexB % 2 === 1);
    if (isOpen !== open) result.push(at);
    open = isOpen;
  }
  return result;
}

export function sizeOfIntervals(intervals: Intervals): number {
  let size = 0;
  for (let index = 0; index < intervals.length; index += 2) size += intervals[index + 1]! - intervals[index]!;
  return size;
}

export function intervalsHave(intervals: Intervals, value: number): boolean {
  return countAtMost(intervals, value) % 2 === 1;
}

/** How many bounds are at most a value. */
export function countAtMost(bounds: Intervals, value: number): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param values - in any order, also several times */
export function intervalsOf(values: Iterable<number>): Intervals {
  const sorted = Float64Array.from(values).sort();
  const result: number[] = [];
  for (const value of sorted) {
    const end = result.at(-1);
    if (end === value) result[result.length - 1] = value + 1;
    else if (end === undefined || end < value) result.push(value, value + 1);
  }
  return result;
}

/** Runs in any order, overlapping or not. */
export function mergeRuns(runs: readonly (readonly [start: number, end: number])[]): Intervals {
  const result: number[] = [];
  for (const [start, end] of runs.filter((run) => run[0] < run[1]).toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last) result[result.length - 1] = Math.max(last, end);
    else result.push(start, end);
  }
  return result;
}

export function runsOf(intervals: Intervals): (readonly [start: number, end: number])[] {
  return Array.from({ length: intervals.length / 2 }, (_, index) => [intervals[index * 2]!, intervals[index * 2 + 1]!] as const);
}

export function intervalsEqual(a: Intervals, b: Intervals): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => value === b[index]));
}
