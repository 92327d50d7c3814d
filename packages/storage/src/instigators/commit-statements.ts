import type { DynamicPartitionsResult, InstigatorKind, InstigatorId, RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { interval } from "../database/time.ts";
import type { InstigatorClaim, TickOutcome } from "./instigator-store.ts";

/** A claim that is still the holder's, its row locked until the commit. */
export interface HeldRow {
  readonly id: string;
  readonly kind: InstigatorKind;
  readonly last_skip_tick_id: string | null;
}

/** Claims as rows. */
export const claimRecords = (claims: readonly InstigatorClaim[]): SqlFragment<unknown> =>
  sql`json_to_recordset(${toStoredJson(claims.map((claim) => ({ id: claim.instigator.id, fence: claim.fence })))}::json) as held(id text, fence int)`;

/**
 * Locks what may be committed. The fence alone decides: a lease that ran out and that nobody took over is still good,
 * and one that somebody took over is lost however the clocks stand. A commit ends its lease, so that it is not made twice. In order of ids, so that two commits cannot deadlock.
 */
export const lockHeldStatement = (claims: readonly InstigatorClaim[]): SqlFragment<HeldRow> => sql<HeldRow>`
  select i.id, i.kind, i.last_skip_tick_id::text as last_skip_tick_id
  from dagwright.instigators i join ${claimRecords(claims)} on held.id = i.id and held.fence = i.fence
  where i.lease_holder is not null and i.next_at is not null
  order by i.id for no key update of i`;

/**
 * Prolongs leases. Who waits for none is late for none: a row that is locked is being committed, and its lock keeps others from it for as long as that
 * takes, while the other leases of the same holder would run out behind it. Nor can two that wait for one another's rows deadlock.
 */
export const renewStatement = (claims: readonly InstigatorClaim[], leaseMs: number): SqlFragment<{ id: string }> => sql<{
  id: string;
}>`
  with held as materialized (
    select i.id from dagwright.instigators i join ${claimRecords(claims)} on held.id = i.id and held.fence = i.fence
    where i.lease_holder is not null
    for no key update of i skip locked)
  update dagwright.instigators i set lease_until = now() + ${interval(leaseMs)} from held where held.id = i.id
  returning i.id`;

export interface RunKey {
  readonly instigatorId: InstigatorId;
  readonly runKey: string;
}

const runKeyRecords = (keys: readonly RunKey[]): SqlFragment<unknown> =>
  sql`json_to_recordset(${toStoredJson(keys.map((key) => ({ instigator_id: key.instigatorId, run_key: key.runKey })))}::json) as k(instigator_id text, run_key text)`;

/** Takes claimed keys back, in the transaction that claimed them. */
export const returnRunKeysStatement = (keys: readonly RunKey[]): SqlFragment<unknown> => sql`
  delete from dagwright.run_keys d using ${runKeyRecords(keys)} where d.instigator_id = k.instigator_id and d.run_key = k.run_key`;

/** Run keys that are new; those that were seen before, in whatever tick, do not come back. */
export const claimRunKeysStatement = (keys: readonly RunKey[]): SqlFragment<{ instigator_id: string; run_key: string }> => sql`
  insert into dagwright.run_keys (instigator_id, run_key)
  select k.instigator_id, k.run_key from ${runKeyRecords(keys)}
  on conflict do nothing
  returning instigator_id, run_key`;

/** A tick to write; `skip_tick_id` names the row that an unbroken series of skips is counted on. */
export interface TickToWrite {
  readonly outcome: TickOutcome;
  readonly status: TickOutcome["status"];
  readonly skipReason: string | null;
  readonly skipTickId: string | null;
}

/**
 * Writes ticks under the times at which their instigators were due, which the locked rows still hold, unless the outcome names a later one. A tick that is tried again is written over the failed one. A series of skips moves its one row on.
 * A time that has its tick already (a timing was changed to and fro) gets no second one and does not come back.
 */
export const writeTicksStatement = (ticks: readonly TickToWrite[]): SqlFragment<{ instigator_id: string; tick_id: string }> => {
  const rows = toStoredJson(
    ticks.map(({ outcome, status, skipReason, skipTickId }) => ({
      id: outcome.claim.instigator.id,
      scheduled_ms: outcome.scheduledAtMs ?? null,
      started_ms: outcome.startedAtMs,
      status,
      skip_reason: skipReason,
      error: outcome.error,
      cursor: outcome.cursor === undefined ? outcome.claim.instigator.cursor : outcome.cursor,
      logs: outcome.logs,
      skip_tick_id: skipTickId,
      is_retry: outcome.claim.failuresBefore !== null,
    })),
  );
  return sql`
    with given as materialized (
      select g.*, coalesce(to_timestamp(g.scheduled_ms / 1000), i.retry_of, i.next_at) as scheduled_at
      from json_to_recordset(${rows}::json) as g(id text, scheduled_ms float8, started_ms float8, status text, skip_reason text, error jsonb, cursor text, logs jsonb, skip_tick_id bigint, is_retry boolean)
      join dagwright.instigators i on i.id = g.id),
    counted as (
      update dagwright.ticks as t set repetitions = t.repetitions + 1, scheduled_at = g.scheduled_at, ended_at = clock_timestamp(),
        skip_reason = g.skip_reason, cursor = g.cursor, logs = g.logs
      from given g where t.id = g.skip_tick_id
      returning t.instigator_id, t.id),
    written as (
      insert into dagwright.ticks as kept (instigator_id, scheduled_at, started_at, ended_at, status, skip_reason, error, cursor, logs)
      select id, scheduled_at, to_timestamp(started_ms / 1000), clock_timestamp(), status, skip_reason, error, cursor, logs
      from given where skip_tick_id is null or not exists (select 1 from dagwright.ticks t where t.id = given.skip_tick_id)
      on conflict (instigator_id, scheduled_at) do update set started_at = excluded.started_at, ended_at = excluded.ended_at,
        status = excluded.status, skip_reason = excluded.skip_reason, error = excluded.error, cursor = excluded.cursor, logs = excluded.logs
      where kept.status = 'FAILURE' and exists (select 1 from given g where g.id = excluded.instigator_id and g.is_retry)
      returning instigator_id, id)
    select instigator_id, id::text as tick_id from counted union all select instigator_id, id::text from written`;
};

/** What a tick came to besides runs and cursor, as it is kept. */
export interface TickDetails {
  readonly originRunIds?: readonly string[];
  readonly dynamicPartitions?: readonly DynamicPartitionsResult[];
}

/** Adds to ticks what they came to besides runs; a series of skips keeps what its last one came to. */
export const writeDetailsStatement = (
  details: readonly { readonly tickId: string; readonly details: TickDetails }[],
): SqlFragment<unknown> => sql`
  update dagwright.ticks t set details = g.details
  from json_to_recordset(${toStoredJson(details.map((one) => ({ id: one.tickId, details: one.details })))}::json) as g(id bigint, details jsonb)
  where t.id = g.id`;

/** What is left to write once the runs have their ids. */
export interface TickToFinish {
  readonly outcome: TickOutcome;
  /** Null when the time had its tick already. */
  readonly tickId: string | null;
  readonly isSkip: boolean;
  readonly runs: readonly { readonly index: number; readonly runId: RunId; readonly runKey: string | null }[];
}

/** Runs of ticks, run ids of keys, cursors, next times; and the leases end. */
export const finishTicksStatement = (ticks: readonly TickToFinish[]): SqlFragment<unknown> => {
  const runs = toStoredJson(
    ticks.flatMap(({ outcome, runs: started }) =>
      started.map((run) => ({
        id: outcome.claim.instigator.id,
        scheduled_ms: outcome.scheduledAtMs ?? null,
        index: run.index,
        run_id: run.runId,
        run_key: run.runKey,
      })),
    ),
  );
  const rows = toStoredJson(
    ticks.map(({ outcome, tickId, isSkip }) => ({
      id: outcome.claim.instigator.id,
      sets_cursor: outcome.cursor !== undefined && tickId !== null,
      cursor: outcome.cursor ?? null,
      next_ms: outcome.nextAtMs,
      retried_ms: outcome.retry === undefined ? null : (outcome.scheduledAtMs ?? outcome.claim.scheduledAtMs),
      failures: outcome.retry?.failures ?? 0,
      skip_tick_id: isSkip ? tickId : null,
    })),
  );
  return sql`
    with run as materialized (
      select r.*, coalesce(to_timestamp(r.scheduled_ms / 1000), i.retry_of, i.next_at) as scheduled_at
      from json_to_recordset(${runs}::json) as r(id text, scheduled_ms float8, index int, run_id uuid, run_key text) join dagwright.instigators i on i.id = r.id),
    written_runs as (
      insert into dagwright.tick_runs (instigator_id, scheduled_at, index, run_id, run_key) select id, scheduled_at, index, run_id, run_key from run),
    written_keys as (
      update dagwright.run_keys k set run_id = run.run_id from run where k.instigator_id = run.id and k.run_key = run.run_key)
    update dagwright.instigators i set
      cursor = case when g.sets_cursor then g.cursor else i.cursor end,
      next_at = to_timestamp(g.next_ms / 1000), retry_of = to_timestamp(g.retried_ms / 1000), failures = g.failures,
      lease_holder = null, lease_until = null, last_skip_tick_id = g.skip_tick_id
    from json_to_recordset(${rows}::json) as g(id text, sets_cursor boolean, cursor text, next_ms float8, retried_ms float8, failures int, skip_tick_id bigint)
    where i.id = g.id`;
};
