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

/** How rows of several partitions are told apart: what to read beside their columns, and which partition that is of. */
export interface PartitionMarks {
  /** One for each dimension: its value is `null` for rows of none. */
  readonly expressions: readonly string[];
  /** Rows that are in none of the partitions may meet it as well. */
  readonly condition: string;
  /** The key of a row's partition, by the values of the expressions. */
  keyOf(marks: readonly unknown[]): string | undefined;
}

/**
 * Which rows are in which of several partitions of one asset, all with the same dimensions.
 *
 * @param partitions - at least one
 * @param typeOf - as for {@link partitionCondition}
 */
export function partitionMarks(
  partitions: readonly { readonly key: string; readonly filtered: readonly FilteredDimension[] }[],
  typeOf: (expression: string) => string,
): PartitionMarks {
  const [first] = partitions;
  const dimensions = first!.filtered.map(({ expression }, index) =>
    dimensionMarks(
      expression,
      partitions.map(({ filtered }) => filtered[index]!.dimension),
      typeOf(expression),
    ),
  );
  const keys = new Map(
    partitions.map(({ key, filtered }) => [JSON.stringify(filtered.map(({ dimension }) => dimension.key)), key] as const),
  );
  return {
    expressions: dimensions.map(({ expression }) => expression),
    condition: dimensions.map(({ condition }) => `(${condition})`).join(" and "),
    keyOf(marks) {
      const parts = dimensions.map(({ keyOf }, index) => keyOf(marks[index]));
      return keys.get(JSON.stringify(parts));
    },
  };
}

interface DimensionMarks {
  readonly expression: string;
  readonly condition: string;
  keyOf(mark: unknown): string | undefined;
}

function dimensionMarks(expression: string, dimensions: readonly IoPartitionDimension[], type: string): DimensionMarks {
  const windows = dimensions.flatMap(({ key, window, timeZone }) => (window === null ? [] : [{ key, window, timeZone }]));
  if (windows.length < dimensions.length) {
    const text = `cast((${expression}) as varchar)`;
    const keys = new Set(dimensions.map(({ key }) => key));
    return {
      expression: text,
      condition: `${text} in (${[...keys].map(literal).join(", ")})`,
      keyOf: (mark) => (typeof mark === "string" && keys.has(mark) ? mark : undefined),
    };
  }
  const isMoment = type === "TIMESTAMP WITH TIME ZONE";
  // What a clock shows is compared as if it were in UTC, as DuckDB counts times without a zone.
  const placeOf = (ms: number, timeZone: string | null): number =>
    isMoment ? ms : Date.parse(`${wallClock(ms, timeZone ?? "UTC").replace(" ", "T")}Z`);
  const places = new Map(
    windows.map(({ key, window, timeZone }) => [
      key,
      { key, start: placeOf(window.startMs, timeZone), end: placeOf(window.endMs, timeZone) },
    ]),
  );
  const sorted = [...places.values()].sort((a, b) => a.start - b.start);
  // Floored: before 1970 a part of a millisecond belongs to the one before.
  const mark = `cast(floor(epoch_us(cast((${expression}) as ${isMoment ? "timestamptz" : "timestamp"})) / 1000.0) as double)`;
  return {
    expression: mark,
    condition: `${mark} >= ${sorted[0]!.start} and ${mark} < ${Math.max(...sorted.map(({ end }) => end))}`,
    keyOf(at) {
      if (typeof at !== "number") return undefined;
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle]!.start <= at) low = middle + 1;
        else high = middle;
      }
      const found = sorted[low - 1];
      return found !== undefined && at < found.end ? found.key : undefined;
    },
  };
}

/** `2026-01-31 06:30:00`, as a clock there shows it. */
const wallClock = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(new Date(ms));
