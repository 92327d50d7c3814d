import type { Migration } from "./migration.ts";

/**
 * Declarative automation. What a condition remembers is a row of its own, written by ticks that evaluated it and no others: a tick costs what
 * has changed, whatever the number of assets. `due_at` says when it must be evaluated although nothing happens. What evaluations came to is kept
 * for people to read, apart from the ticks.
 */
export const automation: Migration = {
  number: 16,
  name: "automation",
  isCompatible: true,
  sql: `
    alter table dagwright.instigators drop constraint instigators_kind_check;
    alter table dagwright.instigators add constraint instigators_kind_check check (kind in ('SCHEDULE', 'SENSOR', 'AUTOMATION'));

    create sequence dagwright.automation_evaluation_ids;
    alter table dagwright.ticks add column evaluation_id bigint;

    create table dagwright.automation_states (
      instigator_id text collate "C" not null,
      -- An asset's key, or a check's.
      entity text collate "C" not null,
      state jsonb not null,
      -- Null: nothing but news has it evaluated again.
      due_at timestamptz,
      primary key (instigator_id, entity)
    );
    create index automation_states_due on dagwright.automation_states (instigator_id, due_at) where due_at is not null;

    create table dagwright.automation_evaluations (
      entity text collate "C" not null,
      evaluation_id bigint not null,
      instigator_id text collate "C" not null,
      evaluated_at timestamptz not null default now(),
      requested_count int not null,
      explanation jsonb not null,
      run_ids uuid[] not null default '{}',
      primary key (entity, evaluation_id)
    );
    create index automation_evaluations_by_id on dagwright.automation_evaluations (evaluation_id, entity);
    create index automation_evaluations_by_age on dagwright.automation_evaluations using brin (evaluated_at);
  `,
};
