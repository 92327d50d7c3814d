import {
  asset,
  assetCheck,
  assetSpec,
  checkResult,
  checkSpec,
  defineAssetJob,
  graphAsset,
  graphMultiAsset,
  mapAssetSpecs,
  materializeResult,
  multiAsset,
  multiObservableSourceAsset,
  observableSourceAsset,
  observeResult,
  op,
} from "@dagwright/definitions";
import type { RunLogEntry } from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { executeInProcess, materialize, observe } from "./execute-in-process.ts";
import type { InProcessResult } from "./in-process-result.ts";

/** The events of the steps, as `TYPE what`. */
const told = ({ events }: InProcessResult): readonly string[] =>
  events.filter(({ type }) => /^(STEP|ASSET|LOADED|HANDLED)_/.test(type)).map((event) => `${event.type} ${whatOf(event)}`);

function whatOf(event: RunLogEntry): string {
  if ("checkName" in event) return event.checkName;
  if ("assetKey" in event) return event.assetKey?.join("/") ?? "";
  if ("outputName" in event) return `${event.stepKey}.${event.outputName}`;
  return event.stepKey ?? "";
}

const failureOf = (result: InProcessResult): string => result.eventsOf("STEP_FAILURE")[0]!.error!.message;

describe("materializeResult", () => {
  it("stores its value and tells of the asset", async () => {
    const numbers = asset("numbers", () =>
      materializeResult({ value: [1, 2], metadata: { rows: 2 }, tags: { shift: "late" }, dataVersion: "v7" }),
    );
    const total = asset("total", { ins: { numbers } }, ({ numbers: list }) => list.reduce((a, b) => a + b, 0));
    const result = await materialize([numbers, total]);
    expect(result.assetValue("total")).toBe(3);
    const [made, second] = result.eventsOf("ASSET_MATERIALIZATION");
    expect(made).toMatchObject({
      metadata: { rows: { type: "int", int: "2" } },
      tags: { shift: "late", "dagster/data_version": "v7", "dagster/data_version_is_user_provided": "true" },
    });
    expect(second!.tags).toMatchObject({ "dagster/input_data_version/numbers": "v7" });
  });

  it("without a value stores nothing", async () => {
    const table = asset("table", () => materializeResult({ metadata: { rows: 1 } }));
    const after = asset("after", { deps: [table] }, () => 1);
    const result = await materialize([table, after]);
    expect(told(result).slice(0, 4)).toEqual([
      "STEP_START table",
      "STEP_OUTPUT table.result",
      "ASSET_MATERIALIZATION table",
      "STEP_SUCCESS table",
    ]);
  });

  it("is checked against the asset's schema", async () => {
    const wrong = asset("wrong", { out: z.number() }, () => materializeResult({ value: "x" as unknown as number }));
    const result = await materialize([wrong], { raiseOnError: false });
    expect(result.eventsOf("STEP_OUTPUT")[0]!.typeCheck.success).toBe(false);
    const none = asset("none", { out: z.number() }, () => materializeResult() as never);
    expect(failureOf(await materialize([none], { raiseOnError: false }))).toContain(
      "without the value that its schema describes",
    );
  });

  it("brings results of the asset's checks, each after its asset; a blocking one stops what is downstream", async () => {
    const checked = asset("checked", { checks: [checkSpec("small"), checkSpec("even", { blocking: true })] }, function* () {
      yield materializeResult({ value: 3, checkResults: [checkResult({ check: "small", passed: true })] });
      yield checkResult({ check: "even", passed: false });
    });
    const after = asset("after", { ins: { checked } }, ({ checked: value }) => value);
    const result = await materialize([checked, after], { raiseOnError: false });
    expect(told(result)).toEqual([
      "STEP_START checked",
      "STEP_OUTPUT checked.result",
      "ASSET_MATERIALIZATION checked",
      "HANDLED_OUTPUT checked.result",
      "STEP_OUTPUT checked.checked_small",
      "ASSET_CHECK_EVALUATION small",
      "STEP_OUTPUT checked.checked_even",
      "ASSET_CHECK_EVALUATION even",
      "STEP_FAILURE checked",
      "STEP_SKIPPED after",
    ]);
  });

  it("of another asset, or a second one, is refused", async () => {
    const other = asset("other", () => materializeResult({ asset: "another" }));
    expect(failureOf(await materialize([other], { raiseOnError: false }))).toBe(
      'Asset "other" returned a result of the asset "another", which it does not declare; it makes "other"',
    );
    const twice = asset("twice", function* () {
      yield materializeResult({ value: 1 });
      yield materializeResult({ value: 2 });
    });
    expect(failureOf(await materialize([twice], { raiseOnError: false }))).toBe('Asset "twice" yielded "twice" a second time');
  });
});

describe("multiAsset with outs", () => {
  const orders = asset("orders", () => [3, -1, 4]);
  const split = multiAsset(
    "split_orders",
    { ins: { orders }, outs: { good: z.array(z.number()), bad: { schema: z.array(z.number()), optional: true, group: "odd" } } },
    ({ orders: all }, context) => {
      context.addOutputMetadata({ rows: 2 }, "good");
      const bad = all.filter((one) => one < 0);
      return { good: all.filter((one) => one >= 0), ...(bad.length > 1 && { bad }) };
    },
  );
  const good = asset("sum_of_good", { ins: { good: split.assets.good } }, ({ good: list }) => list.length);
  const bad = asset("sum_of_bad", { ins: { bad: split.assets.bad } }, ({ bad: list }) => list.length);

  it("stores each by its name; what depends on an optional one that was not made is skipped", async () => {
    const result = await materialize([orders, split, good, bad]);
    expect(result.assetValue("sum_of_good")).toBe(2);
    expect(told(result)).toEqual([
      "STEP_START orders",
      "STEP_OUTPUT orders.result",
      "ASSET_MATERIALIZATION orders",
      "HANDLED_OUTPUT orders.result",
      "STEP_SUCCESS orders",
      "STEP_START split_orders",
      "LOADED_INPUT split_orders",
      "STEP_INPUT split_orders",
      "STEP_OUTPUT split_orders.good",
      "ASSET_MATERIALIZATION good",
      "HANDLED_OUTPUT split_orders.good",
      "STEP_SUCCESS split_orders",
      "STEP_SKIPPED sum_of_bad",
      "STEP_START sum_of_good",
      "LOADED_INPUT sum_of_good",
      "STEP_INPUT sum_of_good",
      "STEP_OUTPUT sum_of_good.result",
      "ASSET_MATERIALIZATION sum_of_good",
      "HANDLED_OUTPUT sum_of_good.result",
      "STEP_SUCCESS sum_of_good",
    ]);
    expect(result.eventsOf("ASSET_MATERIALIZATION")[1]!.metadata).toMatchObject({ rows: { type: "int", int: "2" } });
  });

  it("is called in a unit test like any function", () => {
    expect(split({ orders: [1, -2, -3] })).toEqual({ good: [1], bad: [-2, -3] });
  });

  it("records what a generator yields before it goes on", async () => {
    const seen: string[] = [];
    const steps = multiAsset("in_steps", { outs: { a: z.number(), b: z.number() } }, async function* (_, context) {
      yield { a: 1 };
      seen.push(...(await context.instance.materializations("a")).map(({ event }) => event.type));
      yield { b: materializeResult({ value: 2, metadata: { second: true } }) };
    });
    const result = await materialize([steps]);
    expect(seen).toEqual(["ASSET_MATERIALIZATION"]);
    expect(result.assetValue("b")).toBe(2);
  });

  it("keeps what was recorded when its generator fails, and runs the generator's own cleaning up when it is refused", async () => {
    let isClean = false;
    const fails = multiAsset("fails", { outs: { a: {}, b: {} } }, function* () {
      yield { a: 1 };
      throw new Error("boom");
    });
    const result = await materialize([fails], { raiseOnError: false });
    expect(told(result).slice(-3)).toEqual(["ASSET_MATERIALIZATION a", "HANDLED_OUTPUT fails.a", "STEP_FAILURE fails"]);
    expect(failureOf(result)).toBe("boom");
    const refused = multiAsset("refused", { outs: { a: {}, b: {} } }, function* () {
      try {
        yield { zz: 1 } as never;
      } finally {
        isClean = true;
      }
    });
    expect(failureOf(await materialize([refused], { raiseOnError: false }))).toBe(
      'Multi-asset "refused" yielded an output "zz" that it does not declare; its outputs are "a", "b"',
    );
    expect(isClean).toBe(true);
  });

  it("fails when a required one is missing", async () => {
    const half = multiAsset("half", { outs: { a: {}, b: {} } }, () => ({ a: 1 }) as never);
    expect(failureOf(await materialize([half], { raiseOnError: false }))).toBe(
      'Multi-asset "half" told nothing of "b"; return or yield a result for each, or declare it as optional',
    );
  });
});

describe("multiAsset with specs", () => {
  const a = assetSpec("a");
  const b = assetSpec("b", { deps: [a] });
  const made = multiAsset(
    "made",
    { specs: [a, b, assetSpec("c", { skippable: true })], canSubset: true },
    function* (_, context) {
      for (const key of context.selectedAssetKeys) {
        if (key[0] !== "c") yield materializeResult({ asset: key, metadata: { outputs: context.selectedOutputs.join() } });
      }
    },
  );

  it("stores nothing and tells of each when it is yielded", async () => {
    expect(told(await materialize([made]))).toEqual([
      "STEP_START made",
      "STEP_OUTPUT made.a",
      "ASSET_MATERIALIZATION a",
      "STEP_OUTPUT made.b",
      "ASSET_MATERIALIZATION b",
      "STEP_SUCCESS made",
    ]);
  });

  it("makes what a run asks for, and depends within itself", async () => {
    const result = await materialize([made.assets["b"]!]);
    expect(told(result)).toEqual(["STEP_START made", "STEP_OUTPUT made.b", "ASSET_MATERIALIZATION b", "STEP_SUCCESS made"]);
    const [event] = result.eventsOf("ASSET_MATERIALIZATION");
    expect(event!.metadata["outputs"]).toMatchObject({ text: "b" });
    expect(event!.tags).toMatchObject({ "dagster/input_data_version/a": "INITIAL" });
    const all = await materialize([made]);
    expect(all.eventsOf("ASSET_MATERIALIZATION")[1]!.tags["dagster/input_data_version/a"]).not.toBe("INITIAL");
  });

  it("takes all for made when the function says nothing", async () => {
    const silent = multiAsset(
      "silent",
      { specs: [assetSpec("x"), assetSpec("y"), assetSpec("z", { skippable: true })] },
      () => {},
    );
    expect((await materialize([silent])).eventsOf("ASSET_MATERIALIZATION").map(({ assetKey }) => assetKey)).toEqual([
      ["x"],
      ["y"],
    ]);
  });

  it("refuses results that the run did not ask for", async () => {
    const eager = multiAsset("eager", { specs: [assetSpec("x"), assetSpec("y")], canSubset: true }, () => [
      materializeResult({ asset: "x" }),
      materializeResult({ asset: "y" }),
    ]);
    expect(failureOf(await materialize([eager.assets["x"]!], { raiseOnError: false }))).toBe(
      'Multi-asset "eager" returned a result of "y", which this run did not ask for. Look at `context.selectedAssetKeys`',
    );
  });

  it("without canSubset is made as a whole", async () => {
    const whole = multiAsset("whole", { specs: [assetSpec("x"), assetSpec("y")] }, () => {});
    await expect(materialize([whole.assets["x"]!])).rejects.toThrow(
      '"whole" makes the asset "y" together with those selected, and cannot leave it out',
    );
    await expect(executeInProcess(defineAssetJob("some", { selection: "key:x" }), { assets: [whole] })).rejects.toThrow(
      'Asset job "some": it selects "x" but not "y"; "whole" makes them together unless it has `canSubset: true`',
    );
  });

  it("takes turns with an asset between two of its own", async () => {
    const first = assetSpec("first");
    const between = asset("between", { deps: [first] }, () => 1);
    const last = assetSpec("last", { deps: [between] });
    const both = multiAsset("both", { specs: [first, last], canSubset: true }, (_, context) =>
      context.selectedAssetKeys.map((key) => materializeResult({ asset: key })),
    );
    const result = await materialize([both, between]);
    expect(result.eventsOf("STEP_SUCCESS").map(({ stepKey }) => stepKey)).toEqual(["both", "between", "both_2"]);
    const fixed = multiAsset("fixed", { specs: [first, last] }, () => {});
    await expect(materialize([fixed, between])).rejects.toThrow(/^These assets need one another in a circle: .*between.*fixed/);
  });
});

describe("graphAsset and graphMultiAsset", () => {
  const numbers = asset("numbers", { out: z.number() }, () => 1);
  const add = op("add", { ins: { x: z.number() }, out: z.number() }, ({ x }) => x + 1);
  const two = op("two", { ins: { x: z.number() }, outs: { p: z.number(), q: z.number() } }, ({ x }) => ({ p: x, q: x + 10 }));

  it("is made by steps, the last of which it is", async () => {
    const sum = graphAsset("sum", { ins: { numbers } }, ({ numbers: x }) => add({ x: add({ x }) }));
    const after = asset("after", { ins: { sum } }, ({ sum: value }) => value * 2);
    const result = await materialize([numbers, sum, after]);
    expect(result.assetValue("after")).toBe(6);
    expect(told(result).slice(5, 16)).toEqual([
      "STEP_START sum.add",
      "LOADED_INPUT sum.add",
      "STEP_INPUT sum.add",
      "STEP_OUTPUT sum.add.result",
      "HANDLED_OUTPUT sum.add.result",
      "STEP_SUCCESS sum.add",
      "STEP_START sum.add_2",
      "LOADED_INPUT sum.add_2",
      "STEP_INPUT sum.add_2",
      "STEP_OUTPUT sum.add_2.result",
      "ASSET_MATERIALIZATION sum",
    ]);
  });

  it("makes several, each by the step behind its output", async () => {
    const both = graphMultiAsset("pair", { ins: { numbers }, outs: { p: {}, q: { key: "other/q" } } }, ({ numbers: x }) => {
      const { p, q } = two({ x });
      return { p: add({ x: p }), q };
    });
    const reads = asset("reads", { ins: { p: both.assets.p, q: both.assets.q } }, ({ p, q }) => p + q);
    const result = await materialize([numbers, both, reads]);
    expect(result.assetValue("reads")).toBe(13);
    expect(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, stepKey }) => [assetKey.join("/"), stepKey])).toEqual([
      ["numbers", "numbers"],
      ["other/q", "pair.two"],
      ["p", "pair.add"],
      ["reads", "reads"],
    ]);
  });
});

describe("observable assets", () => {
  const page = observableSourceAsset("page", { schema: z.string() }, () => "etag-7");
  const table = observableSourceAsset("table", {}, () =>
    observeResult({ dataVersion: "8", metadata: { rows: 1 }, tags: { t: "u" } }),
  );
  const reads = asset("reads", { ins: { page } }, ({ page: text }) => text.length);

  it("are observed, without being made", async () => {
    const result = await observe([page, table]);
    expect(told(result)).toEqual([
      "STEP_START page",
      "ASSET_OBSERVATION page",
      "STEP_OUTPUT page.result",
      "STEP_SUCCESS page",
      "STEP_START table",
      "ASSET_OBSERVATION table",
      "STEP_OUTPUT table.result",
      "STEP_SUCCESS table",
    ]);
    const [first, second] = result.eventsOf("ASSET_OBSERVATION");
    expect(first!.tags).toEqual({ "dagster/data_version": "etag-7" });
    expect(second).toMatchObject({ tags: { t: "u", "dagster/data_version": "8" }, metadata: { rows: { int: "1" } } });
  });

  it("are not observed by materializing, nor by a job of all assets", async () => {
    await expect(materialize([page])).rejects.toThrow('Nothing is made here: others make "page". Look at it with observe([…])');
    await expect(observe([reads])).rejects.toThrow('The asset "reads" cannot be observed');
    const options = { assets: [page, reads], assetValues: { page: "abc" } };
    const all = await executeInProcess(defineAssetJob("all"), options);
    expect(all.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["reads"]);
  });

  it("are read by what follows in the same run as they were then", async () => {
    const job = defineAssetJob("both", { selection: [page, reads] });
    const result = await executeInProcess(job, { assets: [page, reads], assetValues: { page: "abc" } });
    expect(result.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["page", "reads"]);
    expect(result.assetValue("reads")).toBe(3);
    expect(result.eventsOf("ASSET_MATERIALIZATION")[0]!.tags).toMatchObject({ "dagster/input_data_version/page": "etag-7" });
  });

  it("may be several in one function, some of which a run asks for", async () => {
    const both = multiObservableSourceAsset(
      "both",
      { specs: [assetSpec("m1"), assetSpec("m2")], canSubset: true },
      function* (_, context) {
        for (const key of context.selectedAssetKeys) yield observeResult({ asset: key, dataVersion: key.join() });
      },
    );
    expect(told(await observe([both]))).toEqual([
      "STEP_START both",
      "STEP_OUTPUT both.m1",
      "ASSET_OBSERVATION m1",
      "STEP_OUTPUT both.m2",
      "ASSET_OBSERVATION m2",
      "STEP_SUCCESS both",
    ]);
    expect((await observe([both.assets["m2"]!])).eventsOf("ASSET_OBSERVATION").map(({ assetKey }) => assetKey)).toEqual([["m2"]]);
  });

  it("that answer with something else fail by name", async () => {
    const wrong = observableSourceAsset("wrong", {}, () => undefined as never);
    expect(failureOf(await observe([wrong], { raiseOnError: false }))).toBe(
      'Asset "wrong" returned nothing; the function of an observable asset returns the version of the data as text, or observeResult(…)',
    );
  });

  it("can be checked", async () => {
    const check = assetCheck("is_long", { asset: page, ins: { page } }, ({ page: text }) => text.length > 2);
    const job = defineAssetJob("look", { selection: [page] });
    const result = await executeInProcess(job, { assets: [page], assetChecks: [check], assetValues: { page: "abc" } });
    expect(result.eventsOf("ASSET_CHECK_EVALUATION")[0]!.success).toBe(true);
  });
});

describe("mapAssetSpecs", () => {
  it("says something else of assets that are made as before", async () => {
    const plain = asset("plain", { tags: { a: "b" } }, () => 1);
    const pair = multiAsset("pair", { outs: { x: z.number(), y: z.number() } }, () => ({ x: 1, y: 2 }));
    const [one, two] = mapAssetSpecs(
      ({ key, tags }) => ({ owners: ["team:data"], tags: { ...tags, key: key.join("_") } }),
      [plain, pair],
    );
    expect({ ...one }).toMatchObject({ owners: ["team:data"], tags: { a: "b", key: "plain" } });
    expect(plain.owners).toEqual([]);
    const result = await materialize([one!, two!]);
    expect(result.assetValue("y")).toBe(2);
  });
});

describe("asset factories", () => {
  it("are functions that make assets", async () => {
    const source = asset("source", () => [1, 2, 3]);
    const scaled = [2, 3].map((factor) =>
      asset(`times_${factor}`, { keyPrefix: ["scaled"], ins: { source } }, ({ source: list }) => list.map((one) => one * factor)),
    );
    const result = await materialize([source, ...scaled]);
    expect(result.assetValue("scaled/times_3")).toEqual([3, 6, 9]);
  });
});

describe("an observation of partitions", () => {
  const days = dailyPartitions({ startDate: "2026-01-01" });
  const versions = { "2026-01-01": "etag-1", "2026-01-02": "etag-2" };

  it("names the data of each, in a run that is for none of them", async () => {
    const feed = observableSourceAsset("feed", { partitions: days }, (_, { partition }) => {
      expect(partition).toBeNull();
      return observeResult({ dataVersionsByPartition: versions, metadata: { files: 2 } });
    });
    const seen = (await observe([feed])).eventsOf("ASSET_OBSERVATION");
    expect(seen.map(({ partition, tags, metadata }) => [partition, tags["dagster/data_version"], metadata["files"]])).toEqual([
      ["2026-01-01", "etag-1", { type: "int", int: "2" }],
      ["2026-01-02", "etag-2", { type: "int", int: "2" }],
    ]);
  });

  it("is what an asset of the same partition is made from in the same run", async () => {
    const feed = observableSourceAsset("feed", { partitions: days }, () => observeResult({ dataVersionsByPartition: versions }));
    const copy = asset("copy", { partitions: days, deps: [feed] }, () => 1);
    const job = defineAssetJob("both", { selection: "key:feed or key:copy" });
    const result = await executeInProcess(job, { assets: [feed, copy], partitionKey: "2026-01-02" });
    expect(result.eventsOf("ASSET_MATERIALIZATION")[0]!.tags).toMatchObject({ "dagster/input_data_version/feed": "etag-2" });
  });

  it("is refused for partitions that do not exist, and where there are none", async () => {
    const wrong = observableSourceAsset("wrong", { partitions: days }, () =>
      observeResult({ dataVersionsByPartition: { "2025-01-01": "v" } }),
    );
    expect(failureOf(await observe([wrong], { raiseOnError: false }))).toContain('no partition "2025-01-01"');
    const plain = observableSourceAsset("plain", {}, () => observeResult({ dataVersionsByPartition: new Map([["a", "v"]]) }));
    expect(failureOf(await observe([plain], { raiseOnError: false }))).toContain('"plain" has no partitions');
    expect(() => observeResult({ dataVersion: "v", dataVersionsByPartition: {} })).toThrow("keep one");
    expect(() => observeResult({ dataVersionsByPartition: { a: "" } })).toThrow('of the partition "a" must be text');
  });
});
