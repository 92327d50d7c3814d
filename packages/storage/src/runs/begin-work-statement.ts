import type { ExecutionPlan, RunLogEntry, RunStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { interval } from "../database/time.ts";
import { placeEntries } from "../events/append-statement.ts";
import { moveAssignments, movesOf } from "../events/run-moves.ts";
import { notifyRun } from "../notifications/notify-statements.ts";
import { runColumns, type RunRow } from "./run-row.ts";
import type { WorkBegin } from "./run-store.ts";

export interface BegunRow extends RunRow {
  readonly last_seq: number;
  /** The plan's stored text. */
  readonly plan: string;
}

export const parsePlan = (text: string): ExecutionPlan => JSON.parse(text) as ExecutionPlan;

/**
 * A worker takes up its run, in one statement: the guarded update is the append's, with the launch's fence beside the attempt. A lease that is there already
 * belongs to another worker of this attempt (one launch too many, started by hand), so the second one is kept out.
 * With the lease the launch is done, and nobody sweeps it any more.
 */
export function beginWorkStatement(begin: WorkBegin, from: RunStatus, entries: readonly RunLogEntry[]): SqlFragment<BegunRow> {
  const moves = movesOf(entries, [from]);
  const count = sql.lit(entries.length);
  const assignments = moveAssignments(moves.to, {
    before: {
      worker: sql`${toStoredJson(begin.worker)}::jsonb`,
      lease_until: sql`now() + ${interval(begin.leaseMs)}`,
      launch_due_at: sql`null`,
      last_seq: sql`r.last_seq + ${count}`,
      notified_at: sql`now()`,
    },
  });
  const parts = [
    sql`
      begun as (
        update dagwright.runs as r set ${sql.join(assignments)}
        where r.id = ${begin.runId}::uuid and r.attempt = ${begin.attempt} and r.status = any(${moves.from as readonly string[]}::text[])
          and r.lease_until is null ${begin.fence === null ? sql`` : sql`and r.launch_fence = ${begin.fence}`}
        returning r.*)`,
    ...placeEntries(entries, sql`select b.id, b.last_seq - ${count} as base from begun b`),
  ];
  const changed = moves.to.length > 0 ? sql`b.status` : sql`null`;
  const notified = entries.length > 0 ? sql`, ${notifyRun(sql`b.id`, sql`b.last_seq`, changed)}` : sql``;
  return sql<BegunRow>`
    with ${sql.join(parts)}
    select ${runColumns("b")}, b.last_seq, s.body as plan ${notified}
    from begun b join dagwright.snapshots s on s.id = b.plan_snapshot_id`;
}

/** The same worker asks again: its first question was answered by a commit and the answer was lost on the way. Nothing but the lease is written. */
export const beginAgainStatement = (begin: WorkBegin): SqlFragment<BegunRow> => sql<BegunRow>`
  with begun as (
    update dagwright.runs as r set lease_until = now() + ${interval(begin.leaseMs)}
    where r.id = ${begin.runId}::uuid and r.attempt = ${begin.attempt} and r.status in ('STARTING', 'STARTED', 'CANCELING')
      and r.lease_until is not null and r.worker = ${toStoredJson(begin.worker)}::jsonb
      ${begin.fence === null ? sql`` : sql`and r.launch_fence = ${begin.fence}`}
    returning r.*)
  select ${runColumns("b")}, b.last_seq, s.body as plan from begun b join dagwright.snapshots s on s.id = b.plan_snapshot_id`;
