import { holderId, type Run, type RunFailureReason, type RunId, systemTags, type Tags } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { expect, test, vi } from "vitest";
import { jobSnapshot, locationName, serveLocation } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createRunRetriesLoop, type RunRetriesOptions } from "./run-retries.ts";

const never = new AbortController().signal;
const enabled = { enabled: true, maxRetries: 2, retryOnAssetOrOpFailure: true };

async function failedRun(storage: Storage, tags: Tags = {}, reason: RunFailureReason = "STEP_FAILURE"): Promise<Run> {
  const [claim] = await storage.runs.submit([prepareRun({ location: locationName, job: jobSnapshot, runConfig: {}, tags })], {
    kind: "queue",
  });
  if (claim === undefined) throw new Error("one run was submitted");
  await fail(storage, claim.run.id, reason);
  return storage.runs.get(claim.run.id);
}

const fail = (storage: Storage, runId: RunId, reason: RunFailureReason = "STEP_FAILURE") =>
  storage.events.append({
    runId,
    attempt: null,
    entries: [{ type: "RUN_FAILURE", atMs: 0, message: "", stepKey: null, error: null, reason }],
  });

const loopOver = (storage: Storage, options: Partial<RunRetriesOptions> = {}) =>
  createRunRetriesLoop({
    storage,
    workspace: serveLocation({}),
    holder: holderId("daemon"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    config: enabled,
    ...options,
  });

const retriesOf = (storage: Storage, { id }: Run) => storage.runs.list({ rootRunId: id }, { limit: 100, ascending: true });

test("three daemons at once retry each failed run once, and note it on both runs", async () => {
  const storages = await openTestStorages(3);
  const [storage] = storages;
  if (storage === undefined) throw new Error("three storages were asked for");
  const failed: Run[] = [];
  for (let n = 0; n < 20; n += 1) failed.push(await failedRun(storage, { team: "blue" }));
  await Promise.all(
    storages.map(async (each) => {
      const loop = loopOver(each, { batch: 3 });
      while ((await loop.runOnce(never)).handled > 0);
    }),
  );
  for (const run of failed) {
    const retries = await retriesOf(storage, run);
    expect(retries).toHaveLength(1);
    const [retry] = retries as [Run];
    expect(retry).toMatchObject({ status: "QUEUED", parentRunId: run.id, rootRunId: run.id });
    expect(retry.tags).toMatchObject({
      team: "blue",
      [systemTags.retryNumber]: "1",
      [systemTags.isResumeRetry]: "true",
      [systemTags.parentRunId]: run.id,
    });
    expect((await storage.runs.get(run.id)).tags).toMatchObject({
      [systemTags.willRetry]: "true",
      [systemTags.autoRetryRunId]: retry.id,
    });
    const [failedLog, retryLog] = await Promise.all(
      [run.id, retry.id].map((id) => storage.events.read(id, { afterSeq: 0, limit: 100 })),
    );
    expect(failedLog?.at(-1)).toMatchObject({ message: "Retrying the run", metadata: { "new run": { runId: retry.id } } });
    expect(retryLog?.map(({ type }) => type)).toEqual(["ENGINE_EVENT", "RUN_ENQUEUED"]);
    expect(retryLog?.[0]).toMatchObject({ message: "Launched as an automatic retry" });
  }
});

test("a retry that fails is retried in its turn, until there were enough", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage);
  const loop = loopOver(storage);
  for (let n = 0; n < 4; n += 1) {
    await loop.runOnce(never);
    const last = (await retriesOf(storage, run)).at(-1);
    if (last?.status === "QUEUED") await fail(storage, last.id);
  }
  const retries = await retriesOf(storage, run);
  expect(retries.map(({ tags }) => tags[systemTags.retryNumber])).toEqual(["1", "2"]);
  expect(retries[1]?.parentRunId).toBe(retries[0]?.id);
  expect(retries[1]?.tags[systemTags.willRetry]).toBe("false");
});

test("a daemon that dies over a decision leaves it to another one, and a retry that is there is not made again", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage);
  // It claimed the run and died.
  expect(await storage.runs.claimRetries(10, 0)).toHaveLength(1);
  // Two go on to retry it at the same moment, of which one believes its claim to be good still.
  const retry = {
    failedRunId: run.id,
    run: prepareRun({ location: locationName, job: jobSnapshot, runConfig: {}, rootRunId: run.id }),
  };
  const made = await Promise.all([1, 2, 3].map(() => storage.runs.submitRetry(retry, { kind: "queue" })));
  expect(made.filter((claim) => claim !== null)).toHaveLength(1);
  await loopOver(storage).runOnce(never);
  expect(await retriesOf(storage, run)).toHaveLength(1);
});

test("a run that is not to be retried says so, and is not asked about again", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage);
  const loop = loopOver(storage, { config: { ...enabled, retryOnAssetOrOpFailure: false } });
  expect((await loop.runOnce(never)).handled).toBe(1);
  expect((await loop.runOnce(never)).handled).toBe(0);
  const log = await storage.events.read(run.id, { afterSeq: 0, limit: 100 });
  expect(log.at(-1)?.message).toContain("retry_on_asset_or_op_failure is false");
  expect((await storage.runs.get(run.id)).tags[systemTags.willRetry]).toBe("false");
  expect(await retriesOf(storage, run)).toEqual([]);
});

test("a run of a backfill that is no longer there is not retried", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage, { [systemTags.backfill]: "gone" });
  await loopOver(storage).runOnce(never);
  expect(await retriesOf(storage, run)).toEqual([]);
  const log = await storage.events.read(run.id, { afterSeq: 0, limit: 100 });
  expect(log.at(-1)?.message).toBe("Not retrying the run: its backfill gone is no longer there");
});

test("an instance without retries forgets its failed runs: they are not retried when it is given some later", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage);
  await loopOver(storage, { config: { ...enabled, enabled: false } }).runOnce(never);
  await loopOver(storage).runOnce(never);
  expect(await retriesOf(storage, run)).toEqual([]);
});

test("a code location that is away is waited for; a job that is gone is told", async () => {
  const storage = await openTestStorage();
  const run = await failedRun(storage);
  const away = serveLocation({});
  const pass = await loopOver(storage, { workspace: { entries: () => [] } }).runOnce(never);
  expect(pass).toMatchObject({ handled: 1, errors: [] });
  expect((await storage.runs.get(run.id)).tags[systemTags.willRetry]).toBeUndefined();
  expect((await storage.runs.nextRetryDueAtMs()) ?? 0).toBeGreaterThan(await storage.nowMs());

  const other = await failedRun(storage);
  const [entry] = away.entries();
  const without = { ...entry!, snapshot: { ...entry!.snapshot!, jobs: [] } };
  await loopOver(storage, { workspace: { entries: () => [without] } }).runOnce(never);
  const log = await storage.events.read(other.id, { afterSeq: 0, limit: 100 });
  expect(log.at(-1)?.message).toContain('has no job "nightly" any more');
});

test("where there is no queue the retry is launched at once", async () => {
  const storage = await openTestStorage();
  await failedRun(storage);
  const launchAll = vi.fn<RunRetriesOptions["launchAll"]>(() => Promise.resolve());
  await loopOver(storage, { submitMode: { kind: "launch", holder: holderId("d"), claimMs: 60_000 }, launchAll }).runOnce(never);
  expect(launchAll.mock.calls.flat(2)).toMatchObject([{ run: { status: "STARTING" }, fence: 1 }]);
});
