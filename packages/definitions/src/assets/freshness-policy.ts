import { type FreshnessPolicySnapshot } from "@dagwright/model";
import { nextTimeMs, nextTimesMs } from "@dagwright/partitions";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** How old an asset may become before it counts as not fresh. Plain data. */
export type FreshnessPolicy = FreshnessPolicySnapshot;

/** What {@link freshnessPolicy.timeWindow} takes. */
export interface TimeWindowFreshnessOptions {
  /** The asset fails when its newest materialization is older; at least a minute. */
  readonly failWindowSeconds: number;
  /** It is warned of when it is older than this; less than `failWindowSeconds`. Default: no warning. */
  readonly warnWindowSeconds?: number;
}

/** What {@link freshnessPolicy.cron} takes. */
export interface CronFreshnessOptions {
  /** When the asset must have been made, as a cron line. */
  readonly deadlineCron: string;
  /** How long before each deadline a materialization counts for it; at least a minute, at most the shortest time between two deadlines. */
  readonly lowerBoundDeltaSeconds: number;
  /** The time zone of the cron line. Default `UTC`. */
  readonly timeZone?: string;
}

const timeWindowOptions: OptionNames<TimeWindowFreshnessOptions> = { failWindowSeconds: true, warnWindowSeconds: true };
const cronOptions: OptionNames<CronFreshnessOptions> = { deadlineCron: "text", lowerBoundDeltaSeconds: true, timeZone: "text" };

/** Ways to say how old an asset may become. */
export const freshnessPolicy: {
  /** It must not become older than a time. */
  timeWindow(options: TimeWindowFreshnessOptions): FreshnessPolicy;
  /** It must have been made before each deadline. */
  cron(options: CronFreshnessOptions): FreshnessPolicy;
} = Object.freeze({
  timeWindow(options: TimeWindowFreshnessOptions): FreshnessPolicy {
    checkOptions("freshnessPolicy.timeWindow", options, timeWindowOptions, freshnessPolicy.timeWindow);
    const { failWindowSeconds, warnWindowSeconds } = options;
    const fail = (problem: string): never => {
      throw new InvalidOptionError("freshnessPolicy.timeWindow", problem, captureSite(freshnessPolicy.timeWindow));
    };
    for (const [name, seconds] of Object.entries({ failWindowSeconds, warnWindowSeconds })) {
      if (seconds === undefined && name === "warnWindowSeconds") continue;
      if (!Number.isFinite(seconds) || seconds! < 60) fail(`${name} is ${seconds}; it must be at least 60`);
    }
    if (warnWindowSeconds !== undefined && warnWindowSeconds >= failWindowSeconds)
      fail(`warnWindowSeconds (${warnWindowSeconds}) must be less than failWindowSeconds (${failWindowSeconds})`);
    return Object.freeze({ kind: "timeWindow", failWindowSeconds, warnWindowSeconds: warnWindowSeconds ?? null });
  },
  cron(options: CronFreshnessOptions): FreshnessPolicy {
    checkOptions("freshnessPolicy.cron", options, cronOptions, freshnessPolicy.cron);
    const { deadlineCron, lowerBoundDeltaSeconds, timeZone = "UTC" } = options;
    const fail = (problem: string): never => {
      throw new InvalidOptionError("freshnessPolicy.cron", problem, captureSite(freshnessPolicy.cron));
    };
    if (!Number.isFinite(lowerBoundDeltaSeconds) || lowerBoundDeltaSeconds < 60)
      fail(`lowerBoundDeltaSeconds is ${lowerBoundDeltaSeconds}; it must be at least 60`);
    try {
      nextTimeMs({ cron: [deadlineCron], timeZone }, 0);
    } catch (error) {
      fail(
        `its deadlineCron ${JSON.stringify(deadlineCron)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const shortest = shortestInterval(deadlineCron);
    if (lowerBoundDeltaSeconds > shortest)
      fail(
        `lowerBoundDeltaSeconds is ${lowerBoundDeltaSeconds}, and deadlines of ${JSON.stringify(deadlineCron)} may be ${shortest} seconds apart: what is made for one of them would count for the next; it must be at most ${shortest}`,
      );
    return Object.freeze({ kind: "cron", deadlineCron, lowerBoundDeltaSeconds, timeZone });
  },
});

/** In seconds, by a clock that never changes: hours that are skipped or repeated make no policy wrong. */
function shortestInterval(cron: string): number {
  const times = nextTimesMs({ cron: [cron], timeZone: "UTC" }, Date.UTC(2024, 0, 1), mostTimes);
  return times.slice(1).reduce((shortest, time, index) => Math.min(shortest, (time - times[index]!) / 1000), Infinity);
}

/** As many deadlines are looked at; what repeats itself does so within them. */
const mostTimes = 1_000;
