import type { ColumnKind, TableColumn } from "@dagwright/execution";
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";

/** How a column is stored: its type in SQL, and the type of the vectors that carry it. */
export interface StoredType {
  readonly sql: string;
  readonly type: DuckDBType;
}

const types: Readonly<Record<Exclude<ColumnKind, "bigint">, StoredType>> = {
  integer: { sql: "INTEGER", type: INTEGER },
  number: { sql: "DOUBLE", type: DOUBLE },
  text: { sql: "VARCHAR", type: VARCHAR },
  boolean: { sql: "BOOLEAN", type: BOOLEAN },
  timestamp: { sql: "TIMESTAMP WITH TIME ZONE", type: TIMESTAMPTZ },
  bytes: { sql: "BLOB", type: BLOB },
  json: { sql: "JSON", type: VARCHAR },
  null: { sql: "VARCHAR", type: VARCHAR },
};

const isInt64 = (value: unknown): boolean => value === null || BigInt.asIntN(64, value as bigint) === value;

export function storedTypeOf({ kind, values }: TableColumn): StoredType {
  if (kind !== "bigint") return types[kind];
  return values.every(isInt64) ? { sql: "BIGINT", type: BIGINT } : { sql: "HUGEINT", type: HUGEINT };
}

/** A value as DuckDB takes it. */
export function toStored(kind: ColumnKind, value: unknown): DuckDBValue {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case "timestamp":
      return new DuckDBTimestampTZValue(BigInt((value as Date).getTime()) * 1_000n);
    case "bytes":
      return new DuckDBBlobValue(value as Uint8Array);
    case "json":
      return JSON.stringify(value);
    default:
      return value as DuckDBValue;
  }
}

/**
 * A value as user code gets it. Whole numbers of more than 32 bits are bigints; dates and timestamps are dates, those without a time zone
 * read as UTC; decimals are text, which keeps all their digits; JSON is what it says. What JavaScript has nothing like is text.
 */
export function fromStored(value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null) return null;
  if (type.typeId === DuckDBTypeId.VARCHAR && type.alias === "JSON") return JSON.parse(value as string) as unknown;
  if (typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return dateOf(value.micros, 1_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return dateOf(value.millis, 1n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return dateOf(value.nanos, 1_000_000n);
  if (value instanceof DuckDBTimestampSecondsValue) return new Date(Number(value.seconds) * 1_000);
  if (value instanceof DuckDBDateValue) return new Date(value.days * 86_400_000);
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  return String(value);
}

/** Milliseconds before the epoch count downwards too. */
function dateOf(units: bigint, perMs: bigint): Date {
  const ms = units / perMs;
  return new Date(Number(units % perMs < 0n ? ms - 1n : ms));
}

/** The type that takes what two have, by name; null when there is none. */
export function widened(before: string, now: string): string | null {
  if (before === now) return before;
  const numbers = ["INTEGER", "DOUBLE"];
  const whole = ["INTEGER", "BIGINT", "HUGEINT"];
  for (const family of [numbers, whole]) {
    const [a, b] = [family.indexOf(before), family.indexOf(now)];
    if (a !== -1 && b !== -1) return family[Math.max(a, b)]!;
  }
  return null;
}
