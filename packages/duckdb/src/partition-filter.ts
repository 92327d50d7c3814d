import type { IoPartition, IoPartitionDimension } from "@dagwright/execution";
import type { Metadata } from "@dagwright/model";
import { DuckDBPartitionError } from "./errors.ts";
import { literal, type TableName } from "./table-name.ts";

/** The name of an asset's metadata that says which of its columns its partitions are. */
export const partitionExpression = "partition_expr";

/** One dimension of a partition with the SQL expression whose value tells which rows are in it. */
export interface FilteredDimension {
  readonly expression: string;
  readonly dimension: IoPartitionDimension;
}

/**
 * The expressions that an asset's metadata names for its partitions: `partition_expr: "day"`, or for several dimensions
 * `partition_expr: {date: "day", region: "region"}`. Null when it names none.
 *
 * @throws DuckDBPartitionError when they do not fit the dimensions
 */
export function partitionExpressions(
  { sql }: TableName,
  { key, dimensions }: IoPartition,
  metadata: Metadata,
): readonly FilteredDimension[] | null {
  const given = metadata[partitionExpression];
  if (given === undefined) return null;
  const refuse = (problem: string): never => {
    throw new DuckDBPartitionError(sql, key, `cannot be found: \`${partitionExpression}\` ${problem}`);
  };
  const named = dimensions.flatMap(({ name }) => name ?? []);
  if (given.type === "text") {
    const [only] = dimensions;
    if (named.length > 0 || only === undefined) return refuse(`is one text, and there are the dimensions ${named.join(", ")}`);
    return [{ expression: given.text, dimension: only }];
  }
  const byName = given.type === "json" && typeof given.json === "object" && !Array.isArray(given.json) ? given.json : null;
  if (byName === null) return refuse("is neither a text nor a record of texts by dimension");
  return dimensions.map((dimension) => {
    const expression = dimension.name === null ? undefined : (byName as Readonly<Record<string, unknown>>)[dimension.name];
    if (typeof expression !== "string")
      return refuse(
        `has no text for ${dimension.name === null ? "an asset with one dimension" : `dimension "${dimension.name}"`}`,
      );
    return { expression, dimension };
  });
}

/**
 * Which rows are in a partition.
 *
 * @param typeOf - the type of an expression, as DuckDB calls it: moments are compared as they are, and dates, times without a zone and texts
 * by what a clock in the partitions' time zone shows
 */
export function partitionCondition(filtered: readonly FilteredDimension[], typeOf: (expression: string) => string): string {
  const conditions = filtered.map(({ expression, dimension: { key, window, timeZone } }) => {
    if (window === null) return `cast((${expression}) as varchar) = ${literal(key)}`;
    const isMoment = typeOf(expression) === "TIMESTAMP WITH TIME ZONE";
    const at = (ms: number): string =>
      isMoment
        ? `cast(${literal(new Date(ms).toISOString())} as timestamptz)`
        : `cast(${literal(wallClock(ms, timeZone ?? "UTC"))} as timestamp)`;
    const value = isMoment ? `(${expression})` : `cast((${expression}) as timestamp)`;
    return `${value} >= ${at(window.startMs)} and ${value} < ${at(window.endMs)}`;
  });
  return conditions.map((condition) => `(${condition})`).join(" and ");
}

/** `2026-01-31 06:30:00`, as a clock there shows it. */
const wallClock = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(new Date(ms));
