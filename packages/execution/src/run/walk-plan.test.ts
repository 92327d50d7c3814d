import { type PlannedStep, type RunLogEntry, stepKey } from "@dagwright/model";
import type { StepsBefore } from "@dagwright/graph";
import { describe, expect, it } from "vitest";
import type { StepOutcome } from "../steps/step-outcome.ts";
import { walkPlan } from "./walk-plan.ts";

const output = (name: string, isRequired = true) => ({
  name,
  isRequired,
  isDynamic: false,
  ioManagerKey: "io_manager",
  assetKey: null,
});
/** A step that reads `step` or `step.output` of each of its sources, each as an input of its own or all as one fan-in. */
function step(key: string, sources: readonly string[] = [], rest: Partial<PlannedStep> & { fanIn?: boolean } = {}): PlannedStep {
  const toSource = (text: string) => {
    const [from = "", name = "result"] = text.split(".");
    return { kind: "step" as const, stepKey: stepKey(from), output: name };
  };
  const inputs = rest.fanIn
    ? [{ name: "all", isFanIn: true, sources: sources.map(toSource) }]
    : sources.map((source, at) => ({ name: `i${at}`, isFanIn: false, sources: [toSource(source)] }));
  return {
    key: stepKey(key),
    handle: [key],
    opName: key,
    inputs,
    outputs: [output("result")],
    tags: {},
    pool: null,
    retryPolicy: null,
    ...rest,
  };
}

const success = (...outputs: string[]): StepOutcome => ({
  kind: "success",
  durationMs: 1,
  outputs: outputs.length === 0 ? ["result"] : outputs,
});
const failure: StepOutcome = {
  kind: "failure",
  error: { name: "Error", message: "no", stack: [] },
  errorSource: "USER_CODE_ERROR",
};

function walk(
  steps: readonly PlannedStep[],
  execute: (key: string, retry: number) => StepOutcome | Promise<StepOutcome>,
  options: { maxConcurrent?: number; signal?: AbortSignal; before?: StepsBefore } = {},
) {
  const events: RunLogEntry[] = [];
  const started: string[] = [];
  let running = 0;
  let mostRunning = 0;
  const outcome = walkPlan({
    plan: { jobName: "j", steps, executor: { name: "test", options: {} } },
    executor: {
      maxConcurrent: options.maxConcurrent ?? 1,
      async execute({ key }, retry) {
        started.push(key);
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await Promise.resolve();
        try {
          return await execute(key, retry);
        } finally {
          running -= 1;
        }
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    emit: (entry) => events.push(entry),
    signal: options.signal ?? new AbortController().signal,
    before: options.before ?? null,
  });
  return outcome.then((ended) => ({
    outcome: ended,
    events,
    started,
    mostRunning,
    of: (type: RunLogEntry["type"]) => events.filter((event) => event.type === type).map((event) => event.stepKey),
  }));
}

describe("walkPlan", () => {
  it("starts what is ready in the plan's order, never more than the executor takes", async () => {
    const steps = [step("a"), step("b"), step("c"), step("d", ["a", "b"]), step("e", ["c"])];
    expect((await walk(steps, () => success())).started).toEqual(["a", "b", "c", "d", "e"]);
    const wide = await walk(
      Array.from({ length: 20 }, (_, at) => step(`s${at}`)),
      () => success(),
      { maxConcurrent: 3 },
    );
    expect([wide.started.length, wide.mostRunning]).toEqual([20, 3]);
  });

  it("skips what needs an output that was not made, and what needs that in turn", async () => {
    const branch = step("branch", [], { outputs: [output("left", false), output("right", false)] });
    const steps = [
      branch,
      step("left", ["branch.left"]),
      step("right", ["branch.right"]),
      step("after", ["right"]),
      step("both", ["left", "right"], { fanIn: true }),
      step("none", ["right", "after"], { fanIn: true }),
    ];
    const walked = await walk(steps, (key) => (key === "branch" ? success("left") : success()));
    expect(walked.outcome.status).toBe("SUCCESS");
    expect(walked.started).toEqual(["branch", "left", "both"]);
    expect(walked.of("STEP_SKIPPED")).toEqual(["right", "after", "none"]);
    expect(walked.events.find(({ stepKey: key }) => key === "right")!.message).toBe(
      "Skipping step right due to skipped dependencies: branch.right.",
    );
  });

  it("tells failed dependencies from skipped ones", async () => {
    const steps = [step("a", [], { outputs: [output("x", false)] }), step("b"), step("c", ["a.x", "b"])];
    const walked = await walk(steps, (key) => (key === "b" ? failure : { kind: "success", durationMs: 1, outputs: [] }));
    expect(walked.outcome).toMatchObject({ status: "FAILURE", failedStepKeys: ["b"] });
    expect(walked.events.at(-1)!.message).toBe("Skipping step c due to skipped dependencies: a.x.");
  });

  it("counts steps that are not in the plan as done", async () => {
    expect((await walk([step("b", ["a"])], () => success())).outcome.status).toBe("SUCCESS");
  });

  it("leaves what failed in an earlier attempt as it is, and tells what that keeps from running, once", async () => {
    const steps = [step("b"), step("c", ["b"]), step("d", ["c"]), step("e", ["d", "other"]), step("other")];
    const before: StepsBefore = { failed: [stepKey("b")], skipped: [stepKey("c")], retries: {} };
    const walked = await walk(steps, () => success(), { before });
    expect(walked.started).toEqual(["other"]);
    expect(walked.of("STEP_SKIPPED")).toEqual(["d", "e"]);
    expect(walked.of("STEP_FAILURE")).toEqual([]);
    expect(walked.outcome).toMatchObject({ status: "FAILURE", firstFailedStepKey: "b", failedStepKeys: ["b"] });
  });

  it("counts the retries of earlier attempts", async () => {
    const retryPolicy = { maxRetries: 2, delaySeconds: 0, backoff: null, jitter: null };
    const before: StepsBefore = { failed: [], skipped: [], retries: { flaky: 1 } };
    const tries: number[] = [];
    const walked = await walk(
      [step("flaky", [], { retryPolicy })],
      (_, retry) => {
        tries.push(retry);
        return failure;
      },
      { before },
    );
    expect(tries).toEqual([1, 2]);
    expect(walked.outcome.status).toBe("FAILURE");
  });

  it("lets others go on while a retry waits", async () => {
    const retryPolicy = { maxRetries: 1, delaySeconds: 0.02, backoff: null, jitter: null };
    const walked = await walk([step("flaky", [], { retryPolicy }), step("next", ["flaky"]), step("other")], (key, retry) =>
      key === "flaky" && retry === 0 ? failure : success(),
    );
    expect(walked.started).toEqual(["flaky", "other", "flaky", "next"]);
    expect(walked.outcome.status).toBe("SUCCESS");
  });

  it("starts nothing more when it is aborted, nor waits for a retry", async () => {
    const aborter = new AbortController();
    const retryPolicy = { maxRetries: 1, delaySeconds: 3_600, backoff: null, jitter: null };
    const walked = await walk(
      [step("flaky", [], { retryPolicy }), step("stops"), step("later", ["stops"])],
      (key) => {
        if (key === "flaky") return failure;
        aborter.abort();
        return success();
      },
      { signal: aborter.signal },
    );
    expect(walked.outcome.status).toBe("CANCELED");
    expect(walked.started).toEqual(["flaky", "stops"]);
    const before = await walk([step("a")], () => success(), { signal: AbortSignal.abort() });
    expect([before.outcome.status, before.started]).toEqual(["CANCELED", []]);
  });

  it("hears an abort between steps that never wait", async () => {
    const aborter = new AbortController();
    const steps = Array.from({ length: 50 }, (_, at) => step(`s${at}`, at === 0 ? [] : [`s${at - 1}`]));
    setTimeout(() => aborter.abort());
    const walked = await walk(
      steps,
      () => {
        const until = performance.now() + 25;
        while (performance.now() < until);
        return success();
      },
      { signal: aborter.signal },
    );
    expect(walked.outcome.status).toBe("CANCELED");
    expect(walked.started.length).toBeLessThan(5);
    expect(walked.of("STEP_SUCCESS")).toEqual(walked.started);
  });

  it("fails the step when the executor itself breaks", async () => {
    const walked = await walk([step("a"), step("b")], (key) =>
      key === "a" ? Promise.reject(new Error("no more processes")) : success(),
    );
    expect(walked.events[0]).toMatchObject({
      type: "STEP_FAILURE",
      errorSource: "FRAMEWORK_ERROR",
      error: { message: "no more processes" },
    });
    expect(walked.of("STEP_SUCCESS")).toEqual(["b"]);
  });

  it("walks long chains, and fails them, without running out of stack", async () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => (at === 0 ? step("s0") : step(`s${at}`, [`s${at - 1}`])));
    expect((await walk(chain, () => success())).of("STEP_SUCCESS")).toHaveLength(20_000);
    expect((await walk(chain, () => failure)).of("STEP_SKIPPED")).toHaveLength(19_999);
  });
});
