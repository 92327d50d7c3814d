import {
  type MonitoredRuns,
  type Run,
  type RunFailureEvent,
  type RunStatus,
  type RunStatusEvent,
  runStatusOfEvent,
  type StepFailureEvent,
} from "@dagwright/model";
import type { AnyJob } from "../asset-job.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import type { ResourceMap, ResourceValues } from "../resource.ts";
import type { SensorContext } from "../sensor.ts";
import type { SensorEvaluated } from "./sensor-answers.ts";
import { commonSensorNames, type CommonSensorOptions, type Sensor, sensorHead } from "./sensor-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** What the function of a run status sensor knows. */
export interface RunStatusSensorContext<Resources = Readonly<Record<string, unknown>>> extends Pick<
  SensorContext<Resources>,
  "sensorName" | "locationName" | "repositoryName" | "resources" | "instance" | "log" | "signal"
> {
  /** The run, as it is now. */
  readonly run: Run;
  /** The event that brought the status. */
  readonly event: RunStatusEvent;
  /** The partition that the run is for; null: for none. */
  readonly partitionKey: string | null;
  /**
   * The same, for a run that failed.
   *
   * @throws InvalidOptionError when it did not fail
   */
  forRunFailure(): RunFailureSensorContext<Resources>;
}

/** What the function of a run failure sensor knows. */
export interface RunFailureSensorContext<
  Resources = Readonly<Record<string, unknown>>,
> extends RunStatusSensorContext<Resources> {
  /** Why the run failed. */
  readonly failureEvent: RunFailureEvent;
  /** The steps that failed, each with its error. */
  readonly stepFailureEvents: readonly StepFailureEvent[];
}

/** A job of this code location, a job of another one, or all jobs of one. */
export type MonitoredJob = AnyJob | string | { readonly location: string; readonly job?: string };

/** What {@link runFailureSensor} takes beside name and function. */
export interface RunFailureSensorOptions<R extends ResourceMap = Record<never, never>> extends CommonSensorOptions<R> {
  /** Only runs of these jobs. Default: of every job of its own code location. */
  readonly monitoredJobs?: readonly MonitoredJob[];
  /** Runs of all code locations of the instance; not together with `monitoredJobs`. Default false. */
  readonly monitorAllCodeLocations?: boolean;
  /** The job of which it may ask for runs. */
  readonly requestJob?: AnyJob | string;
  /** Several such jobs; each run request then says which. */
  readonly requestJobs?: readonly (AnyJob | string)[];
  /**
   * Seconds from one evaluation to the next, at least. Without it the sensor is evaluated as soon as a run comes to the status.
   */
  readonly minimumIntervalSeconds?: number;
}

export const runFailureSensorOptions: OptionNames<RunFailureSensorOptions> = {
  ...commonSensorNames,
  monitoredJobs: "list",
  monitorAllCodeLocations: "flag",
  requestJob: true,
  requestJobs: "list",
};

/** What {@link runStatusSensor} takes beside name and function. */
export interface RunStatusSensorOptions<R extends ResourceMap = Record<never, never>> extends RunFailureSensorOptions<R> {
  /** The status for which it waits. */
  readonly status: RunStatus;
}

const runStatusSensorOptions: OptionNames<RunStatusSensorOptions> = { ...runFailureSensorOptions, status: "text" };

/**
 * Declares what happens when runs come to a status. Its function is called once for each of them, in the order in which they came to it, also
 * for those that did while no daemon was running; the first are those after it was first evaluated.
 *
 * Runs that it has started itself are left out, unless `monitoredJobs` names their job.
 *
 * @param react - may return or yield `runRequest(…)`, `skipReason(…)` or `sensorResult(…)`, or nothing. What it throws fails the tick; the
 *   runs that follow are looked at all the same
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function runStatusSensor<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: RunStatusSensorOptions<R>,
  react: (context: RunStatusSensorContext<ResourceValues<R>>) => SensorEvaluated,
): Sensor<(context: RunStatusSensorContext<ResourceValues<R>>) => SensorEvaluated> {
  const site = captureSite(runStatusSensor);
  checkOptions(`sensor "${name}"`, options, runStatusSensorOptions, site);
  return reacting(name, options, react, site);
}

/**
 * Declares what happens when runs fail: a {@link runStatusSensor} of the status FAILURE, whose context knows why.
 *
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function runFailureSensor<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: RunFailureSensorOptions<R>,
  react: (context: RunFailureSensorContext<ResourceValues<R>>) => SensorEvaluated,
): Sensor<(context: RunStatusSensorContext<ResourceValues<R>>) => SensorEvaluated> {
  const site = captureSite(runFailureSensor);
  checkOptions(`sensor "${name}"`, options, runFailureSensorOptions, site);
  const forFailure = (context: RunStatusSensorContext<ResourceValues<R>>): SensorEvaluated => react(context.forRunFailure());
  return reacting(name, { ...options, status: "FAILURE" }, typeof react === "function" ? forFailure : react, site);
}

function reacting<React extends (context: never) => SensorEvaluated>(
  name: string,
  { requestJob, requestJobs, ...options }: RunStatusSensorOptions<ResourceMap>,
  react: React,
  site: DefinitionSite,
): Sensor<React> {
  const owner = `sensor "${name}"`;
  if (typeof react !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that is called for each run", site);
  if (requestJob !== undefined && requestJobs !== undefined)
    throw new InvalidOptionError(owner, "it has both `requestJob` and `requestJobs`; keep one", site);
  const requested = {
    ...(requestJob !== undefined && { job: requestJob }),
    ...(requestJobs !== undefined && { jobs: requestJobs }),
  };
  return Object.freeze({
    ...sensorHead(name, { ...options, ...requested }, site),
    sensorType: "RUN_STATUS",
    monitoredAssets: null,
    monitoredRuns: monitored(owner, options, site),
    evaluate: react,
  });
}

const eventTypes = new Map<RunStatus, RunStatusEvent["type"]>(
  Object.entries(runStatusOfEvent).map(([type, status]) => [status, type as RunStatusEvent["type"]]),
);

function monitored(
  owner: string,
  { status, monitoredJobs = [], monitorAllCodeLocations = false, minimumIntervalSeconds }: RunStatusSensorOptions<ResourceMap>,
  site: DefinitionSite,
): MonitoredRuns {
  const eventType = eventTypes.get(status);
  if (eventType === undefined)
    throw new InvalidOptionError(
      owner,
      `\`status\` is ${JSON.stringify(status)}; runs come to ${[...eventTypes.keys()].join(", ")}`,
      site,
    );
  if (monitorAllCodeLocations && monitoredJobs.length > 0)
    throw new InvalidOptionError(owner, "it has both `monitoredJobs` and `monitorAllCodeLocations`; keep one", site);
  const jobs = monitoredJobs.map((one: MonitoredJob | undefined, index) => {
    if (one === undefined) throw new CircularImportError(`entry ${index} of the monitored jobs of ${owner}`, site);
    if (typeof one === "string") return { location: null, jobName: one };
    if ("location" in one && !("graph" in one)) return { location: one.location, jobName: one.job ?? null };
    return { location: null, jobName: (one as AnyJob).name };
  });
  return Object.freeze({
    eventType,
    allLocations: monitorAllCodeLocations,
    jobs: Object.freeze(jobs),
    isEventDriven: minimumIntervalSeconds === undefined,
  });
}
