import type { HolderId, RunId, RunLogEntry } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { moveAssignments, movesOf } from "../events/run-moves.ts";
import { toEntryRow } from "../events/stored-entry.ts";
import { notifyRun } from "../notifications/notify-statements.ts";
import type { ClaimedRow } from "./launch-statements.ts";
import { runColumns } from "./run-row.ts";
import type { QueueState } from "./run-store.ts";

/** Held until the transaction ends: of several daemons one decides at a time, on what the one before has committed. */
export const lockQueueStatement = sql`select 1 from dagwright.locks where name = 'run-queue' for update`;

/**
 * What is decided upon, in one statement. It must not be the one that takes the lock: a statement sees what was committed before it
 * began, and the lock may have been waited for.
 */
export const queueStateStatement = (readAtMost: number): SqlFragment<{ state: QueueState }> => sql<{ state: QueueState }>`
  select jsonb_build_object(
    'queued', coalesce((
      select jsonb_agg(jsonb_build_object('id', q.id, 'jobName', q.job_name, 'location', q.location, 'tags', q.tags, 'priority', q.priority,
        'enqueuedAtMs', extract(epoch from q.enqueued_at) * 1000) order by q.priority desc, q.enqueued_at, q.id)
      from (select * from dagwright.runs where status = 'QUEUED' order by priority desc, enqueued_at, id limit ${readAtMost}) q), '[]'),
    'running', (select count(*) from dagwright.runs where status in ('STARTING', 'STARTED', 'CANCELING')),
    'runningTags', coalesce((
      select jsonb_agg(jsonb_build_object('tags', a.tags, 'location', a.location))
      from dagwright.runs a where status in ('STARTING', 'STARTED', 'CANCELING')), '[]')) as state`;

/** Moves the chosen runs on, their launch claimed. A run that was canceled meanwhile is no longer QUEUED and stays out. */
export function takeFromQueueStatement(ids: readonly RunId[], holder: HolderId, claimMs: number): SqlFragment<ClaimedRow> {
  const entries: readonly RunLogEntry[] = [
    { type: "RUN_DEQUEUED", atMs: 0, stepKey: null, message: "Run was taken from the queue" },
    { type: "RUN_STARTING", atMs: 0, stepKey: null, message: "Run is starting" },
  ];
  const moves = movesOf(entries);
  const assignments = [
    // The launch is the holder's from the start.
    ...moveAssignments(moves.to, { after: { launch_due_at: sql`now() + ${interval(claimMs)}`, launch_holder: sql`${holder}` } }),
    sql`last_seq = r.last_seq + ${sql.lit(entries.length)}`,
    sql`notified_at = now()`,
  ];
  return sql<ClaimedRow>`
    with taken as (
      update dagwright.runs as r set ${sql.join(assignments)}
      where r.id = any(${ids}::uuid[]) and r.status = 'QUEUED'
      returning r.*),
    placed as (
      select t.id as run_id, t.last_seq - ${sql.lit(entries.length)} + e.ord as seq, e.type, e.step_key, ${toMs(sql`now()`)} as at_ms, e.level, e.message, e.data, e.asset_key, e.partition
      from taken t, ${entryRecords(entries.map((entry, index) => toEntryRow(entry, 1, index + 1)))}),
    ${sql.join(entryInserts(kindsOf(entries)))}
    select ${runColumns("t")}, t.launch_fence, ${notifyRun(sql`t.id`, sql`t.last_seq`, sql`t.status`)}
    from taken t`;
}
