import { resolve } from "node:path";
import {
  type InputContext,
  type IoManager,
  type IoPartition,
  type OutputContext,
  type PartitionsInputContext,
  rowsMetadata,
  rowsOf,
  type TableRows,
  tableRows,
  ValueNotFoundError,
} from "@dagwright/execution";
import type { Metadata } from "@dagwright/model";
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { fromStored, storedTypeOf, toStored, widened } from "./column-types.ts";
import { type Database, databaseAt } from "./database.ts";
import { DuckDBPartitionError, DuckDBTableError } from "./errors.ts";
import {
  type FilteredDimension,
  partitionCondition,
  partitionExpressions,
  type PartitionMarks,
  partitionMarks,
} from "./partition-filter.ts";
import { literal, quoted, type TableName, tableName, tableOf } from "./table-name.ts";

export interface DuckDBIOManagerOptions {
  /** Path of the database's file, made when the first value is stored; or `:memory:`, for tests. Relative to the working directory. */
  readonly database: string;
  /** The schema of assets whose key has one part. Default `main`. */
  readonly schema?: string;
  /** How long to wait for another process that has the file open, in milliseconds. Default 60,000. */
  readonly lockTimeoutMs?: number;
}

/** Says which partition a row is of, in the tables of assets whose metadata names no column for that. */
const partitionColumn = "_partition";
/** Which partitions were stored: one of no rows is one too. */
const storedPartitions = tableName("_dagwright", "partitions");
const staging = quoted("_dagwright_rows");
/** As many as a chunk of DuckDB takes. */
const chunkRows = 2048;

/**
 * Keeps lists of records as tables of a DuckDB database: one table for each asset, which other programs may query, in a schema named by the
 * key's first parts. Whole assets are replaced; of partitioned ones the rows of the partition, found by the `partition_expr` of the asset's
 * metadata (a column, or any expression of SQL), else by a column `_partition`. Each value is stored in one transaction.
 *
 * Types are kept: numbers, bigints, texts, booleans, dates, bytes, null; nested objects and lists as JSON. Decimals, which tables of
 * other programs may have, are read as text. Keys that differ in case only are one table.
 */
export class DuckDBIOManager implements IoManager {
  readonly isProcessLocal: boolean;
  readonly #database: Database;
  readonly #schema: string;
  readonly #lockTimeoutMs: number;

  constructor({ database, schema = "main", lockTimeoutMs = 60_000 }: DuckDBIOManagerOptions) {
    this.isProcessLocal = database === ":memory:";
    this.#database = databaseAt(this.isProcessLocal ? database : resolve(database));
    this.#schema = schema;
    this.#lockTimeoutMs = lockTimeoutMs;
  }

  async handleOutput(context: OutputContext, value: unknown): Promise<void> {
    const rows = tableRows(value);
    const table = tableOf(context.address, this.#schema);
    await this.#use(context, async (connection) => {
      await connection.run("begin");
      try {
        await new TableWriter(connection, table, rows).write(context);
        await connection.run("commit");
      } catch (error) {
        await connection.run("rollback").catch(() => undefined);
        throw error;
      }
    });
    context.addMetadata({ table: `${table.schema}.${table.table}`, ...rowsMetadata(rows) });
  }

  async loadInput(context: InputContext): Promise<readonly unknown[]> {
    const { address, partition } = context;
    const table = tableOf(address, this.#schema);
    return await this.#use(context, async (connection) => {
      const columns = await columnsOf(connection, table);
      if (columns.size === 0) throw new ValueNotFoundError(address, `table ${table.sql}`);
      const names = [...columns.keys()].filter((name) => name !== partitionColumn);
      let condition = "true";
      if (partition !== null && names.length > 0) {
        const filtered = partitionExpressions(table, partition, context.definitionMetadata);
        condition = await conditionOf(connection, table, filtered, partition.key);
        const isEmpty = (await count(connection, `${table.sql} where ${condition}`)) === 0;
        if (isEmpty && !(await wasStored(connection, table, partition.key)))
          throw new ValueNotFoundError(address, `table ${table.sql}`);
      } else if (partition !== null && !(await wasStored(connection, table, partition.key))) {
        throw new ValueNotFoundError(address, `table ${table.sql}`);
      }
      const selected = names.length === 0 ? "null" : names.map(quoted).join(", ");
      const read = await connection.runAndReadAll(`select ${selected} from ${table.sql} where ${condition}`);
      const types = read.columnTypes();
      const values = read.getColumns();
      context.addMetadata({ table: `${table.schema}.${table.table}` });
      return rowsOf(
        read.currentRowCount,
        names.map((name, index) => ({ name, values: converted(values[index] ?? [], types[index]!) })),
      );
    });
  }

  /** One query for all of them, with the database open once. */
  async loadPartitions(context: PartitionsInputContext): Promise<ReadonlyMap<string, readonly unknown[]>> {
    const { address, partitions, definitionMetadata } = context;
    const table = tableOf(address, this.#schema);
    if (partitions.length === 0) return new Map();
    return await this.#use(context, async (connection) => {
      const columns = await columnsOf(connection, table);
      if (columns.size === 0) return new Map();
      context.addMetadata({ table: `${table.schema}.${table.table}` });
      const names = [...columns.keys()].filter((name) => name !== partitionColumn);
      const rows = new Map<string, unknown[]>();
      if (names.length > 0) {
        const marks = await marksOf(connection, table, partitions, definitionMetadata);
        const selected = [...marks.expressions, ...names.map(quoted)].join(", ");
        const read = await connection.runAndReadAll(`select ${selected} from ${table.sql} where ${marks.condition}`);
        const types = read.columnTypes();
        const values = read.getColumns();
        const marked = values.slice(0, marks.expressions.length);
        const found = rowsOf(
          read.currentRowCount,
          names.map((name, index) => {
            const place = index + marks.expressions.length;
            return { name, values: converted(values[place] ?? [], types[place]!) };
          }),
        );
        for (const [index, row] of found.entries()) {
          const key = marks.keyOf(marked.map((column) => column[index]));
          if (key === undefined) continue;
          const own = rows.get(key);
          if (own === undefined) rows.set(key, [row]);
          else own.push(row);
        }
      }
      const isWithoutRows = partitions.some(({ key }) => !rows.has(key));
      const stored = isWithoutRows ? await partitionsStored(connection, table) : new Set<string>();
      return new Map(
        partitions.flatMap(({ key }) => {
          const own = rows.get(key) ?? (stored.has(key) ? [] : undefined);
          return own === undefined ? [] : [[key, own] as const];
        }),
      );
    });
  }

  #use<T>({ signal }: { readonly signal: AbortSignal }, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#database.use(work, { lockTimeoutMs: this.#lockTimeoutMs, signal });
  }
}

/** Stores rows in a table, within the transaction that its connection has open. */
class TableWriter {
  readonly #connection: DuckDBConnection;
  readonly #table: TableName;
  readonly #rows: TableRows;

  constructor(connection: DuckDBConnection, table: TableName, rows: TableRows) {
    this.#connection = connection;
    this.#table = table;
    this.#rows = rows;
  }

  async write({ partition, definitionMetadata }: OutputContext): Promise<void> {
    const connection = this.#connection;
    const { schema, sql } = this.#table;
    await connection.run(`create schema if not exists ${quoted(schema)}`);
    if (partition === null) {
      await this.#stage([]);
      await connection.run(`create or replace table ${sql} as select * from ${staging}`);
      await this.#unstage();
      return;
    }
    const filtered = partitionExpressions(this.#table, partition, definitionMetadata);
    const hasPartitionColumn = filtered === null || this.#rows.columns.length === 0;
    await this.#stage(hasPartitionColumn ? [`${literal(partition.key)} as ${quoted(partitionColumn)}`] : []);
    await this.#fitTable(hasPartitionColumn);
    await noteStored(connection, this.#table, partition.key);
    if (await hasNoRowsYet(connection, this.#table)) {
      await this.#unstage();
      return;
    }
    const condition = await conditionOf(connection, this.#table, filtered, partition.key);
    const isOutside = `not coalesce((${condition}), false)`;
    const outside = this.#rows.rowCount === 0 ? 0 : await count(connection, `${staging} where ${isOutside}`);
    if (outside > 0)
      throw new DuckDBPartitionError(
        sql,
        partition.key,
        `would get ${outside} of ${this.#rows.rowCount} rows that are not in it`,
      );
    await connection.run(`delete from ${sql} where ${condition}`);
    await connection.run(`insert into ${sql} by name select * from ${staging}`);
    await this.#unstage();
  }

  /** Puts the rows into a table of this connection alone. */
  async #stage(more: readonly string[]): Promise<void> {
    const connection = this.#connection;
    const { columns, rowCount } = this.#rows;
    const raw = quoted("_dagwright_raw");
    const declared = columns.map((column) => `${quoted(column.name)} ${storedTypeOf(column).sql}`);
    await connection.run(
      `create or replace temp table ${raw} (${[...declared, `"${partitionColumn} of none" boolean`].join(", ")})`,
    );
    const types = columns.map((column) => storedTypeOf(column).type);
    const appender = await connection.createAppender("_dagwright_raw", null, "temp");
    const booleans = (await connection.runAndReadAll(`select "${partitionColumn} of none" from ${raw}`)).columnType(0);
    for (let from = 0; from < rowCount; from += chunkRows) {
      const to = Math.min(from + chunkRows, rowCount);
      const chunk = DuckDBDataChunk.create([...types, booleans], to - from);
      chunk.setColumns([
        ...columns.map(({ kind, values }) => values.slice(from, to).map((value) => toStored(kind, value))),
        Array<DuckDBValue>(to - from).fill(null),
      ]);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    // A table without columns of its own has at least this one.
    const all = columns.length === 0 && more.length === 0 ? [`null::varchar as ${quoted(partitionColumn)}`] : more;
    const selected = [...columns.map(({ name }) => quoted(name)), ...all].join(", ");
    await connection.run(`create or replace temp table ${staging} as select ${selected} from ${raw}`);
    await connection.run(`drop table ${raw}`);
  }

  async #unstage(): Promise<void> {
    await this.#connection.run(`drop table ${staging}`);
  }

  /** Makes the table, or lets it have the columns of the rows. */
  async #fitTable(hasPartitionColumn: boolean): Promise<void> {
    const connection = this.#connection;
    const { sql } = this.#table;
    const present = await columnsOf(connection, this.#table);
    if (present.size === 0) {
      await connection.run(`create table ${sql} as select * from ${staging} limit 0`);
      return;
    }
    const wanted = this.#rows.columns.map((column) => [column.name, storedTypeOf(column).sql, column.kind] as const);
    if (hasPartitionColumn) wanted.push([partitionColumn, "VARCHAR", "text"]);
    for (const [name, type, kind] of wanted) {
      const before = present.get(name);
      if (before === undefined) {
        await connection.run(`alter table ${sql} add column ${quoted(name)} ${type}`);
        continue;
      }
      // Nulls fit everywhere.
      if (before === type || kind === "null") continue;
      const isUnused = (await count(connection, `${sql} where ${quoted(name)} is not null`)) === 0;
      const fits = isUnused ? type : widened(before, type);
      // A column that another program made may take what comes all the same: DuckDB converts it, or says why not.
      if (fits === null && isOwnType(before))
        throw new DuckDBTableError(sql, `has the column ${quoted(name)} of type ${before}, and is to get values of type ${type}`);
      if (fits !== null && fits !== before) await connection.run(`alter table ${sql} alter column ${quoted(name)} type ${fits}`);
    }
  }
}

const isOwnType = (type: string): boolean =>
  ["INTEGER", "DOUBLE", "BIGINT", "HUGEINT", "VARCHAR", "BOOLEAN", "TIMESTAMP WITH TIME ZONE", "BLOB", "JSON"].includes(type);

/** The types of a table's columns by name, in their order; none when there is no such table. */
async function columnsOf(connection: DuckDBConnection, { schema, table }: TableName): Promise<ReadonlyMap<string, string>> {
  const read = await connection.runAndReadAll(`
    select column_name, data_type from duckdb_columns()
    where schema_name = ${literal(schema)} and table_name = ${literal(table)} and database_name = current_database()
    order by column_index`);
  return new Map(read.getRows().map(([name, type]) => [String(name), String(type)]));
}

/** All that was stored in it were partitions without rows, so that nobody knows its columns. */
async function hasNoRowsYet(connection: DuckDBConnection, table: TableName): Promise<boolean> {
  return [...(await columnsOf(connection, table)).keys()].every((name) => name === partitionColumn);
}

async function count(connection: DuckDBConnection, from: string): Promise<number> {
  const read = await connection.runAndReadAll(`select count(*) from ${from}`);
  return Number(read.getRows()[0]?.[0]);
}

async function conditionOf(
  connection: DuckDBConnection,
  table: TableName,
  filtered: readonly FilteredDimension[] | null,
  partition: string,
): Promise<string> {
  if (filtered === null) {
    await requirePartitionColumn(connection, table, partition);
    return `${quoted(partitionColumn)} = ${literal(partition)}`;
  }
  const types = await typesOf(connection, table, filtered);
  return partitionCondition(filtered, (expression) => types.get(expression) ?? "");
}

/** As {@link conditionOf}, for several. */
async function marksOf(
  connection: DuckDBConnection,
  table: TableName,
  partitions: readonly IoPartition[],
  metadata: Metadata,
): Promise<PartitionMarks> {
  const filtered = partitions.flatMap((partition) => {
    const own = partitionExpressions(table, partition, metadata);
    return own === null ? [] : [{ key: partition.key, filtered: own }];
  });
  if (filtered.length === 0) {
    await requirePartitionColumn(connection, table, partitions[0]!.key);
    const column = quoted(partitionColumn);
    return {
      expressions: [column],
      condition: `${column} in (${partitions.map(({ key }) => literal(key)).join(", ")})`,
      keyOf: ([key]) => (typeof key === "string" ? key : undefined),
    };
  }
  const types = await typesOf(connection, table, filtered[0]!.filtered);
  return partitionMarks(filtered, (expression) => types.get(expression) ?? "");
}

async function requirePartitionColumn(connection: DuckDBConnection, table: TableName, partition: string): Promise<void> {
  if ((await columnsOf(connection, table)).has(partitionColumn)) return;
  throw new DuckDBPartitionError(
    table.sql,
    partition,
    'cannot be found: the table was not stored by partition, and the asset\'s metadata has no `partition_expr` such as "day"',
  );
}

async function typesOf(
  connection: DuckDBConnection,
  table: TableName,
  filtered: readonly FilteredDimension[],
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const { expression } of filtered) {
    const read = await connection.runAndReadAll(`select (${expression}) from ${table.sql} limit 0`);
    types.set(expression, String(read.columnType(0)));
  }
  return types;
}

/** The partitions of a table that were stored, also those of no rows. */
async function partitionsStored(connection: DuckDBConnection, { schema, table }: TableName): Promise<ReadonlySet<string>> {
  if ((await columnsOf(connection, storedPartitions)).size === 0) return new Set();
  const read = await connection.runAndReadAll(
    `select partition from ${storedPartitions.sql} where schema_name = ${literal(schema)} and table_name = ${literal(table)}`,
  );
  return new Set(read.getRows().map(([partition]) => String(partition)));
}

const whichPartition = ({ schema, table }: TableName, partition: string): string =>
  `schema_name = ${literal(schema)} and table_name = ${literal(table)} and partition = ${literal(partition)}`;

async function wasStored(connection: DuckDBConnection, table: TableName, partition: string): Promise<boolean> {
  if ((await columnsOf(connection, storedPartitions)).size === 0) return false;
  return (await count(connection, `${storedPartitions.sql} where ${whichPartition(table, partition)}`)) > 0;
}

async function noteStored(connection: DuckDBConnection, table: TableName, partition: string): Promise<void> {
  if (await wasStored(connection, table, partition)) return;
  await connection.run(`create schema if not exists ${quoted(storedPartitions.schema)}`);
  await connection.run(
    `create table if not exists ${storedPartitions.sql} (schema_name varchar, table_name varchar, partition varchar)`,
  );
  await connection.run(
    `insert into ${storedPartitions.sql} values (${literal(table.schema)}, ${literal(table.table)}, ${literal(partition)})`,
  );
}

const converted = (values: readonly DuckDBValue[], type: DuckDBType): readonly unknown[] =>
  values.map((value) => fromStored(value, type));
