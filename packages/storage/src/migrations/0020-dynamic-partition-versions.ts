import type { Migration } from "./migration.ts";

/**
 * What makes a change of dynamic partitions cheap to notice: each change of the keys of a name takes the name's next version, under the lock of its
 * row, so that versions become visible in their order. Who has read up to one asks for the keys behind it, unless some were taken away.
 */
export const dynamicPartitionVersions: Migration = {
  number: 20,
  name: "dynamic partition versions",
  isCompatible: true,
  sql: `
    create table dagwright.dynamic_partition_names (
      name text collate "C" primary key,
      version bigint not null default 0,
      -- The newest one that took keys away.
      deleted_version bigint not null default 0
    );
    alter table dagwright.dynamic_partitions add column version bigint not null default 0;
    create index dynamic_partitions_by_version on dagwright.dynamic_partitions (name, version);
  `,
};
