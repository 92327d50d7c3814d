import type { Database } from "../database/database.ts";
import { sql } from "../database/sql.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import { addKeysStatement, changedKeysStatement, deleteKeysStatement } from "./dynamic-key-statements.ts";
import type { DynamicKeys, DynamicPartitionStore } from "./dynamic-partition-store.ts";

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

  async current(name: string, before: DynamicKeys | null, options?: StoreOptions): Promise<DynamicKeys> {
    const rows = await this.#database.rows(changedKeysStatement(name, before?.version ?? null), options);
    const version = rows[0]?.version ?? "0";
    const isAnew = before === null || rows[0]?.is_anew !== false;
    const added = rows.flatMap(({ key, id }) => (key === null || id === null ? [] : [{ key, id }]));
    if (!isAnew && added.length === 0) return version === before.version ? before : { ...before, version };
    // Numbers are taken before the lock: now and then a later change has a smaller one, and stands before what is known.
    const first = added[0];
    const isOutOfOrder = !isAnew && before.lastId !== null && first !== undefined && BigInt(first.id) < BigInt(before.lastId);
    if (isOutOfOrder) return this.current(name, null, options);
    const keys = added.map(({ key }) => key);
    return {
      keys: isAnew ? keys : [...before.keys, ...keys],
      version,
      lastId: added.at(-1)?.id ?? (isAnew ? null : before.lastId),
    };
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
