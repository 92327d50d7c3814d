import { type InstigatorId, instigatorId, runId, type SerializedError, type TickStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { fromMs, toMs } from "../database/time.ts";
import type { TickDetails } from "./commit-statements.ts";
import type { Tick, TickPage } from "./instigator-store.ts";

export interface TickRow {
  readonly id: string;
  readonly instigator_id: string;
  readonly scheduled_ms: number;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly status: TickStatus;
  readonly skip_reason: string | null;
  readonly error: SerializedError | null;
  readonly cursor: string | null;
  readonly logs: Tick["logs"];
  readonly repetitions: number;
  readonly details: TickDetails | null;
  readonly evaluation_id: string | null;
  readonly run_ids: readonly string[];
  readonly run_keys: readonly string[];
}

/** A page of ticks for each instigator, newest first: ranges of the unique index by (instigator, scheduled time). */
export function ticksStatement(ids: readonly InstigatorId[], page: TickPage): SqlFragment<TickRow> {
  const conditions: SqlFragment<unknown>[] = [sql`t.instigator_id = i.id`];
  if (page.beforeMs !== undefined) conditions.push(sql`t.scheduled_at < ${fromMs(page.beforeMs)}`);
  if (page.afterMs !== undefined) conditions.push(sql`t.scheduled_at > ${fromMs(page.afterMs)}`);
  if (page.statuses !== undefined) conditions.push(sql`t.status = any(${page.statuses}::text[])`);
  return sql<TickRow>`
    select t.id::text as id, t.instigator_id, ${toMs(sql`t.scheduled_at`)} as scheduled_ms, ${toMs(sql`t.started_at`)} as started_ms,
      ${toMs(sql`t.ended_at`)} as ended_ms, t.status, t.skip_reason, t.error, t.cursor, t.logs, t.repetitions, t.details,
      t.evaluation_id::text as evaluation_id, r.run_ids, r.run_keys
    from unnest(${ids}::text[]) as i(id),
      lateral (select * from dagwright.ticks t where ${sql.join(conditions, sql` and `)} order by t.scheduled_at desc limit ${page.limit}) t,
      lateral (
        select coalesce(array_agg(run_id::text order by index), '{}') as run_ids,
          coalesce(array_agg(run_key order by index) filter (where run_key is not null), '{}') as run_keys
        from dagwright.tick_runs where instigator_id = t.instigator_id and scheduled_at = t.scheduled_at) r
    order by t.scheduled_at desc`;
}

interface LastTickRow {
  readonly instigator_id: string;
  readonly scheduled_ms: number | null;
  readonly ended_ms: number | null;
  readonly run_key: string | null;
}

/** Ticks that failed say nothing, and those that skipped started no run: ends of the unique index for each instigator. */
export const lastTicksStatement = (ids: readonly InstigatorId[]): SqlFragment<LastTickRow> => sql<LastTickRow>`
  select i.id as instigator_id, ${toMs(sql`good.scheduled_at`)} as scheduled_ms, ${toMs(sql`newest.ended_at`)} as ended_ms, keyed.run_key
  from unnest(${ids}::text[]) as i(id),
    lateral (
      select t.ended_at from dagwright.ticks t where t.instigator_id = i.id order by t.scheduled_at desc limit 1) newest
    left join lateral (
      select t.scheduled_at from dagwright.ticks t where t.instigator_id = i.id and t.status in ('SUCCESS', 'SKIPPED')
      order by t.scheduled_at desc limit 1) good on true
    left join lateral (
      select t.scheduled_at from dagwright.ticks t where t.instigator_id = i.id and t.status = 'SUCCESS'
      order by t.scheduled_at desc limit 1) started on true
    left join lateral (
      select r.run_key from dagwright.tick_runs r
      where r.instigator_id = i.id and r.scheduled_at = started.scheduled_at and r.run_key is not null
      order by r.index desc limit 1) keyed on true`;

export const toTick = (row: TickRow): Tick => ({
  id: row.id,
  instigatorId: instigatorId(row.instigator_id),
  scheduledAtMs: row.scheduled_ms,
  startedAtMs: row.started_ms,
  endedAtMs: row.ended_ms,
  status: row.status,
  runIds: row.run_ids.map(runId),
  runKeys: row.run_keys,
  skipReason: row.skip_reason,
  error: row.error,
  cursor: row.cursor,
  logs: row.logs,
  repetitions: row.repetitions,
  evaluationId: row.evaluation_id,
  originRunIds: (row.details?.originRunIds ?? []).map(runId),
  dynamicPartitions: row.details?.dynamicPartitions ?? [],
});
