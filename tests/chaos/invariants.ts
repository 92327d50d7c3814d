import type { HarnessClient } from "./harness-client.ts";
import { failSeconds, warnSeconds } from "./project/gauges.ts";
import type { Launched } from "./workload.ts";

/** What must hold, whatever died meanwhile. */
export interface Invariant {
  readonly name: string;
  /** `always`: in every state that was ever committed. Default: once all has come to rest. */
  readonly holds?: "always";
  /** Rows that break it, each with what a reader needs to find it. */
  readonly broken: string;
}

/** `run_retries.max_retries` of the campaign's instance. */
export const mostRetries = 2;

const finalStatuses = "('SUCCESS', 'FAILURE', 'CANCELED')";
const finalEvents = "('RUN_SUCCESS', 'RUN_FAILURE', 'RUN_CANCELED')";

/**
 * Each is a query for what breaks it. They read the tables that users' histories are made of, and the harness's own audit
 * (audit.ts) where the tables forget.
 */
export const invariants: readonly Invariant[] = [
  // ---- runs -----------------------------------------------------------------------------------------------------------------------
  {
    name: "every run has ended",
    broken: `select id::text || ' is ' || status from dagwright.runs where status not in ${finalStatuses}`,
  },
  {
    name: "a run's log has every place from 1 to its last once",
    broken: `
      with log as (select run_id, seq from dagwright.run_events union all select run_id, seq from dagwright.run_logs)
      select r.id::text || ': ' || count(l.seq) || ' entries, ' || count(distinct l.seq) || ' places, last ' || r.last_seq
      from dagwright.runs r left join log l on l.run_id = r.id
      group by r.id, r.last_seq
      having count(l.seq) <> r.last_seq or count(distinct l.seq) <> r.last_seq or min(l.seq) <> 1 or max(l.seq) <> r.last_seq`,
  },
  {
    name: "a run has one end, and it is its status",
    broken: `
      select r.id::text || ' is ' || r.status || ' and has the ends ' || coalesce(string_agg(e.type, ', ' order by e.seq), 'none')
      from dagwright.runs r left join dagwright.run_events e on e.run_id = r.id and e.type in ${finalEvents}
      group by r.id, r.status having string_agg(e.type, ', ') is distinct from 'RUN_' || r.status`,
  },
  {
    name: "an attempt begins once",
    holds: "always",
    broken: `
      select r.id::text || ' of ' || r.attempt || ' attempts began ' || count(*) || ' times' from dagwright.runs r
      join dagwright.run_events e on e.run_id = r.id and e.type = 'RUN_START' group by r.id, r.attempt having count(*) > r.attempt`,
  },
  {
    name: "a worker writes to one attempt of a run",
    holds: "always",
    broken: `
      select w.run_id::text || ': one worker wrote to attempts ' || string_agg(w.attempt::text, ', ') from chaos.writers w
      group by w.run_id, w.backend having count(*) > 1`,
  },
  {
    name: "no step ends that has not begun, and none ends twice",
    broken: `
      select e.run_id::text || ' ' || e.step_key || ': ' || string_agg(e.type, ', ' order by e.seq)
      from dagwright.run_events e join dagwright.runs r on r.id = e.run_id
      where e.type in ('STEP_START', 'STEP_RESTARTED', 'STEP_SUCCESS', 'STEP_FAILURE', 'STEP_UP_FOR_RETRY')
      group by e.run_id, e.step_key, r.attempt
      having count(*) filter (where e.type in ('STEP_SUCCESS', 'STEP_FAILURE')) > r.attempt
        or count(*) filter (where e.type = 'STEP_START') > r.attempt
        or (min(e.seq) filter (where e.type = 'STEP_START')) > coalesce(min(e.seq) filter (where e.type = 'STEP_SUCCESS'), 2147483647)`,
  },
  {
    name: "in a run that succeeded every step that began has succeeded",
    broken: `
      select r.id::text || ' ' || s.step_key from dagwright.runs r
      join dagwright.run_events s on s.run_id = r.id and s.type = 'STEP_START'
      where r.status = 'SUCCESS'
        and not exists (select 1 from dagwright.run_events e where e.run_id = r.id and e.step_key = s.step_key and e.type = 'STEP_SUCCESS')`,
  },
  {
    name: "a run that succeeded did all its steps",
    broken: `
      select r.id::text || ' of ' || r.job_name || ' has ' || count(e.seq) || ' steps' from dagwright.runs r
      join (values ('quick', 2), ('chain', 6), ('pooled', 3), ('in_processes', 3), ('counting', 2), ('cell', 2)) as j(name, steps) on j.name = r.job_name
      left join dagwright.run_events e on e.run_id = r.id and e.type = 'STEP_SUCCESS'
      where r.status = 'SUCCESS' and r.parent_run_id is null group by r.id, r.job_name, j.steps having count(e.seq) <> j.steps`,
  },
  {
    name: "a run that succeeded materialized each of its assets once",
    broken: `
      select r.id::text || ' has ' || count(a.id) || ' materializations' from dagwright.runs r
      left join dagwright.asset_events a on a.run_id = r.id and a.type = 'ASSET_MATERIALIZATION'
      where r.job_name = 'counting' and r.status = 'SUCCESS' and r.parent_run_id is null group by r.id having count(a.id) <> 2 or count(distinct a.asset_key) <> 2`,
  },
  {
    name: "a run does not leave its end",
    holds: "always",
    broken: `
      select run_id::text || ' went from ' || old_status || ' to ' || new_status
      from chaos.run_moves where old_status in ${finalStatuses} and old_status <> new_status`,
  },
  {
    // The engine tells there what it does about the run, e.g. that it is retried.
    name: "nobody's work is written to a run after its end",
    broken: `
      with log as (
        select run_id, seq, type from dagwright.run_events where type <> 'ENGINE_EVENT' union all select run_id, seq, 'LOG_LINE' from dagwright.run_logs)
      select l.run_id::text || ' has ' || l.type || ' after ' || e.type from dagwright.run_events e
      join log l on l.run_id = e.run_id and l.seq > e.seq where e.type in ${finalEvents}`,
  },
  {
    name: "no lease, no slot and no launch is left of the dead",
    broken: `
      select 'run ' || id from dagwright.runs where lease_until is not null or launch_due_at is not null
      union all select 'pool ' || pool || ' of run ' || run_id from dagwright.pool_claims
      union all select 'instigator ' || name from dagwright.instigators where lease_holder is not null`,
  },
  // ---- ticks ----------------------------------------------------------------------------------------------------------------------
  {
    name: "a due time has one tick",
    holds: "always",
    broken: `
      select i.name || ' at ' || t.scheduled_at || ': ' || count(*) from dagwright.ticks t join dagwright.instigators i on i.id = t.instigator_id
      group by i.name, t.scheduled_at having count(*) > 1`,
  },
  {
    // A schedule that is late for several of its times has one tick, for the newest of them: a full minute after this one.
    name: "no due time is without its tick",
    broken: `
      select i.name || ' at ' || due.due from chaos.instigator_moves due
      join dagwright.instigators i on i.id = due.instigator_id
      cross join lateral (
        select m.* from chaos.instigator_moves m where m.instigator_id = due.instigator_id and m.id > due.id and m.old_next is distinct from m.new_next
        order by m.id limit 1) gone
      where due.old_next is distinct from due.new_next and due.new_next is not null and not gone.by_harness
        -- News has conditions evaluated earlier, and ticks that ask for nothing are one row, which moves on.
        and i.kind <> 'AUTOMATION'
        and not exists (
          select 1 from dagwright.ticks t where t.instigator_id = due.instigator_id and (t.scheduled_at = due.due
            or (i.kind = 'SCHEDULE' and t.scheduled_at > due.due and t.scheduled_at <= gone.at and date_trunc('minute', t.scheduled_at) = t.scheduled_at)))`,
  },
  {
    name: "the next time of an instigator never goes back into the past",
    holds: "always",
    broken: `
      select i.name || ' went back from ' || m.old_next || ' to ' || m.new_next from chaos.instigator_moves m
      join dagwright.instigators i on i.id = m.instigator_id where m.new_next < least(m.old_next, m.at - interval '5 seconds') and not m.by_harness`,
  },
  {
    name: "a tick's place has one run, and a run one tick",
    holds: "always",
    broken: `
      select 'tick at ' || scheduled_at || ' place ' || index || ': ' || count(*) from dagwright.tick_runs group by instigator_id, scheduled_at, index having count(*) > 1
      union all select 'run ' || run_id || ' of ' || count(*) || ' ticks' from dagwright.tick_runs group by run_id having count(*) > 1`,
  },
  {
    name: "a schedule starts one run for a due time",
    holds: "always",
    broken: `
      select s.value || ' for ' || d.value || ': ' || count(*) from dagwright.run_tags d
      join dagwright.run_tags s on s.run_id = d.run_id and s.key = 'dagster/schedule_name'
      join dagwright.runs r on r.id = d.run_id and r.parent_run_id is null
      where d.key = 'chaos/due' group by s.value, d.value having count(*) > 1`,
  },
  {
    name: "what a tick says that it started is there",
    broken: `
      select i.name || ' at ' || t.scheduled_at || ' started ' || count(r.id) || ' runs' from dagwright.ticks t
      join dagwright.instigators i on i.id = t.instigator_id
      left join dagwright.tick_runs tr on tr.instigator_id = t.instigator_id and tr.scheduled_at = t.scheduled_at
      left join dagwright.runs r on r.id = tr.run_id
      where t.status = 'SUCCESS' group by i.name, i.kind, t.scheduled_at
      having count(r.id) = 0 or count(r.id) <> count(tr.run_id) or (i.kind = 'SCHEDULE' and count(r.id) <> 1)`,
  },
  {
    name: "no run of a tick is without its tick",
    broken: `
      select t.run_id::text from dagwright.run_tags t join dagwright.runs r on r.id = t.run_id and r.parent_run_id is null
      where t.key in ('dagster/schedule_name', 'dagster/sensor_name')
        and not exists (select 1 from dagwright.tick_runs tr where tr.run_id = t.run_id)`,
  },
  // ---- run keys -------------------------------------------------------------------------------------------------------------------
  {
    name: "a run key has one run",
    holds: "always",
    broken: `
      select s.value || ' key ' || k.value || ': ' || count(*) from dagwright.run_tags k
      join dagwright.run_tags s on s.run_id = k.run_id and s.key = 'dagster/sensor_name'
      join dagwright.runs r on r.id = k.run_id and r.parent_run_id is null
      where k.key = 'dagster/run_key' group by s.value, k.value having count(*) > 1`,
  },
  {
    // The project's sensors ask for 0, 1, 2 and so on, up to one beyond their cursor.
    name: "no run key that was asked for is without its run",
    broken: `
      select i.name || ' with cursor ' || i.cursor || ' has ' || count(r.id) || ' of its keys' from dagwright.instigators i
      left join dagwright.run_keys k on k.instigator_id = i.id left join dagwright.runs r on r.id = k.run_id
      where i.kind = 'SENSOR' and i.cursor is not null group by i.name, i.cursor having count(r.id) <> i.cursor::int + 1`,
  },
  // ---- retries --------------------------------------------------------------------------------------------------------------------
  {
    name: "a failed run is retried once, until it was tried as often as the instance allows",
    broken: `
      select r.id::text || ', try ' || coalesce(n.value, '0') || ', has ' || count(c.id) || ' retries' from dagwright.runs r
      left join dagwright.run_tags n on n.run_id = r.id and n.key = 'dagster/retry_number'
      left join dagwright.runs c on c.parent_run_id = r.id
      where r.status = 'FAILURE' group by r.id, n.value having count(c.id) <> (coalesce(n.value::int, 0) < ${mostRetries})::int`,
  },
  {
    name: "only what failed is retried",
    holds: "always",
    broken: `select c.id::text || ' retries ' || r.id || ', which is ' || r.status from dagwright.runs c join dagwright.runs r on r.id = c.parent_run_id where r.status <> 'FAILURE'`,
  },
  // ---- backfills ------------------------------------------------------------------------------------------------------------------
  {
    name: "every backfill has ended, and all of it was requested and settled",
    broken: `
      select b.id || ' is ' || b.status || ' with ' || coalesce(b.waiting_reason, b.problems::text) from dagwright.backfills b
      join dagwright.backfill_targets t on t.backfill_id = b.id
      where b.ended_at is null or b.lease_holder is not null or b.runs_in_flight <> 0 or t.requested_count <> t.target_count
        or t.done_count + t.failed_count <> t.target_count`,
  },
  {
    name: "a partition of a backfill has one run, and retries of it",
    broken: `
      select b.value || ' ' || coalesce(r.partition, 'none') || ': ' || count(*) from dagwright.runs r
      join dagwright.run_tags b on b.run_id = r.id and b.key = 'dagster/backfill'
      where r.parent_run_id is null group by b.value, r.partition having count(*) <> 1`,
  },
  {
    name: "a backfill has a run for each of its partitions, and no other",
    broken: `
      select b.id || ' has ' || count(r.id) || ' runs' from dagwright.backfills b
      join dagwright.backfill_targets t on t.backfill_id = b.id
      left join dagwright.run_tags g on g.key = 'dagster/backfill' and g.value = b.id
      left join dagwright.runs r on r.id = g.run_id and r.parent_run_id is null
      group by b.id, t.target_count having count(r.id) <> t.target_count`,
  },
  // ---- automation -----------------------------------------------------------------------------------------------------------------
  {
    name: "an evaluation of conditions asks for an asset once",
    holds: "always",
    broken: `
      select 'evaluation ' || t.value || ' of ' || p.asset_key || ': ' || count(*) from dagwright.run_tags t
      join dagwright.runs r on r.id = t.run_id and r.parent_run_id is null
      join dagwright.asset_events p on p.run_id = r.id and p.type = 'ASSET_MATERIALIZATION_PLANNED'
      where t.key = 'dagster/asset_evaluation_id' group by t.value, p.asset_key having count(*) > 1`,
  },
  {
    name: "what an evaluation says that it asked for is there",
    broken: `
      select e.entity || ' in evaluation ' || e.evaluation_id || ' asked for ' || e.requested_count || ' and has ' || count(t.run_id)
      from dagwright.automation_evaluations e
      left join dagwright.run_tags t on t.run_id = any(e.run_ids) and t.key = 'dagster/asset_evaluation_id' and t.value = e.evaluation_id::text
      group by e.entity, e.evaluation_id, e.requested_count having count(t.run_id) <> e.requested_count`,
  },
  {
    name: "no run that conditions asked for is without its evaluation",
    broken: `
      select r.id::text || ' of evaluation ' || t.value from dagwright.run_tags t join dagwright.runs r on r.id = t.run_id and r.parent_run_id is null
      where t.key = 'dagster/asset_evaluation_id'
        and not exists (select 1 from dagwright.automation_evaluations e where e.evaluation_id::text = t.value and r.id = any(e.run_ids))`,
  },
  {
    // One that asked for nothing is counted on the tick of the next such one.
    name: "an evaluation that asked for something has one tick",
    broken: `
      select 'evaluation ' || e.evaluation_id || ' has ' || count(t.id) || ' ticks' from (
        select distinct evaluation_id from dagwright.automation_evaluations where requested_count > 0) e
      left join dagwright.ticks t on t.evaluation_id = e.evaluation_id group by e.evaluation_id having count(t.id) <> 1`,
  },
  // ---- freshness ------------------------------------------------------------------------------------------------------------------
  {
    name: "each change of freshness is told once, one after the other",
    broken: `
      select asset_key || ' went from ' || was || ' to ' || is_now || ' after it was told to be ' || before from (
        select asset_key, data->>'previousState' as was, data->>'newState' as is_now,
          lag(data->>'newState') over (partition by asset_key order by id) as before, at_ms, lag(at_ms) over (partition by asset_key order by id) as before_ms
        from dagwright.asset_events where type = 'FRESHNESS_STATE_CHANGE') told
      where before is not null and (was <> before or was = is_now or at_ms < before_ms)`,
  },
  {
    name: "an asset is as fresh as it was told to be last, and as it is",
    broken: `
      select f.asset_key || ' is kept as ' || f.state || ', was told to be ' || coalesce(told.state, 'nothing') || ' and is ' || truth.state
      from dagwright.asset_freshness f join dagwright.assets a on a.key = f.asset_key
      left join lateral (
        select e.data->>'newState' as state from dagwright.asset_events e where e.asset_key = f.asset_key and e.type = 'FRESHNESS_STATE_CHANGE'
        order by e.id desc limit 1) told on true
      cross join lateral (select extract(epoch from now()) - (a.last_materialization->>'atMs')::float8 / 1000 as seconds) age
      cross join lateral (
        select case when age.seconds is null then 'UNKNOWN' when age.seconds >= ${failSeconds} then 'FAIL'
          when age.seconds >= ${warnSeconds} then 'WARN' else 'PASS' end as state) truth
      -- At this very moment it may be changing.
      where (f.due_at is null or f.due_at > now()) and (told.state is distinct from f.state or truth.state <> f.state)`,
  },
  // ---- retention ------------------------------------------------------------------------------------------------------------------
  {
    name: "retention removes what is old and nothing else",
    broken: `
      select r.kind || ' ' || r.id || ' was removed and is not old' from chaos.removals r where not r.is_old
      union all select 'tick ' || id || ' is old and still there' from dagwright.ticks where scheduled_at < now() - interval '90 days'
      union all select 'evaluation ' || evaluation_id || ' is old and still there' from dagwright.automation_evaluations where entity = 'old'`,
  },
  {
    name: "a pass of retention tells each row that was removed once",
    broken: `
      select 'rows that were removed: ' || removed.count || ', told of: ' || told.count from
        (select count(*) as count from chaos.removals) removed,
        (select coalesce(sum((step->>'rows')::bigint), 0) as count from chaos.retention_passes, jsonb_array_elements(report->'purged') step) told
      where removed.count <> told.count`,
  },
  // ---- launches -------------------------------------------------------------------------------------------------------------------
  {
    name: "a launch made one run at most",
    holds: "always",
    broken: `
      select 'launch ' || t.value || ': ' || count(*) from dagwright.run_tags t join dagwright.runs r on r.id = t.run_id and r.parent_run_id is null
      where t.key = 'chaos/launch' group by t.value having count(*) > 1`,
  },
];

/** A sentence for each thing that breaks one of them. */
export async function findBroken(client: HarnessClient, among: readonly Invariant[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, broken } of among) {
    const rows = await client.column(broken);
    for (const row of rows.slice(0, 5)) found.push(`${name}: ${row}`);
    if (rows.length > 5) found.push(`${name}: and ${rows.length - 5} more`);
  }
  return found;
}

/** A sentence for each thing that must not be once all has come to rest. */
export async function findViolations(client: HarnessClient, launched: readonly Launched[]): Promise<readonly string[]> {
  const found = [...(await findBroken(client, invariants))];
  const promised = launched.flatMap(({ runId }) => (runId === null ? [] : [runId]));
  const { rows } = await client.query<{ id: string }>(
    `select g.id from unnest($1::uuid[]) as g(id) where not exists (select 1 from dagwright.runs r where r.id = g.id)`,
    [promised],
  );
  for (const { id } of rows) found.push(`a run whose launch was answered is there: ${id} is not`);
  return found;
}
