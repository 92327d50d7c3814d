import {
  addDynamicPartitions,
  asset,
  assetSensor,
  definitions,
  job,
  op,
  runFailureSensor,
  runRequest,
  sensor,
  sensorResult,
} from "@dagwright/definitions";
import { instigatorIdOf, codeLocationName } from "@dagwright/model";
import { CodeLocationUnreachableError, EvaluationTimeoutError } from "@dagwright/rpc";
import { expect, test } from "vitest";

import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const work = job("work", () => {
  op("only", () => null)();
});
const daily = asset("daily", () => 1);
const project = definitions({
  assets: [daily],
  jobs: [work],
  sensors: [
    sensor("all", { job: work }, ({ cursor }) =>
      sensorResult({
        runRequests: [runRequest({ runKey: `after ${cursor}` })],
        cursor: "next",
        dynamicPartitionsRequests: [addDynamicPartitions("regions", ["eu"])],
      }),
    ),
    sensor("broken", { job: work }, () => {
      throw new RangeError("mine");
    }),
    sensor("of_assets", { target: [daily] }, () => null),
    assetSensor("watching", { asset: daily, job: work }, () => null),
    runFailureSensor("alarm", {}, ({ run }) => {
      throw new Error(`no chat for ${run.jobName}`);
    }),
  ],
});
const selectorOf = (sensorName: string) => ({
  repositoryName: "__repository__",
  repositoryLocationName: "numbers",
  sensorName,
});

async function dryRun(served: ServedNumbers, name: string, cursor: string | null = null) {
  const { data } = await served.graphql(
    `mutation ($selectorData: SensorSelector!, $cursor: String) { sensorDryRun(selectorData: $selectorData, cursor: $cursor) {
      __typename ... on Error { message } ... on DryRunInstigationTick { timestamp evaluationResult {
        runRequests { runKey jobName } skipReason cursor error { message className }
        dynamicPartitionsRequests { partitionKeys partitionsDefName type } } } } }`,
    { selectorData: selectorOf(name), cursor },
  );
  return data.sensorDryRun;
}

test("a dry run tells what a sensor's tick would come to, and writes nothing", async () => {
  await using served = await serveNumbers({ project });
  expect(await dryRun(served, "all", "here")).toMatchObject({
    evaluationResult: {
      runRequests: [{ runKey: "after here", jobName: "work" }],
      cursor: "next",
      error: null,
      dynamicPartitionsRequests: [{ partitionKeys: ["eu"], partitionsDefName: "regions", type: "ADD_PARTITIONS" }],
    },
  });
  expect(await served.storage.dynamicPartitions.keys("regions")).toEqual([]);
  expect(await served.storage.runs.list({}, { limit: 1 })).toEqual([]);
  expect((await dryRun(served, "broken")).evaluationResult).toMatchObject({
    error: { message: expect.stringContaining("mine") as string },
  });
  expect((await dryRun(served, "alarm")).evaluationResult.skipReason).toMatch(/^Initiating alarm\. Set cursor to /);
  expect(await dryRun(served, "none")).toMatchObject({ __typename: "SensorNotFoundError" });
});

test("a function that does not come to its end is what the tick would fail of, and no failure of the server", async () => {
  await using served = await serveNumbers({ project });
  const client = served.workspace.entries()[0]!.client!;
  Object.assign(client, {
    evaluateSensor: () => Promise.reject(new EvaluationTimeoutError('Sensor "all"', 3_000)),
  });
  expect((await dryRun(served, "all")).evaluationResult).toMatchObject({
    runRequests: null,
    error: {
      className: "EvaluationTimeoutError",
      message: 'EvaluationTimeoutError: Sensor "all" did not finish within 3000 ms; its evaluation was ended\n',
    },
  });
  Object.assign(client, {
    evaluateSensor: () => Promise.reject(new CodeLocationUnreachableError("unix:/away", "no answer")),
  });
  expect(await dryRun(served, "all")).toMatchObject({
    __typename: "PythonError",
    message: expect.stringContaining("No code-location server can be reached") as string,
  });
});

test("a sensor tells its type, what it monitors and makes, and how far it is behind", async () => {
  await using served = await serveNumbers({ project });
  const fields = `sensorType metadata { assetKeys { path } } targets { pipelineName } runStatusLag { unread blocker behindSeconds heldSeconds }
    assetSelection { assetSelectionString assetKeys { path } assets { key { path } } }`;
  const ask = async (name: string) =>
    (
      await served.graphql(
        `query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) { ... on Sensor { ${fields} } } }`,
        {
          selector: selectorOf(name),
        },
      )
    ).data.sensorOrError;
  expect(await ask("watching")).toMatchObject({
    sensorType: "ASSET",
    metadata: { assetKeys: [{ path: ["daily"] }] },
    assetSelection: null,
  });
  expect(await ask("of_assets")).toMatchObject({
    targets: [{ pipelineName: "__anonymous_asset_job_of_assets" }],
    assetSelection: { assetKeys: [{ path: ["daily"] }], assets: [{ key: { path: ["daily"] } }] },
  });
  expect(await ask("alarm")).toMatchObject({ sensorType: "RUN_STATUS", runStatusLag: null });

  const target = {
    id: instigatorIdOf(codeLocationName("numbers"), "alarm"),
    kind: "SENSOR",
    location: codeLocationName("numbers"),
    name: "alarm",
  } as const;
  await served.storage.instigators.setStatus(target, "RUNNING", 0);
  await served.storage.instigators.setCursor(target.id, await served.storage.events.streamEnd());
  expect((await ask("alarm")).runStatusLag).toMatchObject({ unread: 0, behindSeconds: 0 });
});
