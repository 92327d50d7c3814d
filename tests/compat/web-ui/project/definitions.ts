// A project with something for every page of the web UI.
import { setTimeout as delay } from "node:timers/promises";
import {
  asset,
  assetCheck,
  AutomationCondition,
  buildScheduleFromPartitionedJob,
  checkResult,
  dailyPartitions,
  defineAssetJob,
  definitions,
  dynamicPartitions,
  externalAsset,
  freshnessPolicy,
  graph,
  inProcessExecutor,
  job,
  metadata,
  metadataKeys,
  multiPartitions,
  op,
  partitionedConfig,
  resource,
  runRequest,
  schedule,
  sensor,
  skipReason,
  staticPartitions,
} from "dagwright";
import { z } from "zod";

const warehouse = resource("warehouse", { config: z.object({ schema: z.string().default("main") }) }, ({ config }) => ({
  table: (name: string) => `${config.schema}.${name}`,
}));

const days = dailyPartitions({ startDate: "2026-01-01", endDate: "2026-01-11" });
const stores = staticPartitions(["berlin", "paris"]);

const supplier = externalAsset("supplier_feed", z.string(), { group: "sources", description: "Comes from elsewhere" });

const orders = asset(
  "orders",
  {
    group: "sales",
    kinds: ["typescript", "postgres"],
    owners: ["ada@example.com", "team:sales"],
    description: "What was **ordered**, by day",
    tags: { tier: "gold" },
    partitions: days,
    deps: [supplier],
    pool: "database",
    metadata: {
      [metadataKeys.columnSchema]: metadata.tableSchema({
        columns: [
          { name: "id", type: "int", description: "The order" },
          { name: "cents", type: "int" },
        ],
      }),
    },
  },
  (_ins, { addOutputMetadata, log, partition }) => {
    log.info(`orders of ${partition.key}`);
    addOutputMetadata({ rows: 3, note: metadata.md("three **rows**") });
    return [1, 2, 3];
  },
);
const byStore = asset(
  "orders_by_store",
  { group: "sales", partitions: multiPartitions({ day: days, store: stores }), deps: [orders] },
  () => 1,
);
const customers = asset(
  "customers",
  { group: "crm", kinds: ["typescript"], partitions: dynamicPartitions("customers"), codeVersion: "1" },
  () => 1,
);
const rates = asset(
  "rates",
  {
    group: "finance",
    freshnessPolicy: freshnessPolicy.timeWindow({ failWindowSeconds: 86_400, warnWindowSeconds: 3_600 }),
  },
  (_ins, { log }) => {
    console.log("fetching rates");
    log.warning("rates are from yesterday");
    return { EUR: 0.86 };
  },
);
const report = asset(
  "report",
  {
    group: "finance",
    ins: { rates },
    automationCondition: AutomationCondition.eager(),
    metadata: { docs: metadata.url("https://example.org/report") },
  },
  ({ rates: given }, { addOutputMetadata }) => {
    addOutputMetadata({ currencies: Object.keys(given).length, table: metadata.json({ EUR: 1 }) });
    return 1;
  },
);
const broken = asset("broken", { group: "finance", deps: [rates] }, () => {
  throw new Error("the ledger is closed");
});

const ratesAreKnown = assetCheck("rates_are_known", { asset: rates, description: "Some rate is there", blocking: true }, () =>
  checkResult({ passed: true, metadata: { known: 1 } }),
);
const reportIsLong = assetCheck("report_is_long", { asset: report }, () =>
  checkResult({ passed: false, severity: "WARN", description: "it has one line" }),
);

const read = op(
  "read",
  { config: z.object({ path: z.string(), limit: z.number().int().default(10) }), out: z.number() },
  () => 1,
);
const double = op("double", { ins: { n: z.number() }, out: z.number() }, ({ n }) => n * 2);
const sum = op("sum", { ins: { a: z.number(), b: z.number() }, resources: { warehouse } }, async ({ a, b }, context) => {
  context.log.info(`${context.resources.warehouse.table("sums")}: ${a + b}`);
  await delay(20);
});
const twice = graph("twice", { ins: { n: z.number() } }, ({ n }) => double({ n: double({ n }) }));

const calculate = job(
  "calculate",
  { description: "Reads and **sums**", tags: { domain: "numbers" }, owners: ["team:sales"] },
  () => {
    const n = read();
    sum({ a: double({ n }), b: twice({ n }) });
  },
);

const succeed = op("succeed", { out: z.number() }, () => 1);
const fail = op("fail", { ins: { n: z.number() }, retryPolicy: { maxRetries: 1, delaySeconds: 0 } }, () => {
  throw new TypeError("seven is no number", { cause: new Error("the file was empty") });
});
const failing = job("failing", () => {
  fail({ n: succeed() });
});

const load = op("load", { config: z.object({ day: z.string() }) }, (_ins, context) => context.log.info(context.op.config.day));
const nightly = job("nightly", { config: partitionedConfig(days, (day) => ({ ops: { load: { config: { day } } } })) }, () => {
  load();
});

const finance = defineAssetJob("finance", { selection: "group:finance" });

export default definitions({
  executor: inProcessExecutor,
  assets: [supplier, orders, byStore, customers, rates, report, broken],
  assetChecks: [ratesAreKnown, reportIsLong],
  jobs: [calculate, failing, nightly, finance],
  resources: { warehouse },
  schedules: [
    schedule("every_minute", {
      job: failing,
      cron: "* * * * *",
      timeZone: "Europe/Berlin",
      owners: ["team:sales"],
      description: "Tries again",
    }),
    schedule("rates_at_six", { target: [rates], cron: "0 6 * * *" }),
    buildScheduleFromPartitionedJob(nightly, { hourOfDay: 2 }),
  ],
  sensors: [
    sensor(
      "new_files",
      { job: nightly, minimumIntervalSeconds: 1, defaultStatus: "RUNNING", tags: { team: "sales" } },
      ({ cursor, updateCursor, log }) => {
        log.info("looking for files");
        if (cursor !== null) return skipReason("no new file");
        updateCursor("first");
        return runRequest({ runKey: "first", partition: "2026-01-02" });
      },
    ),
    sensor("unlucky", { target: [rates], minimumIntervalSeconds: 30, defaultStatus: "RUNNING" }, () => {
      throw new Error("the server is away");
    }),
  ],
});
