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

/** `retention`: how long ticks are kept. */
export interface RetentionConfig {
  /** Default: everything for good. */
  readonly schedule: TickRetention;
  /** Default: skipped ticks for 7 days, the others for good. */
  readonly sensor: TickRetention;
  /** Default: skipped ticks for 7 days, the others for good. */
  readonly autoMaterialize: TickRetention;
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

export const retention = block({
  schedule: tickRetention(forGood),
  sensor: tickRetention(skippedForAWeek),
  auto_materialize: tickRetention(skippedForAWeek),
}).transform((given): RetentionConfig => ({
  schedule: given.schedule,
  sensor: given.sensor,
  autoMaterialize: given.auto_materialize,
}));
