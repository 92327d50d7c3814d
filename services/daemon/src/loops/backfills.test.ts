import { asset, defineAssetJob, definitions, job, multiRun, op, partitionedConfig, singleRun } from "@dagwright/definitions";
import { dailyPartitions, dynamicPartitions, staticPartitions, weeklyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { z } from "zod";
import { BackfillWorld, materialization } from "../testing/backfill-world.ts";
import { openTestStorage } from "../testing/test-storage.ts";

const days = dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" });
const weeks = weeklyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" });
const orders = asset("orders", { partitions: days, backfillPolicy: multiRun(5) }, () => 1);
const revenue = asset("revenue", { partitions: days, ins: { orders }, backfillPolicy: multiRun(5) }, () => 1);
const weekly = asset("weekly", { partitions: weeks, deps: [revenue] }, () => {});
const report = asset("report", { deps: [weekly] }, () => {});
const regions = staticPartitions(["de", "fr", "us"]);
const stores = asset("stores", { partitions: regions }, () => 1);
const customers = asset("customers", { partitions: dynamicPartitions("customers") }, () => 1);
const load = op("load", { config: z.object({ day: z.string() }) }, () => {});
const threeDays = dailyPartitions({ startDate: "2026-01-01", endDate: "2026-01-04" });
const nightly = job(
  "nightly",
  { config: partitionedConfig(threeDays, (day) => ({ ops: { load: { config: { day } } } }), { tags: (day) => ({ day }) }) },
  () => {
    load();
  },
);
const ordersJob = defineAssetJob("orders_job", { selection: [orders, revenue] });
const shop = definitions({ assets: [orders, revenue, weekly, report, stores, customers], jobs: [nightly, ordersJob] });
const never = new AbortController().signal;

const open = async (...args: [unknown?, ConstructorParameters<typeof BackfillWorld>[2]?]): Promise<BackfillWorld> =>
  new BackfillWorld(await openTestStorage(), args[0] ?? shop, args[1]);

test("assets with different partitions are made in the order in which they read one another", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["report", "weekly", "orders", "revenue"], { kind: "all" }, { tags: { team: "data" } });
  expect((await world.finish(id)).status).toBe("COMPLETED_SUCCESS");
  expect(await world.made(id)).toEqual([
    "orders+revenue 2026-01-04..2026-01-08",
    "orders+revenue 2026-01-09..2026-01-13",
    "orders+revenue 2026-01-14..2026-01-17",
    "report",
    "weekly 2026-01-04",
    "weekly 2026-01-11",
  ]);
  const [first] = await world.runs(id);
  expect(first?.tags).toMatchObject({
    team: "data",
    "dagster/backfill": id,
    "dagster/asset_partition_range_start": "2026-01-04",
  });
  const [target] = await world.storage.backfills.targets(id);
  expect(target).toMatchObject({ target: { count: 14 }, requested: { count: 14 }, done: { count: 14 }, failed: { count: 0 } });
});

test("what reads a partition whose run failed is not requested, and the backfill completes as failed", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["orders", "revenue", "weekly", "report"], { kind: "all" });
  const backfill = await world.finish(id, (run) => run.tags["dagster/asset_partition_range_end"] === "2026-01-08");
  expect(backfill).toMatchObject({ status: "COMPLETED_FAILED", runsSubmitted: 4, runsInFlight: 0 });
  const targets = await world.storage.backfills.targets(id);
  expect(targets.map(({ name, done, failed }) => [name, done.count, failed.count])).toEqual([
    ['["orders"]', 9, 5],
    ['["revenue"]', 9, 5],
    ['["weekly"]', 1, 1],
    ['["report"]', 0, 1],
  ]);
});

test("what waits for a materialization is requested once that is there, before its run has ended", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["revenue", "weekly"], {
    kind: "names",
    names: [...days.keys({ nowMs: Date.now(), dynamicKeys: () => [] })],
  });
  await world.settle();
  const runs = await world.runs(id);
  for (const run of runs)
    await world.storage.events.append({
      runId: run.id,
      attempt: null,
      entries: [
        { type: "RUN_STARTING", atMs: 1, message: "", stepKey: null },
        { type: "RUN_START", atMs: 1, message: "", stepKey: null },
        ...["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10"].map((day) =>
          materialization(["revenue"], day),
        ),
      ],
    });
  await world.settle();
  expect(await world.made(id)).toContain("weekly 2026-01-04");
  expect(await world.made(id)).not.toContain("weekly 2026-01-11");
});

test("a job's partitions are run with the config and tags that the job makes for each, or ranges by its assets' policy", async () => {
  const world = await open();
  const nightlyRuns = await world.launchJob("nightly");
  expect((await world.finish(nightlyRuns.id)).status).toBe("COMPLETED_SUCCESS");
  const runs = await world.runs(nightlyRuns.id);
  expect(runs.map(({ runConfig }) => runConfig)).toEqual(
    ["2026-01-01", "2026-01-02", "2026-01-03"].map((day) => ({ ops: { load: { config: { day } } } })),
  );
  expect(runs[0]).toMatchObject({
    partition: "2026-01-01",
    tags: { day: "2026-01-01", "dagster/partition": "2026-01-01", "dagster/partition_set": "nightly_partition_set" },
  });
  const ranges = await world.launchJob("orders_job");
  await world.settle();
  expect(await world.made(ranges.id)).toEqual([
    "orders_job 2026-01-04..2026-01-08",
    "orders_job 2026-01-09..2026-01-13",
    "orders_job 2026-01-14..2026-01-17",
  ]);
});

test("from failure, a job's partitions run again whose last run failed", async () => {
  const world = await open();
  const { id } = await world.launchJob("nightly");
  await world.finish(id, (run) => run.partition === "2026-01-02");
  const again = await world.launchJob("nightly", { fromFailure: true });
  await world.settle();
  const [run, ...others] = await world.runs(again.id);
  expect(others).toEqual([]);
  expect(run).toMatchObject({ partition: "2026-01-02", parentRunId: (await world.runs(id))[1]!.id });
  expect((await world.finish(again.id)).status).toBe("COMPLETED_SUCCESS");
});

test("no more runs than allowed are in flight, and none while it is paused", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["stores"], { kind: "all" }, { maxRunsInFlight: 2, isPaused: true });
  await world.settle();
  expect(await world.runs(id)).toEqual([]);
  await world.storage.backfills.change(id, { isPaused: false });
  await world.settle();
  expect(await world.runs(id)).toHaveLength(2);
  await world.end((await world.runs(id)).slice(0, 1));
  await world.settle();
  expect(await world.runs(id)).toHaveLength(3);
  expect((await world.finish(id)).status).toBe("COMPLETED_SUCCESS");
});

test("a canceled backfill cancels what is queued, asks what runs to end, and is canceled once that has ended", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["stores"], { kind: "all" });
  await world.settle();
  const [first] = await world.runs(id);
  await world.storage.events.append({
    runId: first!.id,
    attempt: null,
    entries: [
      { type: "RUN_STARTING", atMs: 1, message: "", stepKey: null },
      { type: "RUN_START", atMs: 1, message: "", stepKey: null },
    ],
  });
  expect((await world.storage.backfills.cancel(id)).status).toBe("CANCELING");
  await world.settle();
  expect((await world.runs(id)).map(({ status }) => status)).toEqual(["CANCELING", "CANCELED", "CANCELED"]);
  expect(world.workspace.terminated.map((run) => run.id)).toEqual([first!.id]);
  expect((await world.storage.backfills.get(id)).status).toBe("CANCELING");
  await world.storage.events.append({
    runId: first!.id,
    attempt: null,
    entries: [{ type: "RUN_CANCELED", atMs: 1, message: "", stepKey: null, error: null }],
  });
  await world.settle();
  expect(await world.storage.backfills.get(id)).toMatchObject({ status: "CANCELED", runsInFlight: 0 });
  const log = await world.storage.backfills.log(id, { limit: 10 });
  expect(log.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "INFO Submitted 3 runs, 3 so far",
    "INFO Canceled 2 queued runs",
    "INFO Asked 1 run to end",
    "INFO The backfill is CANCELED",
  ]);
  expect(await world.storage.backfills.log(id, { after: log[2]!.id, limit: 10 })).toEqual([log[3]]);
});

test("ten thousand queued runs are canceled in one pass", { timeout: 120_000 }, async () => {
  const many = asset("many", { partitions: staticPartitions(Array.from({ length: 10_000 }, (_, n) => `p${n}`)) }, () => 1);
  const world = await open(definitions({ assets: [many] }));
  const { id } = await world.launchAssets(["many"], { kind: "all" });
  while ((await world.storage.backfills.get(id)).runsSubmitted < 10_000) await world.loop.runOnce(never);
  await world.storage.backfills.cancel(id);
  // It rests after the pass that submitted the last of them.
  while ((await world.loop.runOnce(never)).handled === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await world.storage.backfills.get(id)).toMatchObject({ status: "CANCELED", runsInFlight: 0 });
  const [run] = await world.storage.runs.list({ statuses: ["CANCELED"] }, { limit: 1 });
  expect((await world.storage.events.read(run!.id, { afterSeq: 0, limit: 10 })).at(-1)).toMatchObject({
    type: "RUN_CANCELED",
    message: `Backfill ${id} was canceled`,
  });
});

test("a code location that is away makes it wait, and say for what; it goes on when the location is back", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["stores"], { kind: "all" });
  world.workspace.isAway = true;
  const { errors = [] } = await world.loop.runOnce(never);
  expect(String(errors[0])).toMatch(/waits: Code location "shop" cannot be reached/);
  expect(await world.storage.backfills.get(id)).toMatchObject({
    status: "REQUESTED",
    waitingReason: expect.stringContaining("shop"),
  });
  world.workspace.isAway = false;
  await world.storage.backfills.change(id, {});
  await world.settle();
  expect(await world.runs(id)).toHaveLength(3);
  expect((await world.storage.backfills.get(id)).waitingReason).toBeNull();
});

test("a code location that restarts in the middle of a job's backfill cancels and fails none of its runs, and the rest is submitted", async () => {
  const world = await open(shop, { batch: 1, batches: 1 });
  const { id } = await world.launchJob("nightly");
  await world.loop.runOnce(never);
  const [first, ...others] = await world.runs(id);
  expect(others).toEqual([]);
  world.workspace.isAway = true;
  await world.storage.backfills.change(id, {});
  const { errors = [] } = await world.loop.runOnce(never);
  expect(String(errors[0])).toMatch(/waits: Code location "shop" cannot be reached/);
  // What it has submitted goes on, and what ends meanwhile is taken in.
  expect((await world.runs(id)).map((run) => [run.id, run.status])).toEqual([[first!.id, "QUEUED"]]);
  await world.end([first!]);
  await world.storage.backfills.change(id, {});
  await world.loop.runOnce(never);
  expect(await world.storage.backfills.get(id)).toMatchObject({ status: "REQUESTED", runsSubmitted: 1, runsInFlight: 0 });
  world.workspace.isAway = false;
  world.workspace.define(shop);
  await world.storage.backfills.change(id, {});
  expect(await world.finish(id)).toMatchObject({ status: "COMPLETED_SUCCESS", runsSubmitted: 3, error: null });
  expect((await world.runs(id)).map(({ status }) => status)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
});

test("partitions and assets that are gone are given up with a sentence, and the rest is made", async () => {
  const world = await open();
  const { dynamicPartitions: dynamic } = world.storage;
  await dynamic.add("customers", ["acme", "globex", "initech"]);
  const { id } = await world.launchAssets(["customers", "stores"], { kind: "all" });
  await dynamic.delete("customers", ["acme"]);
  await dynamic.add("customers", ["hooli"]);
  world.workspace.define(definitions({ assets: [customers] }));
  const backfill = await world.finish(id);
  expect(backfill.status).toBe("COMPLETED_FAILED");
  expect(await world.made(id)).toEqual(["customers globex", "customers initech"]);
  expect(backfill.problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/"stores" is no longer defined/),
      expect.stringMatching(/customers: .*no partition "acme"/),
    ]),
  );
});

test("run config that does not fit ends it as failed, with the error", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["stores"], { kind: "all" }, { runConfig: { ops: { nothing: {} } } });
  await world.settle();
  expect(await world.storage.backfills.get(id)).toMatchObject({
    status: "FAILED",
    error: { message: expect.stringContaining("does not fit a run of stores") },
  });
});

test("a retry of a run is a run of the backfill, and what it makes is not failed", async () => {
  const world = await open();
  const { id } = await world.launchAssets(["stores"], { kind: "names", names: ["de"] });
  await world.settle();
  const [run] = await world.runs(id);
  const [failed] = await world.storage.runs.getMany([run!.id]);
  await world.end([failed!], "FAILURE", true);
  await world.settle();
  // Whether it is tried again is not decided yet.
  expect(await world.storage.backfills.get(id)).toMatchObject({ status: "REQUESTED", runsInFlight: 1 });
  const { jobSnapshotId, planSnapshotId } = failed!;
  const retry = {
    jobName: failed!.jobName,
    location: failed!.location,
    tags: failed!.tags,
    runConfig: {},
    selection: failed!.selection,
    jobSnapshot: await world.storage.runs.jobSnapshot(jobSnapshotId),
    plan: await world.storage.runs.executionPlan(planSnapshotId),
    parentRunId: failed!.id,
  };
  await world.storage.runs.submitRetry({ failedRunId: failed!.id, run: retry }, { kind: "queue" });
  await world.settle();
  expect(await world.storage.backfills.get(id)).toMatchObject({ status: "REQUESTED", runsSubmitted: 2, runsInFlight: 1 });
  expect((await world.finish(id)).status).toBe("COMPLETED_SUCCESS");
});

test("a single run for many partitions waits for all that it reads", async () => {
  const summary = asset("summary", { partitions: regions, deps: [stores], backfillPolicy: singleRun() }, () => {});
  const world = await open(definitions({ assets: [stores, summary] }));
  const { id } = await world.launchAssets(["stores", "summary"], { kind: "all" });
  await world.finish(id);
  expect(await world.made(id)).toEqual(["stores de", "stores fr", "stores us", "summary de..us"]);
});
