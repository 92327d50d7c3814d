import { type CodeLocationName, codeLocationName, type RunId, runId, type RunLogEntry, type Tags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { moveAssignments, movesOf } from "../events/run-moves.ts";
import { toEntryRow } from "../events/stored-entry.ts";
import { notifyRun } from "../notifications/notify-statements.ts";
import type { ClaimedRow } from "./launch-statements.ts";
import type { Dequeuer, QueuedRun, QueueLook, QueuePlan, QueueSurvey, ReplacementPlan, RunPools } from "./run-queue.ts";
import type { RunStore } from "./run-store.ts";
import { runColumns } from "./run-row.ts";

/** Cheap, and without a lock: most wake-ups find an empty queue. */
export const isAnyQueuedStatement: SqlFragment<{ is_any: boolean }> = sql<{ is_any: boolean }>`
  select exists (select 1 from dagwright.runs where status = 'QUEUED') as is_any`;

/** Held until the transaction ends: of several daemons one decides at a time, on what the one before has committed. */
export const lockQueueStatement = sql`select 1 from dagwright.locks where name = 'run-queue' for update`;

/** Under such keys stands until when no run of a code location is launched, in milliseconds. */
const pausePrefix = "queue-pause:";

export const pauseLocationStatement = (location: CodeLocationName, forMs: number): SqlFragment<unknown> => sql`
  insert into dagwright.kvs (key, value) values (${`${pausePrefix}${location}`}, (${toMs(sql`now()`)} + ${forMs}::float8)::text)
  on conflict (key) do update set value = excluded.value`;

const isActive = sql`a.status in ('STARTING', 'STARTED', 'CANCELING')`;

/** How long after its start the first steps of a run may take to ask for their slots. Dagster's. */
const freshSeconds = 5;

/**
 * The limited tags of a run: others would only keep runs apart that the decision cannot tell apart. Key by key: a subquery
 * over the keys would be one for each active run.
 */
const tagsOf = (alias: "a" | "q", limitedTags: readonly string[]): SqlFragment<unknown> =>
  limitedTags.length === 0
    ? sql`'{}'::jsonb`
    : sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(
        limitedTags.flatMap((key) => [sql`${key}::text`, sql`${sql.ref(`${alias}.tags`)} -> ${key}::text`]),
      )}))`;

/** A queued run as the decision sees it, as json. */
const queuedJson = (limitedTags: readonly string[]): SqlFragment<unknown> => sql`
  jsonb_build_object('id', q.id, 'location', q.location, 'tags', ${tagsOf("q", limitedTags)}, 'pools', q.pools, 'exclusiveKey', q.exclusive_key,
    'priority', q.priority, 'enqueuedAtMs', ${toMs(sql`q.enqueued_at`)})`;

/**
 * How things stand, in one statement. It must not be the one that takes the lock: a statement sees what was committed before it
 * began, and the lock may have been waited for.
 *
 * Lines of held back runs are found by skipping from one to the next in their index: as many probes as there are lines.
 */
export const queueSurveyStatement = (limitedTags: readonly string[]): SqlFragment<{ survey: QueueSurvey }> => sql<{
  survey: QueueSurvey;
}>`
  with recursive lines as (
    (select waits_for from dagwright.runs where status = 'QUEUED' and waits_for is not null order by waits_for limit 1)
    union all
    (select (select n.waits_for from dagwright.runs n where n.status = 'QUEUED' and n.waits_for is not null and n.waits_for > l.waits_for
      order by n.waits_for limit 1) from lines l where l.waits_for is not null))
  select jsonb_build_object(
    'active', (
      select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (
        select a.location, ${tagsOf("a", limitedTags)} as tags, a.pools, count(*) as count,
          a.pools is not null and (a.status = 'STARTING' or a.started_at > now() - ${interval(freshSeconds * 1000)})
            and not exists (select 1 from dagwright.pool_claims c where c.run_id = a.id) as "isFresh"
        from dagwright.runs a where ${isActive} group by 1, 2, 3, 5) g),
    'exclusive', (
      select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'key', a.exclusive_key, 'status', a.status)), '[]')
      from dagwright.runs a where a.exclusive_key is not null and ${isActive}),
    'replacing', (
      select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'key', r.exclusive_key) order by r.exclusive_key, r.enqueued_at, r.id), '[]')
      from (select id, exclusive_key, enqueued_at from dagwright.runs where status = 'QUEUED' and when_running = 'replace'
        order by exclusive_key, enqueued_at, id limit 10000) r),
    'heldBack', (
      select coalesce(jsonb_agg(jsonb_build_object('waitsFor', l.waits_for, 'head', h.head)), '[]')
      from lines l cross join lateral (
        select ${queuedJson(limitedTags)} as head from dagwright.runs q where q.status = 'QUEUED' and q.waits_for = l.waits_for
        order by q.priority desc, q.enqueued_at, q.id limit 1) h
      where l.waits_for is not null),
    'pools', (
      select coalesce(jsonb_agg(jsonb_build_object('name', coalesce(p.name, c.pool), 'limit', p.slot_limit, 'claimed', coalesce(c.slots, 0))), '[]')
      from dagwright.pools p full join (
        select pool, sum(slots) as slots from dagwright.pool_claims where lease_until >= now() group by pool) c on c.pool = p.name),
    'paused', (
      select coalesce(jsonb_agg(jsonb_build_object('location', substr(v.key, ${pausePrefix.length + 1}), 'untilMs', v.value::float8,
        'leftMs', v.value::float8 - ${toMs(sql`now()`)})), '[]')
      from dagwright.kvs v where starts_with(v.key, ${pausePrefix}) and v.value::float8 > ${toMs(sql`now()`)})
  ) as survey`;

/** A queued run as the statements of lines and places select it. */
export interface QueuedRow {
  readonly id: string;
  readonly location: string;
  readonly tags: Tags;
  readonly pools: RunPools | null;
  readonly exclusive_key: string | null;
  readonly priority: number;
  readonly enqueued_ms: number;
}

export const toQueuedRun = (row: QueuedRow): QueuedRun => ({
  id: runId(row.id),
  location: codeLocationName(row.location),
  tags: row.tags,
  pools: row.pools,
  exclusiveKey: row.exclusive_key,
  priority: row.priority,
  enqueuedAtMs: row.enqueued_ms,
});

const queuedColumns = (limitedTags: readonly string[]): SqlFragment<unknown> => sql`
  q.id, q.location, ${tagsOf("q", limitedTags)} as tags, q.pools, q.exclusive_key, q.priority, ${toMs(sql`q.enqueued_at`)} as enqueued_ms`;

const inOrder = sql`order by q.priority desc, q.enqueued_at, q.id`;

/**
 * The fronts of lines: that of each code location, found by skipping from one to the next, and those of the held back that may move on. Each is a
 * range of one index.
 */
export const queueLinesStatement = (
  { perLine, heldBack }: QueueLook,
  limitedTags: readonly string[],
): SqlFragment<QueuedRow & { readonly line: string }> => sql<QueuedRow & { readonly line: string }>`
  with recursive locations as (
    (select location from dagwright.runs where status = 'QUEUED' and waits_for is null order by location limit 1)
    union all
    (select (select n.location from dagwright.runs n where n.status = 'QUEUED' and n.waits_for is null and n.location > l.location
      order by n.location limit 1) from locations l where l.location is not null))
  select 'at ' || l.location as line, f.* from locations l cross join lateral (
    select ${queuedColumns(limitedTags)} from dagwright.runs q
    where q.status = 'QUEUED' and q.waits_for is null and q.location = l.location ${inOrder} limit ${perLine}) f
  union all
  select 'for ' || l.waits_for, f.* from unnest(${[...heldBack]}::text[]) l(waits_for) cross join lateral (
    select ${queuedColumns(limitedTags)} from dagwright.runs q
    where q.status = 'QUEUED' and q.waits_for = l.waits_for ${inOrder} limit ${perLine}) f`;

const mostCounted = 10_000;

/** Queued runs by id, each with how many are before it: the front of the queue is counted through once for all of them. */
export const queuePlacesStatement = (
  ids: readonly RunId[],
  limitedTags: readonly string[],
): SqlFragment<QueuedRow & { readonly ahead: number }> => sql<QueuedRow & { readonly ahead: number }>`
  with front as (
    select q.id, row_number() over (${inOrder}) - 1 as ahead from (
      select q.id, q.priority, q.enqueued_at from dagwright.runs q where q.status = 'QUEUED' ${inOrder} limit ${mostCounted}) q)
  select ${queuedColumns(limitedTags)}, coalesce(f.ahead, ${mostCounted})::int as ahead
  from dagwright.runs q left join front f on f.id = q.id where q.id = any(${[...ids]}::uuid[]) and q.status = 'QUEUED'`;

/** Few runs are active, and they have an index of their own. */
export const activeWithStatement = (
  what: Parameters<RunStore["activeWith"]>[0],
  limit: number,
): SqlFragment<{ id: RunId }> => sql<{ id: RunId }>`
  select a.id from dagwright.runs a where ${isActive} and ${
    "pool" in what
      ? sql`a.pools -> 'all' ? ${what.pool}`
      : what.value === null
        ? sql`a.tags ? ${what.tag}`
        : sql`a.tags ->> ${what.tag}::text = ${what.value}`
  } order by a.launched_at, a.id limit ${limit}`;

export const holdBackStatement = (runs: QueuePlan["holdBack"]): SqlFragment<{ id: string }> => sql<{ id: string }>`
  update dagwright.runs as r set waits_for = given.waits_for
  from unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ waitsFor }) => waitsFor)}::text[]) as given(id, waits_for)
  where r.id = given.id and r.status = 'QUEUED' and r.waits_for is distinct from given.waits_for
  returning r.id`;

/** Cancels runs in the queue for which newer ones stand. */
export function cancelReplacedStatement(runs: ReplacementPlan["cancel"]): SqlFragment<{ id: string }> {
  const entry: RunLogEntry = { type: "RUN_CANCELED", atMs: 0, stepKey: null, message: "", error: null };
  const assignments = [...moveAssignments(movesOf([entry]).to), sql`last_seq = r.last_seq + 1`, sql`notified_at = now()`];
  return sql<{ id: string }>`
    with canceled as (
      update dagwright.runs as r set ${sql.join(assignments)}
      from unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ message }) => message)}::text[]) as given(id, message)
      where r.id = given.id and r.status = 'QUEUED'
      returning r.id, r.last_seq, r.status, given.message),
    placed as (
      select id as run_id, last_seq as seq, 'RUN_CANCELED'::text as type, null::text as step_key, ${toMs(sql`now()`)} as at_ms, null::text as level,
        message, '{"error": null}'::jsonb as data, null::text as asset_key, null::text as partition from canceled),
    ${sql.join(entryInserts(kindsOf([entry])))}
    select c.id, ${notifyRun(sql`c.id`, sql`c.last_seq`, sql`c.status`)} from canceled c`;
}

/** Moves the chosen runs on, their launch claimed. A run that was canceled meanwhile is no longer QUEUED and stays out. */
export function takeFromQueueStatement(ids: readonly RunId[], { holder, claimMs }: Dequeuer): SqlFragment<ClaimedRow> {
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
