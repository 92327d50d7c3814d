import type { Migration } from "./migration.ts";

/**
 * Concurrency pools: limits, and the slots that steps hold or wait for. One row for each step, so that a question that is asked again
 * finds its answer. A waiting row has a lease like a holding one: a run that died must not keep its place in the line.
 *
 * The row of a pool is the lock of all that is decided about its slots.
 */
export const pools: Migration = {
  number: 9,
  name: "pools",
  isCompatible: true,
  sql: `
    create table dagwright.pools (
      name text collate "C" primary key,
      -- Null: the instance's default limit counts.
      slot_limit int check (slot_limit >= 0)
    );

    create sequence dagwright.pool_fences;

    create table dagwright.pool_claims (
      run_id uuid not null,
      step_key text collate "C" not null,
      attempt int not null,
      pool text collate "C" not null,
      slots int not null check (slots > 0),
      priority int not null,
      enqueued_at timestamptz not null,
      lease_until timestamptz not null,
      -- Both null: it waits. The fence grows with each grant of any pool.
      claimed_at timestamptz,
      fence bigint,
      primary key (run_id, step_key),
      check ((claimed_at is null) = (fence is null))
    ) with (fillfactor = 80);
    create index pool_claims_in_order on dagwright.pool_claims (pool, priority desc, enqueued_at, run_id, step_key);
  `,
};
