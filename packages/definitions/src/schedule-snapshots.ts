import { type JsonObject, type ScheduleRequestSnapshot, type ScheduleSnapshot, systemTags, type Tags } from "@dagwright/model";
import { ownersAndTarget } from "./owners-and-target.ts";
import type { Repository } from "./repository.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import { validateRunConfig } from "./validate-run-config.ts";

/**
 * Describes the schedules. What those without a function ask for is told with them, its run config checked, so that their ticks need no call
 * into this code.
 */
export function scheduleSnapshots(repository: Repository): readonly ScheduleSnapshot[] {
  // A thousand schedules often share a few jobs and configs.
  const checked = new Map<string, boolean>();
  const isValid = (jobName: string, runConfig: JsonObject): boolean => {
    const id = JSON.stringify([jobName, runConfig]);
    const known = checked.get(id) ?? validateRunConfig(repository, jobName, runConfig).ok;
    checked.set(id, known);
    return known;
  };
  const requestOf = ({ jobName, tags, request }: ScheduleDefinition): ScheduleRequestSnapshot | null => {
    // Definitions of an older copy of this package say nothing of it.
    if (request === undefined || request === null) return null;
    const given = request.kind === "run" ? request.runConfig : {};
    const job = repository.jobs.get(jobName);
    const isOwn = Object.keys(given).length > 0;
    const isForPartition = request.kind === "partitions" || hasPartitionTag({ ...job?.snapshot.tags, ...tags });
    const isMade = !isOwn && job?.partitionedConfig != null && isForPartition;
    const runConfig = isOwn ? given : (job?.runConfig ?? {});
    if (isMade || !isValid(jobName, runConfig)) return { kind: request.kind, isChecked: false, runConfig: given };
    return { kind: request.kind, isChecked: true, runConfig };
  };
  return [...repository.schedules.values()].map((schedule): ScheduleSnapshot => {
    const { name, description, tags, metadata, defaultStatus, jobName, cron, timeZone } = schedule;
    const request = requestOf(schedule);
    const shown = ownersAndTarget(schedule, repository.assets);
    const described = { name, description, tags, metadata, defaultStatus, ...shown, jobName, cron, timeZone };
    return request === null ? described : { ...described, request };
  });
}

/** Whole, or of one dimension. */
const hasPartitionTag = (tags: Tags): boolean => Object.keys(tags).some((key) => key.startsWith(systemTags.partition));
