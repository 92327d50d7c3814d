import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { UserCodeError } from "@dagwright/rpc";
import { holderId, instigatorIdOf, systemTags } from "@dagwright/model";
import type { LaunchClaim, Storage } from "@dagwright/storage";
import { pino } from "pino";
import { expect, test } from "vitest";
import { openDatabaseClock } from "./database-clock.ts";
import { driveLoop } from "./driver.ts";
import { declaredInstigators } from "./instigator-sync.ts";
import { createSchedulerLoop } from "./loops/scheduler.ts";
import { createSensorLoop } from "./loops/sensors.ts";
import type { Loop } from "./loop.ts";
import { type LocationCode, locationName, request, result, schedule, sensor, serveLocation } from "./testing/served-location.ts";
import { openTestStorage, openTestStorages } from "./testing/test-storage.ts";

const never = new AbortController().signal;
const minute = 60_000;

/** One replica's loop over the code, whose instigators are due `dueForMs` ago. */
async function replica(
  create: typeof createSchedulerLoop,
  storage: Storage,
  code: LocationCode,
  overrides: object = {},
): Promise<Loop> {
  const workspace = serveLocation(code);
  return create({
    storage,
    workspace,
    holder: holderId(`daemon:${Math.random()}`),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    ...overrides,
  });
}

/** Makes the code's instigators known as of `agoMs` ago, so that they are due now. */
async function declare(storage: Storage, code: LocationCode, agoMs: number): Promise<void> {
  const [entry] = serveLocation(code).entries();
  if (!entry?.snapshot) throw new Error("the location has a snapshot");
  await storage.instigators.sync(
    locationName,
    declaredInstigators(locationName, entry.snapshot, (await storage.nowMs()) - agoMs),
  );
}

const scheduleId = instigatorIdOf(locationName, "every_minute");
const sensorId = instigatorIdOf(locationName, "file_sensor");

test("a due schedule makes one tick, its run, and is due again at its next time", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = { schedules: [schedule()], evaluate: () => result({ runRequests: [request()] }) };
  await declare(storage, code, minute);
  const loop = await replica(createSchedulerLoop, storage, code);

  expect((await loop.runOnce(never)).handled).toBe(1);

  const [tick, ...more] = await storage.instigators.ticks(scheduleId, { limit: 10 });
  expect(more).toEqual([]);
  expect(tick).toMatchObject({ status: "SUCCESS", error: null });
  const [run] = await storage.runs.list({}, { limit: 10 });
  expect(run?.id).toBe(tick?.runIds[0]);
  expect(run).toMatchObject({
    status: "QUEUED",
    tags: { [systemTags.scheduleName]: "every_minute", [systemTags.tick]: new Date(tick?.scheduledAtMs ?? 0).toISOString() },
  });
  const { nextDueAtMs, handled } = await loop.runOnce(never);
  expect(handled).toBe(0);
  expect(nextDueAtMs).toBe((Math.floor((await storage.nowMs()) / minute) + 1) * minute);
});

test.each([
  ["the queue gets a tick's run", { kind: "queue" as const }, "QUEUED", 0],
  [
    "without a queue the loop itself launches a tick's run",
    { kind: "launch" as const, holder: holderId("me"), claimMs: 30_000 },
    "STARTING",
    1,
  ],
])("%s, and nobody else launches it", async (_, submitMode, status, launches) => {
  const storage = await openTestStorage();
  const code: LocationCode = { schedules: [schedule()], evaluate: () => result({ runRequests: [request()] }) };
  await declare(storage, code, minute);
  const launched: LaunchClaim[] = [];
  const loop = await replica(createSchedulerLoop, storage, code, {
    submitMode,
    launchAll: (claims: readonly LaunchClaim[]) => Promise.resolve(void launched.push(...claims)),
  });
  await loop.runOnce(never);
  const runs = await storage.runs.list({}, { limit: 10 });
  expect(runs.map((run) => run.status)).toEqual([status]);
  expect(launched.map(({ run }) => run.id)).toEqual(runs.slice(0, launches).map(({ id }) => id));
});

test("after an outage there is one tick, for the newest time that was missed", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = { schedules: [schedule()], evaluate: () => result({ runRequests: [request()] }) };
  await declare(storage, code, 90 * minute);
  const loop = await replica(createSchedulerLoop, storage, code);
  await loop.runOnce(never);
  await loop.runOnce(never);
  const ticks = await storage.instigators.ticks(scheduleId, { limit: 10 });
  expect(ticks).toHaveLength(1);
  expect((await storage.nowMs()) - (ticks[0]?.scheduledAtMs ?? 0)).toBeLessThan(minute);
});

test("user code that throws fails the tick with its error, and the schedule goes on", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = { schedules: [schedule()], evaluate: () => Promise.reject(new TypeError("no such table")) };
  await declare(storage, code, minute);
  const loop = await replica(createSchedulerLoop, storage, code);
  const { errors } = await loop.runOnce(never);
  expect(errors).toEqual([new Error("every_minute: no such table")]);
  expect(await storage.instigators.ticks(scheduleId, { limit: 1 })).toMatchObject([
    { status: "FAILURE", error: { name: "TypeError", message: "no such table" } },
  ]);
  expect((await loop.runOnce(never)).nextDueAtMs).not.toBeNull();
});

test("run config that does not fit fails the tick and names what is wrong", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = {
    schedules: [schedule()],
    evaluate: () => result({ runRequests: [request({ runConfig: { bad: 1 } })] }),
  };
  await declare(storage, code, minute);
  await (await replica(createSchedulerLoop, storage, code)).runOnce(never);
  const [tick] = await storage.instigators.ticks(scheduleId, { limit: 1 });
  expect(tick?.error?.message).toBe(
    'The run config that "every_minute" asked for does not fit job "nightly":\n- Received unexpected config entry "bad"',
  );
  expect(await storage.runs.list({}, { limit: 1 })).toEqual([]);
});

test("a run request for a job that the sensor does not serve fails the tick", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = { sensors: [sensor()], evaluate: () => result({ runRequests: [request({ jobName: "other" })] }) };
  await declare(storage, code, 0);
  await (await replica(createSensorLoop, storage, code)).runOnce(never);
  const [tick] = await storage.instigators.ticks(sensorId, { limit: 1 });
  expect(tick?.error?.message).toBe('A run request of "file_sensor" names the job "other"; it must be one of: nightly');
});

test("a sensor gets its cursor and last run key, and a run key seen before starts no second run", async () => {
  const storage = await openTestStorage();
  const contexts: unknown[] = [];
  const code: LocationCode = {
    sensors: [sensor({ minimumIntervalSeconds: 0 })],
    evaluate(_, context) {
      contexts.push(context);
      return result({ runRequests: [request({ runKey: "same" })], cursor: `after ${contexts.length}` });
    },
  };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code);
  await loop.runOnce(never);
  await loop.runOnce(never);
  expect(contexts).toMatchObject([
    { cursor: null, lastRunKey: null, lastTickAtMs: null },
    { cursor: "after 1", lastRunKey: "same" },
  ]);
  expect(await storage.runs.list({}, { limit: 10 })).toHaveLength(1);
  expect((await storage.instigators.get(sensorId))?.cursor).toBe("after 2");
});

test("a sensor keeps its last run key and the time of its last good tick over skips and failures", async () => {
  const storage = await openTestStorage();
  const contexts: { readonly lastRunKey?: unknown; readonly lastTickAtMs?: unknown }[] = [];
  const answers = [
    () => result({ runRequests: [request({ runKey: "first" })] }),
    () => result({ skipReason: "nothing" }),
    () => result({ skipReason: "nothing" }),
    () => Promise.reject(new Error("away")),
    () => result(),
  ];
  const code: LocationCode = {
    sensors: [sensor({ minimumIntervalSeconds: 0 })],
    evaluate(_, context) {
      contexts.push(context);
      return answers[contexts.length - 1]?.() ?? result();
    },
  };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code);
  for (const _ of answers) await loop.runOnce(never);
  expect(contexts.map(({ lastRunKey }) => lastRunKey)).toEqual([null, "first", "first", "first", "first"]);
  const [none, ...times] = contexts.map(({ lastTickAtMs }) => lastTickAtMs);
  expect(none).toBeNull();
  // Each later than the one before, but for the last: the tick before it failed.
  expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)));
  expect(new Set(times).size).toBe(3);
});

test("a sensor with nothing to do tells why and waits for its interval", async () => {
  const storage = await openTestStorage();
  const code: LocationCode = { sensors: [sensor()], evaluate: () => result({ skipReason: "no file" }) };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code);
  await loop.runOnce(never);
  const pass = await loop.runOnce(never);
  expect(pass.handled).toBe(0);
  const waitMs = (pass.nextDueAtMs ?? 0) - (await storage.nowMs());
  expect(waitMs).toBeGreaterThan(25_000);
  expect(waitMs).toBeLessThanOrEqual(30_000);
  expect(await storage.instigators.ticks(sensorId, { limit: 1 })).toMatchObject([{ status: "SKIPPED", skipReason: "no file" }]);
});

test("what cannot be stored fails its own tick, and those that are committed with it are written", async () => {
  const storage = await openTestStorage();
  const long = randomBytes(50_000).toString("hex");
  const code: LocationCode = {
    sensors: [sensor({ name: "long_tag" }), sensor({ name: "long_key" }), sensor({ name: "good" })],
    evaluate: (name) =>
      result({
        runRequests: [request(name === "long_tag" ? { tags: { [long]: "" } } : { runKey: name === "long_key" ? long : "short" })],
        cursor: "moved",
      }),
  };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code);
  await loop.runOnce(never);
  await loop.drain?.();
  const newest = async (name: string) =>
    (await storage.instigators.ticks(instigatorIdOf(locationName, name), { limit: 5 })).map(({ status, error, cursor }) => [
      status,
      error?.message.slice(0, 60) ?? null,
      cursor,
    ]);
  expect(await newest("good")).toEqual([["SUCCESS", null, "moved"]]);
  expect(await newest("long_key")).toEqual([
    ["FAILURE", expect.stringContaining('A run key of "long_key" has 100000 bytes'), null],
  ]);
  expect(await newest("long_tag")).toEqual([["FAILURE", expect.stringMatching(/^index row (size|requires)/), null]]);
  expect(await storage.runs.list({}, { limit: 10 })).toHaveLength(1);
});

test("a slow sensor holds up no other one", async () => {
  const storage = await openTestStorage();
  const slow = Promise.withResolvers<void>();
  const code: LocationCode = {
    sensors: [sensor({ name: "slow" }), sensor({ name: "quick", minimumIntervalSeconds: 0 })],
    async evaluate(name) {
      if (name === "slow") await slow.promise;
      return result({ skipReason: name });
    },
  };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code);
  await loop.runOnce(never);
  await loop.runOnce(never);
  const quick = await storage.instigators.ticks(instigatorIdOf(locationName, "quick"), { limit: 10 });
  expect(quick[0]?.repetitions ?? quick.length).toBeGreaterThanOrEqual(1);
  expect(await storage.instigators.ticks(instigatorIdOf(locationName, "slow"), { limit: 10 })).toEqual([]);
  slow.resolve();
  await loop.drain?.();
  expect(await storage.instigators.ticks(instigatorIdOf(locationName, "slow"), { limit: 10 })).toMatchObject([
    { skipReason: "slow" },
  ]);
});

test("as many are evaluated at once as num_workers says, and no more", async () => {
  const storage = await openTestStorage();
  const sensors = Array.from({ length: 7 }, (_, index) => sensor({ name: `s${index}` }));
  let [now, most] = [0, 0];
  const code: LocationCode = {
    sensors,
    async evaluate() {
      now += 1;
      most = Math.max(most, now);
      await delay(20);
      now -= 1;
      return result();
    },
  };
  await declare(storage, code, 0);
  const loop = await replica(createSensorLoop, storage, code, { parallelism: 3 });
  let handled = 0;
  while (handled < sensors.length) handled += (await loop.runOnce(never)).handled;
  await loop.drain?.();
  expect(most).toBe(3);
});

test("three replicas at once make each due tick once", async () => {
  const storages = await openTestStorages(3);
  const [first] = storages;
  if (first === undefined) throw new Error("three storages were asked for");
  const schedules = Array.from({ length: 40 }, (_, index) => schedule({ name: `s${index}` }));
  const code: LocationCode = { schedules, evaluate: () => result({ runRequests: [request()] }) };
  await declare(first, code, minute);
  const loops = await Promise.all(storages.map((storage) => replica(createSchedulerLoop, storage, code, { parallelism: 7 })));
  await Promise.all(
    loops.map(async (loop) => {
      while ((await loop.runOnce(never)).handled > 0);
    }),
  );
  expect(await first.runs.count({})).toBe(40);
  const ticks = await Promise.all(
    schedules.map(({ name }) => first.instigators.ticks(instigatorIdOf(locationName, name), { limit: 10 })),
  );
  expect(ticks.map(({ length }) => length)).toEqual(schedules.map(() => 1));
});

test("a replica that stops in the middle of an evaluation leaves the tick to the next one at once", async () => {
  const [dying, living] = await openTestStorages(2);
  if (dying === undefined || living === undefined) throw new Error("two storages were asked for");
  const stop = new AbortController();
  const hanging: LocationCode = {
    schedules: [schedule()],
    evaluate: (_name, _context, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        stop.abort();
      }),
  };
  await declare(dying, hanging, minute);
  const first = await replica(createSchedulerLoop, dying, hanging);
  await first.runOnce(stop.signal).catch(() => undefined);
  await first.drain?.();
  expect(await living.instigators.ticks(scheduleId, { limit: 1 })).toEqual([]);

  const second = await replica(createSchedulerLoop, living, {
    schedules: [schedule()],
    evaluate: () => result({ runRequests: [request()] }),
  });
  expect((await second.runOnce(never)).handled).toBe(1);
  expect(await living.runs.count({})).toBe(1);
});

test("a sensor that takes longer than a pass waits for is due again after its interval, not after its lease", async () => {
  const storage = await openTestStorage();
  let evaluations = 0;
  const { promise: again, resolve } = Promise.withResolvers<void>();
  const code: LocationCode = {
    sensors: [sensor({ minimumIntervalSeconds: 0.1 })],
    evaluate: async () => {
      evaluations += 1;
      if (evaluations === 2) resolve();
      // Longer than two passes are patient for.
      await delay(1_500);
      return result({ skipReason: "nothing" });
    },
  };
  await declare(storage, code, 0);
  const clock = await openDatabaseClock(storage, never);
  const loop = await replica(createSensorLoop, storage, code, { onLateSettled: () => driven.wake() });
  const driven = driveLoop(loop, { clock, log: pino({ level: "silent" }) }, never);
  const began = Date.now();
  await again;
  expect(Date.now() - began).toBeLessThan(10_000);
  await driven[Symbol.asyncDispose]();
});

test("what user code threw is told with its own calls", async () => {
  const storage = await openTestStorage();
  const thrown = { name: "RangeError", message: "too far", stack: ["    at look (/project/sensor.ts:3:7)"] };
  const code: LocationCode = { sensors: [sensor()], evaluate: () => Promise.reject(new UserCodeError(thrown)) };
  await declare(storage, code, 0);
  await (await replica(createSensorLoop, storage, code)).runOnce(never);
  expect((await storage.instigators.ticks(sensorId, { limit: 1 }))[0]?.error).toEqual(thrown);
});

test("between ticks nothing keeps a process alive, and a long evaluation keeps its claim", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const storage = await openTestStorage();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const code: LocationCode = {
    sensors: [sensor()],
    evaluate: async () => {
      await released;
      return result({ skipReason: "at last" });
    },
  };
  await declare(storage, code, 0);
  const before = timers();
  const loop = await replica(createSensorLoop, storage, code, { leaseMs: 300 });
  await loop.runOnce(never);
  // Three leases long: without renewal another replica would have it by now.
  const other = await replica(createSensorLoop, storage, { sensors: [sensor()] }, { leaseMs: 300 });
  const until = (await storage.nowMs()) + 900;
  while ((await storage.nowMs()) < until) expect((await other.runOnce(never)).handled).toBe(0);
  release();
  await loop.drain?.();
  expect(await storage.instigators.ticks(sensorId, { limit: 10 })).toMatchObject([{ status: "SKIPPED", skipReason: "at last" }]);
  expect(timers()).toBeLessThanOrEqual(before);
});
