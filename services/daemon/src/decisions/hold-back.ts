import type { BackfillPolicySnapshot } from "@dagwright/model";
import type { Partitions, PartitionSubset, PartitionsView } from "@dagwright/partitions";
import { packPartitions } from "@dagwright/workspace";

/** What {@link holdBack} goes by. */
export interface HoldBackBy {
  readonly policy: BackfillPolicySnapshot | undefined;
  readonly partitions: Partitions;
  /** All that the backfill is to make of the asset: how it is cut into runs does not change while they come. */
  readonly target: PartitionSubset;
  readonly view: PartitionsView;
}

/**
 * Of partitions that could run now those that should: all of them, unless a policy puts several into a run and more of them may follow.
 * Then only runs that are full are made, so that how many runs there are does not depend on how quickly what they read is made. Pure.
 *
 * @param rest - those that are still to come
 */
export function holdBack(ready: PartitionSubset, rest: PartitionSubset, by: HoldBackBy): PartitionSubset {
  const { policy, partitions, view } = by;
  if (rest.isEmpty || ready.isEmpty || policy === undefined) return ready;
  if (policy.kind === "singleRun") return partitions.none();
  const most = policy.maxPartitionsPerRun;
  if (most === 1) return ready;
  if (partitions.snapshot.kind === "multi") return fullBoxes(ready, rest, by);
  return ready.ranges().reduce((full, { start, end }) => {
    const from = partitions.indexOf(start, view);
    const count = partitions.indexOf(end, view) - from + 1;
    const whole = count - (count % most);
    if (whole === 0) return full;
    return full.union(partitions.range({ start, end: partitions.keyAt(from + whole - 1, view)! }, view));
  }, partitions.none());
}

/**
 * In several dimensions what fits together is a box, and counting neighbours does not tell which: the target as a whole is cut into runs, and
 * one of them is made when nothing of it is still to come.
 */
function fullBoxes(
  ready: PartitionSubset,
  rest: PartitionSubset,
  { policy, partitions, target, view }: HoldBackBy,
): PartitionSubset {
  let full = partitions.none();
  for (const run of packPartitions(partitions, target, policy, view)) {
    if (run.kind === "one") continue;
    const box = partitions.range(run, view);
    if (box.intersect(rest).isEmpty) full = full.union(box.intersect(ready));
  }
  return full;
}
