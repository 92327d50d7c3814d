import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { executeOne, expectNoGap, last, typesOf, untilTerminated } from "../fixtures/logged-run.ts";
import { connectTo, createWorld, generation, writeSettings } from "../fixtures/run-world.ts";
import { runWorkerExitCodes } from "../protocol.ts";

// ---- a run and its log ------------------------------------------------------------------------------------------------------------------

test("a run is executed to its success, its events in order and without a gap", async () => {
  const { run, status, entries, ended, worker } = await executeOne(await createWorld(), "six_ops");
  expect(status).toBe("SUCCESS");
  expect(ended).toEqual({ exitCode: 0, signal: null });
  const told = worker.messages.filter(({ type }) => type !== "settings");
  expect(told.map((message) => message.type)).toEqual(["ready", "executing", "finished"]);
  expect(told[1]).toEqual({ type: "executing", runId: run.id, attempt: 1 });
  expectNoGap(entries);
  expect(typesOf(entries).filter((type) => type.startsWith("RUN_"))).toEqual(["RUN_STARTING", "RUN_START", "RUN_SUCCESS"]);
  const step = ["STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS"];
  expect(typesOf(entries.filter((entry) => entry.stepKey === "evens"))).toEqual(step);
  expect(typesOf(entries.filter((entry) => entry.stepKey === "sum_both"))).toContain("LOG_LINE");
  expect(entries.filter((entry) => entry.type === "STEP_SUCCESS").map((entry) => entry.stepKey)).toEqual([
    "generate",
    "evens",
    "odds",
    "sum_evens",
    "sum_odds",
    "sum_both",
  ]);
});

test("settings that one worker has read are taken by the next, as long as the instance's file says the same", async () => {
  const world = await createWorld();
  const { settings } = await (await world.startWorker()).until("settings");
  expect(settings).toMatchObject({ databaseUrl: world.connectionString, artifactDir: join(world.home, "storage") });

  const second = await world.startWorker({ settings });
  const given = await world.submit("six_ops");
  second.execute(given);
  expect((await second.until("finished")).status).toBe("SUCCESS");
  expect(second.messages.map(({ type }) => type)).not.toContain("settings");

  await writeFile(
    join(world.home, "dagster.yaml"),
    `${settings.fileText}local_artifact_storage: {module: dagster._core.storage.root, class: LocalArtifactStorage, config: {base_dir: elsewhere}}\n`,
  );
  const third = await world.startWorker({ settings });
  expect((await third.until("settings")).settings.artifactDir).toBe(join(world.home, "elsewhere"));
});

test("a run costs a transaction for its submission, one for its beginning, and one per few milliseconds that it takes", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  await worker.until("ready");
  const client = new pg.Client({ connectionString: world.connectionString });
  await client.connect();
  onTestFinished(() => client.end());
  const claim = await world.submit("six_ops");
  worker.execute(claim);
  await worker.until("finished");
  // Every row carries the number of the transaction that wrote it.
  const { rows } = await client.query<{ writers: number }>(
    `select count(distinct xmin::text)::int as writers from (
       select xmin from dagwright.run_events where run_id = $1
       union all select xmin from dagwright.run_logs where run_id = $1
       union all select xmin from dagwright.runs where id = $1) written`,
    [claim.run.id],
  );
  const entries = await world.log(claim.run.id);
  const tookMs = entries.at(-1)!.atMs - entries.find((entry) => entry.type === "RUN_START")!.atMs;
  expect(rows[0]!.writers).toBeGreaterThanOrEqual(3);
  // One per dozen where Postgres answers at once; batches leave earlier when it is slow, so that their first entry is written in time.
  expect(rows[0]!.writers).toBeLessThanOrEqual(3 + Math.ceil(tookMs / 4));
});

test("the process's output is the run's compute log, live as a link and complete at the end", async () => {
  const world = await createWorld();
  const { entries } = await executeOne(world, "six_ops");
  const captured = entries.find((entry) => entry.type === "LOGS_CAPTURED") as unknown as { logKey: string[]; stepKeys: string[] };
  expect(captured.stepKeys).toHaveLength(6);
  const base = join(world.home, "storage", ...captured.logKey);
  expect(await readFile(`${base}.out`, "utf8")).toBe("printed by sum_both\n");
  expect(existsSync(`${base}.err`)).toBe(true);
  expect(existsSync(`${base}.complete`)).toBe(true);
});

test("a run whose steps have processes of their own succeeds, its events through the one connection", async () => {
  const { status, entries } = await executeOne(await createWorld(), "six_ops_in_processes");
  expect(status).toBe("SUCCESS");
  expectNoGap(entries);
  expect(entries.filter((entry) => entry.type === "STEP_SUCCESS")).toHaveLength(6);
});

test("a step that fails fails the run, and the run's last event says which", async () => {
  const { status, entries, ended } = await executeOne(await createWorld(), "failing");
  expect(status).toBe("FAILURE");
  expect(last(entries, "RUN_FAILURE")).toMatchObject({ reason: "STEP_FAILURE", firstFailedStepKey: "fail" });
  expect(ended.exitCode).toBe(runWorkerExitCodes.done);
});

test.each(["asking_here", "asking_elsewhere"])("the instance knows what the steps before wrote: %s", async (jobName) => {
  const { status, entries } = await executeOne(await createWorld(), jobName);
  expect(status).toBe("SUCCESS");
  expect(entries.filter(({ type }) => type === "LOG_LINE").map(({ message }) => message)).toEqual(["made in this run, 1 in all"]);
});

test.each(["checking_here", "checking_elsewhere"])(
  "a blocking check stops what is downstream and is kept: %s",
  async (jobName) => {
    const world = await createWorld();
    const { status, entries, run } = await executeOne(world, jobName);
    expect(status).toBe("FAILURE");
    const typesOfStep = (step: string) => typesOf(entries.filter(({ stepKey }) => stepKey === step));
    const worker = jobName === "checking_elsewhere" ? ["STEP_WORKER_STARTING", "STEP_WORKER_STARTED"] : [];
    const evaluation = ["STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_OUTPUT", "ASSET_CHECK_EVALUATION", "STEP_FAILURE"];
    expect(typesOfStep("rows_few")).toEqual([...worker, ...evaluation]);
    expect(typesOfStep("reader")).toEqual(["STEP_SKIPPED"]);
    const [record] = await world.storage.assets.events(["rows"], { types: ["ASSET_MATERIALIZATION"], limit: 1 });
    expect(await world.storage.assetChecks.latest([{ assetKey: ["rows"], name: "few" }])).toMatchObject([
      {
        runId: run.id,
        status: "FAILED",
        evaluation: { blocking: true, target: { id: record?.id, runId: run.id }, metadata: { rows: { type: "int", int: "3" } } },
      },
    ]);
  },
);

// ---- what a warm worker reads again -----------------------------------------------------------------------------------------------------

test("a warm worker has the environment of its run", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  await worker.until("ready");
  const claim = await world.submit("showing_env");
  worker.execute(claim, { env: { PATH: process.env["PATH"] ?? "", GREETING: "hello" } });
  await worker.until("finished");
  await world.untilLogged(claim.run.id, "GREETING is hello");
});

test("a warm worker goes where the instance's file leads when the run starts", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  await worker.until("ready");
  const moved = await createWorld();
  await writeSettings(world.home, moved.connectionString);
  const claim = await moved.submit("six_ops");
  worker.execute(claim);
  expect(await moved.untilStatus(claim.run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

test("a worker that was warm before the database had its tables executes a run once it has them", async () => {
  const world = await createWorld();
  const raw = new pg.Client({ connectionString: world.connectionString });
  await raw.connect();
  onTestFinished(() => raw.end());
  await raw.query("alter schema dagwright rename to not_made_yet");
  const workersSeen = async (): Promise<{ seen: number; here: number }> => {
    const { rows } = await raw.query<{ seen: string; here: string }>(`
      select (select sessions from pg_stat_database where datname = current_database()) as seen,
        (select count(*) from pg_stat_activity where datname = current_database() and application_name like '%run-worker%') as here`);
    return { seen: Number(rows[0]?.seen), here: Number(rows[0]?.here) };
  };
  const before = await workersSeen();
  const worker = await world.startWorker();
  await worker.until("ready");
  // It came, found no tables, and went.
  await vi.waitFor(
    async () => {
      const { seen, here } = await workersSeen();
      expect({ came: seen > before.seen, here }).toEqual({ came: true, here: 0 });
    },
    { timeout: 15_000, interval: 50 },
  );
  await raw.query("alter schema not_made_yet rename to dagwright");
  const claim = await world.submit("six_ops");
  worker.execute(claim);
  expect(await world.untilStatus(claim.run.id, "SUCCESS", "FAILURE")).toBe("SUCCESS");
});

// ---- fronts -----------------------------------------------------------------------------------------------------------------------------

test("a restarted front hears what the worker is doing, and that it has finished", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await worker.until("executing");
  const second = await connectTo(worker.socketPath, worker.child);
  const lines = createInterface(second)[Symbol.asyncIterator]();
  expect(JSON.parse((await lines.next()).value as string)).toEqual({ type: "executing", runId: run.id, attempt: 1 });
  second.write(`${JSON.stringify({ type: "terminate", graceMs: 10_000 })}\n`);
  expect(JSON.parse((await lines.next()).value as string)).toEqual({
    type: "finished",
    runId: run.id,
    attempt: 1,
    status: "CANCELED",
  });
});

test("a worker without a run retires when told to, or when nobody is connected for a while", async () => {
  const world = await createWorld();
  const told = await world.startWorker({ home: null });
  await told.until("ready");
  told.send({ type: "retire" });
  expect(await told.exited).toEqual({ exitCode: 0, signal: null });
  expect(existsSync(told.socketPath)).toBe(false);

  const forgotten = await world.startWorker({ home: null, idleMs: 50 });
  await forgotten.until("ready");
  forgotten.disconnect();
  expect(await forgotten.exited).toEqual({ exitCode: 0, signal: null });
});

test("who speaks another protocol is disconnected, and the worker goes on", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const stranger = await connectTo(worker.socketPath, worker.child);
  stranger.write("GET / HTTP/1.1\r\n\r\n");
  stranger.resume();
  await once(stranger, "close");
  const claim = await world.submit("six_ops");
  worker.execute(claim);
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
});

// ---- without a front --------------------------------------------------------------------------------------------------------------------

test("a run is executed in a process that is its own front, its output kept too", async () => {
  const world = await createWorld();
  const { run, fence } = await world.submit("six_ops");
  const program = fileURLToPath(new URL("../fixtures/execute-run.ts", import.meta.url));
  const options = { runId: run.id, attempt: run.attempt, fence, jobSnapshotId: run.jobSnapshotId, generation, home: world.home };
  const printed = execFileSync(process.execPath, [program, JSON.stringify(options)], { encoding: "utf8" });
  expect(printed).toBe("printed by sum_both\nended SUCCESS\n");
  const entries = await world.log(run.id);
  last(entries, "RUN_SUCCESS");
  const captured = entries.find((entry) => entry.type === "LOGS_CAPTURED") as unknown as { logKey: string[] };
  expect(await readFile(`${join(world.home, "storage", ...captured.logKey)}.out`, "utf8")).toBe("printed by sum_both\n");
});
