import { codeLocationName, instigatorIdOf } from "@dagwright/model";
import pg from "pg";

/** How much there is of everything, in both databases. */
export interface HistorySize {
  readonly runs: number;
  /** Entries of runs' logs, all of them together. */
  readonly events: number;
}

/** How far back runs go. */
const days = 28;
/** How many the project has. */
const schedules = 20;
/** Ticks of each schedule, one an hour. */
const ticks = 200;

/**
 * Multiplies a run that was executed for real, and a tick of each schedule: every row that they left becomes many, over four weeks. Logs are filled up with
 * lines to the same length in both databases. Without this, five million events would take Dagster a day to write.
 */
export async function multiplyOurs(connectionString: string, seedRunId: string, { runs, events }: HistorySize): Promise<void> {
  await inDatabase(connectionString, async (client) => {
    const perRun = Math.floor(events / runs);
    await client.query(`
      do $$ declare week timestamptz; begin
        for week in select generate_series(date_trunc('week', now()) - interval '5 weeks', date_trunc('week', now()), interval '1 week') loop
          perform dagwright.create_partition(parent, to_char(week, '"w"YYYYMMDD'), dagwright.uuid7_floor(week)::text,
            dagwright.uuid7_floor(week + interval '1 week')::text) from unnest(array['run_events', 'run_logs', 'run_batches']) parent;
        end loop;
        perform dagwright.create_partition('asset_events', to_char(m, '"m"YYYYMM'), m::text, (m + interval '1 month')::text)
          from unnest(array[date_trunc('month', now()) - interval '1 month']) m;
      end $$`);
    await client.query(
      `create temp table made as
       select n, at, seed.shift_ms + extract(epoch from at - seed.created_at) * 1000 as shift_ms, at - seed.created_at as shift,
         (left(dagwright.uuid7_floor(at)::text, 14) || '7' || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3) || '-' || substr(md5(n::text), 7, 12))::uuid as id
       from generate_series(1, $1::int) n, lateral (select now() - interval '1 hour' - ($1 - n) * (interval '${days} days' / $1) as at) t,
         (select created_at, 0 as shift_ms from dagwright.runs where id = $2) seed`,
      [runs, seedRunId],
    );
    await client.query(
      `insert into dagwright.runs
       select (jsonb_populate_record(null::dagwright.runs, to_jsonb(r) || jsonb_build_object('id', id_of, 'last_seq', $2::int,
         'status', case when n % 10 = 0 then 'FAILURE' else 'SUCCESS' end, 'tags', r.tags || jsonb_build_object('team', 'team_' || n % 50),
         'created_at', at, 'updated_at', r.updated_at + shift, 'notified_at', r.notified_at + shift, 'started_at', r.started_at + shift,
         'launched_at', r.launched_at + shift, 'ended_at', r.ended_at + shift))).*
       from (select n, at, shift, id as id_of from made order by n) m, (select * from dagwright.runs where id = $1) r`,
      [seedRunId, perRun],
    );
    await client.query(
      `insert into dagwright.run_tags (run_id, key, value, created_at)
       select m.id, t.key, t.value, m.at from made m, (select key, value from dagwright.run_tags where run_id = $1) t
       union all select id, 'team', 'team_' || n % 50, at from made`,
      [seedRunId],
    );
    await client.query(
      `insert into dagwright.run_events (run_id, seq, type, step_key, at_ms, message, data)
       select m.id, e.seq, e.type, e.step_key, e.at_ms + m.shift_ms, e.message, e.data
       from (select * from made order by id) m, (select * from dagwright.run_events where run_id = $1 order by seq) e where e.seq <= $2`,
      [seedRunId, perRun],
    );
    await client.query(
      `insert into dagwright.run_logs (run_id, seq, step_key, level, at_ms, message)
       select m.id, e.seq, e.step_key, e.level, e.at_ms + m.shift_ms, e.message
       from (select * from made order by id) m, (select * from dagwright.run_logs where run_id = $1) e where e.seq <= $2
       union all
       select m.id, place, e.step_key, e.level, e.at_ms + m.shift_ms, e.message || ' ' || place
       from (select * from made order by id) m,
         (select * from dagwright.run_logs where run_id = $1 limit 1) e,
         generate_series((select max(seq) + 1 from (select seq from dagwright.run_events where run_id = $1 union all select seq from dagwright.run_logs where run_id = $1) s), $2::int) place`,
      [seedRunId, perRun],
    );
    await client.query(
      `insert into dagwright.asset_events (id, inserted_at, run_id, seq, type, asset_key, partition, step_key, at_ms, message, data)
       select nextval('dagwright.event_ids'), m.at, m.id, e.seq, e.type, e.asset_key, e.partition, e.step_key, e.at_ms + m.shift_ms, e.message, e.data
       from (select * from made order by n) m, (select * from dagwright.asset_events where run_id = $1 order by id) e`,
      [seedRunId],
    );
    await client.query(
      `insert into dagwright.ticks (instigator_id, scheduled_at, started_at, ended_at, status, skip_reason)
       select id, at, at, at, 'SKIPPED', 'nothing to do'
       from unnest($1::text[]) id, generate_series(date_trunc('hour', now()) - interval '${ticks} hours', now(), interval '1 hour') at
       on conflict do nothing`,
      [Array.from({ length: schedules }, (_, index) => instigatorIdOf(codeLocationName("project"), `schedule_${index}`))],
    );
  });
}

/** As {@link multiplyOurs}, in Dagster's tables. */
export async function multiplyTheirs(connectionString: string, seedRunId: string, { runs, events }: HistorySize): Promise<void> {
  await inDatabase(connectionString, async (client) => {
    const perRun = Math.floor(events / runs);
    // Filling five million rows into six indexes takes longer than making them afterwards.
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes where tablename = 'event_logs' and indexname <> 'event_logs_pkey'`,
    );
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    await client.query(
      `create temp table made as
       select n, at, at - seed.create_timestamp as shift, md5(n::text)::uuid::text as id
       from generate_series(1, $1::int) n, lateral (select (now() at time zone 'utc') - interval '1 hour' - ($1 - n) * (interval '${days} days' / $1) as at) t,
         (select create_timestamp from runs where run_id = $2) seed`,
      [runs, seedRunId],
    );
    await client.query(
      `insert into runs (run_id, snapshot_id, pipeline_name, mode, status, run_body, partition, partition_set, create_timestamp, update_timestamp, start_time, end_time)
       select m.id, r.snapshot_id, r.pipeline_name, r.mode, case when n % 10 = 0 then 'FAILURE' else 'SUCCESS' end,
         (replace(r.run_body, $1, m.id)::jsonb || jsonb_build_object('status', jsonb_build_object('__enum__', case when n % 10 = 0 then 'DagsterRunStatus.FAILURE' else 'DagsterRunStatus.SUCCESS' end),
           'tags', (r.run_body::jsonb->'tags') || jsonb_build_object('team', 'team_' || n % 50)))::text,
         r.partition, r.partition_set, m.at, r.update_timestamp + m.shift, r.start_time + extract(epoch from m.shift), r.end_time + extract(epoch from m.shift)
       from (select * from made order by n) m, (select * from runs where run_id = $1) r`,
      [seedRunId],
    );
    await client.query(
      `insert into run_tags (run_id, key, value)
       select m.id, t.key, t.value from made m, (select key, value from run_tags where run_id = $1) t
       union all select id, 'team', 'team_' || n % 50 from made`,
      [seedRunId],
    );
    await client.query(
      `insert into event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
       select m.id, replace(e.event, $1, m.id), e.dagster_event_type, e.timestamp + m.shift, e.step_key, e.asset_key, e.partition
       from (select * from made order by n) m,
         (select *, 0 as again from (select * from event_logs where run_id = $1 order by id limit $2) own
          union all
          select l.*, again from (select * from event_logs where run_id = $1 and dagster_event_type is null limit 1) l,
            generate_series(1, $2 - (select count(*) from event_logs where run_id = $1)) again) e`,
      [seedRunId, perRun],
    );
    for (const { definition } of indexes) await client.query(definition);
    await client.query(
      `insert into job_ticks (job_origin_id, selector_id, status, type, timestamp, tick_body)
       select job_origin_id, selector_id, status, type, timestamp - age * interval '1 hour',
         (tick_body::jsonb || jsonb_build_object('timestamp', (tick_body::jsonb->>'timestamp')::float8 - age * 3600))::text
       from job_ticks, generate_series(1, ${ticks}) age`,
    );
  });
}

async function inDatabase(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: "dagwright/bench" });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'; set timezone = 'UTC'");
    await work(client);
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}
