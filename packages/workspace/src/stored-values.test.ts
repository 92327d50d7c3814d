import { codeLocationName, type ExecutionPlan, type PlannedStep, type RunEvent, type RunId, stepKey } from "@dagwright/model";
import { type NewRun, openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { expect, onTestFinished, test } from "vitest";
import { locateStoredValues } from "./stored-values.ts";

async function openTestStorage(): Promise<Storage> {
  const opened = new AsyncDisposableStack();
  onTestFinished(() => opened.disposeAsync());
  const { connectionString } = opened.use(await createTestDatabase());
  return opened.use(await openStorage({ connectionString, role: "test", listen: false }));
}

const newRun = (given: Pick<NewRun, "plan" | "parentRunId">): NewRun => ({
  jobName: "chain",
  location: codeLocationName("numbers"),
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshot: {
    name: "chain",
    description: null,
    tags: {},
    metadata: {},
    owners: [],
    rootGraph: "chain",
    graphs: [],
    ops: [],
    assets: [],
    executor: { name: "in_process", options: {} },
    resources: [],
    configTypes: [],
    runConfigType: "run",
  },
  ...given,
});

const told = { atMs: 1, message: "", stepKey: null };

/** A chain of steps in which each reads the one before; planned are only the named ones. */
const chain = ["a", "b", "c"];
function planOf(...keys: readonly string[]): ExecutionPlan {
  const steps = keys.map((key): PlannedStep => {
    const before = chain[chain.indexOf(key) - 1];
    const sources = before === undefined ? [] : [{ kind: "step" as const, stepKey: stepKey(before), output: "result" }];
    return {
      key: stepKey(key),
      handle: [key],
      opName: key,
      inputs: [{ name: "value", isFanIn: false, sources }],
      outputs: [],
      tags: {},
      pool: null,
      retryPolicy: null,
    };
  });
  return { jobName: "chain", steps, executor: { name: "in_process", options: {} } };
}

/** Writes a failed run in which these steps succeeded. */
async function failedRun(
  storage: Storage,
  plan: ExecutionPlan,
  succeeded: readonly string[],
  parentRunId?: RunId,
): Promise<RunId> {
  const [submitted] = await storage.runs.submit([newRun({ plan, ...(parentRunId !== undefined && { parentRunId }) })], {
    kind: "hold",
  });
  if (submitted === undefined) throw new Error("it was submitted");
  const success = (key: string): RunEvent => ({
    type: "STEP_SUCCESS",
    atMs: 2,
    message: "",
    stepKey: stepKey(key),
    durationMs: 1,
  });
  const start = (key: string): RunEvent => ({ type: "STEP_START", atMs: 1, message: "", stepKey: stepKey(key) });
  await storage.events.append({
    runId: submitted.run.id,
    attempt: null,
    entries: [
      { type: "RUN_STARTING", ...told },
      { type: "RUN_START", ...told },
      ...succeeded.flatMap((key) => [start(key), success(key)]),
      { type: "RUN_FAILURE", ...told, error: null, reason: "STEP_FAILURE" },
    ],
  });
  return submitted.run.id;
}

const sourcesOf = (plan: ExecutionPlan): unknown[] =>
  plan.steps.flatMap(({ inputs }) => inputs.flatMap(({ sources }) => sources.map((source) => source)));

test("a value is read from the nearest ancestor whose step succeeded, however far up", async () => {
  const storage = await openTestStorage();
  const first = await failedRun(storage, planOf("a", "b", "c"), ["a", "b"]);
  const second = await failedRun(storage, planOf("c"), [], first);
  const third = await locateStoredValues(newRun({ plan: planOf("c"), parentRunId: second }), storage);
  expect(sourcesOf(third.plan)).toEqual([{ kind: "step", stepKey: "b", output: "result", runId: first }]);

  const redone = await failedRun(storage, planOf("b", "c"), ["b"], second);
  const fourth = await locateStoredValues(newRun({ plan: planOf("b", "c"), parentRunId: redone }), storage);
  expect(sourcesOf(fourth.plan)).toEqual([
    { kind: "step", stepKey: "a", output: "result", runId: first },
    { kind: "step", stepKey: "b", output: "result" },
  ]);
  const fifth = await locateStoredValues(newRun({ plan: planOf("c"), parentRunId: redone }), storage);
  expect(sourcesOf(fifth.plan)).toEqual([{ kind: "step", stepKey: "b", output: "result", runId: redone }]);
});

test("what nobody is known to have made, and a run without a parent, stay as they are", async () => {
  const storage = await openTestStorage();
  const first = await failedRun(storage, planOf("a", "b", "c"), ["a"]);
  for (const run of [newRun({ plan: planOf("c"), parentRunId: first }), newRun({ plan: planOf("a", "b", "c") })])
    expect(await locateStoredValues(run, storage)).toBe(run);
});
