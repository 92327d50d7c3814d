import type { BackfillPolicySnapshot, RunPartition } from "@dagwright/model";
import {
  multiPartitionKey,
  parseMultiPartitionKey,
  type PartitionKeyRange,
  type Partitions,
  partitionsFromSnapshot,
  type PartitionSubset,
  type PartitionsView,
} from "@dagwright/partitions";

/**
 * Packs partitions into runs by a backfill policy, in order: without one a run for each, with one a run for each range, as far as the policy
 * lets ranges be long. Made one at a time: the first of a million cost no more than the first of ten.
 *
 * In several dimensions a range stands for all combinations of its dimensions' ranges, so that what a policy cuts off is such a box as well.
 */
export function* packPartitions(
  partitions: Partitions,
  subset: PartitionSubset,
  policy: BackfillPolicySnapshot | undefined,
  view: PartitionsView,
): Generator<RunPartition, void, undefined> {
  if (policy === undefined) {
    for (const key of subset.keys()) yield { kind: "one", key };
    return;
  }
  const most = policy.kind === "singleRun" ? Number.POSITIVE_INFINITY : policy.maxPartitionsPerRun;
  for (const range of subset.ranges()) {
    for (const { start, end } of cutRange(partitions, range, most, view)) yield { kind: "range", start, end };
  }
}

/** Pieces of a range of so many partitions at most, in order. */
export function* cutRange(
  partitions: Partitions,
  range: PartitionKeyRange,
  most: number,
  view: PartitionsView,
): Generator<PartitionKeyRange, void, undefined> {
  if (most === Number.POSITIVE_INFINITY) {
    yield range;
    return;
  }
  const { snapshot } = partitions;
  if (snapshot.kind !== "multi") return yield* cutLine(partitions, range, most, view);
  const [start, end] = [parseMultiPartitionKey(partitions, range.start), parseMultiPartitionKey(partitions, range.end)];
  const sides = snapshot.dimensions.map(({ name, partitions: inner }): Side => {
    const dimension = partitionsFromSnapshot(inner);
    const side = { start: start[name]!, end: end[name]! };
    return { name, dimension, range: side, size: dimension.indexOf(side.end, view) - dimension.indexOf(side.start, view) + 1 };
  });
  for (const box of cutBox(sides, most, view)) {
    const keyOf = (which: "start" | "end"): string =>
      multiPartitionKey(Object.fromEntries(sides.map(({ name }, at) => [name, box[at]![which]])));
    yield { start: keyOf("start"), end: keyOf("end") };
  }
}

interface Side {
  readonly name: string;
  readonly dimension: Partitions;
  readonly range: PartitionKeyRange;
  readonly size: number;
}

/** The last dimensions stay whole as long as they fit; the one before is cut, and those before it are taken key by key. */
function* cutBox(
  sides: readonly Side[],
  most: number,
  view: PartitionsView,
): Generator<readonly PartitionKeyRange[], void, undefined> {
  const [first, ...rest] = sides;
  if (first === undefined) {
    yield [];
    return;
  }
  const behind = rest.reduce((size, side) => size * side.size, 1);
  const pieces = cutLine(first.dimension, first.range, Math.max(1, Math.floor(most / behind)), view);
  for (const piece of pieces) {
    if (behind <= most) yield [piece, ...rest.map(({ range }) => range)];
    else for (const others of cutBox(rest, most, view)) yield [piece, ...others];
  }
}

function* cutLine(
  partitions: Partitions,
  range: PartitionKeyRange,
  most: number,
  view: PartitionsView,
): Generator<PartitionKeyRange, void, undefined> {
  const last = partitions.indexOf(range.end, view);
  for (let at = partitions.indexOf(range.start, view); at <= last; at += most) {
    yield { start: partitions.keyAt(at, view)!, end: partitions.keyAt(Math.min(last, at + most - 1), view)! };
  }
}
