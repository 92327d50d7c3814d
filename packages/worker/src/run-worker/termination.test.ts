import { expect, test, vi } from "vitest";
import { append, executeOne, expectNoGap, forever, isAlive, last, typesOf, untilTerminated } from "../fixtures/logged-run.ts";
import { createWorld } from "../fixtures/run-world.ts";

// ---- user code that holds the main thread -----------------------------------------------------------------------------------------------

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
  const { run, fence } = await world.submit("blocking", { ops: { block: { config: { ms: 600_000, everyMs: 1 } } } });
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

// ---- termination ------------------------------------------------------------------------------------------------------------------------

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

test("steps that never wait are no reason to be killed: the run ends between two of them", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("blocking_briefly");
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "done with briefly");
  worker.send({ type: "terminate", graceMs: 30_000 });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  expect(await worker.exited).toEqual({ exitCode: 0, signal: null });
  const types = typesOf(await world.log(run.id));
  expect(types.filter((type) => type === "STEP_START").length).toBeLessThan(100);
  expect(types.filter((type) => type === "STEP_SUCCESS")).toHaveLength(types.filter((type) => type === "STEP_START").length);
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

test("a step that is left behind and goes on logging keeps no run from its end, and comes after none", async () => {
  const world = await createWorld();
  const worker = await world.startWorker();
  const { run, fence } = await world.submit("going_on");
  worker.execute({ run, fence });
  await world.untilLogged(run.id, "going on, line 10");
  worker.send({ type: "terminate", graceMs: 50 });
  expect(await worker.exited, await worker.stderr()).toEqual({ exitCode: 0, signal: null });
  expect(await worker.until("finished")).toMatchObject({ status: "CANCELED" });
  const entries = await world.log(run.id);
  expectNoGap(entries);
  last(entries, "RUN_CANCELED");
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

// ---- sudden ends ------------------------------------------------------------------------------------------------------------------------

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
