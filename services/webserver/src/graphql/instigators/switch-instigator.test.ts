import { holderId } from "@dagwright/model";
import { expect, test } from "vitest";

import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const repository = { repositoryName: "__repository__", repositoryLocationName: "numbers" };
const scheduleSelector = { ...repository, scheduleName: "process_numbers_every_minute" };
const sensorSelector = { ...repository, sensorName: "check_file_sensor" };
const state = "id status nextTick { timestamp }";

async function schedule(served: ServedNumbers) {
  const { data } = await served.graphql(
    `query($scheduleSelector: ScheduleSelector!) { scheduleOrError(scheduleSelector: $scheduleSelector) {
      __typename ... on Schedule { id canReset cronSchedule executionTimezone scheduleState { ${state} } futureTicks(limit: 2) { results { timestamp } cursor } } } }`,
    { scheduleSelector },
  );
  return data.scheduleOrError;
}

test("a schedule is switched on to its next minute, off by its id, and back to what its code says", async () => {
  await using served = await serveNumbers();
  const before = await schedule(served);
  expect(before).toMatchObject({
    cronSchedule: "* * * * *",
    canReset: false,
    scheduleState: { status: "STOPPED", nextTick: null },
  });
  expect(before.id).toBe(before.scheduleState.id);

  const started = await served.graphql(
    `mutation($scheduleSelector: ScheduleSelector!) { startSchedule(scheduleSelector: $scheduleSelector) { ... on ScheduleStateResult { scheduleState { ${state} } } } }`,
    { scheduleSelector },
  );
  const { scheduleState } = started.data.startSchedule;
  expect(scheduleState.status).toBe("RUNNING");
  expect(scheduleState.nextTick.timestamp % 60).toBe(0);
  expect(scheduleState.nextTick.timestamp * 1000).toBeGreaterThan(Date.now() - 60_000);
  const [first, second] = (await schedule(served)).futureTicks.results;
  expect(second.timestamp - first.timestamp).toBe(60);
  expect((await schedule(served)).canReset).toBe(true);

  const stopped = await served.graphql(
    `mutation($id: String) { stopRunningSchedule(id: $id) { __typename ... on ScheduleStateResult { scheduleState { ${state} } } } }`,
    { id: before.id },
  );
  expect(stopped.data.stopRunningSchedule.scheduleState).toEqual({ id: before.id, status: "STOPPED", nextTick: null });
  await served.graphql(
    `mutation($scheduleSelector: ScheduleSelector!) { resetSchedule(scheduleSelector: $scheduleSelector) { __typename } }`,
    { scheduleSelector },
  );
  expect((await schedule(served)).canReset).toBe(false);

  const unknown = await served.graphql(
    `mutation { stopRunningSchedule(id: "no:such") { __typename ... on ScheduleNotFoundError { scheduleName } } }`,
  );
  expect(unknown.data.stopRunningSchedule).toEqual({ __typename: "ScheduleNotFoundError", scheduleName: "no:such" });
});

test("a sensor is due at once when switched on; its cursor is set, its ticks are told newest first", async () => {
  await using served = await serveNumbers();
  const started = await served.graphql(
    `mutation($sensorSelector: SensorSelector!) { startSensor(sensorSelector: $sensorSelector) { ... on Sensor { id minIntervalSeconds sensorState { ${state} } } } }`,
    { sensorSelector },
  );
  const { id, sensorState, minIntervalSeconds } = started.data.startSensor;
  expect(minIntervalSeconds).toBe(5);
  expect(sensorState).toMatchObject({ id, status: "RUNNING" });
  await served.graphql(
    `mutation($sensorSelector: SensorSelector!) { setSensorCursor(sensorSelector: $sensorSelector, cursor: "42") { __typename } }`,
    { sensorSelector },
  );

  const { instigators } = served.storage;
  const [claim] = await instigators.claimDue({
    kind: "SENSOR",
    locations: [served.workspace.entries()[0]!.name],
    holder: holderId("daemon:test"),
    leaseMs: 60_000,
    limit: 5,
  });
  await instigators.commitTicks(
    [
      {
        claim: claim!,
        status: "SKIPPED",
        runs: [],
        skipReason: "check file not exists",
        error: null,
        nextAtMs: claim!.nowMs + 5_000,
        startedAtMs: claim!.nowMs,
        logs: [{ level: "warn", message: "looked", atMs: claim!.nowMs }],
      },
    ],
    { kind: "queue" },
  );
  const { data } = await served.graphql(
    `query($sensorSelector: SensorSelector!, $instigation: InstigationSelector!) {
      sensorOrError(sensorSelector: $sensorSelector) { ... on Sensor { sensorState { typeSpecificData { ... on SensorData { lastCursor lastTickTimestamp } } } } }
      instigationStateOrError(instigationSelector: $instigation) { ... on InstigationState { runsCount ticks(limit: 5) { id status skipReason timestamp runIds logEvents { events { level message } } } } }
    }`,
    { sensorSelector, instigation: { ...repository, name: "check_file_sensor" } },
  );
  const [tick] = data.instigationStateOrError.ticks;
  expect(tick).toMatchObject({
    status: "SKIPPED",
    skipReason: "check file not exists",
    runIds: [],
    logEvents: { events: [{ level: "WARNING", message: "looked" }] },
  });
  expect(data.sensorOrError.sensorState.typeSpecificData).toEqual({ lastCursor: "42", lastTickTimestamp: tick.timestamp });

  const one = await served.graphql(
    `query($instigation: InstigationSelector!, $tickId: ID!) { instigationStateOrError(instigationSelector: $instigation) { ... on InstigationState { tick(tickId: $tickId) { skipReason } } } }`,
    { instigation: { ...repository, name: "check_file_sensor" }, tickId: tick.id },
  );
  expect(one.data.instigationStateOrError.tick).toEqual({ skipReason: "check file not exists" });

  const stopped = await served.graphql(
    `mutation($id: String) { stopSensor(id: $id) { ... on StopSensorMutationResult { instigationState { ${state} } } } }`,
    { id },
  );
  expect(stopped.data.stopSensor.instigationState.status).toBe("STOPPED");
});

test("unknown ones are told as such", async () => {
  await using served = await serveNumbers();
  const { data } = await served.graphql(
    `query($repo: RepositorySelector!, $schedule: ScheduleSelector!, $instigation: InstigationSelector!) {
      schedulesOrError(repositorySelector: $repo) { __typename }
      scheduleOrError(scheduleSelector: $schedule) { __typename }
      instigationStateOrError(instigationSelector: $instigation) { __typename ... on InstigationStateNotFoundError { name } }
    }`,
    {
      repo: { ...repository, repositoryLocationName: "elsewhere" },
      schedule: { ...repository, scheduleName: "nope" },
      instigation: { ...repository, name: "nope" },
    },
  );
  expect(data).toEqual({
    schedulesOrError: { __typename: "RepositoryNotFoundError" },
    scheduleOrError: { __typename: "ScheduleNotFoundError" },
    instigationStateOrError: { __typename: "InstigationStateNotFoundError", name: "nope" },
  });
});
