import type { RunPartition } from "@dagwright/model";
import type { Partitions } from "./partitions.ts";
import type { PartitionsView } from "./partitions-view.ts";
import type { PartitionSubset } from "./subsets/partition-subset.ts";

/**
 * The partitions of a definition that a run is for.
 *
 * @throws UnknownPartitionError for a key that does not exist, InvalidPartitionRangeError when the end comes before the start
 */
export function runSubset(partitions: Partitions, run: RunPartition, view: PartitionsView): PartitionSubset {
  return run.kind === "one" ? partitions.subsetOf([run.key], view) : partitions.range(run, view);
}
