import { type JsonObject, type Metadata, type MetadataInput, type Tags, toMetadata } from "@dagwright/model";
import { Cron } from "croner";
import type { AnyJob } from "./asset-job.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidScheduleError } from "./errors.ts";
import { checkName, checkTags } from "./names.ts";
import type { Logger } from "./op-context.ts";
import { type RunRequest, runRequest, type SkipReason } from "./run-request.ts";

/** What schedules and sensors may answer: nothing, one run request, a reason to skip, or several in any order. */
export type Evaluated =
  | void
  | null
  | RunRequest
  | SkipReason
  | Iterable<RunRequest | SkipReason>
  | AsyncIterable<RunRequest | SkipReason>
  | PromiseLike<void | null | RunRequest | SkipReason | Iterable<RunRequest | SkipReason>>;

/** What a schedule's function knows. */
export interface ScheduleContext {
  /** The time for which this tick is due, not when it happens to be evaluated. */
  readonly scheduledAt: Date;
  readonly log: Logger;
  /** Aborts at the evaluation's deadline. */
  readonly signal: AbortSignal;
}

/** A schedule as evaluators and snapshots see it. */
export interface ScheduleDefinition extends Branded<"schedule"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  readonly jobName: string;
  /** One or several cron strings; due when any of them is. */
  readonly cron: readonly string[];
  readonly timeZone: string;
  /** The user's function, or one that asks for one run with the schedule's run config. */
  readonly evaluate: (context: ScheduleContext) => Evaluated;
  readonly site: DefinitionSite;
}

/** What {@link schedule} takes beside name and function. */
export interface ScheduleOptions {
  /** The job to run, or its name. */
  readonly job: AnyJob | string;
  /**
   * When: five fields (minute, hour, day of month, month, day of week) or `@hourly`, `@daily`, `@weekly`, `@monthly`,
   * `@yearly`. Of several, any.
   */
  readonly cron: string | readonly string[];
  /** IANA name of the time zone in which `cron` is read, e.g. `Europe/Paris`. Default `UTC`. */
  readonly timeZone?: string;
  readonly description?: string;
  /** Given to the runs. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Run config of its runs, when no function makes it. */
  readonly runConfig?: JsonObject;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
}

/**
 * Declares when a job runs.
 *
 * @param evaluate - decides at each tick: returns or yields `runRequest(…)` or `skipReason(…)`. Without it, each tick starts one run
 * @throws InvalidNameError, InvalidScheduleError for a cron string or time zone that nobody understands
 */
export function schedule(
  name: string,
  options: ScheduleOptions,
  evaluate?: (context: ScheduleContext) => Evaluated,
): ScheduleDefinition {
  const site = captureSite(schedule);
  checkName("schedule", name, site);
  checkTags("schedule", name, options.tags, site);
  if (options.job === undefined) throw new CircularImportError(`the job of schedule "${name}"`, site);
  const { timeZone = "UTC", runConfig = {} } = options;
  const cron = typeof options.cron === "string" ? [options.cron] : [...options.cron];
  checkTimeZone(name, timeZone, site);
  if (cron.length === 0) throw new InvalidScheduleError(name, "it has no cron string", site);
  for (const one of cron) checkCron(name, one, site);
  return Object.freeze({
    ...brand("schedule"),
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    defaultStatus: options.defaultStatus ?? "STOPPED",
    jobName: typeof options.job === "string" ? options.job : options.job.name,
    cron: Object.freeze(cron),
    timeZone,
    evaluate: evaluate ?? (() => runRequest({ runConfig })),
    site,
  });
}

const cronFields = /^(@\w+|\S+(\s+\S+){4})$/;

function checkCron(name: string, cron: unknown, site: DefinitionSite): void {
  const shown = JSON.stringify(cron);
  if (typeof cron !== "string" || !cronFields.test(cron.trim())) {
    throw new InvalidScheduleError(
      name,
      `${shown} is no cron string. It needs five fields: minute, hour, day of month, month, day of week`,
      site,
    );
  }
  try {
    if (new Cron(cron.trim(), { paused: true }).nextRun() === null) {
      throw new InvalidScheduleError(name, `the cron string ${shown} is never due`, site);
    }
  } catch (error) {
    if (error instanceof InvalidScheduleError) throw error;
    throw new InvalidScheduleError(name, `${shown} is no cron string: ${(error as Error).message}`, site, { cause: error });
  }
}

function checkTimeZone(name: string, timeZone: string, site: DefinitionSite): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (error) {
    throw new InvalidScheduleError(
      name,
      `${JSON.stringify(timeZone)} is no time zone. Give an IANA name such as "Europe/Paris" or "UTC"`,
      site,
      { cause: error },
    );
  }
}
