import type { RunId, RunStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";

/**
 * Deletes a run with its tags, log and slots, when it has one of these statuses. Its row's lock comes first: a worker that is about to write
 * finds it gone, and ends.
 */
export const deleteRunStatement = (
  id: RunId,
  from: readonly RunStatus[],
): SqlFragment<{ status: RunStatus; is_deleted: boolean }> => sql`
  with found as materialized (select id, status from dagwright.runs where id = ${id}::uuid for update),
  wanted as materialized (select id from found where status = any(${[...from]}::text[])),
  gone as (delete from dagwright.runs r using wanted w where r.id = w.id returning r.id),
  their_tags as (delete from dagwright.run_tags t using wanted w where t.run_id = w.id),
  their_slots as (delete from dagwright.pool_claims c using wanted w where c.run_id = w.id),
  their_events as (delete from dagwright.run_events e using wanted w where e.run_id = w.id),
  their_lines as (delete from dagwright.run_logs l using wanted w where l.run_id = w.id),
  their_batches as (delete from dagwright.run_batches b using wanted w where b.run_id = w.id)
  select f.status, exists (select 1 from gone) as is_deleted from found f`;
