import { codeLocationName, type ExecutionPlan, type JobSnapshot, type LogLine, type RunEvent, stepKey } from "@dagwright/model";
import type { NewRun } from "../runs/run-store.ts";

export const jobSnapshot: JobSnapshot = {
  name: "process_numbers",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: "process_numbers",
  graphs: [],
  ops: [],
  assets: [],
  executor: { name: "in_process", options: {} },
  resources: [],
  configTypes: [],
  runConfigType: "run",
};

export const plan: ExecutionPlan = { jobName: "process_numbers", steps: [], executor: { name: "in_process", options: {} } };

/** A run of the smallest job. */
export const newRun = (overrides: Partial<NewRun> = {}): NewRun => ({
  jobName: "process_numbers",
  location: codeLocationName("numbers"),
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshot,
  plan,
  ...overrides,
});

export const logLine = (message: string, atMs = 1_700_000_000_000): LogLine => ({
  type: "LOG_LINE",
  level: "INFO",
  atMs,
  message,
  stepKey: null,
});

const base = (message: string) => ({ atMs: 1_700_000_000_000.25, message, stepKey: null });

export const runStart: RunEvent = { type: "RUN_START", ...base("started") };
export const runSuccess: RunEvent = { type: "RUN_SUCCESS", ...base("succeeded") };
export const runFailure: RunEvent = { type: "RUN_FAILURE", ...base("worker lost"), error: null, reason: "WORKER_LOST" };
export const runStarting: RunEvent = { type: "RUN_STARTING", ...base("starting") };
export const runEnqueued: RunEvent = { type: "RUN_ENQUEUED", ...base("queued again") };
export const runCanceling: RunEvent = { type: "RUN_CANCELING", ...base("canceling") };
export const runCanceled: RunEvent = { type: "RUN_CANCELED", ...base("canceled"), error: null };

export const stepStart = (key: string): RunEvent => ({ type: "STEP_START", ...base(`${key} started`), stepKey: stepKey(key) });

export const materialization = (path: readonly string[], partition: string | null = null): RunEvent => ({
  type: "ASSET_MATERIALIZATION",
  ...base(`materialized ${path.join("/")}`),
  assetKey: path,
  partition,
  description: null,
  metadata: { rows: { type: "int", int: "3" } },
  tags: {},
});
