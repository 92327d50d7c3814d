import { holderId, type Run, runWorkerExitCodes, type Tags } from "@dagwright/model";
import { RunAttemptStaleError, RunFinishedError, type Storage } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { expect, test, vi } from "vitest";
import { jobSnapshot, locationName } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createMonitoringLoop, type MonitoringOptions, type WorkerExit } from "./monitoring.ts";

const never = new AbortController().signal;
const patient = { startTimeoutMs: 1e9, cancelTimeoutMs: 1e9, maxRuntimeMs: null };

/** A run whose worker has begun, with a lease of that length. */
async function startedRun(storage: Storage, leaseMs: number, tags: Tags = {}): Promise<Run> {
  const [claim] = await storage.runs.submit([prepareRun({ location: locationName, job: jobSnapshot, runConfig: {}, tags })], {
    kind: "launch",
    holder: holderId("h"),
    claimMs: 60_000,
  });
  if (claim === undefined) throw new Error("one run was submitted");
  const start = { type: "RUN_START", atMs: 0, message: "", stepKey: null } as const;
  const begun = await storage.runs.beginWork({
    runId: claim.run.id,
    attempt: 1,
    fence: claim.fence,
    worker: {},
    leaseMs,
    entries: [start],
  });
  if (begun === null) throw new Error("the run was ours to begin");
  return begun.run;
}

async function lastEntry(storage: Storage, run: Run) {
  const log = await storage.events.read(run.id, { afterSeq: 0, limit: 100 });
  return log.at(-1);
}

const exitOf = (run: Run, overrides: Partial<WorkerExit> = {}): WorkerExit => ({
  run,
  attempt: run.attempt,
  exitCode: 1,
  signal: null,
  stderrTail: "",
  ...overrides,
});

type Limits = Pick<
  MonitoringOptions,
  "startTimeoutMs" | "cancelTimeoutMs" | "maxRuntimeMs" | "maxRuntimeGraceMs" | "maxResumeAttempts"
>;

function loopOver(storage: Storage, exits: readonly WorkerExit[], limits: Limits = patient) {
  const waiting = [...exits];
  return createMonitoringLoop({ storage, takeExits: () => Promise.resolve(waiting.splice(0)), ...limits });
}

test("a worker that was killed fails its run, with the signal and its last words", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await loopOver(storage, [exitOf(run, { exitCode: null, signal: "SIGKILL", stderrTail: "out of memory\n" })]).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("FAILURE");
  expect(await lastEntry(storage, run)).toMatchObject({
    type: "RUN_FAILURE",
    reason: "WORKER_LOST",
    message:
      'Execution of run for "nightly" failed. The run worker was killed by signal SIGKILL. Its last lines on stderr:\nout of memory',
  });
});

test("a worker that exited is told by its exit code", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await loopOver(storage, [exitOf(run, { exitCode: 3 })]).runOnce(never);
  expect((await lastEntry(storage, run))?.message).toContain("exited with code 3 before the run had ended");
});

test("a run that had ended before its worker left stays as it is", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await storage.events.append({
    runId: run.id,
    attempt: 1,
    entries: [{ type: "RUN_SUCCESS", atMs: 0, message: "", stepKey: null }],
  });
  const { handled, errors } = await loopOver(storage, [exitOf(run, { exitCode: 0 })]).runOnce(never);
  expect({ handled, errors }).toEqual({ handled: 0, errors: [] });
  expect((await storage.runs.get(run.id)).status).toBe("SUCCESS");
});

test("a run that was being canceled is CANCELED when its worker is gone", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await storage.events.append({
    runId: run.id,
    attempt: null,
    entries: [{ type: "RUN_CANCELING", atMs: 0, message: "", stepKey: null }],
  });
  const canceling = await storage.runs.get(run.id);
  await loopOver(storage, [exitOf(canceling, { exitCode: null, signal: "SIGKILL" })]).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("CANCELED");
});

test("a run whose worker does not stop is CANCELED after the cancel timeout, and the worker is refused from then on", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  const canceling = { type: "RUN_CANCELING", atMs: 0, message: "", stepKey: null } as const;
  await storage.events.append({ runId: run.id, attempt: null, entries: [canceling] });
  await loopOver(storage, []).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("CANCELING");
  await loopOver(storage, [], { ...patient, cancelTimeoutMs: -1 }).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("CANCELED");
  expect(await lastEntry(storage, run)).toMatchObject({
    type: "RUN_CANCELED",
    message: expect.stringContaining("did not stop within `run_monitoring.cancel_timeout_seconds`") as string,
  });
  const late = { type: "RUN_SUCCESS", atMs: 0, message: "", stepKey: null } as const;
  await expect(storage.events.append({ runId: run.id, attempt: 1, entries: [late] })).rejects.toThrow(RunFinishedError);
});

test.each([["notMine"], ["unavailable"]] as const)("a worker that left with %s says nothing about the run", async (name) => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await loopOver(storage, [exitOf(run, { exitCode: runWorkerExitCodes[name] })]).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("STARTED");
});

test("an exit of an earlier attempt does not end the present one", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 60_000);
  await loopOver(storage, [exitOf(run, { attempt: 0 })]).runOnce(never);
  expect((await storage.runs.get(run.id)).status).toBe("STARTED");
});

test("a worker that nobody watched is missed when its lease has run out", async () => {
  const storage = await openTestStorage();
  const run = await startedRun(storage, 0);
  const alive = await startedRun(storage, 60_000);
  expect((await loopOver(storage, []).runOnce(never)).handled).toBe(1);
  expect((await lastEntry(storage, run))?.message).toContain("its exit is unknown");
  expect((await storage.runs.get(alive.id)).status).toBe("STARTED");
});

test("a run whose worker is lost goes on with a new one under the next attempt, once for each loss, and the old one is refused", async () => {
  const [storage, other] = await openTestStorages(2);
  if (storage === undefined || other === undefined) throw new Error("two storages were asked for");
  const run = await startedRun(storage, 60_000);
  const resuming = { ...patient, maxResumeAttempts: 1 };
  const exit = exitOf(run, { exitCode: null, signal: "SIGKILL" });
  const passes = await Promise.all([storage, other].map((each) => loopOver(each, [exit], resuming).runOnce(never)));
  expect(passes.map(({ handled }) => handled).toSorted()).toEqual([0, 1]);
  expect(passes.flatMap(({ errors }) => errors)).toEqual([]);
  expect(await storage.runs.get(run.id)).toMatchObject({ status: "STARTING", attempt: 2 });

  const success = { type: "RUN_SUCCESS", atMs: 0, message: "", stepKey: null } as const;
  await expect(storage.events.append({ runId: run.id, attempt: 1, entries: [success] })).rejects.toThrow(RunAttemptStaleError);
  expect(await storage.runs.renewLease(run.id, 1, 60_000)).toBeNull();
  const [claim] = await storage.runs.claimLaunches(holderId("sweep"), 10, 60_000);
  expect(claim).toMatchObject({ run: { id: run.id, attempt: 2 } });
  const begin = { runId: run.id, worker: {}, leaseMs: 0, entries: [{ ...success, type: "RUN_START" as const }] };
  expect(await storage.runs.beginWork({ ...begin, attempt: 1, fence: 1 })).toBeNull();
  expect(await storage.runs.beginWork({ ...begin, attempt: 2, fence: claim!.fence })).toMatchObject({
    run: { status: "STARTED" },
  });

  // Its lease is over at once, and it was resumed as often as may be.
  await loopOver(storage, [], resuming).runOnce(never);
  expect(await lastEntry(storage, run)).toMatchObject({ type: "RUN_FAILURE", reason: "WORKER_LOST" });
});

test("a run that no worker takes up fails after the start timeout", async () => {
  const storage = await openTestStorage();
  const [claim] = await storage.runs.submit([prepareRun({ location: locationName, job: jobSnapshot, runConfig: {} })], {
    kind: "launch",
    holder: holderId("h"),
    claimMs: 60_000,
  });
  if (claim === undefined) throw new Error("one run was submitted");
  await loopOver(storage, [], { ...patient, startTimeoutMs: 0 }).runOnce(never);
  expect(await lastEntry(storage, claim.run)).toMatchObject({ type: "RUN_FAILURE", reason: "START_TIMEOUT" });
});

test("a run that takes too long fails, by its tag or else by the instance's limit, once its worker had the time to end it", async () => {
  const storage = await openTestStorage();
  const byInstance = await startedRun(storage, 60_000);
  const byTag = await startedRun(storage, 60_000, { "dagster/max_runtime": "0.001" });
  const within = await startedRun(storage, 60_000, { "dagster/max_runtime": "3600" });
  const statuses = (): Promise<readonly string[]> =>
    Promise.all([byInstance, byTag, within].map(async ({ id }) => (await storage.runs.get(id)).status));

  await loopOver(storage, [], { ...patient, maxRuntimeMs: 1 }).runOnce(never);
  expect(await statuses()).toEqual(["STARTED", "STARTED", "STARTED"]);
  await vi.waitFor(async () => {
    await loopOver(storage, [], { ...patient, maxRuntimeMs: 2, maxRuntimeGraceMs: 0 }).runOnce(never);
    expect(await statuses()).toEqual(["FAILURE", "FAILURE", "STARTED"]);
  });
  expect(await lastEntry(storage, byTag)).toMatchObject({
    type: "RUN_FAILURE",
    reason: "RUN_EXCEPTION",
    message: 'Execution of run for "nightly" failed. It exceeded its maximum runtime of 0.001 seconds.',
  });
  expect((await lastEntry(storage, byInstance))?.message).toContain("0.002 seconds");
});
