import { sql, type SqlFragment } from "../database/sql.ts";
import { fromMs } from "../database/time.ts";
import { claimsInOrder } from "../pools/settle-statements.ts";
import type { RetainedClass, RetentionStep } from "./retention-store.ts";

/** Statuses of runs that have not ended; the conditions name them so that they find the index by status. */
export const unfinished = sql`('QUEUED', 'NOT_STARTED', 'MANAGED', 'STARTING', 'STARTED', 'CANCELING')`;
export const finished = sql`('SUCCESS', 'FAILURE', 'CANCELED')`;

type StepOf<Kind extends RetentionStep["kind"]> = Extract<RetentionStep, { readonly kind: Kind }>;

/** Old ticks of one kind and status. One that a series of skips is counted on is still being written. */
export const oldTicks = ({ instigatorKind, status, beforeMs }: StepOf<"ticks">, limit: number): SqlFragment => sql`
  select t.id, t.instigator_id, t.scheduled_at from dagwright.ticks t join dagwright.instigators i on i.id = t.instigator_id
  where t.status = ${status} and t.scheduled_at < ${fromMs(beforeMs)} and i.kind = ${instigatorKind} and i.last_skip_tick_id is distinct from t.id
  order by t.scheduled_at limit ${limit}`;

export const deleteTicks = (step: StepOf<"ticks">, limit: number): SqlFragment<{ count: number }> => sql`
  with old as (${oldTicks(step, limit)} for update of t skip locked),
  gone as (delete from dagwright.ticks t using old where t.id = old.id returning t.id),
  their_runs as (delete from dagwright.tick_runs r using old where r.instigator_id = old.instigator_id and r.scheduled_at = old.scheduled_at)
  select count(*)::int as count from gone`;

/**
 * Old runs, in the order of an index; a run is updated last when it ends. Not those of which somebody has yet to decide whether they are
 * retried, or to count how they ended.
 */
export const oldRuns = ({ beforeMs }: StepOf<"runs">, limit: number): SqlFragment => sql`
  select id from dagwright.runs r
  where updated_at < ${fromMs(beforeMs)} and status in ${finished} and retry_due_at is null and not exists (
    select 1 from dagwright.backfill_runs b join dagwright.backfills f on f.id = b.backfill_id
    where b.run_id = r.id and b.settled_as is null and f.status in ('REQUESTED', 'CANCELING', 'FAILING'))
  order by updated_at, id limit ${limit}`;

export const deleteRuns = (step: StepOf<"runs">, limit: number): SqlFragment<{ count: number }> => sql`
  with old as (${oldRuns(step, limit)} for update of r skip locked),
  gone as (delete from dagwright.runs r using old where r.id = old.id returning r.id),
  their_tags as (delete from dagwright.run_tags t using old where t.run_id = old.id),
  their_claims as materialized (${claimsInOrder(sql`c.run_id in (select id from old)`)}),
  their_slots as (delete from dagwright.pool_claims c using their_claims o where c.run_id = o.run_id and c.step_key = o.step_key)
  select count(*)::int as count from gone`;

/** Those that have ended, and their runs have been counted; one that is resumed has no end. */
export const oldBackfills = ({ beforeMs }: StepOf<"backfills">, limit: number): SqlFragment => sql`
  select id from dagwright.backfills where ended_at < ${fromMs(beforeMs)} order by ended_at, id limit ${limit}`;

/** What belongs to a backfill goes first, however much it is; a backfill goes when nothing is left of it. */
export const deleteBackfills = (step: StepOf<"backfills">, limit: number): SqlFragment<{ count: number }> => sql`
  with old as materialized (${oldBackfills(step, limit)} for update skip locked),
  their_runs as materialized (select run_id from dagwright.backfill_runs b join old on old.id = b.backfill_id limit ${limit}),
  their_lines as materialized (select backfill_id, l.id from dagwright.backfill_log l join old on old.id = l.backfill_id limit ${limit}),
  runs_gone as (delete from dagwright.backfill_runs b using their_runs t where b.run_id = t.run_id returning 1),
  lines_gone as (delete from dagwright.backfill_log l using their_lines t where l.backfill_id = t.backfill_id and l.id = t.id returning 1),
  empty as materialized (
    select id from old where not exists (select 1 from dagwright.backfill_runs b where b.backfill_id = old.id)
      and not exists (select 1 from dagwright.backfill_log l where l.backfill_id = old.id)),
  targets_gone as (delete from dagwright.backfill_targets t using empty e where t.backfill_id = e.id returning 1),
  gone as (delete from dagwright.backfills b using empty e where b.id = e.id returning 1)
  select ((select count(*) from runs_gone) + (select count(*) from lines_gone) + (select count(*) from targets_gone)
    + (select count(*) from gone))::int as count`;

export const oldEvaluations = ({ beforeMs }: StepOf<"evaluations">, limit: number): SqlFragment => sql`
  select entity, evaluation_id from dagwright.automation_evaluations where evaluated_at < ${fromMs(beforeMs)} limit ${limit}`;

export const deleteEvaluations = (step: StepOf<"evaluations">, limit: number): SqlFragment<{ count: number }> => sql`
  with old as (${oldEvaluations(step, limit)} for update skip locked),
  gone as (
    delete from dagwright.automation_evaluations e using old where e.entity = old.entity and e.evaluation_id = old.evaluation_id
    returning e.entity)
  select count(*)::int as count from gone`;

/** The order of the stream is nearly that of age: where none of its first rows is old, none is. */
export const oldStreamRows = ({ beforeMs }: StepOf<"event_stream">, limit: number): SqlFragment => sql`
  select xid, id from (select xid, id, inserted_at from dagwright.event_stream order by xid, id limit ${limit}) first
  where inserted_at < ${fromMs(beforeMs)}`;

export const deleteStreamRows = (step: StepOf<"event_stream">, limit: number): SqlFragment<{ count: number }> => sql`
  with gone as (
    delete from dagwright.event_stream s using (${oldStreamRows(step, limit)}) old where s.xid = old.xid and s.id = old.id returning s.id)
  select count(*)::int as count from gone`;

/** The tables of a class: the batches that were written go with the events that they carried. */
export const tablesOf: Readonly<Record<RetainedClass, readonly string[]>> = {
  run_events: ["run_events", "run_batches"],
  run_logs: ["run_logs"],
  asset_events: ["asset_events"],
};

export interface PartitionRow {
  readonly parent: string;
  readonly suffix: string;
  readonly size_bytes: number;
}

/**
 * Partitions in which everything is old, oldest first. A week of runs is named by when they were created, and ids that clients made up carry
 * any time: it is old when no run in its range goes on or ended lately. A month of asset events is named by when they were stored; those of
 * runs that have not ended are kept.
 */
export function oldPartitions(retained: RetainedClass, beforeMs: number, limit: number): SqlFragment<PartitionRow> {
  const before = fromMs(beforeMs);
  const isAssets = retained === "asset_events";
  const length = isAssets ? sql`interval '1 month'` : sql`interval '1 week'`;
  const isKept = isAssets
    ? sql`exists (select 1 from dagwright.runs r where r.status in ${unfinished} and r.created_at < p.ends_at)`
    : sql`exists (
        select 1 from dagwright.runs r where r.id >= dagwright.uuid7_floor(p.begins_at) and r.id < dagwright.uuid7_floor(p.ends_at)
          and (r.status in ${unfinished} or r.updated_at >= ${before}))`;
  return sql<PartitionRow>`
    select p.parent, p.suffix, p.size_bytes from (
      select parent.relname::text as parent, substr(child.relname, length(parent.relname) + 2) as suffix,
        pg_total_relation_size(child.oid)::float8 as size_bytes, named.begins_at, named.begins_at + ${length} as ends_at
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class child on child.oid = i.inhrelid
      join pg_catalog.pg_class parent on parent.oid = i.inhparent
      join pg_catalog.pg_namespace n on n.oid = parent.relnamespace and n.nspname = 'dagwright',
      lateral (
        -- Their bounds are in UTC, whatever the session's time zone.
        select to_timestamp(substring(child.relname from ${isAssets ? sql`'_m([0-9]{6})$'` : sql`'_w([0-9]{8})$'`}), ${
          isAssets ? sql`'YYYYMM'` : sql`'YYYYMMDD'`
        })::timestamp at time zone 'UTC' as begins_at) named
      where parent.relname = any(${[...tablesOf[retained]]}::text[]) and named.begins_at is not null) p
    where p.ends_at <= ${before} and not ${isKept}
    order by p.suffix, p.parent limit ${limit}`;
}

export const dropPartition = ({ parent, suffix }: PartitionRow): SqlFragment<{ is_dropped: boolean }> =>
  sql`select dagwright.drop_partition(${parent}, ${suffix}) as is_dropped`;

/**
 * Old rows that lie in a default partition: of runs whose ids carry no time, or another one, and of weeks that nobody had made ready. A row of
 * a run that is gone is as old as it says itself.
 */
export function deleteDefaultRows(table: string, beforeMs: number, limit: number): SqlFragment<{ count: number }> {
  const name = sql.id("dagwright", `${table}_default`);
  return sql`
    with old as (${oldDefaultRows(table, beforeMs, limit)}),
    gone as (delete from ${name} d using old where d.ctid = old.place returning 1)
    select count(*)::int as count from gone`;
}

export function oldDefaultRows(table: string, beforeMs: number, limit: number): SqlFragment {
  const name = sql.id("dagwright", `${table}_default`);
  if (table === "asset_events")
    return sql`
      select d.ctid as place from ${name} d where d.inserted_at < ${fromMs(beforeMs)}
        and not exists (select 1 from dagwright.runs r where r.id = d.run_id and r.status in ${unfinished})
      limit ${limit}`;
  // A batch has no time of its own.
  const ownAge = table === "run_batches" ? sql`true` : sql`d.at_ms < ${beforeMs}`;
  return sql`
    select d.ctid as place from ${name} d left join dagwright.runs r on r.id = d.run_id
    where (r.status in ${finished} and r.updated_at < ${fromMs(beforeMs)}) or (r.id is null and ${ownAge})
    limit ${limit}`;
}
