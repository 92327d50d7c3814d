import type { Migration } from "./migration.ts";

/**
 * Asset events live longer than the runs that made them; the latest state of assets and partitions outlives even them. Partitioned by the
 * month of their insertion.
 *
 * `event_stream` names the events that are read across runs, in the one order that loses none: (transaction id, id), read behind the oldest
 * transaction that still runs. Ids alone are handed out before commit, and a later transaction can hold the smaller one.
 */
export const assetEvents: Migration = {
  number: 4,
  name: "asset events",
  isCompatible: true,
  sql: `
    create sequence dagwright.event_ids;

    create table dagwright.asset_events (
      id bigint not null,
      inserted_at timestamptz not null,
      run_id uuid,
      seq int,
      type text not null,
      asset_key text collate "C" not null,
      partition text,
      step_key text,
      at_ms double precision not null,
      message text not null,
      data jsonb,
      primary key (inserted_at, id)
    ) partition by range (inserted_at);
    create table dagwright.asset_events_default partition of dagwright.asset_events default;
    create index asset_events_by_asset on dagwright.asset_events (asset_key, type, id desc);
    create index asset_events_by_partition on dagwright.asset_events (asset_key, partition, type, id desc) where partition is not null;

    create table dagwright.assets (
      key text collate "C" primary key,
      first_seen_at timestamptz not null default now(),
      last_materialization jsonb,
      last_observation jsonb,
      last_failure jsonb,
      last_planned_run_id uuid
    );

    create table dagwright.asset_partitions (
      asset_key text collate "C" not null,
      partition text not null,
      last_materialization_id bigint,
      last_materialization_run_id uuid,
      last_materialization_at_ms double precision,
      last_failure_id bigint,
      last_planned_run_id uuid,
      primary key (asset_key, partition)
    );

    create table dagwright.event_stream (
      xid xid8 not null default pg_current_xact_id(),
      id bigint not null,
      inserted_at timestamptz not null default now(),
      type text not null,
      run_id uuid,
      seq int,
      primary key (xid, id)
    );
    create index event_stream_by_age on dagwright.event_stream using brin (inserted_at);
  `,
};
