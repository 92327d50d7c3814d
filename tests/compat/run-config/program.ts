import { type AnyJob, asset, assetCheck, checkResult, configMapping, defineAssetJob, graph, job, op, resource } from "dagwright";
import { z } from "zod";

const int = z.int();
const token = z.object({ token: z.string() });
const forB = resource("for_b", { config: token }, () => 1);
const forCheck = resource("for_check", { config: token }, () => 1);

const a = asset("a", { config: z.object({ n: int }) }, () => 1);
const b = asset("b", { config: z.object({ m: int }), resources: { forB } }, () => 2);
const c = asset("c", { config: z.object({ k: int }), ins: { b } }, () => 3);
const fine = assetCheck("fine", { asset: b, resources: { forCheck } }, () => checkResult({ passed: true }));

const make = op("make", { config: z.object({ n: int }), out: int }, () => 1);
const use = op("use", { ins: { x: int, y: int.default(3) }, config: z.object({ n: int }), out: int }, ({ x }) => x);
const add = op("add", { ins: { numbers: z.array(int) }, out: int }, ({ numbers }) =>
  numbers.reduce((one, other) => one + other, 0),
);
const free = op("free", { ins: { x: z.any() } }, ({ x }) => x as unknown);
const inner = graph("inner", { ins: { x: int } }, ({ x }) => use.alias("deep")({ x }));
const ops = job("ops", () => {
  const used = use({ x: make() });
  add({ numbers: [used, inner({ x: make.alias("other")() })] });
  free({ x: used });
});

const times = op(
  "times",
  { ins: { x: int }, config: z.object({ n: int }), out: int },
  ({ x }, { op: { config } }) => x * config.n,
);
const plus = op("plus", { ins: { x: int, y: int }, out: int }, ({ x, y }) => x + y);
const withInputs = graph("with_inputs", { ins: { x: int, y: int } }, ({ x, y }) => plus({ x: times({ x }), y }));
const mapped = graph(
  "mapped",
  { ins: { x: int }, config: z.object({ factor: int }), mapConfig: ({ factor }) => ({ times: { config: { n: factor } } }) },
  ({ x }) => times({ x }),
);
const whole = configMapping(z.object({ factor: int }), ({ factor }) => ({ ops: { times: { config: { n: factor } } } }));

export const given = { assets: [a, b, c], assetChecks: [fine] };

export const jobs: Readonly<Record<string, AnyJob>> = {
  assets: defineAssetJob("assets"),
  ops,
  two_inputs: withInputs.toJob({ name: "two_inputs" }),
  one_input: withInputs.toJob({ name: "one_input", inputValues: { y: 5 } }),
  graph_mapping: mapped.toJob({ name: "graph_mapping", inputValues: { x: 2 } }),
  job_mapping: withInputs.toJob({ name: "job_mapping", inputValues: { x: 2, y: 1 }, config: whole }),
};
