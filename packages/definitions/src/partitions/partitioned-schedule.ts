import { type Metadata, type MetadataInput, type Tags, toMetadata } from "@dagwright/model";
import {
  checkSchedulable,
  InvalidPartitionsError,
  noPartitionYet,
  partitionCron,
  type PartitionCronOffsets,
  type Partitions,
  scheduledPartitions,
} from "@dagwright/partitions";
import type { AnyJob } from "../asset-job.ts";
import { brand, type Branded } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidScheduleError } from "../errors.ts";
import { checkName, checkOwners, checkTags } from "../names.ts";
import { runRequest, skipReason } from "../run-request.ts";
import { checkTiming, type ScheduleContext, type ScheduleDefinition } from "../schedule.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** A schedule that gets its rhythm from the partitions of its job, which are known once all definitions are. */
export interface PartitionedScheduleDefinition extends Branded<"partitionedSchedule"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly defaultStatus: "RUNNING" | "STOPPED";
  readonly owners: readonly string[];
  readonly jobName: string;
  readonly offsets: PartitionCronOffsets;
  /** For static partitions only. */
  readonly cron: readonly string[] | null;
  readonly timeZone: string | null;
  readonly site: DefinitionSite;
}

/** What {@link buildScheduleFromPartitionedJob} takes beside the job. */
export interface PartitionedScheduleOptions extends PartitionCronOffsets {
  /** Default: the job's name and `_schedule`. */
  readonly name?: string;
  readonly description?: string;
  /** Given to the runs. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Whether it is on until somebody switches it. Default `STOPPED`. */
  readonly defaultStatus?: "RUNNING" | "STOPPED";
  /** Who answers for it: e-mail addresses, or teams as `team:data`. */
  readonly owners?: readonly string[];
  /** When a job of static partitions runs, each time all of them; other partitions say so themselves. */
  readonly cron?: string | readonly string[];
  /** Of `cron`. Default `UTC`. */
  readonly timeZone?: string;
}

const partitionedScheduleOptions: OptionNames<PartitionedScheduleOptions> = {
  name: "text",
  description: "text",
  tags: true,
  metadata: true,
  defaultStatus: "text",
  owners: "list",
  cron: true,
  timeZone: "text",
  minuteOfHour: true,
  hourOfDay: true,
  dayOfWeek: true,
  dayOfMonth: true,
};

/**
 * A schedule that runs a job for each of its partitions as it comes to its end: hourly, daily, weekly or monthly ones, and those of any cron.
 * The offsets say how long after that: daily partitions with `hourOfDay: 2` run at 2 for the day before. Of a job of several dimensions,
 * one of them time, all partitions of the newest time run.
 *
 * Ticks that were missed, because no daemon was there, are caught up with: the newest five, or as many as `max_catchup_runs` of the
 * instance's scheduler says.
 *
 * @throws InvalidNameError, InvalidScheduleError
 */
export function buildScheduleFromPartitionedJob(
  job: AnyJob,
  options: PartitionedScheduleOptions = {},
): PartitionedScheduleDefinition {
  const site = captureSite(buildScheduleFromPartitionedJob);
  if (job === undefined) throw new CircularImportError("the job of a partitioned schedule", site);
  checkOptions(`the schedule of job "${job.name}"`, options, partitionedScheduleOptions, site);
  const { minuteOfHour, hourOfDay, dayOfWeek, dayOfMonth, timeZone = null } = options;
  const name = options.name ?? `${job.name}_schedule`;
  checkName("schedule", name, site);
  checkTags("schedule", name, options.tags, site);
  checkOwners(`Schedule "${name}"`, options.owners ?? [], site);
  const offsets = {
    ...(minuteOfHour !== undefined && { minuteOfHour }),
    ...(hourOfDay !== undefined && { hourOfDay }),
    ...(dayOfWeek !== undefined && { dayOfWeek }),
    ...(dayOfMonth !== undefined && { dayOfMonth }),
  };
  const definition: PartitionedScheduleDefinition = Object.freeze({
    ...brand("partitionedSchedule"),
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    defaultStatus: options.defaultStatus ?? "STOPPED",
    owners: Object.freeze([...(options.owners ?? [])]),
    jobName: job.name,
    offsets: Object.freeze(offsets),
    cron: options.cron === undefined ? null : checkTiming(name, options.cron, timeZone ?? "UTC", site),
    timeZone,
    site,
  });
  // Told here where the job knows its partitions, and with all definitions where only its assets do.
  if (job.partitions !== null) resolvePartitionedSchedule(definition, job.partitions);
  return definition;
}

/**
 * The schedule that comes of it once the partitions of its job are known.
 *
 * @throws InvalidScheduleError when the job has none, or none that give a rhythm
 */
export function resolvePartitionedSchedule(
  definition: PartitionedScheduleDefinition,
  partitions: Partitions | null,
): ScheduleDefinition {
  const { name, jobName, tags, cron, timeZone, offsets, site } = definition;
  const refuse = (problem: string, cause?: unknown): never => {
    throw new InvalidScheduleError(name, problem, site, cause === undefined ? undefined : { cause });
  };
  if (partitions === null)
    return refuse(
      `its job "${jobName}" has no partitions of its own, nor do all its assets have the same; use schedule(…), or give it some`,
    );
  const { snapshot } = partitions;
  const timing = ((): { readonly cron: readonly string[]; readonly timeZone: string } => {
    try {
      const time = checkSchedulable(snapshot);
      if (time === null) {
        if (cron === null) return refuse("its job has static partitions, which have no rhythm: give it `cron`");
        if (Object.keys(offsets).length > 0) return refuse("its job has static partitions: say when in `cron`");
        return { cron, timeZone: timeZone ?? "UTC" };
      }
      if (cron !== null || timeZone !== null)
        return refuse(
          "its partitions say when it is due, and in which time zone; leave `cron` and `timeZone` out, and move it with minuteOfHour, hourOfDay, dayOfWeek or dayOfMonth",
        );
      return partitionCron(time, offsets);
    } catch (error) {
      if (error instanceof InvalidPartitionsError) return refuse(error.message, error);
      throw error;
    }
  })();
  const { description, metadata, defaultStatus, owners } = definition;
  return Object.freeze({
    ...brand("schedule"),
    name,
    description,
    tags,
    metadata,
    defaultStatus,
    owners,
    jobName,
    ownJob: null,
    cron: Object.freeze([...timing.cron]),
    timeZone: timing.timeZone,
    request: Object.freeze({ kind: "partitions" as const }),
    resources: {},
    evaluate: ({ scheduledAt }: ScheduleContext) => {
      const keys = scheduledPartitions(snapshot, { nowMs: scheduledAt.getTime(), dynamicKeys: () => [] });
      if (keys.length === 0) return skipReason(noPartitionYet);
      return keys.map((partition) => runRequest({ partition, runKey: partition }));
    },
    site,
  });
}
