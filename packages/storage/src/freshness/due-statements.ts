import { sql, type SqlFragment } from "../database/sql.ts";
import { notifyWork } from "../notifications/notify-statements.ts";

/** Whoever is deciding about the row `f` at this moment decides by what was before, and is refused. */
export const dueNow = sql`due_at = now(), fence = f.fence + 1`;

/** For the statement that writes materializations, where `written_assets` are those it concerns and `streamed` the events. */
export const freshnessOfMade: SqlFragment<unknown> = sql`
  made_fresh as (
    -- By way of the assets' own rows, which are locked in their order: whoever holds a row here holds that one.
    update dagwright.asset_freshness f set ${dueNow}
    from written_assets a
    where f.asset_key = a.key and f.policy is not null
      and exists (select 1 from streamed s where s.asset_key = a.key and s.type = 'ASSET_MATERIALIZATION')
    returning ${notifyWork("freshness")})`;

/** For the statement that forgets materializations of one asset. */
export const freshnessOfForgotten = (key: string): SqlFragment<unknown> => sql`
  forgotten_freshness as (
    update dagwright.asset_freshness f set ${dueNow} where f.asset_key = ${key} and f.policy is not null returning ${notifyWork("freshness")})`;
