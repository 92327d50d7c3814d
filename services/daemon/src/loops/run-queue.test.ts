import { holderId, type JobSnapshot, type RunId, systemTags, type Tags } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { CodeLocationUnreachableError } from "@dagwright/rpc";
import { prepareRun, type QueueLimits, readWaits } from "@dagwright/workspace";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import type { DatabaseClock } from "../database-clock.ts";
import { createLaunchAll } from "../launch-all.ts";
import { jobSnapshot, locationName } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createLaunchSweep } from "./launches.ts";
import { createRunQueueLoop } from "./run-queue.ts";

const never = new AbortController().signal;
const unlimited: QueueLimits = {
  maxConcurrentRuns: null,
  tagConcurrencyLimits: [],
  locationWeights: {},
  pools: { granularity: null, defaultLimit: null, runBuffer: 0 },
};
const newRuns = (count: number, job: JobSnapshot = jobSnapshot, tags: Tags = {}) =>
  Array.from({ length: count }, () => prepareRun({ location: locationName, job, runConfig: {}, tags }));
const terminator = { terminateRun: () => Promise.resolve(false) };
const end = (storage: Storage, runId: RunId) =>
  storage.events.append({
    runId,
    attempt: null,
    entries: [{ type: "RUN_FAILURE", atMs: 0, message: "", stepKey: null, error: null, reason: "UNKNOWN" }],
  });

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
        terminator,
        parallelism: 7,
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
    terminator,
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
  await end(storage, first);
  await loop.runOnce(never);
  expect(launched).toHaveLength(3);
});

test("a launch that hangs holds up no other", async () => {
  const storage = await openTestStorage();
  await storage.runs.submit(newRuns(3), { kind: "queue" });
  const hanging = Promise.withResolvers<void>();
  const launched: RunId[] = [];
  const loop = createRunQueueLoop({
    storage,
    holder: holderId("daemon"),
    limits: unlimited,
    terminator,
    parallelism: 2,
    launchAll: async (claims) => {
      launched.push(...claims.map(({ run }) => run.id));
      if (launched.length === 1) await hanging.promise;
    },
  });
  await loop.runOnce(never);
  expect(launched).toHaveLength(2);
  await loop.runOnce(never);
  expect(launched).toHaveLength(3);
  hanging.resolve();
  await loop.drain?.();
});

test("of 300 queued runs that a tag holds back the ones behind are found, and the rest when there is room", async () => {
  const storage = await openTestStorage();
  const busy = await storage.runs.submit(newRuns(300, jobSnapshot, { db: "main", [systemTags.priority]: "1" }), {
    kind: "queue",
  });
  const [free] = await storage.runs.submit(newRuns(1), { kind: "queue" });
  const launched: RunId[] = [];
  const loop = createRunQueueLoop({
    storage,
    holder: holderId("daemon"),
    limits: {
      ...unlimited,
      maxConcurrentRuns: 10,
      tagConcurrencyLimits: [{ key: "db", value: "main", perUniqueValue: false, limit: 1 }],
    },
    terminator,
    launchAll: (claims) => {
      launched.push(...claims.map(({ run }) => run.id));
      return Promise.resolve();
    },
  });
  const untilIdle = async (): Promise<void> => {
    while ((await loop.runOnce(never)).handled > 0);
  };
  await untilIdle();
  expect(launched).toEqual([busy[0]?.run.id, free?.run.id]);
  await end(storage, launched[0]!);
  await untilIdle();
  expect(launched.slice(2)).toEqual([busy[1]?.run.id]);
});

test("a newer run of a job that replaces ends the one that runs, and starts when it has ended; one in between never does", async () => {
  const storage = await openTestStorage();
  const job: JobSnapshot = { ...jobSnapshot, whenRunning: { policy: "replace", per: "job" } };
  const launched: RunId[] = [];
  const asked: RunId[] = [];
  const daemon = (name: string) =>
    createRunQueueLoop({
      storage,
      holder: holderId(name),
      limits: unlimited,
      terminator: {
        terminateRun: (run) => {
          asked.push(run.id);
          return Promise.resolve(true);
        },
      },
      launchAll: (claims) => {
        launched.push(...claims.map(({ run }) => run.id));
        return Promise.resolve();
      },
    });
  const loops = [daemon("one"), daemon("two")];
  const everywhere = async (): Promise<void> => {
    await Promise.all(loops.map((loop) => loop.runOnce(never)));
    await Promise.all(loops.map(async (loop) => loop.drain?.()));
  };
  const [first] = await storage.runs.submit(newRuns(1, job), { kind: "queue" });
  await everywhere();
  expect(launched).toEqual([first!.run.id]);

  const [second, third] = await storage.runs.submit(newRuns(2, job), { kind: "queue" });
  await everywhere();
  await everywhere();
  expect(new Set(asked)).toEqual(new Set([first!.run.id]));
  const statusOf = async (id: RunId) => (await storage.runs.get(id)).status;
  expect(await statusOf(first!.run.id)).toBe("CANCELING");
  expect(await statusOf(second!.run.id)).toBe("CANCELED");
  expect(launched).toHaveLength(1);

  await end(storage, first!.run.id);
  await everywhere();
  expect(launched).toEqual([first!.run.id, third!.run.id]);
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

test("a run whose code location cannot be reached goes back to the queue, waits there for a while, and in the end fails", async () => {
  const storage = await openTestStorage();
  const [claim] = await storage.runs.submit(newRuns(1), { kind: "queue" });
  const { id } = claim!.run;
  const launchAll = createLaunchAll(
    storage,
    { launchRun: () => Promise.reject(new CodeLocationUnreachableError("unix:/nowhere", "refused")) },
    { nowMs: () => Date.now() + 120_000 } as DatabaseClock,
    pino({ level: "silent" }),
    { maxRetries: 1, delayMs: 500 },
  );
  const loop = createRunQueueLoop({ storage, holder: holderId("daemon"), limits: unlimited, terminator, launchAll });
  const pass = async (): Promise<number> => {
    const { handled } = await loop.runOnce(never);
    await loop.drain?.();
    return handled;
  };
  expect(await pass()).toBe(1);
  expect(await storage.runs.get(id)).toMatchObject({ status: "QUEUED", attempt: 1 });
  await pass();
  expect((await storage.runs.get(id)).status).toBe("QUEUED");
  const [wait] = await readWaits([id], storage, unlimited);
  expect(wait?.reasons).toMatchObject([{ kind: "location", message: expect.stringContaining("could not be reached") }]);

  await vi.waitFor(async () => {
    await pass();
    expect((await storage.runs.get(id)).status).toBe("FAILURE");
  });
  const log = await storage.events.read(id, { afterSeq: 0, limit: 100 });
  expect(log.filter(({ type }) => type === "RUN_ENQUEUED")).toHaveLength(2);
  expect(log.find(({ type }) => type === "ENGINE_EVENT")?.message).toContain("goes back to the queue (1 retry left)");
});
