import {
  codeLocationName,
  type JsonObject,
  type Run,
  runId,
  type RunSelection,
  type RunStatus,
  snapshotId,
  type Tags,
} from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";

/** A run as {@link runColumns} selects it. */
export interface RunRow {
  readonly id: string;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly job_name: string;
  readonly location: string;
  readonly tags: Tags;
  readonly run_config: JsonObject;
  readonly selection: RunSelection;
  readonly job_snapshot_id: string;
  readonly plan_snapshot_id: string;
  readonly parent_run_id: string | null;
  readonly root_run_id: string | null;
  readonly partition: string | null;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly enqueued_ms: number | null;
  readonly launched_ms: number | null;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
}

const known = new Map<string, SqlFragment<RunRow>>();

/** The columns of a {@link Run}, of the table or CTE of that alias. */
export function runColumns(alias: string): SqlFragment<RunRow> {
  const columns = known.get(alias) ?? sql.raw<RunRow>(columnsOf(alias).compile().sql);
  known.set(alias, columns);
  return columns;
}

function columnsOf(alias: string): SqlFragment<RunRow> {
  const column = (name: string): SqlFragment<unknown> => sql.ref(`${alias}.${name}`);
  const plain = [
    "id",
    "status",
    "attempt",
    "job_name",
    "location",
    "tags",
    "run_config",
    "selection",
    "job_snapshot_id",
    "plan_snapshot_id",
    "parent_run_id",
    "root_run_id",
    "partition",
  ].map(column);
  const times = ["created", "updated", "enqueued", "launched", "started", "ended"].map(
    (name) => sql`${toMs(column(`${name}_at`))} as ${sql.id(`${name}_ms`)}`,
  );
  return sql<RunRow>`${sql.join([...plain, ...times])}`;
}

export function toRun(row: RunRow): Run {
  return {
    id: runId(row.id),
    status: row.status,
    attempt: row.attempt,
    jobName: row.job_name,
    location: codeLocationName(row.location),
    tags: row.tags,
    runConfig: row.run_config,
    selection: row.selection,
    jobSnapshotId: snapshotId(row.job_snapshot_id),
    planSnapshotId: snapshotId(row.plan_snapshot_id),
    parentRunId: row.parent_run_id === null ? null : runId(row.parent_run_id),
    rootRunId: row.root_run_id === null ? null : runId(row.root_run_id),
    partition: row.partition,
    createdAtMs: row.created_ms,
    updatedAtMs: row.updated_ms,
    enqueuedAtMs: row.enqueued_ms,
    launchedAtMs: row.launched_ms,
    startedAtMs: row.started_ms,
    endedAtMs: row.ended_ms,
  };
}
