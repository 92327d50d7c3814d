import type { Migration } from "./migration.ts";

/** What became of backfills, for people to read: written in the transactions that it tells of. */
export const backfillLog: Migration = {
  number: 21,
  name: "backfill log",
  isCompatible: true,
  sql: `
    create table dagwright.backfill_log (
      backfill_id text collate "C" not null,
      id bigint generated always as identity,
      at timestamptz not null default now(),
      level text not null,
      message text not null,
      primary key (backfill_id, id)
    );
  `,
};
