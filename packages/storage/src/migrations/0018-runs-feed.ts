import type { Migration } from "./migration.ts";

/** Runs that no backfill asked for, newest first: beside the backfills themselves they are the feed of what happens, however many runs those have. */
export const runsFeed: Migration = {
  number: 18,
  name: "runs feed",
  isCompatible: true,
  sql: `
    create index runs_outside_backfills on dagwright.runs (created_at desc, id desc) where not tags ? 'dagster/backfill';
  `,
};
