import type { HolderId, RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval } from "../database/time.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { runColumns, type RunRow } from "./run-row.ts";
import type { WorkerHandle } from "./run-store.ts";

export interface ClaimedRow extends RunRow {
  readonly launch_fence: number;
}

/** Claims what is due, longest overdue first. SKIP LOCKED: sweepers at the same time share the work instead of waiting for one another. */
export const claimLaunchesStatement = (
  holder: HolderId,
  limit: number,
  claimMs: number,
): SqlFragment<ClaimedRow> => sql<ClaimedRow>`
  with due as (
    select id from dagwright.runs where launch_due_at <= now() and status = 'STARTING'
    order by launch_due_at limit ${limit} for no key update skip locked),
  claimed as (
    update dagwright.runs as r set launch_due_at = now() + ${interval(claimMs)}, launch_fence = r.launch_fence + 1, launch_holder = ${holder}
    from due where r.id = due.id
    returning r.*)
  select ${runColumns("c")}, c.launch_fence from claimed c order by c.launched_at, c.id`;

/**
 * A claim that ran out counts as long as nobody else took it: the fence decides, not the clock. A worker that has begun by now told more about itself
 * than its launcher knows; that stays.
 */
export const recordLaunchStatement = (id: RunId, fence: number, worker: WorkerHandle): SqlFragment<{ id: string }> => sql<{
  id: string;
}>`
  update dagwright.runs set worker = case when lease_until is null then ${toStoredJson(worker)}::jsonb else worker end, launch_due_at = null
  where id = ${id}::uuid and launch_fence = ${fence}
  returning id`;
