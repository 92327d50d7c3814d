import { holderId, type RunId } from "@dagwright/model";
import { prepareRun } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { jobSnapshot, locationName } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createLaunchSweep } from "./launches.ts";
import { createRunQueueLoop } from "./run-queue.ts";

const never = new AbortController().signal;
const unlimited = { maxConcurrentRuns: null, tagConcurrencyLimits: [] };
const newRuns = (count: number) =>
  Array.from({ length: count }, () => prepareRun({ location: locationName, job: jobSnapshot, runConfig: {} }));

test("two daemons at once launch each of a hundred queued runs once", async () => {
  const storages = await openTestStorages(2);
  const [storage] = storages;
  if (storage === undefined) throw new Error("two storages were asked for");
  await storage.runs.submit(newRuns(100), { kind: "queue" });

  const launched: RunId[] = [];
  await Promise.all(
    storages.map(async (each, index) => {
      const loop = createRunQueueLoop({
        storage: each,
        holder: holderId(`daemon:${index}`),
        limits: unlimited,
        batch: 7,
        launchAll: (claims) => {
          launched.push(...claims.map(({ run }) => run.id));
          return Promise.resolve();
        },
      });
      while ((await loop.runOnce(never)).handled > 0);
    }),
  );
  expect(launched).toHaveLength(100);
  expect(new Set(launched).size).toBe(100);
  expect(await storage.runs.count({ statuses: ["STARTING"] })).toBe(100);
});

test("what runs already counts against the limit, and room is made when it ends", async () => {
  const storage = await openTestStorage();
  await storage.runs.submit(newRuns(3), { kind: "queue" });
  const launched: RunId[] = [];
  const loop = createRunQueueLoop({
    storage,
    holder: holderId("daemon"),
    limits: { ...unlimited, maxConcurrentRuns: 2 },
    launchAll: (claims) => {
      launched.push(...claims.map(({ run }) => run.id));
      return Promise.resolve();
    },
  });
  await loop.runOnce(never);
  await loop.runOnce(never);
  expect(launched).toHaveLength(2);
  const [first] = launched;
  if (first === undefined) throw new Error("two runs were launched");
  await storage.events.append({
    runId: first,
    attempt: null,
    entries: [{ type: "RUN_FAILURE", atMs: 0, message: "", stepKey: null, error: null, reason: "UNKNOWN" }],
  });
  await loop.runOnce(never);
  expect(launched).toHaveLength(3);
});

test("a launch whose holder died is swept once its claim has run out, under a higher fence", async () => {
  const storage = await openTestStorage();
  const [claim] = await storage.runs.submit(newRuns(1), { kind: "launch", holder: holderId("dead"), claimMs: 0 });
  const swept: { id: RunId; fence: number }[] = [];
  const loop = createLaunchSweep({
    storage,
    holder: holderId("alive"),
    launchAll: (claims) => {
      swept.push(...claims.map(({ run, fence }) => ({ id: run.id, fence })));
      return Promise.resolve();
    },
  });
  expect((await loop.runOnce(never)).handled).toBe(1);
  expect((await loop.runOnce(never)).handled).toBe(0);
  expect(swept).toEqual([{ id: claim?.run.id, fence: (claim?.fence ?? 0) + 1 }]);
});
