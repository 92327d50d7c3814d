import type { PartitionsSnapshot, RunRequest, ScheduleRequestSnapshot, ScheduleSnapshot } from "@dagwright/model";
import { noPartitionYet, type PartitionsView, scheduledPartitions } from "@dagwright/partitions";

/**
 * The runs that a schedule without a function asks for at a tick: one, or one for each partition that the tick is for.
 *
 * @param partitions - of its job; null when it has none
 * @param view - as of the time for which the tick is due
 */
export function scheduleRequests(
  schedule: ScheduleSnapshot,
  request: ScheduleRequestSnapshot,
  partitions: PartitionsSnapshot | null,
  view: PartitionsView,
): { readonly runRequests: readonly RunRequest[]; readonly skipReason: string | null } {
  const run: RunRequest = {
    runKey: null,
    jobName: schedule.jobName,
    runConfig: request.runConfig,
    tags: schedule.tags,
    partition: null,
    assetKeys: null,
  };
  if (request.kind === "run") return { runRequests: [run], skipReason: null };
  const keys = partitions === null ? [] : scheduledPartitions(partitions, view);
  return {
    runRequests: keys.map((partition) => ({ ...run, partition, runKey: partition })),
    skipReason: keys.length === 0 ? noPartitionYet : null,
  };
}
