import { isFinalRunStatus, type RunId, type RunLogEntry, type RunStatus, systemTags } from "@dagwright/model";
import { countBackfillChange, tellOfBackfillChange } from "../backfills/run-changes.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval } from "../database/time.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { logNotifyIntervalMs, notifyPoolWaiters, notifyRun, notifyWork } from "../notifications/notify-statements.ts";
import { claimsInOrder } from "../pools/settle-statements.ts";
import { entryInserts, entryRecords, kindsOf } from "./entry-statements.ts";
import type { EventBatch } from "./event-store.ts";
import { moveAssignments, type RunMoves } from "./run-moves.ts";
import { toEntryRow } from "./stored-entry.ts";

/** No row comes back when the run is not as the batch needs it; nothing is written then. */
export interface AppendedRow {
  readonly last_seq: number;
  /** False: the log was notified of less than 50 ms ago, and somebody has to tell of this batch later. */
  readonly notified: boolean;
}

/**
 * Writes a batch in one statement and so in one round trip: the guarded update takes the row's lock (no key column changes, so it is
 * `FOR NO KEY UPDATE`), checks attempt and status on the newest version of the row, and hands out the seqs; every insert hangs on its result.
 *
 * A second arrival of a batch fails on the key of `run_batches` and takes everything with it; the store then looks up the first one's seq.
 * That insert hangs on the update and not the other way round: two arrivals at once wait for each other at the run's row.
 *
 * Status changes notify at once; other batches only when the run's last notification is long enough ago, which is decided here,
 * under the lock, so that it holds over all writers of the run.
 */
export function appendStatement(batch: EventBatch, moves: RunMoves): SqlFragment<AppendedRow> {
  const { entries } = batch;
  const count = sql.lit(entries.length);
  const changed = moves.to.at(-1);
  const due = changed === undefined ? sql`r.notified_at <= now() - ${interval(logNotifyIntervalMs)}` : sql`true`;
  const isEnd = changed !== undefined && isFinalRunStatus(changed);
  const mayBeNewsToBackfill = isEnd || entries.some(({ type }) => type === "ASSET_MATERIALIZATION");
  const reason = failureReasonOf(entries);
  const assignments = [
    sql`last_seq = r.last_seq + ${count}`,
    ...(reason === null ? [] : [sql`tags = r.tags || ${toStoredJson({ [systemTags.failureReason]: reason })}::jsonb`]),
    sql`notified_at = case when ${due} then now() else r.notified_at end`,
    ...moveAssignments(moves.to),
    ...(batch.leaseMs !== undefined && !leaseEnds(moves) ? [sql`lease_until = now() + ${interval(batch.leaseMs)}`] : []),
  ];
  const parts = [
    sql`
      moved as (
        update dagwright.runs as r set ${sql.join(assignments)}
        where r.id = ${batch.runId}::uuid and r.status = any(${moves.from as readonly string[]}::text[])
          ${batch.attempt === null ? sql`` : sql`and r.attempt = ${batch.attempt}`}
        returning r.id, r.last_seq, r.status, r.created_at, r.notified_at = now() as notified)`,
    ...(reason === null
      ? []
      : [
          sql`
            tagged as (
              insert into dagwright.run_tags (run_id, key, value, created_at)
              select id, ${systemTags.failureReason}, ${reason}, created_at from moved
              on conflict (run_id, key) do update set value = excluded.value)`,
        ]),
    ...placeEntries(entries, sql`select m.id, m.last_seq - ${count} as base from moved m`),
    ...(batch.batchId === undefined
      ? []
      : [
          sql`
            written_batch as (
              insert into dagwright.run_batches (run_id, batch_id, last_seq) select id, ${batch.batchId}, last_seq from moved)`,
        ]),
    ...(leaseEnds(moves) ? [freedSlots] : []),
    ...(mayBeNewsToBackfill ? [countBackfillChange(isEnd)] : []),
  ];
  return sql<AppendedRow>`
    with ${sql.join(parts)}
    select m.last_seq, m.notified, ${sql.join([
      sql`case when m.notified then ${notifyRun(sql`m.id`, sql`m.last_seq`, changed === undefined ? sql`null` : sql`m.status`)} end`,
      ...workNotifications(changed),
      ...(leaseEnds(moves) ? [tellOfFreedSlots] : []),
      ...(mayBeNewsToBackfill ? [tellOfBackfillChange] : []),
    ])}
    from moved m`;
}

/**
 * Why the run failed, as its tag tells it, by which people find such runs; null: it did not, or nobody knows. In Dagster's words: whose worker was
 * lost ended unexpectedly.
 */
function failureReasonOf(entries: readonly RunLogEntry[]): string | null {
  const failure = entries.findLast((entry) => entry.type === "RUN_FAILURE");
  if (failure === undefined || failure.reason === "UNKNOWN") return null;
  return failure.reason === "WORKER_LOST" ? "UNEXPECTED_TERMINATION" : failure.reason;
}

/** A run whose worker is done holds no slots of pools, however its steps ended. Those who wait for them look themselves. */
const freedSlots = sql`
  claims as materialized (${claimsInOrder(sql`c.run_id in (select id from moved)`)}),
  freed_slots as (
    delete from dagwright.pool_claims c using claims o where c.run_id = o.run_id and c.step_key = o.step_key returning c.pool)`;
const tellOfFreedSlots = sql`
  (select count(${notifyPoolWaiters(sql`'pool ' || pool`)}) from (select distinct pool from freed_slots) f)`;

/**
 * Tells of a run's log what was held back. Decided under the row's lock like the rest: a notification of another writer since then carried a later seq,
 * and this one is left out. (At closing time it is sent even so early, `atOnce`.)
 */
export const notifyLateStatement = (runId: RunId, atOnce: boolean): SqlFragment<unknown> => sql`
  with late as (
    update dagwright.runs as r set notified_at = now()
    where r.id = ${runId}::uuid ${atOnce ? sql`` : sql`and r.notified_at <= now() - ${interval(logNotifyIntervalMs)}`}
    returning r.id, r.last_seq)
  select ${notifyRun(sql`l.id`, sql`l.last_seq`, sql`null`)} from late l`;

/** The CTEs that give entries their place behind `base` in the run of `run` (one row: id, base), and write them. */
export function placeEntries(entries: readonly RunLogEntry[], run: SqlFragment<unknown>): readonly SqlFragment<unknown>[] {
  if (entries.length === 0) return [];
  const rows = entries.map((entry, index) => toEntryRow(entry, 1, index + 1));
  return [
    sql`
      placed as (
        select run.id as run_id, run.base + e.ord as seq, e.type, e.step_key, e.at_ms, e.level, e.message, e.data, e.asset_key, e.partition
        from (${run}) run, ${entryRecords(rows)})`,
    ...entryInserts(kindsOf(entries)),
  ];
}

const leaseEnds = (moves: RunMoves): boolean =>
  moves.to.some((status) => isFinalRunStatus(status) || status === "QUEUED" || status === "STARTING");

function workNotifications(changed: RunStatus | undefined): readonly SqlFragment<unknown>[] {
  if (changed === undefined) return [];
  // A run that ended made room for another one in the queue.
  if (changed === "QUEUED" || isFinalRunStatus(changed)) return [notifyWork("queue")];
  return changed === "STARTING" ? [notifyWork("launch")] : [];
}
