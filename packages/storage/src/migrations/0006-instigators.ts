import type { Migration } from "./migration.ts";

/**
 * Schedules and sensors: due work is a row. Ticks are unique by their scheduled time, the runs of a tick by their index in it, and run keys
 * are kept for ever, apart from what retention removes.
 */
export const instigators: Migration = {
  number: 6,
  name: "instigators",
  isCompatible: true,
  sql: `
    create table dagwright.instigators (
      id text primary key,
      kind text not null check (kind in ('SCHEDULE', 'SENSOR')),
      location text not null,
      name text not null,
      status text not null default 'DECLARED_IN_CODE' check (status in ('RUNNING', 'STOPPED', 'DECLARED_IN_CODE')),
      default_status text not null default 'STOPPED' check (default_status in ('RUNNING', 'STOPPED')),
      timing_hash text,
      -- False once it has left its location's code.
      is_declared boolean not null,
      cursor text,
      next_at timestamptz,
      lease_holder text,
      lease_until timestamptz,
      fence int not null default 0,
      -- The newest tick when it was a skip: the next skip is counted on it.
      last_skip_tick_id bigint
    ) with (fillfactor = 80);
    create index instigators_due on dagwright.instigators (kind, location, next_at) where next_at is not null;
    create index instigators_by_location on dagwright.instigators (location);

    create table dagwright.ticks (
      id bigint generated always as identity primary key,
      instigator_id text not null,
      scheduled_at timestamptz not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      status text not null check (status in ('STARTED', 'SUCCESS', 'SKIPPED', 'FAILURE')),
      skip_reason text,
      error jsonb,
      cursor text,
      logs jsonb not null default '[]',
      repetitions int not null default 1,
      unique (instigator_id, scheduled_at)
    );

    create table dagwright.tick_runs (
      instigator_id text not null,
      scheduled_at timestamptz not null,
      index int not null,
      run_id uuid not null,
      run_key text,
      primary key (instigator_id, scheduled_at, index)
    );

    create table dagwright.run_keys (
      instigator_id text not null,
      run_key text not null,
      run_id uuid,
      created_at timestamptz not null default now(),
      primary key (instigator_id, run_key)
    );
  `,
};
