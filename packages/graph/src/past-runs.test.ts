import {
  type ExecutionPlan,
  type PlannedInput,
  type PlannedOutput,
  type PlannedStep,
  type RunLogEntry,
  runId,
  type StepInputSource,
  stepKey,
} from "@dagwright/model";
import { describe, expect, it } from "vitest";
import { PastRun, PastRuns } from "./past-runs.ts";

const first = runId("018f0000-0000-7000-8000-000000000001");
const second = runId("018f0000-0000-7000-8000-000000000002");
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
/** parts → m[?] → w[?] → total, and `apart` by itself. */
const mapped = (isRequired = true) =>
  planOf(
    step("apart"),
    step("parts", [], { outputs: [out({ isDynamic: true, isRequired })] }),
    step("m[?]", [from("parts")], { mappedOver: parts }),
    step("w[?]", [from("m[?]")], { mappedOver: parts }),
    step("total", [from("w[?]", { collects: parts })]),
  );

const base = (key: string) => ({ atMs: 0, message: "", stepKey: stepKey(key) });
const typeCheck = { success: true, label: "result", description: null, metadata: {} };
const started = (key: string): RunLogEntry => ({ ...base(key), type: "STEP_START" });
const made = (key: string, mappingKey: string | null = null, outputName = "result"): RunLogEntry => ({
  ...base(key),
  type: "STEP_OUTPUT",
  outputName,
  mappingKey,
  typeCheck,
  metadata: {},
});
const succeeded = (key: string): RunLogEntry => ({ ...base(key), type: "STEP_SUCCESS", durationMs: 1 });
const failed = (key: string): RunLogEntry => ({
  ...base(key),
  type: "STEP_FAILURE",
  error: null,
  errorSource: "USER_CODE_ERROR",
  failureMetadata: {},
});
const skipped = (key: string): RunLogEntry => ({ ...base(key), type: "STEP_SKIPPED" });
const done = (key: string, ...keys: readonly string[]): RunLogEntry[] => [
  started(key),
  ...(keys.length === 0 ? [made(key)] : keys.map((each) => made(key, each))),
  succeeded(key),
];

describe("PastRun", () => {
  it("knows the latest fate of each step, and nothing of others", () => {
    const run = new PastRun(first, [...done("a"), started("b"), started("c"), failed("c"), skipped("d")]);
    expect(["a", "b", "c", "d", "e"].map((key) => run.fateOf(key))).toEqual(["succeeded", "started", "failed", "skipped", null]);
  });

  it("counts what the last try of a step made, and keeps what others made whose keys begin alike", () => {
    const run = new PastRun(first, [
      ...done("a", "x", "y"),
      ...done("a_2"),
      started("a"),
      made("a", "z"),
      { ...base("a"), type: "STEP_RESTARTED" },
      made("a", "last"),
      made("a", null, "other"),
      succeeded("a"),
    ]);
    expect(run.keysOf("a", "result")).toEqual(["last"]);
    expect(run.keysOf("a", "other")).toEqual([]);
    expect(run.keysOf("a", "none")).toBeUndefined();
    expect(run.keysOf("a_2", "result")).toEqual([]);
  });
});

describe("stepsToRetry", () => {
  const retried = (plan: ExecutionPlan, ...entries: readonly (readonly RunLogEntry[])[]) =>
    new PastRuns([new PastRun(first, entries.flat())], plan).stepsToRetry(plan);

  it.each<[string, RunLogEntry[][], string[]]>([
    ["nothing of a run that succeeded", [done("parts", "x"), done("m[x]"), done("w[x]"), done("total")], []],
    [
      "one of several mapped steps, with its chain and what collects",
      [
        done("parts", "x", "y"),
        done("m[x]"),
        [started("m[y]"), failed("m[y]")],
        done("w[x]"),
        [skipped("w[y]"), skipped("total")],
      ],
      ["m[y]", "w[y]", "total"],
    ],
    [
      "mapped steps that the run did not come to",
      [done("parts", "x", "y"), done("m[x]"), [started("m[y]")]],
      ["m[y]", "w[x]", "w[y]", "total"],
    ],
    [
      "all that is mapped, when what it is over failed",
      [[started("parts"), made("parts", "x"), failed("parts")]],
      ["parts", "m[?]", "w[?]", "total"],
    ],
    [
      "only what collects, when that alone failed",
      [done("parts", "x"), done("m[x]"), done("w[x]"), [started("total"), failed("total")]],
      ["total"],
    ],
  ])("gives %s", (_, entries, expected) => {
    expect(retried(mapped(), done("apart"), ...entries)).toEqual(expected);
  });

  it("gives what collects no values as well, and leaves what was skipped on purpose", () => {
    const none = [started("parts"), succeeded("parts")];
    expect(retried(mapped(), done("apart"), none)).toEqual(["total"]);
    expect(retried(mapped(false), done("apart"), [...none, skipped("total")])).toEqual([]);
  });
});

describe("locateIn", () => {
  const sourcesOf = ({ steps }: ExecutionPlan): readonly StepInputSource[] =>
    steps.flatMap(({ inputs }) => inputs.flatMap(({ sources }) => sources));

  it("reads each value from the nearest run in which its step succeeded", () => {
    const whole = planOf(step("a"), step("b"), step("c", [from("a")]), step("d", [from("b")]));
    const past = new PastRuns(
      [new PastRun(second, [...done("b"), started("a"), failed("a")]), new PastRun(first, [...done("a"), ...done("b")])],
      whole,
    );
    const plan = past.locateIn(planOf(...whole.steps.slice(2)));
    expect(sourcesOf(plan)).toMatchObject([
      { stepKey: "a", runId: first },
      { stepKey: "b", runId: second },
    ]);
    // What the plan makes itself is read from its own run, and what no run has made from none that is known.
    expect(sourcesOf(past.locateIn(whole))).toEqual(sourcesOf(whole));
    const unknown = planOf(step("z", [from("y")]));
    expect(sourcesOf(past.locateIn(unknown))).toEqual(sourcesOf(unknown));
  });

  it("tells of optional outputs that were not made, and of steps that were skipped", () => {
    const whole = planOf(
      step("maybe", [], { outputs: [out({ isRequired: false })] }),
      step("after", [from("maybe")]),
      step("reads", [from("maybe")]),
      step("reads_after", [from("after")]),
    );
    const past = new PastRuns([new PastRun(first, [started("maybe"), succeeded("maybe"), skipped("after")])], whole);
    expect(sourcesOf(past.locateIn(planOf(...whole.steps.slice(2))))).toEqual([
      { kind: "step", stepKey: "maybe", output: "result", isAbsent: true },
      { kind: "step", stepKey: "after", output: "result", isAbsent: true },
    ]);
  });
});

describe("mappingKeysOf", () => {
  it("tells those of the nearest run that made them, none apart from not made, and not known", () => {
    const keysOf = (isRequired: boolean, ...runs: readonly (readonly RunLogEntry[])[]) =>
      new PastRuns(
        runs.map((entries, at) => new PastRun(at === 0 ? second : first, entries)),
        mapped(isRequired),
      ).mappingKeysOf(parts);
    expect(keysOf(true, done("parts", "b"), done("parts", "a", "b"))).toEqual(["b"]);
    expect(keysOf(true, [started("parts"), made("parts", "b"), failed("parts")], done("parts", "a"))).toEqual(["a"]);
    expect(keysOf(true, [started("parts"), succeeded("parts")])).toEqual([]);
    expect(keysOf(false, [started("parts"), succeeded("parts")])).toBeNull();
    expect(keysOf(true, [skipped("parts")])).toBeNull();
    expect(keysOf(true, [])).toBeUndefined();
  });
});
