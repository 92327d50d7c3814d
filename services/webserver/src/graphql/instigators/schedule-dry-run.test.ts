import { buildScheduleFromPartitionedJob, definitions, job, op, runRequest, schedule, skipReason } from "@dagwright/definitions";
import type { JsonValue } from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { z } from "zod";

import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const limited = op("limited", { config: z.object({ limit: z.number() }) }, () => undefined);
const work = job("work", () => {
  limited();
});
const daily = job("daily", { partitions: dailyPartitions({ startDate: "2026-01-01" }) }, () => {});
const at = (limit: JsonValue) => ({ ops: { limited: { config: { limit } } } });
const cron = "0 * * * *";

const project = definitions({
  jobs: [work, daily],
  schedules: [
    schedule("plain", { job: work, cron, runConfig: at(3), tags: { team: "a" } }),
    schedule("misfit", { job: work, cron, runConfig: at("many") }),
    schedule("by_hour", { job: work, cron }, ({ scheduledAt }) => {
      if (scheduledAt.getUTCHours() === 1) return skipReason("too early");
      if (scheduledAt.getUTCHours() === 2) throw new RangeError("mine");
      return runRequest({ runKey: "k", runConfig: at(scheduledAt.getUTCHours()) });
    }),
    buildScheduleFromPartitionedJob(daily),
  ],
});
const selectorOf = (scheduleName: string) => ({
  repositoryName: "__repository__",
  repositoryLocationName: "numbers",
  scheduleName,
});
const evaluation =
  "timestamp evaluationResult { runRequests { runKey jobName runConfigYaml tags { key value } } skipReason error { message className } cursor }";

async function dryRun(served: ServedNumbers, name: string, iso = "2026-03-02T05:00:00Z") {
  const { data } = await served.graphql(
    `mutation ($selectorData: ScheduleSelector!, $timestamp: Float) { scheduleDryRun(selectorData: $selectorData, timestamp: $timestamp) {
      __typename ... on DryRunInstigationTick { ${evaluation} } ... on Error { message } } }`,
    { selectorData: selectorOf(name), timestamp: Date.parse(iso) / 1_000 },
  );
  return data.scheduleDryRun;
}

test("a dry run tells what a tick would come to, and writes nothing", async () => {
  await using served = await serveNumbers({ project });
  expect(await dryRun(served, "plain")).toMatchObject({
    timestamp: Date.parse("2026-03-02T05:00:00Z") / 1_000,
    evaluationResult: {
      runRequests: [
        {
          runKey: null,
          jobName: "work",
          runConfigYaml: "ops:\n  limited:\n    config:\n      limit: 3\n",
          tags: [
            { key: "team", value: "a" },
            { key: "dagster/schedule_name", value: "plain" },
          ],
        },
      ],
      skipReason: null,
      error: null,
    },
  });
  expect((await dryRun(served, "by_hour")).evaluationResult.runRequests).toMatchObject([
    { runKey: "k", runConfigYaml: expect.stringContaining("limit: 5") as string },
  ]);
  expect((await dryRun(served, "by_hour", "2026-03-02T01:00:00Z")).evaluationResult).toMatchObject({
    runRequests: [],
    skipReason: "too early",
  });
  expect((await dryRun(served, "daily_schedule", "2026-03-02T00:00:00Z")).evaluationResult.runRequests).toMatchObject([
    { runKey: "2026-03-01", tags: expect.arrayContaining([{ key: "dagster/partition", value: "2026-03-01" }]) as unknown },
  ]);
  expect(await served.storage.runs.count({})).toBe(0);
});

test("what would fail is told: by what the code throws, and what is wrong with the run config", async () => {
  await using served = await serveNumbers({ project });
  expect((await dryRun(served, "by_hour", "2026-03-02T02:00:00Z")).evaluationResult).toMatchObject({
    runRequests: null,
    error: { className: "RangeError", message: "RangeError: mine\n" },
  });
  const { data } = await served.graphql(
    `query ($s: ScheduleSelector!) { scheduleOrError(scheduleSelector: $s) { ... on Schedule { futureTick(tickTimestamp: 1772427600) { ${evaluation} } } } }`,
    { s: selectorOf("by_hour") },
  );
  expect(data.scheduleOrError.futureTick.evaluationResult.runRequests).toHaveLength(1);
  expect(await dryRun(served, "nothing")).toMatchObject({ __typename: "ScheduleNotFoundError" });
  served.workspace.isAway = true;
  expect((await served.graphql(`{ version }`)).data.version).toBeTruthy();
});
