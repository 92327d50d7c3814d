import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryInstance } from "@dagwright/definitions";
import { PastRun, PastRuns, planExecution } from "@dagwright/graph";
import { type ExecutionPlan, type JsonObject, type RunLogEntry, runId } from "@dagwright/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeRun, FilesystemIOManager, loadRepository } from "../index.ts";

const entryFile = fileURLToPath(new URL("../fixtures/ops-project.ts", import.meta.url));
let home: string;
let runs = 0;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dagwright-ops-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Executes a job in step workers; `plan` stands for a re-execution's. */
async function execute(jobName: string, runConfig: JsonObject = {}, plan?: ExecutionPlan) {
  const repository = await loadRepository({ entryFile });
  const { snapshot } = repository.jobs.get(jobName)!;
  const id = runId(`018f0000-0000-7000-9000-${String((runs += 1)).padStart(12, "0")}`);
  const events: RunLogEntry[] = [];
  const own = plan ?? planExecution(snapshot);
  const outcome = await executeRun({
    plan: own,
    repository,
    run: { runId: id, jobName, runConfig, tags: {}, attempt: 1, parentRunId: null },
    events: { emit: (entry) => void events.push(entry), flush: () => Promise.resolve() },
    instance: new InMemoryInstance(),
    ioManager: () => new FilesystemIOManager({ baseDir: join(home, "storage") }),
    signal: new AbortController().signal,
    graceMs: 200,
    stepWorkers: { entryFile, storageDir: join(home, "storage") },
  });
  const of = (type: RunLogEntry["type"]) => events.flatMap((entry) => (entry.type === type ? [entry.stepKey] : []));
  const logged = events.flatMap((entry) => (entry.type === "LOG_LINE" ? [entry.message] : []));
  const failures = new Map(events.flatMap((entry) => (entry.type === "STEP_FAILURE" ? [[entry.stepKey, entry] as const] : [])));
  return { id, outcome, events, plan: own, snapshot, of, logged, failures };
}

const config = (count: number, failAt: number): JsonObject => ({
  ops: { parts: { config: { count } }, double: { config: { failAt } } },
});

describe("in step workers", () => {
  it.each(["mapped", "mapped_isolated"])("maps and collects, with a worker for %s", async (jobName) => {
    const { outcome, of, logged, events } = await execute(jobName, config(4, -1));
    expect(outcome.status).toBe("SUCCESS");
    expect(
      of("STEP_SUCCESS")
        .filter((key) => key!.startsWith("double"))
        .sort(),
    ).toEqual(["p0", "p1", "p2", "p3"].map((key) => `double[${key}]`));
    // The even ones alone: 0 and 4.
    expect(logged.sort()).toEqual(["2 numbers, 4 together", "4 numbers, 12 together"]);
    const made = events.flatMap((entry) => (entry.type === "STEP_OUTPUT" && entry.stepKey === "parts" ? [entry] : []));
    expect(made.map(({ mappingKey, metadata }) => [mappingKey, metadata["at"]])).toEqual(
      [0, 1, 2, 3].map((at) => [`p${at}`, { type: "int", int: String(at) }]),
    );
  });

  it("executes a thousand mapped steps in the same two workers, each once", async () => {
    const { outcome, of, logged, events } = await execute("mapped", config(500, -1));
    expect(outcome.status).toBe("SUCCESS");
    expect(new Set(of("STEP_SUCCESS")).size).toBe(1_003);
    expect(of("STEP_SUCCESS")).toHaveLength(1_003);
    expect(logged.sort()).toEqual(["250 numbers, 124500 together", "500 numbers, 249500 together"]);
    const pids = events.flatMap((entry) => (entry.type === "STEP_WORKER_STARTED" ? [JSON.stringify(entry.metadata["pid"])] : []));
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  it("re-executes the mapped step that failed and what needs it, and reads the others from the run before", async () => {
    const first = await execute("mapped", config(3, 1));
    expect(first.outcome).toMatchObject({ status: "FAILURE", failedStepKeys: ["double[p1]"] });
    expect(first.of("STEP_SKIPPED").sort()).toEqual(["even[p1]", "total", "total_of_even"]);

    const past = new PastRuns([new PastRun(first.id, first.events)], planExecution(first.snapshot));
    const stepKeys = past.stepsToRetry(first.plan);
    expect([...stepKeys].sort()).toEqual(["double[p1]", "even[p1]", "total", "total_of_even"]);
    const plan = past.locateIn(planExecution(first.snapshot, { stepKeys, assetKeys: null }, past.mappingKeysOf));
    const second = await execute("mapped", config(3, 2), plan);
    expect(second.outcome.status).toBe("SUCCESS");
    expect(second.of("STEP_START").sort()).toEqual(["double[p1]", "even[p1]", "total", "total_of_even"]);
    expect(second.logged.sort()).toEqual(["2 numbers, 4 together", "3 numbers, 6 together"]);

    // Once more, from both: what the second made goes before what the first did not.
    const both = new PastRuns(
      [new PastRun(second.id, second.events), new PastRun(first.id, first.events)],
      planExecution(first.snapshot),
    );
    const third = both.locateIn(
      planExecution(first.snapshot, { stepKeys: ["total"], assetKeys: null } as never, both.mappingKeysOf),
    );
    expect(third.steps.flatMap(({ inputs }) => inputs.flatMap(({ sources }) => sources))).toEqual(
      ["p0", "p1", "p2"].map((key) => ({
        kind: "step",
        stepKey: `double[${key}]`,
        output: "result",
        runId: key === "p1" ? second.id : first.id,
      })),
    );
    expect((await execute("mapped", config(3, -1), third)).logged).toEqual(["3 numbers, 6 together"]);
  });

  it("calls hooks where the step ran, with its values and its error", async () => {
    const { outcome, logged, events } = await execute("hooked");
    expect(outcome.status).toBe("FAILURE");
    expect(logged.sort()).toEqual(['sent: pair made {"first":1,"second":2}', "warned of broken"]);
    const ofPair = events.flatMap(({ stepKey, type }) => (stepKey === "pair" && /^(STEP_SUCCESS|HOOK)/.test(type) ? [type] : []));
    expect(ofPair).toEqual(["STEP_SUCCESS", "HOOK_COMPLETED", "HOOK_SKIPPED"]);
  });

  it("kills a step that holds the thread after its timeout, and tries again", async () => {
    const { outcome, events, failures } = await execute("late");
    expect(outcome.status).toBe("FAILURE");
    const tries = events.flatMap((entry) => (entry.stepKey === "holds_thread" && entry.type.startsWith("STEP_") ? [entry] : []));
    const types = tries.map(({ type }) => type).filter((type) => !type.startsWith("STEP_WORKER") && type !== "STEP_OUTPUT");
    expect(types).toEqual(["STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS"]);
    const retry = tries.find((entry) => entry.type === "STEP_UP_FOR_RETRY");
    expect(retry?.type === "STEP_UP_FOR_RETRY" && retry.error).toMatchObject({
      name: "StepTimeoutError",
      message:
        'Step "holds_thread" took longer than its timeout of 0.05 s, and its process was killed when it went on for 200 ms after its signal had aborted',
    });
    // One that listens to its signal ends by itself; it is the timeout that is told.
    expect(failures.get("listens" as never)?.error).toMatchObject({
      name: "StepTimeoutError",
      message: 'Step "listens" took longer than its timeout of 0.05 s',
    });
  });

  it("leaves a step behind that goes on after its timeout in the run's own process, and tries again", async () => {
    const { outcome, events } = await execute("late_in_process");
    expect(outcome.status).toBe("SUCCESS");
    const types = events.flatMap(({ stepKey, type }) => (stepKey === "goes_on" && type.startsWith("STEP_") ? [type] : []));
    expect(types).toEqual(["STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_OUTPUT", "STEP_SUCCESS"]);
    const retry = events.find((entry) => entry.type === "STEP_UP_FOR_RETRY");
    expect(retry?.type === "STEP_UP_FOR_RETRY" && retry.error?.message).toBe(
      'Step "goes_on" took longer than its timeout of 0.05 s, and it was left behind when it went on for 200 ms after its signal had aborted',
    );
  });
});
