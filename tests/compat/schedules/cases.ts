import type { CronTiming } from "@dagwright/partitions";

/** A schedule, and a span of time of which every tick is compared. */
export interface TicksCase extends CronTiming {
  readonly startMs: number;
  readonly endMs: number;
}

const dayMs = 86_400_000;
const startMs = Date.UTC(2024, 0, 1);
const endMs = Date.UTC(2027, 0, 1);

/** Zones whose clocks change at 2 or 3, at 1, at midnight, and never; with offsets of half hours. */
export const timeZones = [
  "UTC",
  "America/New_York",
  "America/St_Johns",
  "America/Havana",
  "America/Santiago",
  "Europe/London",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Sydney",
  "Pacific/Auckland",
] as const;

/** Zones whose clocks change by half an hour, at a quarter to, and around Ramadan; see the decision on cron times. */
export const oddTimeZones = ["Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca"] as const;

/** Some times a day, up to hourly. */
const often: readonly (readonly string[])[] = [
  ["@hourly"],
  ["17 * * * *"],
  ["0 */2 * * *"],
  ["0 */3 * * *"],
  ["30 1-23/4 * * *"],
  ["0 9-17 * * 1-5"],
  ["30 2 * * *", "0 */3 * * *"],
];

/** Once or twice a day, or less. */
const rare: readonly (readonly string[])[] = [
  ["@daily"],
  ["@weekly"],
  ["@monthly"],
  ["@yearly"],
  ["30 0 * * *"],
  ["0 1 * * *"],
  ["30 1 * * *"],
  ["0 2 * * *"],
  ["30 2 * * *"],
  ["15 3 * * *"],
  ["59 23 * * *"],
  ["0 12 * * MON"],
  ["30 2 * * SUN"],
  ["0 6 * * mon-fri"],
  ["0 22 * * 6,0"],
  ["0 0 * * 1#2"],
  ["0 0 1 * *"],
  ["30 2 1,15 * *"],
  ["0 0 31 * *"],
  ["0 0 L * *"],
  ["30 23 L * *"],
  ["0 0 29 2 *"],
  ["0 0 1 */3 *"],
  ["0 5 * 1,7 *"],
  ["30 2 * 3,10,11 *"],
  ["0 6 1 * MON"],
  ["0 0 13 * 5"],
  ["0 9 * * *", "30 17 * * *"],
  ["@daily", "0 12 * * *", "0 */6 * * *"],
];

/** Ticks by the minute, compared around the changes of clocks and for one plain week. */
const frequent: readonly (readonly string[])[] = [
  ["* * * * *"],
  ["*/7 * * * *"],
  ["*/15 * * * *"],
  ["*/30 1-3 * * *"],
  ["10,40 0,2 * * *"],
  ["*/20 * * * *", "5 2 * * *"],
];

/** Instants at which the zone's clocks change. */
export function clockChanges(timeZone: string): readonly number[] {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offsetAt = (ms: number): string => format.format(ms).replace(/^.*GMT/, "");
  const changes: number[] = [];
  const hourMs = 3_600_000;
  let before = offsetAt(startMs);
  for (let ms = startMs; ms < endMs; ms += dayMs) {
    if (offsetAt(ms + dayMs) === before) continue;
    let at = ms;
    while (offsetAt(at + hourMs) === before) at += hourMs;
    changes.push(at + hourMs);
    before = offsetAt(ms + dayMs);
  }
  return changes;
}

/** Without those that tick all day long. */
export const rareCasesOf = (timeZone: string): readonly TicksCase[] =>
  rare.filter(({ length }) => length === 1).map((cron) => ({ cron, timeZone, startMs, endMs }));

export const casesOf = (timeZone: string): readonly TicksCase[] => {
  const weekMs = 7 * dayMs;
  const spans = [
    { startMs: Date.UTC(2025, 5, 2), endMs: Date.UTC(2025, 5, 2) + weekMs },
    ...clockChanges(timeZone).map((at) => ({ startMs: at - dayMs, endMs: at + 2 * dayMs })),
  ];
  return [
    ...rare.map((cron) => ({ cron, timeZone, startMs, endMs })),
    ...often.map((cron) => ({ cron, timeZone, startMs, endMs })),
    ...frequent.flatMap((cron) => spans.map((span) => ({ cron, timeZone, ...span }))),
  ];
};
