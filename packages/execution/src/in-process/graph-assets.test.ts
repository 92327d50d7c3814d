import {
  asset,
  assetSpec,
  buildRepository,
  checkResult,
  checkSpec,
  defineAssetJob,
  definitions,
  graphAsset,
  graphMultiAsset,
  op,
  opOut,
  successHook,
} from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import type { AssetKey, JobSnapshot, RunSelection } from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { executeInProcess, executeJob, materialize } from "./execute-in-process.ts";
import { TestInstance } from "./test-instance.ts";

const number = z.number();
const one = op("one", { out: number }, () => 1);
const twice = op("twice", { ins: { x: number }, out: number }, ({ x }) => x * 2);
const plus = op("plus", { ins: { x: number }, out: number }, ({ x }) => x + 10);
const isPositive = op("is_positive", { ins: { x: number } }, ({ x }) => checkResult({ passed: x > 0, metadata: { x } }));
const up = asset("up", { out: number }, () => 5);

const shape = graphMultiAsset("shape", { ins: { up }, outs: { near: {}, far: {}, other: {} }, canSubset: true }, ({ up: x }) => {
  const near = twice({ x });
  return { near, far: plus.alias("last")({ x: plus.alias("between")({ x: near }) }), other: plus({ x: one() }) };
});

const stepsOf = (job: JobSnapshot, selection?: Partial<RunSelection>): readonly string[] =>
  planExecution(job, { stepKeys: null, assetKeys: null, ...selection }).steps.map(({ key }) => key);

describe("some of a graph's assets", () => {
  const { jobs } = buildRepository(definitions({ assets: [up, shape] }));
  const job = jobs.get("__ASSET_JOB")!.snapshot;
  const of = (...keys: readonly string[]) => stepsOf(job, { assetKeys: keys.map((key): AssetKey => [key]) });

  it("need the ops that make them", () => {
    expect(of("near")).toEqual(["shape.twice"]);
    expect(of("other")).toEqual(["shape.one", "shape.plus"]);
    expect(of("near", "far")).toEqual(["shape.twice", "shape.between", "shape.last"]);
    expect(stepsOf(job)).toHaveLength(6);
  });

  it("read the others from storage", async () => {
    using instance = new TestInstance();
    const near = await executeJob(defineAssetJob("near_only", { selection: "key:near" }), {
      assets: [up, shape],
      instance,
      raiseOnError: false,
    });
    expect(near.success).toBe(false);
    await executeJob(defineAssetJob("first", { selection: "key:up or key:near" }), { assets: [up, shape], instance });
    const far = await executeJob(defineAssetJob("far_only", { selection: "key:far" }), { assets: [up, shape], instance });
    expect(far.eventsOf("STEP_START").map(({ stepKey }) => stepKey)).toEqual(["shape.between", "shape.last"]);
    expect(far.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey }) => assetKey)).toEqual([["far"]]);
    expect(far.assetValue("far")).toBe(30);
  });

  it("are what a job of them plans, and the rest of the graph's checks is not evaluated", () => {
    const part = graphMultiAsset(
      "part",
      {
        outs: { a: {}, b: {} },
        canSubset: true,
        checks: [checkSpec("ok", { asset: "a" }), checkSpec("ok", { asset: "b" })],
      },
      () => {
        const a = one();
        const b = twice({ x: a });
        return { a, b, a_ok: isPositive.alias("check_a")({ x: a }), b_ok: isPositive.alias("check_b")({ x: b }) };
      },
    );
    const repository = buildRepository(definitions({ assets: [part], jobs: [defineAssetJob("only_b", { selection: "key:b" })] }));
    const { snapshot } = repository.jobs.get("only_b")!;
    expect(stepsOf(snapshot)).toEqual(["part.twice", "part.check_b"]);
    expect(snapshot.checks).toHaveLength(1);
    const whole = repository.jobs.get("__ASSET_JOB")!.snapshot;
    const check = { assetKey: ["a"], name: "ok" };
    expect(stepsOf(whole, { assetKeys: [], checkKeys: [check] })).toEqual(["part.check_a"]);
    expect(stepsOf(whole, { assetKeys: [["a"]], checkKeys: [] })).toEqual(["part.one"]);
  });

  it("leave out what an op makes for the others", async () => {
    const seen: unknown[] = [];
    const both = op("both", { outs: { p: opOut(number, { isRequired: false }), q: opOut(number) } }, (_, { selectedOutputs }) => {
      seen.push(selectedOutputs);
      return { p: 1, q: 2 };
    });
    const pair = graphMultiAsset("pair", { outs: { p: {}, q: {} }, canSubset: true }, () => both());
    const result = await materialize([pair.assets.q]);
    expect(seen).toEqual([["q"]]);
    expect(result.eventsOf("STEP_OUTPUT").map(({ outputName }) => outputName)).toEqual(["q"]);
    expect(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey }) => assetKey)).toEqual([["q"]]);
  });

  it("are refused where the graph makes them together", () => {
    const whole = graphMultiAsset("whole", { outs: { a: {}, b: {} } }, () => ({ a: one(), b: plus({ x: one.alias("two")() }) }));
    const together = buildRepository(definitions({ assets: [whole] })).jobs.get("__ASSET_JOB")!.snapshot;
    expect(() => stepsOf(together, { assetKeys: [["a"]] })).toThrow('"whole" makes the asset "b" together with those selected');
  });
});

describe("a graph's deps", () => {
  const slow = asset("slow", async () => {
    await Promise.resolve();
  });

  it("are waited for by its first ops, and by those that become the first", () => {
    const late = graphMultiAsset("late", { deps: [slow], outs: { a: {}, b: {} }, canSubset: true }, () => {
      const a = one();
      return { a, b: twice({ x: a }) };
    });
    const job = buildRepository(definitions({ assets: [slow, late] })).jobs.get("__ASSET_JOB")!.snapshot;
    const waits = (keys: readonly AssetKey[]) =>
      Object.fromEntries(
        planExecution(job, { stepKeys: null, assetKeys: keys }).steps.map(({ key, inputs }) => [
          key,
          inputs.flatMap(({ sources }) => sources.map((source) => (source.kind === "step" ? source.stepKey : source.kind))),
        ]),
      );
    expect(waits([["slow"], ["a"]])).toEqual({ slow: [], "late.one": ["slow"] });
    expect(waits([["slow"], ["b"]])).toEqual({ slow: [], "late.twice": ["asset", "slow"] });
  });

  it("hold it up when they fail", async () => {
    const broken = asset("broken", () => {
      throw new Error("no");
    });
    const after = graphAsset("after", { deps: [broken] }, () => twice({ x: one() }));
    const result = await materialize([broken, after], { raiseOnError: false });
    expect(result.eventsOf("STEP_SKIPPED").map(({ stepKey }) => stepKey)).toEqual(["after.one", "after.twice"]);
    const { dependencies } = buildRepository(definitions({ assets: [broken, after] })).asset(["after"])!;
    expect(dependencies).toEqual([["broken"]]);
  });
});

describe("a graph's config", () => {
  const scale = op("scale", { config: z.object({ factor: number }), out: number }, (_, context) => context.op.config.factor);

  it("is mapped to its ops", async () => {
    const scaled = graphAsset(
      "scaled",
      {
        config: z.object({ percent: number.default(50) }),
        mapConfig: ({ percent }) => ({ scale: { config: { factor: percent / 100 } } }),
      },
      () => scale(),
    );
    const result = await materialize([scaled], { runConfig: { ops: { scaled: { config: { percent: 20 } } } } });
    expect(result.assetValue("scaled")).toBe(0.2);
    expect((await materialize([scaled])).assetValue("scaled")).toBe(0.5);
  });

  it("is refused without a mapping", () => {
    expect(() => graphAsset("scaled", { config: z.object({}) }, () => scale())).toThrow("no `mapConfig`");
  });
});

describe("a graph's checks", () => {
  it("are evaluated by its ops, and told of with their asset", async () => {
    const checked = graphAsset(
      "checked",
      { ins: { up }, checks: [checkSpec("positive", { description: "above 0" })] },
      ({ up: x }) => {
        const result = twice({ x });
        return { result, checked_positive: isPositive({ x: result }) };
      },
    );
    const reads = asset("reads", { ins: { checked } }, ({ checked: value }) => value.toFixed());
    const result = await materialize([up, checked, reads]);
    expect(result.assetValue("reads")).toBe("10");
    expect(result.eventsOf("ASSET_CHECK_EVALUATION")).toMatchObject([
      {
        stepKey: "checked.is_positive",
        assetKey: ["checked"],
        checkName: "positive",
        success: true,
        metadata: { x: { int: "10" } },
      },
    ]);
    const repository = buildRepository(definitions({ assets: [up, checked, reads] }));
    expect([...repository.assetChecks.values()].map(({ spec }) => spec.description)).toEqual(["above 0"]);
  });

  it("hold up what is downstream of the asset when they block, and nothing within the graph", async () => {
    const isLarge = op("is_large", { ins: { x: number } }, ({ x }) => x > 100);
    const pair = graphMultiAsset(
      "pair",
      { outs: { a: {}, b: {} }, checks: [checkSpec("large", { asset: "a", blocking: true })] },
      () => {
        const a = one();
        return { a, a_large: isLarge({ x: a }), b: plus({ x: a }) };
      },
    );
    const after = asset("after", { deps: [pair.assets.a] }, () => 1);
    const beside = asset("beside", { ins: { b: pair.assets.b } }, ({ b }) => b);
    const result = await materialize([pair, after, beside], { raiseOnError: false });
    expect(
      result
        .eventsOf("ASSET_MATERIALIZATION")
        .map(({ assetKey }) => assetKey[0])
        .sort(),
    ).toEqual(["a", "b", "beside"]);
    expect(result.eventsOf("STEP_SKIPPED").map(({ stepKey }) => stepKey)).toEqual(["after"]);
    expect(result.eventsOf("STEP_FAILURE")[0]!.error!.message).toContain("a:large");
  });

  it("are refused by name when something else is made for them, or no handle returned", async () => {
    const wrong = graphAsset("wrong", { checks: [checkSpec("ok")] }, () => ({
      result: one(),
      wrong_ok: twice({ x: one.alias("two")() }),
    }));
    const result = await materialize([wrong], { raiseOnError: false });
    expect(result.eventsOf("STEP_FAILURE")[0]!.error!.message).toContain(
      'made number for its output "result", which stands for an asset check',
    );
    expect(() => graphAsset("none", { checks: [checkSpec("ok")] }, () => ({ result: one() }))).toThrow(
      'must return a handle for "none_ok": that of what evaluates the check "ok" of "none"',
    );
    expect(() =>
      graphAsset("more", { checks: [checkSpec("ok")] }, () => ({ result: one(), more_ok: one(), third: one() })),
    ).toThrow('returns "third", which is not among its `checks`');
    expect(() =>
      graphMultiAsset("same", { outs: { a: {}, b: {} } }, () => {
        const a = one();
        return { a, b: a };
      }),
    ).toThrow("returns the same handle twice");
  });
});

describe("hooks", () => {
  it("are called after each step of a graph, and after an asset's", async () => {
    const seen: string[] = [];
    const note = successHook("note", ({ step }) => void seen.push(step.key));
    const graph = graphAsset("graph", { hooks: [note] }, () => twice({ x: one() }));
    const plain = asset("plain", { hooks: [note], deps: [graph] }, () => 1);
    await executeInProcess(defineAssetJob("all", { selection: "*" }), { assets: [graph, plain, assetSpec("elsewhere")] });
    expect(seen).toEqual(["graph.one", "graph.twice", "plain"]);
  });
});
