import { sql } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { DynamicPartitionStore } from "./dynamic-partition-store.ts";

/** The store of dynamic partitions on Postgres. */
export class PostgresDynamicPartitionStore implements DynamicPartitionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Numbers follow the given order, rows are written in that of the keys: two calls with the same keys wait for each other and never deadlock. */
  async add(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const rows = await this.#database.rows<{ key: string }>(
      sql`
        with given as materialized (
          select key, min(ord) as ord from unnest(${[...keys]}::text[]) with ordinality as g(key, ord) group by key),
        numbered as materialized (
          select key, nextval(pg_get_serial_sequence('dagwright.dynamic_partitions', 'id')) as id from (
            select key from given g
            where not exists (select 1 from dagwright.dynamic_partitions d where d.name = ${name} and d.key = g.key)
            order by ord) ordered),
        written as (
          insert into dagwright.dynamic_partitions (name, key, id) overriding system value
          select ${name}, key, id from numbered order by key
          on conflict (name, key) do nothing returning key, id)
        select key from written order by id`,
      options,
    );
    return rows.map(({ key }) => key);
  }

  async delete(name: string, keys: readonly string[], options?: StoreOptions): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const rows = await this.#database.rows<{ key: string }>(
      sql`
        with locked as materialized (
          select key from dagwright.dynamic_partitions
          where name = ${name} and key = any(${[...keys]}::text[]) order by key for update)
        delete from dagwright.dynamic_partitions d using locked l where d.name = ${name} and d.key = l.key returning d.key`,
      options,
    );
    return rows.map(({ key }) => key);
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
