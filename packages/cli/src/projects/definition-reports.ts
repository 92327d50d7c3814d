import {
  type AssetSnapshot,
  isHiddenJob,
  type AssetKey,
  type Instigator,
  type JobSnapshot,
  type ScheduleSnapshot,
  type SensorSnapshot,
  type Tags,
} from "@dagwright/model";

/** A job as `job list --json` tells it. */
export interface JobReport {
  readonly location: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
}

/** An asset as `asset list --json` tells it. */
export interface AssetReport {
  readonly location: string;
  readonly key: AssetKey;
  readonly group: string;
  readonly kinds: readonly string[];
  readonly tags: Tags;
  readonly owners: readonly string[];
  readonly description: string | null;
  readonly dependencies: readonly AssetKey[];
  readonly isExecutable: boolean;
  /** Something else makes it. */
  readonly isExternal: boolean;
  /** Jobs that make it. */
  readonly jobs: readonly string[];
}

/** What schedules and sensors have in common. */
interface InstigatorReport {
  readonly location: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: "RUNNING" | "STOPPED";
  /** ISO 8601; null while it is off, and before a daemon has seen it. */
  readonly nextTickAt: string | null;
}

/** A schedule as `schedule list --json` tells it. */
export interface ScheduleReport extends InstigatorReport {
  readonly job: string;
  readonly cron: readonly string[];
  readonly timeZone: string;
}

/** A sensor as `sensor list --json` tells it. */
export interface SensorReport extends InstigatorReport {
  readonly jobs: readonly string[];
  readonly minimumIntervalSeconds: number;
  readonly cursor: string | null;
}

export const visibleJobs = (jobs: readonly JobSnapshot[]): readonly JobSnapshot[] =>
  jobs.filter(({ name }) => !isHiddenJob(name));

export const toJobReport = (location: string, { name, description, tags }: JobSnapshot): JobReport => ({
  location,
  name,
  description,
  tags,
});

export const toAssetReport = (location: string, asset: AssetSnapshot): AssetReport => ({
  location,
  key: asset.key,
  group: asset.group,
  kinds: asset.kinds,
  tags: asset.tags,
  owners: asset.owners,
  description: asset.description,
  dependencies: asset.dependencies,
  isExecutable: asset.isExecutable,
  isExternal: asset.isExternal,
  jobs: asset.jobNames.filter((name) => !isHiddenJob(name)),
});

/** @param kept - what the instance keeps of it; null when it does not know it yet */
export const toScheduleReport = (location: string, schedule: ScheduleSnapshot, kept: Instigator | null): ScheduleReport => ({
  location,
  name: schedule.name,
  description: schedule.description,
  job: schedule.jobName,
  cron: schedule.cron,
  timeZone: schedule.timeZone,
  ...switchOf(schedule.defaultStatus, kept),
});

export const toSensorReport = (location: string, sensor: SensorSnapshot, kept: Instigator | null): SensorReport => ({
  location,
  name: sensor.name,
  description: sensor.description,
  jobs: sensor.jobNames,
  minimumIntervalSeconds: sensor.minimumIntervalSeconds,
  cursor: kept?.cursor ?? null,
  ...switchOf(sensor.defaultStatus, kept),
});

function switchOf(declared: "RUNNING" | "STOPPED", kept: Instigator | null): Pick<InstigatorReport, "status" | "nextTickAt"> {
  const status = kept === null || kept.status === "DECLARED_IN_CODE" ? declared : kept.status;
  const nextAtMs = status === "RUNNING" ? (kept?.nextAtMs ?? null) : null;
  return { status, nextTickAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString() };
}
