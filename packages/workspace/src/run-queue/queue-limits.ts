import type { InstanceConfig, RunQueueConfig } from "@dagwright/instance";

import type { LaunchOptions } from "../run-submission.ts";

/** What the instance says of which runs may be under way at once. */
export interface QueueLimits extends Pick<RunQueueConfig, "maxConcurrentRuns" | "tagConcurrencyLimits" | "locationWeights"> {
  readonly pools: {
    /** What a pool counts; null: pools hold no run back. */
    readonly granularity: "op" | "run" | null;
    /** Of pools without a limit of their own; null: no limit. */
    readonly defaultLimit: number | null;
    /** With `op`: runs that may start though all their first steps would wait. */
    readonly runBuffer: number;
  };
}

/** The limits of a `dagster.yaml`. Without a queue there are none but those that jobs ask for by `whenRunning`. */
export function queueLimitsOf({
  runCoordinator,
  concurrency,
}: Pick<InstanceConfig, "runCoordinator" | "concurrency">): QueueLimits {
  const { granularity, defaultLimit } = concurrency.pools;
  if (runCoordinator.name !== "QueuedRunCoordinator") {
    return {
      maxConcurrentRuns: null,
      tagConcurrencyLimits: [],
      locationWeights: {},
      pools: { granularity: null, defaultLimit, runBuffer: 0 },
    };
  }
  const { runQueue } = runCoordinator;
  return {
    maxConcurrentRuns: runQueue.maxConcurrentRuns,
    tagConcurrencyLimits: runQueue.tagConcurrencyLimits,
    locationWeights: runQueue.locationWeights,
    pools: {
      granularity: runQueue.blockOpConcurrencyLimitedRuns ? (granularity ?? "op") : null,
      defaultLimit,
      runBuffer: runQueue.opConcurrencySlotBuffer,
    },
  };
}

/** What becomes of a queued run whose code location cannot be reached; never anything else without a queue. */
export function requeueOf({ runCoordinator }: Pick<InstanceConfig, "runCoordinator">): NonNullable<LaunchOptions["requeue"]> {
  if (runCoordinator.name !== "QueuedRunCoordinator") return { maxRetries: 0, delayMs: 0 };
  const { maxUserCodeFailureRetries, userCodeFailureRetryDelaySeconds } = runCoordinator.runQueue;
  return { maxRetries: maxUserCodeFailureRetries, delayMs: userCodeFailureRetryDelaySeconds * 1000 };
}

/** The tags that limits are about; those of a run that no limit names need not be read. */
export const limitedTagsOf = ({ tagConcurrencyLimits }: QueueLimits): readonly string[] => [
  ...new Set(tagConcurrencyLimits.map(({ key }) => key)),
];
