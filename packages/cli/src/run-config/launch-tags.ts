import { systemTags, type Tags } from "@dagwright/model";
import { UsageError } from "../errors.ts";
import { parseTags } from "./read-run-config.ts";

export interface LaunchTagOptions {
  readonly tags?: string;
  readonly partition?: string;
  /** `FIRST...LAST`. */
  readonly partitionRange?: string;
}

/**
 * The tags that a new run's options give it.
 *
 * @throws UsageError when a range has no two ends, or a partition and a range are given
 */
export function launchTags({ tags, partition, partitionRange }: LaunchTagOptions): Tags {
  const given = parseTags(tags);
  if (partition !== undefined && partitionRange !== undefined)
    throw new UsageError("--partition and --partition-range exclude each other: a run is for one partition or for a range.");
  if (partition !== undefined) return { ...given, [systemTags.partition]: partition };
  if (partitionRange === undefined) return given;
  const [start, end, ...more] = partitionRange.split("...");
  if (start === undefined || start === "" || end === undefined || end === "" || more.length > 0)
    throw new UsageError(`--partition-range: ${JSON.stringify(partitionRange)} is no range. It needs two keys: FIRST...LAST`);
  return { ...given, [systemTags.partitionRangeStart]: start, [systemTags.partitionRangeEnd]: end };
}
