import type { RunId, RunStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { claimsInOrder } from "../pools/settle-statements.ts";

/**
 * Deletes a run with its tags, log, slots and what it told of assets, when it has one of these statuses. The latest states of assets, of their
 * partitions and of checks stay. Its row's lock comes first: a worker that is about to write finds it gone, and ends.
 *
 * Events of assets have no index by their run: they are found by when they were stored, while the run went on.
 */
export const deleteRunStatement = (
  id: RunId,
  from: readonly RunStatus[],
): SqlFragment<{ status: RunStatus; is_deleted: boolean }> => sql`
  with found as materialized (select id, status, created_at, updated_at from dagwright.runs where id = ${id}::uuid for update),
  wanted as materialized (select id, created_at, updated_at from found where status = any(${[...from]}::text[])),
  gone as (delete from dagwright.runs r using wanted w where r.id = w.id returning r.id),
  their_tags as (delete from dagwright.run_tags t using wanted w where t.run_id = w.id),
  their_claims as materialized (${claimsInOrder(sql`c.run_id in (select id from wanted)`)}),
  their_slots as (delete from dagwright.pool_claims c using their_claims o where c.run_id = o.run_id and c.step_key = o.step_key),
  their_events as (delete from dagwright.run_events e using wanted w where e.run_id = w.id),
  their_lines as (delete from dagwright.run_logs l using wanted w where l.run_id = w.id),
  their_asset_events as (
    delete from dagwright.asset_events a using wanted w
    where a.inserted_at between w.created_at - interval '1 minute' and w.updated_at + interval '1 minute' and a.run_id = w.id),
  their_batches as (delete from dagwright.run_batches b using wanted w where b.run_id = w.id)
  select f.status, exists (select 1 from gone) as is_deleted from found f`;
