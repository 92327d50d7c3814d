import type { RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { notifyPoolWaiters, notifyWork } from "../notifications/notify-statements.ts";

/** The limit of each locked pool; null: it has none. */
export interface LockedPool {
  readonly name: string;
  readonly slot_limit: number | null;
}

/** Pools that nobody set a limit for have a row too, to be locked by. */
export const addPoolsStatement = (names: readonly string[]): SqlFragment => sql`
  insert into dagwright.pools (name) select distinct name from unnest(${[...names]}::text[]) as given(name) order by name
  on conflict (name) do nothing`;

/** Held until the transaction ends. In the order of names, so that two who want several never wait for each other in a circle. */
export const lockPoolsStatement = (
  names: readonly string[],
  defaultLimit: number | null,
): SqlFragment<LockedPool> => sql<LockedPool>`
  select name, coalesce(slot_limit, ${defaultLimit}::int) as slot_limit from dagwright.pools
  where name = any(${[...names]}::text[]) order by name for update`;

/**
 * Locks claims, as a part of a statement that changes or deletes them. Everybody who waits for rows of claims takes them in this order, so that no two
 * wait for each other in a circle.
 *
 * @param which - of `c`
 */
export const claimsInOrder = (which: SqlFragment): SqlFragment => sql`
  select c.run_id, c.step_key, c.pool from dagwright.pool_claims c where ${which} order by c.run_id, c.step_key for update of c`;

/**
 * Removes claims whose lease is over. Only a claim that is gone makes room: as long as its row is there, its holder may still renew it.
 *
 * Here and below rows that somebody else has locked are left for the next one who asks: they are being renewed, or deleted with their
 * run's end, by a statement that must never wait in a circle with this one.
 */
export const removeDeadStatement = (names: readonly string[]): SqlFragment => sql`
  with dead as materialized (
    select run_id, step_key from dagwright.pool_claims
    where pool = any(${[...names]}::text[]) and lease_until < now() for update skip locked)
  delete from dagwright.pool_claims c using dead d where c.run_id = d.run_id and c.step_key = d.step_key`;

/**
 * Gives free slots to those who wait, in their order: as many from the front of each line as fit. Must be a statement of its own after
 * the one that locked the pools, since it has to see what the holder of the lock before has committed. Tells the runs that got some, but for the one that asks.
 */
export function grantStatement(limits: readonly LockedPool[], asker: RunId | null): SqlFragment {
  // Runs wait in the queue as well, for pools that none of their steps could have a slot of.
  const wakeQueue = asker === null ? sql` union all select ${notifyWork("queue")} where ${isQueueWaiting}` : sql``;
  const limited = limits.filter(({ slot_limit }) => slot_limit !== null && slot_limit > 0);
  return sql`
    with limits as (
      select * from unnest(${limited.map(({ name }) => name)}::text[], ${limited.map(({ slot_limit }) => slot_limit)}::int[]) as l(pool, slot_limit)),
    free as (
      select l.pool, l.slot_limit, l.slot_limit - coalesce((
        select sum(c.slots) from dagwright.pool_claims c where c.pool = l.pool and c.fence is not null), 0) as slots
      from limits l),
    line as (
      select c.run_id, c.step_key, f.slots as free_slots, least(c.slots, f.slot_limit) as slots,
        sum(least(c.slots, f.slot_limit)) over (partition by c.pool order by c.priority desc, c.enqueued_at, c.run_id, c.step_key) as wanted
      from dagwright.pool_claims c join free f using (pool)
      where c.fence is null and f.slots > 0),
    chosen as materialized (
      select c.run_id, c.step_key, line.slots from line join dagwright.pool_claims c using (run_id, step_key)
      where line.wanted <= line.free_slots and c.fence is null for update of c skip locked),
    granted as (
      update dagwright.pool_claims c set fence = nextval('dagwright.pool_fences'), claimed_at = clock_timestamp(), slots = chosen.slots
      from chosen where c.run_id = chosen.run_id and c.step_key = chosen.step_key
      returning c.run_id)
    select ${notifyPoolWaiters(sql`'run ' || run_id`)} from (
      select distinct run_id from granted where run_id is distinct from ${asker}::uuid) g${wakeQueue}`;
}

/** By the prefix that the queue gives the lines of runs that pools hold back. */
const isQueueWaiting = sql`
  exists (select 1 from dagwright.runs where status = 'QUEUED' and waits_for >= 'pool' and waits_for < 'poom')`;
