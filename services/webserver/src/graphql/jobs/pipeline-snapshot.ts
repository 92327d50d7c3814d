import { type JobSnapshot, type Run, type SnapshotId } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toSchedule } from "../instigators/to-schedule.ts";
import { toSensor } from "../instigators/to-sensor.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRun } from "../runs/to-run.ts";
import { loadedLocations } from "../workspace/find-definitions.ts";
import { toJobDescription } from "./to-job.ts";

/** A job as it was when a run used it, whatever has become of the code since. */
export const toPipelineSnapshot = (
  job: JobSnapshot,
  id: SnapshotId,
  solidSelection: readonly string[] | null,
): gql.PipelineSnapshot => ({
  __typename: "PipelineSnapshot",
  ...toJobDescription(job),
  id,
  pipelineSnapshotId: id,
  solidSelection,
  ...whatNamesTheJob(job.name),
});

/** Runs, schedules and sensors go by the job's name: a snapshot does not know which location it came from. */
const whatNamesTheJob = (jobName: string): Pick<gql.PipelineSnapshot, "runs" | "schedules" | "sensors"> => ({
  runs: async ({ cursor, limit }, context) => (await listRuns({ jobName }, cursor, limit, context)).map(toRun),
  schedules: (_, context) =>
    loadedLocations(context).flatMap((location) =>
      location.snapshot.schedules
        .filter((each) => each.jobName === jobName)
        .map((schedule) => toSchedule({ ...location, schedule })),
    ),
  sensors: (_, context) =>
    loadedLocations(context).flatMap((location) =>
      location.snapshot.sensors
        .filter(({ jobNames }) => jobNames.includes(jobName))
        .map((sensor) => toSensor({ ...location, sensor })),
    ),
});

/** The job of a run. */
export const toPipelineReference = async (
  run: Run,
  solidSelection: readonly string[] | null,
  { snapshots }: GraphContext,
): Promise<gql.PipelineReference> =>
  toPipelineSnapshot(await snapshots.job(run.jobSnapshotId), run.jobSnapshotId, solidSelection);
