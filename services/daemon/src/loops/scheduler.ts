import { systemTags } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import { newestDueTimeMs } from "../decisions/newest-due-time.ts";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import type { Loop } from "../loop.ts";

/** Evaluates schedules that are due. */
export function createSchedulerLoop(options: InstigatorLoopOptions): Loop {
  return createInstigatorLoop(options, {
    name: "scheduler",
    daemonType: "SCHEDULER",
    kind: "SCHEDULE",
    find: (snapshot, name) => snapshot.schedules.find((schedule) => schedule.name === name),
    jobNames: (schedule) => [schedule.jobName],
    timing(schedule, claim) {
      const scheduledAtMs = newestDueTimeMs(schedule, claim.scheduledAtMs, claim.nowMs);
      return { scheduledAtMs, nextAtMs: nextTimeMs(schedule, scheduledAtMs) };
    },
    evaluate: (client, schedule, { scheduledAtMs }, signal) =>
      client.evaluateSchedule({ name: schedule.name, context: { scheduledAtMs } }, { signal }),
    tags: (schedule) => ({ [systemTags.scheduleName]: schedule.name }),
  });
}
