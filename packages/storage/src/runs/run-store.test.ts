import { randomUUID } from "node:crypto";
import { codeLocationName, holderId, type RunId, runId, snapshotId, type StoredEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { RunConflictError, RunNotFoundError, SnapshotNotFoundError } from "../errors.ts";
import { openRawClient } from "../testing/raw-client.ts";
import {
  jobSnapshot,
  logLine,
  newRun,
  plan,
  runCanceled,
  runCanceling,
  runEnqueued,
  runStart,
  runStarting,
  materialization,
  runSuccess,
} from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";

const me = holderId("me");
const launch = { kind: "launch", holder: me, claimMs: 60_000 } as const;

describeEachWay("runs", (world) => {
  test("a run is deleted with its tags and its log once nobody executes it; a worker of one that was ends at its next write", async () => {
    const [claim] = await world.storage.runs.submit([newRun({ tags: { team: "x" } })], launch);
    const { id } = claim!.run;
    await world.storage.runs.beginWork({
      runId: id,
      attempt: 1,
      fence: 1,
      worker: {},
      leaseMs: 60_000,
      entries: [runStart, logLine("a")],
    });
    await expect(world.storage.runs.delete(id)).rejects.toThrow(`Run ${id} is STARTED and cannot be deleted; terminate it first`);
    expect((await world.storage.runs.get(id)).status).toBe("STARTED");
    await world.storage.runs.delete(id, { evenActive: true });
    await expect(world.storage.runs.get(id)).rejects.toThrow(RunNotFoundError);
    expect(await world.storage.events.read(id, { afterSeq: 0, limit: 10 })).toEqual([]);
    expect(await world.storage.runs.list({ tags: [{ key: "team", values: ["x"] }] }, { limit: 5 })).toEqual([]);
    await expect(world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("late")] })).rejects.toThrow(
      RunNotFoundError,
    );
    await expect(world.storage.runs.delete(id)).rejects.toThrow(RunNotFoundError);
    const [queued] = await world.storage.runs
      .submit([newRun()], { kind: "hold" })
      .then(() => world.storage.runs.list({ statuses: ["NOT_STARTED"] }, { limit: 1 }));
    await world.storage.runs.delete(queued!.id);
    expect(await world.storage.runs.getMany([queued!.id])).toEqual([]);
  });

  test("what a deleted run told of assets goes with it, what others told and the latest state stay", async () => {
    const claims = await world.storage.runs.submit([newRun(), newRun()], launch);
    const [first, second] = claims.map(({ run }) => run.id) as [RunId, RunId];
    const key = ["told", first];
    for (const runId of [second, first]) {
      await world.storage.runs.beginWork({ runId, attempt: 1, fence: 1, worker: {}, leaseMs: 60_000, entries: [runStart] });
      await world.storage.events.append({ runId, attempt: 1, entries: [materialization(key, "p"), runSuccess] });
    }
    const told = async () =>
      (await world.storage.assets.events(key, { types: ["ASSET_MATERIALIZATION"], limit: 5 })).map(({ runId }) => runId);
    expect(await told()).toEqual([first, second]);
    await world.storage.runs.delete(first);
    expect(await told()).toEqual([second]);
    expect((await world.storage.assets.states([key]))[0]!.lastMaterialization).toMatchObject({ runId: first });
    expect(await world.storage.assets.materializedPartitions(key)).toEqual(["p"]);
  });

  const types = async (id: RunId): Promise<readonly StoredEntry["type"][]> =>
    (await world.storage.events.read(id, { afterSeq: 0, limit: 100 })).map((entry) => entry.type);

  test("a submitted run is there with all that was given, and with its first events", async () => {
    const parent = runId(randomUUID());
    const given = newRun({
      tags: { team: "data", "odd \0 key": "\ud800" },
      runConfig: { ops: { a: { config: "\0", list: [1, null, "é"] } } },
      partition: "2026-01-01",
      parentRunId: parent,
      plannedAssets: [
        { assetKey: ["a", "b"], partitions: null },
        { assetKey: ["c"], partitions: null },
      ],
    });
    const [claim] = await world.storage.runs.submit([given], launch);
    const { id } = claim!.run;
    expect(claim).toEqual({ run: await world.storage.runs.get(id), fence: 1 });
    expect(claim!.run).toMatchObject({
      status: "STARTING",
      attempt: 1,
      jobName: "process_numbers",
      location: "numbers",
      tags: given.tags,
      runConfig: given.runConfig,
      selection: given.selection,
      partition: "2026-01-01",
      parentRunId: parent,
      rootRunId: parent,
    });
    expect(await types(id)).toEqual(["ASSET_MATERIALIZATION_PLANNED", "ASSET_MATERIALIZATION_PLANNED", "RUN_STARTING"]);
    expect(await world.storage.runs.jobSnapshot(claim!.run.jobSnapshotId)).toEqual(jobSnapshot);
    expect(await world.storage.runs.executionPlan(claim!.run.planSnapshotId)).toEqual(plan);
    const [state] = await world.storage.assets.states([["a", "b"]]);
    expect(state?.lastPlannedRunId).toBe(id);
  });

  test("modes decide the first status", async () => {
    const [queued] = await world.storage.runs.submit([newRun()], { kind: "queue" });
    const [held] = await world.storage.runs.submit([newRun()], { kind: "hold" });
    expect([queued!.run.status, held!.run.status]).toEqual(["QUEUED", "NOT_STARTED"]);
    expect([await types(queued!.run.id), await types(held!.run.id)]).toEqual([["RUN_ENQUEUED"], []]);
    expect(queued!.run.enqueuedAtMs).toBe(queued!.run.createdAtMs);
  });

  test("a taken id refuses the whole submission", async () => {
    const id = runId(randomUUID());
    await world.storage.runs.submit([newRun({ id })], { kind: "hold" });
    const other = runId(randomUUID());
    const second = world.storage.runs.submit([newRun({ id: other }), newRun({ id })], launch);
    await expect(second).rejects.toThrow(RunConflictError);
    await expect(second).rejects.toThrow(id);
    await expect(world.storage.runs.get(other)).rejects.toThrow(RunNotFoundError);
  });

  test("ids are uuids of version 7 that carry the database's time, in order", async () => {
    const before = await world.storage.nowMs();
    const claims = await world.storage.runs.submit(
      Array.from({ length: 50 }, () => newRun()),
      { kind: "hold" },
    );
    const after = await world.storage.nowMs();
    const ids = claims.map((claim) => claim.run.id);
    expect(ids).toEqual(ids.toSorted());
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const atMs = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
      expect(atMs).toBeGreaterThanOrEqual(Math.floor(before));
      expect(atMs).toBeLessThanOrEqual(after);
    }
  });

  test("logs lie in the week of their run's id, and a client's own id in the default", async () => {
    await using raw = await openRawClient(world.connectionString);
    const [own] = await world.storage.runs.submit([newRun()], launch);
    const [clients] = await world.storage.runs.submit([newRun({ id: runId("ffffffff-0000-4000-8000-000000000001") })], launch);
    const { rows } = await raw.query<{ run_id: string; part: string }>(
      "select run_id, tableoid::regclass::text as part from dagwright.run_events",
    );
    const part = (id: RunId) => rows.find((row) => row.run_id === id)?.part;
    expect(part(own!.run.id)).toMatch(/^dagwright\.run_events_w\d{8}$/);
    expect(part(clients!.run.id)).toBe("dagwright.run_events_default");
  });

  test("a config of 5 MB is kept", async () => {
    const runConfig = { ops: { big: { config: { text: "x".repeat(5 * 1024 * 1024) } } } };
    const [claim] = await world.storage.runs.submit([newRun({ runConfig })], launch);
    expect((await world.storage.runs.get(claim!.run.id)).runConfig).toEqual(runConfig);
  });

  test("a worker begins once: another one of the same attempt, fence or launch is refused, and the same may ask again", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const begin = {
      runId: claim!.run.id,
      attempt: 1,
      fence: claim!.fence,
      worker: { pid: 1 },
      leaseMs: 60_000,
      entries: [runStart],
    };
    expect(await world.storage.runs.beginWork({ ...begin, fence: 7 })).toBeNull();
    expect(await world.storage.runs.beginWork({ ...begin, attempt: 2 })).toBeNull();
    const begun = await world.storage.runs.beginWork(begin);
    expect(begun).toMatchObject({ run: { status: "STARTED" }, plan, lastSeq: 2 });
    expect(await world.storage.runs.beginWork({ ...begin, worker: { pid: 2 } })).toBeNull();
    expect(await world.storage.runs.beginWork(begin)).toMatchObject({ run: { status: "STARTED" }, lastSeq: 2 });
    expect(await world.storage.runs.worker(claim!.run.id)).toEqual({ pid: 1 });
    expect(await world.storage.runs.recordLaunch({ runId: claim!.run.id, fence: claim!.fence }, { launcher: "late" })).toBe(true);
    expect(await world.storage.runs.worker(claim!.run.id)).toEqual({ pid: 1 });
  });

  test("a worker finds its run canceling and writes no start", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    await world.storage.events.append({ runId: claim!.run.id, attempt: null, entries: [runCanceling] });
    const begun = await world.storage.runs.beginWork({
      runId: claim!.run.id,
      attempt: 1,
      fence: claim!.fence,
      worker: {},
      leaseMs: 60_000,
      entries: [runStart],
    });
    expect(begun).toMatchObject({ run: { status: "CANCELING" }, lastSeq: 2 });
    expect(await types(claim!.run.id)).toEqual(["RUN_STARTING", "RUN_CANCELING"]);
  });

  test("a run that is over in its first batch is written in one go", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const entries = [runStart, logLine("quick"), runSuccess];
    const begun = await world.storage.runs.beginWork({
      runId: claim!.run.id,
      attempt: 1,
      fence: 1,
      worker: {},
      leaseMs: 60_000,
      entries,
    });
    expect(begun).toMatchObject({ run: { status: "SUCCESS" }, lastSeq: 4 });
    expect(await world.storage.runs.renewLease(claim!.run.id, 1, 60_000)).toBeNull();
  });

  test("a second worker of the same launch is kept out also while nothing was started", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const begin = { runId: claim!.run.id, attempt: 1, fence: claim!.fence, worker: { pid: 1 }, leaseMs: 60_000, entries: [] };
    expect(await world.storage.runs.beginWork(begin)).toMatchObject({ run: { status: "STARTING" } });
    expect(await world.storage.runs.beginWork({ ...begin, worker: { pid: 2 } })).toBeNull();
    // The launch is done: nobody sweeps it, also when its claim runs out.
    expect(await world.storage.runs.claimLaunches(me, 100, 60_000)).toEqual([]);
    // A resume forgets the worker of before.
    await world.storage.events.append({ runId: claim!.run.id, attempt: null, entries: [runStart, runStarting] });
    expect(await world.storage.runs.worker(claim!.run.id)).toBeNull();
    expect(await world.storage.runs.claimLaunches(me, 100, 60_000)).toMatchObject([{ run: { attempt: 2 } }]);
  });

  test("a lease is renewed and tells of cancellation; of an ended run it is gone", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const { id } = claim!.run;
    await world.storage.runs.beginWork({ runId: id, attempt: 1, fence: null, worker: {}, leaseMs: 60_000, entries: [runStart] });
    expect(await world.storage.runs.renewLease(id, 1, 60_000)).toBe("STARTED");
    await world.storage.events.append({ runId: id, attempt: null, entries: [runCanceling] });
    expect(await world.storage.runs.renewLease(id, 1, 60_000)).toBe("CANCELING");
    await world.storage.events.append({ runId: id, attempt: 1, entries: [runCanceled] });
    expect(await world.storage.runs.renewLease(id, 1, 60_000)).toBeNull();
  });

  test("an overdue launch is claimed by one sweeper, and the claim of before is lost", async () => {
    const [first] = await world.storage.runs.submit([newRun()], { ...launch, claimMs: -1 });
    const other = await world.open();
    const claimed = (
      await Promise.all([
        world.storage.runs.claimLaunches(holderId("a"), 100, 60_000),
        other.runs.claimLaunches(holderId("b"), 100, 60_000),
      ])
    )
      .flat()
      .filter((claim) => claim.run.id === first!.run.id);
    expect(claimed).toHaveLength(1);
    expect(claimed[0]!.fence).toBe(2);
    expect(await world.storage.runs.recordLaunch({ runId: first!.run.id, fence: 1 }, { pid: 1 })).toBe(false);
    expect(await world.storage.runs.recordLaunch({ runId: first!.run.id, fence: 2 }, { pid: 2 })).toBe(true);
    expect(await world.storage.runs.worker(first!.run.id)).toEqual({ pid: 2 });
    expect(await world.storage.runs.claimLaunches(me, 100, 60_000)).toEqual([]);
  });

  test("a launch that is given back to the queue is void", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const { id } = claim!.run;
    await world.storage.events.append({ runId: id, attempt: null, entries: [runEnqueued] });
    expect(await world.storage.runs.recordLaunch({ runId: id, fence: claim!.fence }, {})).toBe(false);
    await world.storage.events.append({ runId: id, attempt: null, entries: [runCanceled] });
  });

  test("a held run that is started is due for launching at once", async () => {
    const [held] = await world.storage.runs.submit([newRun()], { kind: "hold" });
    await world.storage.events.append({ runId: held!.run.id, attempt: null, entries: [runStarting] });
    const claims = await world.storage.runs.claimLaunches(me, 100, 60_000);
    expect(claims.map((claim) => claim.run.id)).toEqual([held!.run.id]);
  });

  test("overdue runs are found by the database's clock, each with its reason and worker", async () => {
    const start = async (leaseMs: number) => {
      const [claim] = await world.storage.runs.submit([newRun()], launch);
      await world.storage.runs.beginWork({
        runId: claim!.run.id,
        attempt: 1,
        fence: null,
        worker: { pid: 9 },
        leaseMs,
        entries: [runStart],
      });
      return claim!.run.id;
    };
    const lost = await start(-1);
    const alive = await start(60_000);
    const canceling = await start(60_000);
    await world.storage.events.append({ runId: canceling, attempt: null, entries: [runCanceling] });
    const [waiting] = await world.storage.runs.submit([newRun()], launch);
    const overdue = await world.storage.runs.overdue({ startTimeoutMs: -1, cancelTimeoutMs: -1, limit: 1_000 });
    const reasons = new Map(overdue.map((one) => [one.run.id, one]));
    expect(reasons.get(lost)).toMatchObject({ reason: "lease-expired", worker: { pid: 9 } });
    expect(reasons.get(canceling)).toMatchObject({ reason: "cancel-timeout" });
    expect(reasons.get(waiting!.run.id)).toMatchObject({ reason: "start-timeout", worker: null });
    expect(reasons.has(alive)).toBe(false);
    const patient = await world.storage.runs.overdue({ startTimeoutMs: 60_000, cancelTimeoutMs: 60_000, limit: 1_000 });
    expect(patient.map((one) => one.run.id)).toContain(lost);
    expect(patient.map((one) => one.run.id)).not.toContain(canceling);
  });

  test("a run's tag says how long it may take, whatever stands in it; without one the limit of all runs counts", async () => {
    const start = async (maxRuntime: string | null) => {
      const tags = maxRuntime === null ? {} : { "dagster/max_runtime": maxRuntime };
      const [claim] = await world.storage.runs.submit([newRun({ tags })], launch);
      const { id } = claim!.run;
      await world.storage.runs.beginWork({
        runId: id,
        attempt: 1,
        fence: null,
        worker: {},
        leaseMs: 60_000,
        entries: [runStart],
      });
      return id;
    };
    const given = [null, "60", "0.000001", "0", "soon", "9".repeat(400), ""];
    const ids = await Promise.all(given.map(start));
    const tooLong = async (maxRuntimeMs: number | null, maxRuntimeGraceMs = 0): Promise<readonly (string | null)[]> => {
      const limits = { startTimeoutMs: 60_000, cancelTimeoutMs: 60_000, maxRuntimeMs, maxRuntimeGraceMs, limit: 1_000 };
      const overdue = await world.storage.runs.overdue(limits);
      const late = new Set(overdue.filter(({ reason }) => reason === "max-runtime").map(({ run }) => run.id));
      return given.filter((_, index) => late.has(ids[index]!));
    };
    expect(await tooLong(null)).toEqual(["0.000001"]);
    expect(await tooLong(null, 60_000)).toEqual([]);
    expect(await tooLong(0.001)).toEqual([null, "0.000001", "soon", "9".repeat(400), ""]);
  });

  test("a batch extends the lease by the way", async () => {
    const [claim] = await world.storage.runs.submit([newRun()], launch);
    const { id } = claim!.run;
    await world.storage.runs.beginWork({ runId: id, attempt: 1, fence: null, worker: {}, leaseMs: -1, entries: [runStart] });
    await world.storage.events.append({ runId: id, attempt: 1, entries: [logLine("alive")], leaseMs: 60_000 });
    const overdue = await world.storage.runs.overdue({ startTimeoutMs: 60_000, cancelTimeoutMs: 60_000, limit: 1_000 });
    expect(overdue.map((one) => one.run.id)).not.toContain(id);
  });

  test("lists narrow by every filter, page by key in both directions, and count", async () => {
    const location = codeLocationName(`l-${randomUUID()}`);
    const ids: RunId[] = [];
    for (let index = 0; index < 7; index += 1) {
      const tags = { team: index % 2 === 0 ? "even" : "odd", index: String(index), odd: "\0" };
      const [claim] = await world.storage.runs.submit([newRun({ location, tags, jobName: `job_${index % 3}` })], launch);
      ids.push(claim!.run.id);
    }
    await world.storage.events.append({ runId: ids[3]!, attempt: 1, entries: [runStart, runSuccess] });
    const list = async (filter: object, page: object = {}) =>
      (await world.storage.runs.list({ location, ...filter }, { limit: 100, ...page })).map((run) => ids.indexOf(run.id));
    expect(await list({})).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect(await list({}, { limit: 3 })).toEqual([6, 5, 4]);
    expect(await list({}, { limit: 3, cursor: ids[4] })).toEqual([3, 2, 1]);
    expect(await list({}, { limit: 2, cursor: ids[4], ascending: true })).toEqual([5, 6]);
    expect(await list({ statuses: ["SUCCESS"] })).toEqual([3]);
    expect(await list({ statuses: ["SUCCESS", "STARTING"] }, { limit: 2 })).toEqual([6, 5]);
    expect(await list({ jobName: "job_0" })).toEqual([6, 3, 0]);
    expect(await list({ ids: [ids[1], ids[5]!] })).toEqual([5, 1]);
    expect(await list({ ids: [runId("no uuid")] })).toEqual([]);
    const even = [{ key: "team", values: ["even"] }];
    expect(await list({ tags: even })).toEqual([6, 4, 2, 0]);
    expect(await list({ tags: even }, { limit: 2, cursor: ids[4] })).toEqual([2, 0]);
    expect(await list({ tags: [...even, { key: "index", values: ["2", "3", "4"] }] })).toEqual([4, 2]);
    expect(await list({ tags: [{ key: "odd", values: ["\0"] }], jobName: "job_1" })).toEqual([4, 1]);
    const third = await world.storage.runs.get(ids[3]!);
    expect(await list({ createdAfterMs: third.createdAtMs })).toEqual([6, 5, 4]);
    expect(await list({ createdBeforeMs: third.createdAtMs, tags: even })).toEqual([2, 0]);
    expect(await list({ updatedAfterMs: third.updatedAtMs - 0.01 })).toEqual([3]);
    expect(await world.storage.runs.count({ location })).toBe(7);
    expect(await world.storage.runs.count({ location }, { atMost: 4 })).toBe(4);
    expect(await world.storage.runs.count({ location, tags: even })).toBe(4);
  });

  test("a cursor whose run is gone still has its place", async () => {
    const location = codeLocationName(`l-${randomUUID()}`);
    const claims = [];
    for (let index = 0; index < 3; index += 1) {
      claims.push(...(await world.storage.runs.submit([newRun({ location })], { kind: "hold" })));
      // The next run in another millisecond, which is all that is left of a deleted run's time.
      const until = (await world.storage.nowMs()) + 2;
      while ((await world.storage.nowMs()) < until);
    }
    await using raw = await openRawClient(world.connectionString);
    await raw.query(`delete from dagwright.runs where id = '${claims[1]!.run.id}'`);
    const page = await world.storage.runs.list({ location }, { limit: 10, cursor: claims[1]!.run.id });
    expect(page.map((run) => run.id)).toEqual([claims[0]!.run.id]);
  });

  test("tag keys and values are listed once each", async () => {
    const key = `key-${randomUUID()}`;
    const values = ["apple", "apricot", "banana", "x".repeat(3_000), "apple", "\0"];
    await world.storage.runs.submit(
      values.map((value) => newRun({ tags: { [key]: value } })),
      { kind: "hold" },
    );
    expect(await world.storage.runs.tagKeys()).toContain(key);
    expect((await world.storage.runs.tagValues(key)).toSorted()).toEqual([...new Set(values)].toSorted());
    expect((await world.storage.runs.tagValues(key, { prefix: "ap" })).toSorted()).toEqual(["apple", "apricot"]);
    expect(await world.storage.runs.tagValues(key, { prefix: "ap", limit: 1 })).toHaveLength(1);
    expect(await world.storage.runs.list({ tags: [{ key, values: ["x".repeat(3_000)] }] }, { limit: 10 })).toHaveLength(1);
    expect(await world.storage.runs.list({ tags: [{ key, values: ["x".repeat(2_999)] }] }, { limit: 10 })).toHaveLength(0);
  });

  test("what is not there is named", async () => {
    await expect(world.storage.runs.get(runId(randomUUID()))).rejects.toThrow(RunNotFoundError);
    await expect(world.storage.runs.get(runId("no uuid"))).rejects.toThrow("This instance has no run no uuid");
    await expect(world.storage.runs.worker(runId(randomUUID()))).rejects.toThrow(RunNotFoundError);
    await expect(world.storage.runs.jobSnapshot(snapshotId("f00"))).rejects.toThrow(SnapshotNotFoundError);
  });

  test("small values are kept by key", async () => {
    expect(await world.storage.getValue("k")).toBeNull();
    await world.storage.setValue("k", "1\0");
    await world.storage.setValue("k", "2\0");
    expect(await world.storage.getValue("k")).toBe("2\0");
  });

  test("runs that have not ended are counted by status and location", async () => {
    const location = codeLocationName(randomUUID());
    const started = await world.storage.runs.submit([newRun({ location }), newRun({ location })], launch);
    await world.storage.runs.submit([newRun({ location })], { kind: "queue" });
    const counts = async () =>
      (await world.storage.runs.unfinishedCounts())
        .filter((each) => each.location === location)
        .map(({ status, count }) => ({ status, count }));
    expect(await counts()).toEqual([
      { status: "QUEUED", count: 1 },
      { status: "STARTING", count: 2 },
    ]);
    const { id } = started[0]!.run;
    await world.storage.events.append({ runId: id, attempt: null, entries: [runCanceled] });
    expect(await counts()).toEqual([
      { status: "QUEUED", count: 1 },
      { status: "STARTING", count: 1 },
    ]);
    const oldest = (await world.storage.runs.unfinishedCounts()).find(
      (each) => each.location === location && each.status === "STARTING",
    );
    expect(oldest?.oldestCreatedAtMs).toBe(started[1]!.run.createdAtMs);
  });
});
