import { type RunEvent, type RunId, type RunLogEntry, runId, stepKey } from "@dagwright/model";
import type { LaunchClaim } from "@dagwright/storage";

import type { ServedNumbers } from "./served-numbers.ts";
import { selector } from "./served-numbers.ts";

const launchMutation = `mutation($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}`;

/** Launches a run through GraphQL; no worker takes it up. */
export async function launch(served: ServedNumbers, jobName = "process_numbers", params: object = {}): Promise<RunId> {
  const { data } = await served.graphql(launchMutation, {
    params: { selector: selector(jobName), runConfigData: {}, ...params },
  });
  if (data.launchRun.__typename !== "LaunchRunSuccess") throw new Error(JSON.stringify(data));
  return runId(data.launchRun.run.runId);
}

/** Takes up a launched run as its worker would, and writes the entries. */
export async function work(served: ServedNumbers, claim: LaunchClaim, entries: readonly RunLogEntry[]): Promise<void> {
  const { run, fence } = claim;
  const begun = await served.storage.runs.beginWork({
    runId: run.id,
    attempt: run.attempt,
    fence,
    worker: { launcher: "test" },
    leaseMs: 60_000,
    entries: [runEvent("RUN_START", "Started execution of run")],
  });
  if (begun === null) throw new Error("The run was not there to take up");
  if (entries.length > 0) await served.storage.events.append({ runId: run.id, attempt: run.attempt, entries });
}

const base = (message: string, step: string | null = null) => ({
  atMs: Date.now(),
  message,
  stepKey: step === null ? null : stepKey(step),
});

export const runEvent = (type: "RUN_START" | "RUN_SUCCESS" | "RUN_CANCELING", message: string): RunEvent => ({
  type,
  ...base(message),
});

export const line = (message: string, step: string | null = null): RunLogEntry => ({
  type: "LOG_LINE",
  level: "INFO",
  ...base(message, step),
});

const error = {
  name: "TypeError",
  message: "not a number",
  stack: ["    at sum (/project/src/definitions.ts:3:7)"],
  cause: { name: "RangeError", message: "too large", stack: [] },
};
const typeCheck = { success: true, label: "result", description: null, metadata: {} };
const tableSchema = {
  columns: [
    {
      name: "day",
      type: "string",
      description: "A day",
      constraints: { nullable: false, unique: true, other: [] },
      tags: { pii: "no" },
    },
    { name: "cents", type: "int", description: null, constraints: { nullable: true, unique: false, other: [">= 0"] }, tags: {} },
  ],
  constraints: ["sorted by day"],
};
export const metadata = {
  rows: { type: "int", int: "9007199254740993" },
  ratio: { type: "float", float: 0.5 },
  note: { type: "md", md: "**good**" },
  raw: { type: "json", json: { a: [1] } },
  place: { type: "path", path: "/data/x" },
  page: { type: "url", url: "https://example.org" },
  text: { type: "text", text: "plain" },
  yes: { type: "bool", bool: true },
  when: { type: "timestamp", epochSeconds: 1_700_000_000 },
  nothing: { type: "null" },
  upstream: { type: "asset", assetKey: ["generated_numbers"] },
  by: { type: "run", runId: "0198c0de-0000-7000-8000-000000000001" },
  analysis: { type: "notebook", path: "/data/x.ipynb" },
  origin: { type: "artifact", module: "./numbers.ts", name: "numbers" },
  followed: { type: "job", jobName: "process_numbers", location: "numbers" },
  slots: { type: "pool", pool: "database" },
  shape: { type: "tableSchema", schema: tableSchema },
  preview: {
    type: "table",
    schema: tableSchema,
    records: [
      { day: "2026-01-01", cents: 3 },
      { day: "2026-01-02", cents: null },
    ],
  },
  lineage: { type: "columnLineage", columns: { cents: [{ assetKey: ["generated_numbers"], column: "n" }], day: [] } },
  code: {
    type: "codeReferences",
    references: [
      { kind: "file", path: "/project/src/definitions.ts", line: 3, label: null },
      { kind: "url", url: "https://example.org/definitions.ts", label: "definitions" },
    ],
  },
} as const;

/** One entry of every kind that a worker writes, apart from the run's own status events. */
export const everyEntry: readonly RunLogEntry[] = [
  line("hello", "generate_numbers"),
  { type: "RESOURCE_INIT_STARTED", ...base("init", "generate_numbers"), resourceKeys: ["io_manager"] },
  { type: "RESOURCE_INIT_SUCCESS", ...base("init done", "generate_numbers"), metadata: {} },
  { type: "RESOURCE_INIT_FAILURE", ...base("init failed", "sum_odd_numbers"), error },
  { type: "STEP_WORKER_STARTING", ...base("worker", "generate_numbers"), metadata: {} },
  { type: "STEP_WORKER_STARTED", ...base("worker up", "generate_numbers"), metadata: {} },
  {
    type: "LOGS_CAPTURED",
    ...base("captured"),
    fileKey: "abc",
    stepKeys: ["generate_numbers"],
    logKey: ["r", "compute_logs", "abc"],
    externalUrl: null,
  },
  { type: "STEP_START", ...base("start", "generate_numbers") },
  {
    type: "LOADED_INPUT",
    ...base("loaded", "generate_numbers"),
    inputName: "numbers",
    managerKey: "io_manager",
    upstreamOutputName: "result",
    upstreamStepKey: "x",
    metadata,
  },
  { type: "STEP_INPUT", ...base("input", "generate_numbers"), inputName: "numbers", typeCheck },
  { type: "STEP_UP_FOR_RETRY", ...base("retry", "generate_numbers"), error, secondsToWait: 1.5 },
  { type: "STEP_RESTARTED", ...base("again", "generate_numbers") },
  { type: "STEP_OUTPUT", ...base("output", "generate_numbers"), outputName: "result", mappingKey: null, typeCheck, metadata },
  { type: "HANDLED_OUTPUT", ...base("handled", "generate_numbers"), outputName: "result", managerKey: "io_manager", metadata },
  {
    type: "ASSET_MATERIALIZATION",
    ...base("made", "generate_numbers"),
    assetKey: ["generated_numbers"],
    partition: null,
    description: "d",
    metadata,
    tags: { a: "b" },
  },
  {
    type: "ASSET_OBSERVATION",
    ...base("seen", "generate_numbers"),
    assetKey: ["generated_numbers"],
    partition: null,
    description: null,
    metadata: {},
    tags: {},
  },
  {
    type: "ASSET_FAILED_TO_MATERIALIZE",
    ...base("not made", "sum_odd_numbers"),
    assetKey: ["summed_even_numbers"],
    partition: null,
    failureType: "FAILED",
    reason: "FAILED_TO_MATERIALIZE",
    error,
  },
  {
    type: "ASSET_CHECK_EVALUATION_PLANNED",
    ...base("check planned", "generate_numbers"),
    assetKey: ["generated_numbers"],
    checkName: "positive",
    partition: null,
  },
  {
    type: "ASSET_CHECK_EVALUATION",
    ...base("checked", "generate_numbers"),
    assetKey: ["generated_numbers"],
    checkName: "positive",
    success: true,
    severity: "WARN",
    description: null,
    metadata,
    blocking: false,
    partition: null,
    target: null,
  },
  { type: "STEP_SUCCESS", ...base("done", "generate_numbers"), durationMs: 3 },
  { type: "STEP_START", ...base("start", "sum_odd_numbers") },
  {
    type: "STEP_FAILURE",
    ...base("failed", "sum_odd_numbers"),
    error,
    errorSource: "USER_CODE_ERROR",
    failureMetadata: metadata,
  },
  { type: "STEP_SKIPPED", ...base("skipped", "sum_two_sums") },
  { type: "HOOK_COMPLETED", ...base("hook", "generate_numbers"), hookName: "h" },
  { type: "HOOK_SKIPPED", ...base("hook", "generate_numbers"), hookName: "h" },
  { type: "HOOK_ERRORED", ...base("hook", "generate_numbers"), hookName: "h", error },
  { type: "ENGINE_EVENT", ...base("engine"), error: null, metadata, markerStart: "a", markerEnd: null },
  { type: "RUN_FAILURE", ...base("Execution failed"), error, reason: "STEP_FAILURE" },
];
