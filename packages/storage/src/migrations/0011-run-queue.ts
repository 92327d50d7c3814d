import type { Migration } from "./migration.ts";

/**
 * What the run queue decides by, on the run itself.
 *
 * A queued run that something holds back says by what in `waits_for`, and lies in another index than those that nothing is known about:
 * however many wait for one tag, pool or other run, a pass of the queue reads the first of them only.
 */
export const runQueue: Migration = {
  number: 11,
  name: "run queue",
  isCompatible: true,
  sql: `
    alter table dagwright.runs
      -- The pools of the run's steps: {all: [name], roots: {name: slots}, startsFreely: boolean}; null: no step has one.
      add column pools jsonb,
      add column when_running text check (when_running in ('skip', 'queue', 'replace')),
      -- Runs with the same one stand in each other's way.
      add column exclusive_key text collate "C",
      add column waits_for text collate "C",
      add constraint runs_when_running_key check ((when_running is null) = (exclusive_key is null));

    create index runs_in_line on dagwright.runs (location, priority desc, enqueued_at, id)
      where status = 'QUEUED' and waits_for is null;
    create index runs_held_back on dagwright.runs (waits_for, priority desc, enqueued_at, id)
      where status = 'QUEUED' and waits_for is not null;
    create index runs_replacing on dagwright.runs (exclusive_key, enqueued_at, id)
      where status = 'QUEUED' and when_running = 'replace';

    -- What the queue decides must hold whoever decides: two daemons, two webservers, a worker started by hand.
    create unique index runs_one_active on dagwright.runs (exclusive_key)
      where exclusive_key is not null and status in ('STARTING', 'STARTED', 'CANCELING');
    create unique index runs_one_unfinished on dagwright.runs (exclusive_key)
      where when_running = 'skip' and status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING');
    create index runs_exclusive on dagwright.runs (exclusive_key)
      where exclusive_key is not null and status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING');
  `,
};
