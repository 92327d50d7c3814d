import { systemTags, type Tags } from "./tags.ts";

/** What a run is for: one partition, or all from one to another. */
export type RunPartition =
  | { readonly kind: "one"; readonly key: string }
  | { readonly kind: "range"; readonly start: string; readonly end: string };

/** What a run's tags say that it is for; null when it is for no partition. */
export function runPartitionOf(tags: Tags): RunPartition | null {
  const key = tags[systemTags.partition];
  if (key !== undefined) return { kind: "one", key };
  const start = tags[systemTags.partitionRangeStart];
  const end = tags[systemTags.partitionRangeEnd];
  return start === undefined || end === undefined ? null : { kind: "range", start, end };
}

/** The tags that say a partition's dimensions one by one, beside the whole key. */
export const dimensionTags = (keyByDimension: Readonly<Record<string, string>>): Tags =>
  Object.fromEntries(Object.entries(keyByDimension).map(([dimension, key]) => [`${systemTags.partition}/${dimension}`, key]));
