import {
  asset,
  assetIn,
  checkResult,
  checkSpec,
  graph,
  graphAsset,
  graphMultiAsset,
  multiAsset,
  op,
  opIn,
  selfIn,
} from "@dagwright/definitions";
import { dailyPartitions, staticPartitions, timeWindowMapping } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { z } from "zod";
import { InMemoryIOManager } from "../io/in-memory-io-manager.ts";
import { materialize } from "../in-process/execute-in-process.ts";

const daily = dailyPartitions({ startDate: "2026-01-01" });
const yesterday = timeWindowMapping({ startOffset: -1, endOffset: -1 });
const days = asset("days", { partitions: daily, out: z.number() }, (_, { partition }) => Number(partition.key.slice(-2)));
const twice = op("twice", { ins: { x: z.number() }, out: z.number() }, ({ x }) => x * 2);
const sum = op("sum", { ins: { parts: z.record(z.string(), z.number()) }, out: z.number() }, ({ parts }) =>
  Object.values(parts).reduce((all, one) => all + one, 0),
);
const next = op("next", { ins: { before: opIn(z.number().nullable()) }, out: z.number() }, ({ before }) => (before ?? 0) + 1);

/** Partitions that are made one after the other, each finding what was stored before. */
function making(...assets: Parameters<typeof materialize>[0]) {
  const resources = { io_manager: new InMemoryIOManager() };
  return (partitionKey: string) => materialize(assets, { partitionKey, resources, raiseOnError: false });
}

test("ops of an asset's graph read the partition of the run, also of what other ops of it made, and know of it", async () => {
  const seen: (string | undefined)[] = [];
  const look = op("look", { ins: { x: z.number() }, out: z.number() }, ({ x }, { partition }) => {
    seen.push(partition?.key);
    return x + 1;
  });
  const inner = graph("inner", { ins: { x: z.number() } }, ({ x }) => look({ x }));
  const isPositive = op("is_positive", { ins: { x: z.number() } }, ({ x }) => checkResult({ passed: x > 0 }));
  const shape = graphMultiAsset(
    "shape",
    { ins: { days }, outs: { near: {}, far: {} }, partitions: daily, checks: [checkSpec("ok", { asset: "near" })] },
    (ins) => {
      const near = twice({ x: ins.days });
      return { near, far: inner({ x: near }), near_ok: isPositive({ x: near }) };
    },
  );
  const result = await materialize([days, shape], { partitionKey: "2026-01-03" });
  expect([result.assetValue("near"), result.assetValue("far")]).toEqual([6, 7]);
  expect(seen).toEqual(["2026-01-03"]);
  expect(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, partition }) => [...assetKey, partition])).toEqual([
    ["days", "2026-01-03"],
    ["near", "2026-01-03"],
    ["far", "2026-01-03"],
  ]);
});

test("its ops know the partition also where the code location has assets with other partitions", async () => {
  const where = op("where", (_, { partition }) => partition?.key ?? "nowhere");
  const here = graphAsset("here", { partitions: daily }, () => where());
  const other = asset("other", { partitions: staticPartitions(["a"]) }, () => 1);
  expect((await materialize([here], { partitionKey: "2026-01-03", assets: [other] })).assetValue("here")).toBe("2026-01-03");
});

test("what several partitions are read as is what the op's own schema describes", async () => {
  const window = graphAsset(
    "window",
    {
      partitions: daily,
      ins: { days: assetIn(days, { partitionMapping: timeWindowMapping({ startOffset: -1 }), byPartition: true }) },
    },
    (ins) => sum({ parts: ins.days }),
  );
  const make = making(days, window);
  await make("2026-01-02");
  expect((await make("2026-01-03")).assetValue("window")).toBe(5);
  const fruits = asset("fruits", { partitions: staticPartitions(["apple", "pear"]), out: z.number() }, () => 2);
  const all = graphAsset("all", { ins: { fruits } }, (ins) => sum({ parts: ins.fruits }));
  const resources = { io_manager: new InMemoryIOManager() };
  for (const partitionKey of ["apple", "pear"]) await materialize([fruits], { partitionKey, resources });
  expect((await materialize([all], { resources })).assetValue("all")).toBe(4);
  // A list of handles reads each in its own way.
  const both = graphAsset(
    "both",
    { partitions: daily, ins: { now: days, before: assetIn(days, { partitionMapping: yesterday, byPartition: false }) } },
    ({ now, before }) => op("pair", { ins: { list: z.array(z.number()) } }, ({ list }) => list)({ list: [now, before] }),
  );
  const makeBoth = making(days, both);
  await makeBoth("2026-01-02");
  expect((await makeBoth("2026-01-03")).assetValue("both")).toEqual([3, 2]);
});

test("a range of partitions is a record for the ops of a graph, and what they return one of its assets", async () => {
  const each = op("each", { ins: { parts: z.record(z.string(), z.number()) } }, ({ parts }) => parts);
  const ranged = asset("days", { partitions: daily }, (_, { partition }) =>
    Object.fromEntries(partition.keys.map((key) => [key, Number(key.slice(-2))])),
  );
  const same = graphAsset("same", { partitions: daily, ins: { ranged } }, (ins) => each({ parts: ins.ranged }));
  const partitionRange = { start: "2026-01-02", end: "2026-01-03" };
  const result = await materialize([ranged, same], { partitionRange });
  expect(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, partition }) => [...assetKey, partition])).toEqual([
    ["days", "2026-01-02"],
    ["days", "2026-01-03"],
    ["same", "2026-01-02"],
    ["same", "2026-01-03"],
  ]);
});

test("assets that are made together read earlier partitions, each of its own", async () => {
  const books = multiAsset(
    "books",
    {
      partitions: daily,
      outs: { total: z.number(), tally: z.number() },
      ins: {
        before: selfIn(z.number(), { asset: "total", partitionMapping: yesterday }),
        week: selfIn(z.number(), {
          asset: "tally",
          partitionMapping: timeWindowMapping({ startOffset: -7, endOffset: -1 }),
          byPartition: true,
        }),
      },
    },
    ({ before, week }) => ({ total: (before ?? 0) + 10, tally: Object.keys(week).length }),
  );
  const make = making(books);
  for (const [key, total, tally] of [
    ["2026-01-01", 10, 0],
    ["2026-01-02", 20, 1],
    ["2026-01-03", 30, 2],
  ] as const) {
    const result = await make(key);
    expect([result.assetValue("total"), result.assetValue("tally")]).toEqual([total, tally]);
  }
  const early = await make("2026-01-05");
  expect(early.eventsOf("STEP_FAILURE")[0]?.error?.message).toMatch(/load input "before" of step "books"/);
});

test("the graph of an asset, or of several, reads earlier partitions of what it makes", async () => {
  const grown = graphAsset(
    "grown",
    { partitions: daily, ins: { before: selfIn(z.number(), { partitionMapping: yesterday }) } },
    ({ before }) => next({ before }),
  );
  const make = making(grown);
  expect((await make("2026-01-01")).assetValue("grown")).toBe(1);
  expect((await make("2026-01-02")).assetValue("grown")).toBe(2);
  const pair = graphMultiAsset(
    "pair",
    {
      partitions: daily,
      outs: { one: {}, other: {} },
      canSubset: true,
      ins: { before: selfIn(z.number(), { asset: "one", partitionMapping: yesterday }) },
    },
    ({ before }) => {
      const one = next({ before });
      return { one, other: twice({ x: one }) };
    },
  );
  const makePair = making(pair);
  await makePair("2026-01-01");
  expect((await makePair("2026-01-02")).assetValue("other")).toBe(4);
});

test("earlier partitions are those that are stored also where assets are made in turns", async () => {
  const seen: unknown[] = [];
  const turns = multiAsset(
    "turns",
    {
      partitions: daily,
      canSubset: true,
      outs: {
        first: { schema: z.number() },
        last: { schema: z.number(), deps: ["between", "last"] },
      },
      ins: { before: selfIn(z.number(), { asset: "last", partitionMapping: yesterday }) },
    },
    ({ before }, { isSelected }) => {
      if (isSelected("last")) seen.push(before);
      return { ...(isSelected("first") && { first: 1 }), ...(isSelected("last") && { last: (before ?? 0) + 1 }) };
    },
  );
  const between = asset("between", { partitions: daily, ins: { first: turns.assets.first } }, ({ first }) => first);
  const make = making(turns, between);
  await make("2026-01-01");
  const second = await make("2026-01-02");
  expect(second.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["turns", "between", "turns_2"]);
  expect(second.assetValue("last")).toBe(2);
  expect(seen).toEqual([null, 1]);
});
