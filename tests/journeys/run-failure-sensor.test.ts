import { codeLocationName, instigatorIdOf } from "@dagwright/model";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { startStack } from "../stack/stack.ts";

const id = instigatorIdOf(codeLocationName("project"), "after_failure");
const selectorOf = (sensorName: string) => ({ repositoryLocationName: "project", repositoryName: "__repository__", sensorName });

test("a run that fails wakes a run failure sensor in one of two daemons, which starts one run; a sensor asks its instance", async () => {
  await using stack = await startStack({ daemons: 2 });
  await stack.query("mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }", {
    selector: selectorOf("after_failure"),
  });
  await until("it has begun", async () => (await stack.storage.instigators.ticks(id, { limit: 1 }))[0]);

  const failed = await stack.launch("throwing");
  expect((await stack.untilEnd(failed)).status).toBe("FAILURE");
  const started = async () =>
    stack.storage.runs.list({ tags: [{ key: "dagster/sensor_name", values: ["after_failure"] }] }, { limit: 10 });
  const [run] = await until("it has started a run", async () => ((await started()).length > 0 ? await started() : undefined));
  expect(run?.tags).toMatchObject({ failed, steps: expect.stringMatching(/./) as string });
  // What succeeds is none of its business, the run that it started included.
  expect((await stack.untilEnd(run!.id)).status).toBe("SUCCESS");
  expect(await started()).toHaveLength(1);

  const { sensorOrError } = await stack.query<{
    sensorOrError: { sensorState: { ticks: readonly { originRunIds: readonly string[]; runIds: readonly string[] }[] } };
  }>(
    `query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) { ... on Sensor { sensorState {
      ticks(limit: 5, statuses: [SUCCESS]) { originRunIds runIds } } } } }`,
    { selector: selectorOf("after_failure") },
  );
  expect(sensorOrError.sensorState.ticks).toEqual([{ originRunIds: [failed], runIds: [run?.id] }]);

  await stack.storage.dynamicPartitions.add("regions", ["eu", "us"]);
  const { sensorDryRun } = await stack.query<{ sensorDryRun: { evaluationResult: { skipReason: string; error: unknown } } }>(
    `mutation ($selector: SensorSelector!) { sensorDryRun(selectorData: $selector) {
      ... on DryRunInstigationTick { evaluationResult { skipReason error { message } } } ... on Error { message } } }`,
    { selector: selectorOf("asks_its_instance") },
  );
  expect(sensorDryRun.evaluationResult).toEqual({ skipReason: "regions: eu,us", error: null });
}, 180_000);
