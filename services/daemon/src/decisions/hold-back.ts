import type { BackfillPolicySnapshot } from "@dagwright/model";
import type { Partitions, PartitionSubset, PartitionsView } from "@dagwright/partitions";

/**
 * Of partitions that could run now those that should: all of them, unless a policy puts several into a run and more of them may follow.
 * Then only runs that are full are made, so that how many runs there are does not depend on how quickly what they read is made. Pure.
 *
 * @param rest - those that are still to come
 */
export function holdBack(
  ready: PartitionSubset,
  rest: PartitionSubset,
  {
    policy,
    partitions,
    view,
  }: {
    readonly policy: BackfillPolicySnapshot | undefined;
    readonly partitions: Partitions;
    readonly view: PartitionsView;
  },
): PartitionSubset {
  if (rest.isEmpty || policy === undefined) return ready;
  if (policy.kind === "singleRun") return partitions.none();
  const most = policy.maxPartitionsPerRun;
  if (most === 1) return ready;
  // In several dimensions what fits together is not told apart by counting.
  if (partitions.snapshot.kind === "multi") return partitions.none();
  return ready.ranges().reduce((full, { start, end }) => {
    const from = partitions.indexOf(start, view);
    const count = partitions.indexOf(end, view) - from + 1;
    const whole = count - (count % most);
    if (whole === 0) return full;
    return full.union(partitions.range({ start, end: partitions.keyAt(from + whole - 1, view)! }, view));
  }, partitions.none());
}
