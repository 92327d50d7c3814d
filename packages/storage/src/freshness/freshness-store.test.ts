import { type AssetEvent, codeLocationName } from "@dagwright/model";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { openStorage } from "../open-storage.ts";
import { createTestDatabase } from "../testing/index.ts";

const made = (name: string, atMs: number): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs,
  message: "",
  stepKey: null,
  assetKey: [name],
  partition: null,
  description: null,
  metadata: {},
  tags: {},
});

test("a claim knows of a materialization that was committed while it claimed", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  const { connectionString } = database;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };
  const client = await connect();
  // Rows are claimed one after the other.
  await client.query(`do $$ begin
    execute format('alter database %I set enable_hashjoin = off', current_database());
    execute format('alter database %I set enable_mergejoin = off', current_database());
  end $$`);
  const storage = await openStorage({ connectionString, role: "test", maxConnections: 3 });
  onTestFinished(() => storage[Symbol.asyncDispose]());
  const location = codeLocationName("here");
  const policy = { kind: "timeWindow", failWindowSeconds: 120, warnWindowSeconds: 60 } as const;
  await storage.freshness.sync(location, [
    { assetKey: ["first"], policy },
    { assetKey: ["second"], policy },
  ]);
  await storage.assets.report([made("second", 1_000)]);
  await client.query(`
    update dagwright.asset_freshness set due_at = now() - interval '1 hour' where asset_key = '["first"]';
    create function pause() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return new; end $$;
    create trigger pause before update on dagwright.asset_freshness for each row when (new.asset_key = '["first"]') execute function pause()`);
  const waiting = (locktype: string): Promise<void> =>
    vi.waitFor(async () => {
      const { rows } = await client.query(
        "select 1 from pg_locks where not granted and locktype = $1 and (database is null or database = (select oid from pg_database where datname = current_database()))",
        [locktype],
      );
      expect(rows).toHaveLength(1);
    }, 10_000);

  const holder = await connect();
  await holder.query(`begin; select 1 from dagwright.assets where key = '["second"]' for update`);
  const reported = storage.assets.report([made("second", 2_000)]);
  await waiting("transactionid");
  await client.query("select pg_advisory_lock(1)");
  const claiming = storage.freshness.claimDue({ locations: [location], leaseMs: 30_000, limit: 10 });
  await waiting("advisory");
  await holder.query("commit");
  await reported;
  await client.query("select pg_advisory_unlock(1)");

  expect(await claiming).toMatchObject([
    { assetKey: ["first"], lastMadeAtMs: null },
    { assetKey: ["second"], lastMadeAtMs: 2_000 },
  ]);
});
