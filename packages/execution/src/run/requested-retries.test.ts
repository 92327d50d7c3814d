import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryInstance } from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import { type RunLogEntry, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { executeRun, FilesystemIOManager, loadRepository } from "../index.ts";

const entryFile = fileURLToPath(new URL("../fixtures/failures-project.ts", import.meta.url));

/** Executes a job in step workers. */
async function execute(jobName: string) {
  const home = await mkdtemp(join(tmpdir(), "dagwright-failures-"));
  await using done = new AsyncDisposableStack();
  done.defer(() => rm(home, { recursive: true, force: true }));
  const repository = await loadRepository({ entryFile });
  const events: RunLogEntry[] = [];
  const outcome = await executeRun({
    plan: planExecution(repository.jobs.get(jobName)!.snapshot),
    repository,
    run: {
      runId: runId("018f0000-0000-7000-8000-000000000001"),
      jobName,
      runConfig: {},
      tags: {},
      attempt: 1,
      parentRunId: null,
    },
    events: { emit: (entry) => void events.push(entry), flush: () => Promise.resolve() },
    instance: new InMemoryInstance(),
    ioManager: () => new FilesystemIOManager({ baseDir: join(home, "storage") }),
    signal: new AbortController().signal,
    stepWorkers: { entryFile, storageDir: join(home, "storage") },
  });
  const logged = events.flatMap((entry) => (entry.type === "LOG_LINE" ? [entry.message] : []));
  return { outcome, events, logged };
}

test("an op in a step worker is tried again as often as it asks for, or not at all, and hooks see the end alone", async () => {
  const { outcome, events, logged } = await execute("retries");
  expect(outcome.status).toBe("FAILURE");
  const ends = ["STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS", "STEP_FAILURE"];
  const typesOf = (step: string) =>
    events.flatMap(({ stepKey, type }) => (stepKey === step && (ends.includes(type) || type.startsWith("HOOK")) ? [type] : []));
  const again = ["STEP_UP_FOR_RETRY", "STEP_RESTARTED"];
  expect(typesOf("second").filter((type) => !type.startsWith("HOOK"))).toEqual([
    "STEP_START",
    ...again,
    ...again,
    "STEP_SUCCESS",
  ]);
  expect(typesOf("never").filter((type) => !type.startsWith("HOOK"))).toEqual(["STEP_START", ...again, "STEP_FAILURE"]);
  expect(typesOf("final").filter((type) => !type.startsWith("HOOK"))).toEqual(["STEP_START", "STEP_FAILURE"]);
  const waits = events.flatMap((entry) => (entry.type === "STEP_UP_FOR_RETRY" ? [[entry.stepKey, entry.secondsToWait]] : []));
  expect(waits.toSorted()).toEqual([
    ["never", null],
    ["second", 0.01],
    ["second", 0.01],
  ]);
  const failures = new Map(events.flatMap((entry) => (entry.type === "STEP_FAILURE" ? [[String(entry.stepKey), entry]] : [])));
  expect(failures.get("never")).toMatchObject({
    error: { name: "RetryRequested", message: "Exceeded maxRetries of 1", cause: { message: "still busy" } },
    errorSource: "USER_CODE_ERROR",
  });
  expect(failures.get("final")).toMatchObject({
    error: { name: "Failure", message: "no orders" },
    failureMetadata: { rows: { type: "int", int: "0" } },
  });

  expect(logged.toSorted()).toEqual(["told of second", "warned of final", "warned of never"]);
  const errored = events.filter((entry) => entry.type === "HOOK_ERRORED");
  expect(errored).toMatchObject([{ stepKey: "final", hookName: "fails" }]);
  expect(JSON.stringify(errored)).toContain("no channel");
});

test("what a step in a worker gave before it was tried again is not mapped", async () => {
  const { outcome, logged } = await execute("parts_again");
  expect(outcome.status).toBe("SUCCESS");
  expect(logged).toEqual(["total 1"]);
});
