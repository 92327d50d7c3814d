import { type LocationSnapshot, type ScheduleSnapshot, systemTags } from "@dagwright/model";
import { evaluateScheduleTick } from "@dagwright/workspace";
import { dueTime } from "../decisions/due-time.ts";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import type { Loop } from "../loop.ts";

export interface SchedulerLoopOptions extends InstigatorLoopOptions {
  /** Most missed ticks that a schedule of partitions catches up with. Default 5. */
  readonly maxCatchupRuns?: number;
  /** How often a tick whose code failed is tried again. Default 0. */
  readonly maxTickRetries?: number;
}

/** Evaluates schedules that are due. */
export function createSchedulerLoop({ maxCatchupRuns = 5, maxTickRetries = 0, ...options }: SchedulerLoopOptions): Loop {
  return createInstigatorLoop(options, {
    name: "scheduler",
    daemonType: "SCHEDULER",
    kind: "SCHEDULE",
    maxTickRetries,
    // All that are due at a minute are due at once.
    gatherMs: 0,
    find: scheduleOf,
    jobNames: (schedule) => [schedule.jobName],
    timing: (schedule, claim) =>
      dueTime(
        schedule,
        { dueAtMs: claim.scheduledAtMs, nowMs: claim.nowMs },
        { isCatchingUp: schedule.request?.kind === "partitions", maxCatchupRuns },
      ),
    evaluate: (client, schedule, { scheduledAtMs, location }, signal) =>
      evaluateScheduleTick(schedule, scheduledAtMs, { location, client, storage: options.storage }, { signal }),
    tags: (schedule) => ({ [systemTags.scheduleName]: schedule.name }),
  });
}

/** By name, of the snapshot that was asked for last: a tick must not walk a thousand schedules. */
const byName = new WeakMap<LocationSnapshot, ReadonlyMap<string, ScheduleSnapshot>>();

function scheduleOf(location: LocationSnapshot, name: string): ScheduleSnapshot | undefined {
  const known = byName.get(location) ?? new Map(location.schedules.map((schedule) => [schedule.name, schedule]));
  byName.set(location, known);
  return known.get(name);
}
