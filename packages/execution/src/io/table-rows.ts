import type { MetadataValue } from "@dagwright/model";
import { ValueNotStorableError } from "../errors.ts";
import { checkJson } from "./json-value.ts";

/**
 * What a column of a list of records holds: whole numbers of 32 bits, other numbers, bigints, …; `json` for nested objects and lists;
 * `null` when no record has a value for it.
 */
export type ColumnKind = "integer" | "number" | "bigint" | "text" | "boolean" | "timestamp" | "bytes" | "json" | "null";

/** A column with its values, one for each record; null where a record has none. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly values: readonly unknown[];
}

/** A list of records by columns. */
export interface TableRows {
  readonly rowCount: number;
  readonly columns: readonly TableColumn[];
}

/**
 * Takes a list of records apart for I/O managers that keep tables. Columns come in the order in which records name them first; `undefined`
 * and fields that are not there are null.
 *
 * @throws ValueNotStorableError when it is no list of records, or a column has values of different kinds
 */
export function tableRows(value: unknown): TableRows {
  if (!Array.isArray(value)) throw new ValueNotStorableError("$", "is no list of records, which is what a table can keep");
  const columns = new Map<string, { kind: ColumnKind; readonly values: unknown[] }>();
  for (const [index, record] of (value as readonly unknown[]).entries()) {
    if (typeof record !== "object" || record === null || Array.isArray(record))
      throw new ValueNotStorableError(`$[${index}]`, "is no record, which is what a row of a table is");
    for (const [name, cell] of Object.entries(record)) {
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = { kind: "null", values: Array<unknown>(value.length).fill(null) }));
      if (cell === null || cell === undefined) continue;
      const path = `$[${index}].${name}`;
      column.kind = together(column.kind, kindOf(cell, path), path);
      column.values[index] = cell;
    }
  }
  return { rowCount: value.length, columns: [...columns].map(([name, column]) => ({ name, ...column })) };
}

/** Puts records together again; the counterpart of {@link tableRows}. */
export function rowsOf(rowCount: number, columns: readonly Pick<TableColumn, "name" | "values">[]): readonly unknown[] {
  return Array.from({ length: rowCount }, (_, index) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[index] ?? null])),
  );
}

/** What an output of rows tells of itself, under the names that pages look for. */
export const rowsMetadata = ({ rowCount, columns }: TableRows): Readonly<Record<string, MetadataValue>> => ({
  "dagster/row_count": { type: "int", int: String(rowCount) },
  "dagster/column_schema": {
    type: "tableSchema",
    schema: {
      columns: columns.map(({ name, kind }) => ({
        name,
        type: kind,
        description: null,
        tags: {},
        constraints: { nullable: true, unique: false, other: [] },
      })),
      constraints: [],
    },
  },
});

const mostInteger = 2 ** 31 - 1;

function kindOf(cell: unknown, path: string): ColumnKind {
  switch (typeof cell) {
    case "number":
      return Number.isInteger(cell) && Math.abs(cell) <= mostInteger && !Object.is(cell, -0) ? "integer" : "number";
    case "bigint":
      return "bigint";
    case "boolean":
      return "boolean";
    case "string":
      if (!cell.isWellFormed()) throw new ValueNotStorableError(path, "is text with half of a surrogate pair");
      return "text";
    case "object":
      if (cell instanceof Date) {
        if (Number.isNaN(cell.getTime())) throw new ValueNotStorableError(path, "is an invalid date");
        return "timestamp";
      }
      if (cell instanceof Uint8Array) return "bytes";
      checkJson(cell, path);
      return "json";
    default:
      throw new ValueNotStorableError(path, `is a ${typeof cell}, which a table does not keep`);
  }
}

function together(before: ColumnKind, now: ColumnKind, path: string): ColumnKind {
  if (before === "null" || before === now) return now;
  const numbers: readonly ColumnKind[] = ["integer", "number"];
  if (numbers.includes(before) && numbers.includes(now)) return "number";
  throw new ValueNotStorableError(path, `is of kind ${now}, and what came before it in the column is of kind ${before}`);
}
