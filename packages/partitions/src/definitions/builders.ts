import type { OptionNames, PartitionsSnapshot } from "@dagwright/model";
import { InvalidPartitionsError } from "../errors.ts";
import { keySeparator } from "../key-space.ts";
import { checkOptions } from "../option-names.ts";
import { Partitions, requirePartitions } from "../partitions.ts";
import { KeyFormat } from "../time/key-format.ts";
import { TimeZone } from "../time/time-zone.ts";

/** What partitions by time have in common. */
interface TimeOptions {
  /** IANA name of the time zone in which windows begin, e.g. `Europe/Paris`. Default `UTC`. */
  readonly timeZone?: string;
  /** How keys are written, in the pattern of `strftime`. Default `%Y-%m-%d`, for hours `%Y-%m-%d-%H:%M`. */
  readonly keyFormat?: string;
  /** How many windows beyond the last one that has ended exist already; negative: how many are held back. Default 0. */
  readonly endOffset?: number;
}

/** A moment: a `Date`, or text in the definition's time zone, as a key or as `2026-01-31`, `2026-01-31T06:30`. */
export type PartitionTime = string | Date;

export interface HourlyPartitionsOptions extends TimeOptions {
  /** The first window is the first that begins then or later. */
  readonly startDate: PartitionTime;
  /** Windows that end later do not exist. */
  readonly endDate?: PartitionTime;
  /** Minutes past the hour at which windows begin. Default 0. */
  readonly minuteOffset?: number;
}

export interface DailyPartitionsOptions extends HourlyPartitionsOptions {
  /** The hour of the day at which windows begin. Default 0. */
  readonly hourOffset?: number;
}

export interface WeeklyPartitionsOptions extends DailyPartitionsOptions {
  /** The day on which windows begin, from 0, Sunday, to 6, Saturday. Default 0. */
  readonly dayOffset?: number;
}

export interface MonthlyPartitionsOptions extends DailyPartitionsOptions {
  /** The day of the month on which windows begin, from 1 to 31; months without that day begin no window. Default 1. */
  readonly dayOffset?: number;
}

export interface TimeWindowPartitionsOptions extends TimeOptions {
  /** Windows lie between its times: five fields (minute, hour, day of month, month, day of week) or `@daily` and the like. */
  readonly cron: string;
  /** The first window is the first that begins then or later. */
  readonly start: PartitionTime;
  /** Windows that end later do not exist. */
  readonly end?: PartitionTime;
  readonly keyFormat: string;
}

const timeNames: OptionNames<TimeOptions> = { timeZone: "text", keyFormat: "text", endOffset: true };
const hourlyNames: OptionNames<HourlyPartitionsOptions> = { ...timeNames, startDate: true, endDate: true, minuteOffset: true };
const dailyNames: OptionNames<DailyPartitionsOptions> = { ...hourlyNames, hourOffset: true };
const weeklyNames: OptionNames<WeeklyPartitionsOptions> = { ...dailyNames, dayOffset: true };
const monthlyNames: OptionNames<MonthlyPartitionsOptions> = weeklyNames;
const timeWindowNames: OptionNames<TimeWindowPartitionsOptions> = { ...timeNames, cron: "text", start: true, end: true };

const dayFormat = "%Y-%m-%d";
const hourFormat = "%Y-%m-%d-%H:%M";

/** One partition per hour. */
export function hourlyPartitions(options: HourlyPartitionsOptions): Partitions {
  checkOptions("hourlyPartitions", options, hourlyNames, InvalidPartitionsError);
  const minute = offset("minuteOffset", options.minuteOffset, 0, 0, 59);
  return byTime(`${minute} * * * *`, hourFormat, options);
}

/** One partition per day. */
export function dailyPartitions(options: DailyPartitionsOptions): Partitions {
  checkOptions("dailyPartitions", options, dailyNames, InvalidPartitionsError);
  return byTime(`${timeOfDay(options)} * * *`, dayFormat, options);
}

/** One partition per week. */
export function weeklyPartitions(options: WeeklyPartitionsOptions): Partitions {
  checkOptions("weeklyPartitions", options, weeklyNames, InvalidPartitionsError);
  return byTime(`${timeOfDay(options)} * * ${offset("dayOffset", options.dayOffset, 0, 0, 6)}`, dayFormat, options);
}

/** One partition per month. */
export function monthlyPartitions(options: MonthlyPartitionsOptions): Partitions {
  checkOptions("monthlyPartitions", options, monthlyNames, InvalidPartitionsError);
  return byTime(`${timeOfDay(options)} ${offset("dayOffset", options.dayOffset, 1, 1, 31)} * *`, dayFormat, options);
}

/** One partition for each window between two times of a cron string. */
export function timeWindowPartitions(options: TimeWindowPartitionsOptions): Partitions {
  checkOptions("timeWindowPartitions", options, timeWindowNames, InvalidPartitionsError);
  const { cron, start, end, keyFormat } = options;
  if (typeof keyFormat !== "string")
    throw new InvalidPartitionsError('timeWindowPartitions needs a `keyFormat`, how keys are written, such as "%Y-%m-%d-%H:%M"');
  return byTime(cron, keyFormat, { ...options, startDate: start, ...(end !== undefined && { endDate: end }) });
}

/** Partitions with the keys of a list, in its order. */
export function staticPartitions(keys: readonly string[]): Partitions {
  if (!Array.isArray(keys)) throw new InvalidPartitionsError("staticPartitions takes a list of keys");
  return new Partitions({ kind: "static", keys: Object.freeze([...keys]) });
}

/**
 * Partitions whose keys are added and deleted while the deployment runs.
 *
 * @param name - under which the whole instance keeps the keys: definitions with one name share them
 */
export function dynamicPartitions(name: string): Partitions {
  return new Partitions({ kind: "dynamic", name });
}

/**
 * Partitions in several dimensions: one for each combination of their keys. A key is the parts in the order of the dimensions' names,
 * joined by `|`; see {@link multiPartitionKey}.
 */
export function multiPartitions(dimensions: Readonly<Record<string, Partitions>>): Partitions {
  const names = Object.keys(dimensions).toSorted();
  if (names.length < 2) throw new InvalidPartitionsError("multiPartitions needs at least two dimensions");
  const snapshot: PartitionsSnapshot = {
    kind: "multi",
    dimensions: names.map((name) => {
      const partitions = dimensions[name];
      requirePartitions(partitions, `Dimension "${name}"`);
      return { name, partitions: partitions.snapshot };
    }),
  };
  return new Partitions(snapshot);
}

/** The key of a partition in several dimensions. */
export function multiPartitionKey(parts: Readonly<Record<string, string>>): string {
  return Object.keys(parts)
    .toSorted()
    .map((name) => parts[name]!)
    .join(keySeparator);
}

/**
 * The parts of a key, by dimension.
 *
 * @throws InvalidPartitionsError when the definition has one dimension, or the key another number of parts
 */
export function parseMultiPartitionKey(partitions: Partitions, key: string): Readonly<Record<string, string>> {
  const { snapshot } = partitions;
  if (snapshot.kind !== "multi") throw new InvalidPartitionsError(`The key "${key}" belongs to partitions with one dimension`);
  const parts = key.split(keySeparator);
  if (parts.length !== snapshot.dimensions.length) {
    throw new InvalidPartitionsError(
      `The key "${key}" has ${parts.length} parts; dimensions are ${snapshot.dimensions.map(({ name }) => name).join(", ")}`,
    );
  }
  return Object.fromEntries(snapshot.dimensions.map(({ name }, index) => [name, parts[index]!]));
}

function timeOfDay({ minuteOffset, hourOffset }: DailyPartitionsOptions): string {
  return `${offset("minuteOffset", minuteOffset, 0, 0, 59)} ${offset("hourOffset", hourOffset, 0, 0, 23)}`;
}

function offset(name: string, value: number | undefined, otherwise: number, least: number, most: number): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidPartitionsError(`${name} has to be a whole number from ${least} to ${most}, not ${value}`);
}

interface Span extends TimeOptions {
  readonly startDate: PartitionTime;
  readonly endDate?: PartitionTime;
}

function byTime(cron: string, defaultFormat: string, options: Span): Partitions {
  const { startDate, endDate, timeZone = "UTC", keyFormat = defaultFormat, endOffset = 0 } = options;
  return new Partitions({
    kind: "timeWindow",
    cron,
    timeZone,
    startMs: readTime("start", startDate, timeZone, keyFormat),
    endMs: endDate === undefined ? null : readTime("end", endDate, timeZone, keyFormat),
    keyFormat,
    endOffset,
  });
}

const isoTime = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)?$/;

function readTime(what: string, time: PartitionTime, timeZone: string, keyFormat: string): number {
  if (time instanceof Date) return time.getTime();
  const zone = zoneOf(timeZone);
  const parsed = formatOf(keyFormat).parse(time);
  if (parsed !== null) return parsed.offsetMs === null ? zone.toInstant(parsed.localMs) : parsed.localMs - parsed.offsetMs;
  const [, day, minute = "00:00", second = ":00"] = isoTime.exec(time) ?? [];
  const localMs = day === undefined ? NaN : Date.parse(`${day}T${minute}${second}Z`);
  if (Number.isNaN(localMs)) {
    throw new InvalidPartitionsError(
      `The ${what} ${JSON.stringify(time)} is neither a key (${keyFormat}) nor a date such as "2026-01-31" or "2026-01-31T06:30"`,
    );
  }
  return zone.toInstant(localMs);
}

function zoneOf(timeZone: string): TimeZone {
  try {
    return TimeZone.of(timeZone);
  } catch (error) {
    throw new InvalidPartitionsError(
      `${JSON.stringify(timeZone)} is no time zone. Give an IANA name such as "Europe/Paris" or "UTC"`,
      { cause: error },
    );
  }
}

function formatOf(keyFormat: string): KeyFormat {
  try {
    return new KeyFormat(keyFormat);
  } catch (error) {
    throw new InvalidPartitionsError(`The key format "${keyFormat}": ${(error as Error).message}`, { cause: error });
  }
}
