import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryInstance } from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import {
  type AssetKey,
  type JsonObject,
  type RunId,
  type RunLogEntry,
  runId,
  type RunSelection,
  stepKey,
} from "@dagwright/model";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type ComputeLogSink,
  executeRun,
  FilesystemIOManager,
  LocalComputeLogSink,
  loadRepository,
  type RunExecution,
} from "../index.ts";

const entryFile = fileURLToPath(new URL("../fixtures/project.ts", import.meta.url));
let home: string;
let runs = 0;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dagwright-run-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface Options extends Partial<Pick<RunExecution, "signal" | "graceMs">> {
  readonly runConfig?: JsonObject;
  readonly selection?: RunSelection;
  readonly parentRunId?: RunId;
  readonly onEvent?: (entry: RunLogEntry) => void;
  readonly workerEntryFile?: string;
  readonly computeLogs?: ComputeLogSink;
}

async function execute(jobName: string, options: Options = {}) {
  const repository = await loadRepository({ entryFile });
  const job = repository.jobs.get(jobName)!;
  const id = runId(`018f0000-0000-7000-8000-${String((runs += 1)).padStart(12, "0")}`);
  const events: RunLogEntry[] = [];
  const instance = new InMemoryInstance();
  const outcome = await executeRun({
    plan: planExecution(job.snapshot, options.selection),
    repository,
    run: {
      runId: id,
      jobName,
      runConfig: options.runConfig ?? {},
      tags: {},
      attempt: 1,
      parentRunId: options.parentRunId ?? null,
    },
    events: {
      emit(entry) {
        events.push(entry);
        instance.record(id, entry);
        options.onEvent?.(entry);
      },
      flush: () => Promise.resolve(),
    },
    instance,
    ioManager: () => new FilesystemIOManager({ baseDir: join(home, "storage") }),
    signal: options.signal ?? new AbortController().signal,
    ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
    stepWorkers: { entryFile: options.workerEntryFile ?? entryFile, storageDir: join(home, "storage") },
    computeLogs: options.computeLogs ?? new LocalComputeLogSink({ baseDir: join(home, "logs") }),
  });
  const log = (step: string, ending: "out" | "err") => {
    const path = join(home, "logs", id, "compute_logs", `${step}.${ending}`);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  const of = <Type extends RunLogEntry["type"]>(type: Type) =>
    events.filter((event): event is RunLogEntry & { type: Type } => event.type === type);
  return { id, outcome, events, of, log };
}

const errorOf = (run: Awaited<ReturnType<typeof execute>>, step: string) =>
  run.of("STEP_FAILURE").find((event) => event.stepKey === step)!.error!;

describe("the multiprocess executor", () => {
  it("runs a chain in one step worker, in Dagster's order of events", async () => {
    const run = await execute("chain");
    expect(run.outcome).toEqual({ status: "SUCCESS", message: 'Finished execution of run for "chain".' });
    const pids = new Set(run.of("LOG_LINE").map(({ message }) => message));
    expect(pids.size).toBe(1);
    expect(pids).not.toContain(`pid ${process.pid}`);
    expect(run.events[0]!.message).toBe(`Executing steps using multiprocess executor: parent process (pid: ${process.pid})`);
    expect(run.events.at(-1)!.message).toMatch(/^Multiprocess executor: parent process exiting after .* \(pid: \d+\)$/);
    expect(run.events.filter(({ stepKey }) => stepKey === "start").map(({ type }) => type)).toEqual([
      "STEP_WORKER_STARTING",
      "STEP_WORKER_STARTED",
      "RESOURCE_INIT_STARTED",
      "RESOURCE_INIT_SUCCESS",
      "STEP_START",
      "STEP_OUTPUT",
      "HANDLED_OUTPUT",
      "STEP_SUCCESS",
    ]);
    expect(run.events.filter(({ stepKey }) => stepKey === "next").map(({ type }) => type)).toEqual([
      "STEP_WORKER_STARTING",
      "STEP_WORKER_STARTED",
      "STEP_START",
      "LOADED_INPUT",
      "STEP_INPUT",
      "LOG_LINE",
      "STEP_OUTPUT",
      "HANDLED_OUTPUT",
      "STEP_SUCCESS",
    ]);
    expect(run.of("LOGS_CAPTURED").map(({ stepKeys, logKey }) => [stepKeys, logKey])).toContainEqual([
      ["next_5"],
      [run.id, "compute_logs", "next_5"],
    ]);
    expect(run.of("HANDLED_OUTPUT")[0]!.metadata["path"]).toEqual({
      type: "path",
      path: join(home, "storage", "runs", run.id, "start.result.value"),
    });
  });

  it("gives each step a fresh process with isolation `step`", async () => {
    const run = await execute("isolated");
    expect(run.outcome.status).toBe("SUCCESS");
    expect(new Set(run.of("LOG_LINE").map(({ message }) => message)).size).toBe(5);
  });

  it("runs as many steps at the same time as it may", async () => {
    const dir = await mkdtemp(join(home, "meet-"));
    const config = { config: { dir } };
    const run = await execute("parallel", {
      runConfig: { ops: { left: config, right: config } },
      signal: AbortSignal.timeout(20_000),
    });
    expect(run.outcome.status).toBe("SUCCESS");
  });

  it("runs in this process when run config says so", async () => {
    const run = await execute("__ASSET_JOB", { runConfig: { execution: { config: { in_process: {} } } } });
    expect(run.outcome.status).toBe("SUCCESS");
    expect(run.of("STEP_WORKER_STARTED")).toEqual([]);
    expect(run.events[0]!.message).toBe(`Executing steps in process (pid: ${process.pid})`);
  });

  it("keeps the types of values between processes, and reads what a re-executed run has made", async () => {
    const first = await execute("types");
    expect(first.of("LOG_LINE").map(({ message }) => message.replace(/\s+/g, " "))).toEqual([
      "{ at: 1970-01-01T00:00:00.005Z, map: Map(1) { 'k' => 1180591620717411303424n }, bytes: Uint8Array(2) [ 1, 2 ], no: undefined }",
    ]);
    const again = await execute("types", { selection: { stepKeys: [stepKey("seen")], assetKeys: null }, parentRunId: first.id });
    expect(again.outcome.status).toBe("SUCCESS");
    expect(again.of("STEP_START").map((event) => event.stepKey)).toEqual(["seen"]);
    expect(again.of("LOG_LINE")[0]!.message).toBe(first.of("LOG_LINE")[0]!.message);
  });

  it("materializes assets, and a selection of them from what is stored", async () => {
    expect((await execute("__ASSET_JOB")).of("ASSET_MATERIALIZATION").map(({ assetKey }) => assetKey)).toEqual([
      ["base"],
      ["sums", "total"],
    ]);
    const selection = { stepKeys: null, assetKeys: [["sums", "total"]] as AssetKey[] };
    const run = await execute("__ASSET_JOB", { selection });
    expect(run.of("LOADED_INPUT")[0]).toMatchObject({
      message: 'Loaded input "base" using input manager "io_manager", from asset base',
    });
    expect(await readdir(join(home, "storage", "assets", "sums"))).toEqual(["total.value"]);
  });

  it.each([
    ["exit", "exited with code 3"],
    ["exit0", "exited with code 0"],
    ["kill", "was killed by SIGKILL"],
    ["throwLater", "exited with code 1"],
  ])("fails the step whose process dies (%s) with how and its last lines, and goes on", async (how, expected) => {
    const run = await execute("dying", { runConfig: { ops: { dies: { config: { how } } } } });
    expect(run.outcome).toMatchObject({
      status: "FAILURE",
      reason: "STEP_FAILURE",
      firstFailedStepKey: "dies",
      failedStepKeys: ["dies"],
    });
    const error = errorOf(run, "dies");
    expect(error.message).toContain(`The process that executed step "dies" ${expected} before it had finished`);
    expect(error.message).toContain("the reason is known");
    if (how === "throwLater") expect(error.message).toContain("thrown from a timer");
    expect(run.of("LOG_LINE").map(({ message }) => message)).toContain("last words");
    expect(run.of("STEP_SKIPPED").map((event) => event.stepKey)).toEqual(["after_death"]);
    expect(
      run
        .of("STEP_SUCCESS")
        .map((event) => String(event.stepKey))
        .toSorted(),
    ).toEqual(["next", "start"]);
    expect(run.log("dies", "err")).toContain("the reason is known");
  });

  it("fails every step with the reason when the user's code cannot be loaded", async () => {
    const run = await execute("chain", { workerEntryFile: fileURLToPath(new URL("../fixtures/broken.ts", import.meta.url)) });
    expect(errorOf(run, "start").message).toBe("this module cannot be loaded");
    expect(run.of("STEP_SKIPPED")).toHaveLength(5);
  });

  it("captures what a step and its children write, to its own files, also what comes late", async () => {
    const dir = await mkdtemp(join(home, "late-"));
    const config = { config: { dir } };
    const run = await execute("speaking", { runConfig: { ops: { late_child: config, answers: config } } });
    expect(run.outcome.status).toBe("SUCCESS");
    expect(run.log("speaks", "out")).toBe("loading the project\nspeaks: console.log\nspeaks: child\n");
    expect(run.log("speaks", "err")).toBe("speaks: console.error\nspeaks: child error\n");
    expect(run.log("late_child", "out")).toBe("late: child\n");
    expect(run.log("answers", "out")).toBe("answers: before\nanswers: after\n");
    expect(run.log("floods", "out")).toBe(`loading the project\n${"x".repeat(3_000_000)}\nend of flood\n`);
    const files = await readdir(join(home, "logs", run.id, "compute_logs"));
    expect(files.filter((file) => file.endsWith(".complete")).toSorted()).toEqual([
      "answers.complete",
      "floods.complete",
      "late_child.complete",
      "speaks.complete",
    ]);
  });

  it("aborts the step's signal on termination and ends CANCELED", async () => {
    const aborter = new AbortController();
    const run = await execute("stopping", {
      signal: aborter.signal,
      onEvent: ({ message }) => message === "waiting" && aborter.abort(),
    });
    expect(run.outcome.status).toBe("CANCELED");
    expect(run.of("STEP_FAILURE")[0]).toMatchObject({
      stepKey: "polite",
      errorSource: "INTERRUPT",
      error: { message: "stopped politely" },
    });
    expect(run.of("STEP_SKIPPED")).toEqual([]);
  });

  it("kills a step that holds its thread after the grace period; its log was live", async () => {
    const aborter = new AbortController();
    const run = await execute("blocking", {
      signal: aborter.signal,
      graceMs: 100,
      onEvent: ({ message }) => message === "blocking" && aborter.abort(),
    });
    expect(run.outcome.status).toBe("CANCELED");
    expect(errorOf(run, "blocks").message).toContain("its process was killed 100 ms after its signal aborted");
  });

  it("makes resources once per step worker and disposes them at the end", async () => {
    const run = await execute("counting");
    expect(run.outcome.status).toBe("SUCCESS");
    expect(run.of("LOG_LINE").map(({ message }) => message)).toEqual(["open counter", "close counter"]);
    expect(run.of("RESOURCE_INIT_STARTED").map(({ resourceKeys }) => resourceKeys)).toEqual([["io_manager"], ["counter"]]);
  });

  it("retries a step whose process died", async () => {
    const run = await execute("recovering");
    expect(run.outcome.status).toBe("SUCCESS");
    expect(run.of("STEP_UP_FOR_RETRY")).toHaveLength(1);
    expect(run.of("STEP_RESTARTED")[0]!.message).toBe('Started re-execution (attempt # 2) of step "recovers".');
  });

  it("does not blame a step for the worker that the step before it broke", async () => {
    const run = await execute("innocent");
    expect(run.outcome.status).toBe("SUCCESS");
    expect(run.of("STEP_WORKER_STARTED").map((event) => event.stepKey)).toEqual(["leaves_trouble", "next", "next"]);
    expect(run.of("STEP_START").map((event) => event.stepKey)).toEqual(["leaves_trouble", "next"]);
  });

  it("goes on without compute logs when they cannot be written, and says so", async () => {
    const full = (): never => {
      throw new Error("no space left on device");
    };
    for (const computeLogs of [
      { open: full },
      { open: () => ({ write: full, close: () => Promise.reject(new Error("never")) }) },
    ]) {
      const run = await execute("chain", { computeLogs });
      expect(run.outcome.status).toBe("SUCCESS");
      expect(run.of("ENGINE_EVENT").map(({ message }) => message)).toContain(
        "Compute logs could not be written: no space left on device",
      );
    }
  });
});

describe("step workers", () => {
  it("end when their parent is killed", async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL("../fixtures/parent.ts", import.meta.url))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const chunk of parent.stdout) {
      said += String(chunk);
      if (said.includes("step is running")) break;
    }
    const pid = Number(/worker \{"type":"text","text":"(\d+)"\}/.exec(said)![1]);
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 10_000, interval: 10 });
  });
});

describe("the in-process executor", () => {
  it("leaves a step behind that ignores its signal for longer than the grace period", async () => {
    const aborter = new AbortController();
    const run = await execute("ignoring", {
      signal: aborter.signal,
      graceMs: 50,
      runConfig: { execution: { config: { in_process: {} } } },
      onEvent: ({ message }) => message === "ignoring" && aborter.abort(),
    });
    expect(run.outcome.status).toBe("CANCELED");
    expect(errorOf(run, "ignores").message).toContain("it was still running 50 ms after its signal aborted");
  });
});
