import { Console } from "node:console";
import { setTimeout as sleep } from "node:timers/promises";
import {
  asyncExecutor,
  buildRepository,
  definitions,
  type ExecutorDefinition,
  inProcessExecutor,
  InMemoryInstance,
  job,
  op,
  type OpDefinition,
} from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import { type RunLogEntry, runId } from "@dagwright/model";
import { expect, test, vi } from "vitest";
import { type ComputeLogSink, executeInProcess, executeRun, InMemoryIOManager } from "../index.ts";

/** Each of them waits until all have begun. */
function meetingOps(count: number): readonly OpDefinition[] {
  let begun = 0;
  const all = Promise.withResolvers<void>();
  return Array.from({ length: count }, (_, index) =>
    op(`meet_${index}`, {}, async (_inputs, { log }) => {
      begun += 1;
      if (begun === count) all.resolve();
      await all.promise;
      log.info("all are here");
    }),
  );
}

const jobOf = (ops: readonly OpDefinition[], executor: ExecutorDefinition) =>
  job("j", { executor }, () => {
    for (const one of ops) (one as unknown as () => void)();
  });

interface Logs {
  readonly text: Record<string, string>;
  readonly closed: Set<string>;
  readonly sink: ComputeLogSink;
}

function collectLogs(): Logs {
  const text: Record<string, string> = {};
  const closed = new Set<string>();
  const sink: ComputeLogSink = {
    open: (logKey) => ({
      write: (stream, bytes) => {
        const key = `${logKey.at(-1)}.${stream}`;
        text[key] = (text[key] ?? "") + Buffer.from(bytes).toString();
      },
      close: () => void closed.add(logKey.at(-1)!),
    }),
  };
  return { text, closed, sink };
}

function execute(ops: readonly OpDefinition[], options: { logs?: Logs; signal?: AbortSignal; graceMs?: number } = {}) {
  const repository = buildRepository(definitions({ jobs: [jobOf(ops, asyncExecutor({ maxConcurrent: 3 }))] }));
  const events: RunLogEntry[] = [];
  const memory = new InMemoryIOManager();
  const outcome = executeRun({
    plan: planExecution(repository.jobs.get("j")!.snapshot),
    repository,
    run: { runId: runId("018f0000-0000-7000-8000-000000000001"), jobName: "j", runConfig: {}, tags: {}, attempt: 1 },
    events: { emit: (entry) => void events.push(entry), flush: () => Promise.resolve() },
    instance: new InMemoryInstance(),
    ioManager: () => memory,
    signal: options.signal ?? new AbortController().signal,
    ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
    ...(options.logs && { computeLogs: options.logs.sink, ownLogKey: ["r", "compute_logs", "process"] }),
  });
  return { outcome, events };
}

test("steps overlap on one event loop, as many as the executor allows, and their events interleave", async () => {
  const result = await executeInProcess(jobOf(meetingOps(3), asyncExecutor({ maxConcurrent: 3 })));
  const types = result.events.filter(({ stepKey }) => stepKey !== null).map(({ type, stepKey }) => `${type} ${stepKey}`);
  const starts = types.filter((one) => one.startsWith("STEP_START "));
  expect(starts).toEqual(["STEP_START meet_0", "STEP_START meet_1", "STEP_START meet_2"]);
  expect(types.indexOf(starts[2]!)).toBeLessThan(types.findIndex((one) => one.startsWith("STEP_SUCCESS")));
  for (const step of ["meet_0", "meet_1", "meet_2"]) {
    const own = result.events.filter(({ stepKey }) => stepKey === step).map(({ type }) => type);
    expect(own).toEqual(["STEP_START", "LOG_LINE", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS"]);
  }
});

test("no more steps run at once than the executor or run config says, and one after the other in process", async () => {
  let running = 0;
  let most = 0;
  const ops = Array.from({ length: 6 }, (_, index) =>
    op(`o${index}`, {}, async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
    }),
  );
  const mostOf = async (executor: ExecutorDefinition, runConfig = {}) => {
    most = 0;
    await executeInProcess(jobOf(ops, executor), { runConfig });
    return most;
  };
  expect(await mostOf(asyncExecutor({ maxConcurrent: 4 }))).toBe(4);
  expect(await mostOf(asyncExecutor({ maxConcurrent: 4 }), { execution: { config: { max_concurrent: 2 } } })).toBe(2);
  expect(await mostOf(inProcessExecutor)).toBe(1);
});

test("what each step prints is its own, also after it has waited, and goes to the process again afterwards", async () => {
  const logs = collectLogs();
  // As in a program; the test runner has one of its own.
  const console = new Console(process.stdout, process.stderr);
  const printing = ["a", "b", "c"].map((name) =>
    op(name, {}, async () => {
      console.log(`${name} begins`);
      await sleep(5);
      process.stderr.write(Buffer.from(`${name} is at it\n`));
      await Promise.all([sleep(1).then(() => console.log(`${name} from within`)), sleep(2)]);
      process.stdout.write("done", "utf8");
    }),
  );
  const { write } = process.stdout;
  const { outcome, events } = execute(printing, { logs });
  expect((await outcome).status).toBe("SUCCESS");
  for (const name of ["a", "b", "c"]) {
    expect(logs.text[`${name}.stdout`]).toBe(`${name} begins\n${name} from within\ndone`);
    expect(logs.text[`${name}.stderr`]).toBe(`${name} is at it\n`);
  }
  expect(logs.closed).toEqual(new Set(["a", "b", "c"]));
  const captured = events.filter((event) => event.type === "LOGS_CAPTURED");
  expect(captured.map(({ fileKey, stepKeys }) => [fileKey, stepKeys])).toEqual([
    ["a", ["a"]],
    ["b", ["b"]],
    ["c", ["c"]],
  ]);
  expect(process.stdout.write).toBe(write);
});

test("terminating aborts all that run, starts no other, and leaves behind what pays no attention", async () => {
  const aborter = new AbortController();
  const begun: string[] = [];
  const waiting = ["a", "b", "deaf", "never"].map((name) =>
    op(name, {}, async (_, { signal }) => {
      begun.push(name);
      await sleep(60_000, undefined, name === "deaf" ? { ref: false } : { signal });
    }),
  );
  const { outcome, events } = execute(waiting, { signal: aborter.signal, graceMs: 50 });
  await vi.waitFor(() => expect(begun).toHaveLength(3));
  aborter.abort(new Error("terminated"));
  expect((await outcome).status).toBe("CANCELED");
  expect(begun).toEqual(["a", "b", "deaf"]);
  const failures = events.filter((event) => event.type === "STEP_FAILURE");
  expect(failures.map(({ stepKey, errorSource }) => [stepKey, errorSource])).toEqual([
    ["a", "INTERRUPT"],
    ["b", "INTERRUPT"],
    ["deaf", "INTERRUPT"],
  ]);
});

test("without retries a step that fails has failed, whatever its policy says", async () => {
  let tries = 0;
  const failing = op("failing", { retryPolicy: { maxRetries: 2 } }, () => {
    tries += 1;
    throw new Error("no");
  });
  const triesOf = async (executor: ExecutorDefinition, runConfig = {}) => {
    tries = 0;
    await executeInProcess(jobOf([failing], executor), { runConfig, raiseOnError: false });
    return tries;
  };
  expect(await triesOf(inProcessExecutor)).toBe(3);
  expect(await triesOf(inProcessExecutor({ retries: "disabled" }))).toBe(1);
  expect(await triesOf(inProcessExecutor, { execution: { config: { retries: { disabled: {} } } } })).toBe(1);
});
