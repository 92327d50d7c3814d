import type { Migration } from "./migration.ts";

/**
 * The log of each run: events, and what user code logged, kept apart so that each can have its own retention. Both are partitioned by the
 * weeks that run ids carry, so that retention drops a table. Ids that clients made up carry any time; they, and everything when nobody
 * created the week's partition in time, go to the default partition.
 */
export const runLogs: Migration = {
  number: 3,
  name: "run logs",
  isCompatible: true,
  sql: `
    create table dagwright.run_events (
      run_id uuid not null,
      seq int not null,
      type text not null,
      step_key text,
      -- Where it happened, by that machine's clock, with fractions: kept exactly as it was told.
      at_ms double precision not null,
      message text not null,
      -- The fields that its type adds.
      data jsonb,
      primary key (run_id, seq)
    ) partition by range (run_id);
    create table dagwright.run_events_default partition of dagwright.run_events default;

    create table dagwright.run_logs (
      run_id uuid not null,
      seq int not null,
      step_key text,
      level text not null,
      at_ms double precision not null,
      message text not null,
      primary key (run_id, seq)
    ) partition by range (run_id);
    create table dagwright.run_logs_default partition of dagwright.run_logs default;

    -- Batches that were written, by the id that their writer gave them: a batch that is sent again is found here.
    create table dagwright.run_batches (
      run_id uuid not null,
      batch_id text not null,
      last_seq int not null,
      primary key (run_id, batch_id)
    ) partition by range (run_id);
    create table dagwright.run_batches_default partition of dagwright.run_batches default;
  `,
};
