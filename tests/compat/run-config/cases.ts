/** A run config for a part of a job of the program. */
export interface Case {
  readonly job: string;
  readonly runConfig: object;
  readonly opSelection?: readonly string[];
  readonly assetSelection?: readonly string[];
  /** Where we take or refuse it on purpose and Dagster does not. */
  readonly difference?: string;
}

const n = { config: { n: 1 } };
const emptyList = "a list none of whose ops is selected comes from run config; in Dagster it is empty, whatever is given";
const token = { config: { token: "t" } };

export const cases: readonly Case[] = [
  // Assets, their resources and checks.
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n } } },
  { job: "assets", assetSelection: ["a"], runConfig: {} },
  { job: "assets", assetSelection: ["b"], runConfig: {} },
  { job: "assets", assetSelection: ["b"], runConfig: { ops: { b: { config: { m: 1 } } }, resources: { for_b: token } } },
  {
    job: "assets",
    assetSelection: ["b"],
    runConfig: { ops: { b: { config: { m: 1 } } }, resources: { for_b: token, for_check: token } },
  },
  { job: "assets", assetSelection: ["c"], runConfig: { ops: { c: { config: { k: 1 } } } } },
  { job: "assets", assetSelection: ["a", "c"], runConfig: { ops: { c: { config: { k: 1 } } } } },
  { job: "assets", runConfig: { ops: { a: n } } },
  // What is given for the rest is checked.
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, b: { config: { m: 1 } } }, resources: { for_b: token } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, b: { config: { m: "one" } } } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, b: { config: {} } } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, b: {} } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, b: { config: { m: 1, q: 1 } } } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n }, resources: { for_b: { config: { token: 1 } } } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n, nowhere: n } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n }, resources: { nowhere: token } } },
  { job: "assets", assetSelection: ["a"], runConfig: { ops: { a: n }, nowhere: {} } },
  // Ops, and values for inputs whose op is left out.
  { job: "ops", runConfig: {} },
  { job: "ops", opSelection: ["make"], runConfig: { ops: { make: n } } },
  { job: "ops", opSelection: ["make"], runConfig: { ops: { make: n, use: n } } },
  { job: "ops", opSelection: ["make"], runConfig: { ops: { make: n, use: { config: { n: 1 }, inputs: { x: 1 } } } } },
  { job: "ops", opSelection: ["make", "use"], runConfig: { ops: { make: n, use: n } } },
  { job: "ops", opSelection: ["make", "use"], runConfig: { ops: { make: n, use: { ...n, inputs: { x: 1 } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: n } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: 4 } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: { value: 4 } } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: "four" } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: { value: "four" } } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: 4, y: 5 } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { x: 4, z: 5 } } } } },
  { job: "ops", opSelection: ["use"], runConfig: { ops: { use: { ...n, inputs: { y: 5 } } } } },
  { job: "ops", opSelection: ["free"], runConfig: { ops: { free: { inputs: { x: { value: 4 } } } } } },
  {
    job: "ops",
    opSelection: ["free"],
    runConfig: { ops: { free: { inputs: { x: 4 } } } },
    difference: "an input of any type takes its value as it is as well",
  },
  { job: "ops", opSelection: ["free"], runConfig: {} },
  { job: "ops", opSelection: ["add"], runConfig: { ops: { add: { inputs: { numbers: [1, 2] } } } }, difference: emptyList },
  { job: "ops", opSelection: ["add"], runConfig: { ops: { add: { inputs: { numbers: 1 } } } } },
  { job: "ops", opSelection: ["add"], runConfig: {}, difference: emptyList },
  // Graphs: an input is given where it is wired.
  { job: "ops", opSelection: ["inner"], runConfig: { ops: { inner: { ops: { deep: n } } } } },
  { job: "ops", opSelection: ["inner"], runConfig: { ops: { inner: { inputs: { x: 7 }, ops: { deep: n } } } } },
  { job: "ops", opSelection: ["inner.deep"], runConfig: { ops: { inner: { inputs: { x: 7 }, ops: { deep: n } } } } },
  { job: "ops", opSelection: ["inner"], runConfig: { ops: { inner: { ops: { deep: { ...n, inputs: { x: 7 } } } } } } },
  { job: "ops", opSelection: ["make"], runConfig: { ops: { make: n, inner: { ops: { deep: { config: { n: "one" } } } } } } },
  // Jobs of graphs with inputs.
  { job: "two_inputs", runConfig: { ops: { times: n } } },
  { job: "two_inputs", runConfig: { inputs: { x: 1 }, ops: { times: n } } },
  { job: "two_inputs", runConfig: { inputs: { x: 1, y: { value: 2 } }, ops: { times: n } } },
  { job: "two_inputs", runConfig: { inputs: { x: 1, y: "two" }, ops: { times: n } } },
  { job: "two_inputs", runConfig: { inputs: { x: 1, y: 2, z: 3 }, ops: { times: n } } },
  { job: "one_input", runConfig: { inputs: { x: 1 }, ops: { times: n } } },
  { job: "one_input", runConfig: { ops: { times: n } } },
  { job: "one_input", runConfig: { inputs: { x: 1, y: 2 }, ops: { times: n } } },
  { job: "one_input", runConfig: { inputs: { x: 1 }, ops: { times: { ...n, inputs: { x: 1 } } } } },
  { job: "one_input", opSelection: ["plus"], runConfig: { ops: { plus: { inputs: { x: 2 } } } } },
  // Config mappings of a job's graph, and of a job.
  { job: "graph_mapping", runConfig: { ops: { config: { factor: 2 } } } },
  { job: "graph_mapping", runConfig: {} },
  { job: "graph_mapping", runConfig: { ops: { config: { factor: "two" } } } },
  { job: "graph_mapping", runConfig: { ops: { times: n } } },
  { job: "job_mapping", runConfig: { factor: 2 } },
  { job: "job_mapping", runConfig: {} },
  { job: "job_mapping", runConfig: { factor: 2, ops: {} } },
];
