import {
  type EvaluationResult,
  type LocationSnapshot,
  type RunRequest,
  type ScheduleRequestSnapshot,
  type ScheduleSnapshot,
  systemTags,
} from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { dueTime } from "../decisions/due-time.ts";
import { scheduleRequests } from "../decisions/schedule-requests.ts";
import { dynamicKeysOf } from "../dynamic-keys.ts";
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
    async evaluate(client, schedule, { scheduledAtMs, location }, signal) {
      const { request } = schedule;
      if (request === undefined) return client.evaluateSchedule({ name: schedule.name, context: { scheduledAtMs } }, { signal });
      return answerOf(schedule, request, { scheduledAtMs, location }, options.storage, signal);
    },
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

/** What a schedule without a function comes to; its code is not asked. */
async function answerOf(
  schedule: ScheduleSnapshot,
  request: ScheduleRequestSnapshot,
  { scheduledAtMs, location }: { readonly scheduledAtMs: number; readonly location: LocationSnapshot },
  storage: Storage,
  signal: AbortSignal,
): Promise<EvaluationResult> {
  const partitions = location.jobs.find(({ name }) => name === schedule.jobName)?.partitions ?? null;
  const dynamicKeys =
    request.kind === "partitions" && partitions !== null ? await dynamicKeysOf(partitions, storage, { signal }) : () => [];
  const { runRequests, skipReason } = scheduleRequests(schedule, request, partitions, { nowMs: scheduledAtMs, dynamicKeys });
  const config = (_: RunRequest) => (request.isChecked ? { ok: true as const, runConfig: request.runConfig, tags: {} } : null);
  return { runRequests, skipReason, configs: runRequests.map(config), logs: [] };
}
