import type { Migration } from "./migration.ts";

/** What ticks of sensors come to besides runs, and when an instigator was last switched on. */
export const sensorTicks: Migration = {
  number: 12,
  name: "sensor ticks",
  isCompatible: true,
  sql: `
    alter table dagwright.instigators add column last_started_at timestamptz;
    -- Runs that a run status sensor reacted to, and changes of dynamic partitions; null: neither.
    alter table dagwright.ticks add column details jsonb;
  `,
};
