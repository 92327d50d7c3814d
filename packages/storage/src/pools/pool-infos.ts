import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import type { PoolClaim, PoolInfo } from "./pool-store.ts";

export interface PoolRow {
  readonly name: string;
  readonly slot_limit: number | null;
  readonly uses_default: boolean;
  readonly claims: readonly PoolClaim[];
}

/** One pool, or all that have a limit or somebody who wants slots. */
export const poolInfosStatement = (name: string | null, defaultLimit: number | null): SqlFragment<PoolRow> => sql<PoolRow>`
  with claims as (
    select pool, jsonb_agg(jsonb_build_object('runId', run_id, 'stepKey', step_key, 'slots', slots, 'priority', priority,
      'enqueuedAtMs', ${toMs(sql`enqueued_at`)}, 'claimedAtMs', ${toMs(sql`claimed_at`)})
      order by claimed_at nulls last, priority desc, enqueued_at, run_id, step_key) as claims
    from dagwright.pool_claims where lease_until >= now() ${name === null ? sql`` : sql`and pool = ${name}`} group by pool)
  select coalesce(p.name, c.pool) as name, coalesce(p.slot_limit, ${defaultLimit}::int) as slot_limit, p.slot_limit is null as uses_default,
    coalesce(c.claims, '[]'::jsonb) as claims
  from dagwright.pools p full join claims c on c.pool = p.name
  where (coalesce(p.slot_limit, ${defaultLimit}::int) is not null or c.pool is not null)
    ${name === null ? sql`` : sql`and coalesce(p.name, c.pool) = ${name}`}
  order by 1`;

export const toPoolInfo = ({ name, slot_limit, uses_default, claims }: PoolRow): PoolInfo => ({
  name,
  limit: slot_limit,
  usesDefault: uses_default,
  claims,
});
