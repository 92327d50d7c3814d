import {
  type CodeLocationName,
  codeLocationName,
  type EvaluationResult,
  type JobSnapshot,
  type JsonObject,
  type LocationSnapshot,
  type RunRequest,
  type ScheduleSnapshot,
  type SensorSnapshot,
  snapshotFormatVersion,
  snapshotId,
} from "@dagwright/model";
import type { CodeLocationClient, WorkerEvent } from "@dagwright/rpc";
import type { LaunchClaim, NewRun } from "@dagwright/storage";
import type { LocationEntry, Workspace } from "@dagwright/workspace";

export const jobSnapshot: JobSnapshot = {
  name: "nightly",
  description: null,
  tags: {},
  metadata: {},
  owners: [],
  rootGraph: "nightly",
  graphs: [
    {
      name: "nightly",
      description: null,
      tags: {},
      ins: [],
      outs: [],
      nodes: [{ name: "only", definition: "only", isGraph: false, tags: {}, inputs: [] }],
    },
  ],
  ops: [
    {
      name: "only",
      description: null,
      tags: {},
      ins: [],
      outs: [],
      configType: null,
      requiredResourceKeys: [],
      pool: null,
      retryPolicy: null,
    },
  ],
  assets: [],
  executor: { name: "in_process", options: {} },
  resources: [],
  configTypes: [],
  runConfigType: "Any",
};

/** A run of {@link jobSnapshot}, to be submitted. */
export const newJobRun = (overrides: Partial<NewRun> = {}): NewRun => ({
  jobName: jobSnapshot.name,
  location: locationName,
  tags: {},
  runConfig: {},
  selection: { stepKeys: null, assetKeys: null },
  jobSnapshot,
  plan: { jobName: jobSnapshot.name, steps: [], executor: { name: "in_process", options: {} } },
  ...overrides,
});

const described = { description: null, tags: {}, metadata: {} };

export const schedule = (overrides: Partial<ScheduleSnapshot> = {}): ScheduleSnapshot => ({
  name: "every_minute",
  ...described,
  jobName: "nightly",
  cron: ["* * * * *"],
  timeZone: "UTC",
  defaultStatus: "RUNNING",
  ...overrides,
});

export const sensor = (overrides: Partial<SensorSnapshot> = {}): SensorSnapshot => ({
  name: "file_sensor",
  ...described,
  jobNames: ["nightly"],
  minimumIntervalSeconds: 30,
  defaultStatus: "RUNNING",
  ...overrides,
});

export const request = (overrides: Partial<RunRequest> = {}): RunRequest => ({
  runKey: null,
  jobName: null,
  runConfig: {},
  tags: {},
  partition: null,
  assetKeys: null,
  ...overrides,
});

export const result = (overrides: Partial<EvaluationResult> = {}): EvaluationResult => ({
  runRequests: [],
  skipReason: null,
  logs: [],
  ...overrides,
});

/** What the code behind the location does; each test says it. */
export interface LocationCode {
  /** Default: {@link jobSnapshot}. */
  readonly jobs?: readonly JobSnapshot[];
  /** What it defines besides schedules and sensors. */
  readonly snapshot?: LocationSnapshot;
  readonly schedules?: readonly ScheduleSnapshot[];
  readonly sensors?: readonly SensorSnapshot[];
  evaluate?(name: string, context: JsonObject, signal: AbortSignal | undefined): Promise<EvaluationResult> | EvaluationResult;
  launch?(claim: LaunchClaim): Promise<JsonObject>;
  workerEvents?(signal: AbortSignal): AsyncIterable<WorkerEvent>;
}

export const locationName: CodeLocationName = codeLocationName("numbers");

/** A workspace of one code location in this process: everything beyond the wire is the test's, everything before it is real. */
export function serveLocation(code: LocationCode): Workspace & { readonly launched: LaunchClaim[] } {
  const snapshot: LocationSnapshot = {
    formatVersion: snapshotFormatVersion,
    sdkVersion: "0.0.0",
    jobs: code.jobs ?? [jobSnapshot],
    assets: [],
    schedules: code.schedules ?? [],
    sensors: code.sensors ?? [],
    resources: [],
    metadata: {},
    ...code.snapshot,
  };
  const evaluate = async (name: string, context: object, signal: AbortSignal | undefined): Promise<EvaluationResult> =>
    (await code.evaluate?.(name, context as JsonObject, signal)) ?? result();
  const client: Partial<CodeLocationClient> = {
    validateRunConfig: ({ runConfig }) =>
      Promise.resolve(
        typeof runConfig === "object" && runConfig !== null && "bad" in runConfig
          ? {
              ok: false,
              errors: [{ reason: "FIELD_NOT_DEFINED", message: 'Received unexpected config entry "bad"', path: ["bad"] }],
            }
          : { ok: true, runConfig: runConfig as JsonObject },
      ),
    evaluateSchedule: ({ name, context }, options) => evaluate(name, context, options?.signal),
    evaluateSensor: ({ name, context }, options) => evaluate(name, context, options?.signal),
    async *evaluateMany(evaluations, options) {
      const open = new Map(
        evaluations.map(({ name, context }, index) => [
          index,
          evaluate(name, context, options?.signal).then(
            (answered) => ({ index, result: answered }),
            (error: Error) => ({ index, error }),
          ),
        ]),
      );
      while (open.size > 0) {
        const answer = await Promise.race(open.values());
        open.delete(answer.index);
        yield [answer];
      }
    },
  };
  const entry: LocationEntry = {
    name: locationName,
    status: "LOADED",
    isReachable: true,
    isServing: true,
    snapshot,
    snapshotId: snapshotId("first"),
    codeHash: "c",
    versionKey: "v",
    loadError: null,
    serverId: "s",
    sdkVersion: "0.0.0",
    workingDirectory: "/",
    entryFile: "/definitions.ts",
    updatedAtMs: 0,
    address: "unix:/nowhere",
    client: client as CodeLocationClient,
  };
  const launched: LaunchClaim[] = [];
  return {
    launched,
    entries: () => [entry],
    location: () => entry,
    client: () => client as CodeLocationClient,
    onChange: () => ({ [Symbol.dispose]() {} }),
    waitUntilLoaded: () => Promise.resolve(),
    setLocations: () => Promise.resolve(),
    async launchRun(claim) {
      launched.push(claim);
      return (await code.launch?.(claim)) ?? {};
    },
    terminateRun: () => Promise.resolve(false),
    watchWorkers: (_name, { signal }) => code.workerEvents?.(signal) ?? nothingUntil(signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

// oxlint-disable-next-line require-yield -- a stream on which nothing comes is still a stream
async function* nothingUntil(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
