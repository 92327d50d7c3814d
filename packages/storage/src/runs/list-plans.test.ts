import { codeLocationName, type RunId, runId, snapshotId } from "@dagwright/model";
import type { SqlFragment } from "../database/sql.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type pg from "pg";
import { checkExecutionsStatement, latestCheckExecutionsStatement } from "../asset-checks/postgres-asset-check-store.ts";
import { assetEventsStatement, listAssetsStatement } from "../assets/postgres-asset-store.ts";
import { streamStatement } from "../events/event-stream.ts";
import { readStatement } from "../events/postgres-event-store.ts";
import { stepStatsStatement } from "../events/step-stats.ts";
import { ticksStatement } from "../instigators/tick-row.ts";
import { claimDueStatement } from "../instigators/claim-due-statement.ts";
import { openRawClient } from "../testing/raw-client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { queueLinesStatement, queuePlacesStatement, queueSurveyStatement } from "./dequeue-statements.ts";
import { claimLaunchesStatement } from "./launch-statements.ts";
import { countRunsQuery, latestOfPartitionsQuery, listRunsQuery } from "./list-runs-query.ts";
import { overdueStatement } from "./overdue-statement.ts";
import type { RunFilter } from "./run-store.ts";
import { tagKeysStatement, tagValuesStatement } from "./tag-statements.ts";

const runCount = 100_000;

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

describe(`with ${runCount} runs`, () => {
  let database: TestDatabase;
  let raw: pg.Client & AsyncDisposable;
  let middle: RunId;

  beforeAll(async () => {
    database = await createTestDatabase();
    raw = await openRawClient(database.connectionString);
    // Two runs a minute, back from now; 20 jobs, 5 locations, 1,000 customers, one tag that every run has and one that few have. Most of the
    // newer ones are of one backfill; the runs of one job are of 100 partitions.
    await raw.query(`
      insert into dagwright.runs (id, status, job_name, location, tags, run_config, selection, job_snapshot_id, plan_snapshot_id, root_run_id,
        created_at, updated_at, notified_at, enqueued_at, launched_at, lease_until, launch_due_at, priority)
      select dagwright.uuid7(), case when n <= 40 then 'QUEUED' when n <= 60 then 'STARTED' when n <= 65 then 'STARTING' when n % 50 = 0 then 'FAILURE' else 'SUCCESS' end,
        'job_' || n % 20, 'location_' || n % 5, case when n between 100 and 60000 then '{"dagster/backfill": "abcdefgh"}' else '{}' end::jsonb, '{}', '{}', 's', 's', case when n % 1000 = 0 then '00000000-0000-7000-8000-000000000001'::uuid end,
        at, at + interval '1 minute', at, at, at, case when n between 41 and 60 then now() end, case when n between 61 and 65 then now() end, n % 3
      from (select n, now() - n * interval '30 seconds' as at from generate_series(1, ${runCount}) n) g`);
    await raw.query(`
      insert into dagwright.run_tags (run_id, key, value, created_at)
      select id, t.key, t.value, created_at from (select *, row_number() over (order by created_at desc) as n from dagwright.runs) r,
        lateral (values ('team', 'data'), ('customer', 'customer_' || r.n % 1000), ('rare', case when r.n % 20000 = 0 then 'yes' end),
        ('dagster/partition', case when r.job_name = 'job_7' then 'p' || r.n / 20 % 100 end)) t(key, value)
      where t.value is not null`);
    await raw.query(`
      insert into dagwright.run_events (run_id, seq, type, step_key, at_ms, message)
      select r.id, s, case s when 1 then 'STEP_START' else 'STEP_SUCCESS' end, 'a', 1, 'm' from (select id from dagwright.runs limit 20000) r, generate_series(1, 4) s`);
    await raw.query(
      `insert into dagwright.event_stream (id, type, run_id, seq) select nextval('dagwright.event_ids'), 'RUN_SUCCESS', id, 1 from dagwright.runs`,
    );
    await raw.query(`
      insert into dagwright.assets (key) select '["group_' || n % 10 || '","asset_' || n || '"]' from generate_series(1, 10000) n`);
    await raw.query(`
      insert into dagwright.asset_events (id, inserted_at, type, asset_key, partition, at_ms, message)
      select n, now(), 'ASSET_MATERIALIZATION', '["asset_' || n % 100 || '"]', 'p' || n % 1000, 1, 'm' from generate_series(1, 50000) n`);
    await raw.query(`
      insert into dagwright.asset_check_executions (id, asset_key, check_name, run_id, status, created_at_ms)
      select row_number() over (), '["asset_' || n % 10 || '"]', 'check_' || n % 3, r.id, 'PLANNED', 1
      from (select id, row_number() over () as n from dagwright.runs) r`);
    await raw.query(`
      insert into dagwright.instigators (id, kind, location, name, is_declared, next_at)
      select 'i' || n, 'SCHEDULE', 'location_' || n % 5, 'n' || n, true, now() + (n - 100) * interval '1 second' from generate_series(1, 20000) n`);
    await raw.query(`
      insert into dagwright.ticks (instigator_id, scheduled_at, started_at, status)
      select 'i' || n % 20, now() - n * interval '1 second', now(), 'SUCCESS' from generate_series(1, 50000) n`);
    await raw.query(`insert into dagwright.snapshots (id, kind, body) values ('s', 'job', '{"name": "job_7"}')`);
    await raw.query("analyze");
    const { rows } = await raw.query<{ id: string }>(
      "select id from dagwright.runs order by created_at desc offset 50000 limit 1",
    );
    middle = runId(rows[0]!.id);
  }, 120_000);
  afterAll(async () => {
    await raw[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Runs a query under EXPLAIN ANALYZE, rolled back, and tells how many rows its scans touched, kept or not, and which tables were read whole. */
  const inspect = async (query: SqlFragment<unknown>) => {
    const { sql, parameters } = query.compile();
    await raw.query("begin");
    try {
      const { rows } = await raw.query({ text: `explain (analyze, format json) ${sql}`, values: [...parameters] });
      const nodes = flatten(rows[0]["QUERY PLAN"][0].Plan as PlanNode);
      const scans = nodes.filter((node) => node["Relation Name"] !== undefined && node["Node Type"].endsWith(" Scan"));
      return {
        touched: scans.reduce(
          (sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
          0,
        ),
        whole: scans
          .filter((node) => node["Node Type"] === "Seq Scan" && node["Actual Rows"] > 100)
          .map((node) => node["Relation Name"]),
      };
    } finally {
      await raw.query("rollback");
    }
  };

  const filters: Readonly<Record<string, RunFilter>> = {
    "no filter": {},
    "a status that most have": { statuses: ["SUCCESS"] },
    "a status that few have": { statuses: ["STARTED"] },
    "several statuses that few have": { statuses: ["STARTED", "STARTING", "CANCELING"] },
    "a job": { jobName: "job_7" },
    "a location": { location: codeLocationName("location_3") },
    "a job and a status": { jobName: "job_10", statuses: ["FAILURE"] },
    "a tag that all have": { tags: [{ key: "team", values: ["data"] }] },
    "a tag that some have": { tags: [{ key: "customer", values: ["customer_17"] }] },
    "a tag that few have": { tags: [{ key: "rare", values: ["yes"] }] },
    "two tags": {
      tags: [
        { key: "team", values: ["data"] },
        { key: "customer", values: ["customer_17"] },
      ],
    },
    "a tag of several values": { tags: [{ key: "customer", values: ["customer_17", "customer_18"] }] },
    "a tag and a status": { tags: [{ key: "customer", values: ["customer_17"] }], statuses: ["SUCCESS"] },
    "a range of time": { createdAfterMs: Date.now() - 86_400_000, createdBeforeMs: Date.now() - 43_200_000 },
    "changed lately": { updatedAfterMs: Date.now() - 600_000 },
    "a snapshot of a job": { jobSnapshotId: snapshotId("s") },
    "no backfill": { outsideBackfills: true },
    "no backfill, and a status": { outsideBackfills: true, statuses: ["FAILURE"] },
    "a group of runs": { rootRunId: runId("00000000-0000-7000-8000-000000000001") },
  };

  test.each(Object.entries(filters))(
    "a page of runs by %s touches few rows, from the start and from the middle",
    async (_, filter) => {
      for (const page of [{ limit: 25 }, { limit: 25, cursor: middle }, { limit: 25, cursor: middle, ascending: true }]) {
        const { touched, whole } = await inspect(listRunsQuery(filter, page));
        expect(whole).toEqual([]);
        expect(touched).toBeLessThan(6_000);
      }
    },
  );

  test("a page behind a place in a list of more than runs touches few rows", async () => {
    const createdAtMs = Date.now() - (runCount / 2) * 30_000;
    for (const behind of [{ createdAtMs }, { createdAtMs, id: middle }]) {
      const { touched, whole } = await inspect(listRunsQuery({ outsideBackfills: true }, { limit: 25, behind }));
      expect(whole).toEqual([]);
      expect(touched).toBeLessThan(100);
    }
  });

  test("the newest run of each partition is found without those before it", async () => {
    const of = { jobName: "job_7", location: codeLocationName("location_2"), withCanceled: false };
    const partitions = Array.from({ length: 110 }, (_, index) => `p${index}`);
    const { touched, whole } = await inspect(latestOfPartitionsQuery(of, partitions));
    expect(whole).toEqual([]);
    expect(touched).toBeLessThan(1_000);
  });

  test("runs by id are looked up", async () => {
    const { touched } = await inspect(listRunsQuery({ ids: [middle] }, { limit: 25 }));
    expect(touched).toBeLessThanOrEqual(2);
  });

  test("a count stops at its limit", async () => {
    expect((await inspect(countRunsQuery({ statuses: ["SUCCESS"] }, 1_000))).touched).toBeLessThan(1_200);
  });

  test("tag keys and values are found by skipping", async () => {
    expect((await inspect(tagKeysStatement)).touched).toBeLessThan(20);
    expect((await inspect(tagValuesStatement("customer", "customer_1", 20))).touched).toBeLessThan(200);
  });

  test("the queue, overdue runs and launches are read from their own indexes", async () => {
    for (const query of [
      queueSurveyStatement(["team"]),
      queueLinesStatement({ perLine: 10, heldBack: ["tag x"] }, ["team"]),
      queuePlacesStatement([middle], ["team"]),
      overdueStatement({ startTimeoutMs: 1, cancelTimeoutMs: 1, limit: 100 }),
      claimLaunchesStatement("h" as never, 10, 1_000),
    ]) {
      const { touched, whole } = await inspect(query);
      expect(whole).toEqual([]);
      expect(touched).toBeLessThan(200);
    }
  });

  test("a run's log and its steps are ranges of the primary key", async () => {
    expect((await inspect(readStatement(middle, { afterSeq: 0, limit: 100 }))).touched).toBeLessThan(20);
    expect((await inspect(stepStatsStatement([middle]))).touched).toBeLessThan(20);
  });

  test("the stream is read on from its cursor", async () => {
    const { touched, whole } = await inspect(streamStatement({ xid: "3", id: "60000", begun: null }, ["RUN_SUCCESS"], 50));
    expect(whole).toEqual([]);
    expect(touched).toBeLessThan(200);
  });

  test("assets and their events are ranges of their indexes", async () => {
    for (const query of [
      listAssetsStatement({ limit: 50 }),
      listAssetsStatement({ limit: 50, prefix: ["group_4"], cursor: ["group_4", "asset_5004"] }),
      assetEventsStatement(["asset_7"], { types: ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION"], limit: 20 }),
      assetEventsStatement(["asset_7"], { types: ["ASSET_MATERIALIZATION"], limit: 20, cursor: "20000" }),
      assetEventsStatement(["asset_7"], { types: ["ASSET_MATERIALIZATION"], limit: 20, partitions: ["p107"] }),
    ]) {
      const { touched, whole } = await inspect(query);
      expect(whole).toEqual([]);
      expect(touched).toBeLessThan(600);
    }
  });

  test("executions of checks are ranges of their index", async () => {
    const check = (name: string) => ({ assetKey: ["asset_7"], name });
    for (const query of [
      checkExecutionsStatement(check("check_1"), { limit: 20 }),
      checkExecutionsStatement(check("check_1"), { limit: 20, cursor: "50000", partition: null }),
      latestCheckExecutionsStatement(["check_0", "check_1", "check_2", "none"].map(check)),
    ]) {
      const { touched, whole } = await inspect(query);
      expect(whole).toEqual([]);
      expect(touched).toBeLessThan(60);
    }
  });

  test("due instigators and ticks are ranges of their indexes", async () => {
    const due = claimDueStatement({
      kind: "SCHEDULE",
      locations: ["location_1" as never],
      holder: "h" as never,
      leaseMs: 1,
      limit: 10,
    });
    expect(await inspect(due)).toMatchObject({ whole: [] });
    expect((await inspect(due)).touched).toBeLessThan(100);
    expect(
      (await inspect(ticksStatement(["i7" as never], { limit: 25, beforeMs: Date.now() - 1_000_000 }))).touched,
    ).toBeLessThan(100);
  });
});

const flatten = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
