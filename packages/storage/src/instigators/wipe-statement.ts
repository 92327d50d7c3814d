import type { InstigatorKind } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";

/** Evaluations under way lose their claims: the tick of none of them comes back. Runs stay. */
export const wipeStatement = (kind: InstigatorKind): SqlFragment<{ readonly wiped: number }> => sql<{ readonly wiped: number }>`
  with switched as (
    update dagwright.instigators set status = 'STOPPED', cursor = null, next_at = null, retry_of = null, failures = 0, last_skip_tick_id = null,
      lease_holder = null, lease_until = null, fence = fence + 1
    where kind = ${kind}
    returning id),
    gone_ticks as (delete from dagwright.ticks where instigator_id in (select id from switched)),
    gone_runs as (delete from dagwright.tick_runs where instigator_id in (select id from switched)),
    gone_keys as (delete from dagwright.run_keys where instigator_id in (select id from switched))
  select count(*)::int as wiped from switched`;
