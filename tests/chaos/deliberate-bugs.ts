/** A bug that is put into the processes of a stack, to see that the harness finds it. */
export interface DeliberateBug {
  /** What the statements of the bug's victims are turned into on their way to Postgres. */
  readonly statements: readonly { readonly pattern: RegExp; readonly replacement: string }[];
  /** What else has to go from the database before the bug can show. */
  readonly schema: string;
}

/**
 * They are no part of the product. A module of this folder, preloaded by `node --import`, rewrites SQL between the stores and the wire
 * (preload/deliberate-bug.ts), so that nothing that ships has a branch for them, reads a variable for them, or could be talked into them.
 */
export const deliberateBugs = {
  /** A replica that slept through its lease commits all the same. */
  "commit-without-fence": {
    statements: [
      {
        pattern: /( on held\.id = i\.id) and held\.fence = i\.fence(\s+where )i\.lease_holder is not null and /,
        replacement: "$1$2",
      },
    ],
    schema: "",
  },
  /** A due time that comes again makes another tick. */
  "tick-without-unique-key": {
    statements: [
      { pattern: /on conflict \(instigator_id, scheduled_at\) do [\s\S]*?(?=returning instigator_id, id\))/, replacement: "" },
    ],
    schema: `
      alter table dagwright.ticks drop constraint ticks_instigator_id_scheduled_at_key;
      alter table dagwright.tick_runs drop constraint tick_runs_pkey;`,
  },
  /** Several daemons decide on the same state of the queue. */
  "dequeue-without-row-lock": {
    statements: [{ pattern: /(from dagwright\.locks where name = 'run-queue') for update/, replacement: "$1" }],
    schema: "",
  },
} as const satisfies Readonly<Record<string, DeliberateBug>>;

export type DeliberateBugName = keyof typeof deliberateBugs;
