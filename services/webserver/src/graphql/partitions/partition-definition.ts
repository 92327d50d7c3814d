import type { BackfillPolicySnapshot, PartitionMappingSnapshot, PartitionsSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

const types = {
  timeWindow: "TIME_WINDOW",
  static: "STATIC",
  dynamic: "DYNAMIC",
  multi: "MULTIPARTITIONED",
} as const satisfies Record<PartitionsSnapshot["kind"], gql.PartitionDefinitionType>;

export const typeOfPartitions = (snapshot: PartitionsSnapshot): gql.PartitionDefinitionType => types[snapshot.kind];

export interface NamedDimension {
  readonly name: string;
  readonly partitions: PartitionsSnapshot;
}

/** What clients call the only dimension of partitions that have one. */
const onlyDimension = "default";

export const dimensionsOf = (snapshot: PartitionsSnapshot): readonly NamedDimension[] =>
  snapshot.kind === "multi" ? snapshot.dimensions : [{ name: onlyDimension, partitions: snapshot }];

/** The dimension that clients draw first: that of time, or else the first. */
export function primaryDimension(snapshot: PartitionsSnapshot): string {
  const dimensions = dimensionsOf(snapshot);
  const times = dimensions.filter(({ partitions }) => partitions.kind === "timeWindow");
  return (times.length === 1 ? times[0] : dimensions[0])?.name ?? onlyDimension;
}

export function toPartitionDefinition(snapshot: PartitionsSnapshot): gql.PartitionDefinition {
  const primary = primaryDimension(snapshot);
  return {
    description: describe(snapshot),
    type: typeOfPartitions(snapshot),
    dimensionTypes: dimensionsOf(snapshot).map(({ name, partitions }) => ({
      name,
      description: snapshot.kind === "multi" ? describe(partitions) : "",
      type: typeOfPartitions(partitions),
      isPrimaryDimension: name === primary,
      dynamicPartitionsDefinitionName: partitions.kind === "dynamic" ? partitions.name : null,
    })),
    name: snapshot.kind === "dynamic" ? snapshot.name : null,
    fmt: snapshot.kind === "timeWindow" ? snapshot.keyFormat : null,
  };
}

const mostListed = 10;

function describe(snapshot: PartitionsSnapshot): string {
  switch (snapshot.kind) {
    case "static": {
      const listed = snapshot.keys.slice(0, mostListed).map((key) => `'${key}'`);
      return snapshot.keys.length > mostListed ? `${listed.join(", ")}, … (${snapshot.keys.length})` : listed.join(", ");
    }
    case "dynamic":
      return `Dynamic partitions: "${snapshot.name}"`;
    case "timeWindow": {
      const { cron, timeZone, startMs, endMs, endOffset } = snapshot;
      const day = (ms: number): string => new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(ms);
      const end = endMs === null ? "" : `, until ${day(endMs)}`;
      const offset = endOffset === 0 ? "" : `, ${endOffset > 0 ? `${endOffset} ahead` : `${-endOffset} held back`}`;
      return `${cadence(cron)}, starting ${day(startMs)} ${timeZone}${end}${offset}.`;
    }
    case "multi":
      return snapshot.dimensions.map(({ name, partitions }) => `${name}: ${describe(partitions)}`).join("\n");
    default:
      return snapshot satisfies never;
  }
}

function cadence(cron: string): string {
  const [, , dayOfMonth, , dayOfWeek] = cron.split(/\s+/);
  if (/^\d+ \* \* \* \*$/.test(cron)) return "Hourly";
  if (!/^\d+ \d+ /.test(cron)) return cron;
  if (dayOfMonth === "*" && dayOfWeek === "*") return "Daily";
  if (dayOfMonth === "*" && /^\d$/.test(dayOfWeek ?? "")) return "Weekly";
  return /^\d+$/.test(dayOfMonth ?? "") && dayOfWeek === "*" ? "Monthly" : cron;
}

export function toBackfillPolicy(policy: BackfillPolicySnapshot): gql.BackfillPolicy {
  const isSingle = policy.kind === "singleRun";
  return {
    maxPartitionsPerRun: isSingle ? null : policy.maxPartitionsPerRun,
    description: isSingle
      ? "All partitions in one run"
      : `Several runs, of at most ${policy.maxPartitionsPerRun} partition${policy.maxPartitionsPerRun === 1 ? "" : "s"} each`,
    policyType: isSingle ? "SINGLE_RUN" : "MULTI_RUN",
  };
}

/** Clients know mappings by the names of Dagster's classes. */
const mappings = {
  identity: ["IdentityPartitionMapping", "Each partition reads the one with the same key"],
  all: ["AllPartitionMapping", "Each partition reads all upstream partitions"],
  last: ["LastPartitionMapping", "Each partition reads the last upstream partition"],
  static: ["StaticPartitionMapping", "Partitions are mapped by a table of keys"],
  timeWindow: ["TimeWindowPartitionMapping", "Each window reads the upstream windows that overlap it"],
  specific: ["SpecificPartitionsPartitionMapping", "Each partition reads certain upstream partitions"],
  multiToSingle: ["MultiToSingleDimensionPartitionMapping", "One dimension stands for the partitions of the other side"],
  multi: ["MultiPartitionMapping", "Partitions are mapped dimension by dimension"],
} as const satisfies Record<PartitionMappingSnapshot["kind"], readonly [string, string]>;

export function toPartitionMapping(mapping: PartitionMappingSnapshot): gql.PartitionMapping {
  const [className, description] = mappings[mapping.kind];
  const isMoved = mapping.kind === "timeWindow" && (mapping.startOffset !== 0 || mapping.endOffset !== 0);
  return {
    className,
    description: isMoved
      ? `${description}, its start moved by ${mapping.startOffset} and its end by ${mapping.endOffset}`
      : description,
  };
}
