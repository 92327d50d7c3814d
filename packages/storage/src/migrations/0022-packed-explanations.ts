import type { Migration } from "./migration.ts";

/**
 * What an evaluation came to, packed before it is sent. As jsonb a first tick over 10,000 assets sent 80 MB, most of it the same words, and the
 * database worked at them for longer than all the rest. `explanation` keeps the root of the tree alone, for who looks with psql and for older
 * processes.
 */
export const packedExplanations: Migration = {
  number: 22,
  name: "packed explanations",
  isCompatible: true,
  sql: `
    -- JSON, compressed with zstd; null: all of it is in explanation.
    alter table dagwright.automation_evaluations add column packed bytea;
    alter table dagwright.automation_evaluations alter column packed set storage external;
  `,
};
