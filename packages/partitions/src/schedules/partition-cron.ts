import type { PartitionsSnapshot } from "@dagwright/model";
import { InvalidPartitionsError } from "../errors.ts";
import type { CronTiming } from "../time/cron-times.ts";

/** When in the rhythm of its partitions a schedule is due; what is left out is as the partitions have it. */
export interface PartitionCronOffsets {
  readonly minuteOfHour?: number;
  readonly hourOfDay?: number;
  /** 0 is Sunday. */
  readonly dayOfWeek?: number;
  readonly dayOfMonth?: number;
}

/**
 * When a schedule of partitions of time is due: as soon as a partition has come to its end, or at the given offset after that.
 *
 * @throws InvalidPartitionsError for offsets that partitions of this rhythm do not have
 */
export function partitionCron({ cron, timeZone }: TimeWindowSnapshot, offsets: PartitionCronOffsets): CronTiming {
  const given = Object.entries(offsets).filter(([, value]) => value !== undefined) as [keyof PartitionCronOffsets, number][];
  if (given.length === 0) return { cron: [cron], timeZone };
  const [minute = "", hour = "", day = "", month, weekday = ""] = cron.trim().split(/\s+/);
  const isNumber = (field: string): boolean => /^\d+$/.test(field);
  const rhythm =
    !isNumber(minute) || month !== "*"
      ? null
      : hour === "*" && day === "*" && weekday === "*"
        ? "hourly"
        : !isNumber(hour)
          ? null
          : day === "*" && weekday === "*"
            ? "daily"
            : day === "*" && isNumber(weekday)
              ? "weekly"
              : isNumber(day) && weekday === "*"
                ? "monthly"
                : null;
  for (const [name, value] of given) {
    const [least, most, rhythms]: Limit = limits[name];
    if (rhythm === null)
      throw new InvalidPartitionsError(
        `${name} needs partitions that are hourly, daily, weekly or monthly; these begin at "${cron}"`,
      );
    if (!rhythms.includes(rhythm))
      throw new InvalidPartitionsError(`${name} means nothing for ${rhythm} partitions; it is for ${rhythms.join(", ")} ones`);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidPartitionsError(`${name} is ${value}; it must be a whole number from ${least} to ${most}`);
  }
  const { minuteOfHour = minute, hourOfDay = hour, dayOfWeek = weekday, dayOfMonth = day } = offsets;
  return { cron: [`${minuteOfHour} ${hourOfDay} ${dayOfMonth} * ${dayOfWeek}`], timeZone };
}

type TimeWindowSnapshot = Extract<PartitionsSnapshot, { readonly kind: "timeWindow" }>;

/** Least and most value, and the rhythms that have it. */
type Limit = readonly [number, number, readonly string[]];

const limits = {
  minuteOfHour: [0, 59, ["hourly", "daily", "weekly", "monthly"]],
  hourOfDay: [0, 23, ["daily", "weekly", "monthly"]],
  dayOfWeek: [0, 6, ["weekly"]],
  dayOfMonth: [1, 31, ["monthly"]],
} as const satisfies Record<keyof PartitionCronOffsets, Limit>;
