import type { ColumnKind, TableColumn } from "@dagwright/execution";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import { FileIOManager, type FileIOManagerOptions, type RowsFormat } from "./file-io-manager.ts";

/**
 * Keeps lists of records as Parquet files, compressed by Snappy. Numbers, bigints of 64 bits, texts, booleans, dates, bytes and null keep
 * their types; nested objects and lists are JSON columns. Files of other programs can be read that are compressed by Snappy or not at all;
 * their decimals are numbers.
 */
export class ParquetIOManager extends FileIOManager {
  constructor(options: FileIOManagerOptions) {
    super(options, parquetFormat);
  }
}

const types: Readonly<Record<ColumnKind, BasicType>> = {
  integer: "INT32",
  number: "DOUBLE",
  bigint: "INT64",
  text: "STRING",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  bytes: "BYTE_ARRAY",
  json: "JSON",
  null: "STRING",
};

/** A file of no columns would not know how many rows it has. */
const noColumn = "_no_column";

const parquetFormat: RowsFormat = {
  extension: ".parquet",
  write({ rowCount, columns }) {
    const columnData = columns.map(({ name, kind, values }: TableColumn) => ({ name, data: [...values], type: types[kind] }));
    const placeholder = { name: noColumn, data: Array<null>(rowCount).fill(null), type: "BOOLEAN" as const };
    return new Uint8Array(parquetWriteBuffer({ columnData: columns.length === 0 ? [placeholder] : columnData }));
  },
  async read(bytes) {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const metadata = parquetMetadata(file);
    const rows = await parquetReadObjects({ file, metadata, utf8: false });
    // Below the root come the columns; what they are made of themselves lies deeper.
    const names = columnNames(metadata.schema);
    return {
      rowCount: Number(metadata.num_rows),
      columns: names.filter((name) => name !== noColumn).map((name) => ({ name, values: rows.map((row) => plain(row[name])) })),
    };
  },
};

function columnNames(schema: readonly { readonly name: string; readonly num_children?: number }[]): readonly string[] {
  const names: string[] = [];
  for (let index = 1; index < schema.length;) {
    names.push(schema[index]!.name);
    // Skips a column's descendants, which follow it.
    for (let left = 1; left > 0; index += 1) left += (schema[index]!.num_children ?? 0) - 1;
  }
  return names;
}

const plain = (value: unknown): unknown => (value === undefined ? null : value);
