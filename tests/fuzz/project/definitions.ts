// Something of everything that the API tells of, so that a query at random meets it.
import {
  asset,
  assetCheck,
  AssetSelection,
  AutomationCondition,
  automationConditionSensor,
  dailyPartitions,
  defineAssetJob,
  definitions,
  dynamicPartitions,
  externalAsset,
  freshnessPolicy,
  graph,
  inProcessExecutor,
  job,
  multiAsset,
  multiPartitions,
  op,
  partitionedConfig,
  resource,
  schedule,
  sensor,
  skipReason,
  staticPartitions,
} from "dagwright";
import { z } from "zod";

const inOneProcess = { executor: inProcessExecutor };

const one = op("one", { out: z.number(), tags: { size: "small" } }, () => 1);
const addOne = op("add_one", { ins: { n: z.number() }, out: z.number() }, ({ n }, context) => {
  context.log.info(`one more than ${n}`);
  context.addOutputMetadata({ n, note: "text", list: [1, { deep: true }] });
  return n + 1;
});
const fail = op("fail", () => {
  throw new Error("as it should", { cause: new TypeError("because") });
});
const configured = op(
  "configured",
  {
    config: z.object({ name: z.string(), count: z.number().int().default(3), tags: z.record(z.string(), z.string()).optional() }),
  },
  () => {},
);

const twice = graph("twice", { ins: { n: z.number() } }, ({ n }) => addOne({ n: addOne({ n }) }));
const chain = job("chain", { ...inOneProcess, tags: { team: "core" }, description: "Adds" }, () => {
  twice({ n: one() });
});
const failing = job("failing", inOneProcess, () => {
  fail();
});
const withConfig = job("with_config", inOneProcess, () => {
  configured();
});
const perDay = job(
  "per_day",
  {
    ...inOneProcess,
    config: partitionedConfig(dailyPartitions({ startDate: "2026-10-01" }), (day) => ({
      ops: { configured: { config: { name: day } } },
    })),
  },
  () => {
    configured();
  },
);

const days = dailyPartitions({ startDate: "2026-10-01" });
const regions = staticPartitions(["eu", "us", "ap"]);
const customers = dynamicPartitions("customers");

const raw = externalAsset(["lake", "raw"], z.array(z.number()));
const words = asset("words", { group: "text", owners: ["team:core"], kinds: ["typescript"], description: "Words" }, () => ["a"]);
const counted = asset(
  "counted",
  { group: "text", ins: { words }, automationCondition: AutomationCondition.eager() },
  ({ words: list }) => list.length,
);
const daily = asset("daily", { partitions: days, group: "time", deps: [raw] }, () => 1);
const byRegion = asset(
  ["sales", "by_region"],
  { partitions: multiPartitions({ day: days, region: regions }), deps: [daily] },
  () => 1,
);
const byCustomer = asset(
  "by_customer",
  { partitions: customers, freshnessPolicy: freshnessPolicy.timeWindow({ failWindowSeconds: 120 }) },
  () => 1,
);
const pair = multiAsset("pair", { outs: { left: z.number(), right: z.number() } }, () => ({ left: 1, right: 2 }));
const checked = assetCheck("not_empty", { asset: words, blocking: true }, () => true);

const warehouse = resource("warehouse", { config: z.object({ url: z.string().default("none") }) }, () => ({}));

export default definitions({
  executor: inProcessExecutor,
  assets: [words, counted, daily, byRegion, byCustomer, pair],
  assetChecks: [checked],
  jobs: [chain, failing, withConfig, perDay, defineAssetJob("text_job", { selection: AssetSelection.groups("text") })],
  resources: [warehouse],
  schedules: [schedule("every_minute", { job: chain, cron: ["* * * * *", "0 4 * * 1"], timeZone: "Europe/Berlin" })],
  sensors: [
    sensor("waits", { job: chain, minimumIntervalSeconds: 30 }, () => skipReason("nothing yet")),
    automationConditionSensor("automation", { target: "*" }),
  ],
});
