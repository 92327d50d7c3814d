import { runId, type RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { StepStats } from "./event-store.ts";

export interface StepStatsRow {
  readonly run_id: string;
  readonly step_key: string;
  readonly status: StepStats["status"];
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly attempts: number;
}

/** Steps from their events: the newest outcome counts; a start after it means that the step runs again. */
export const stepStatsStatement = (runIds: readonly RunId[]): SqlFragment<StepStatsRow> => sql<StepStatsRow>`
  select run_id, step_key,
    case (array_agg(type order by seq desc))[1]
      when 'STEP_SUCCESS' then 'SUCCESS' when 'STEP_FAILURE' then 'FAILURE' when 'STEP_SKIPPED' then 'SKIPPED' else 'IN_PROGRESS' end as status,
    min(at_ms) filter (where type = 'STEP_START') as started_at_ms,
    case when (array_agg(type order by seq desc))[1] in ('STEP_SUCCESS', 'STEP_FAILURE', 'STEP_SKIPPED') then max(at_ms) end as ended_at_ms,
    (count(*) filter (where type in ('STEP_START', 'STEP_RESTARTED')))::int as attempts
  from dagwright.run_events
  where run_id = any(${runIds}::uuid[]) and step_key is not null
    and type in ('STEP_START', 'STEP_RESTARTED', 'STEP_UP_FOR_RETRY', 'STEP_SUCCESS', 'STEP_FAILURE', 'STEP_SKIPPED')
  group by run_id, step_key order by run_id, min(seq)`;

export const toStepStats = (row: StepStatsRow): StepStats => ({
  runId: runId(row.run_id),
  stepKey: row.step_key,
  status: row.status,
  startedAtMs: row.started_at_ms,
  endedAtMs: row.ended_at_ms,
  attempts: row.attempts,
});
