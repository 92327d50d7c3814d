import {
  dailyPartitions,
  dynamicPartitions,
  hourlyPartitions,
  monthlyPartitions,
  multiPartitions,
  type Partitions,
  staticPartitions,
  timeWindowPartitions,
  weeklyPartitions,
} from "@dagwright/partitions";
import { describe, expect, test } from "vitest";
import {
  asset,
  buildRepository,
  buildScheduleFromPartitionedJob,
  defineAssetJob,
  definitions,
  evaluateSchedule,
  job,
  partitionedConfig,
  type PartitionedScheduleOptions,
  toLocationSnapshot,
} from "../index.ts";

const startDate = "2024-01-01";
const of = (partitions: Partitions, options: PartitionedScheduleOptions = {}) => {
  const one = job("one", { partitions }, () => {});
  const built = buildScheduleFromPartitionedJob(one, options);
  const all = definitions({ jobs: [one], schedules: [built] });
  return { built, all, snapshot: toLocationSnapshot(buildRepository(all)).schedules[0]! };
};
const keysAt = async (partitions: Partitions, iso: string, options: PartitionedScheduleOptions = {}) => {
  const { built, all } = of(partitions, options);
  const { runRequests, skipReason } = await evaluateSchedule(built, { scheduledAtMs: Date.parse(iso), definitions: all });
  return runRequests.map(({ partition }) => partition).concat(skipReason ?? []);
};

describe("is due", () => {
  test.each<[string, Partitions, PartitionedScheduleOptions, string]>([
    ["as a day ends", dailyPartitions({ startDate }), {}, "0 0 * * *"],
    ["some hours later", dailyPartitions({ startDate }), { hourOfDay: 2, minuteOfHour: 30 }, "30 2 * * *"],
    ["at an hour, the minutes the partitions'", dailyPartitions({ startDate, minuteOffset: 15 }), { hourOfDay: 2 }, "15 2 * * *"],
    ["some minutes after an hour", hourlyPartitions({ startDate: "2024-01-01-00:00" }), { minuteOfHour: 5 }, "5 * * * *"],
    ["on a weekday", weeklyPartitions({ startDate }), { dayOfWeek: 3, hourOfDay: 1 }, "0 1 * * 3"],
    ["on a day of the month", monthlyPartitions({ startDate }), { dayOfMonth: 5 }, "0 0 5 * *"],
    [
      "by the partitions' own cron",
      timeWindowPartitions({ cron: "0 9,17 * * 1-5", start: startDate, keyFormat: "%Y-%m-%d-%H" }),
      {},
      "0 9,17 * * 1-5",
    ],
  ])("%s", (_, partitions, options, cron) => {
    expect(of(partitions, options).snapshot).toMatchObject({
      name: "one_schedule",
      jobName: "one",
      cron: [cron],
      timeZone: "UTC",
    });
  });

  test("in the partitions' time zone", () => {
    const { snapshot } = of(dailyPartitions({ startDate, timeZone: "Asia/Tokyo" }), { name: "s", tags: { by: "day" } });
    expect(snapshot).toMatchObject({
      name: "s",
      tags: { by: "day" },
      timeZone: "Asia/Tokyo",
      request: { kind: "partitions", isChecked: true, runConfig: {} },
    });
  });
});

describe("runs", () => {
  const days = dailyPartitions({ startDate });

  test("the newest partition that has come to its end", async () => {
    expect(await keysAt(days, "2024-02-02T00:00:00Z")).toEqual(["2024-02-01"]);
    expect(await keysAt(days, "2024-02-02T02:00:00Z", { hourOfDay: 2 })).toEqual(["2024-02-01"]);
    expect(await keysAt(dailyPartitions({ startDate, endOffset: 1 }), "2024-02-02T00:00:00Z")).toEqual(["2024-02-02"]);
  });

  test("nothing before the first has", async () => {
    expect(await keysAt(days, "2024-01-01T00:00:00Z")).toEqual(["No partition of the job had come to its end by then"]);
  });

  test("all of the newest time where there are other dimensions", async () => {
    const both = multiPartitions({ date: days, region: staticPartitions(["eu", "us"]) });
    expect(await keysAt(both, "2024-02-02T00:00:00Z")).toEqual(["2024-02-01|eu", "2024-02-01|us"]);
  });

  test("all static ones, when its cron says", async () => {
    const regions = staticPartitions(["eu", "us"]);
    expect(await keysAt(regions, "2024-02-02T00:00:00Z", { cron: "@daily" })).toEqual(["eu", "us"]);
    expect(of(regions, { cron: "@daily", timeZone: "Europe/Paris" }).snapshot.timeZone).toBe("Europe/Paris");
  });
});

describe("is refused", () => {
  test.each<[string, Partitions, PartitionedScheduleOptions, string]>([
    ["dynamic", dynamicPartitions("d"), {}, "these are dynamic"],
    ["static without a cron", staticPartitions(["a"]), {}, "give it `cron`"],
    ["of time with a cron", dailyPartitions({ startDate }), { cron: "@daily" }, "leave `cron` and `timeZone` out"],
    ["daily with a weekday", dailyPartitions({ startDate }), { dayOfWeek: 1 }, "dayOfWeek means nothing for daily partitions"],
    [
      "daily with an odd hour",
      dailyPartitions({ startDate }),
      { hourOfDay: 24 },
      "hourOfDay is 24; it must be a whole number from 0 to 23",
    ],
  ])("for partitions that are %s", (_, partitions, options, problem) => {
    expect(() => of(partitions, options)).toThrow(problem);
  });

  test("for a job without partitions, as its definitions are built", () => {
    const plain = job("plain", () => {});
    const all = definitions({ jobs: [plain], schedules: [buildScheduleFromPartitionedJob(plain)] });
    expect(() => buildRepository(all)).toThrow(/Schedule "plain_schedule": its job "plain" has no partitions.*\.test\.ts:\d+/);
  });
});

test("a job of assets takes the partitions of its assets, and has to be evaluated with its definitions", async () => {
  const daily = asset("daily", { partitions: dailyPartitions({ startDate }) }, () => 1);
  const all = defineAssetJob("all");
  const built = buildScheduleFromPartitionedJob(all, { hourOfDay: 1 });
  const code = definitions({ assets: [daily], jobs: [all], schedules: [built] });
  expect(toLocationSnapshot(buildRepository(code)).schedules).toMatchObject([{ name: "all_schedule", cron: ["0 1 * * *"] }]);
  const tick = await evaluateSchedule(built, { scheduledAtMs: Date.parse("2024-02-02T01:00:00Z"), definitions: code });
  expect(tick.runRequests).toMatchObject([{ partition: "2024-02-01", runKey: "2024-02-01" }]);
  await expect(evaluateSchedule(built, { scheduledAtMs: 0 })).rejects.toThrow("give the `definitions` that it is part of");
});

test("run config that is made for each partition is left to the tick", () => {
  const days = dailyPartitions({ startDate });
  const config = partitionedConfig(days, () => ({}));
  const one = job("one", { config }, () => {});
  const code = definitions({ jobs: [one], schedules: [buildScheduleFromPartitionedJob(one)] });
  expect(toLocationSnapshot(buildRepository(code)).schedules[0]?.request).toEqual({
    kind: "partitions",
    isChecked: false,
    runConfig: {},
  });
});
