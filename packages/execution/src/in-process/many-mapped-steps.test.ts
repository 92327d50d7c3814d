import { buildRepository, definitions, dynamicOut, dynamicOutput, job, op } from "@dagwright/definitions";
import { PastRun, PastRuns, planExecution } from "@dagwright/graph";
import type { RunLogEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";
import { executeInProcess } from "../index.ts";

const number = z.number();
const parts = op("parts", { out: dynamicOut(number), config: z.object({ count: number }) }, function* (_, { op: { config } }) {
  for (let at = 0; at < config.count; at += 1) yield dynamicOutput(at, { mappingKey: `p${at}` });
});
const double = op("double", { ins: { n: number }, out: number }, ({ n }) => n * 2);
const increase = op("increase", { ins: { n: number }, out: number }, ({ n }) => n + 1);
const total = op("total", { ins: { numbers: z.array(number) }, out: number }, ({ numbers }) =>
  numbers.reduce((sum, n) => sum + n, 0),
);
const mapped = job("mapped", () => {
  const made = parts().map((n) => increase({ n: double({ n }) }));
  total({ numbers: made.collect() });
});

const run = (count: number) => executeInProcess(mapped, { runConfig: { ops: { parts: { config: { count } } } } });

/** What it takes of this thread's processor time, in milliseconds, which others that are busy do not change. */
async function timed<Result>(body: () => Result | Promise<Result>): Promise<readonly [Result, number]> {
  const before = process.threadCpuUsage();
  const result = await body();
  const { user, system } = process.threadCpuUsage(before);
  return [result, (user + system) / 1_000];
}

const countsOf = (events: readonly RunLogEntry[]) => {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
};

test(
  "10,000 mapped chains and what collects them cost ten times 1,000 of them, in a run and in reading what it made",
  {
    timeout: 120_000,
  },
  async () => {
    const few = 1_000;
    const many = 10_000;
    await run(few);
    const [small, smallMs] = await timed(() => run(few));
    const [large, largeMs] = await timed(() => run(many));
    expect(large.success).toBe(true);
    expect(small.outputValue("total")).toBe(few * few);
    expect(large.outputValue("total")).toBe(many * many);
    const counts = countsOf(large.events);
    expect(counts).toMatchObject({ STEP_START: 2 * many + 2, STEP_SUCCESS: 2 * many + 2, STEP_OUTPUT: 3 * many + 1 });
    // Each event of a mapped step is there ten times as often; those of `parts` and `total` alone are not.
    expect(large.events.length).toBeLessThanOrEqual(10 * small.events.length);
    // What grows with the square would take a hundred times as long.
    expect(largeMs).toBeLessThan(40 * Math.max(smallMs, 200));

    const { snapshot } = buildRepository(definitions({ jobs: [mapped] })).jobs.get("mapped")!;
    const whole = planExecution(snapshot);
    const again = (result: typeof large) => {
      // As when the process died while it collected.
      const events = result.events.filter(({ stepKey, type }) => stepKey !== "total" || type === "STEP_START");
      const past = new PastRuns([new PastRun(result.runId, events)], whole);
      const stepKeys = past.stepsToRetry(result.plan);
      return { stepKeys, plan: past.locateIn(planExecution(snapshot, { stepKeys, assetKeys: null }, past.mappingKeysOf)) };
    };
    again(small);
    const [, smallAgainMs] = await timed(() => again(small));
    const [{ stepKeys, plan }, largeAgainMs] = await timed(() => again(large));
    expect(stepKeys).toEqual(["total"]);
    const sources = plan.steps.flatMap(({ inputs }) => inputs.flatMap((input) => input.sources));
    expect(sources).toHaveLength(many);
    expect(sources.at(-1)).toEqual({ kind: "step", stepKey: "increase[p9999]", output: "result", runId: large.runId });
    expect(largeAgainMs).toBeLessThan(40 * Math.max(smallAgainMs, 50));
  },
);

test("of a step that is tried again, what it gave before counts no more", async () => {
  const flaky = op("flaky", { out: dynamicOut(number), retryPolicy: { maxRetries: 1 } }, function* (_, { step }) {
    yield dynamicOutput(1, { mappingKey: "kept" });
    if (step.retryNumber > 0) return;
    yield dynamicOutput(2, { mappingKey: "dropped" });
    throw new Error("half done");
  });
  const result = await executeInProcess(
    job("retried", () => {
      total({
        numbers: flaky()
          .map((n) => double({ n }))
          .collect(),
      });
    }),
  );
  expect(result.outputValue("flaky")).toEqual({ kept: 1 });
  expect(result.outputValue("double")).toEqual({ kept: 2 });
  expect(result.outputValue("total")).toBe(2);
});
