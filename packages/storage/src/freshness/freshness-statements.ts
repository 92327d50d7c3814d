import { assetKeyToString, assetKeyToUserString, type CodeLocationName, type FreshnessState } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval, toMs } from "../database/time.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { toEntryRow } from "../events/stored-entry.ts";
import { notifyWork } from "../notifications/notify-statements.ts";
import { dueNow } from "./due-statements.ts";
import type { DeclaredFreshness, FreshnessClaim, FreshnessOutcome } from "./freshness-store.ts";

const declaredRows = (declared: readonly DeclaredFreshness[]): SqlFragment<unknown> => sql`
  unnest(${declared.map(({ assetKey }) => assetKeyToString(assetKey))}::text[],
    ${declared.map(({ policy }) => toStoredJson(policy))}::jsonb[]) as d(asset_key, policy)`;

/** Assets that had no policy before. */
export const insertDeclared = (location: CodeLocationName, declared: readonly DeclaredFreshness[]): SqlFragment<unknown> => sql`
  with added as (
    insert into dagwright.asset_freshness (asset_key, location, policy, due_at)
    select d.asset_key, ${location}, d.policy, now() from ${declaredRows(declared)} order by d.asset_key
    on conflict do nothing returning 1)
  select count(${notifyWork("freshness")}) from added`;

/**
 * Assets whose policy is another one, or gone. Rows that somebody writes to at this moment are not waited for, since writers of materializations hold
 * several in any order; they are left for another time.
 */
export const updateDeclared = (
  location: CodeLocationName,
  declared: readonly DeclaredFreshness[],
): SqlFragment<{ left: number }> => sql`
  with declared as materialized (select * from ${declaredRows(declared)}),
  stale as materialized (
    select f.asset_key, d.policy from dagwright.asset_freshness f join declared d using (asset_key)
    where f.policy is distinct from d.policy or f.location <> ${location}
    union all
    select f.asset_key, null from dagwright.asset_freshness f
    where f.location = ${location} and f.policy is not null and not exists (select 1 from declared d where d.asset_key = f.asset_key)),
  held as (
    select f.asset_key, s.policy from dagwright.asset_freshness f join stale s using (asset_key) for update of f skip locked),
  changed as (
    update dagwright.asset_freshness f set location = ${location}, policy = h.policy, ${dueNow}
    from held h where f.asset_key = h.asset_key returning 1)
  select (select count(*)::int from stale) - (select count(*)::int from changed) as left,
    (select count(${notifyWork("freshness")}) from changed)`;

export interface ClaimedRow {
  readonly asset_key: string;
  readonly policy: FreshnessClaim["policy"];
  readonly state: FreshnessState | null;
  readonly changed_ms: number | null;
  readonly fence: string;
  readonly now_ms: number;
}

/** SKIP LOCKED: daemons at the same time share the work. */
export const claimStatement = (
  locations: readonly CodeLocationName[],
  leaseMs: number,
  limit: number,
): SqlFragment<ClaimedRow> => sql`
  with due as (
    select asset_key, due_at as was_due_at from dagwright.asset_freshness
    where due_at <= now() and location = any(${[...locations]}::text[]) order by due_at limit ${limit} for update skip locked),
  claimed as (
    update dagwright.asset_freshness f set due_at = now() + ${interval(leaseMs)}, fence = f.fence + 1
    from due d where f.asset_key = d.asset_key returning f.*, d.was_due_at)
  select c.asset_key, c.policy, c.state, ${toMs(sql`c.changed_at`)} as changed_ms, c.fence::text as fence,
    ${toMs(sql`now()`)} as now_ms
  from claimed c order by c.was_due_at, c.asset_key`;

/**
 * When claimed assets were made the last time. A statement of its own: the one that claims would read what was before it began, and claim over the fence of a
 * materialization that was committed meanwhile.
 */
export const madeStatement = (claimed: readonly ClaimedRow[]): SqlFragment<{ key: string; made_ms: number | null }> => sql`
  select key, (last_materialization->>'atMs')::float8 as made_ms from dagwright.assets
  where key = any(${claimed.map(({ asset_key }) => asset_key)}::text[])`;

/**
 * Not the rows that somebody writes to at this moment: their assets are being made, and they are due again. Events go to the assets alone, not to
 * their latest states, whose rows writers of materializations lock first.
 */
export function commitStatement(outcomes: readonly FreshnessOutcome[]): SqlFragment<{ asset_key: string }> {
  const given = outcomes.map(({ claim, state, changedAtMs, dueAtMs }) => ({
    asset_key: assetKeyToString(claim.assetKey),
    fence: claim.fence,
    state,
    changed_ms: changedAtMs,
    due_ms: dueAtMs,
  }));
  const events = outcomes.flatMap(({ claim: { assetKey }, transitions }) =>
    transitions.map(({ from, to, atMs }) => ({
      type: "FRESHNESS_STATE_CHANGE" as const,
      atMs,
      stepKey: null,
      message: `Freshness of asset ${assetKeyToUserString(assetKey)} ${from === to ? `is ${to}` : `went from ${from} to ${to}`}`,
      assetKey,
      previousState: from,
      newState: to,
    })),
  );
  const rows = events.map((event, index) => toEntryRow(event, 1, index + 1));
  const parts = [
    sql`
      given as materialized (
        select * from json_to_recordset(${toStoredJson(given)}::json)
          as g(asset_key text, fence bigint, state text, changed_ms float8, due_ms float8)),
      held as (
        select f.asset_key from dagwright.asset_freshness f join given g on g.asset_key = f.asset_key and g.fence = f.fence
        for update of f skip locked),
      moved as (
        update dagwright.asset_freshness f set state = g.state, changed_at = to_timestamp(g.changed_ms / 1000), due_at = to_timestamp(g.due_ms / 1000)
        from given g join held h on h.asset_key = g.asset_key where f.asset_key = g.asset_key returning f.asset_key)`,
    ...(rows.length === 0
      ? []
      : [
          sql`
            placed as (
              select null::uuid as run_id, null::int as seq, e.type, e.step_key, e.at_ms, e.level, e.message, e.data, e.asset_key, e.partition
              from ${entryRecords(rows)} join moved m on m.asset_key = e.asset_key order by e.ord)`,
          ...entryInserts({ ...kindsOf(events), hasEvents: false }),
        ]),
  ];
  return sql`with ${sql.join(parts)} select asset_key from moved`;
}
