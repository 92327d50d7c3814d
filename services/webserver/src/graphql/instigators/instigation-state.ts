import { type Instigator, repositoryName, systemTags } from "@dagwright/model";
import type { RunFilter, Tick } from "@dagwright/storage";

import { TickNotFoundError } from "../../errors.ts";
import type * as gql from "../../gen/types.ts";
import { instantMs } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import { timeCursor } from "../arguments/row-cursor.ts";
import type { GraphContext } from "../context.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRun } from "../runs/to-run.ts";
import { toRepositoryOrigin } from "../workspace/repository-origin.ts";
import { cronText } from "./cron-text.ts";
import type { FoundInstigator } from "./find-instigators.ts";
import { toTick } from "./to-tick.ts";

const dayMs = 24 * 60 * 60 * 1000;
const largestTickPage = 1_000;

/** A schedule or sensor as the instance keeps it: its switch, its ticks, its runs. */
export function toInstigationState(found: FoundInstigator): gql.InstigationState {
  const { id, kind, location, name, schedule } = found;
  const isSchedule = kind === "SCHEDULE";
  const status = async ({ loaders }: GraphContext) => statusOf(found, await loaders.instigator.load(id));
  return {
    __typename: "InstigationState",
    id,
    selectorId: id,
    name,
    // Dagster's word for what evaluates conditions is a sensor of another type.
    instigationType: isSchedule ? "SCHEDULE" : "SENSOR",
    repositoryName,
    repositoryLocationName: location,
    repositoryOrigin: (_, context) => toRepositoryOrigin(location, context),
    status: (_, context) => status(context),
    runningCount: async (_, context) => ((await status(context)) === "RUNNING" ? 1 : 0),
    runs: async ({ limit }, context) => (await listRuns(runsOf(found), null, limit, context)).map(toRun),
    runsCount: (_, { storage, signal }) => storage.runs.count(runsOf(found), { signal }),
    tick: async ({ tickId }, context) => {
      const tick = (await ticksOf(found, { limit: largestTickPage }, context)).find((each) => each.id === tickId);
      if (tick === undefined) throw new TickNotFoundError(tickId, name);
      return toTick(tick, kind);
    },
    ticks: async (args, context) => (await ticksOf(found, args, context)).map((tick) => toTick(tick, kind)),
    nextTick: async (_, { loaders }) => {
      const kept = await loaders.instigator.load(id);
      return statusOf(found, kept) === "RUNNING" && kept !== null && kept.nextAtMs !== null
        ? { __typename: "DryRunInstigationTick", timestamp: kept.nextAtMs / 1000, evaluationResult: null }
        : null;
    },
    typeSpecificData: async (_, context) =>
      schedule === null ? sensorData(found, context) : scheduleData(schedule.cron, await startedAt(found, context)),
    hasStartPermission: (_, { viewer }) => viewer.has(isSchedule ? "start_schedule" : "edit_sensor", [location]),
    hasStopPermission: (_, { viewer }) => viewer.has(isSchedule ? "stop_running_schedule" : "edit_sensor", [location]),
  };
}

/** What nobody has switched by hand is as its code says. */
export function statusOf(found: FoundInstigator, kept: Instigator | null): "RUNNING" | "STOPPED" {
  return kept === null || kept.status === "DECLARED_IN_CODE" ? found.defaultStatus : kept.status;
}

/** Whether there is a switch by hand that could be taken back. */
export const canReset = (kept: Instigator | null): boolean => kept !== null && kept.status !== "DECLARED_IN_CODE";

const scheduleData = (cron: readonly string[], startTimestamp: number | null): gql.ScheduleData => ({
  __typename: "ScheduleData",
  cronSchedule: cronText(cron),
  startTimestamp,
});

/** Since when it is on, in seconds; null while it is off. */
async function startedAt(found: FoundInstigator, { loaders }: GraphContext): Promise<number | null> {
  const kept = await loaders.instigator.load(found.id);
  return statusOf(found, kept) === "RUNNING" && kept !== null && kept.lastStartedAtMs !== null
    ? kept.lastStartedAtMs / 1000
    : null;
}

async function sensorData(found: FoundInstigator, context: GraphContext): Promise<gql.SensorData> {
  const kept = await context.loaders.instigator.load(found.id);
  const newest = async (page: Parameters<typeof ticksOf>[1]) => (await ticksOf(found, page, context))[0];
  return {
    __typename: "SensorData",
    lastCursor: kept?.cursor ?? null,
    lastTickTimestamp: async () => {
      const tick = await newest({ limit: 1 });
      return tick === undefined ? null : tick.scheduledAtMs / 1000;
    },
    lastRunKey: async () => (await newest({ limit: 1, statuses: ["SUCCESS"] }))?.runKeys.at(-1) ?? null,
  };
}

function runsOf({ kind, location, name }: FoundInstigator): RunFilter {
  return { location, tags: [{ key: kind === "SCHEDULE" ? systemTags.scheduleName : systemTags.sensorName, values: [name] }] };
}

interface TickArgs {
  readonly dayRange?: number | null | undefined;
  readonly dayOffset?: number | null | undefined;
  readonly limit?: number | null | undefined;
  readonly cursor?: string | null | undefined;
  readonly statuses?: readonly gql.InstigationTickStatus[] | null | undefined;
  readonly beforeTimestamp?: number | null | undefined;
  readonly afterTimestamp?: number | null | undefined;
}

/** Newest first. The cursor is the time, in seconds, of the last tick of the page before; days count back from now. */
async function ticksOf({ id }: FoundInstigator, args: TickArgs, context: GraphContext): Promise<readonly Tick[]> {
  const { dayRange, dayOffset, cursor, statuses, beforeTimestamp, afterTimestamp } = args;
  const limit = pageSize(args.limit, largestTickPage);
  if (limit === 0) return [];
  const daysEndMs = context.nowMs() - (dayOffset ?? 0) * dayMs;
  const before = [
    (timeCursor(cursor, "ticks") ?? Infinity) * 1000,
    beforeTimestamp !== null && beforeTimestamp !== undefined ? beforeTimestamp * 1000 : Infinity,
    (dayOffset ?? 0) > 0 ? daysEndMs : Infinity,
  ];
  const after = [
    afterTimestamp !== null && afterTimestamp !== undefined ? afterTimestamp * 1000 : -Infinity,
    dayRange !== null && dayRange !== undefined ? daysEndMs - dayRange * dayMs : -Infinity,
  ];
  const beforeMs = Math.min(...before);
  const afterMs = Math.max(...after);
  const page = {
    limit,
    ...(Number.isFinite(beforeMs) && { beforeMs: instantMs(beforeMs) }),
    ...(Number.isFinite(afterMs) && { afterMs: instantMs(afterMs) }),
    ...(statuses !== null && statuses !== undefined && statuses.length > 0 && { statuses }),
  };
  return context.loaders.ticks.load({ id, page });
}
