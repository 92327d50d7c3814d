// The sensors of program.py.
import {
  addDynamicPartitions,
  assetSensor,
  definitions,
  deleteDynamicPartitions,
  dynamicPartitions,
  externalAsset,
  job,
  multiAssetSensor,
  op,
  runRequest,
  sensor,
  sensorResult,
  skipReason,
} from "dagwright";

const orders = externalAsset("orders");
const customers = externalAsset("customers");
const regions = dynamicPartitions("regions");
const work = op("work", () => null);
const report = job("report", () => {
  work();
});
const byRegion = job("by_region", { partitions: regions }, () => {
  work();
});
const running = { defaultStatus: "RUNNING", minimumIntervalSeconds: 1 } as const;

const keys = sensor("keys", { job: report, ...running }, (context) => {
  const place = Number(context.cursor ?? 0);
  if (place >= 3) return skipReason("all keys are asked for");
  context.updateCursor(String(place + 1));
  return [place - 1, place].filter((at) => at >= 0).map((at) => runRequest({ runKey: `key ${at}` }));
});

const withoutKeys = sensor("without_keys", { job: report, ...running }, function* (context) {
  if (context.cursor !== null) {
    yield skipReason("done");
    return;
  }
  context.updateCursor("done");
  yield runRequest({ tags: { which: "first" } });
  yield runRequest({ tags: { which: "second", team: "data" } });
});

const partitions = sensor("partitions", { job: byRegion, ...running }, ({ cursor }) => {
  if (cursor === null)
    return sensorResult({
      runRequests: [runRequest({ runKey: "eu", partition: "eu" })],
      dynamicPartitionsRequests: [addDynamicPartitions(regions, ["eu", "us"])],
      cursor: "added",
    });
  if (cursor === "added")
    return sensorResult({
      runRequests: [runRequest({ runKey: "eu again", partition: "eu" })],
      dynamicPartitionsRequests: [deleteDynamicPartitions(regions, ["us", "unknown"]), addDynamicPartitions(regions, ["eu"])],
      cursor: "deleted",
    });
  return skipReason("nothing to do");
});

const failing = sensor("failing", { job: report, ...running }, (context) => {
  if (context.cursor === null) {
    context.updateCursor("one");
    return runRequest({ runKey: "one" });
  }
  context.updateCursor("two");
  throw new Error("cannot go on");
});

const seenKeys = sensor("seen_keys", { job: report, ...running }, (context) => {
  const place = Number(context.cursor ?? 0);
  if (place >= 2) return skipReason("done");
  context.updateCursor(String(place + 1));
  return runRequest({ runKey: "the same" });
});

const ofOrders = assetSensor("of_orders", { asset: orders, job: report, ...running }, (_, { event }) => {
  const rows = event.type === "ASSET_MATERIALIZATION" ? event.metadata["rows"] : undefined;
  return runRequest({ tags: { rows: rows?.type === "int" ? rows.int : "none" } });
});

const ofBoth = multiAssetSensor("of_both", { monitoredAssets: [orders, customers], job: report, ...running }, async (context) => {
  const newest = await context.latestMaterializationRecordsByKey();
  if ([...newest.values()].includes(null)) return skipReason("one of them is not there");
  await context.advanceAllCursors();
  return runRequest({ tags: { assets: [...newest.keys()].toSorted().join(",") } });
});

export default definitions({
  assets: [orders, customers],
  jobs: [report, byRegion],
  sensors: [keys, withoutKeys, partitions, failing, seenKeys, ofOrders, ofBoth],
});
