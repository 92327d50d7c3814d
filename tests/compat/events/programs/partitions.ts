import {
  allPartitionsMapping,
  asset,
  assetDep,
  assetIn,
  assetSpec,
  dailyPartitions,
  executeInProcess,
  graphAsset,
  graphMultiAsset,
  hourlyPartitions,
  InMemoryIOManager,
  job,
  materialize,
  multiAsset,
  multiPartitions,
  op,
  opIn,
  partitionedConfig,
  selfIn,
  singleRun,
  staticPartitions,
  timeWindowMapping,
} from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const daily = dailyPartitions({ startDate: "2026-01-01" });
const hourly = hourlyPartitions({ startDate: "2026-01-01" });
const regions = staticPartitions(["eu", "us"]);

const orders = asset("orders", { partitions: daily }, (_, { partition }) => [partition.key]);
const count = asset("count", { partitions: daily, ins: { orders } }, ({ orders }) => orders.length);
const plain = asset("plain", () => 1);
const mixed = asset("mixed", { partitions: daily, ins: { plain } }, ({ plain }) => plain);
const hours = asset("hours", { partitions: hourly }, (_, { partition }) => partition.key);
const dayOfHours = asset("day_of_hours", { partitions: daily, ins: { hours } }, ({ hours }) => Object.keys(hours).length);
const before = timeWindowMapping({ startOffset: -1 });
const twoDays = asset(
  "two_days",
  { partitions: daily, ins: { orders: assetIn(orders, { partitionMapping: before, byPartition: true }) } },
  ({ orders }) => Object.keys(orders).length,
);
const running = asset(
  "running",
  {
    partitions: daily,
    out: z.number(),
    ins: { running: selfIn(z.number(), { partitionMapping: timeWindowMapping({ startOffset: -1, endOffset: -1 }) }) },
  },
  ({ running }) => {
    if (![null, 1, 2].includes(running)) throw new Error(`the partition before has ${running}`);
    return (running ?? 0) + 1;
  },
);
const earlier = timeWindowMapping({ startOffset: -1, endOffset: -1 });
const ledger = multiAsset(
  "ledger",
  {
    partitions: daily,
    outs: { total: z.number(), tally: z.number() },
    ins: {
      tally_before: selfIn(z.number(), { asset: "tally", partitionMapping: earlier }),
      total_before: selfIn(z.number(), { asset: "total", partitionMapping: earlier }),
    },
  },
  ({ total_before: total, tally_before: tally }) => {
    if (total !== (tally === null ? null : tally * 10)) throw new Error(`the partition before has ${total} and ${tally}`);
    return { total: (total ?? 0) + 10, tally: (tally ?? 0) + 1 };
  },
);
const ownStorage = multiAsset(
  "own_storage",
  {
    partitions: daily,
    specs: [
      assetSpec("kept", { deps: [assetDep("kept", { partitionMapping: earlier })] }),
      assetSpec("summed", { deps: ["kept"] }),
    ],
  },
  () => {},
);
const oneMore = op("one_more", { ins: { before: opIn(z.number().nullable()) }, out: z.number() }, ({ before: value }) => {
  if (![null, 1, 2].includes(value)) throw new Error(`the partition before has ${value}`);
  return (value ?? 0) + 1;
});
const tenMore = op("ten_more", { ins: { value: z.number() }, out: z.number() }, ({ value }) => value + 10);
const grown = graphAsset(
  "grown",
  { partitions: daily, ins: { grown: selfIn(z.number(), { partitionMapping: earlier }) } },
  ({ grown: value }) => oneMore({ before: value }),
);
const stretched = graphMultiAsset(
  "stretched",
  {
    partitions: daily,
    ins: { near: selfIn(z.number(), { asset: "near", partitionMapping: earlier }) },
    outs: { near: {}, far: {} },
  },
  ({ near }) => {
    const made = oneMore({ before: near });
    return { near: made, far: tenMore({ value: made }) };
  },
);
const countAll = op(
  "count_all",
  { ins: { values: z.looseObject({}).or(z.array(z.string())) }, out: z.number() },
  ({ values }) => {
    return Object.keys(values).length;
  },
);
const ordersByGraph = graphAsset("orders_by_graph", { partitions: daily, ins: { orders } }, (ins) =>
  countAll({ values: ins.orders }),
);
const twoDaysByGraph = graphAsset(
  "two_days_by_graph",
  { partitions: daily, ins: { orders: assetIn(orders, { partitionMapping: before, byPartition: true }) } },
  (ins) => countAll({ values: ins.orders }),
);
const regional = asset("regional", { partitions: regions }, (_, { partition }) => partition.key);
const everywhere = asset(
  "everywhere",
  { ins: { regional: assetIn(regional, { partitionMapping: allPartitionsMapping(), byPartition: true }) } },
  ({ regional }) => Object.keys(regional).length,
);
const cube = asset(
  "cube",
  { partitions: multiPartitions({ date: daily, region: regions }) },
  (_, { partition }) => partition.key,
);
const ranged = asset("ranged", { partitions: daily, backfillPolicy: singleRun() }, (_, { partition }): void => {
  if (partition.keys.length !== 3) throw new Error("not three");
});
const broken = asset("broken", { partitions: daily }, (_, { partition }): number => {
  throw new Error(partition.key);
});
const afterBroken = asset("after_broken", { partitions: daily, ins: { broken } }, ({ broken }) => broken);

const load = op("load", { config: z.object({ region: z.string() }) }, (_, context) => context.op.config.region);
const config = partitionedConfig(regions, (region) => ({ ops: { load: { config: { region } } } }));
const configured = job("configured", { config }, () => {
  load();
});

type Made = Parameters<typeof materialize>[0];

const make = (assets: Made, partitionKey: string) => () => materialize(assets, { partitionKey, raiseOnError: false });

/** What was made before lies in the I/O manager that the runs share. */
const after =
  (assets: Made, partitionKey: string | null, earlier: readonly (readonly [Made[number], readonly string[]])[]) => async () => {
    const resources = { io_manager: new InMemoryIOManager() };
    for (const [one, keys] of earlier) for (const key of keys) await materialize([one], { partitionKey: key, resources });
    return materialize(assets, { ...(partitionKey !== null && { partitionKey }), resources, raiseOnError: false });
  };

const hoursOfADay = Array.from({ length: 24 }, (_, hour) => `2026-01-02-${String(hour).padStart(2, "0")}:00`);

export const cases: Cases = {
  "a partition and what reads it": make([orders, count], "2026-01-02"),
  "with an asset that has no partitions": make([plain, mixed], "2026-01-02"),
  "several partitions of an hourly asset": after([dayOfHours], "2026-01-02", [[hours, hoursOfADay]]),
  "the partition before, too": after([twoDays], "2026-01-02", [[orders, ["2026-01-01", "2026-01-02"]]]),
  "the first partition of an asset that reads its own": make([running], "2026-01-01"),
  "the partition before, of its own": after([running], "2026-01-03", [[running, ["2026-01-01", "2026-01-02"]]]),
  "the partition before, of its own, that was never made": make([running], "2026-01-03"),
  "the first partition of several assets that read their own": make([ledger], "2026-01-01"),
  "the partition before, of several assets": after([ledger], "2026-01-03", [[ledger, ["2026-01-01", "2026-01-02"]]]),
  "the partition before, of several assets, that was never made": make([ledger], "2026-01-03"),
  "the partition before, of several assets, only followed": make([ownStorage], "2026-01-02"),
  "the first partition of an asset whose graph reads its own": make([grown], "2026-01-01"),
  "the partition before, of an asset of a graph": after([grown], "2026-01-03", [[grown, ["2026-01-01", "2026-01-02"]]]),
  "the partition before, of one of a graph's assets": after([stretched], "2026-01-02", [[stretched, ["2026-01-01"]]]),
  "a partition that a graph reads": make([orders, ordersByGraph], "2026-01-02"),
  "partitions that a graph reads": after([twoDaysByGraph], "2026-01-02", [[orders, ["2026-01-01", "2026-01-02"]]]),
  "all partitions": after([everywhere], null, [[regional, ["eu", "us"]]]),
  "two dimensions": make([cube], "2026-01-02|us"),
  "a range in one run": () =>
    materialize([ranged], { partitionRange: { start: "2026-01-01", end: "2026-01-03" }, raiseOnError: false }),
  "a partition that fails": make([broken, afterBroken], "2026-01-02"),
  "a partition that was never made": make([count], "2026-01-02"),
  "partitioned config": () => executeInProcess(configured, { partitionKey: "eu", raiseOnError: false }),
};
