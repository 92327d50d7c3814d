import type { ColumnKind } from "@dagwright/execution";
import {
  Binary,
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  TimestampMillisecond,
  Type,
  Utf8,
  type Vector,
  makeData,
  vectorFromArray,
} from "apache-arrow";
import { FileIOManager, type FileIOManagerOptions, type RowsFormat } from "./file-io-manager.ts";

/**
 * Keeps lists of records as Arrow files (IPC, the format that Feather 2 is too), which programs map into memory as they are. Numbers, bigints
 * of 64 bits, texts, booleans, dates, bytes and null keep their types; nested objects and lists are JSON texts. Decimals of other programs'
 * files are text.
 */
export class ArrowIOManager extends FileIOManager {
  constructor(options: FileIOManagerOptions) {
    super(options, arrowFormat);
  }
}

const types: Readonly<Record<ColumnKind, () => DataType>> = {
  integer: () => new Int32(),
  number: () => new Float64(),
  bigint: () => new Int64(),
  text: () => new Utf8(),
  boolean: () => new Bool(),
  timestamp: () => new TimestampMillisecond("UTC"),
  bytes: () => new Binary(),
  json: () => new Utf8(),
  null: () => new Utf8(),
};

/** Marks texts that are JSON. */
const kindKey = "dagwright.kind";

const arrowFormat: RowsFormat = {
  extension: ".arrow",
  write({ rowCount, columns }) {
    const vectors = columns.map(({ kind, values }) => {
      const cells = kind === "json" ? values.map((value) => (value === null ? null : JSON.stringify(value))) : values;
      return vectorFromArray([...cells], types[kind]());
    });
    const fields = columns.map(({ name, kind }) => new Field(name, types[kind](), true, new Map([[kindKey, kind]])));
    const schema = new Schema(fields);
    const children = vectors.map((vector) => vector.data[0]!);
    const data = makeData({ type: new Struct(fields), length: rowCount, nullCount: 0, children });
    return tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), "file");
  },
  read(bytes) {
    const table = tableFromIPC(bytes);
    return {
      rowCount: table.numRows,
      columns: table.schema.fields.map((field, index) => {
        const vector = table.getChildAt(index)!;
        const isJson = field.metadata.get(kindKey) === "json";
        return { name: field.name, values: Array.from({ length: table.numRows }, (_, row) => cellOf(vector, row, isJson)) };
      }),
    };
  },
};

function cellOf(vector: Vector, row: number, isJson: boolean): unknown {
  const value: unknown = vector.get(row);
  if (value === null || value === undefined) return null;
  if (isJson) return JSON.parse(value as string) as unknown;
  const type = vector.type as DataType & { readonly scale?: number };
  switch (type.typeId) {
    case Type.Timestamp:
    case Type.Date:
      return new Date(Number(value));
    case Type.Decimal:
      return decimalText(BigInt((value as { toString(): string }).toString()), type.scale ?? 0);
    case Type.Binary:
    case Type.FixedSizeBinary:
      return new Uint8Array(value as Uint8Array);
    default:
      return value;
  }
}

function decimalText(digits: bigint, scale: number): string {
  if (scale <= 0) return String(digits * 10n ** BigInt(-scale));
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  return `${digits < 0n ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
