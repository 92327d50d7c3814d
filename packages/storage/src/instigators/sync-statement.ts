import type { CodeLocationName } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { fromMs } from "../database/time.ts";
import { notifyWork, workChannel } from "../notifications/notify-statements.ts";
import type { DeclaredInstigator, InstigatorStore } from "./instigator-store.ts";
import { instigatorColumns, type InstigatorRow } from "./instigator-row.ts";

/** Whether an instigator runs, from its switch and what the code declares. */
const isOn = (status: string, declared: string): SqlFragment<unknown> =>
  sql`(${sql.ref(status)} = 'RUNNING' or (${sql.ref(status)} = 'DECLARED_IN_CODE' and ${sql.ref(declared)} = 'RUNNING'))`;

/**
 * One statement for a whole location. What has not changed is not written. A changed timing, like leaving the code, revokes the lease of an
 * evaluation under way: its commit would put the next time of the old timing in place.
 */
export function syncStatement(location: CodeLocationName, declared: readonly DeclaredInstigator[]): SqlFragment<unknown> {
  const rows = toStoredJson(
    declared.map((one) => ({
      id: one.id,
      kind: one.kind,
      name: one.name,
      default_status: one.defaultStatus,
      timing_hash: one.timingHash,
      next_ms: one.nextAtMs,
    })),
  );
  const isSameTiming = sql`(kept.next_at is not null and kept.timing_hash is not distinct from excluded.timing_hash and ${isOn("kept.status", "excluded.default_status")})`;
  return sql`
    with given as materialized (
      select * from json_to_recordset(${rows}::json) as j(id text, kind text, name text, default_status text, timing_hash text, next_ms float8)),
    gone as (
      update dagwright.instigators set is_declared = false, next_at = null, retry_of = null, lease_holder = null, lease_until = null, fence = fence + 1
      where location = ${location} and is_declared and id not in (select id from given)
      returning id),
    synced as (
      insert into dagwright.instigators as kept (id, kind, location, name, default_status, timing_hash, is_declared, next_at, last_started_at)
      select id, kind, ${location}, name, default_status, timing_hash, true, case default_status when 'RUNNING' then to_timestamp(next_ms / 1000) end,
        case default_status when 'RUNNING' then now() end
      from given order by id
      on conflict (id) do update set
        kind = excluded.kind, location = excluded.location, name = excluded.name, default_status = excluded.default_status,
        timing_hash = excluded.timing_hash, is_declared = true,
        last_started_at = case when kept.next_at is null and ${isOn("kept.status", "excluded.default_status")} then now() else kept.last_started_at end,
        next_at = case
          when not ${isOn("kept.status", "excluded.default_status")} then null
          when ${isSameTiming} then kept.next_at
          else (select to_timestamp(g.next_ms / 1000) from given g where g.id = excluded.id) end,
        retry_of = case when ${isSameTiming} then kept.retry_of end,
        lease_holder = case when ${isSameTiming} then kept.lease_holder end,
        lease_until = case when ${isSameTiming} then kept.lease_until end,
        fence = kept.fence + (not ${isSameTiming})::int
      where not kept.is_declared or (kept.kind, kept.location, kept.name, kept.default_status, kept.timing_hash)
        is distinct from (excluded.kind, excluded.location, excluded.name, excluded.default_status, excluded.timing_hash)
        or (kept.next_at is null and ${isOn("kept.status", "excluded.default_status")})
      returning id)
    select ${notifyWork("instigator")} where exists (select 1 from gone) or exists (select 1 from synced)`;
}

type Target = Parameters<InstigatorStore["setStatus"]>[0];

/** Switching to what already holds changes no time; switching off revokes the lease, so that an evaluation under way launches nothing any more. */
export const setStatusStatement = (target: Target, status: string, nextAtMs: number | null): SqlFragment<InstigatorRow> => {
  const next = nextAtMs === null ? sql`null::timestamptz` : fromMs(nextAtMs);
  const turnsOn = isOn("excluded.status", "kept.default_status");
  const isUnchanged = sql`(kept.next_at is not null and ${turnsOn})`;
  return sql<InstigatorRow>`
    with switched as (
      insert into dagwright.instigators as kept (id, kind, location, name, status, is_declared, next_at, last_started_at)
      values (${target.id}, ${target.kind}, ${target.location}, ${target.name}, ${status}, true, case when ${status}::text <> 'STOPPED' then ${next} end,
        case when ${status}::text = 'RUNNING' then now() end)
      on conflict (id) do update set
        status = excluded.status,
        last_started_at = case when not ${isUnchanged} and ${turnsOn} then now() else kept.last_started_at end,
        next_at = case when ${isUnchanged} then kept.next_at when ${turnsOn} then ${next} end,
        retry_of = case when ${isUnchanged} then kept.retry_of end,
        lease_holder = case when ${isUnchanged} then kept.lease_holder end,
        lease_until = case when ${isUnchanged} then kept.lease_until end,
        fence = kept.fence + (not ${isUnchanged})::int
      returning *)
    select ${instigatorColumns("s")}, pg_notify(${sql.lit(workChannel)}, 'instigator ' || s.id) from switched s`;
};
