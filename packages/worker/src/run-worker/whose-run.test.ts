import { fileURLToPath } from "node:url";
import type { RunEvent } from "@dagwright/model";
import { expect, test } from "vitest";
import { append, executeOne, expectNoGap, forever, last, typesOf, untilTerminated } from "../fixtures/logged-run.ts";
import { createWorld, generation } from "../fixtures/run-world.ts";
import { runWorkerExitCodes } from "../protocol.ts";

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

function generationOf(fixture: string) {
  const file = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  return { ...generation, entryFile: file, sourceFile: file };
}

const failure = (message: string): RunEvent => ({
  type: "RUN_FAILURE",
  atMs: Date.now(),
  message,
  stepKey: null,
  error: null,
  reason: "WORKER_LOST",
});
