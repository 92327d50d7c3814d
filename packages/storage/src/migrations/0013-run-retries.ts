import type { Migration } from "./migration.ts";

/**
 * Automatic retries. A run that fails is its own outbox entry: `retry_due_at` stands until somebody has decided whether it is retried. That it is
 * retried once, whoever decides and whoever dies over it, is the index of the retries.
 */
export const runRetries: Migration = {
  number: 13,
  name: "run retries",
  isCompatible: true,
  sql: `
    alter table dagwright.runs
      add column retry_due_at timestamptz,
      add column retry_of uuid;
    create index runs_to_retry on dagwright.runs (retry_due_at) where retry_due_at is not null;
    create unique index runs_one_retry on dagwright.runs (retry_of) where retry_of is not null;
  `,
};
