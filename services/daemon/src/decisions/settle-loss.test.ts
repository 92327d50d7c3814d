import { codeLocationName, type Run, runId, snapshotId } from "@dagwright/model";
import { expect, test } from "vitest";
import { settleLoss } from "./settle-loss.ts";

const run: Run = {
  id: runId("018f0000-0000-7000-8000-000000000001"),
  status: "STARTED",
  attempt: 1,
  jobName: "nightly",
  location: codeLocationName("numbers"),
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshotId: snapshotId("j"),
  planSnapshotId: snapshotId("p"),
  parentRunId: null,
  rootRunId: null,
  partition: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  enqueuedAtMs: null,
  launchedAtMs: null,
  startedAtMs: null,
  endedAtMs: null,
};
const lost = { how: "The run worker was killed by signal SIGKILL.", reason: "WORKER_LOST" as const };
const typesOf = (...given: Parameters<typeof settleLoss>) => settleLoss(...given).map(({ type }) => type);

test("a lost worker is replaced, as often as the instance says", () => {
  expect(settleLoss(run, lost, 1, 5).map(({ type, message }) => [type, message])).toEqual([
    ["ENGINE_EVENT", `The run worker was killed by signal SIGKILL. Resuming run ${run.id} with a new worker.`],
    ["ENGINE_EVENT", "Launching a new run worker to resume run"],
    ["RUN_STARTING", "Attempt 2 of run of nightly is starting"],
  ]);
  expect(settleLoss({ ...run, attempt: 2 }, lost, 1, 5)).toMatchObject([
    { type: "RUN_FAILURE", reason: "WORKER_LOST", message: expect.stringContaining("It was resumed 1 times") },
  ]);
  expect(typesOf(run, lost, 0, 5)).toEqual(["RUN_FAILURE"]);
});

test("what was to be canceled is not resumed, and neither is what never began or took too long", () => {
  expect(typesOf({ ...run, status: "CANCELING" }, lost, 3, 5)).toEqual(["RUN_CANCELED"]);
  expect(typesOf({ ...run, status: "STARTING" }, lost, 3, 5)).toEqual(["RUN_FAILURE"]);
  expect(typesOf(run, { ...lost, reason: "RUN_EXCEPTION" }, 3, 5)).toEqual(["RUN_FAILURE"]);
});
