import type { Migration } from "./migration.ts";

/** Signs of life of daemon loops, and small values by key. */
export const daemonsAndValues: Migration = {
  number: 7,
  name: "daemons and values",
  isCompatible: true,
  sql: `
    create table dagwright.heartbeats (
      holder text not null,
      daemon_type text not null,
      at timestamptz not null,
      errors jsonb not null,
      lag_ms double precision not null,
      primary key (holder, daemon_type)
    );

    create table dagwright.kvs (
      key text primary key,
      value text not null
    );
  `,
};
