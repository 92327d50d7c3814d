import { executeInProcess, type ExecuteInProcessOptions, graph, inProcessExecutor, job, type JobDefinition, op } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const number = z.number();
const run = (one: JobDefinition, options: ExecuteInProcessOptions) => () =>
  executeInProcess(one, { ...options, raiseOnError: false });
const inProcess = { executor: inProcessExecutor };

const start = op("start", { out: number, config: z.object({ start: number }) }, (_, context) => context.op.config.start);
const multiply = op(
  "multiply",
  { ins: { number }, out: number, config: z.object({ factor: number }) },
  (ins, context) => ins.number * context.op.config.factor,
);
const increment = op("increment", { ins: { number }, out: number }, (ins) => ins.number + 1);
const add = op("add", { ins: { first: number, second: number }, out: number }, ({ first, second }) => first + second);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) =>
  numbers.reduce((a, b) => a + b, 0),
);

const scaled = graph(
  "scaled",
  {
    ins: { number },
    config: z.object({ times: number }),
    mapConfig: ({ times }) => ({ multiply: { config: { factor: times } } }),
  },
  (ins) => increment({ number: multiply({ number: ins.number }) }),
);
const both = graph("both", { ins: { number } }, (ins) => {
  const low = increment({ number: ins.number });
  return { low, high: increment.alias("more")({ number: low }) };
});
const whole = graph(
  "whole",
  {
    config: z.object({ n: number }),
    mapConfig: ({ n }) => ({ scaled: { config: { times: n } }, start: { config: { start: n } } }),
  },
  () => scaled({ number: start() }),
);
const sumOf = graph("sum_of", { ins: { numbers: z.array(number) } }, ({ numbers }) => total({ numbers }));

const mappedConfig = job("mapped_config", inProcess, () => {
  scaled({ number: start() });
});
const severalOutputs = job("several_outputs", inProcess, () => {
  const { low, high } = both({ number: start() });
  add({ first: low, second: high });
});
const withinOneAnother = job("within_one_another", inProcess, () => {
  increment({ number: whole() });
});
const fanInOfAGraph = job("fan_in_of_a_graph", inProcess, () => {
  const number = start();
  sumOf({ numbers: [increment({ number }), increment.alias("again")({ number })] });
});

const startAtTwo = { ops: { start: { config: { start: 2 } } } };

export const cases: Cases = {
  "config of a graph": run(mappedConfig, {
    runConfig: { ops: { start: { config: { start: 2 } }, scaled: { config: { times: 3 } } } },
  }),
  "several outputs": run(severalOutputs, { runConfig: startAtTwo }),
  "config of a graph within a graph": run(withinOneAnother, { runConfig: { ops: { whole: { config: { n: 4 } } } } }),
  "a list wired to a graph": run(fanInOfAGraph, { runConfig: startAtTwo }),
  "an op of a graph that is selected": run(severalOutputs, { runConfig: startAtTwo, opSelection: ["start", "both.increment"] }),
  "an op selection": run(severalOutputs, { runConfig: startAtTwo, opSelection: ["*both"] }),
};
