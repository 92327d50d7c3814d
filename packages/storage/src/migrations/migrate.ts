import { sql } from "../database/sql.ts";
import type { Connection } from "../database/database.ts";
import { migrations } from "./index.ts";
import type { Migration } from "./migration.ts";
import { checkSchemaVersion, readSchemaVersion, versionOf } from "./schema-version.ts";

/** What a migration did. */
export interface MigrationReport {
  /** Null: there was no schema before. */
  readonly from: number | null;
  readonly to: number;
  /** Names of the steps that were applied now. */
  readonly applied: readonly string[];
}

/** Any number will do that other applications in the database are unlikely to choose: "dagw" in ASCII. */
const migrationLock = 0x6461_6777;

/**
 * Brings the schema to this build's version, in the transaction that it is given. Of several processes that do so at once one works and the
 * others wait, then find nothing to do.
 *
 * @throws SchemaVersionError when the database is newer than this build can work with
 */
export async function migrate(connection: Connection, known: readonly Migration[] = migrations): Promise<MigrationReport> {
  await connection.rows(sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`);
  const { database } = await readSchemaVersion(connection, known);
  const build = versionOf(known);
  if (database !== null && database > build) {
    await checkSchemaVersion(connection, known);
    return { from: database, to: database, applied: [] };
  }
  if (database === null) {
    await connection.rows(sql`create schema if not exists dagwright`);
    await connection.rows(sql`
      create table if not exists dagwright.migrations (
        number int primary key,
        name text not null,
        -- Whether processes of the version before may keep working.
        is_compatible boolean not null,
        applied_at timestamptz not null default now()
      )`);
  }
  const applied: string[] = [];
  for (const migration of known.slice(database ?? 0)) {
    await connection.rows(sql.raw(migration.sql));
    await connection.rows(sql`
      insert into dagwright.migrations (number, name, is_compatible) values (${migration.number}, ${migration.name}, ${migration.isCompatible})`);
    applied.push(migration.name);
  }
  return { from: database, to: build, applied };
}
