import { codeLocationName, holderId, instigatorId } from "@dagwright/model";
import { expect, test } from "vitest";
import { migrateStorage, openStorage } from "./open-storage.ts";
import { pickAll } from "./testing/queue-decision.ts";
import { materialization, newRun, runStart, runSuccess } from "./testing/new-run.ts";
import { openRawClient } from "./testing/raw-client.ts";
import { createTestDatabase } from "./testing/test-database.ts";

/** Names that Dagster's own storage has in `public`, some of which ours has too. */
const dagsterTables = [
  "runs",
  "run_tags",
  "snapshots",
  "kvs",
  "instigators",
  "jobs",
  "job_ticks",
  "event_logs",
  "asset_keys",
  "asset_event_tags",
  "daemon_heartbeats",
  "bulk_actions",
  "secondary_indexes",
  "alembic_version",
  "concurrency_slots",
  "concurrency_limits",
  "pending_steps",
  "dynamic_partitions",
  "normalized_cron",
  // And ours, should somebody have made such tables.
  "migrations",
  "locks",
  "ticks",
  "tick_runs",
  "run_keys",
  "run_events",
  "run_logs",
  "run_batches",
  "assets",
  "asset_events",
  "asset_partitions",
  "event_stream",
  "heartbeats",
];

test("Dagster's tables in the same database stay as they are, and a hostile search_path leads nowhere else", async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  await using raw = await openRawClient(database.connectionString);
  for (const table of dagsterTables) await raw.query(`create table public.${table} (id text primary key, not_ours text)`);
  await raw.query("create schema decoy");
  for (const table of dagsterTables) await raw.query(`create table decoy.${table} (id int)`);
  await raw.query("create function decoy.uuid7() returns uuid language sql as $$ select null::uuid $$");
  await raw.query(`alter database ${new URL(database.connectionString).pathname.slice(1)} set search_path = decoy, public`);

  await migrateStorage({ connectionString: database.connectionString });
  await using storage = await openStorage({ connectionString: database.connectionString, role: "test" });
  const [claim] = await storage.runs.submit(
    [newRun({ tags: { a: "b" }, plannedAssets: [{ assetKey: ["x"], partitions: null }] })],
    {
      kind: "launch",
      holder: holderId("h"),
      claimMs: 1_000,
    },
  );
  const { id } = claim!.run;
  await storage.runs.beginWork({ runId: id, attempt: 1, fence: 1, worker: {}, leaseMs: 1_000, entries: [runStart] });
  await storage.events.append({ runId: id, attempt: 1, entries: [materialization(["x"], "p"), runSuccess], batchId: "b" });
  await storage.runs.submit([newRun()], { kind: "queue" });
  await storage.runs.dequeue({ holder: holderId("h"), claimMs: 1_000 }, pickAll);
  const location = codeLocationName("l");
  await storage.instigators.sync(location, [
    { id: instigatorId("i"), kind: "SENSOR", name: "n", defaultStatus: "RUNNING", timingHash: "t", nextAtMs: 1 },
  ]);
  const [due] = await storage.instigators.claimDue({
    kind: "SENSOR",
    locations: [location],
    holder: holderId("h"),
    leaseMs: 1_000,
    limit: 1,
  });
  await storage.instigators.commitTicks(
    [
      {
        claim: due!,
        status: "SUCCESS",
        runs: [{ run: newRun(), runKey: "k" }],
        skipReason: null,
        error: null,
        nextAtMs: 2,
        logs: [],
        startedAtMs: 1,
      },
    ],
    { kind: "queue" },
  );
  await storage.daemons.beat(holderId("h"), [{ daemonType: "SENSOR", errors: [], lagMs: 0 }]);
  await storage.setValue("k", "v");
  await storage.createPartitionsAhead();
  expect(await storage.runs.list({ tags: [{ key: "a", values: ["b"] }] }, { limit: 5 })).toHaveLength(1);
  expect(await storage.runs.tagKeys()).toEqual(["a"]);
  expect(await storage.assets.materializedPartitions(["x"])).toEqual(["p"]);

  for (const schema of ["public", "decoy"]) {
    for (const table of dagsterTables) {
      const { rows } = await raw.query(`select * from ${schema}.${table}`);
      expect(rows, `${schema}.${table}`).toEqual([]);
    }
  }
  const { rows } = await raw.query(
    "select nspname || '.' || relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where relkind in ('r', 'p', 'S') and nspname in ('public', 'decoy')",
  );
  expect(rows).toHaveLength(2 * dagsterTables.length);
});
