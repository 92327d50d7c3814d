import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instigatorIdOf, codeLocationName } from "@dagwright/model";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { startStack } from "../stack/stack.ts";

const location = codeLocationName("project");
const selector = { repositoryLocationName: "project", repositoryName: "__repository__" };

test("a schedule that is switched on through GraphQL launches its run at the next minute, once", async () => {
  await using stack = await startStack({ daemons: 2 });
  const { startSchedule } = await stack.query<{ startSchedule: { __typename: string; scheduleState?: { status: string } } }>(
    `mutation ($selector: ScheduleSelector!) {
      startSchedule(scheduleSelector: $selector) { __typename ... on ScheduleStateResult { scheduleState { status } } }
    }`,
    { selector: { ...selector, scheduleName: "every_minute" } },
  );
  expect(startSchedule).toMatchObject({ __typename: "ScheduleStateResult", scheduleState: { status: "RUNNING" } });

  const [run] = await until(
    "the schedule launched a run",
    async () => {
      const runs = await stack.storage.runs.list(
        { tags: [{ key: "dagster/schedule_name", values: ["every_minute"] }] },
        { limit: 10 },
      );
      return runs.length > 0 ? runs : undefined;
    },
    70_000,
  );
  if (run === undefined) throw new Error("there is one");
  expect((await stack.untilEnd(run.id)).status).toBe("SUCCESS");
  const [tick] = await stack.storage.instigators.ticks(instigatorIdOf(location, "every_minute"), { limit: 10 });
  expect(tick).toMatchObject({ status: "SUCCESS", runIds: [run.id] });
  expect((tick?.scheduledAtMs ?? 1) % 60_000).toBe(0);

  const { scheduleOrError } = await stack.query<{
    scheduleOrError: { scheduleState: { ticks: readonly { status: string; runIds: readonly string[] }[] } };
  }>(
    `query ($selector: ScheduleSelector!) {
      scheduleOrError(scheduleSelector: $selector) { ... on Schedule { scheduleState { ticks(limit: 5) { status runIds } } } }
    }`,
    { selector: { ...selector, scheduleName: "every_minute" } },
  );
  expect(scheduleOrError.scheduleState.ticks[0]).toEqual({ status: "SUCCESS", runIds: [run.id] });
}, 180_000);

test("a sensor that is switched on tells why it skips, then launches once for its run key", async () => {
  const file = join(tmpdir(), `dagwright-sensor-${process.pid}-${Date.now()}`);
  await using stack = await startStack({ env: { SENSOR_FILE: file } });
  const { startSensor } = await stack.query<{ startSensor: { __typename: string } }>(
    "mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }",
    { selector: { ...selector, sensorName: "file_sensor" } },
  );
  expect(startSensor.__typename).toBe("Sensor");
  const id = instigatorIdOf(location, "file_sensor");
  await until(
    "it skipped",
    async () => (await stack.storage.instigators.ticks(id, { limit: 1 }))[0]?.skipReason === "no file" || undefined,
  );
  await writeFile(file, "");
  const [run] = await until("it launched a run", async () => {
    const runs = await stack.storage.runs.list(
      { tags: [{ key: "dagster/sensor_name", values: ["file_sensor"] }] },
      { limit: 10 },
    );
    return runs.length > 0 ? runs : undefined;
  });
  if (run === undefined) throw new Error("there is one");
  expect((await stack.untilEnd(run.id)).status).toBe("SUCCESS");
  await until("it was evaluated again", async () => {
    const [tick] = await stack.storage.instigators.ticks(id, { limit: 1 });
    return tick?.status === "SKIPPED" || undefined;
  });
  expect(
    await stack.storage.runs.list({ tags: [{ key: "dagster/sensor_name", values: ["file_sensor"] }] }, { limit: 10 }),
  ).toHaveLength(1);
});
