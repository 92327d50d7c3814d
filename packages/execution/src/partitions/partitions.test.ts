import {
  asset,
  assetDep,
  assetIn,
  defineAssetJob,
  InMemoryInstance,
  job,
  multiRun,
  op,
  partitionedConfig,
  selfIn,
  singleRun,
} from "@dagwright/definitions";
import {
  allPartitionsMapping,
  dailyPartitions,
  dynamicPartitions,
  hourlyPartitions,
  lastPartitionMapping,
  multiPartitions,
  staticPartitions,
  timeWindowMapping,
} from "@dagwright/partitions";
import { expect, test, vi } from "vitest";
import { inspect } from "node:util";
import { z } from "zod";
import { InMemoryIOManager } from "../io/in-memory-io-manager.ts";
import { executeInProcess, materialize } from "../in-process/execute-in-process.ts";

const daily = dailyPartitions({ startDate: "2026-01-01" });
const regions = staticPartitions(["eu", "us"]);

const orders = asset("orders", { partitions: daily }, (_, { partition }) => [partition.key]);
const count = asset("count", { partitions: daily, ins: { orders } }, ({ orders: list }) => list.length);

test("a run of a partition makes that partition, and the next asset reads the same one", async () => {
  const result = await materialize([orders, count], { partitionKey: "2026-01-02" });
  expect(result.assetValue("orders")).toEqual(["2026-01-02"]);
  expect(result.assetValue("count")).toBe(1);
  expect(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, partition }) => [assetKey, partition])).toEqual([
    [["orders"], "2026-01-02"],
    [["count"], "2026-01-02"],
  ]);
});

test("partitions read earlier ones of their own asset, the first none", async () => {
  const read = { partitionMapping: timeWindowMapping({ startOffset: -1, endOffset: -1 }) };
  const all = { partitionMapping: timeWindowMapping({ startOffset: -7, endOffset: -1 }), byPartition: true } as const;
  const total = asset(
    "total",
    { partitions: daily, out: z.number(), ins: { before: selfIn(z.number(), read), week: selfIn(z.number(), all) } },
    ({ before, week }) => (before ?? 0) + 10 ** Object.keys(week).length,
  );
  const resources = { io_manager: new InMemoryIOManager() };
  const make = async (partitionKey: string) =>
    (await materialize([total], { partitionKey, resources, raiseOnError: false })).assetValue("total");
  expect(await make("2026-01-01")).toBe(1);
  expect(await make("2026-01-02")).toBe(11);
  expect(await make("2026-01-03")).toBe(111);
  const early = await materialize([total], { partitionKey: "2026-01-05", resources, raiseOnError: false });
  expect(early.success).toBe(false);
  expect(early.eventsOf("STEP_FAILURE")[0]?.error?.message).toMatch(/load input "before" of step "total"/);
});

test("a partition that does not exist is refused, with the nearest ones", async () => {
  await expect(materialize([orders], { partitionKey: "2025-12-31" })).rejects.toThrow(/no partition "2025-12-31"/);
  const region = asset("region", { partitions: regions }, () => 1);
  await expect(materialize([region], { partitionKey: "er" })).rejects.toThrow(/did you mean "eu"/);
});

test("a run that is for no partition cannot make a partitioned asset, and says what to do", async () => {
  await expect(materialize([orders])).rejects.toThrow(/asset "orders".*has partitions, and its run is for none.*partitionKey/i);
});

test("the context has the window of time, the range of keys, and the keys by dimension", async () => {
  const seen: unknown[] = [];
  const both = multiPartitions({ date: daily, region: regions });
  const cube = asset("cube", { partitions: both }, (_, { partition }) => {
    seen.push(partition.keyByDimension, partition.timeWindow.start.toISOString(), partition.timeWindow.end.toISOString());
  });
  const { events } = await materialize([cube], { partitionKey: "2026-01-03|us" });
  expect(seen).toEqual([{ date: "2026-01-03", region: "us" }, "2026-01-03T00:00:00.000Z", "2026-01-04T00:00:00.000Z"]);
  expect(events.find(({ type }) => type === "ASSET_MATERIALIZATION")).toMatchObject({
    partition: "2026-01-03|us",
    tags: { "dagster/partition/date": "2026-01-03", "dagster/partition/region": "us" },
  });
  const region = asset("region", { partitions: regions }, (_, { partition }) => partition.timeWindow);
  await expect(materialize([region], { partitionKey: "eu" })).rejects.toThrow(/asset "region".*not of time/i);
});

test("the context can be logged, copied and written as JSON, whatever its partitions are", async () => {
  const seen: unknown[] = [];
  const logged = asset("logged", { partitions: regions }, (_, { partition }) => {
    seen.push(inspect(partition), JSON.stringify(partition), { ...partition });
  });
  await materialize([logged], { partitionKey: "eu" });
  const week = asset("week", { partitions: daily, backfillPolicy: singleRun() }, (_, { partition }) => {
    seen.push(inspect(partition), JSON.stringify(partition));
  });
  await materialize([week], { partitionRange: { start: "2026-01-01", end: "2026-01-02" } });
  expect(seen).toEqual([
    "Partition(eu)",
    '{"key":"eu"}',
    {},
    "Partition(2026-01-01, 2026-01-02)",
    '{"keyRange":{"start":"2026-01-01","end":"2026-01-02"}}',
  ]);
});

test("a run of a range makes each of its partitions from a record by key, with an event for each", async () => {
  const week = asset("week", { partitions: daily, backfillPolicy: singleRun() }, (_, { partition }) => {
    expect(() => partition.key).toThrow(/for 3 partitions, "2026-01-01" to "2026-01-03"/);
    expect(partition.keyRange).toEqual({ start: "2026-01-01", end: "2026-01-03" });
    expect(partition.timeWindow.end.toISOString()).toBe("2026-01-04T00:00:00.000Z");
    return Object.fromEntries(partition.keys.map((key, index) => [key, index]));
  });
  const copied = asset(
    "copied",
    { partitions: daily, ins: { week: assetIn(week, { byPartition: true }) } },
    ({ week: byDay }) => byDay,
  );
  const partitionRange = { start: "2026-01-01", end: "2026-01-03" };
  const result = await materialize([week, copied], { partitionRange });
  expect(result.assetValue("copied")).toEqual({ "2026-01-01": 0, "2026-01-02": 1, "2026-01-03": 2 });
  expect(result.eventsOf("ASSET_MATERIALIZATION", "week").map(({ partition }) => partition)).toEqual([
    "2026-01-01",
    "2026-01-02",
    "2026-01-03",
  ]);
  const flat = asset("flat", { partitions: daily }, () => ({ "2026-01-01": 1 }));
  await expect(materialize([flat], { partitionRange })).rejects.toThrow(/has none for "2026-01-02", "2026-01-03"/);
  const self = asset("self", { partitions: daily }, () => {});
  expect((await materialize([self], { partitionRange })).eventsOf("ASSET_MATERIALIZATION")).toHaveLength(3);
});

test("mappings decide which partitions are read: windows before, hours of a day, all, the last", async () => {
  const hourly = hourlyPartitions({ startDate: "2026-01-01" });
  const readings = asset("readings", { partitions: hourly }, (_, { partition }) => partition.key);
  const perDay = asset("per_day", { partitions: daily, ins: { readings: assetIn(readings, { byPartition: true }) } }, (ins) =>
    Object.keys(ins.readings),
  );
  const assetValues = {
    readings: Object.fromEntries(
      [...hourly.keys({ nowMs: Date.parse("2026-01-04"), dynamicKeys: () => [] })].map((key) => [key, key]),
    ),
  };
  const day = await materialize([perDay], { partitionKey: "2026-01-02", assetValues });
  expect(day.assetValue("per_day")).toHaveLength(24);

  const previous = timeWindowMapping({ startOffset: -1, endOffset: -1 });
  const change = asset(
    "change",
    { partitions: daily, ins: { before: assetIn(orders, { partitionMapping: previous, byPartition: false }), orders } },
    ({ before, orders: now }) => [...before, ...now],
  );
  const values = { orders: { "2026-01-01": ["1"], "2026-01-02": ["2"], "2026-01-03": ["3"] } };
  const changed = await materialize([change], { partitionKey: "2026-01-02", assetValues: values });
  expect(changed.assetValue("change")).toEqual(["1", "2"]);
  await expect(materialize([change], { partitionKey: "2026-01-01", assetValues: values })).rejects.toThrow(
    /input "before" of asset "change".*reads partitions of asset "orders", none of which exists/i,
  );

  const newest = asset(
    "newest",
    { ins: { region: assetIn(regionalOf(), { partitionMapping: lastPartitionMapping(), byPartition: false }) } },
    ({ region }) => region,
  );
  expect((await materialize([newest], { assetValues: { regional: { eu: 1, us: 2 } } })).assetValue("newest")).toBe(2);
});

const regionalOf = () => asset("regional", { partitions: regions }, () => 0 as number);

test("an asset without partitions gets all partitions by key; what was never stored is named, or left out", async () => {
  const regional = regionalOf();
  const total = asset("total", { ins: { regional } }, (ins) => Object.values(ins.regional).reduce((a, b) => a + b, 0));
  expect((await materialize([total], { assetValues: { regional: { eu: 1, us: 2 } } })).assetValue("total")).toBe(3);
  await expect(materialize([total], { assetValues: { regional: { eu: 1 } } })).rejects.toThrow(
    /asset "regional", partition "us"/,
  );
  const some = asset(
    "some",
    {
      ins: {
        regional: assetIn(regional, {
          byPartition: true,
          partitionMapping: allPartitionsMapping(),
          allowMissingPartitions: true,
        }),
      },
    },
    (ins) => Object.keys(ins.regional),
  );
  expect((await materialize([some], { assetValues: { regional: { eu: 1 } } })).assetValue("some")).toEqual(["eu"]);
});

test("each value of several partitions is checked by the asset's schema", async () => {
  const typed = asset("typed", { partitions: regions, out: z.number() }, () => 1);
  const sum = asset("sum", { ins: { typed } }, (ins) => Object.values(ins.typed).length);
  await expect(materialize([sum], { assetValues: { typed: { eu: 1, us: "two" } } })).rejects.toThrow(
    /Input "typed" of .*partition "us".*expected/,
  );
});

test("dynamic partitions are added by a run, and exist for the runs after it", async () => {
  const customers = dynamicPartitions("customers");
  const discover = op("discover", async (_, { instance }) => {
    await instance.addDynamicPartitions(customers, ["acme", "globex"]);
    await instance.addDynamicPartitions("customers", ["acme", "initech"]);
    await instance.deleteDynamicPartitions(customers, ["globex"]);
    return [await instance.dynamicPartitions(customers), await instance.hasDynamicPartition(customers, "globex")];
  });
  const discovery = job("discovery", () => {
    discover();
  });
  const instance = new InMemoryInstance({ dynamicPartitions: { customers: ["first"] } });
  const found = await executeInProcess(discovery, { instance });
  expect(found.outputValue("discover")).toEqual([["first", "acme", "initech"], false]);
  const invoices = asset("invoices", { partitions: customers }, (_, { partition }) => partition.key);
  expect((await materialize([invoices], { partitionKey: "initech", instance })).assetValue("invoices")).toBe("initech");
  await expect(materialize([invoices], { partitionKey: "globex", instance })).rejects.toThrow(/no partition "globex"/);
});

test("a job's partitioned config makes the run config and tags of a partition", async () => {
  const load = op("load", { config: z.object({ day: z.string() }) }, (_, context) => ({
    day: context.op.config.day,
    tag: context.run.tags["month"],
    key: context.partition?.key,
  }));
  const config = partitionedConfig(daily, (day) => ({ ops: { load: { config: { day } } } }), {
    tags: (_, { timeWindow }) => ({ month: timeWindow.start.toISOString().slice(0, 7) }),
  });
  const nightly = job("nightly", { config }, () => {
    load();
  });
  const result = await executeInProcess(nightly, { partitionKey: "2026-01-02" });
  expect(result.outputValue("load")).toEqual({ day: "2026-01-02", tag: "2026-01", key: "2026-01-02" });
});

test("values of partitions stay with their partitions from run to run", async () => {
  const io = new InMemoryIOManager();
  const resources = { io_manager: io };
  await materialize([orders], { partitionKey: "2026-01-01", resources });
  await materialize([orders], { partitionKey: "2026-01-02", resources });
  const late = await materialize([count], { partitionKey: "2026-01-01", resources });
  expect(late.assetValue("count")).toBe(1);
  await expect(materialize([count], { partitionKey: "2026-01-03", resources })).rejects.toThrow(
    /asset "orders", partition "2026-01-03"/,
  );
});

test("a job of assets has their partitions, and what does not fit is told when the code is loaded", async () => {
  const other = asset("other", { partitions: regions }, () => 1);
  const mixed = defineAssetJob("mixed", { selection: [orders, other] });
  await expect(executeInProcess(mixed, { assets: [orders, other], partitionKey: "eu" })).rejects.toThrow(
    /Asset job "mixed" has several partitions at once.*orders; other/,
  );
  const crossed = asset("crossed", { partitions: regions, ins: { orders } }, () => 1);
  await expect(materialize([crossed], { partitionKey: "eu" })).rejects.toThrow(
    /Asset "crossed" cannot read the partitions of asset "orders": give a partition mapping/,
  );
  const plain = asset("plain", () => 1);
  const mapped = asset("mapped", { deps: [assetDep(plain, { partitionMapping: lastPartitionMapping() })] }, () => 1);
  await expect(materialize([mapped])).rejects.toThrow(/"plain" has no partitions/);
  expect(() => multiRun(0)).toThrow(/at least one partition/);
  expect(() => asset("bad", { partitions: "daily" as never }, () => 1)).toThrow(/`partitions` must be made by dailyPartitions/);
});

test("what a project's own copy of the SDK made is mapped as well", async () => {
  vi.resetModules();
  const sdk = await import("@dagwright/definitions");
  const partitions = await import("@dagwright/partitions");
  expect(sdk.asset).not.toBe(asset);
  const days = partitions.dailyPartitions({ startDate: "2026-01-01" });
  const daily = sdk.asset("daily", { partitions: days }, (_, { partition }) => partition.key);
  const weekly = sdk.asset(
    "weekly",
    {
      partitions: partitions.weeklyPartitions({ startDate: "2026-01-04" }),
      ins: {
        daily: sdk.assetIn(daily, { partitionMapping: partitions.timeWindowMapping(), allowMissingPartitions: true }),
      },
    },
    ({ daily }) => Object.keys(daily),
  );
  const assetValues = { daily: { "2026-01-03": "before", "2026-01-04": "first", "2026-01-10": "last", "2026-01-11": "after" } };
  const result = await materialize([weekly], { partitionKey: "2026-01-04", assetValues });
  expect(result.assetValue("weekly")).toEqual(["2026-01-04", "2026-01-10"]);
});
