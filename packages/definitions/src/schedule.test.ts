import { describe, expect, test } from "vitest";
import { evaluateSchedule, evaluateSensor, job, op, runRequest, schedule, sensor, skipReason } from "./index.ts";

const first = job("first", () => {
  op("a", () => 1)();
});
const second = job("second", () => {});
const at = Date.UTC(2030, 0, 1);

describe("schedule()", () => {
  test.each(["* * * * *", "*/5 9-17 * * 1-5", "0 0 1 1 *", "@daily", "0 12 * * MON"])("takes the cron string %j", (cron) => {
    expect(schedule("s", { job: first, cron }).cron).toEqual([cron]);
  });

  test("takes several cron strings, and a job by name", () => {
    expect(schedule("s", { job: "first", cron: ["0 0 * * *", "0 12 * * *"] })).toMatchObject({
      jobName: "first",
      cron: ["0 0 * * *", "0 12 * * *"],
      timeZone: "UTC",
      defaultStatus: "STOPPED",
    });
  });

  test.each<[string | string[], RegExp]>([
    ["every day", /^Schedule "s": "every day" is no cron string\. It needs five fields.*schedule\.test\.ts:\d+\)$/],
    ["61 * * * *", /^Schedule "s": "61 \* \* \* \*" is no cron string: /],
    ["* * * * * *", /is no cron string\. It needs five fields/],
    ["0 0 30 2 *", /^Schedule "s": the cron string "0 0 30 2 \*" is never due/],
    [[], /^Schedule "s": it has no cron string/],
  ])("refuses the cron string %j", (cron, message) => {
    expect(() => schedule("s", { job: first, cron })).toThrow(
      expect.objectContaining({ kind: "InvalidScheduleError", message: expect.stringMatching(message) as string }),
    );
  });

  test("refuses a time zone that nobody knows", () => {
    expect(() => schedule("s", { job: first, cron: "* * * * *", timeZone: "Europe/Pariss" })).toThrow(
      'Schedule "s": "Europe/Pariss" is no time zone. Give an IANA name',
    );
  });

  test("tells an undefined job from a circular import", () => {
    expect(() => schedule("s", { job: undefined as never, cron: "* * * * *" })).toThrow(
      'The job of schedule "s" is undefined. Most likely two modules import one another',
    );
  });
});

describe("evaluating a schedule", () => {
  test("without a function asks for one run, with the schedule's config and tags", async () => {
    const daily = schedule("s", { job: first, cron: "@daily", runConfig: { ops: {} }, tags: { by: "night" } });
    expect(await evaluateSchedule(daily, { scheduledAtMs: at })).toEqual({
      runRequests: [
        { runKey: null, jobName: "first", runConfig: { ops: {} }, tags: { by: "night" }, partition: null, assetKeys: null },
      ],
      skipReason: null,
      logs: [],
    });
  });

  test("gives the time for which the tick is due, and keeps what is logged", async () => {
    const daily = schedule("s", { job: first, cron: "@daily", tags: { a: "1" } }, ({ scheduledAt, log }) => {
      log.warning({ scheduledAt });
      return runRequest({ runKey: scheduledAt.toISOString(), tags: { a: "2" } });
    });
    const { runRequests, logs } = await evaluateSchedule(daily, { scheduledAtMs: at });
    expect(runRequests).toMatchObject([{ runKey: "2030-01-01T00:00:00.000Z", tags: { a: "2" } }]);
    expect(logs).toMatchObject([{ level: "WARNING", message: "{ scheduledAt: 2030-01-01T00:00:00.000Z }" }]);
  });

  test.each<[string, () => unknown, object]>([
    ["nothing", () => undefined, { runRequests: [], skipReason: null }],
    ["a reason to skip", () => skipReason("holiday"), { runRequests: [], skipReason: "holiday" }],
    ["a promise", async () => skipReason("holiday"), { runRequests: [], skipReason: "holiday" }],
    [
      "a list",
      () => [runRequest(), runRequest()],
      { runRequests: [{ jobName: "first" }, { jobName: "first" }], skipReason: null },
    ],
    [
      "a generator",
      function* () {
        yield runRequest();
        yield skipReason("rest");
      },
      { runRequests: [{ jobName: "first" }], skipReason: "rest" },
    ],
    [
      "an async generator",
      async function* () {
        yield runRequest();
      },
      { runRequests: [{ jobName: "first" }], skipReason: null },
    ],
  ])("takes %s as an answer", async (_, answer, expected) => {
    expect(
      await evaluateSchedule(schedule("s", { job: first, cron: "@daily" }, answer as never), { scheduledAtMs: at }),
    ).toMatchObject(expected);
  });

  test("refuses answers that mean nothing", async () => {
    const odd = (answer: unknown) =>
      evaluateSchedule(schedule("s", { job: first, cron: "@daily" }, (() => answer) as never), { scheduledAtMs: at });
    await expect(odd(3)).rejects.toThrow('Schedule "s" answered with 3; it may return or yield runRequest(…) and skipReason(…)');
    await expect(odd([{ runKey: "x" }])).rejects.toThrow("Schedule \"s\" yielded { runKey: 'x' }; it may yield");
    await expect(odd(runRequest({ job: second }))).rejects.toThrow(
      'Schedule "s" asked for a run of the job "second", which it does not serve; it serves first',
    );
  });

  test("throws what the function throws", async () => {
    const broken = schedule("s", { job: first, cron: "@daily" }, () => {
      throw new RangeError("mine");
    });
    await expect(evaluateSchedule(broken, { scheduledAtMs: at })).rejects.toThrow(new RangeError("mine"));
  });
});

describe("a sensor", () => {
  test("sees its cursor and leaves a new one", async () => {
    const counting = sensor("s", { job: first }, function* (context) {
      const next = Number(context.cursor ?? 0) + 1;
      context.updateCursor(String(next));
      yield runRequest({ runKey: `${context.cursor}-${context.lastRunKey}`, assets: ["a/b"] });
    });
    const { runRequests, cursor } = await evaluateSensor(counting, { cursor: "4", lastRunKey: "k" });
    expect(cursor).toBe("5");
    expect(runRequests).toMatchObject([{ runKey: "5-k", jobName: "first", assetKeys: [["a", "b"]] }]);
  });

  test("leaves the cursor alone when it says nothing", async () => {
    expect(
      await evaluateSensor(
        sensor("s", { job: first }, () => skipReason("no")),
        { cursor: "4" },
      ),
    ).not.toHaveProperty("cursor");
  });

  test("of several jobs says which", async () => {
    const both = (answer: ReturnType<typeof runRequest>) => evaluateSensor(sensor("s", { jobs: [first, second] }, () => answer));
    expect((await both(runRequest({ job: second }))).runRequests).toMatchObject([{ jobName: "second" }]);
    await expect(both(runRequest())).rejects.toThrow(
      'Sensor "s" asked for a run without saying of which job; it serves first, second',
    );
  });

  test("stops between answers when its deadline has passed", async () => {
    const deadline = new AbortController();
    const endless = sensor("s", { job: first }, function* () {
      for (;;) {
        deadline.abort(new Error("deadline"));
        yield runRequest();
      }
    });
    await expect(evaluateSensor(endless, { signal: deadline.signal })).rejects.toThrow("deadline");
  });

  test("is refused with both kinds of jobs, with an undefined one, with an odd interval", () => {
    const answer = () => null;
    expect(() => sensor("s", { job: first, jobs: [second] }, answer)).toThrow('Sensor "s": it has both `job` and `jobs`');
    expect(() => sensor("s", { job: undefined as never }, answer)).toThrow('The job of sensor "s" is undefined');
    expect(() => sensor("s", { job: first, minimumIntervalSeconds: 0 }, answer)).toThrow(
      "minimumIntervalSeconds is 0; it must be more than 0",
    );
  });
});
