import type { PartitionsSnapshot } from "@dagwright/model";
import {
  multiPartitionKey,
  type Partitions,
  partitionsFromSnapshot,
  type PartitionSubset,
  type PartitionsView,
} from "@dagwright/partitions";
import type { PartitionStatuses } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { primaryDimension } from "./partition-definition.ts";

/** Each partition in one of the sets at most. */
type ShownStatuses = Omit<PartitionStatuses, "made">;

export const noStatuses: gql.DefaultPartitionStatuses = {
  __typename: "DefaultPartitionStatuses",
  materializedPartitions: [],
  failedPartitions: [],
  unmaterializedPartitions: [],
  materializingPartitions: [],
};

/** Statuses in the form that fits the partitions: ranges of time, lists of keys, or rows of a grid. */
export function toPartitionStatuses(
  snapshot: PartitionsSnapshot,
  statuses: ShownStatuses,
  view: PartitionsView,
): gql.AssetPartitionStatuses {
  const partitions = partitionsFromSnapshot(snapshot);
  if (snapshot.kind === "timeWindow") return toTimeStatuses(partitions, statuses);
  if (snapshot.kind === "multi" && snapshot.dimensions.length === 2) return toGrid(snapshot, statuses, view);
  return toLists(partitions, statuses, view);
}

function toTimeStatuses(partitions: Partitions, { materialized, failed, inProgress }: ShownStatuses): gql.TimePartitionStatuses {
  const ranges = (subset: PartitionSubset, status: gql.PartitionRangeStatus): gql.TimePartitionRangeStatus[] =>
    subset.ranges().map(({ start, end }) => ({
      startTime: (partitions.windowOf(start)?.startMs ?? 0) / 1000,
      endTime: (partitions.windowOf(end)?.endMs ?? 0) / 1000,
      startKey: start,
      endKey: end,
      status,
    }));
  return {
    __typename: "TimePartitionStatuses",
    ranges: [...ranges(materialized, "MATERIALIZED"), ...ranges(failed, "FAILED"), ...ranges(inProgress, "MATERIALIZING")].sort(
      (a, b) => Number(a.startTime) - Number(b.startTime),
    ),
  };
}

function toLists(
  partitions: Partitions,
  { materialized, failed, inProgress }: ShownStatuses,
  view: PartitionsView,
): gql.DefaultPartitionStatuses {
  const others = partitions.all(view).minus(materialized).minus(failed).minus(inProgress);
  return {
    __typename: "DefaultPartitionStatuses",
    materializedPartitions: [...materialized.keys()],
    failedPartitions: [...failed.keys()],
    unmaterializedPartitions: [...others.keys()],
    materializingPartitions: [...inProgress.keys()],
  };
}

/** Two dimensions: for each stretch of the first whose keys have the same statuses in the second, those statuses. */
function toGrid(
  snapshot: PartitionsSnapshot & { readonly kind: "multi" },
  statuses: ShownStatuses,
  view: PartitionsView,
): gql.MultiPartitionStatuses {
  const primaryName = primaryDimension(snapshot);
  const primary = snapshot.dimensions.find(({ name }) => name === primaryName)!;
  const secondary = snapshot.dimensions.find(({ name }) => name !== primaryName)!;
  const primaryPartitions = partitionsFromSnapshot(primary.partitions);
  const secondaryPartitions = partitionsFromSnapshot(secondary.partitions);
  const columns = [...secondaryPartitions.keys(view)];
  const part = (subset: PartitionSubset, row: string): string[] =>
    subset.isEmpty ? [] : columns.filter((key) => subset.has(multiPartitionKey({ [primary.name]: row, [secondary.name]: key })));

  interface Stretch {
    readonly start: string;
    end: string;
    readonly text: string;
    readonly rows: readonly [materialized: string[], failed: string[], inProgress: string[]];
  }
  const stretches: Stretch[] = [];
  for (const row of primaryPartitions.keys(view)) {
    const rows = [part(statuses.materialized, row), part(statuses.failed, row), part(statuses.inProgress, row)] as const;
    const text = JSON.stringify(rows);
    const last = stretches.at(-1);
    if (last?.text === text) last.end = row;
    else stretches.push({ start: row, end: row, text, rows });
  }
  return {
    __typename: "MultiPartitionStatuses",
    primaryDimensionName: primary.name,
    ranges: stretches
      .filter(({ rows }) => rows.some((keys) => keys.length > 0))
      .map(({ start, end, rows }) => {
        const [materialized, failed, inProgress] = rows.map((keys) => secondaryPartitions.subsetOf(keys, view));
        const inner = { materialized: materialized!, failed: failed!, inProgress: inProgress! };
        const isTime = primary.partitions.kind === "timeWindow";
        return {
          primaryDimStartKey: start,
          primaryDimEndKey: end,
          primaryDimStartTime: isTime ? (primaryPartitions.windowOf(start)?.startMs ?? 0) / 1000 : null,
          primaryDimEndTime: isTime ? (primaryPartitions.windowOf(end)?.endMs ?? 0) / 1000 : null,
          secondaryDim:
            secondary.partitions.kind === "timeWindow"
              ? toTimeStatuses(secondaryPartitions, inner)
              : toLists(secondaryPartitions, inner, view),
        };
      }),
  };
}
