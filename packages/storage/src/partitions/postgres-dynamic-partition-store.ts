import type { Database } from "../database/database.ts";
import { sql } from "../database/sql.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import { addKeysStatement, deleteKeysStatement } from "./dynamic-key-statements.ts";
import type { DynamicPartitionStore } from "./dynamic-partition-store.ts";

/** The store of dynamic partitions on Postgres. */
export class PostgresDynamicPartitionStore implements DynamicPartitionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    return (await this.#database.rows(addKeysStatement(name, keys), options)).map(({ key }) => key);
  }

  async delete(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    return (await this.#database.rows(deleteKeysStatement(name, keys), options)).map(({ key }) => key);
  }

  async existing(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const rows = await this.#database.rows<{ key: string }>(
      sql`select key from dagwright.dynamic_partitions where name = ${name} and key = any(${[...keys]}::text[]) order by id`,
      options,
    );
    return rows.map(({ key }) => key);
  }

  async keys(name: string, options?: StoreOptions): Promise<readonly string[]> {
    const rows = await this.#database.rows<{ key: string }>(
      sql`select key from dagwright.dynamic_partitions where name = ${name} order by id`,
      options,
    );
    return rows.map(({ key }) => key);
  }

  async list(
    name: string,
    page: { readonly cursor?: string; readonly limit: number; readonly newestFirst?: boolean },
    options?: StoreOptions,
  ): Promise<{ readonly keys: readonly string[]; readonly cursor: string | null }> {
    const newestFirst = page.newestFirst ?? false;
    const behind =
      page.cursor === undefined
        ? sql``
        : newestFirst
          ? sql`and id < ${page.cursor}::bigint`
          : sql`and id > ${page.cursor}::bigint`;
    const rows = await this.#database.rows<{ key: string; id: string }>(
      sql`
        select key, d.id::text as id from dagwright.dynamic_partitions d where name = ${name} ${behind}
        order by d.id ${newestFirst ? sql`desc` : sql`asc`} limit ${page.limit}`,
      options,
    );
    return { keys: rows.map(({ key }) => key), cursor: rows.at(-1)?.id ?? null };
  }
}
