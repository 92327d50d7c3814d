import type { AnyJob } from "./asset-job.ts";
import type { AutomationTarget } from "./automation-target.ts";
import type { InstanceAccess } from "./instance/instance-access.ts";
import type { Logger } from "./op-context.ts";
import type { ResourceMap, ResourceValues } from "./resource.ts";
import { captureSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { SensorEvaluated } from "./sensors/sensor-answers.ts";
import { commonSensorNames, type CommonSensorOptions, type Sensor, sensorHead } from "./sensors/sensor-definition.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** What a sensor's function knows. */
export interface SensorContext<Resources = Readonly<Record<string, unknown>>> {
  readonly sensorName: string;
  /** The name of its code location. */
  readonly locationName: string;
  /** The name of its repository, as clients know it. */
  readonly repositoryName: string;
  /** What the last successful tick left with `updateCursor`; null at first. */
  readonly cursor: string | null;
  /** Keeps a text for the next tick. It is stored together with the runs that this tick asks for, or not at all. */
  updateCursor(cursor: string | null): void;
  /** The run key of the last run it started. */
  readonly lastRunKey: string | null;
  /** When its last successful tick began. */
  readonly lastTickAt: Date | null;
  /** When its last tick ended, however it came out. */
  readonly lastTickCompletionTime: Date | null;
  /** When it was last switched on. */
  readonly lastSensorStartTime: Date | null;
  /** The resources that its option `resources` names, by the same property names; torn down after the evaluation. */
  readonly resources: Resources;
  /** What the instance knows of assets, partitions and checks. */
  readonly instance: InstanceAccess;
  readonly log: Logger;
  /** Aborts at the evaluation's deadline. */
  readonly signal: AbortSignal;
}

/** What sensors of a job or of assets take beside name and function. */
export interface TargetedSensorOptions<R extends ResourceMap = ResourceMap> extends CommonSensorOptions<R> {
  /** The job to run, or its name. */
  readonly job?: AnyJob | string;
  /** Several jobs; each run request then says which. */
  readonly jobs?: readonly (AnyJob | string)[];
  /** What to run: assets, a selection of them, also as text (`"group:daily"`), for which a job of its own comes about; or a job. */
  readonly target?: AutomationTarget;
}

/** What {@link sensor} takes beside name and function. */
export interface SensorOptions<R extends ResourceMap = Record<never, never>> extends TargetedSensorOptions<R> {
  /** Seconds from one tick to the next, at least. Default 30. */
  readonly minimumIntervalSeconds?: number;
}

export const sensorOptions: OptionNames<SensorOptions> = { ...commonSensorNames, job: true, jobs: "list", target: true };

/**
 * Declares something that looks again and again whether a job should run.
 *
 * @param evaluate - returns or yields `runRequest(…)`, `skipReason(…)` or `sensorResult(…)`; may be asynchronous, and a generator
 * @throws InvalidNameError, InvalidOptionError
 */
export function sensor<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: SensorOptions<R>,
  evaluate: (context: SensorContext<ResourceValues<R>>) => SensorEvaluated,
): Sensor<(context: SensorContext<ResourceValues<R>>) => SensorEvaluated> {
  const site = captureSite(sensor);
  if (typeof evaluate !== "function")
    throw new InvalidOptionError(`sensor "${name}"`, "its last argument must be the function that evaluates it", site);
  checkOptions(`sensor "${name}"`, options, sensorOptions, site);
  return Object.freeze({
    ...sensorHead(name, options, site),
    sensorType: "STANDARD",
    monitoredAssets: null,
    monitoredRuns: null,
    evaluate,
  });
}
