import {
  asset,
  assetIn,
  AssetSelection,
  buildRepository,
  defineAssetJob,
  definitions,
  inProcessExecutor,
  job,
  op,
  opIn,
  opOut,
  resource,
} from "@dagwright/definitions";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { z } from "zod";
import { executeInProcess, InMemoryIOManager, type InputContext, materialize } from "../index.ts";

const rows = z.array(z.object({ id: z.number() }));
const seen: InputContext[] = [];

/** A memory, and a reader of its own for what lies in it. */
const memory = resource("memory", () => new InMemoryIOManager());
const counts = resource("counts", { resources: { memory } }, ({ resources }) => ({
  loadInput(context: InputContext) {
    seen.push(context);
    return (resources.memory.loadInput(context) as readonly unknown[]).length;
  },
}));

test("an input is loaded by the manager that it names, whatever stored the value", async () => {
  const orders = op("orders", { outs: { rows: opOut(rows, { ioManagerKey: "memory", metadata: { table: "orders" } }) } }, () => ({
    rows: [{ id: 1 }, { id: 2 }],
  }));
  const report = op(
    "report",
    { ins: { count: opIn(z.any(), { inputManagerKey: "counts" }), rows }, out: z.string() },
    ({ count, rows: all }) => `${count} of ${all.length}`,
  );
  const both = job("both", { executor: inProcessExecutor }, () => {
    const made = orders();
    report({ count: made.rows, rows: made.rows });
  });
  seen.length = 0;
  const result = await executeInProcess(both, { resources: { memory, counts } });
  expect(result.outputValue("report")).toBe("2 of 2");
  const loaded = result.events.filter((event) => event.type === "LOADED_INPUT");
  expect(loaded.map(({ inputName, managerKey }) => [inputName, managerKey])).toEqual([
    ["count", "counts"],
    ["rows", "memory"],
  ]);
  expect(seen).toMatchObject([{ inputName: "count", definitionMetadata: { table: { type: "text", text: "orders" } } }]);
});

test("assets name one too, and it hears which partition it loads and what the asset was declared with", async () => {
  const daily = dailyPartitions({ startDate: "2026-01-01" });
  const orders = asset("orders", { partitions: daily, ioManagerKey: "memory", metadata: { partition_expr: "day" } }, () => [
    { id: 1 },
  ]);
  const count = asset(
    "count",
    { partitions: daily, ioManagerKey: "memory", ins: { orders: assetIn(orders, { inputManagerKey: "counts" }) } },
    ({ orders: loaded }) => loaded as unknown,
  );
  seen.length = 0;
  const result = await materialize([orders, count], { partitionKey: "2026-01-02", resources: { memory, counts } });
  expect(result.assetValue("count")).toBe(1);
  const window = { startMs: Date.parse("2026-01-02"), endMs: Date.parse("2026-01-03") };
  expect(seen).toMatchObject([
    {
      partition: { key: "2026-01-02", dimensions: [{ name: null, key: "2026-01-02", window, timeZone: "UTC" }] },
      definitionMetadata: { partition_expr: { type: "text", text: "day" } },
    },
  ]);
});

test("a manager that cannot load is refused by name", async () => {
  const one = op("one", { out: z.number() }, () => 1);
  const two = op("two", { ins: { n: opIn(z.number(), { inputManagerKey: "useless" }) } }, ({ n }) => n);
  const broken = job("broken", { executor: inProcessExecutor }, () => void two({ n: one() }));
  const useless = resource("useless", () => ({ handleOutput: () => {} }));
  await expect(executeInProcess(broken, { resources: { useless } })).rejects.toThrow(
    'I/O manager "useless" is a resource without the method `loadInput`',
  );
});

test("an asset that a job reads and does not make is loaded by the asset's own manager", () => {
  const stored = asset("stored", { ioManagerKey: "memory" }, () => 1);
  const reader = asset("reader", { ins: { stored } }, ({ stored: value }) => value);
  const only = defineAssetJob("only", { selection: AssetSelection.keys("reader") });
  const { jobs } = buildRepository(definitions({ assets: [stored, reader], resources: [memory], jobs: [only] }));
  expect([...jobs.get("only")!.resources.keys()]).toEqual(["memory"]);
});
