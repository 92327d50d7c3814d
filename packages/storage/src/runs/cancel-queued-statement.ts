import type { RunEvent, RunId } from "@dagwright/model";
import { countBackfillChange, tellOfBackfillChange } from "../backfills/run-changes.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { moveAssignments } from "../events/run-moves.ts";
import { toEntryRow } from "../events/stored-entry.ts";
import { notifyRun, notifyWork } from "../notifications/notify-statements.ts";

/**
 * Cancels many runs that no worker has, each with its event, in one statement. Rows are locked in the order of their ids, and looked at again once
 * they are: a run that was taken from the queue meanwhile stays as it is.
 */
export function cancelQueuedStatement(ids: readonly RunId[], message: string): SqlFragment<{ id: string }> {
  const event: RunEvent = { type: "RUN_CANCELED", atMs: Date.now(), message, stepKey: null, error: null };
  const parts = [
    sql`
      waiting as (
        select w.id from dagwright.runs w where w.id = any(${ids}::uuid[]) and w.status in ('QUEUED', 'NOT_STARTED')
        order by w.id for no key update)`,
    sql`
      moved as (
        update dagwright.runs as r set ${sql.join([sql`last_seq = r.last_seq + 1`, sql`notified_at = now()`, ...moveAssignments(["CANCELED"])])}
        from waiting where r.id = waiting.id
        returning r.id, r.last_seq, r.status)`,
    sql`
      placed as (
        select m.id as run_id, m.last_seq as seq, e.type, e.step_key, e.at_ms, e.level, e.message, e.data, e.asset_key, e.partition
        from moved m, ${entryRecords([toEntryRow(event, 1, 1)])})`,
    ...entryInserts(kindsOf([event])),
    countBackfillChange(true),
  ];
  return sql<{ id: string }>`
    with ${sql.join(parts)}
    select m.id, ${notifyRun(sql`m.id`, sql`m.last_seq`, sql`m.status`)}, ${notifyWork("queue")}, ${tellOfBackfillChange} from moved m`;
}
