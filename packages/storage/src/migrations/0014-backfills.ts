import type { Migration } from "./migration.ts";

/**
 * Backfills, what they are to make and how far they have come, and their runs. Sets of partitions are kept as ranges, as of the moment of the
 * backfill: the definitions and dynamic keys that they refer to stand beside them, so that nothing that changes later moves them.
 *
 * A run's end, and a materialization that others wait for, are counted on the run's own row in the transaction that writes them. Whoever
 * deals with a backfill looks for rows whose changes it has not seen; so none is missed, and rows without news are not read.
 */
export const backfills: Migration = {
  number: 14,
  name: "backfills",
  isCompatible: true,
  sql: `
    create table dagwright.backfills (
      id text collate "C" primary key,
      status text not null check (status in
        ('REQUESTED','CANCELING','CANCELED','FAILING','FAILED','COMPLETED_SUCCESS','COMPLETED_FAILED','COMPLETED')),
      -- Null: it makes assets.
      job_name text,
      location text,
      asset_keys jsonb,
      tags jsonb not null,
      run_config jsonb not null,
      title text,
      description text,
      from_failure boolean not null default false,
      step_keys jsonb,
      -- The keys that there were under the names of dynamic partitions.
      dynamic_keys jsonb not null,
      created_at timestamptz not null,
      ended_at timestamptz,
      is_paused boolean not null default false,
      max_runs_in_flight int,
      runs_submitted int not null default 0,
      runs_in_flight int not null default 0,
      waiting_reason text,
      error jsonb,
      problems jsonb not null default '[]',
      -- When there is work beside that which its runs make.
      due_at timestamptz,
      lease_holder text,
      lease_until timestamptz,
      fence int not null default 0
    ) with (fillfactor = 80);
    create index backfills_by_time on dagwright.backfills (created_at desc, id desc);
    create index backfills_by_status on dagwright.backfills (status, created_at desc, id desc);
    create index backfills_by_job on dagwright.backfills (location, job_name, created_at desc, id desc) where job_name is not null;
    create index backfills_active on dagwright.backfills (due_at, id) where status in ('REQUESTED','CANCELING','FAILING');

    create table dagwright.backfill_targets (
      backfill_id text collate "C" not null,
      place int not null,
      -- The text of an asset's key; empty for a job.
      name text collate "C" not null,
      location text not null,
      -- Null: it has none.
      partitions jsonb,
      target jsonb not null,
      requested jsonb not null,
      done jsonb not null,
      failed jsonb not null,
      target_count int not null,
      requested_count int not null default 0,
      done_count int not null default 0,
      failed_count int not null default 0,
      primary key (backfill_id, place)
    );

    create table dagwright.backfill_runs (
      run_id uuid primary key,
      backfill_id text collate "C" not null,
      -- What the run makes, hashed: it is asked for once, and then only as the retry of a run.
      unit text not null,
      attempt int not null default 1,
      places int[] not null,
      partition jsonb,
      partition_count int not null,
      -- Others wait for what it materializes, not only for its end.
      is_watched boolean not null,
      changes int not null default 0,
      seen int not null default 0,
      -- Up to where its log has been read.
      seen_seq int not null default 0,
      -- How it ended, once that is part of the progress.
      settled_as text,
      unique (backfill_id, unit, attempt)
    );
    create index backfill_runs_with_news on dagwright.backfill_runs (backfill_id, run_id) where changes > seen;
    create index backfill_runs_open on dagwright.backfill_runs (backfill_id, run_id) where settled_as is null;
  `,
};
