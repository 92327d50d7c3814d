import {
  type CodeReference,
  type JsonValue,
  type Metadata,
  type MetadataValue,
  type TableColumn,
  type TableColumnConstraints,
  type TableRecord,
  type TableSchema,
  type Tags,
  type KnownOptions,
  type OptionNames,
  optionsProblem,
} from "@dagwright/model";
import { InvalidMetadataError } from "./errors.ts";
import { type AssetReference, assetKeyOf } from "./instance/instance-access.ts";

/** A column as users declare it; just its name is enough. */
export interface TableColumnInput {
  readonly name: string;
  /** As the table's own system calls it. Default `string`. */
  readonly type?: string;
  readonly description?: string;
  /** Default: nullable, not unique, nothing else. */
  readonly constraints?: Partial<TableColumnConstraints>;
  readonly tags?: Tags;
}

/** A table's schema as users declare it. */
export interface TableSchemaInput {
  readonly columns: readonly (TableColumnInput | string)[];
  /** What holds for the table as a whole, in words or code. */
  readonly constraints?: readonly string[];
}

/** What a column is made from: a column of an asset. */
export interface ColumnDependency {
  readonly asset: AssetReference;
  readonly column: string;
}

/** Where some code stands: a file with its line, or an address. */
export type CodeReferenceInput =
  | { readonly file: string; readonly line?: number; readonly label?: string }
  | { readonly url: string; readonly label?: string };

type Of<Type extends MetadataValue["type"]> = MetadataValue & { readonly type: Type };

/**
 * Typed metadata values, for every place that takes metadata. Plain texts, numbers, booleans, dates and JSON have their types without this.
 *
 * Some names mean something to pages and tools: `dagster/column_schema` (a table schema), `dagster/column_lineage`,
 * `dagster/code_references`, `dagster/row_count` (a number), `dagster/uri`.
 */
export const metadata = Object.freeze({
  text: (text: string): Of<"text"> => ({ type: "text", text }),
  /** Markdown. */
  md: (md: string): Of<"md"> => ({ type: "md", md }),
  url: (url: string): Of<"url"> => ({ type: "url", url }),
  /** A path in a file system. */
  path: (path: string): Of<"path"> => ({ type: "path", path }),
  /** The path of a notebook. */
  notebook: (path: string): Of<"notebook"> => ({ type: "notebook", path }),
  json: (json: JsonValue): Of<"json"> => ({ type: "json", json }),
  float: (float: number): MetadataValue =>
    Number.isFinite(float) ? { type: "float", float } : { type: "text", text: String(float) },
  /** @throws InvalidMetadataError for a number that is not whole */
  int(int: number | bigint): Of<"int"> {
    if (typeof int === "number" && !Number.isInteger(int))
      throw new InvalidMetadataError("int", `${int} is not a whole number; use metadata.float`);
    return { type: "int", int: String(BigInt(int)) };
  },
  bool: (bool: boolean): Of<"bool"> => ({ type: "bool", bool }),
  /** A moment: a date, or seconds since the epoch. */
  timestamp: (at: Date | number): Of<"timestamp"> => ({
    type: "timestamp",
    epochSeconds: typeof at === "number" ? at : at.getTime() / 1_000,
  }),
  null: (): Of<"null"> => ({ type: "null" }),
  asset: (asset: AssetReference): Of<"asset"> => ({ type: "asset", assetKey: assetKeyOf(asset) }),
  /** A run, by id. */
  run: (runId: string): Of<"run"> => ({ type: "run", runId }),
  /** A job of a code location. */
  job: (job: string | { readonly name: string }, location: string): Of<"job"> => ({
    type: "job",
    jobName: typeof job === "string" ? job : job.name,
    location,
  }),
  /** A concurrency pool, by name. */
  pool: (pool: string): Of<"pool"> => ({ type: "pool", pool }),
  /** Something that can be imported: a module and the name of its export. */
  artifact: (module: string, name: string): Of<"artifact"> => ({ type: "artifact", module, name }),
  /**
   * A small table.
   *
   * @param schema - default: the columns of the first record, typed by its values
   * @throws InvalidMetadataError without a schema and records
   */
  table: (records: readonly TableRecord[], schema?: TableSchemaInput): Of<"table"> => ({
    type: "table",
    schema: schema === undefined ? inferredSchema(records) : toTableSchema(schema),
    records,
  }),
  tableSchema: (schema: TableSchemaInput): Of<"tableSchema"> => ({ type: "tableSchema", schema: toTableSchema(schema) }),
  /** For each column the columns that it is made from. */
  columnLineage: (columns: Readonly<Record<string, readonly ColumnDependency[]>>): Of<"columnLineage"> => ({
    type: "columnLineage",
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, dependencies]) => [
        name,
        dependencies.map(({ asset, column }) => ({ assetKey: assetKeyOf(asset), column })),
      ]),
    ),
  }),
  codeReferences: (...references: readonly CodeReferenceInput[]): Of<"codeReferences"> => ({
    type: "codeReferences",
    references: references.map(toCodeReference),
  }),
});

/** Names of metadata that pages and tools know. */
export const metadataKeys = {
  columnSchema: "dagster/column_schema",
  columnLineage: "dagster/column_lineage",
  codeReferences: "dagster/code_references",
} as const;

/** The schema that an asset's metadata tells of its table; null when there is none. */
export function columnSchemaOf(of: Metadata): TableSchema | null {
  const found = of[metadataKeys.columnSchema];
  return found?.type === "tableSchema" ? found.schema : null;
}

const tableSchemaNames: OptionNames<TableSchemaInput> = { columns: "list", constraints: "list" };
const columnNames: OptionNames<TableColumnInput> = {
  name: "text",
  type: "text",
  description: "text",
  constraints: true,
  tags: true,
};
const constraintNames: OptionNames<TableColumnConstraints> = { nullable: "flag", unique: "flag", other: "list" };

function checkNames(what: string, given: unknown, known: KnownOptions): void {
  const problem = optionsProblem(given, known);
  if (problem !== null) throw new InvalidMetadataError("tableSchema", `${what} is wrong: ${problem}`);
}

function toTableSchema(schema: TableSchemaInput): TableSchema {
  checkNames("it", schema, tableSchemaNames);
  const { columns, constraints = [] } = schema;
  const names = new Set<string>();
  return {
    columns: columns.map((given, index): TableColumn => {
      if (typeof given !== "string") checkNames(`column ${index}`, given, columnNames);
      const {
        name,
        type = "string",
        description = null,
        constraints: own = {},
        tags = {},
      } = typeof given === "string" ? { name: given } : given;
      if (names.has(name)) throw new InvalidMetadataError("tableSchema", `it has the column "${name}" twice`);
      names.add(name);
      checkNames(`\`constraints\` of column "${name}"`, own, constraintNames);
      const { nullable = true, unique = false, other = [] } = own;
      return { name, type, description, constraints: { nullable, unique, other }, tags };
    }),
    constraints,
  };
}

function inferredSchema([first]: readonly TableRecord[]): TableSchema {
  if (first === undefined) throw new InvalidMetadataError("table", "it has neither records nor a schema");
  return toTableSchema({
    columns: Object.entries(first).map(([name, value]) => ({ name, type: columnTypeOf(value) })),
  });
}

function columnTypeOf(value: TableRecord[string]): string {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    case "boolean":
      return "bool";
    default:
      return "string";
  }
}

function toCodeReference(given: CodeReferenceInput): CodeReference {
  const { label = null } = given;
  return "url" in given
    ? { kind: "url", url: given.url, label }
    : { kind: "file", path: given.file, line: given.line ?? null, label };
}
