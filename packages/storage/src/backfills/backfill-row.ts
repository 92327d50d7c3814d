import {
  type AssetKey,
  type Backfill,
  backfillId,
  type BackfillStatus,
  codeLocationName,
  type JsonObject,
  type JsonValue,
  type PartitionsSnapshot,
  type SerializedError,
  type Tags,
} from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import type { BackfillTarget } from "./backfill-store.ts";

export interface BackfillRow {
  readonly id: string;
  readonly status: BackfillStatus;
  readonly job_name: string | null;
  readonly location: string | null;
  readonly asset_keys: readonly AssetKey[] | null;
  readonly tags: Tags;
  readonly run_config: JsonObject;
  readonly title: string | null;
  readonly description: string | null;
  readonly from_failure: boolean;
  readonly step_keys: readonly string[] | null;
  readonly is_paused: boolean;
  readonly max_runs_in_flight: number | null;
  readonly runs_submitted: number;
  readonly runs_in_flight: number;
  readonly waiting_reason: string | null;
  readonly error: SerializedError | null;
  readonly problems: readonly string[];
  readonly created_ms: number;
  readonly ended_ms: number | null;
}

const plain = [
  "id",
  "status",
  "job_name",
  "location",
  "asset_keys",
  "tags",
  "run_config",
  "title",
  "description",
  "from_failure",
  "step_keys",
  "is_paused",
  "max_runs_in_flight",
  "runs_submitted",
  "runs_in_flight",
  "waiting_reason",
  "error",
  "problems",
];

/** The columns of a {@link Backfill}, of the table or CTE of that alias. */
export function backfillColumns(alias: string): SqlFragment<BackfillRow> {
  const times = ["created", "ended"].map((name) => sql`${toMs(sql.ref(`${alias}.${name}_at`))} as ${sql.id(`${name}_ms`)}`);
  return sql<BackfillRow>`${sql.join([...plain.map((name) => sql.ref(`${alias}.${name}`)), ...times])}`;
}

export const toBackfill = (row: BackfillRow): Backfill => ({
  id: backfillId(row.id),
  status: row.status,
  job: row.job_name === null ? null : { name: row.job_name, location: codeLocationName(row.location ?? "") },
  assetKeys: row.asset_keys,
  tags: row.tags,
  runConfig: row.run_config,
  title: row.title,
  description: row.description,
  fromFailure: row.from_failure,
  stepKeys: row.step_keys,
  isPaused: row.is_paused,
  maxRunsInFlight: row.max_runs_in_flight,
  runsSubmitted: row.runs_submitted,
  runsInFlight: row.runs_in_flight,
  waitingReason: row.waiting_reason,
  error: row.error,
  problems: row.problems,
  createdAtMs: row.created_ms,
  endedAtMs: row.ended_ms,
});

type Sets<Suffix extends string, Value> = { readonly [Name in `${"target" | "requested" | "done" | "failed"}${Suffix}`]: Value };

export interface TargetRow extends Sets<"", JsonValue>, Sets<"_count", number> {
  readonly place: number;
  readonly name: string;
  readonly location: string;
  readonly partitions: PartitionsSnapshot | null;
}

export const toTarget = (row: TargetRow): BackfillTarget => ({
  place: row.place,
  name: row.name,
  location: codeLocationName(row.location),
  partitions: row.partitions,
  target: { subset: row.target, count: row.target_count },
  requested: { subset: row.requested, count: row.requested_count },
  done: { subset: row.done, count: row.done_count },
  failed: { subset: row.failed, count: row.failed_count },
});
