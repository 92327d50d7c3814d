import { activeBackfillStatuses, type BackfillId, isFinalRunStatus, type Run } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { fromMs, interval } from "../database/time.ts";
import { notifyWork } from "../notifications/notify-statements.ts";
import { backfillColumns, type BackfillRow } from "./backfill-row.ts";
import type { BackfillClaim, BackfillCommit, BackfillStore, NewBackfill, NewBackfillRun } from "./backfill-store.ts";

const isActive = sql`status in (${sql.join(activeBackfillStatuses.map((status) => sql.lit(status)))})`;
const json = (value: unknown): SqlFragment<unknown> => sql`${toStoredJson(value)}::jsonb`;
const jsonOrNull = (value: unknown): SqlFragment<unknown> =>
  value === undefined || value === null ? sql`null::jsonb` : json(value);

/** A backfill and its targets. */
export function createStatement(backfill: NewBackfill): SqlFragment<BackfillRow> {
  const targets = backfill.targets.map(({ name, location, partitions, target, none }, place) => ({
    place,
    name,
    location,
    partitions,
    target: target.subset,
    target_count: target.count,
    none,
  }));
  return sql<BackfillRow>`
    with written as (
      insert into dagwright.backfills as b (id, status, job_name, location, asset_keys, tags, run_config, title, description, from_failure,
        step_keys, dynamic_keys, created_at, is_paused, max_runs_in_flight, due_at)
      values (${backfill.id}, 'REQUESTED', ${backfill.job?.name ?? null}, ${backfill.job?.location ?? null}, ${jsonOrNull(backfill.assetKeys)},
        ${json(backfill.tags)}, ${json(backfill.runConfig)}, ${backfill.title ?? null}, ${backfill.description ?? null},
        ${backfill.fromFailure ?? false}, ${jsonOrNull(backfill.stepKeys)}, ${json(backfill.dynamicKeys)}, ${fromMs(backfill.createdAtMs)},
        ${backfill.isPaused ?? false}, ${backfill.maxRunsInFlight ?? null}, now())
      returning b.*),
    written_targets as (
      insert into dagwright.backfill_targets (backfill_id, place, name, location, partitions, target, requested, done, failed, target_count)
      select ${backfill.id}, place, name, location, nullif(partitions, 'null'::jsonb), target, none, none, none, target_count
      from json_to_recordset(${toStoredJson(targets)}::json)
        as t(place int, name text, location text, partitions jsonb, target jsonb, target_count int, none jsonb))
    select ${backfillColumns("w")}, ${notifyWork("backfill")} from written w`;
}

/** Moves one that has one of the statuses, and makes it due. */
export const moveStatement = (
  id: BackfillId,
  from: readonly string[],
  assignments: readonly SqlFragment<unknown>[],
): SqlFragment<BackfillRow> => sql<BackfillRow>`
  with moved as (
    update dagwright.backfills as b set ${sql.join([...assignments, sql`due_at = now()`])}
    where b.id = ${id} and b.status = any(${from}::text[])
    returning b.*)
  select ${backfillColumns("m")}, ${notifyWork("backfill")} from moved m`;

/** Those whose time has come or whose runs have news. Few are active at a time, and of each one entry of an index tells. */
export const claimDueBackfillsStatement = ({
  holder,
  leaseMs,
  limit,
}: Parameters<BackfillStore["claimDue"]>[0]): SqlFragment<
  BackfillRow & { fence: number; dynamic_keys: BackfillClaim["dynamicKeys"] }
> => sql`
  with due as (
    select b.id from dagwright.backfills b
    where ${isActive} and (b.lease_until is null or b.lease_until <= now())
      and (b.due_at <= now() or exists (select 1 from dagwright.backfill_runs r where r.backfill_id = b.id and r.changes > r.seen))
    order by b.due_at, b.id limit ${limit} for no key update skip locked),
  claimed as (
    update dagwright.backfills as b set lease_holder = ${holder}, lease_until = now() + ${interval(leaseMs)}, fence = b.fence + 1
    from due where b.id = due.id
    returning b.*)
  select ${backfillColumns("c")}, c.fence, c.dynamic_keys from claimed c order by c.due_at, c.id`;

/** One with news is due when it has rested; any other when its time has come. */
export const nextDueStatement = sql<{ ms: number | null }>`
  select min(extract(epoch from case
    when exists (select 1 from dagwright.backfill_runs r where r.backfill_id = b.id and r.changes > r.seen) then coalesce(b.lease_until, now())
    when b.due_at is not null then greatest(b.due_at, b.lease_until) end) * 1000)::float8 as ms
  from dagwright.backfills b where ${isActive}`;

export interface NewsRow {
  readonly run_id: string;
  readonly places: readonly number[];
  readonly partition: object | null;
  readonly status: string | null;
  readonly may_be_retried: boolean | null;
  readonly is_retried: boolean;
  readonly made: readonly { readonly assetKey: readonly string[]; readonly partition: string | null }[] | null;
  readonly changes: number;
  readonly seq: number | null;
}

/** Status, end of the log and what stands in it, in one snapshot: what comes later counts as a change of its own. */
export function newsStatement(id: BackfillId, withMaterializations: boolean, limit: number): SqlFragment<NewsRow> {
  const made = withMaterializations
    ? sql`(
        select json_agg(json_build_object('assetKey', e.data->'assetKey', 'partition', e.data->'partition'))
        from dagwright.run_events e where e.run_id = b.run_id and e.seq > b.seen_seq and e.type = 'ASSET_MATERIALIZATION')`
    : sql`null::json`;
  return sql<NewsRow>`
    select b.run_id, b.places, b.partition, b.changes, r.status, r.last_seq as seq, ${made} as made,
      r.retry_due_at is not null as may_be_retried,
      exists (select 1 from dagwright.backfill_runs later
        where later.backfill_id = b.backfill_id and later.unit = b.unit and later.attempt > b.attempt) as is_retried
    from dagwright.backfill_runs b left join dagwright.runs r on r.id = b.run_id
    where b.backfill_id = ${id} and b.changes > b.seen order by b.run_id limit ${limit}`;
}

/** Looks at each run that goes on, so it is asked now and then only. */
export const noticeEndedStatement = (id: BackfillId): SqlFragment<{ run_id: string }> => sql`
  update dagwright.backfill_runs b set changes = b.seen + 1
  where b.backfill_id = ${id} and b.settled_as is null and b.changes <= b.seen
    and not exists (select 1 from dagwright.runs r where r.id = b.run_id and r.status not in ('SUCCESS', 'FAILURE', 'CANCELED'))
    and not exists (select 1 from dagwright.runs r where r.id = b.run_id and r.retry_due_at is not null)
  returning b.run_id`;

/**
 * The first statement of a commit: takes the row's lock, and finds it as it was claimed or not at all. What decides is the fence; a lease that
 * ran out and that nobody took over is still good.
 */
export function holdStatement({ backfill, fence }: BackfillClaim, commit: BackfillCommit): SqlFragment<BackfillRow> {
  const submitted = commit.runs?.items.length ?? 0;
  const settled = commit.seen?.filter(({ settledAs }) => settledAs !== null).length ?? 0;
  const { status, error, problems, waitingReason, dueInMs, leaseMs, restMs } = commit;
  const assignments = [
    sql`runs_submitted = b.runs_submitted + ${submitted}::int`,
    sql`runs_in_flight = greatest(0, b.runs_in_flight + ${submitted - settled}::int)`,
    restMs === undefined
      ? sql`lease_until = now() + ${interval(leaseMs)}`
      : sql`lease_until = now() + ${interval(restMs)}, lease_holder = null`,
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(status !== undefined && !(activeBackfillStatuses as readonly string[]).includes(status) ? [sql`ended_at = now()`] : []),
    ...(error === undefined ? [] : [sql`error = ${json(error)}`]),
    ...(problems === undefined ? [] : [sql`problems = ${json(problems)}`]),
    ...(waitingReason === undefined ? [] : [sql`waiting_reason = ${waitingReason}`]),
    ...(dueInMs === undefined ? [] : [dueInMs === null ? sql`due_at = null` : sql`due_at = now() + ${interval(dueInMs)}`]),
  ];
  return sql<BackfillRow>`
    update dagwright.backfills as b set ${sql.join(assignments)}
    where b.id = ${backfill.id} and b.fence = ${fence} and b.lease_holder is not null
      and b.status = ${backfill.status} and b.is_paused = ${backfill.isPaused} and b.max_runs_in_flight is not distinct from ${backfill.maxRunsInFlight}::int
    returning ${backfillColumns("b")}`;
}

/**
 * A run that stood in another one's way has ended already.
 *
 * @param runs - as they were written, in the order of the items
 */
export function writeRunsStatement(id: BackfillId, items: readonly NewBackfillRun[], runs: readonly Run[]): SqlFragment<unknown> {
  const rows = items.map(({ unit, places, partition, partitionCount, isWatched }, index) => ({
    run_id: runs[index]?.id,
    changes: runs[index] !== undefined && isFinalRunStatus(runs[index].status) ? 1 : 0,
    unit,
    places,
    partition,
    partition_count: partitionCount,
    is_watched: isWatched,
  }));
  return sql`
    insert into dagwright.backfill_runs (run_id, backfill_id, unit, places, partition, partition_count, is_watched, changes)
    select run_id, ${id}, unit, array(select jsonb_array_elements_text(places)::int), nullif(partition, 'null'::jsonb), partition_count, is_watched, changes
    from json_to_recordset(${toStoredJson(rows)}::json)
      as r(run_id uuid, unit text, places jsonb, partition jsonb, partition_count int, is_watched boolean, changes int)`;
}

/** What came since the news were read stays unseen. */
export const seeStatement = (seen: NonNullable<BackfillCommit["seen"]>): SqlFragment<unknown> => sql`
  update dagwright.backfill_runs b set seen = s.changes, seen_seq = s.seq, settled_as = coalesce(b.settled_as, s.settled_as)
  from json_to_recordset(${toStoredJson(
    seen.map(({ runId, changes, seq, settledAs }) => ({ run_id: runId, changes, seq, settled_as: settledAs })),
  )}::json) as s(run_id uuid, changes int, seq int, settled_as text)
  where b.run_id = s.run_id`;

export const logStatement = (id: BackfillId, lines: NonNullable<BackfillCommit["log"]>): SqlFragment<unknown> => sql`
  insert into dagwright.backfill_log (backfill_id, level, message)
  select ${id}, level, message from json_to_recordset(${toStoredJson(lines)}::json) as l(level text, message text)`;

export function progressStatement(id: BackfillId, targets: NonNullable<BackfillCommit["targets"]>): SqlFragment<unknown> {
  const names = ["requested", "done", "failed"] as const;
  const rows = targets.map((target) => ({
    place: target.place,
    ...Object.fromEntries(
      names.flatMap((name): [string, unknown][] => {
        const set = target[name];
        return set === undefined
          ? []
          : [
              [name, set.subset],
              [`${name}_count`, set.count],
            ];
      }),
    ),
  }));
  const assignments = names.flatMap((name) => [
    sql`${sql.id(name)} = case when ${sql.ref(`g.${name}_count`)} is null then ${sql.ref(`t.${name}`)} else ${sql.ref(`g.${name}`)} end`,
    sql`${sql.id(`${name}_count`)} = coalesce(${sql.ref(`g.${name}_count`)}, ${sql.ref(`t.${name}_count`)})`,
  ]);
  return sql`
    update dagwright.backfill_targets t set ${sql.join(assignments)}
    from json_to_recordset(${toStoredJson(rows)}::json)
      as g(place int, requested jsonb, requested_count int, done jsonb, done_count int, failed jsonb, failed_count int)
    where t.backfill_id = ${id} and t.place = g.place`;
}
