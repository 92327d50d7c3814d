import { type ExecutionPlan, type PlannedStep, type RunLogEntry, stepKey } from "@dagwright/model";
import { expect, test, vi } from "vitest";
import { type Overdue, OverdueCode } from "./overdue-code.ts";

const step = (key: string, timeoutSeconds?: number): PlannedStep => ({
  key: stepKey(key),
  handle: [key.replace("[?]", "")],
  opName: key,
  inputs: [],
  outputs: [],
  tags: {},
  pool: null,
  retryPolicy: null,
  ...(timeoutSeconds !== undefined && { timeoutSeconds }),
});
const plan: ExecutionPlan = {
  jobName: "job",
  steps: [step("quick", 0.01), step("mapped[?]", 0.01), step("free")],
  executor: { name: "in_process", options: {} },
};
const entry = (type: "STEP_START" | "STEP_SUCCESS", key: string): RunLogEntry =>
  ({ type, stepKey: stepKey(key), atMs: 0, message: "", durationMs: 1 }) as RunLogEntry;

test("tells of the steps that are not done some time after their limit, and of no others", async () => {
  const told: Overdue[] = [];
  using watched = new OverdueCode({ plan, tags: {}, graceMs: 5, onOverdue: (overdue) => void told.push(overdue) });
  for (const key of ["quick", "mapped[a]", "mapped[b]", "free"]) watched.observe(entry("STEP_START", key));
  watched.observe(entry("STEP_SUCCESS", "mapped[a]"));
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(told).toEqual([
    { what: "step", stepKey: "quick", limitSeconds: 0.01 },
    { what: "step", stepKey: "mapped[b]", limitSeconds: 0.01 },
  ]);
});

test("tells of a run that takes longer than its tag says, unless it has ended", async () => {
  const told: Overdue[] = [];
  const tags = { "dagster/max_runtime": "0.01" };
  const watch = (): OverdueCode => new OverdueCode({ plan, tags, graceMs: 5, onOverdue: (overdue) => void told.push(overdue) });
  watch()[Symbol.dispose]();
  using _ = watch();
  await vi.waitFor(() => expect(told).toEqual([{ what: "run", limitSeconds: 0.01 }]));
});
