import type { Migration } from "./migration.ts";

/**
 * Runs with what is queried in typed columns. `last_seq` is the place of the newest entry of the run's log; whoever writes to the log takes
 * its places here, under the row's lock. `launch_due_at` makes the row its own outbox entry: set while somebody is to start a worker.
 *
 * Batches update `last_seq`, `notified_at` and `lease_until` only, none of which is indexed: those updates stay on the page (HOT).
 */
export const runs: Migration = {
  number: 2,
  name: "runs",
  isCompatible: true,
  sql: `
    create table dagwright.snapshots (
      id text primary key,
      kind text not null,
      -- Canonical JSON as text: it is only ever read whole, and text is stored compressed and shown faster than jsonb.
      body text not null,
      created_at timestamptz not null default now()
    );

    create table dagwright.runs (
      id uuid primary key,
      status text not null check (status in ('QUEUED','NOT_STARTED','MANAGED','STARTING','STARTED','SUCCESS','FAILURE','CANCELING','CANCELED')),
      attempt int not null default 1,
      job_name text not null,
      location text not null,
      tags jsonb not null,
      run_config jsonb not null,
      selection jsonb not null,
      job_snapshot_id text not null,
      plan_snapshot_id text not null,
      parent_run_id uuid,
      root_run_id uuid,
      partition text,
      priority int not null default 0,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      enqueued_at timestamptz,
      launched_at timestamptz,
      started_at timestamptz,
      canceling_at timestamptz,
      ended_at timestamptz,
      last_seq int not null default 0,
      notified_at timestamptz not null,
      launch_due_at timestamptz,
      launch_fence int not null default 0,
      launch_holder text,
      worker jsonb,
      lease_until timestamptz
    ) with (fillfactor = 80);

    create index runs_by_time on dagwright.runs (created_at desc, id desc);
    create index runs_by_status on dagwright.runs (status, created_at desc, id desc);
    create index runs_by_job on dagwright.runs (job_name, created_at desc, id desc);
    create index runs_by_location on dagwright.runs (location, created_at desc, id desc);
    create index runs_by_root on dagwright.runs (root_run_id, created_at desc, id desc) where root_run_id is not null;
    create index runs_by_update on dagwright.runs (updated_at desc, id desc);
    create index runs_queued on dagwright.runs (priority desc, enqueued_at, id) where status = 'QUEUED';
    create index runs_active on dagwright.runs (id) where status in ('STARTING', 'STARTED', 'CANCELING');
    create index runs_to_launch on dagwright.runs (launch_due_at) where launch_due_at is not null;

    -- The run's time stands beside each tag, so that a page of runs with a tag is a range of one index.
    create table dagwright.run_tags (
      run_id uuid not null,
      key text not null,
      value text not null,
      created_at timestamptz not null,
      primary key (run_id, key)
    );
    -- Values can be longer than an index entry may be: the whole value is compared on the row. In C order, a prefix is one range.
    create index run_tags_by_value on dagwright.run_tags (key, (left(value, 500) collate "C"), created_at desc, run_id desc);
  `,
};
