import { sql, type SqlFragment } from "../database/sql.ts";
import { freshnessOfForgotten } from "../freshness/due-statements.ts";

/**
 * Forgets an asset: its latest state at once, and its partitions by the version since which they count. What lies behind is deleted
 * afterwards, in batches. The version is the next id of events: whatever is stored from then on is newer.
 */
export const beginWipeStatement = (key: string): SqlFragment<{ wiped: string }> => sql`
  with next as materialized (select nextval('dagwright.event_ids') as id),
  ${freshnessOfForgotten(key)}
  update dagwright.assets a set partitions_version = greatest(a.partitions_version + 1, next.id), wiped_version = greatest(a.partitions_version + 1, next.id),
    last_materialization = null, last_observation = null, last_failure = null, last_planned_run_id = null
  from next where a.key = ${key} returning a.wiped_version::text as wiped`;

/** A row that a run is changing at this moment is left to it. */
export const deleteWipedPartitions = (key: string, wiped: string, limit: number): SqlFragment<{ count: number }> => sql`
  with gone as (
    delete from dagwright.asset_partitions p using (
      select asset_key, partition from dagwright.asset_partitions where asset_key = ${key} and version < ${wiped}::bigint
      limit ${limit} for update skip locked) old
    where p.asset_key = old.asset_key and p.partition = old.partition returning 1)
  select count(*)::int as count from gone`;

export const deleteWipedEvents = (key: string, wiped: string, limit: number): SqlFragment<{ count: number }> => sql`
  with gone as (
    delete from dagwright.asset_events e using (
      select inserted_at, id from dagwright.asset_events where asset_key = ${key} and id < ${wiped}::bigint limit ${limit}) old
    where e.inserted_at = old.inserted_at and e.id = old.id returning 1)
  select count(*)::int as count from gone`;

export const deleteWipedChecks = (key: string, wiped: string, limit: number): SqlFragment<{ count: number }> => sql`
  with gone as (
    delete from dagwright.asset_check_executions c using (
      select asset_key, check_name, id from dagwright.asset_check_executions where asset_key = ${key} and id < ${wiped}::bigint limit ${limit}) old
    where c.asset_key = old.asset_key and c.check_name = old.check_name and c.id = old.id returning 1)
  select count(*)::int as count from gone`;

/** Rows that runs have changed meanwhile forget what was before; they count again, so that whoever keeps a status hears of it. */
export const settleChangedPartitions = (key: string, wiped: string): SqlFragment<unknown> => sql`
  with stale as materialized (
    select partition from dagwright.asset_partitions
    where asset_key = ${key} and version > ${wiped}::bigint
      and least(last_materialization_id, last_failure_id, last_planned_id) < ${wiped}::bigint),
  bumped as (
    update dagwright.assets set partitions_version = partitions_version + 1
    where key = ${key} and exists (select 1 from stale) returning key, partitions_version)
  update dagwright.asset_partitions p set version = b.partitions_version,
    last_materialization_run_id = case when last_materialization_id >= ${wiped}::bigint then last_materialization_run_id end,
    last_materialization_at_ms = case when last_materialization_id >= ${wiped}::bigint then last_materialization_at_ms end,
    last_materialization_id = case when last_materialization_id >= ${wiped}::bigint then last_materialization_id end,
    last_failure_id = case when last_failure_id >= ${wiped}::bigint then last_failure_id end,
    last_planned_id = case when last_planned_id >= ${wiped}::bigint then last_planned_id end
  from bumped b join stale s on true where p.asset_key = b.key and p.partition = s.partition`;

/** The newest event of a type that is left when some partitions are gone, in place of a latest state that is one of theirs. */
const remaining = (column: string, type: string, partitions: readonly string[]): SqlFragment<unknown> => {
  const kept = sql.ref(`a.${column}`);
  return sql`${sql.id(column)} = case when exists (
      select 1 from dagwright.asset_events e where e.asset_key = a.key and e.type = ${type} and e.id = (${kept}->>'id')::bigint and e.partition = any(${[...partitions]}::text[]))
    then (
      select jsonb_build_object('id', e.id::text, 'runId', e.run_id, 'seq', e.seq, 'type', e.type, 'stepKey', e.step_key, 'atMs', e.at_ms, 'message', e.message, 'data', e.data)
      from dagwright.asset_events e
      where e.asset_key = a.key and e.type = ${type} and (e.partition is null or e.partition <> all(${[...partitions]}::text[])) order by e.id desc limit 1)
    else ${kept} end`;
};

/**
 * Forgets some partitions of an asset, their events and executions of checks included. Their rows stay with the asset's next version, so that
 * whoever keeps a status hears of it.
 */
export const wipePartitionsStatement = (key: string, partitions: readonly string[]): SqlFragment<{ partition: string }> => sql`
  with ${freshnessOfForgotten(key)},
  bumped as (
    update dagwright.assets a set partitions_version = partitions_version + 1, ${sql.join([
      remaining("last_materialization", "ASSET_MATERIALIZATION", partitions),
      remaining("last_observation", "ASSET_OBSERVATION", partitions),
      remaining("last_failure", "ASSET_FAILED_TO_MATERIALIZE", partitions),
    ])}
    where key = ${key} returning key, partitions_version),
  forgotten as (
    update dagwright.asset_partitions p set version = b.partitions_version, last_materialization_id = null, last_materialization_run_id = null,
      last_materialization_at_ms = null, last_failure_id = null, last_planned_id = null, last_planned_run_id = null
    from bumped b where p.asset_key = b.key and p.partition = any(${[...partitions]}::text[]) returning p.partition),
  removed as (
    delete from dagwright.asset_events where asset_key = ${key} and partition = any(${[...partitions]}::text[])),
  removed_checks as (
    delete from dagwright.asset_check_executions where asset_key = ${key} and partition = any(${[...partitions]}::text[]))
  select partition from forgotten`;
