import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openInstance } from "@dagwright/instance";
import type { RunEvent, RunId, StoredEntry } from "@dagwright/model";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectTo, createWorld, generation, layWire, type World, writeSettings } from "../fixtures/run-world.ts";
import { runWorkerExitCodes } from "../protocol.ts";

const forever = { ops: { block: { config: { ms: 600_000 } } } };
const waitFor = (file: string) => ({ ops: { wait: { config: { file } } } });
const untilTerminated = waitFor("/no/such/file");

const typesOf = (entries: readonly StoredEntry[]): readonly string[] => entries.map((entry) => entry.type);
const last = <Type extends RunEvent["type"]>(entries: readonly StoredEntry[], type: Type): Extract<RunEvent, { type: Type }> => {
  const entry = entries.at(-1);
  expect(entry?.type).toBe(type);
  return entry as unknown as Extract<RunEvent, { type: Type }>;
};
const expectNoGap = (entries: readonly StoredEntry[]): void =>
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));

async function executeOne(world: World, ...submission: Parameters<World["submit"]>) {
  const worker = await world.startWorker();
  const { run, fence } = await world.submit(...submission);
  worker.execute({ run, fence });
  const { status } = await worker.until("finished");
  return { worker, run, status, entries: await world.log(run.id), ended: await worker.exited };
}

// ---- a run and its log ------------------------------------------------------------------------------------------------------------

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

// ---- what a warm worker reads again -------------------------------------------------------------------------------------------

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

// ---- user code that holds the main thread ---------------------------------------------------------------------------------------

test("an op that blocks the event loop for three lease lengths succeeds, and its logs are live meanwhile", async () => {
  const world = await createWorld();
  const worker = await world.startWorker({ leaseMs: 600 });
  const { run, fence } = await world.submit("blocking", { ops: { block: { config: { ms: 1_900 } } } });
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "still blocking, line 10");
  expect((await world.storage.runs.get(run.id)).status).toBe("STARTED");
  const overdue = await world.storage.runs.overdue({ startTimeoutMs: 60_000, cancelTimeoutMs: 60_000, limit: 10 });
  expect(overdue).toEqual([]);
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
  expectNoGap(await world.log(run.id));
});

test("an op that blocks the event loop can be terminated: after the grace its process is killed", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("blocking", forever);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "still blocking, line 1");
  worker.send({ type: "terminate", graceMs: 100 });
  expect(await worker.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  const entries = await world.log(run.id);
  expectNoGap(entries);
  expect(typesOf(entries)).toContain("RUN_CANCELING");
  expect(entries.find((entry) => entry.type === "STEP_FAILURE")).toMatchObject({ stepKey: "block", errorSource: "INTERRUPT" });
  expect(last(entries, "RUN_CANCELED").message).toMatch(/did not stop within 100 ms/);
});

// ---- termination ----------------------------------------------------------------------------------------------------------------------

test("terminating aborts the step's signal and ends the run CANCELED", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 2");
  worker.send({ type: "terminate", graceMs: 30_000 });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  const entries = await world.log(run.id);
  expect(typesOf(entries).slice(-3)).toEqual(expect.arrayContaining(["RUN_CANCELED"]));
  expect(typesOf(entries).filter((type) => type.startsWith("RUN_CANCEL"))).toEqual(["RUN_CANCELING", "RUN_CANCELED"]);
});

test("a step that ignores its signal is left behind after the grace, and the run is CANCELED", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("ignoring");
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "paying no attention");
  worker.send({ type: "terminate", graceMs: 50 });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  expectNoGap(await world.log(run.id));
});

test("a step that blocks a process of its own ends with its run", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("blocking_elsewhere", forever);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "before the block");
  const started = (await world.log(run.id)).find((entry) => entry.type === "STEP_WORKER_STARTED") as unknown as {
    metadata: { pid: { text: string } };
  };
  const pid = Number(started.metadata.pid.text);
  expect(isAlive(pid)).toBe(true);
  worker.send({ type: "terminate", graceMs: 50 });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  await worker.exited;
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
});

test("SIGTERM terminates the run", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 2");
  worker.child.kill("SIGTERM");
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
});

test("a cancellation that only stands in the database is heard with the lease", async () => {
  const world = await createWorld();
  const worker = await world.startWorker({ leaseMs: 600 });
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 2");
  await append(world, run.id, { type: "RUN_CANCELING", atMs: Date.now(), message: "asked elsewhere", stepKey: null });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(typesOf(await world.log(run.id)).filter((type) => type === "RUN_CANCELING")).toHaveLength(1);
});

test("a run that is canceled before its worker has it never starts", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("six_ops");
  await append(world, run.id, { type: "RUN_CANCELING", atMs: Date.now(), message: "asked elsewhere", stepKey: null });
  worker.execute({ run, fence });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  expect(typesOf(await world.log(run.id))).not.toContain("STEP_START");
});

test("a run that is terminated while its worker takes it up never starts", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("six_ops");
  worker.execute({ run, fence });
  worker.send({ type: "terminate", graceMs: 10_000 });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  expect(typesOf(await world.log(run.id))).toEqual(["RUN_STARTING", "RUN_START", "RUN_CANCELING", "RUN_CANCELED"]);
});

// ---- sudden ends --------------------------------------------------------------------------------------------------------------------------

test("kill -9 leaves a gap-free prefix that reaches up to the kill", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 20");
  worker.child.kill("SIGKILL");
  const killedAtMs = Date.now();
  await worker.exited;
  const entries = await world.log(run.id);
  expectNoGap(entries);
  const lines = entries.filter((entry) => entry.type === "LOG_LINE");
  expect(lines.map((line) => line.message)).toEqual(lines.map((_, index) => `waiting, line ${index + 1}`));
  // Twenty milliseconds by design; the rest is for a machine that is busy with other tests.
  expect(killedAtMs - lines.at(-1)!.atMs).toBeLessThan(1_000);
  expect((await world.storage.runs.get(run.id)).status).toBe("STARTED");
});

test("an op that exits the process fails its run, and the exit code is named", async () => {
  const { status, entries, ended } = await executeOne(await createWorld(), "exiting");
  expect(status).toBe("FAILURE");
  expect(ended).toEqual({ exitCode: 7, signal: null });
  expectNoGap(entries);
  expect(entries.find((entry) => entry.type === "STEP_FAILURE")).toMatchObject({ stepKey: "exit" });
  expect(last(entries, "RUN_FAILURE")).toMatchObject({
    error: { name: "WorkerExitedError", message: expect.stringContaining("code 7") },
  });
});

test("an error that nobody catches fails the run, and is its cause", async () => {
  const { status, entries, ended } = await executeOne(await createWorld(), "crashing");
  expect(status).toBe("FAILURE");
  expect(ended.exitCode).toBe(1);
  expect(last(entries, "RUN_FAILURE").error).toMatchObject({ cause: { name: "RangeError", message: "thrown out of any step" } });
});

// ---- whose run it is -----------------------------------------------------------------------------------------------------------------------

test("of two workers with the same run one wins, the other writes nothing and says why it ended", async () => {
  const world = await createWorld();
  const workers = await Promise.all([world.startWorker(), world.startWorker()]);
  await Promise.all(workers.map((worker) => worker.until("ready")));
  const { run, fence } = await world.submit("six_ops");
  for (const worker of workers) worker.execute({ run, fence });
  const ends = await Promise.all(workers.map((worker) => worker.exited));
  expect(ends.map((end) => end.exitCode).toSorted((a, b) => a! - b!)).toEqual([
    runWorkerExitCodes.done,
    runWorkerExitCodes.notMine,
  ]);
  const entries = await world.log(run.id);
  expectNoGap(entries);
  expect(typesOf(entries).filter((type) => type === "RUN_START")).toHaveLength(1);
  const loser = workers[ends.findIndex((end) => end.exitCode === runWorkerExitCodes.notMine)]!;
  expect(await loser.stderr()).toMatch(/not this worker's to take/);
});

test("a worker whose run was failed by monitoring kills itself and adds nothing", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("waiting", untilTerminated);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 2");
  await append(world, run.id, failure("its lease ran out"));
  expect(await worker.exited).toEqual({ exitCode: runWorkerExitCodes.lost, signal: null });
  expect(last(await world.log(run.id), "RUN_FAILURE").message).toBe("its lease ran out");
  expect(await worker.stderr()).toMatch(/was taken from it/);
});

test("such a worker is killed too while its user code holds the main thread", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("blocking", forever);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "still blocking, line 1");
  await append(world, run.id, failure("its lease ran out"));
  expect(await worker.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  expect(last(await world.log(run.id), "RUN_FAILURE").message).toBe("its lease ran out");
});

test("a run that was made for other code is refused by name", async () => {
  const world = await createWorld();
  const { status, entries, run } = await executeOne(world, "six_ops", {}, { description: "as it was before the edit" });
  expect(status).toBe("FAILURE");
  const { error, reason } = last(entries, "RUN_FAILURE");
  expect(reason).toBe("JOB_INITIALIZATION_FAILURE");
  expect(error).toMatchObject({ name: "SnapshotMismatchError", message: expect.stringContaining(run.jobSnapshotId) });
  const current = (await world.submit("six_ops")).run.jobSnapshotId;
  expect(error?.message).toContain(current);
});

test("run config that does not fit the job fails the run at its start", async () => {
  const { status, entries } = await executeOne(await createWorld(), "blocking", { ops: { block: { config: { ms: "long" } } } });
  expect(status).toBe("FAILURE");
  expect(last(entries, "RUN_FAILURE").error?.message).toMatch(/ops\.block\.config\.ms/);
});

test("a job that the code does not have any more fails the run", async () => {
  const world = await createWorld();
  const broken = generationOf("broken.ts");
  const worker = await world.startWorker({ generation: broken });
  const failed = await worker.until("failed-to-load");
  expect(failed.error).toMatchObject({ name: "DuplicateNameError" });
  const { run, fence } = await world.submit("six_ops");
  worker.execute({ run, fence });
  expect(await worker.until("finished")).toMatchObject({ status: "FAILURE" });
  expect(last(await world.log(run.id), "RUN_FAILURE").error).toMatchObject({ name: "DuplicateNameError" });
});

// ---- the database away -----------------------------------------------------------------------------------------------------------------

test("a database that is away for a while delays the log and loses nothing", async () => {
  const { world, wire, folder } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 20_000 });
  const { run, fence } = await world.submit("waiting", waitFor(join(folder, "go")));
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 5");
  wire.cut();
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 10_000 });
  await writeFile(join(folder, "go"), "");
  await wire.mend();
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
  const entries = await world.log(run.id);
  expectNoGap(entries);
  const lines = entries.filter((entry) => entry.type === "LOG_LINE");
  expect(lines.map((line) => line.message)).toEqual(lines.map((_, index) => `waiting, line ${index + 1}`));
});

test("while the database is away user code waits once far too much is unwritten, and nothing is dropped", async () => {
  const { world, wire, folder } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 60_000 });
  const { run, fence } = await world.submit("chattering", { ops: { chatter: { config: { file: join(folder, "go") } } } });
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "about to chatter \0 \ud800");
  wire.cut();
  await writeFile(join(folder, "go"), "");
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 25_000 });
  const printed = async (): Promise<number> => (await readFile(worker.stdoutFile, "utf8")).split("\n").length - 1;
  await vi.waitFor(async () => expect(await printed()).toBeGreaterThan(10), { timeout: 10_000 });
  expect(await printed()).toBeLessThan(25);
  await wire.mend();
  expect(await worker.until("finished")).toMatchObject({ status: "SUCCESS" });
  const lines = (await world.log(run.id))
    .filter((entry) => entry.type === "LOG_LINE")
    .map((entry) => Number.parseInt(entry.message, 10));
  expect(lines.slice(1)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test("a database that stays away longer than the lease ends the worker: its run may be somebody else's", async () => {
  const { world, wire } = await createWiredWorld();
  const worker = await world.startWorker({ leaseMs: 800 });
  const { run, fence } = await world.submit("blocking", forever);
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "still blocking, line 1");
  wire.cut();
  expect(await worker.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  expect(await worker.stderr()).toMatch(/lease of 800 ms ran out while the database was away/);
  expectNoGap(await world.log(run.id));
});

test("Postgres killed and started again in mid-run: the run ends in its true state", { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "dw-restart-"));
  // Postgres does not run as root, and its own account has to get through.
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, "home");
  const instance = await openInstance({ home, env: {}, role: "test" }, AbortSignal.timeout(60_000));
  onTestFinished(() => instance[Symbol.asyncDispose]());
  const world = await createWorld({ home, storage: instance.storage, connectionString: "" });
  const worker = await world.startWorker({ leaseMs: 30_000 });
  const { run, fence } = await world.submit("waiting", waitFor(join(folder, "go")));
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "waiting, line 5");
  const postmaster = Number((await readFile(join(home, "postgres", "data", "postmaster.pid"), "utf8")).split("\n")[0]);
  process.kill(postmaster, "SIGKILL");
  await vi.waitFor(async () => expect(await worker.stderr()).toMatch(/does not answer, events wait/), { timeout: 10_000 });
  await writeFile(join(folder, "go"), "");
  await worker.until("finished");
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  expect((await world.storage.runs.get(run.id)).status).toBe("SUCCESS");
  expectNoGap(await world.log(run.id));
});

// ---- fronts -----------------------------------------------------------------------------------------------------------------------------------

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

// ---- without a front ------------------------------------------------------------------------------------------------------------------------

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

function generationOf(fixture: string) {
  const file = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  return { ...generation, entryFile: file, sourceFile: file };
}

/** A killed process whose parent has died may stay as a zombie where nobody buries it. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}

const failure = (message: string): RunEvent => ({
  type: "RUN_FAILURE",
  atMs: Date.now(),
  message,
  stepKey: null,
  error: null,
  reason: "WORKER_LOST",
});

/** As termination and monitoring write: under nobody's attempt. */
const append = (world: World, runId: RunId, entry: RunEvent): Promise<number> =>
  world.storage.events.append({ runId, attempt: null, entries: [entry] });

/** A world whose workers reach their database through a wire that can be cut. */
async function createWiredWorld() {
  const world = await createWorld();
  const wire = await layWire(world.connectionString);
  await writeSettings(world.home, wire.connectionString);
  const folder = await mkdtemp(join(tmpdir(), "dw-wired-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { world, wire, folder };
}
