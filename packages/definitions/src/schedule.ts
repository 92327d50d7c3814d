import { type JsonObject, type Metadata, type MetadataInput, type Tags, toMetadata } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import type { AnyJob, AssetJobDefinition } from "./asset-job.ts";
import { type AutomationTarget, resolveTarget } from "./automation-target.ts";
import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidScheduleError } from "./errors.ts";
import { checkName, checkOwners, checkTags } from "./names.ts";
import type { Logger } from "./op-context.ts";
import type { ResourceMap, ResourceValues } from "./resource.ts";
import { type RunRequest, runRequest, type SkipReason, skipReason } from "./run-request.ts";
import type { MaybePromise } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

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
export interface ScheduleContext<Resources = Readonly<Record<string, unknown>>> {
  /** The time for which this tick is due, not when it happens to be evaluated. */
  readonly scheduledAt: Date;
  readonly log: Logger;
  /** Those that its option `resources` names, made for this tick and disposed after it. */
  readonly resources: Resources;
  /** Aborts at the evaluation's deadline. */
  readonly signal: AbortSignal;
}

/** What a schedule without a function asks for at each of its ticks. */
export type ScheduleRequest = { readonly kind: "run"; readonly runConfig: JsonObject } | { readonly kind: "partitions" };

/** A schedule as evaluators and snapshots see it. */
export interface ScheduleDefinition extends Branded<"schedule"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  readonly owners: readonly string[];
  readonly jobName: string;
  /** The job that its `target` came to; null when its job is one of `definitions`. */
  readonly ownJob: AssetJobDefinition | null;
  /** One or several cron strings; due when any of them is. */
  readonly cron: readonly string[];
  readonly timeZone: string;
  /** What it asks for whatever the moment; null: `evaluate` says. */
  readonly request: ScheduleRequest | null;
  /** Resources that the function gets, by property name. */
  readonly resources: ResourceMap;
  /** The user's function, or one that asks for one run with the schedule's run config. */
  readonly evaluate: (context: ScheduleContext) => Evaluated;
  readonly site: DefinitionSite;
}

/** What {@link schedule} takes beside name and function. */
export interface ScheduleOptions<R extends ResourceMap = Record<never, never>> {
  /** The job to run, or its name. Either this or `target`. */
  readonly job?: AnyJob | string;
  /** What to run: assets, a selection of them, also as text (`"group:daily"`), for which a job of its own comes about; or a job. */
  readonly target?: AutomationTarget;
  /**
   * When: five fields (minute, hour, day of month, month, day of week) or `@hourly`, `@daily`, `@weekly`, `@monthly`,
   * `@yearly`. Of several, any.
   */
  readonly cron: string | readonly string[];
  /** IANA name of the time zone in which `cron` is read, e.g. `Europe/Paris`. Default `UTC`. */
  readonly timeZone?: string;
  readonly description?: string;
  /** Given to the runs. A function makes them for each tick; not together with the schedule's own function. */
  readonly tags?: Tags | ((context: ScheduleContext<ResourceValues<R>>) => MaybePromise<Tags>);
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Run config of its runs, or a function that makes it for each tick; not together with the schedule's own function. */
  readonly runConfig?: JsonObject | ((context: ScheduleContext<ResourceValues<R>>) => MaybePromise<JsonObject>);
  /** Asked at each tick; where it says false, the tick is skipped. Not together with the schedule's own function. */
  readonly shouldExecute?: (context: ScheduleContext<ResourceValues<R>>) => MaybePromise<boolean>;
  /** Resources that its functions get as `context.resources`, by property name. */
  readonly resources?: R;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
  /** Who answers for it: e-mail addresses, or teams as `team:data`. */
  readonly owners?: readonly string[];
}

const scheduleOptions: OptionNames<ScheduleOptions> = {
  job: true,
  target: true,
  cron: true,
  timeZone: "text",
  description: "text",
  tags: true,
  metadata: true,
  runConfig: true,
  shouldExecute: true,
  resources: true,
  defaultStatus: "text",
  owners: "list",
};

/**
 * Declares when a job runs.
 *
 * @param evaluate - decides at each tick: returns or yields `runRequest(…)` or `skipReason(…)`. Without it, each tick starts one run
 * @throws InvalidNameError, InvalidScheduleError for a cron string or time zone that nobody understands, or a function beside options that
 * say the same
 */
export function schedule<R extends ResourceMap = Record<never, never>>(
  name: string,
  options: ScheduleOptions<R>,
  evaluate?: (context: ScheduleContext<ResourceValues<R>>) => Evaluated,
): ScheduleDefinition {
  const site = captureSite(schedule);
  checkName("schedule", name, site);
  checkOptions(`schedule "${name}"`, options, scheduleOptions, site);
  const { tags, runConfig, shouldExecute, timeZone = "UTC" } = options;
  const fixedTags = typeof tags === "function" ? {} : tags;
  checkTags("schedule", name, fixedTags, site);
  checkOwners(`Schedule "${name}"`, options.owners ?? [], site);
  const { jobName, ownJob } = resolveTarget(`schedule "${name}"`, name, options, site);
  const cron = checkTiming(name, options.cron, timeZone, site);
  if (evaluate !== undefined) {
    const besides = { runConfig, shouldExecute, ...(typeof tags === "function" && { "tags as a function": tags }) };
    const [beside] = Object.entries(besides).find(([, value]) => value !== undefined) ?? [];
    if (beside !== undefined)
      throw new InvalidScheduleError(name, `its function decides what runs, so that \`${beside}\` has no effect; keep one`, site);
  }
  const isFixed = [evaluate, shouldExecute].every((one) => one === undefined) && [runConfig, tags].every(isNoFunction);
  return Object.freeze({
    ...brand("schedule"),
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...fixedTags }),
    metadata: toMetadata(options.metadata),
    defaultStatus: options.defaultStatus ?? "STOPPED",
    owners: Object.freeze([...(options.owners ?? [])]),
    jobName,
    ownJob,
    cron,
    timeZone,
    request: isFixed ? Object.freeze({ kind: "run" as const, runConfig: (runConfig ?? {}) as JsonObject }) : null,
    resources: Object.freeze({ ...options.resources }),
    evaluate: (evaluate ??
      ((context: ScheduleContext<ResourceValues<R>>) =>
        evaluateOptions(name, options, context))) as ScheduleDefinition["evaluate"],
    site,
  });
}

const isNoFunction = (value: unknown): boolean => typeof value !== "function";

/** What a schedule without a function of its own comes to at a tick. */
async function evaluateOptions<R extends ResourceMap>(
  name: string,
  { tags, runConfig = {}, shouldExecute }: ScheduleOptions<R>,
  context: ScheduleContext<ResourceValues<R>>,
): Promise<RunRequest | SkipReason> {
  if (shouldExecute !== undefined && !(await shouldExecute(context)))
    return skipReason(`shouldExecute of schedule "${name}" said no`);
  return runRequest({
    runConfig: typeof runConfig === "function" ? await runConfig(context) : runConfig,
    ...(typeof tags === "function" && { tags: await tags(context) }),
  });
}

const cronFields = /^(@\w+|\S+(\s+\S+){4})$/;

/**
 * Reads when a schedule is due.
 *
 * @returns its cron strings
 * @throws InvalidScheduleError
 */
export function checkTiming(
  name: string,
  given: string | readonly string[],
  timeZone: string,
  site: DefinitionSite,
): readonly string[] {
  const cron = typeof given === "string" ? [given] : [...given];
  checkTimeZone(name, timeZone, site);
  if (cron.length === 0) throw new InvalidScheduleError(name, "it has no cron string", site);
  for (const one of cron) checkCron(name, one, site);
  return Object.freeze(cron);
}

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
    nextTimeMs({ cron: [cron], timeZone: "UTC" }, 0);
  } catch (error) {
    // The name of what reads it says nothing to whoever wrote it.
    const message = (error as Error).message.replace(/^CronPattern: /, "");
    const problem =
      message === "it is never due" ? `the cron string ${shown} is never due` : `${shown} is no cron string: ${message}`;
    throw new InvalidScheduleError(name, problem, site, { cause: error });
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
