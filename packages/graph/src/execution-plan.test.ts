import {
  type AssetKey,
  type GraphSnapshot,
  type InputSource,
  type JobSnapshot,
  type NodeSnapshot,
  type OpSnapshot,
  stepKey,
} from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { ExecutionPlanError } from "./errors.ts";
import { planExecution } from "./execution-plan.ts";

const any = { name: "Any", description: null };
const input = (name: string) => ({ name, description: null, type: any, metadata: {}, hasDefault: false });
const output = (name: string) => ({
  name,
  description: null,
  type: any,
  metadata: {},
  isRequired: true,
  isDynamic: false,
  ioManagerKey: "io_manager",
});
const op = (name: string, ins: readonly string[] = [], rest: Partial<OpSnapshot> = {}): OpSnapshot => ({
  name,
  description: null,
  tags: {},
  ins: ins.map(input),
  outs: [output("result")],
  configType: null,
  requiredResourceKeys: [],
  pool: null,
  retryPolicy: null,
  ...rest,
});
const node = (
  name: string,
  definition: string,
  inputs: Record<string, readonly InputSource[]> = {},
  rest: Partial<NodeSnapshot> = {},
): NodeSnapshot => ({
  name,
  definition,
  isGraph: false,
  tags: {},
  inputs: Object.entries(inputs).map(([inputName, sources]) => ({ input: inputName, isFanIn: sources.length > 1, sources })),
  ...rest,
});
const graph = (name: string, nodes: readonly NodeSnapshot[], rest: Partial<GraphSnapshot> = {}): GraphSnapshot => ({
  name,
  description: null,
  tags: {},
  ins: [],
  outs: [],
  nodes,
  ...rest,
});
const from = (nodeName: string, out = "result"): InputSource => ({ kind: "output", node: nodeName, output: out });
const job = (graphs: readonly GraphSnapshot[], ops: readonly OpSnapshot[], assets: JobSnapshot["assets"] = []): JobSnapshot => ({
  name: "numbers",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: graphs[0]!.name,
  graphs,
  ops,
  assets,
  executor: { name: "in_process", options: {} },
  resources: [],
  configTypes: [],
  runConfigType: "Any",
});
const keys = (plan: { steps: readonly { key: string }[] }) => plan.steps.map(({ key }) => key);

describe("planExecution", () => {
  it("orders steps so that each comes after what it reads, ties as declared", () => {
    const ops = [op("sum", ["a", "b"]), op("one"), op("two"), op("double", ["n"])];
    const plan = planExecution(
      job(
        [
          graph("g", [
            node("sum", "sum", { a: [from("double")], b: [from("two")] }),
            node("one", "one"),
            node("two", "two"),
            node("double", "double", { n: [from("one")] }),
          ]),
        ],
        ops,
      ),
    );
    expect(keys(plan)).toEqual(["one", "two", "double", "sum"]);
    expect(plan.steps[3]!.inputs[0]).toEqual({
      name: "a",
      isFanIn: false,
      sources: [{ kind: "step", stepKey: "double", output: "result" }],
    });
  });

  it("flattens nested graphs, following inputs inwards and outputs outwards", () => {
    const inner = graph(
      "inner",
      [node("add", "add", { n: [{ kind: "graphInput", input: "x" }] }), node("add_2", "add", { n: [from("add")] })],
      {
        ins: [input("x")],
        outs: [{ ...output("y"), source: { node: "add_2", output: "result" } }],
      },
    );
    const outer = graph("outer", [node("inner", "inner", { x: [{ kind: "graphInput", input: "z" }] }, { isGraph: true })], {
      ins: [input("z")],
      outs: [{ ...output("result"), source: { node: "inner", output: "y" } }],
    });
    const root = graph("root", [
      node("one", "one"),
      node("outer", "outer", { z: [from("one")] }, { isGraph: true }),
      node("last", "add", { n: [from("outer")] }),
    ]);
    const plan = planExecution(job([root, inner, outer], [op("one"), op("add", ["n"])]));
    expect(keys(plan)).toEqual(["one", "outer.inner.add", "outer.inner.add_2", "last"]);
    expect(plan.steps[1]!.inputs[0]!.sources).toEqual([{ kind: "step", stepKey: "one", output: "result" }]);
    expect(plan.steps[3]!.inputs[0]!.sources).toEqual([{ kind: "step", stepKey: "outer.inner.add_2", output: "result" }]);
    expect(plan.steps[1]!.handle).toEqual(["outer", "inner", "add"]);
  });

  it("keeps the order of a fan-in's wires, tags of op and node together, pool and retry policy", () => {
    const retryPolicy = { maxRetries: 2, delaySeconds: 1, backoff: null, jitter: null };
    const ops = [op("one"), op("all", ["numbers"], { tags: { a: "op", b: "op" }, pool: "db", retryPolicy })];
    const root = graph("g", [
      node("one", "one"),
      node("one_2", "one"),
      node("all", "all", { numbers: [from("one_2"), from("one")] }, { tags: { b: "node" } }),
    ]);
    const step = planExecution(job([root], ops)).steps[2]!;
    expect(step.inputs[0]).toMatchObject({ isFanIn: true, sources: [{ stepKey: "one_2" }, { stepKey: "one" }] });
    expect(step).toMatchObject({ tags: { a: "op", b: "node" }, pool: "db", retryPolicy });
  });

  it("reads an unselected op's output from its step, an unselected asset's from its asset", () => {
    const ops = [op("one"), op("double", ["n"])];
    const root = graph("g", [node("one", "one"), node("double", "double", { n: [from("one")] })]);
    const selection = { stepKeys: [stepKey("double")], assetKeys: null };
    expect(planExecution(job([root], ops), selection).steps).toMatchObject([
      { key: "double", inputs: [{ sources: [{ kind: "step", stepKey: "one" }] }] },
    ]);
    const assets = [
      { assetKey: ["one"], node: "one", output: "result" },
      { assetKey: ["a", "double"], node: "double", output: "result" },
    ];
    const byAsset = { stepKeys: null, assetKeys: [["a", "double"]] as AssetKey[] };
    for (const chosen of [selection, byAsset]) {
      expect(planExecution(job([root], ops, assets), chosen).steps).toMatchObject([
        {
          key: "double",
          inputs: [{ sources: [{ kind: "asset", assetKey: ["one"], ioManagerKey: "io_manager" }] }],
          outputs: [{ assetKey: ["a", "double"] }],
        },
      ]);
    }
  });

  it("selects every step of a graph that makes the asset", () => {
    const inner = graph("inner", [node("one", "one"), node("double", "double", { n: [from("one")] })], {
      outs: [{ ...output("result"), source: { node: "double", output: "result" } }],
    });
    const root = graph("g", [node("made", "inner", {}, { isGraph: true }), node("other", "one")]);
    const plan = planExecution(
      job([root, inner], [op("one"), op("double", ["n"])], [{ assetKey: ["made"], node: "made", output: "result" }]),
      {
        stepKeys: null,
        assetKeys: [["made"]],
      },
    );
    expect(keys(plan)).toEqual(["made.one", "made.double"]);
    expect(plan.steps[1]!.outputs[0]!.assetKey).toEqual(["made"]);
  });

  it("refuses what the job does not have, a selection of nothing, and a cycle, by name", () => {
    const one = job([graph("g", [node("one", "one")])], [op("one")], [{ assetKey: ["one"], node: "one", output: "result" }]);
    expect(() => planExecution(one, { stepKeys: [stepKey("two")], assetKeys: null })).toThrow(
      'Job "numbers" cannot be planned: it has no step "two"',
    );
    expect(() => planExecution(one, { stepKeys: null, assetKeys: [["x", "y"]] })).toThrow('it has no asset "x/y"');
    expect(() => planExecution(one, { stepKeys: [], assetKeys: null })).toThrow("the selection selects no step");
    const cycle = job(
      [graph("g", [node("a", "add", { n: [from("b")] }), node("b", "add", { n: [from("a")] })])],
      [op("add", ["n"])],
    );
    expect(() => planExecution(cycle)).toThrow(ExecutionPlanError);
    expect(() => planExecution(cycle)).toThrow('these steps wait for one another: "a", "b"');
  });

  it("plans ten thousand chained steps in linear time", () => {
    const nodes = Array.from({ length: 10_000 }, (_, at) =>
      at === 0 ? node("n0", "one") : node(`n${at}`, "add", { n: [from(`n${at - 1}`)] }),
    );
    const plan = planExecution(job([graph("g", nodes)], [op("one"), op("add", ["n"])]));
    expect(plan.steps).toHaveLength(10_000);
    expect(plan.steps.at(-1)!.key).toBe("n9999");
  });
});
