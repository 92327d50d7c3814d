import type { Migration } from "./migration.ts";

/**
 * A tick that is tried again keeps the time it was due for while its instigator is due at another moment.
 */
export const tickRetries: Migration = {
  number: 15,
  name: "tick retries",
  isCompatible: true,
  sql: `
    alter table dagwright.instigators
      -- The time of the failed tick that is tried again at next_at; null: next_at is the time of the tick.
      add column retry_of timestamptz,
      -- How often user code has failed in that tick.
      add column failures int not null default 0;
  `,
};
