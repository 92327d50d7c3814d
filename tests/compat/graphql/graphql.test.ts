import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type RunId, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { type Stack, startStack } from "../../stack/stack.ts";
import { type Operation, operations } from "./operations.ts";

/** About how a run is carried out rather than about what it does. */
const left = new Set([
  "ResourceInitStartedEvent",
  "ResourceInitSuccessEvent",
  "LogsCapturedEvent",
  "StepWorkerStartingEvent",
  "StepWorkerStartedEvent",
]);

/** Of a step that a failure keeps from running Dagster only logs a line. */
const ourOwn = new Set(["ExecutionStepSkippedEvent"]);
const isKeptFromRunning = (one: unknown): boolean => (one as { readonly status?: unknown } | null)?.status === "SKIPPED";

describeWithEngine("python", "answers of the API, as Dagster's", ({ DAGSTER_PYTHON }) => {
  test("about jobs with dynamic outputs, hooks and pools, their plans, runs and logs", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dagwright-compat-"));
    try {
      const [theirs, ours] = await Promise.all([
        askDagster(DAGSTER_PYTHON, join(folder, "theirs")),
        askStack(join(folder, "ours")),
      ]);
      for (const [index, operation] of operations.entries()) {
        const title = "title" in operation ? operation.title : JSON.stringify(operation);
        expect(comparable(ours[index]), title).toEqual(comparable(theirs[index]));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 400_000);
});

async function askDagster(python: string, marker: string): Promise<readonly unknown[]> {
  const child = spawn(python, [join(import.meta.dirname, "dagster_graphql_answers.py"), import.meta.dirname], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, COMPAT_MARKER: marker, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" },
  });
  const ended = once(child, "exit");
  child.stdin.end(JSON.stringify(operations));
  const [answers, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`${python} could not answer: ${complaints}`);
  return JSON.parse(answers) as readonly unknown[];
}

async function askStack(marker: string): Promise<readonly unknown[]> {
  await using stack = await startStack({
    definitions: join(import.meta.dirname, "program.ts"),
    env: { COMPAT_MARKER: marker },
  });
  const runs = new Map<unknown, RunId>();
  const answers: unknown[] = [];
  for (const operation of operations) answers.push(await answer(operation, stack, runs));
  return answers;
}

async function answer(operation: Operation, stack: Stack, runs: Map<unknown, RunId>): Promise<unknown> {
  if ("execute" in operation) {
    const id = await stack.launch(operation.execute);
    runs.set(operation.as, id);
    return { success: (await stack.untilEnd(id)).status === "SUCCESS" };
  }
  if ("reexecute" in operation) {
    const parentRunId = runs.get(operation.reexecute);
    const { launchRunReexecution } = await stack.query<{ launchRunReexecution: { run?: { runId: string } } }>(
      `mutation ($params: ReexecutionParams!) {
        launchRunReexecution(reexecutionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } ... on Error { message } }
      }`,
      { params: { parentRunId, strategy: "FROM_FAILURE" } },
    );
    if (launchRunReexecution.run === undefined) throw new Error(JSON.stringify(launchRunReexecution));
    const id = runId(launchRunReexecution.run.runId);
    runs.set(operation.as, id);
    return { success: (await stack.untilEnd(id)).status === "SUCCESS" };
  }
  const variables = Object.entries(operation.variables ?? {}).map(([name, value]) => [name, runs.get(value) ?? value]);
  return stack.query(operation.query, Object.fromEntries(variables));
}

interface LoggedEvent {
  readonly __typename: string;
  readonly stepKey: string | null;
  readonly message: string;
}

/** An answer without what differs from run to run: the order of lists, times, and in a log the lines of the engine. */
function comparable(given: unknown): unknown {
  const log = (given as { readonly logsForRun?: { readonly events: readonly LoggedEvent[] } }).logsForRun;
  return log === undefined ? sorted(given) : stepsOf(log.events);
}

/** What each step's events are, in their order. */
function stepsOf(events: readonly LoggedEvent[]): unknown {
  const steps: Record<string, unknown[]> = {};
  for (const { message, ...event } of events) {
    if (event.stepKey === null || left.has(event.__typename) || ourOwn.has(event.__typename)) continue;
    // Which of two steps waits for the other is chance.
    const isWaiting = event.__typename === "EngineEvent";
    const key = isWaiting ? "one that waits" : event.stepKey;
    (steps[key] ??= []).push(isWaiting ? { ...event, stepKey: key, message } : event);
  }
  return steps;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter((one) => !isKeptFromRunning(one))
      .map(sorted)
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, name === "startTime" ? inner !== null : sorted(inner)]),
  );
}
