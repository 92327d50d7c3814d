import { holderId, instigatorIdOf, type JobSnapshot, type ScheduleSnapshot, systemTags } from "@dagwright/model";
import { CodeLocationUnreachableError, ProtocolVersionError, UserCodeError } from "@dagwright/rpc";
import type { Storage } from "@dagwright/storage";
import { describe, expect, test } from "vitest";
import { declaredInstigators } from "../instigator-sync.ts";
import type { Loop, Pass } from "../loop.ts";
import {
  jobSnapshot,
  type LocationCode,
  locationName,
  request,
  result,
  schedule,
  serveLocation,
} from "../testing/served-location.ts";
import { openTestStorage } from "../testing/test-storage.ts";
import { createSchedulerLoop, type SchedulerLoopOptions } from "./scheduler.ts";

const never = new AbortController().signal;
const minute = 60_000;
const hour = 60 * minute;
const id = instigatorIdOf(locationName, "every_minute");
const oneRun = { kind: "run", isChecked: true, runConfig: { ops: { only: {} } } } as const;
const eachPartition = { kind: "partitions", isChecked: true, runConfig: {} } as const;

const hourly: JobSnapshot = {
  ...jobSnapshot,
  partitions: {
    kind: "timeWindow",
    cron: "0 * * * *",
    timeZone: "UTC",
    startMs: Date.UTC(2024, 0, 1),
    endMs: null,
    keyFormat: "%Y-%m-%d-%H:%M",
    endOffset: 0,
  },
};

/** A scheduler over one schedule that is due since `agoMs`. */
async function scheduler(
  {
    agoMs = minute,
    code = {},
    ...options
  }: Partial<SchedulerLoopOptions> & { readonly agoMs?: number; readonly code?: LocationCode },
  overrides: Partial<ScheduleSnapshot> = {},
): Promise<{ readonly storage: Storage; readonly loop: Loop; readonly workspace: ReturnType<typeof serveLocation> }> {
  const storage = await openTestStorage();
  const workspace = serveLocation({ schedules: [schedule(overrides)], ...code });
  const snapshot = workspace.entries()[0]!.snapshot!;
  await storage.instigators.sync(locationName, declaredInstigators(locationName, snapshot, (await storage.nowMs()) - agoMs));
  const loop = createSchedulerLoop({
    storage,
    workspace,
    holder: holderId("daemon:test"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    ...options,
  });
  return { storage, loop, workspace };
}

const refuses = (): never => {
  throw new Error("nobody was to ask the code");
};
const ticksOf = (storage: Storage) => storage.instigators.ticks(id, { limit: 20 });
const runsOf = (storage: Storage) => storage.runs.list({}, { limit: 20 });
/** A pass, and what it left to go on behind it. */
const runOnce = async (loop: Loop): Promise<Pass> => {
  const pass = await loop.runOnce(never);
  await loop.drain?.();
  return pass;
};
/** Due at this moment, whatever it was to wait for. */
const untilDue = async (loop: Loop): Promise<void> => {
  for (let pass = await runOnce(loop); pass.handled === 0; pass = await runOnce(loop))
    await new Promise((resolve) => setTimeout(resolve, 100));
};

test("what a schedule without a function asks for needs no call into its code", async () => {
  const { storage, loop } = await scheduler({ code: { evaluate: refuses } }, { request: oneRun, tags: { by: "night" } });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([{ status: "SUCCESS", error: null }]);
  expect(await runsOf(storage)).toMatchObject([
    { runConfig: oneRun.runConfig, tags: { by: "night", [systemTags.scheduleName]: "every_minute" } },
  ]);
});

test("run config that did not fit when the code was loaded is checked by the tick, which tells what is wrong", async () => {
  const { storage, loop } = await scheduler({}, { request: { kind: "run", isChecked: false, runConfig: { bad: 1 } } });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([
    {
      status: "FAILURE",
      // The calls that found it are the daemon's, and say nothing to whoever reads the tick.
      error: { message: expect.stringContaining('does not fit job "nightly":\n- Received unexpected') as string, stack: [] },
    },
  ]);
});

test("a run of a partition is refused where nothing that it makes has partitions", async () => {
  const { storage, loop } = await scheduler({
    code: { evaluate: () => result({ runRequests: [request({ partition: "2026-01-01" })] }) },
  });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([
    {
      status: "FAILURE",
      error: {
        message:
          'A run request of "every_minute" is for the partition "2026-01-01", and neither the job "nightly" nor an asset that the run makes has partitions',
        stack: [],
      },
    },
  ]);
  expect(await storage.runs.count({})).toBe(0);
});

test("a code location that is too old for many evaluations in one call is asked one by one", async () => {
  const { storage, loop, workspace } = await scheduler({
    code: { evaluate: () => result({ runRequests: [request()] }) },
  });
  const client = workspace.entries()[0]!.client!;
  Object.assign(client, {
    // oxlint-disable-next-line require-yield -- it refuses at once
    async *evaluateMany() {
      throw new ProtocolVersionError("does not know EvaluateMany");
    },
  });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([{ status: "SUCCESS" }]);
});

test("a schedule's run key tells the runs of one tick apart, and starts a run again in the next", async () => {
  const both = [request({ runKey: "eu" }), request({ runKey: "eu" }), request({ runKey: "us" })];
  const { storage, loop } = await scheduler({ code: { evaluate: () => result({ runRequests: both }) } });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([{ status: "SUCCESS", runKeys: ["eu", "us"] }]);
  const [claimed] = await storage.instigators.getMany([id]);
  await storage.instigators.setStatus({ ...claimed!, kind: "SCHEDULE" }, "STOPPED", null);
  await storage.instigators.setStatus({ ...claimed!, kind: "SCHEDULE" }, "RUNNING", (await storage.nowMs()) - 1);
  await runOnce(loop);
  expect(await runsOf(storage)).toHaveLength(4);
});

describe("a schedule of partitions", () => {
  const everyHour = { cron: ["0 * * * *"], request: eachPartition };

  test("runs the partition that has come to its end by the tick's time", async () => {
    const { storage, loop } = await scheduler({ agoMs: hour, code: { jobs: [hourly], evaluate: refuses } }, everyHour);
    await runOnce(loop);
    const [tick] = await ticksOf(storage);
    const key = new Date((tick?.scheduledAtMs ?? 0) - hour).toISOString().slice(0, 16).replace("T", "-");
    expect(await runsOf(storage)).toMatchObject([{ partition: key, tags: { [systemTags.partition]: key } }]);
  });

  test.each([
    ["up to five ticks", {}, 5],
    ["as many ticks as the instance's scheduler allows", { maxCatchupRuns: 2 }, 2],
  ])("catches up with %s, a partition each", async (_, options, expected) => {
    const { storage, loop } = await scheduler({ agoMs: 20 * hour, code: { jobs: [hourly] }, ...options }, everyHour);
    while ((await runOnce(loop)).handled > 0);
    const ticks = await ticksOf(storage);
    expect(ticks.map(({ status }) => status)).toEqual(Array.from({ length: expected }, () => "SUCCESS"));
    expect(new Set((await runsOf(storage)).map(({ partition }) => partition)).size).toBe(expected);
    expect((await storage.nowMs()) - ticks[0]!.scheduledAtMs).toBeLessThan(hour);
  });
});

test("a request for a partition that there is not fails the tick, naming those that there are", async () => {
  const asks = () => result({ runRequests: [request({ partition: "2023-01-01-00:00" })] });
  const { storage, loop } = await scheduler({ code: { jobs: [hourly], evaluate: asks } });
  await runOnce(loop);
  expect(await ticksOf(storage)).toMatchObject([
    {
      status: "FAILURE",
      error: {
        message: expect.stringMatching(/^There is no partition "2023-01-01-00:00": .*keys go from "2024-01-01-00:00"/) as string,
      },
    },
  ]);
});

describe("a tick that failed", () => {
  test("because its code could not be reached is tried again until it can, in the same tick", async () => {
    let isAway = true;
    const evaluate = () => {
      if (isAway) throw new CodeLocationUnreachableError("unix:/away", "no such file");
      return result({ runRequests: [request()] });
    };
    const { storage, loop } = await scheduler({ code: { evaluate } }, { cron: ["0 0 1 1 *"] });
    await storage.instigators.setStatus({ id, kind: "SCHEDULE", location: locationName, name: "every_minute" }, "STOPPED", null);
    const dueAtMs = (await storage.nowMs()) - minute;
    await storage.instigators.setStatus(
      { id, kind: "SCHEDULE", location: locationName, name: "every_minute" },
      "RUNNING",
      dueAtMs,
    );
    await runOnce(loop);
    const [failed] = await ticksOf(storage);
    expect(failed).toMatchObject({
      status: "FAILURE",
      error: { message: expect.stringContaining("could not be reached to evaluate the schedule") as string },
    });
    isAway = false;
    await untilDue(loop);
    expect(await ticksOf(storage)).toMatchObject([
      { id: failed?.id, scheduledAtMs: failed?.scheduledAtMs, status: "SUCCESS", error: null },
    ]);
    expect(await runsOf(storage)).toHaveLength(1);
  });

  test.each([
    ["is not tried again", 0, 1],
    ["is tried again as often as the instance's scheduler says", 1, 2],
  ])("because its code threw %s", { timeout: 30_000 }, async (_, maxTickRetries, expected) => {
    let asked = 0;
    const evaluate = () => {
      asked += 1;
      throw new UserCodeError({ name: "Error", message: "mine", stack: [] });
    };
    const { storage, loop } = await scheduler({ maxTickRetries, code: { evaluate } }, { cron: ["0 0 1 1 *"] });
    const target = { id, kind: "SCHEDULE", location: locationName, name: "every_minute" } as const;
    await storage.instigators.setStatus(target, "STOPPED", null);
    await storage.instigators.setStatus(target, "RUNNING", (await storage.nowMs()) - minute);
    for (let attempt = 0; attempt < expected; attempt += 1) await untilDue(loop);
    expect(await ticksOf(storage)).toMatchObject([{ status: "FAILURE", error: { message: "mine" } }]);
    expect(asked).toBe(expected);
    const waitMs = ((await runOnce(loop)).nextDueAtMs ?? 0) - (await storage.nowMs());
    expect(waitMs).toBeGreaterThan(hour);
  });
});

describe("a change of the timing never makes a tick for the past", () => {
  const timings: readonly Pick<ScheduleSnapshot, "cron" | "timeZone">[] = [
    { cron: ["0 * * * *"], timeZone: "UTC" },
    { cron: ["17 * * * *"], timeZone: "UTC" },
    { cron: ["0 * * * *"], timeZone: "Asia/Kathmandu" },
    { cron: ["0 * * * *"], timeZone: "UTC" },
  ];

  test("whatever cron and time zone it was edited to, to and fro, over times that were due", async () => {
    const { storage, loop, workspace } = await scheduler(
      { agoMs: 5 * hour, code: { evaluate: refuses } },
      { ...timings[0], request: oneRun },
    );
    const snapshot = workspace.entries()[0]!.snapshot!;
    for (const timing of timings.slice(1)) {
      // Nobody was there to make the ticks that were due under the timing before.
      const edited = { ...snapshot, schedules: [schedule({ ...timing, request: oneRun })] };
      await storage.instigators.sync(locationName, declaredInstigators(locationName, edited, await storage.nowMs()));
      expect((await runOnce(loop)).handled).toBe(0);
    }
    expect(await ticksOf(storage)).toEqual([]);
  });

  test("switched off over times that were due, and on again", async () => {
    const { storage, loop } = await scheduler({ agoMs: 5 * minute, code: { evaluate: refuses } }, { request: oneRun });
    const target = { id, kind: "SCHEDULE", location: locationName, name: "every_minute" } as const;
    await storage.instigators.setStatus(target, "STOPPED", null);
    expect((await runOnce(loop)).handled).toBe(0);
    await storage.instigators.setStatus(target, "RUNNING", (await storage.nowMs()) + minute);
    expect((await runOnce(loop)).handled).toBe(0);
    expect(await ticksOf(storage)).toEqual([]);
  });

  test("a tick that waits to be tried again is forgotten with the timing that it was for", async () => {
    const evaluate = () => {
      throw new CodeLocationUnreachableError("unix:/away", "no such file");
    };
    const { storage, loop, workspace } = await scheduler({ code: { evaluate } });
    await runOnce(loop);
    const edited = { ...workspace.entries()[0]!.snapshot!, schedules: [schedule({ cron: ["0 0 1 1 *"] })] };
    await storage.instigators.sync(locationName, declaredInstigators(locationName, edited, await storage.nowMs()));
    await storage.instigators.setStatus({ id, kind: "SCHEDULE", location: locationName, name: "every_minute" }, "STOPPED", null);
    const next = (await storage.nowMs()) - 1;
    await storage.instigators.setStatus({ id, kind: "SCHEDULE", location: locationName, name: "every_minute" }, "RUNNING", next);
    const [claim] = await storage.instigators.claimDue({
      kind: "SCHEDULE",
      locations: [locationName],
      holder: holderId("h"),
      leaseMs: minute,
      limit: 1,
    });
    expect(claim).toMatchObject({ failuresBefore: null });
    expect(claim?.scheduledAtMs).toBeCloseTo(next, 0);
  });
});
