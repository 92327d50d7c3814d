import { sql } from "../database/sql.ts";
import type { Connection } from "../database/database.ts";
import { SchemaVersionError } from "../errors.ts";
import { migrations } from "./index.ts";
import type { Migration } from "./migration.ts";

export interface SchemaVersion {
  /** Newest applied step; null when the database has no schema of ours. */
  readonly database: number | null;
  /** Newest step that this build knows. */
  readonly build: number;
}

export const versionOf = (known: readonly Migration[]): number => known.length;

/** Which step the database is at. */
export async function readSchemaVersion(
  connection: Connection,
  known: readonly Migration[] = migrations,
): Promise<SchemaVersion> {
  const [found] = await connection.rows<{ exists: boolean }>(
    sql`select to_regclass('dagwright.migrations') is not null as exists`,
  );
  if (found?.exists !== true) return { database: null, build: versionOf(known) };
  const [newest] = await connection.rows<{ number: number | null }>(
    sql`select max(number)::int as number from dagwright.migrations`,
  );
  return { database: newest?.number ?? null, build: versionOf(known) };
}

/**
 * Stops a process that the schema does not fit: an older one, or a newer one whose added steps older processes may not work with.
 *
 * @throws SchemaVersionError that says who is newer and what to do
 */
export async function checkSchemaVersion(connection: Connection, known: readonly Migration[] = migrations): Promise<void> {
  const version = await readSchemaVersion(connection, known);
  if (version.database === null || version.database < version.build)
    throw new SchemaVersionError(version.database, version.build);
  if (version.database === version.build) return;
  const incompatible = await connection.rows(
    sql`select 1 from dagwright.migrations where number > ${sql.lit(version.build)} and not is_compatible limit 1`,
  );
  if (incompatible.length > 0) throw new SchemaVersionError(version.database, version.build);
}
