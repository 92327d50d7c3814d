import { sql } from "../database/sql.ts";
import { describe, expect, test } from "vitest";
import { Database } from "../database/database.ts";
import { SchemaVersionError } from "../errors.ts";
import { migrateStorage, openStorage } from "../open-storage.ts";
import { newRun } from "../testing/new-run.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { migrations } from "./index.ts";
import { migrate } from "./migrate.ts";

const openDatabase = (connectionString: string): Database =>
  new Database({ connectionString, applicationName: "dagwright/migrate-test", maxConnections: 1, log: () => undefined });

/** Tables, columns, indexes and functions, as text to compare; without the partitions of weeks and months, which depend on what is in the default ones. */
const shapeOf = async (database: Database): Promise<readonly string[]> => {
  const rows = await database.rows<{ line: string }>(sql`
    select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line from information_schema.columns where table_schema = 'dagwright'
    union all select indexdef from pg_indexes where schemaname = 'dagwright'
    union all select proname || pg_get_function_identity_arguments(oid) from pg_proc where pronamespace = 'dagwright'::regnamespace
    order by 1`);
  return rows.map((row) => row.line).filter((line) => !/_(w\d{8}|m\d{6})/.test(line));
};

const refusal = (connectionString: string): Promise<unknown> =>
  openStorage({ connectionString, role: "test", listen: false }).then(
    () => "opened",
    (error: unknown) => error,
  );

describe("migrations", () => {
  test("are numbered without gaps", () => {
    expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
  });

  test(
    "climb from every earlier version to the same schema, and keep the rows that are there",
    { timeout: 120_000 },
    async () => {
      await using whole = await createTestDatabase();
      await using wholeDatabase = openDatabase(whole.connectionString);
      const shape = await shapeOf(wholeDatabase);
      for (let version = 0; version < migrations.length; version += 1) {
        await using server = await createTestDatabase({ isEmpty: true });
        await using database = openDatabase(server.connectionString);
        await database.transaction((transaction) => migrate(transaction, migrations.slice(0, version)));
        await fillTables(database);
        const before = await countRows(database);
        const report = await database.transaction((transaction) => migrate(transaction));
        expect(report).toEqual({
          from: version === 0 ? null : version,
          to: migrations.length,
          applied: migrations.slice(version).map((migration) => migration.name),
        });
        expect(await shapeOf(database)).toEqual(shape);
        expect(await countRows(database)).toMatchObject(before);
      }
    },
  );

  test("of several processes at once are applied once", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    const reports = await Promise.all(
      Array.from({ length: 4 }, () => migrateStorage({ connectionString: server.connectionString })),
    );
    expect(reports.map((report) => report.applied.length).toSorted((a, b) => a - b)).toEqual([0, 0, 0, migrations.length]);
    await using storage = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    expect(await storage.runs.submit([newRun()], { kind: "queue" })).toHaveLength(1);
  });

  test("that fail leave the schema as it was", async () => {
    await using server = await createTestDatabase();
    await using database = openDatabase(server.connectionString);
    const broken = {
      number: migrations.length + 1,
      name: "broken",
      isCompatible: true,
      sql: "create table dagwright.half (n int); select 1 / 0",
    };
    await expect(database.transaction((transaction) => migrate(transaction, [...migrations, broken]))).rejects.toThrow(
      "division by zero",
    );
    expect(await refusal(server.connectionString)).toBe("opened");
    expect(await shapeOf(database)).not.toContainEqual(expect.stringContaining("half."));
  });
});

describe("a process that meets another schema", () => {
  const later = (isCompatible: boolean) => ({ number: migrations.length + 1, name: "later", isCompatible, sql: "select 1" });

  test("stops where there is none, and says how to make it", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    const error = await refusal(server.connectionString);
    expect(error).toBeInstanceOf(SchemaVersionError);
    expect(String(error)).toMatch(/has no Dagwright schema yet.*dagwright instance migrate/);
  });

  test("stops at an older one", async () => {
    await using server = await createTestDatabase({ isEmpty: true });
    await using database = openDatabase(server.connectionString);
    await database.transaction((transaction) => migrate(transaction, migrations.slice(0, -1)));
    const error = await refusal(server.connectionString);
    expect(error).toMatchObject({
      kind: "SchemaVersionError",
      databaseVersion: migrations.length - 1,
      buildVersion: migrations.length,
    });
    expect(String(error)).toMatch(/older \(version \d+\) than this process needs.*dagwright instance migrate/);
  });

  test("stops at a newer one that older processes may not use, and neither migrates it", async () => {
    await using server = await createTestDatabase();
    await using database = openDatabase(server.connectionString);
    await database.transaction((transaction) => migrate(transaction, [...migrations, later(false)]));
    expect(String(await refusal(server.connectionString))).toMatch(
      /newer \(version \d+\) than this process knows.*Upgrade this process/,
    );
    await expect(migrateStorage({ connectionString: server.connectionString })).rejects.toThrow(SchemaVersionError);
  });

  test("goes on with a newer one that allows it", async () => {
    await using server = await createTestDatabase();
    await using database = openDatabase(server.connectionString);
    await database.transaction((transaction) => migrate(transaction, [...migrations, later(true)]));
    expect(await refusal(server.connectionString)).toBe("opened");
    expect((await migrateStorage({ connectionString: server.connectionString })).applied).toEqual([]);
  });

  test("is told so also when the schema changes under it", async () => {
    await using server = await createTestDatabase();
    await using storage = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    await using database = openDatabase(server.connectionString);
    const renaming = { ...later(false), sql: "alter table dagwright.runs rename to runs_2" };
    await database.transaction((transaction) => migrate(transaction, [...migrations, renaming]));
    await expect(storage.runs.list({}, { limit: 1 })).rejects.toThrow(SchemaVersionError);
  });
});

describe("partitions", () => {
  test("of the coming weeks are made once, by whoever comes first", async () => {
    await using server = await createTestDatabase();
    await using raw = await openRawClient(server.connectionString);
    const { rows } = await raw.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'dagwright.run_events'::regclass order by 1",
    );
    expect(rows.length).toBeGreaterThanOrEqual(9);
    await raw.query("select dagwright.create_partitions_ahead(8)");
    await raw.query(`drop table ${rows.at(-1)!.name}, ${rows.at(-2)!.name}`);
    await using first = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    await using second = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    const created = await Promise.all([
      first.createPartitionsAhead(),
      second.createPartitionsAhead(),
      first.createPartitionsAhead(),
    ]);
    expect(created.toSorted((a, b) => a - b)).toEqual([0, 0, 2]);
  });

  test("are made by a process that listens, and writers go on meanwhile", async () => {
    await using server = await createTestDatabase();
    await using raw = await openRawClient(server.connectionString);
    const parts = async (): Promise<readonly string[]> => {
      const query =
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'dagwright.run_logs'::regclass order by 1";
      return (await raw.query<{ name: string }>(query)).rows.map((row) => row.name);
    };
    const before = await parts();
    await raw.query(`drop table ${before.at(-1)}`);
    await using writer = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    const [claim] = await writer.runs.submit([newRun()], { kind: "queue" });
    await raw.query("begin");
    await raw.query(`insert into dagwright.run_logs values ('${claim!.run.id}', 99, null, 'INFO', 1, 'open transaction')`);
    {
      await using keeper = await openStorage({ connectionString: server.connectionString, role: "test" });
      await keeper.notifications.ready();
    }
    expect(await parts()).toEqual(before);
    await raw.query("rollback");
  });

  test("whose rows are in the default already are left out, and nothing is lost", async () => {
    await using server = await createTestDatabase();
    await using raw = await openRawClient(server.connectionString);
    await using storage = await openStorage({ connectionString: server.connectionString, role: "test", listen: false });
    const { rows } = await raw.query<{ name: string }>(
      `select 'dagwright.run_events_' || to_char(date_trunc('week', now() at time zone 'UTC'), '"w"YYYYMMDD') as name`,
    );
    await raw.query(`drop table ${rows[0]!.name}`);
    const [claim] = await storage.runs.submit([newRun()], { kind: "queue" });
    expect(await storage.createPartitionsAhead()).toBe(0);
    expect(await storage.events.read(claim!.run.id, { afterSeq: 0, limit: 10 })).toHaveLength(1);
  });
});

/** A row in every table that there is, with any values that its constraints allow. */
async function fillTables(database: Database): Promise<void> {
  const statements: Readonly<Record<string, string>> = {
    snapshots: "insert into dagwright.snapshots (id, kind, body) values ('s', 'job', '{}')",
    runs: `insert into dagwright.runs (id, status, job_name, location, tags, run_config, selection, job_snapshot_id, plan_snapshot_id, created_at, updated_at, notified_at)
      values (gen_random_uuid(), 'QUEUED', 'j', 'l', '{}', '{}', '{}', 's', 's', now(), now(), now())`,
    run_tags: "insert into dagwright.run_tags values (gen_random_uuid(), 'k', 'v', now())",
    run_events: "insert into dagwright.run_events values (dagwright.uuid7(), 1, 'RUN_ENQUEUED', null, 1, 'm', null)",
    run_logs: "insert into dagwright.run_logs values (dagwright.uuid7(), 1, null, 'INFO', 1, 'm')",
    assets: `insert into dagwright.assets (key) values ('["a"]')`,
    event_stream: "insert into dagwright.event_stream (id, type) values (1, 'RUN_ENQUEUED')",
    instigators:
      "insert into dagwright.instigators (id, kind, location, name, is_declared) values ('i', 'SENSOR', 'l', 'n', true)",
  };
  const tables = await database.rows<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'dagwright'`,
  );
  for (const { name } of tables) if (statements[name] !== undefined) await database.rows(sql.raw(statements[name]));
}

async function countRows(database: Database): Promise<Readonly<Record<string, number>>> {
  const tables = await database.rows<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'dagwright' and tablename not in ('migrations', 'locks')`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await database.rows<{ count: number }>(
      sql`select count(*)::int as count from ${sql.table(`dagwright.${name}`)}`,
    );
    counts[name] = row?.count ?? 0;
  }
  return counts;
}
