import {
  type ExecutionPlan,
  type PlannedInput,
  type PlannedOutput,
  type PlannedStep,
  type RunLogEntry,
  runId,
  stepKey,
} from "@dagwright/model";
import { expect, it } from "vitest";
import { PastRun } from "./past-runs.ts";
import { planResume } from "./resume-plan.ts";

const run = runId("018f0000-0000-7000-8000-000000000001");
const parent = runId("018f0000-0000-7000-8000-000000000002");
const parts = { stepKey: stepKey("parts"), output: "result" };
const out = (rest: Partial<PlannedOutput> = {}): PlannedOutput => ({
  name: "result",
  isRequired: true,
  isDynamic: false,
  ioManagerKey: "io_manager",
  assetKey: null,
  ...rest,
});
const from = (key: string, rest: object = {}): PlannedInput => ({
  name: "n",
  isFanIn: "collects" in rest,
  sources: [{ kind: "step", stepKey: stepKey(key), output: "result", ...rest }],
});
const step = (key: string, inputs: readonly PlannedInput[] = [], rest: Partial<PlannedStep> = {}): PlannedStep => ({
  key: stepKey(key),
  opName: "one",
  handle: key.replace("[?]", "").split("."),
  tags: {},
  inputs,
  outputs: [out()],
  pool: null,
  retryPolicy: null,
  ...rest,
});
const planOf = (...steps: readonly PlannedStep[]): ExecutionPlan => ({
  jobName: "j",
  steps,
  executor: { name: "in_process", options: {} },
});
const base = (key: string) => ({ atMs: 0, message: "", stepKey: stepKey(key) });
const typeCheck = { success: true, label: "result", description: null, metadata: {} };
const started = (key: string): RunLogEntry => ({ ...base(key), type: "STEP_START" });
const done = (key: string, ...keys: readonly (string | null)[]): RunLogEntry[] => [
  started(key),
  ...(keys.length === 0 ? [null] : keys).map((mappingKey): RunLogEntry => ({
    ...base(key),
    type: "STEP_OUTPUT",
    outputName: "result",
    mappingKey,
    typeCheck,
    metadata: {},
  })),
  { ...base(key), type: "STEP_SUCCESS", durationMs: 1 },
];
const resumed = (plan: ExecutionPlan, ...entries: readonly (readonly RunLogEntry[])[]) =>
  planResume(plan, new PastRun(run, entries.flat())).plan.steps;
const failed = (key: string): RunLogEntry => ({
  ...base(key),
  type: "STEP_FAILURE",
  error: null,
  errorSource: "USER_CODE_ERROR",
  failureMetadata: {},
});
const triedAgain = (key: string): RunLogEntry => ({ ...base(key), type: "STEP_UP_FOR_RETRY", error: null, secondsToWait: null });
const before = (plan: ExecutionPlan, ...entries: readonly (readonly RunLogEntry[])[]) =>
  planResume(plan, new PastRun(run, entries.flat())).before;
const sourcesOf = ({ inputs }: PlannedStep) => inputs.flatMap(({ sources }) => sources);

const chain = planOf(step("a"), step("b", [from("a")]), step("c", [from("b")]), step("apart"));

it("leaves out what succeeded, and says that its values are this run's own", () => {
  const steps = resumed(chain, done("a"), [started("b")]);
  expect(steps.map(({ key }) => key)).toEqual(["b", "c", "apart"]);
  expect(sourcesOf(steps[0]!)).toEqual([{ kind: "step", stepKey: "a", output: "result", runId: run }]);
  expect(sourcesOf(steps[1]!)).toEqual([{ kind: "step", stepKey: "b", output: "result" }]);
});

it("is the whole plan when nothing was done, and nothing when all was", () => {
  expect(resumed(chain)).toEqual(chain.steps);
  expect(resumed(chain, ...["a", "b", "c", "apart"].map((key) => done(key)))).toEqual([]);
});

it("keeps what an earlier run has made where it is", () => {
  const [only] = resumed(planOf(step("b", [from("a", { runId: parent })])), [started("b")]);
  expect(sourcesOf(only!)).toEqual([{ kind: "step", stepKey: "a", output: "result", runId: parent }]);
});

const mapped = planOf(
  step("parts", [], { outputs: [out({ isDynamic: true })] }),
  step("m[?]", [from("parts")], { mappedOver: parts }),
  step("total", [from("m[?]", { collects: parts })]),
);

it("of mapped steps leaves out those that succeeded; what collects them reads all", () => {
  const steps = resumed(mapped, done("parts", "x", "y", "z"), done("m[x]"), [started("m[y]")]);
  expect(steps.map(({ key }) => key)).toEqual(["m[y]", "m[z]", "total"]);
  expect(sourcesOf(steps[0]!)).toEqual([{ kind: "step", stepKey: "parts", output: "result", mappingKey: "y", runId: run }]);
  expect(sourcesOf(steps[2]!)).toEqual([
    { kind: "step", stepKey: "m[x]", output: "result", runId: run },
    { kind: "step", stepKey: "m[y]", output: "result" },
    { kind: "step", stepKey: "m[z]", output: "result" },
  ]);
});

it("maps anew where the step that makes the keys was interrupted", () => {
  expect(resumed(mapped, [started("parts")])).toEqual(mapped.steps);
});

it("tells what failed for good, what was skipped for that, and how often steps were tried", () => {
  const skipped: RunLogEntry = { ...base("c"), type: "STEP_SKIPPED" };
  expect(before(chain, done("a"), [started("b"), failed("b"), skipped], [started("apart"), triedAgain("apart")])).toEqual({
    failed: ["b"],
    skipped: ["c"],
    retries: { apart: 1 },
  });
  // It failed once and succeeded then.
  expect(before(chain, done("a"), [started("b"), triedAgain("b")], done("b"))).toEqual({ failed: [], skipped: [], retries: {} });
});
