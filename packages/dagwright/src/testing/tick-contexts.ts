import {
  assetKeyOf,
  type AssetReference,
  type AssetSelection,
  assetsOf,
  checkOptions,
  type Definitions,
  InMemoryInstance,
  instanceAccess,
  keysOf,
  type MultiAssetSensorContext,
  multiAssetSensorContext,
  type RunStatusSensorContext,
  runStatusSensorContext,
  type ScheduleContext,
  type SensorContext,
  type SharedRunStatusContext,
} from "@dagwright/definitions";
import {
  codeLocationName,
  type InstanceBackend,
  type OptionNames,
  repositoryName,
  type Run,
  runId,
  type RunStatusChange,
  type RunStatusEvent,
  runStatusOfEvent,
  snapshotId,
  type StepFailureEvent,
} from "@dagwright/model";
import { type RecordedLine, recordingLogger } from "./recorded-log.ts";

/** What to put into a context for a schedule's function. */
export interface ScheduleContextOptions {
  /** The time for which the tick is due. Default: now. */
  readonly scheduledAt?: Date;
  /** Values of resources, by the property names of the schedule's option `resources`. */
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

const scheduleContextNames: OptionNames<ScheduleContextOptions> = { scheduledAt: true, resources: true, signal: true };

/** Makes a context to call a schedule's function with; what it logs is in `lines`. `evaluateSchedule` calls it for you. */
export function buildScheduleContext(
  options: ScheduleContextOptions = {},
): ScheduleContext<never> & { readonly lines: readonly RecordedLine[] } {
  checkOptions("buildScheduleContext", options, scheduleContextNames, buildScheduleContext);
  const { scheduledAt = new Date(), resources = {}, signal = new AbortController().signal } = options;
  // What fits the schedule's option `resources` is its test's to know.
  return { scheduledAt, resources: resources as never, signal, ...recordingLogger() };
}

/** What to put into a context for a sensor's function. */
export interface SensorContextOptions<Resources = Readonly<Record<string, unknown>>> {
  readonly cursor?: string | null;
  readonly lastRunKey?: string | null;
  readonly lastTickAt?: Date | null;
  readonly lastTickCompletionTime?: Date | null;
  readonly lastSensorStartTime?: Date | null;
  readonly sensorName?: string;
  readonly locationName?: string;
  /** Values by property name, as the option `resources` of the sensor names them. */
  readonly resources?: Resources;
  /** What `context.instance` asks. Default: one that knows nothing yet. */
  readonly instance?: InstanceBackend;
  readonly signal?: AbortSignal;
}

const sensorContextNames: OptionNames<SensorContextOptions> = {
  cursor: "text",
  lastRunKey: "text",
  lastTickAt: true,
  lastTickCompletionTime: true,
  lastSensorStartTime: true,
  sensorName: "text",
  locationName: "text",
  resources: true,
  instance: true,
  signal: true,
};

/** Makes a context to call a sensor's function with; `cursor` is what it left, `lines` what it logged. `evaluateSensor` calls it for you. */
export function buildSensorContext<Resources = Readonly<Record<string, unknown>>>(
  options: SensorContextOptions<Resources> = {},
): SensorContext<Resources> & { readonly lines: readonly RecordedLine[] } {
  checkOptions("buildSensorContext", options, sensorContextNames, buildSensorContext);
  const { lastRunKey = null, lastTickAt = null, lastTickCompletionTime = null, lastSensorStartTime = null } = options;
  let { cursor = null } = options;
  return {
    ...sharedContext(options),
    get cursor() {
      return cursor;
    },
    updateCursor(next) {
      cursor = next;
    },
    lastRunKey,
    lastTickAt,
    lastTickCompletionTime,
    lastSensorStartTime,
  };
}

/** What to put into a context for a multi-asset sensor's function. */
export interface MultiAssetSensorContextOptions<
  Resources = Readonly<Record<string, unknown>>,
> extends SensorContextOptions<Resources> {
  /** The assets that it monitors, or a choice among those of `definitions`. */
  readonly monitoredAssets: readonly AssetReference[] | AssetSelection;
  /** The definitions that the assets belong to; needed for partitions and selections. */
  readonly definitions?: Definitions;
}

const multiAssetSensorContextNames: OptionNames<MultiAssetSensorContextOptions> = {
  ...sensorContextNames,
  monitoredAssets: true,
  definitions: true,
};

/**
 * Makes a context to call a multi-asset sensor's function with. `nextCursor()` is the cursor that its tick leaves; undefined when it has consumed
 * nothing. `evaluateSensor` calls the function for you.
 */
export function buildMultiAssetSensorContext<Resources = Readonly<Record<string, unknown>>>(
  options: MultiAssetSensorContextOptions<Resources>,
): MultiAssetSensorContext<Resources> & {
  readonly lines: readonly RecordedLine[];
  nextCursor(): Promise<string | undefined>;
} {
  checkOptions("buildMultiAssetSensorContext", options, multiAssetSensorContextNames, buildMultiAssetSensorContext as never);
  const { monitoredAssets, definitions, instance = new InMemoryInstance(), ...rest } = options;
  const assets = assetsOf(definitions);
  const isSelection = "expression" in monitoredAssets;
  const context = buildSensorContext<Resources>({ ...rest, instance });
  const made = multiAssetSensorContext({
    owner: `sensor "${context.sensorName}"`,
    context: context as SensorContext,
    backend: instance,
    assetKeys: keysOf(isSelection ? monitoredAssets : monitoredAssets.map(assetKeyOf), assets),
    assets,
  });
  return Object.freeze({
    ...(made.context as MultiAssetSensorContext<Resources>),
    lines: context.lines,
    nextCursor: () => made.nextCursor(),
  });
}

/** What to put into a context for a run status sensor's function. */
export interface RunStatusSensorContextOptions<Resources = Readonly<Record<string, unknown>>> extends Pick<
  SensorContextOptions<Resources>,
  "sensorName" | "locationName" | "resources" | "instance" | "signal"
> {
  /** What the run is like; the rest is filled in. */
  readonly run?: Partial<Run>;
  /** The event that brought the status. Default: that of the run's status, or of a success. */
  readonly event?: RunStatusEvent;
  /** The steps that failed, and what they threw. */
  readonly stepFailures?: readonly StepFailureEvent[];
}

const runStatusContextNames: OptionNames<RunStatusSensorContextOptions> = {
  sensorName: "text",
  locationName: "text",
  resources: true,
  instance: true,
  signal: true,
  run: true,
  event: true,
  stepFailures: "list",
};

/** A change of a run's status, to evaluate a run status sensor with: `evaluateSensor(sensor, { statusChanges: [buildRunStatusChange({…})] })`. */
export function buildRunStatusChange(options: RunStatusSensorContextOptions): RunStatusChange {
  checkOptions("buildRunStatusChange", options, runStatusContextNames, buildRunStatusChange);
  const { run = {}, event, stepFailures = [] } = options;
  const status = run.status ?? (event === undefined ? "SUCCESS" : runStatusOfEvent[event.type]);
  const type = Object.entries(runStatusOfEvent).find(([, one]) => one === status)?.[0] ?? "RUN_SUCCESS";
  const failed =
    type === "RUN_FAILURE" ? { error: null, reason: "STEP_FAILURE" } : type === "RUN_CANCELED" ? { error: null } : {};
  const nowMs = Date.now();
  return {
    run: {
      id: runId("00000000-0000-7000-8000-000000000000"),
      status,
      attempt: 1,
      jobName: "test_job",
      location: codeLocationName("test"),
      tags: {},
      runConfig: {},
      selection: { stepKeys: null, assetKeys: null },
      jobSnapshotId: snapshotId(""),
      planSnapshotId: snapshotId(""),
      parentRunId: null,
      rootRunId: null,
      partition: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      enqueuedAtMs: null,
      launchedAtMs: null,
      startedAtMs: null,
      endedAtMs: null,
      ...run,
    },
    event: event ?? ({ type, atMs: nowMs, stepKey: null, message: "", ...failed } as RunStatusEvent),
    stepFailures,
  };
}

/** Makes a context to call a run status sensor's function with; for that of a run failure sensor, `.forRunFailure()` of it. */
export function buildRunStatusSensorContext<Resources = Readonly<Record<string, unknown>>>(
  options: RunStatusSensorContextOptions<Resources> = {},
): RunStatusSensorContext<Resources> & { readonly lines: readonly RecordedLine[] } {
  checkOptions("buildRunStatusSensorContext", options, runStatusContextNames, buildRunStatusSensorContext as never);
  const shared = sharedContext(options);
  const change = buildRunStatusChange(options as RunStatusSensorContextOptions);
  const context = runStatusSensorContext(change, shared as SharedRunStatusContext);
  return Object.freeze({ ...(context as RunStatusSensorContext<Resources>), lines: shared.lines });
}

function sharedContext<Resources>(options: SensorContextOptions<Resources>) {
  return {
    sensorName: options.sensorName ?? "test_sensor",
    locationName: options.locationName ?? "test",
    repositoryName,
    resources: (options.resources ?? {}) as Resources,
    instance: instanceAccess(options.instance ?? new InMemoryInstance()),
    signal: options.signal ?? new AbortController().signal,
    ...recordingLogger(),
  };
}
