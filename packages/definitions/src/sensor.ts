import { type Metadata, type MetadataInput, type SensorType, type Tags, toMetadata } from "@dagwright/model";
import type { AnyJob } from "./asset-job.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import { checkName, checkTags } from "./names.ts";
import type { Logger } from "./op-context.ts";
import type { Evaluated } from "./schedule.ts";

/** What a sensor's function knows. */
export interface SensorContext {
  /** What the last successful tick left with `updateCursor`; null at first. */
  readonly cursor: string | null;
  /** Keeps a text for the next tick. It is stored together with the runs that this tick asks for, or not at all. */
  updateCursor(cursor: string | null): void;
  /** The run key of the last run it started. */
  readonly lastRunKey: string | null;
  /** When its last successful tick began. */
  readonly lastTickAt: Date | null;
  readonly log: Logger;
  /** Aborts at the evaluation's deadline. */
  readonly signal: AbortSignal;
}

/** A sensor as evaluators and snapshots see it. */
export interface SensorDefinition extends Branded<"sensor"> {
  readonly sensorType: SensorType;
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  readonly jobNames: readonly string[];
  readonly minimumIntervalSeconds: number;
  readonly evaluate: (context: SensorContext) => Evaluated;
  readonly site: DefinitionSite;
}

/** What {@link sensor} takes beside name and function. */
export interface SensorOptions {
  /** The job to run, or its name. */
  readonly job?: AnyJob | string;
  /** Several jobs; each run request then says which. */
  readonly jobs?: readonly (AnyJob | string)[];
  /** Seconds from one tick to the next, at least. Default 30. */
  readonly minimumIntervalSeconds?: number;
  readonly description?: string;
  /** Shown with the sensor. Tags of runs belong into `runRequest({tags})`. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
}

/**
 * Declares something that looks again and again whether a job should run.
 *
 * @param evaluate - returns or yields `runRequest(…)` or `skipReason(…)`; may be asynchronous, and a generator
 * @throws InvalidNameError, InvalidOptionError
 */
export function sensor(name: string, options: SensorOptions, evaluate: (context: SensorContext) => Evaluated): SensorDefinition {
  const site = captureSite(sensor);
  checkName("sensor", name, site);
  checkTags("sensor", name, options.tags, site);
  if (options.job !== undefined && options.jobs !== undefined)
    throw new InvalidOptionError(`sensor "${name}"`, "it has both `job` and `jobs`; keep one", site);
  if (options.job === undefined && options.jobs === undefined && "job" in options)
    throw new CircularImportError(`the job of sensor "${name}"`, site);
  const jobs = options.jobs ?? (options.job === undefined ? [] : [options.job]);
  for (const [index, job] of (jobs as readonly unknown[]).entries()) {
    if (job === undefined) throw new CircularImportError(`entry ${index} of the jobs of sensor "${name}"`, site);
  }
  if (jobs.length === 0) throw new InvalidOptionError(`sensor "${name}"`, "it has no job to run; name one with `job`", site);
  if (typeof evaluate !== "function")
    throw new InvalidOptionError(`sensor "${name}"`, "its last argument must be the function that evaluates it", site);
  const { minimumIntervalSeconds = 30 } = options;
  if (!Number.isFinite(minimumIntervalSeconds) || minimumIntervalSeconds <= 0) {
    throw new InvalidOptionError(
      `sensor "${name}"`,
      `minimumIntervalSeconds is ${minimumIntervalSeconds}; it must be more than 0`,
      site,
    );
  }
  return Object.freeze({
    ...brand("sensor"),
    sensorType: "STANDARD",
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    defaultStatus: options.defaultStatus ?? "STOPPED",
    jobNames: Object.freeze(jobs.map((job) => (typeof job === "string" ? job : job.name))),
    minimumIntervalSeconds,
    evaluate,
    site,
  });
}
