import { z } from "zod";
import { block } from "../config-file/block.ts";
import { isMapping } from "../config-file/env-reference.ts";
import { integer } from "../config-file/scalars.ts";

/** Days after which a tick of that status is deleted; null keeps it for good (`-1` in the file). */
export interface TickRetention {
  readonly started: number | null;
  readonly skipped: number | null;
  readonly success: number | null;
  readonly failure: number | null;
}

/** `retention`: how long ticks, runs and what they wrote are kept. Days; null keeps it for good, which is the default of all but skipped ticks. */
export interface RetentionConfig {
  /** Default: everything for good. */
  readonly schedule: TickRetention;
  /** Default: skipped ticks for 7 days, the others for good. */
  readonly sensor: TickRetention;
  /** Default: skipped ticks for 7 days, the others for good. */
  readonly autoMaterialize: TickRetention;
  /** Finished runs, by when they ended; their events and log lines go with them. */
  readonly runsDays: number | null;
  /** Backfills that have ended, by when they did; their runs stay. */
  readonly backfillsDays: number | null;
  /** Events in the logs of finished runs. */
  readonly runEventsDays: number | null;
  /** What user code logged in finished runs. */
  readonly runLogsDays: number | null;
  /** Materializations, observations and evaluations of checks; the latest state of assets and partitions stays. */
  readonly assetEventsDays: number | null;
  /** The order of events over all runs, which sensors and conditions follow: they must not be off for longer. */
  readonly eventStreamDays: number | null;
}

const days = integer({ min: -1 }).transform((value) => (value === -1 ? null : value));
const byStatus = block({
  started: days.optional(),
  skipped: days.optional(),
  success: days.optional(),
  failure: days.optional(),
});

function tickRetention(defaults: TickRetention) {
  const purgeAfterDays = z.unknown().transform((given, context): TickRetention => {
    const result = isMapping(given) ? byStatus.safeParse(given) : days.safeParse(given);
    if (!result.success) {
      for (const issue of result.error.issues) context.issues.push({ ...issue, input: given } as (typeof context.issues)[number]);
      return z.NEVER;
    }
    const value = result.data;
    if (typeof value === "number" || value === null) return { started: value, skipped: value, success: value, failure: value };
    const given_ = Object.fromEntries(Object.entries(value).filter(([, limit]) => limit !== undefined));
    return { ...defaults, ...given_ };
  });
  return block({ purge_after_days: purgeAfterDays.optional() })
    .transform((given) => given.purge_after_days ?? defaults)
    .prefault({});
}

const forGood: TickRetention = { started: null, skipped: null, success: null, failure: null };
const skippedForAWeek: TickRetention = { ...forGood, skipped: 7 };

/** A class of rows as a whole. At least a day: what is younger is still being read by those who follow it. */
const classRetention = block({ purge_after_days: integer({ min: -1 }).optional() })
  .refine((given) => given.purge_after_days !== 0, { error: "0 days keep nothing; write at least 1, or -1 to keep it for good" })
  .transform(({ purge_after_days: given = -1 }) => (given === -1 ? null : given))
  .prefault({});

export const retention = block({
  schedule: tickRetention(forGood),
  sensor: tickRetention(skippedForAWeek),
  auto_materialize: tickRetention(skippedForAWeek),
  runs: classRetention,
  backfills: classRetention,
  run_events: classRetention,
  run_logs: classRetention,
  asset_events: classRetention,
  event_stream: classRetention,
}).transform((given): RetentionConfig => ({
  schedule: given.schedule,
  sensor: given.sensor,
  autoMaterialize: given.auto_materialize,
  runsDays: given.runs,
  backfillsDays: given.backfills,
  runEventsDays: given.run_events,
  runLogsDays: given.run_logs,
  assetEventsDays: given.asset_events,
  eventStreamDays: given.event_stream,
}));
