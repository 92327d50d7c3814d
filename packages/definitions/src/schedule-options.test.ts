import { isHiddenJob } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  AssetSelection,
  buildRepository,
  defineAssetJob,
  definitions,
  evaluateSchedule,
  job,
  op,
  resource,
  runRequest,
  schedule,
  toLocationSnapshot,
} from "./index.ts";

const limited = op("limited", { config: z.object({ limit: z.number() }) }, () => undefined);
const limitedJob = job("limited_job", () => {
  limited();
});
const at = Date.UTC(2030, 0, 1, 6);
const everyDay = { job: limitedJob, cron: "@daily" };

describe("functions in place of options", () => {
  const byDay = schedule("by_day", {
    ...everyDay,
    runConfig: ({ scheduledAt }) => ({ ops: { limited: { config: { limit: scheduledAt.getUTCHours() } } } }),
    tags: async ({ scheduledAt }) => ({ day: String(scheduledAt.getUTCDate()) }),
    shouldExecute: ({ scheduledAt }) => scheduledAt.getUTCDate() === 1,
  });

  test("make run config and tags at each tick", async () => {
    const { runRequests } = await evaluateSchedule(byDay, { scheduledAtMs: at });
    expect(runRequests).toMatchObject([{ runConfig: { ops: { limited: { config: { limit: 6 } } } }, tags: { day: "1" } }]);
  });

  test("skip the tick where shouldExecute says no", async () => {
    expect(await evaluateSchedule(byDay, { scheduledAtMs: at + 86_400_000 })).toMatchObject({
      runRequests: [],
      skipReason: 'shouldExecute of schedule "by_day" said no',
    });
  });

  test.each([
    ["runConfig", { runConfig: {} }],
    ["shouldExecute", { shouldExecute: () => true }],
    ["tags as a function", { tags: () => ({}) }],
  ])("%s is refused beside the schedule's own function", (name, options) => {
    expect(() => schedule("s", { ...everyDay, ...options }, () => runRequest())).toThrow(
      `Schedule "s": its function decides what runs, so that \`${name}\` has no effect; keep one`,
    );
  });
});

describe("a target", () => {
  const orders = asset("orders", { group: "daily" }, () => 1);
  const report = asset("report", { ins: { orders } }, () => 2);

  test.each([
    ["an asset", orders, ["orders"]],
    ["a list of assets", [orders, report], ["orders", "report"]],
    ["a selection", AssetSelection.all(), ["orders", "report"]],
    ["a selection as text", "group:daily", ["orders"]],
  ])("that is %s gets a job of its own", (_, target, expected) => {
    const own = schedule("s", { target, cron: "@daily" });
    const { jobs, schedules } = toLocationSnapshot(buildRepository(definitions({ assets: [orders, report], schedules: [own] })));
    expect(schedules[0]?.jobName).toBe("__anonymous_asset_job_s");
    const made = jobs.find(({ name }) => name === "__anonymous_asset_job_s");
    expect(jobs.filter((one) => !isHiddenJob(one.name))).toEqual([]);
    expect(made?.assets.map(({ assetKey }) => assetKey.join("/"))).toEqual(expected);
  });

  test("that is a job is that job", () => {
    expect(schedule("s", { target: limitedJob, cron: "@daily" })).toMatchObject({ jobName: "limited_job", ownJob: null });
  });

  test("is refused beside a job", () => {
    expect(() => schedule("s", { ...everyDay, target: orders })).toThrow(
      'Schedule "s": it has both `job` and `target`; keep one',
    );
  });

  test("that selects nothing is told with its schedule's place", () => {
    const none = schedule("s", { target: "group:nothing", cron: "@daily" });
    expect(() => buildRepository(definitions({ assets: [orders], schedules: [none] }))).toThrow(/schedule-options\.test\.ts:\d+/);
  });
});

describe("what hosts are told", () => {
  const snapshotOf = (...schedules: ReturnType<typeof schedule>[]) =>
    toLocationSnapshot(buildRepository(definitions({ jobs: [limitedJob, withConfig], schedules }))).schedules.map(
      ({ request }) => request,
    );
  const withConfig = job("with_config", { config: { ops: { limited: { config: { limit: 3 } } } } }, () => {
    limited();
  });

  test("without a function: the run config, checked, the job's own taken in", () => {
    const given = { ops: { limited: { config: { limit: 1 } } } };
    expect(snapshotOf(schedule("a", { ...everyDay, runConfig: given }), schedule("b", { ...everyDay, job: withConfig }))).toEqual(
      [
        { kind: "run", isChecked: true, runConfig: given },
        { kind: "run", isChecked: true, runConfig: { ops: { limited: { config: { limit: 3 } } } } },
      ],
    );
  });

  test("run config that does not fit is left to the tick, which fails with what is wrong", () => {
    expect(snapshotOf(schedule("a", everyDay))).toEqual([{ kind: "run", isChecked: false, runConfig: {} }]);
  });

  test("with a function: nothing", () => {
    expect(
      snapshotOf(
        schedule("a", everyDay, () => runRequest()),
        schedule("b", { ...everyDay, tags: () => ({}) }),
      ),
    ).toEqual([undefined, undefined]);
  });
});

describe("resources", () => {
  const clock = resource("clock", () => ({ hour: 7 }));

  test("are given to the function by the names that it asks for", async () => {
    const asking = schedule("s", { ...everyDay, resources: { time: clock } }, ({ resources }) =>
      runRequest({ tags: { hour: String(resources.time.hour) } }),
    );
    const { runRequests } = await evaluateSchedule(asking, { scheduledAtMs: at, resources: { time: { hour: 9 } } });
    expect(runRequests).toMatchObject([{ tags: { hour: "9" } }]);
    await expect(evaluateSchedule(asking, { scheduledAtMs: at })).rejects.toThrow(
      'Schedule "s" needs the resource "time"; give its value in `resources`',
    );
    expect(() => buildRepository(definitions({ jobs: [limitedJob], schedules: [asking] }))).toThrow(
      'Schedule "s" needs the resource "clock"',
    );
  });
});

test("a job of assets that is named by a schedule is no second one", () => {
  const one = asset("one", () => 1);
  const all = defineAssetJob("all");
  const repository = buildRepository(
    definitions({ assets: [one], jobs: [all], schedules: [schedule("s", { target: all, cron: "@daily" })] }),
  );
  expect([...repository.jobs.keys()]).toEqual(["__ASSET_JOB", "all"]);
});

test("owners and the assets that it is for are told with it", () => {
  const orders = asset("orders", () => 1);
  const owned = schedule("owned", { target: [orders], cron: "@daily", owners: ["ada@example.com", "team:data"] });
  expect(toLocationSnapshot(buildRepository(definitions({ assets: [orders], schedules: [owned] }))).schedules).toMatchObject([
    { owners: ["ada@example.com", "team:data"], assetSelection: { text: "key:orders", assetKeys: [["orders"]] } },
  ]);
  expect(() => schedule("lost", { ...everyDay, owners: ["nobody"] })).toThrow('Schedule "lost": "nobody" cannot be an owner');
});
