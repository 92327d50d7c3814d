import type { CodeLocationName, RunId, SnapshotId } from "./ids.ts";
import type { RunSelection } from "./execution-plan.ts";
import type { JsonObject } from "./json.ts";
import type { RunStatus } from "./run-status.ts";
import type { Tags } from "./tags.ts";

/** A run as the instance knows it. Times are milliseconds since the epoch, by the database's clock. */
export interface Run {
  readonly id: RunId;
  readonly status: RunStatus;
  /** Which try of a worker at this run is the current one; starts at 1, grows at each resume. */
  readonly attempt: number;
  readonly jobName: string;
  readonly location: CodeLocationName;
  readonly tags: Tags;
  readonly runConfig: JsonObject;
  readonly selection: RunSelection;
  readonly jobSnapshotId: SnapshotId;
  readonly planSnapshotId: SnapshotId;
  readonly parentRunId: RunId | null;
  readonly rootRunId: RunId | null;
  readonly partition: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly enqueuedAtMs: number | null;
  readonly launchedAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}
