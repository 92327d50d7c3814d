import type { RunLogEntry } from "@dagwright/model";
import { sql } from "../database/sql.ts";

export const isCheckEvent = ({ type }: RunLogEntry): boolean =>
  type === "ASSET_CHECK_EVALUATION_PLANNED" || type === "ASSET_CHECK_EVALUATION";

/** The latest evaluation in a group, in the shape of a stored event. */
const evaluation = sql`
  (array_agg(jsonb_build_object('type', type, 'stepKey', step_key, 'atMs', at_ms, 'message', message, 'data', data) order by id desc)
    filter (where type = 'ASSET_CHECK_EVALUATION'))[1]`;

/**
 * The part of a batch's statement that keeps the executions of checks, behind a CTE `streamed`. A run has one for each check (and
 * partition): its planned event makes the row, its evaluation completes it, and a plan that arrives late changes nothing. What is
 * reported from outside any run is an execution of its own each time.
 */
export const checkExecutionInsert = sql`
  written_checks as (
    insert into dagwright.asset_check_executions as kept
      (id, asset_key, check_name, run_id, partition, step_key, status, created_at_ms, evaluation_id, evaluation)
    select id, asset_key, check_name, run_id, partition, step_key,
      case when evaluation is null then 'PLANNED' when (evaluation->'data'->>'success')::boolean then 'SUCCEEDED' else 'FAILED' end,
      created_at_ms, evaluation_id, evaluation
    from (
      select min(id) as id, asset_key, data->>'checkName' as check_name, run_id, partition, max(step_key) as step_key, min(at_ms) as created_at_ms,
        max(id) filter (where type = 'ASSET_CHECK_EVALUATION') as evaluation_id, ${evaluation} as evaluation
      from streamed where type in ('ASSET_CHECK_EVALUATION_PLANNED', 'ASSET_CHECK_EVALUATION')
      group by asset_key, data->>'checkName', run_id, partition, case when run_id is null then id end) grouped
    order by run_id, asset_key, check_name
    on conflict (run_id, asset_key, check_name, coalesce(partition, '')) where run_id is not null do update set
      status = excluded.status, evaluation = excluded.evaluation, evaluation_id = excluded.evaluation_id,
      step_key = coalesce(excluded.step_key, kept.step_key)
    where excluded.evaluation_id > coalesce(kept.evaluation_id, 0))`;
