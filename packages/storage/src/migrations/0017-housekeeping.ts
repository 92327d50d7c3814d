import type { Migration } from "./migration.ts";

/**
 * What housekeeping needs: whose turn it is and what the last pass came to, an index for old ticks, dropping of old partitions, and since
 * which version an asset's partitions count after everything about it was forgotten.
 */
export const housekeeping: Migration = {
  number: 17,
  name: "housekeeping",
  isCompatible: true,
  sql: `
    -- One row: replicas take turns, and each write of a pass checks the fence that its turn was given.
    create table dagwright.retention (
      is_only boolean primary key default true check (is_only),
      holder text,
      lease_until timestamptz,
      fence bigint not null default 0,
      next_at timestamptz not null default now(),
      -- What the pass has done so far, and what the one before came to.
      progress jsonb,
      report jsonb
    );
    insert into dagwright.retention default values;

    create index ticks_by_status on dagwright.ticks (status, scheduled_at);

    -- Partitions that were last changed before this version were forgotten, also while their rows are still being deleted.
    alter table dagwright.assets add column wiped_version bigint not null default 0;

    -- Writers to all partitions wait for the lock that a drop needs: it is not waited for long, another pass will do.
    create function dagwright.drop_partition(parent text, suffix text) returns boolean
    language plpgsql set search_path = pg_catalog set lock_timeout = '500ms' as $$
    begin
      execute format('drop table if exists dagwright.%I', parent || '_' || suffix);
      return true;
    exception when lock_not_available then
      return false;
    end
    $$;
  `,
};
