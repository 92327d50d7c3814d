import { type CodeLocationName, type MonitoredRuns, type Run, systemTags } from "@dagwright/model";

/** A run status sensor, as far as it says which runs are its business. */
export interface RunMonitor {
  readonly name: string;
  readonly location: CodeLocationName;
  readonly monitored: MonitoredRuns;
}

/**
 * Whether a run status sensor is to look at a run. Runs that it started itself are left out, since it would start runs for ever, unless it names
 * their job. Pure.
 */
export function isMonitored(run: Pick<Run, "jobName" | "location" | "tags">, { name, location, monitored }: RunMonitor): boolean {
  const isNamed = monitored.jobs.some((job) => job.jobName === run.jobName && (job.location ?? location) === run.location);
  if (isNamed) return true;
  const isOwn = run.location === location && run.tags[systemTags.sensorName] === name;
  if (isOwn) return false;
  if (monitored.allLocations) return true;
  if (monitored.jobs.length === 0) return run.location === location;
  return monitored.jobs.some((job) => job.jobName === null && (job.location ?? location) === run.location);
}
