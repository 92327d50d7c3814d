import type { PartitionsSnapshot, RunRequest, ScheduleSnapshot } from "@dagwright/model";
import { noPartitionYet, type PartitionsView, scheduledPartitions } from "@dagwright/partitions";

/**
 * The runs that a schedule without a function asks for at a tick: one, or one for each partition that the tick is for; none of one with a
 * function, whose code says.
 *
 * @param partitions - of its job; null when it has none
 * @param view - as of the time for which the tick is due
 */
export function scheduleRequests(
  { jobName, tags, request }: ScheduleSnapshot,
  partitions: PartitionsSnapshot | null,
  view: PartitionsView,
): { readonly runRequests: readonly RunRequest[]; readonly skipReason: string | null } {
  if (request === undefined) return { runRequests: [], skipReason: null };
  const run: RunRequest = {
    runKey: null,
    jobName,
    runConfig: request.runConfig,
    tags,
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
