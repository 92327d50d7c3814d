import fc from "fast-check";

/** A run as it stands in the queue. */
export interface QueuedCase {
  readonly priority: number | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Pools of its steps, one step each, of which none waits for another. */
  readonly pools: readonly string[];
}

/** Limits, and the runs that wait for one another under them, in the order in which they were put on the queue. */
export interface QueueCase {
  /** Null: no limit. */
  readonly maxConcurrentRuns: number | null;
  readonly tagLimits: readonly {
    readonly key: string;
    readonly value: string | null;
    readonly perUniqueValue: boolean;
    readonly limit: number;
  }[];
  readonly poolLimits: Readonly<Record<string, number>>;
  readonly defaultPoolLimit: number | null;
  readonly runs: readonly QueuedCase[];
}

const tags = fc
  .record({ db: fc.constantFrom("main", "replica", ""), team: fc.constantFrom("data", "web", "") })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
const priority = fc.constantFrom(null, null, 0, 1, 5, -3);
const limits = fc.constantFrom<QueueCase["tagLimits"]>(
  [{ key: "db", value: "main", perUniqueValue: false, limit: 1 }],
  [{ key: "db", value: null, perUniqueValue: false, limit: 2 }],
  [{ key: "db", value: null, perUniqueValue: true, limit: 1 }],
  [
    { key: "db", value: null, perUniqueValue: true, limit: 2 },
    { key: "team", value: "data", perUniqueValue: false, limit: 1 },
  ],
);

const byNumber = fc.record({
  maxConcurrentRuns: fc.constantFrom(1, 2, 3, null),
  tagLimits: fc.constant([]),
  poolLimits: fc.constant({}),
  defaultPoolLimit: fc.constant(null),
  runs: fc.array(fc.record({ priority, tags, pools: fc.constant([]) }), { minLength: 4, maxLength: 10 }),
});
const byTags = fc.record({
  maxConcurrentRuns: fc.constantFrom(2, 4, null),
  tagLimits: limits,
  poolLimits: fc.constant({}),
  defaultPoolLimit: fc.constant(null),
  runs: fc.array(fc.record({ priority, tags, pools: fc.constant([]) }), { minLength: 4, maxLength: 10 }),
});
/** Apart from limits of tags: in Dagster a run that a pool holds back takes a place under its tags' limits all the same. */
const byPools = fc.record({
  maxConcurrentRuns: fc.constantFrom(3, null),
  tagLimits: fc.constant([]),
  poolLimits: fc.constantFrom({ a: 1, b: 2 }, { a: 2 }, { b: 1 }),
  defaultPoolLimit: fc.constantFrom(null, 1),
  runs: fc.array(fc.record({ priority, tags: fc.constant({}), pools: fc.subarray(["a", "b", "c"]) }), {
    minLength: 4,
    maxLength: 10,
  }),
});

/** The same in every run. */
export const cases: readonly QueueCase[] = [byNumber, byTags, byPools].flatMap((each, index) =>
  fc.sample(each as fc.Arbitrary<QueueCase>, { seed: 20_261_130 + index, numRuns: 8 }),
);
