import type { AssetKey, JobSnapshot, NodeSnapshot, OpSnapshot, OutputSnapshot } from "@dagwright/model";
import { expect, test } from "vitest";
import { resolveCheckSelection } from "./check-selection.ts";
import { planExecution } from "./execution-plan.ts";
import { parseAssetSelection } from "./parse-asset-selection.ts";

const type = { name: "Any", description: null };
const out = (name: string, isRequired = true): OutputSnapshot => ({
  name,
  description: null,
  type,
  metadata: {},
  isRequired,
  isDynamic: false,
  ioManagerKey: "io_manager",
});
const op = (name: string, outs: readonly OutputSnapshot[] = [out("result")]): OpSnapshot => ({
  name,
  description: null,
  tags: {},
  ins: [],
  outs,
  configType: null,
  requiredResourceKeys: [],
  pool: null,
  retryPolicy: null,
});
const node = (name: string, inputs: NodeSnapshot["inputs"] = []): NodeSnapshot => ({
  name,
  definition: name,
  isGraph: false,
  tags: {},
  inputs,
});
const reads = (...sources: NodeSnapshot["inputs"][number]["sources"]): NodeSnapshot["inputs"] => [
  { input: "orders", isFanIn: false, sources },
];
const fromOrders = { kind: "output", node: "orders", output: "result" } as const;
const check = (name: string, evaluator: string, output = "result", blocking = false) => ({
  assetKey: ["orders"],
  name,
  node: evaluator,
  output,
  blocking,
});

/** `report` reads `orders` behind the blocking check `sound`; `part` evaluates two checks, alone or together; `orders` has one inside. */
const job: JobSnapshot = {
  name: "checked",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: "checked",
  graphs: [
    {
      name: "checked",
      description: null,
      tags: {},
      ins: [],
      outs: [],
      nodes: [
        node("orders"),
        node("report", reads(fromOrders, { kind: "check", node: "sound", output: "result" })),
        node("sound", reads(fromOrders)),
        node("part", reads(fromOrders)),
      ],
    },
  ],
  ops: [
    op("orders", [out("result"), out("inside")]),
    op("report"),
    op("sound"),
    op("part", [out("one", false), out("two", false)]),
  ],
  assets: [
    { assetKey: ["orders"], node: "orders", output: "result" },
    { assetKey: ["report"], node: "report", output: "result" },
  ],
  checks: [
    check("sound", "sound", "result", true),
    check("one", "part", "one"),
    check("two", "part", "two"),
    check("inside", "orders", "inside"),
  ],
  executor: { name: "in_process", options: {} },
  resources: [],
  configTypes: [],
  runConfigType: "run",
};

const key = (name: string) => ({ assetKey: ["orders"], name });
const planned = (assetKeys: readonly AssetKey[] | null, checkKeys?: readonly ReturnType<typeof key>[]) =>
  planExecution(job, { stepKeys: null, assetKeys, ...(checkKeys && { checkKeys }) }).steps;

test("what reads an asset comes after the asset's blocking check, and an output knows its check", () => {
  const steps = planned(null);
  expect(steps.map((step) => step.key)).toEqual(["orders", "sound", "part", "report"]);
  expect(steps.find((step) => step.key === "report")?.inputs[0]?.sources).toEqual([
    { kind: "step", stepKey: "orders", output: "result" },
    { kind: "check", stepKey: "sound", output: "result" },
  ]);
  expect(steps[1]?.outputs[0]?.check).toEqual({ assetKey: ["orders"], name: "sound", blocking: true });
});

test("selected assets bring their checks; named checks stand for them", () => {
  expect(planned([["orders"]]).map((step) => step.key)).toEqual(["orders", "sound", "part"]);
  expect(planned([["report"]]).map((step) => step.key)).toEqual(["report"]);
  expect(planned([["orders"], ["report"]], []).map((step) => step.key)).toEqual(["orders", "report"]);
  expect(planned([["orders"]], [key("sound")]).map((step) => step.key)).toEqual(["orders", "sound"]);
});

test("a check that is not evaluated holds up nothing", () => {
  const [report] = planned([["report"]]);
  expect(report?.inputs[0]?.sources).toEqual([{ kind: "asset", assetKey: ["orders"], ioManagerKey: "io_manager" }]);
});

test("checks alone read what is stored; some of several are planned without the others", () => {
  const steps = planned(null, [key("two")]);
  expect(steps.map((step) => [step.key, step.outputs.map(({ name }) => name)])).toEqual([["part", ["two"]]]);
  expect(steps[0]?.inputs[0]?.sources[0]?.kind).toBe("asset");
});

test.each([
  [[key("no_such")], 'it has no asset check "orders:no_such"'],
  [[key("inside")], 'the asset check "orders:inside" is evaluated while its asset is made; select the asset as well'],
])("%j cannot be planned alone", (checkKeys, problem) => {
  expect(() => planned(null, checkKeys)).toThrow(problem);
});

test.each([
  ["orders", ["orders:sound", "orders:one"]],
  ["checks(*)", ["orders:sound", "orders:one", "report:short"]],
  ['checks(orders) and not check:"orders:one"', ["orders:sound"]],
  ["without_checks(*)", []],
  ["without_checks(*) or check:report:short", ["report:short"]],
  ["* and not checks(orders)", ["report:short"]],
])("the selection %s selects checks", (text, expected) => {
  const assets = [["orders"], ["report"]].map((assetKey) => ({
    key: assetKey,
    group: "default",
    dependencies: [],
    tags: {},
    kinds: [],
    owners: [],
    isExternal: false,
    location: null,
  }));
  const checks = [key("sound"), key("one"), { assetKey: ["report"], name: "short" }];
  const found = resolveCheckSelection(parseAssetSelection(text), assets, checks);
  expect(found.keys.map(({ assetKey, name }) => `${assetKey.join("/")}:${name}`)).toEqual(expected);
  expect(found.unknownKeys).toEqual([]);
});
