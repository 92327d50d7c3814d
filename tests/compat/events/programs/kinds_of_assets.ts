import {
  type AnyAsset,
  asset,
  assetSpec,
  checkResult,
  checkSpec,
  defineAssetJob,
  executeInProcess,
  executeJob,
  graphAsset,
  graphMultiAsset,
  type InProcessResult,
  materialize,
  materializeResult,
  multiAsset,
  multiObservableSourceAsset,
  observableSourceAsset,
  observeResult,
  op,
  staticPartitions,
  TestInstance,
} from "dagwright";
import { z } from "zod";
import type { Cases, Difference } from "../cases.ts";

const source = asset("source", { out: z.number() }, () => 1);
const told = asset("told", () =>
  materializeResult({ value: 5, metadata: { rows: 1 }, tags: { shift: "late" }, dataVersion: "v1" }),
);
const storedByItself = asset("stored_by_itself", () => materializeResult({ metadata: { rows: 1 } }));
const follows = asset("follows", { deps: [storedByItself] }, () => 2);
const generated = asset("generated", function* () {
  yield materializeResult({ value: 3 });
});

const split = multiAsset(
  "split",
  { ins: { source }, outs: { good: z.number(), bad: { schema: z.number(), optional: true } } },
  function* ({ source: value }) {
    yield { good: value };
  },
);
const readsGood = asset("reads_good", { ins: { good: split.assets.good } }, ({ good }) => good);
const readsBad = asset("reads_bad", { ins: { bad: split.assets.bad } }, ({ bad }) => bad);

const a = assetSpec("a");
const made = multiAsset(
  "made",
  { specs: [a, assetSpec("b", { deps: [a] }), assetSpec("c", { skippable: true })], canSubset: true },
  function* (_, context) {
    for (const key of context.selectedAssetKeys) if (key[0] !== "c") yield materializeResult({ asset: key });
  },
);
const both = { specs: [assetSpec("x"), assetSpec("y")] };
const silent = multiAsset("silent", both, () => {});
const half = multiAsset("half", both, () => [materializeResult({ asset: "x" })]);
const fails = multiAsset("fails", both, function* () {
  yield materializeResult({ asset: "x" });
  throw new Error("boom");
});
const twice = multiAsset("twice", both, function* () {
  yield materializeResult({ asset: "x" });
  yield materializeResult({ asset: "x" });
});
const eager = multiAsset("eager", { ...both, canSubset: true }, function* () {
  yield materializeResult({ asset: "x" });
  yield materializeResult({ asset: "y" });
});
const first = assetSpec("first");
const between = asset("between", { deps: [first] }, () => 1);
const around = multiAsset("around", { specs: [first, assetSpec("last", { deps: [between] })], canSubset: true }, (_, context) =>
  context.selectedAssetKeys.map((key) => materializeResult({ asset: key })),
);

const add = op("add", { ins: { x: z.number() }, out: z.number() }, ({ x }) => x + 1);
const two = op("two", { ins: { x: z.number() }, outs: { p: z.number(), q: z.number() } }, ({ x }) => ({ p: x, q: x + 10 }));
const total = graphAsset("total", { ins: { source } }, ({ source: x }) => add({ x: add({ x }) }));
const pair = graphMultiAsset("pair", { ins: { source }, outs: { p: {}, q: {} } }, ({ source: x }) => {
  const { p, q } = two({ x });
  return { p: add({ x: p }), q };
});

const shape = graphMultiAsset("shape", { ins: { source }, outs: { near: {}, far: {} }, canSubset: true }, ({ source: x }) => {
  const near = add({ x });
  return { near, far: add.alias("last")({ x: add.alias("between")({ x: near }) }) };
});
const isPositive = op("is_positive", { ins: { x: z.number() } }, ({ x }) => checkResult({ passed: x > 0 }));
const isLarge = op("is_large", { ins: { x: z.number() } }, ({ x }) => checkResult({ passed: x > 100 }));
const checked = graphAsset("checked", { ins: { source }, checks: [checkSpec("positive")] }, ({ source: x }) => {
  const result = add({ x });
  return { result, checked_positive: isPositive({ x: result }) };
});
const blocked = graphAsset("blocked", { ins: { source }, checks: [checkSpec("large", { blocking: true })] }, ({ source: x }) => {
  const result = add({ x });
  return { result, blocked_large: isLarge({ x: result }) };
});
const afterBlocked = asset("after_blocked", { ins: { blocked } }, ({ blocked: value }) => value);

const parts = observableSourceAsset("parts", { partitions: staticPartitions(["p1", "p2"]) }, () =>
  observeResult({ dataVersionsByPartition: { p1: "a", p2: "b" } }),
);
const page = observableSourceAsset("page", {}, () => "7");
const table = observableSourceAsset("table", {}, () => observeResult({ dataVersion: "8", metadata: { rows: 1 } }));
const afterPage = asset("after_page", { deps: [page] }, () => 1);
const seen = multiObservableSourceAsset(
  "seen",
  { specs: [assetSpec("m1"), assetSpec("m2")], canSubset: true },
  function* (_, context) {
    for (const key of context.selectedAssetKeys) yield observeResult({ asset: key });
  },
);

const madeOf =
  (...assets: Parameters<typeof materialize>[0]) =>
  () =>
    materialize(assets, { raiseOnError: false });

const everything: Parameters<typeof materialize>[0] = [parts, page, table, afterPage, seen, source];

const jobOf =
  (selection: string, assets = everything) =>
  (): Promise<InProcessResult> =>
    executeInProcess(defineAssetJob("chosen", { selection }), { assets: assets as readonly AnyAsset[], raiseOnError: false });

export const cases: Cases = {
  "results with and without a value": madeOf(told, storedByItself, follows, generated),
  "an optional output that is not made": madeOf(source, split, readsGood, readsBad),
  "all of several": madeOf(made),
  "some of several": madeOf(made.assets["b"]!),
  "nothing returned": madeOf(silent),
  "one of several not told of": madeOf(half),
  "a generator that fails": madeOf(fails),
  "one told of twice": madeOf(twice),
  "one that was not asked for": madeOf(eager.assets["x"]!),
  "an asset between two that are made together": madeOf(around, between),
  "an asset made by a graph": madeOf(source, total),
  "several made by a graph": madeOf(source, pair),
  "some of a graph's assets": jobOf("key:source or key:near", [source, shape]),
  "a graph's asset read by another of it": async () => {
    using instance = new TestInstance();
    await executeJob(defineAssetJob("all"), { assets: [source, shape], instance });
    return await executeJob(defineAssetJob("chosen", { selection: "key:far" }), { assets: [source, shape], instance });
  },
  "a check within a graph": madeOf(source, checked),
  "a blocking check within a graph": madeOf(source, blocked, afterBlocked),
  "observing partitions": jobOf("key:parts"),
  observing: jobOf("key:page or key:table"),
  "observing and making": jobOf("key:page or key:after_page"),
  "observing some of several": jobOf("key:m2"),
  "a job of everything observes nothing": jobOf("*"),
};

export const differences: Readonly<Record<string, Difference>> = {
  "one of several not told of": {
    reason: "a function that tells of some of its assets has forgotten the others; Dagster takes them for made",
    onlyDagster: ["half 4 STEP_OUTPUT y ok", "half 5 ASSET_MATERIALIZATION y -", "half 6 STEP_SUCCESS", "run SUCCESS"],
    onlyOurs: ["half 4 STEP_FAILURE", "run FAILURE"],
  },
};
