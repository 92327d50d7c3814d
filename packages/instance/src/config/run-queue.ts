import { block } from "../config-file/block.ts";
import { boolean, integer, integerMapping } from "../config-file/scalars.ts";
import { type TagConcurrencyLimit, tagConcurrencyLimits } from "./tag-concurrency-limits.ts";

/** How the run queue admits runs: `run_queue`, or the config of `QueuedRunCoordinator`. */
export interface RunQueueConfig {
  /** Most runs in progress at once; null for no limit (`-1` in the file), 0 to launch none. Default 10. */
  readonly maxConcurrentRuns: number | null;
  readonly tagConcurrencyLimits: readonly TagConcurrencyLimit[];
  /**
   * What part of the capacity code locations get when there is not enough for all, by name; those that are not named weigh 1. Dagwright's own.
   */
  readonly locationWeights: Readonly<Record<string, number>>;
  /** The longest the queue sleeps when nothing wakes it. Default 5. */
  readonly dequeueIntervalSeconds: number;
  /** Read for compatibility: runs are launched concurrently whatever it says. Default false. */
  readonly dequeueUseThreads: boolean;
  /** Most launches under way at once in one daemon replica; null for its own default. */
  readonly dequeueNumWorkers: number | null;
  /** How often a launch is tried again when the code location cannot be reached. Default 0. */
  readonly maxUserCodeFailureRetries: number;
  /** How long a run waits before that. Default 60. */
  readonly userCodeFailureRetryDelaySeconds: number;
  /** Whether a run of which every step would wait for a pool stays in the queue. Default true. */
  readonly blockOpConcurrencyLimitedRuns: boolean;
  /** Whether the file asked for that explicitly, which makes pools count ops. */
  readonly blockOpConcurrencyLimitedRunsExplicitly: boolean;
  /** Runs that may be launched though all their steps wait for pool slots. Default 0. */
  readonly opConcurrencySlotBuffer: number;
}

export const runQueue = block({
  max_concurrent_runs: integer({ min: -1 }).default(10),
  tag_concurrency_limits: tagConcurrencyLimits.default([]),
  location_weights: integerMapping({ min: 1 }).default({}),
  dequeue_interval_seconds: integer({ min: 1 }).default(5),
  dequeue_use_threads: boolean().default(false),
  dequeue_num_workers: integer({ min: 1 }).optional(),
  max_user_code_failure_retries: integer({ min: 0 }).default(0),
  user_code_failure_retry_delay: integer({ min: 0 }).default(60),
  block_op_concurrency_limited_runs: block({
    enabled: boolean().optional(),
    op_concurrency_slot_buffer: integer({ min: 0 }).optional(),
  })
    .transform((value, context) => {
      if (value.enabled === false && value.op_concurrency_slot_buffer !== undefined) {
        context.addIssue({
          code: "custom",
          path: ["op_concurrency_slot_buffer"],
          message: "has no meaning while enabled is false",
        });
      }
      return value;
    })
    .prefault({}),
}).transform((given): RunQueueConfig => ({
  maxConcurrentRuns: given.max_concurrent_runs === -1 ? null : given.max_concurrent_runs,
  tagConcurrencyLimits: given.tag_concurrency_limits,
  locationWeights: given.location_weights,
  dequeueIntervalSeconds: given.dequeue_interval_seconds,
  dequeueUseThreads: given.dequeue_use_threads,
  dequeueNumWorkers: given.dequeue_num_workers ?? null,
  maxUserCodeFailureRetries: given.max_user_code_failure_retries,
  userCodeFailureRetryDelaySeconds: given.user_code_failure_retry_delay,
  blockOpConcurrencyLimitedRuns: given.block_op_concurrency_limited_runs.enabled ?? true,
  blockOpConcurrencyLimitedRunsExplicitly: given.block_op_concurrency_limited_runs.enabled ?? false,
  opConcurrencySlotBuffer: given.block_op_concurrency_limited_runs.op_concurrency_slot_buffer ?? 0,
}));
