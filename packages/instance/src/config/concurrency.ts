import { block } from "../config-file/block.ts";
import { integer, word } from "../config-file/scalars.ts";
import { type TagConcurrencyLimit, tagConcurrencyLimits } from "./tag-concurrency-limits.ts";

/** `concurrency`: what pools without a limit of their own may do, and limits of runs. A single pool's limit lives in the database. */
export interface ConcurrencyConfig {
  readonly pools: {
    /** The limit of a pool that has none of its own; null for no limit. Default null. */
    readonly defaultLimit: number | null;
    /** Whether a pool counts ops or runs; null leaves it to the run queue's settings. */
    readonly granularity: "op" | "run" | null;
    /** With `op`: runs that may be launched though all their steps wait for slots; null leaves it to the run queue's settings. */
    readonly opGranularityRunBuffer: number | null;
  };
  readonly runs: {
    /** As `run_queue.max_concurrent_runs` (`-1` in the file is null here); undefined when not given. */
    readonly maxConcurrentRuns: number | null | undefined;
    readonly tagConcurrencyLimits: readonly TagConcurrencyLimit[] | undefined;
  };
}

/** Dagster's ceiling of a pool's limit. */
const mostSlots = 1000;

export const concurrency = block({
  pools: block({
    default_limit: integer({ min: 0, max: mostSlots }).optional(),
    granularity: word("op", "run").optional(),
    op_granularity_run_buffer: integer({ min: 0 }).optional(),
  }).prefault({}),
  runs: block({
    max_concurrent_runs: integer({ min: -1 }).optional(),
    tag_concurrency_limits: tagConcurrencyLimits.optional(),
  }).prefault({}),
  default_op_concurrency_limit: integer({ min: 0, max: mostSlots }).optional(),
}).transform(({ pools, runs, default_op_concurrency_limit: legacyLimit }): ConcurrencyConfig => ({
  pools: {
    defaultLimit: pools.default_limit ?? legacyLimit ?? null,
    granularity: pools.granularity ?? null,
    opGranularityRunBuffer: pools.op_granularity_run_buffer ?? null,
  },
  runs: {
    maxConcurrentRuns: runs.max_concurrent_runs === -1 ? null : runs.max_concurrent_runs,
    tagConcurrencyLimits: runs.tag_concurrency_limits,
  },
}));

/** What to say about `pools: {my_pool: …}`; null about other unknown keys. */
export function explainNamedPool(path: readonly (string | number)[]): string | null {
  if (path.length !== 3 || path[0] !== "concurrency" || path[1] !== "pools") return null;
  const pool = String(path[2]);
  return (
    `a single pool's limit is kept in the database, not in this file; set it with \`dagwright instance concurrency set ${pool} LIMIT\`. ` +
    "Known here: default_limit, granularity, op_granularity_run_buffer"
  );
}
