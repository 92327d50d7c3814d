import { sql, type SqlFragment } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { instigatorColumns, type InstigatorRow } from "./instigator-row.ts";
import type { InstigatorStore } from "./instigator-store.ts";

export interface ClaimedInstigatorRow extends InstigatorRow {
  readonly fence: number;
  readonly now_ms: number;
  readonly retry_of_ms: number | null;
  readonly failures: number;
}

/**
 * SKIP LOCKED keeps replicas from waiting for one another; a row that another one has just claimed is looked at again in its newest version and is
 * no longer due. `next_at` stays as it is: should the holder die, the same tick is due again when the lease ends.
 */
export const claimDueStatement = (
  query: Parameters<InstigatorStore["claimDue"]>[0],
): SqlFragment<ClaimedInstigatorRow> => sql<ClaimedInstigatorRow>`
  with due as (
    select id from dagwright.instigators
    where kind = ${query.kind} and location = any(${query.locations}::text[]) and next_at <= now() and (lease_until is null or lease_until <= now())
    order by next_at, id limit ${query.limit} for no key update skip locked),
  claimed as (
    update dagwright.instigators as i set lease_holder = ${query.holder}, lease_until = now() + ${interval(query.leaseMs)}, fence = i.fence + 1
    from due where i.id = due.id
    returning i.*)
  select ${instigatorColumns("c")}, c.fence, ${toMs(sql`now()`)} as now_ms,
    ${toMs(sql`c.retry_of`)} as retry_of_ms, c.failures from claimed c order by c.next_at, c.id`;
