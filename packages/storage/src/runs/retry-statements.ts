import { type Metadata, type RunId, systemTags, type Tags } from "@dagwright/model";
import { countBackfillChange, tellOfBackfillChange } from "../backfills/run-changes.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { engineEventKinds } from "../events/engine-event-kinds.ts";
import { entryInserts } from "../events/entry-statements.ts";
import { notifyRun } from "../notifications/notify-statements.ts";
import { runColumns, type RunRow } from "./run-row.ts";

/** SKIP LOCKED: daemons at the same time share the work. */
export const claimRetriesStatement = (limit: number, claimMs: number): SqlFragment<RunRow> => sql<RunRow>`
  with due as (
    select id from dagwright.runs where retry_due_at <= now() order by retry_due_at limit ${limit} for no key update skip locked),
  claimed as (
    update dagwright.runs as r set retry_due_at = now() + ${interval(claimMs)} from due where r.id = due.id returning r.*)
  select ${runColumns("c")} from claimed c order by c.ended_at, c.id`;

/** Held until the transaction ends; no row: somebody has settled it. */
export const lockRetryStatement = (id: RunId): SqlFragment<{ id: string }> => sql<{ id: string }>`
  select id from dagwright.runs where id = ${id}::uuid and retry_due_at is not null for no key update`;

export const dropRetriesStatement: SqlFragment<{ count: number }> = sql<{ count: number }>`
  with dropped as (update dagwright.runs set retry_due_at = null where retry_due_at is not null returning id),
  ${countBackfillChange(true, "dropped")}
  select count(*)::int as count, ${tellOfBackfillChange} from dropped`;

export const nextRetryStatement: SqlFragment<{ due_ms: number | null }> = sql<{ due_ms: number | null }>`
  select ${toMs(sql`min(retry_due_at)`)} as due_ms from dagwright.runs where retry_due_at is not null`;

export const retryOfStatement = (id: RunId): SqlFragment<{ id: RunId }> => sql<{ id: RunId }>`
  select id from dagwright.runs where retry_of = ${id}::uuid`;

export const putOffRetryStatement = (id: RunId, afterMs: number): SqlFragment<unknown> => sql`
  update dagwright.runs set retry_due_at = now() + ${interval(afterMs)} where id = ${id}::uuid and retry_due_at is not null`;

/** Ends the question of a failed run's retry: tags in both places, and a word in its log, which has ended otherwise. */
export function settleRetryStatement(
  id: RunId,
  tags: Tags,
  note: { readonly message: string; readonly metadata: Metadata } | null,
): SqlFragment<{ id: string }> {
  const data = { error: null, metadata: note?.metadata ?? {}, markerStart: null, markerEnd: null };
  const grown = note === null ? sql`` : sql`, last_seq = r.last_seq + 1, notified_at = now()`;
  const parts = [
    sql`
      settled as (
        update dagwright.runs as r set retry_due_at = null, tags = r.tags || ${toStoredJson(tags)}::jsonb, updated_at = now() ${grown}
        where r.id = ${id}::uuid and r.retry_due_at is not null
        returning r.id, r.last_seq, r.status, r.created_at)`,
    sql`
      tagged as (
        insert into dagwright.run_tags (run_id, key, value, created_at)
        select s.id, t.key, t.value, s.created_at from settled s, jsonb_each_text(${toStoredJson(tags)}::jsonb) t
        on conflict (run_id, key) do update set value = excluded.value)`,
    // A backfill waits until it is known whether its run is tried again.
    countBackfillChange(true, "settled"),
    ...(note === null
      ? []
      : [
          sql`
            placed as (
              select s.id as run_id, s.last_seq as seq, 'ENGINE_EVENT'::text as type, null::text as step_key, ${toMs(sql`now()`)} as at_ms,
                null::text as level, ${note.message}::text as message, ${toStoredJson(data)}::jsonb as data, null::text as asset_key,
                null::text as partition
              from settled s)`,
          ...entryInserts(engineEventKinds),
        ]),
  ];
  return sql<{ id: string }>`
    with ${sql.join(parts)}
    select s.id, ${notifyRun(sql`s.id`, sql`s.last_seq`, sql`null`)}, ${tellOfBackfillChange} from settled s`;
}

export const notRetried: Tags = { [systemTags.willRetry]: "false" };

export const retriedBy = (retry: RunId): Tags => ({ [systemTags.willRetry]: "true", [systemTags.autoRetryRunId]: retry });
