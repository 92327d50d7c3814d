import type { Migration } from "./migration.ts";

/**
 * Executions of asset checks: one row for each check of a run, written when it is planned and completed when it is evaluated. A row
 * outlives the retention of the events it is made of. A check that is evaluated again by a retried step keeps its row.
 */
export const assetChecks: Migration = {
  number: 10,
  name: "asset checks",
  isCompatible: true,
  sql: `
    create table dagwright.asset_check_executions (
      -- The id of its first event, among all asset events.
      id bigint not null,
      asset_key text collate "C" not null,
      check_name text collate "C" not null,
      -- Null: reported from outside any run.
      run_id uuid,
      partition text,
      step_key text,
      status text not null check (status in ('PLANNED', 'SUCCEEDED', 'FAILED')),
      created_at_ms double precision not null,
      -- The event that says how it came out.
      evaluation_id bigint,
      evaluation jsonb,
      -- In the order in which a check's executions are read. No index by id alone: it would be walked in vain for a check that is rare.
      primary key (asset_key, check_name, id),
      check ((status = 'PLANNED') = (evaluation is null))
    );
    create unique index asset_check_executions_by_run
      on dagwright.asset_check_executions (run_id, asset_key, check_name, coalesce(partition, '')) where run_id is not null;
  `,
};
