import type { Migration } from "./migration.ts";

/**
 * Keys of dynamic partitions, and what makes the status of an asset's partitions cheap to read when there are a million of them.
 *
 * Every change of an asset's partitions takes the next `partitions_version` of the asset, under the lock of its row, so that versions become
 * visible in their order: who has read up to one asks for the rows behind it. Rows that were planned or failed later than they were
 * materialized are few, and have an index of their own.
 */
export const partitions: Migration = {
  number: 8,
  name: "partitions",
  isCompatible: true,
  sql: `
    create table dagwright.dynamic_partitions (
      name text collate "C" not null,
      key text collate "C" not null,
      id bigint generated always as identity,
      created_at timestamptz not null default now(),
      primary key (name, key)
    );
    create unique index dynamic_partitions_in_order on dagwright.dynamic_partitions (name, id);

    alter table dagwright.assets add column partitions_version bigint not null default 0;
    alter table dagwright.asset_partitions
      add column version bigint not null default 0,
      add column last_planned_id bigint;
    create index asset_partitions_by_version on dagwright.asset_partitions (asset_key, version);
    create index asset_partitions_unsettled on dagwright.asset_partitions (asset_key, partition)
      where greatest(coalesce(last_planned_id, 0), coalesce(last_failure_id, 0)) > coalesce(last_materialization_id, 0);
  `,
};
