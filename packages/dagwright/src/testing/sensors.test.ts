import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  addDynamicPartitions,
  asset,
  assetMaterialization,
  assetSensor,
  buildMultiAssetSensorContext,
  buildRunStatusChange,
  buildRunStatusSensorContext,
  buildSensorContext,
  buildSensorForFreshnessChecks,
  buildLastUpdateFreshnessChecks,
  definitions,
  deleteDynamicPartitions,
  dynamicPartitions,
  evaluateSensor,
  InMemoryInstance,
  job,
  multiAssetSensor,
  type MultiAssetSensorContext,
  op,
  resource,
  runFailureSensor,
  runRequest,
  runStatusSensor,
  sensor,
  sensorResult,
  skipReason,
  staticPartitions,
  slackOnRunFailure,
  teamsOnRunFailure,
  webhookOnRunFailure,
} from "../index.ts";

const report = job("report", () => {
  op("write", () => null)();
});
const orders = asset("orders", { partitions: staticPartitions(["a", "b", "c"]) }, () => 1);
const customers = asset("customers", { partitions: staticPartitions(["a", "b", "c"]) }, () => 1);
const all = definitions({ assets: [orders, customers], jobs: [report] });

/** An instance in which assets were materialized, one after the other. */
function instanceWith(...made: readonly (readonly [asset: string, partition?: string])[]): InMemoryInstance {
  const instance = new InMemoryInstance();
  for (const [name, partition] of made)
    instance.record(null, assetMaterialization({ asset: name, ...(partition !== undefined && { partition }) }));
  return instance;
}

test("a result has runs, cursor, partitions and events in one", async () => {
  const regions = dynamicPartitions("regions");
  const watch = sensor("watch", { job: report }, () =>
    sensorResult({
      runRequests: [runRequest({ runKey: "eu", partition: "eu" })],
      cursor: "2",
      dynamicPartitionsRequests: [addDynamicPartitions(regions, ["eu"]), deleteDynamicPartitions("regions", ["old"])],
      assetEvents: [assetMaterialization({ asset: "orders", partition: "a", metadata: { rows: 3 }, dataVersion: "v1" })],
    }),
  );
  expect(await evaluateSensor(watch)).toMatchObject({
    runRequests: [{ runKey: "eu", jobName: "report", partition: "eu" }],
    cursor: "2",
    dynamicPartitions: [
      { kind: "add", name: "regions", keys: ["eu"] },
      { kind: "delete", name: "regions", keys: ["old"] },
    ],
    assetEvents: [
      { type: "ASSET_MATERIALIZATION", assetKey: ["orders"], partition: "a", tags: { "dagster/data_version": "v1" } },
    ],
  });
  expect(() => sensorResult({ runRequests: [runRequest()], skipReason: "no" })).toThrow("both `runRequests` and `skipReason`");
  expect(() => addDynamicPartitions(staticPartitions(["a"]), ["b"])).toThrow("Only dynamic partitions");
  const twice = sensor("twice", {}, (context) => {
    context.updateCursor("1");
    return sensorResult({ cursor: "2" });
  });
  await expect(evaluateSensor(twice)).rejects.toThrow("left a cursor with `updateCursor` and another one");
  const none = sensor("none", {}, () => runRequest());
  await expect(evaluateSensor(none)).rejects.toThrow(
    "asked for a run, and serves no job: name the one that it starts with `job`",
  );
});

test("a sensor has its resources, its instance and its times", async () => {
  const files = resource("files", () => ({ list: () => ["x"] }));
  const watch = sensor("watch", { job: report, resources: { files } }, async ({ resources, instance, ...context }) => {
    const made = await instance.latestMaterialization("orders");
    return skipReason(
      `${resources.files.list().join()} ${made?.id} ${context.sensorName} ${context.lastSensorStartTime?.getTime()}`,
    );
  });
  const input = { resources: { files: { list: () => ["y"] } }, instance: instanceWith(["orders"]) };
  expect((await evaluateSensor(watch, { ...input, lastStartedAtMs: 5 })).skipReason).toBe("y 1 watch 5");
  const context = buildSensorContext({ ...input, lastSensorStartTime: new Date(5), sensorName: "mine" });
  expect(await watch.evaluate(context)).toMatchObject({ message: "y 1 mine 5" });
  expect(() => sensor("s", { job: report, resources: { files: 3 as never } }, () => null)).toThrow(
    'its resource "files" is none',
  );
});

test("an asset sensor is called for the newest materialization, once", async () => {
  const watch = assetSensor("watch", { asset: orders, job: report }, (_, { event }) =>
    runRequest({ partition: event.partition ?? "" }),
  );
  const instance = instanceWith(["orders", "a"], ["orders", "b"]);
  const first = await evaluateSensor(watch, { instance });
  expect(first).toMatchObject({ runRequests: [{ partition: "b" }], cursor: "2" });
  expect(await evaluateSensor(watch, { instance, cursor: "2" })).toMatchObject({
    runRequests: [],
    skipReason: "No new materialization events found for asset key orders",
  });
  expect((await evaluateSensor(watch, { instance, cursor: "no id" })).runRequests).toHaveLength(1);
  const owning = assetSensor("owning", { asset: "orders" }, () => sensorResult({ cursor: "9" }));
  await expect(evaluateSensor(owning, { instance })).rejects.toThrow("its cursor is kept by itself");
});

test("a multi-asset sensor gets what it has not consumed, and partitions that it left behind come back", async () => {
  const seen: unknown[] = [];
  const consume = async (context: MultiAssetSensorContext, ...partitions: readonly string[]) => {
    const records = await context.latestMaterializationRecordsByPartition(orders);
    seen.push([...records.keys()]);
    context.advanceCursor(partitions.map((partition) => records.get(partition)!));
    return partitions.map((partition) => runRequest({ partition }));
  };
  let wanted: readonly string[] = ["b"];
  const watch = multiAssetSensor("watch", { monitoredAssets: [orders, customers], job: report }, (context) =>
    consume(context, ...wanted),
  );
  const instance = instanceWith(["orders", "a"], ["orders", "b"], ["customers", "a"]);
  const first = await evaluateSensor(watch, { instance, definitions: all });
  expect(first.runRequests).toMatchObject([{ partition: "b" }]);
  wanted = ["a"];
  instance.record(null, assetMaterialization({ asset: "orders", partition: "c" }));
  const second = await evaluateSensor(watch, { instance, definitions: all, cursor: first.cursor! });
  const third = await evaluateSensor(watch, { instance, definitions: all, cursor: second.cursor! }).catch(
    (error: unknown) => error,
  );
  expect(seen).toEqual([["a", "b"], ["a", "c"], ["c"]]);
  expect(third).toBeInstanceOf(Error);

  const context = buildMultiAssetSensorContext({
    monitoredAssets: [orders, customers],
    instance,
    definitions: all,
    cursor: first.cursor!,
  });
  expect(context.cursorPartition(orders)).toBe("b");
  expect((await context.trailingUnconsumedEvents("orders")).map(({ event }) => event.partition)).toEqual(["a"]);
  const byKey = await context.latestMaterializationRecordsByKey();
  expect([...byKey].map(([key, record]) => [key, record?.event.partition ?? null])).toEqual([
    ["orders", "c"],
    ["customers", "a"],
  ]);
  expect(await context.allPartitionsMaterialized(orders)).toBe(true);
  expect(await context.allPartitionsMaterialized(customers, ["a", "b"])).toBe(false);
  const both = await context.latestMaterializationRecordsByPartitionAndAsset();
  expect([...both.get("a")!.keys()]).toEqual(["orders", "customers"]);
  await context.advanceAllCursors();
  const end = buildMultiAssetSensorContext({
    monitoredAssets: [orders, customers],
    instance,
    definitions: all,
    cursor: (await context.nextCursor())!,
  });
  expect([...(await end.latestMaterializationRecordsByKey()).values()]).toEqual([null, null]);
  expect(await end.trailingUnconsumedEvents(orders)).toEqual([]);
});

test("a multi-asset sensor that asks for runs has to consume something; partitions map to those downstream", async () => {
  const forgetful = multiAssetSensor("forgetful", { monitoredAssets: [orders], job: report }, () => runRequest());
  await expect(evaluateSensor(forgetful, { definitions: all })).rejects.toThrow("consumed no materialization");
  const downstream = asset("downstream", { ins: { orders }, partitions: staticPartitions(["a", "b", "c"]) }, () => 1);
  const context = buildMultiAssetSensorContext({
    monitoredAssets: [orders],
    definitions: definitions({ assets: [orders, downstream] }),
  });
  expect(await context.downstreamPartitionKeys("b", orders, downstream)).toEqual(["b"]);
  await expect(context.materializationRecordsForKey("customers")).rejects.toThrow(
    'asked for the asset "customers", which it does not monitor',
  );
});

test("a run failure sensor knows why, for each run apart; what it throws for one is told with it", async () => {
  const alarm = runFailureSensor("alarm", { requestJob: report }, ({ run, stepFailureEvents, log }) => {
    log.info(run.jobName);
    if (run.jobName === "broken") throw new RangeError("mine");
    return runRequest({ tags: { why: stepFailureEvents.map(({ error }) => error?.message).join() } });
  });
  const step = {
    type: "STEP_FAILURE",
    stepKey: "s",
    atMs: 1,
    message: "",
    error: { name: "Error", message: "no table", stack: [] },
  };
  const failed = (jobName: string) =>
    buildRunStatusChange({ run: { jobName, status: "FAILURE" }, stepFailures: [step as never] });
  const { reactions, logs } = await evaluateSensor(alarm, { statusChanges: ["first", "broken", "last"].map(failed) });
  expect(reactions).toMatchObject([
    { error: null, runRequests: [{ jobName: "report", tags: { why: "no table" } }] },
    { error: { name: "RangeError", message: "mine" }, runRequests: [] },
    { error: null },
  ]);
  expect(logs.map(({ message }) => message)).toEqual(["first", "broken", "last"]);
  const success = buildRunStatusSensorContext({ run: { status: "SUCCESS" }, sensorName: "ok" });
  expect(success.event.type).toBe("RUN_SUCCESS");
  expect(() => success.forRunFailure()).toThrow("forRunFailure() was asked of a run that did not fail");
});

test("a function that does not end for one run is given up, and the time of an evaluation ends between two", async () => {
  const stuck = runStatusSensor("stuck", { status: "SUCCESS" }, ({ run }) =>
    run.jobName === "stuck" ? new Promise<never>(() => undefined) : null,
  );
  const change = (jobName: string) => buildRunStatusChange({ run: { jobName } });
  const given = await evaluateSensor(stuck, { statusChanges: [change("stuck"), change("b")], timeoutMs: 550, budgetMs: 1 });
  expect(given.reactions).toMatchObject([{ error: { name: "RunStatusSensorTimeoutError" } }]);
});

test("what makes no run status sensor is refused", () => {
  const react = () => null;
  expect(() => runStatusSensor("s", { status: "DONE" as never }, react)).toThrow('`status` is "DONE"; runs come to QUEUED');
  expect(() => runFailureSensor("s", { monitoredJobs: [report], monitorAllCodeLocations: true }, react)).toThrow("keep one");
  expect(() => runFailureSensor("s", { monitoredJobs: [undefined as never] }, react)).toThrow("Entry 0 of the monitored jobs");
  expect(
    runFailureSensor("s", { monitoredJobs: [report, { location: "b" }, { location: "b", job: "c" }] }, react).monitoredRuns,
  ).toEqual({
    eventType: "RUN_FAILURE",
    allLocations: false,
    jobs: [
      { location: null, jobName: "report" },
      { location: "b", jobName: null },
      { location: "b", jobName: "c" },
    ],
    isEventDriven: true,
  });
});

test("sensors of assets are evaluated when these are made, unless they have an interval of their own", () => {
  const watch = (minimumIntervalSeconds?: number) => [
    assetSensor("one", { asset: orders, ...(minimumIntervalSeconds !== undefined && { minimumIntervalSeconds }) }, () => null),
    multiAssetSensor(
      "some",
      { monitoredAssets: [orders], ...(minimumIntervalSeconds !== undefined && { minimumIntervalSeconds }) },
      () => null,
    ),
  ];
  expect(watch().map(({ isAssetDriven }) => isAssetDriven)).toEqual([true, true]);
  expect(watch(5).map(({ isAssetDriven }) => isAssetDriven)).toEqual([undefined, undefined]);
});

interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A server that answers with one status and text after the other, and keeps what it was told. */
async function receiver(...answers: readonly (readonly [status: number, text: string])[]) {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      posted.push({ path: request.url!, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const [status, text] = answers[posted.length - 1] ?? [200, "ok"];
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { posted, url };
}

test("a webhook is told of each failure; what it refuses for a moment is tried again, what it refuses for good fails", async () => {
  const { posted, url } = await receiver([503, ""], [200, ""], [400, "no such channel"]);
  const notify = webhookOnRunFailure("notify", { url: () => `${url}/hook`, webserverBaseUrl: "http://dagwright.example/" });
  const change = buildRunStatusChange({ run: { jobName: "nightly", status: "FAILURE" } });
  const { reactions } = await evaluateSensor(notify, { statusChanges: [change, change] });
  expect(posted).toHaveLength(3);
  expect(posted[0]!.body).toEqual({
    text: expect.stringContaining(
      `Job "nightly" of test failed in run <http://dagwright.example/runs/${change.run.id}|`,
    ) as string,
  });
  expect(reactions?.map(({ error }) => error?.message ?? null)).toEqual([
    null,
    'The webhook of sensor "notify" was not told: it answered 400: no such channel',
  ]);
  expect(() => webhookOnRunFailure("notify", { url: "nowhere" })).toThrow("its `url` is none");
});

test("a Slack channel is written to with the token of the moment; what Slack refuses fails", async () => {
  const { posted, url } = await receiver(
    [200, '{"ok": true}'],
    [200, '{"ok": false, "error": "not_in_channel"}'],
    [200, "<html>"],
  );
  const tokens = ["first", "second", "third"];
  const notify = slackOnRunFailure("notify", {
    channel: "#alerts",
    token: () => tokens.shift()!,
    blocks: ({ run }) => [{ type: "section", text: { type: "mrkdwn", text: run.jobName } }],
    apiUrl: `${url}/api/`,
    monitorAllCodeLocations: true,
  });
  const change = buildRunStatusChange({ run: { jobName: "nightly", status: "FAILURE" } });
  const { reactions } = await evaluateSensor(notify, { statusChanges: [change, change, change] });
  expect(posted.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ["/api/chat.postMessage", "Bearer first"],
    ["/api/chat.postMessage", "Bearer second"],
    ["/api/chat.postMessage", "Bearer third"],
  ]);
  expect(posted[0]!.body).toMatchObject({
    channel: "#alerts",
    text: expect.stringContaining(`Job "nightly" of test failed in run ${change.run.id}`) as string,
    blocks: [{ type: "section", text: { text: "nightly" } }],
  });
  expect(reactions?.map(({ error }) => error?.message ?? null)).toEqual([
    null,
    "Slack's channel #alerts was not told: Slack answered not_in_channel",
    "Slack's channel #alerts was not told: its answer is none of Slack's: <html>",
  ]);
  expect(JSON.stringify(reactions)).not.toContain("second");
  expect(() => slackOnRunFailure("notify", { channel: "#alerts", token: "xoxb" as never })).toThrow(
    "its `token` must be a function, so that it is in no snapshot",
  );
});

test("Teams gets a card that leads to the run", async () => {
  const { posted, url } = await receiver([202, ""]);
  const notify = teamsOnRunFailure("notify", { url, webserverBaseUrl: "https://dagwright.example" });
  const change = buildRunStatusChange({ run: { jobName: "nightly", status: "FAILURE" } });
  const { reactions } = await evaluateSensor(notify, { statusChanges: [change] });
  expect(reactions?.map(({ error }) => error)).toEqual([null]);
  expect(posted[0]!.body).toMatchObject({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          type: "AdaptiveCard",
          body: [{ text: 'Job "nightly" of test failed' }, {}, { text: `Run ${change.run.id}` }],
          actions: [{ type: "Action.OpenUrl", url: `https://dagwright.example/runs/${change.run.id}` }],
        },
      },
    ],
  });
  expect(() => teamsOnRunFailure("notify", { url: "nowhere" })).toThrow("its `url` is none");
});

test("freshness checks are evaluated when they may come out differently", async () => {
  const freshnessChecks = buildLastUpdateFreshnessChecks({ assets: [orders], lowerBoundDeltaSeconds: 60 });
  const watch = buildSensorForFreshnessChecks({ freshnessChecks });
  const instance = instanceWith(["orders"]);
  const isDue = async () => (await evaluateSensor(watch, { instance })).runRequests.flatMap(({ checkKeys }) => checkKeys);
  expect(await isDue()).toEqual([{ assetKey: ["orders"], name: "freshness_check" }]);
  const evaluated = (success: boolean, freshUntilSeconds?: number) =>
    instance.record(null, {
      type: "ASSET_CHECK_EVALUATION",
      atMs: Date.now(),
      stepKey: null,
      message: "",
      assetKey: ["orders"],
      checkName: "freshness_check",
      success,
      severity: "WARN",
      description: null,
      metadata:
        freshUntilSeconds === undefined
          ? {}
          : { "dagster/fresh_until_timestamp": { type: "timestamp", epochSeconds: freshUntilSeconds } },
      blocking: false,
      partition: null,
      target: null,
    });
  evaluated(true, Date.now() / 1_000 + 60);
  expect(await isDue()).toEqual([]);
  evaluated(true, Date.now() / 1_000 - 60);
  expect(await isDue()).toHaveLength(1);
  evaluated(false);
  expect(await isDue()).toEqual([]);
  instance.record(null, { ...assetMaterialization({ asset: "orders" }), atMs: Date.now() + 1_000 });
  expect(await isDue()).toHaveLength(1);
});
