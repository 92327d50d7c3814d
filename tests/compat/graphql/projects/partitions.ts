import { setTimeout } from "node:timers/promises";
import {
  asset,
  dailyPartitions,
  defineAssetJob,
  dynamicPartitions,
  inProcessExecutor,
  job,
  multiPartitions,
  op,
  partitionedConfig,
  singleRun,
  staticPartitions,
} from "dagwright";
import { z } from "zod";

const days = dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-08" });
const regions = staticPartitions(["de", "fr"]);
const grid = multiPartitions({ day: dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-06" }), region: regions });
const customers = dynamicPartitions("customers");
const group = { group: "sales" };

const orders = asset("orders", { ...group, partitions: days }, (_, { partition, run }) => {
  if (run.tags["fail"] === partition.key) throw new Error("as asked for");
});
const revenue = asset("revenue", { ...group, partitions: days, deps: [orders] }, () => undefined);
const targets = asset("targets", { ...group, partitions: regions, backfillPolicy: singleRun() }, () => undefined);
const cells = asset("cells", { ...group, partitions: grid }, () => undefined);
const invoices = asset("invoices", { ...group, partitions: customers }, () => undefined);
const salesTotal = asset("sales_total", { ...group, deps: [revenue] }, () => undefined);

const load = op("load", { config: z.object({ day: z.string() }) }, async (_, context) => {
  if (context.run.tags["fail"] === context.op.config.day) throw new Error("as asked for");
  if (context.run.tags["wait"] !== undefined) await setTimeout(60_000, undefined, { signal: context.signal });
});
const nightly = job(
  "nightly",
  {
    executor: inProcessExecutor,
    config: partitionedConfig(days, (day) => ({ ops: { load: { config: { day } } } })),
  },
  () => {
    load();
  },
);
const salesJob = defineAssetJob("sales_job", { selection: [orders, revenue], executor: inProcessExecutor });

export const assets = [orders, revenue, targets, cells, invoices, salesTotal];
export const jobs = [nightly, salesJob];
