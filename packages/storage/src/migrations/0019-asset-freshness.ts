import type { Migration } from "./migration.ts";

/**
 * How fresh assets with a policy are, as it was told last. `due_at` is when that can change next by time alone; a materialization makes it now
 * and raises the fence, in the statement that writes it, so that whoever is deciding by what was before is refused. It is the lease, too: a
 * claim moves it ahead.
 */
export const assetFreshness: Migration = {
  number: 19,
  name: "asset freshness",
  isCompatible: true,
  sql: `
    create table dagwright.asset_freshness (
      asset_key text collate "C" primary key,
      location text not null,
      -- Null: it had one once.
      policy jsonb,
      -- Null: nothing was told of it yet.
      state text check (state in ('PASS', 'WARN', 'FAIL', 'UNKNOWN', 'NOT_APPLICABLE')),
      changed_at timestamptz,
      -- Null: it stays so until the asset is made.
      due_at timestamptz,
      fence bigint not null default 0,
      check ((state is null) = (changed_at is null))
    );
    create index asset_freshness_due on dagwright.asset_freshness (due_at) where due_at is not null;
    create index asset_freshness_by_location on dagwright.asset_freshness (location, asset_key) where policy is not null;
  `,
};
