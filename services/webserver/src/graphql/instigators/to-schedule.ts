import { nextTimesMs, previousTimesMs } from "@dagwright/partitions";
import type * as gql from "../../gen/types.ts";
import { instantOfSeconds } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toOwner } from "../metadata/owners.ts";
import { toPartitionSet } from "../partitions/partition-sets.ts";
import { cronText } from "./cron-text.ts";
import { type FoundSchedule, ofSchedule } from "./find-instigators.ts";
import { canReset, toInstigationState } from "./instigation-state.ts";
import { toAssetSelection } from "./target-assets.ts";
import { dryScheduleTick } from "./schedule-dry-run.ts";

const defaultFutureTicks = 10;
const mostTicks = 1_000;

export function toSchedule(found: FoundSchedule): gql.Schedule {
  const { schedule } = found;
  const instigator = ofSchedule(found);
  return {
    __typename: "Schedule",
    id: instigator.id,
    name: schedule.name,
    description: schedule.description,
    cronSchedule: cronText(schedule.cron),
    executionTimezone: schedule.timeZone,
    pipelineName: schedule.jobName,
    solidSelection: null,
    mode: "default",
    defaultStatus: schedule.defaultStatus,
    canReset: async (_, { loaders }) => canReset(await loaders.instigator.load(instigator.id)),
    scheduleState: () => toInstigationState(instigator),
    partitionSet: () => partitionSetOf(found),
    futureTicks: ({ cursor, limit, until }, context) => {
      const fromMs = cursor === null || cursor === undefined ? context.nowMs() : instantOfSeconds(cursor) - 1;
      const most = pageSize(limit ?? (until === null || until === undefined ? defaultFutureTicks : mostTicks), mostTicks);
      const times = nextTimesMs(schedule, fromMs, most).filter(
        (time) => until === null || until === undefined || time <= until * 1000,
      );
      return { results: times.map((time) => dryScheduleTick(found, time)), cursor: (times.at(-1) ?? fromMs) / 1000 + 1 };
    },
    futureTick: ({ tickTimestamp }) => dryScheduleTick(found, instantOfSeconds(tickTimestamp)),
    potentialTickTimestamps: ({ startTimestamp, upperLimit, lowerLimit }, context) => {
      const startMs =
        startTimestamp === null || startTimestamp === undefined ? context.nowMs() : instantOfSeconds(startTimestamp);
      const before = previousTimesMs(schedule, startMs, pageSize(lowerLimit ?? defaultFutureTicks, mostTicks));
      const after = nextTimesMs(schedule, startMs, pageSize(upperLimit ?? defaultFutureTicks, mostTicks));
      return [...before, ...after].map((time) => time / 1000);
    },
    assetSelection: toAssetSelection(schedule),
    owners: (schedule.owners ?? []).map(toOwner),
    tags: Object.entries(schedule.tags).map(([key, value]) => ({ key, value })),
    metadataEntries: () => toMetadataEntries(schedule.metadata),
  };
}

/** Of a schedule that runs its job's partitions, one after the other as they come to their end. */
function partitionSetOf(found: FoundSchedule): gql.PartitionSet | null {
  if (found.schedule.request?.kind !== "partitions") return null;
  const job = found.snapshot.jobs.find(({ name }) => name === found.schedule.jobName);
  return job?.partitions === undefined ? null : toPartitionSet({ ...found, job }, job.partitions);
}
