import { type EntitySubset, minus, union } from "../entity-subset.ts";

/** Which partitions something happened to, by when it did, in milliseconds. */
export type Timing = ReadonlyMap<number, EntitySubset>;

/** Those that something happened to later than the other thing. */
export function happenedLater(timing: Timing, than: Timing, empty: EntitySubset): EntitySubset {
  let later = empty;
  for (const [atMs, subset] of timing) {
    let left = subset;
    for (const [otherMs, other] of than) if (otherMs >= atMs) left = minus(left, other);
    later = union(later, left);
  }
  return later;
}

export function mergeTimings(timings: readonly (Timing | null)[]): Timing | null {
  const merged = new Map<number, EntitySubset>();
  for (const timing of timings) {
    for (const [atMs, subset] of timing ?? []) {
      const before = merged.get(atMs);
      merged.set(atMs, before === undefined ? subset : union(before, subset));
    }
  }
  return merged.size === 0 ? null : merged;
}
