import type { Migration } from "./migration.ts";

/**
 * Creates the partitions of this and the coming weeks and months. Called by whoever notices first; the lock on the row makes the others wait
 * and then find nothing to do. A partition whose range has rows in the default partition already is left out: its rows stay there.
 */
export const partitionsAhead: Migration = {
  number: 5,
  name: "partitions ahead",
  isCompatible: true,
  sql: `
    -- Rows to lock: unlike advisory locks they cannot be met by other applications in the same database.
    create table dagwright.locks (name text primary key);
    insert into dagwright.locks (name) values ('partitions'), ('run-queue');

    -- Made beside its parent and then attached, which lets writers go on; "partition of" would lock them out. Where a lock is not had soon, another time will do.
    create function dagwright.create_partition(parent text, suffix text, lower_bound text, upper_bound text) returns boolean
    language plpgsql set search_path = pg_catalog set lock_timeout = '2s' as $$
    begin
      if to_regclass(format('dagwright.%I', parent || '_' || suffix)) is not null then
        return false;
      end if;
      execute format('create table dagwright.%I (like dagwright.%I including all)', parent || '_' || suffix, parent);
      execute format('alter table dagwright.%I attach partition dagwright.%I for values from (%L) to (%L)', parent, parent || '_' || suffix, lower_bound, upper_bound);
      return true;
    exception when check_violation or lock_not_available then
      return false;
    end
    $$;

    create function dagwright.create_partitions_ahead(weeks int) returns int
    language plpgsql set search_path = pg_catalog set timezone = 'UTC' as $$
    declare
      created int := 0;
      parent text;
      week timestamptz;
      month timestamptz;
    begin
      perform 1 from dagwright.locks where name = 'partitions' for update;
      for week in select generate_series(date_trunc('week', now()), now() + make_interval(weeks => weeks), interval '1 week') loop
        foreach parent in array array['run_events', 'run_logs', 'run_batches'] loop
          created := created + dagwright.create_partition(parent, to_char(week, '"w"YYYYMMDD'),
            dagwright.uuid7_floor(week)::text, dagwright.uuid7_floor(week + interval '1 week')::text)::int;
        end loop;
      end loop;
      for month in select generate_series(date_trunc('month', now()), now() + make_interval(weeks => weeks), interval '1 month') loop
        created := created + dagwright.create_partition('asset_events', to_char(month, '"m"YYYYMM'), month::text, (month + interval '1 month')::text)::int;
      end loop;
      return created;
    end
    $$;
    select dagwright.create_partitions_ahead(8);
  `,
};
