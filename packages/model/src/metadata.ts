import type { AssetKey } from "./asset-key.ts";
import type { JsonValue } from "./json.ts";
import type { CodeReference, ColumnLineage, TableRecord, TableSchema } from "./table-schema.ts";

/** One metadata value as it is stored and served. Ints beyond 2^53 travel as text in `int`. */
export type MetadataValue =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "md"; readonly md: string }
  | { readonly type: "url"; readonly url: string }
  | { readonly type: "path"; readonly path: string }
  /** Of a notebook file. */
  | { readonly type: "notebook"; readonly path: string }
  | { readonly type: "json"; readonly json: JsonValue }
  | { readonly type: "float"; readonly float: number }
  | { readonly type: "int"; readonly int: string }
  | { readonly type: "bool"; readonly bool: boolean }
  | { readonly type: "timestamp"; readonly epochSeconds: number }
  | { readonly type: "null" }
  | { readonly type: "asset"; readonly assetKey: AssetKey }
  | { readonly type: "run"; readonly runId: string }
  | { readonly type: "job"; readonly jobName: string; readonly location: string }
  | { readonly type: "pool"; readonly pool: string }
  /** Something that can be imported. */
  | { readonly type: "artifact"; readonly module: string; readonly name: string }
  | { readonly type: "table"; readonly schema: TableSchema; readonly records: readonly TableRecord[] }
  | { readonly type: "tableSchema"; readonly schema: TableSchema }
  | { readonly type: "columnLineage"; readonly columns: ColumnLineage }
  | { readonly type: "codeReferences"; readonly references: readonly CodeReference[] };

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** What users may write as metadata: a typed value, or a plain one whose type is obvious. */
export type MetadataInput =
  | MetadataValue
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The names of each type's fields, sorted; an object with others is plain JSON that happens to have a `type`. */
const fields: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  md: ["md"],
  url: ["url"],
  path: ["path"],
  notebook: ["path"],
  json: ["json"],
  float: ["float"],
  int: ["int"],
  bool: ["bool"],
  timestamp: ["epochSeconds"],
  null: [],
  asset: ["assetKey"],
  run: ["runId"],
  job: ["jobName", "location"],
  pool: ["pool"],
  artifact: ["module", "name"],
  table: ["records", "schema"],
  tableSchema: ["schema"],
  columnLineage: ["columns"],
  codeReferences: ["references"],
} satisfies Record<MetadataValue["type"], readonly string[]>;

/** Gives plain metadata values their type: strings are text, whole numbers int, other numbers float, objects json. */
export function toMetadataValue(input: MetadataInput): MetadataValue {
  switch (typeof input) {
    case "string":
      return { type: "text", text: input };
    case "number":
      if (Number.isSafeInteger(input)) return { type: "int", int: String(input) };
      return Number.isFinite(input) ? { type: "float", float: input } : { type: "text", text: String(input) };
    case "bigint":
      return { type: "int", int: String(input) };
    case "boolean":
      return { type: "bool", bool: input };
    default:
      if (input === null) return { type: "null" };
      if (input instanceof Date) return { type: "timestamp", epochSeconds: input.getTime() / 1000 };
      if (isMetadataValue(input)) return input;
      return { type: "json", json: input };
  }
}

export function toMetadata(input: Readonly<Record<string, MetadataInput>> | undefined): Metadata {
  return Object.fromEntries(
    Object.entries(input ?? {}).map(([name, value]) => {
      if (["undefined", "function", "symbol"].includes(typeof value))
        throw new TypeError(
          `The metadata "${name}" is ${value === undefined ? "undefined" : `a ${typeof value}`}; give data, or leave it out`,
        );
      return [name, toMetadataValue(value)];
    }),
  );
}

function isMetadataValue(input: object): input is MetadataValue {
  if (!("type" in input) || typeof input.type !== "string" || !Object.hasOwn(fields, input.type)) return false;
  const known = fields[input.type]!;
  return Object.keys(input).length === known.length + 1 && known.every((name) => Object.hasOwn(input, name));
}
