import { block } from "../config-file/block.ts";
import { boolean, integer } from "../config-file/scalars.ts";

/** `run_monitoring`: what happens to runs whose worker does not start, does not stop, or dies. */
export interface RunMonitoringConfig {
  /**
   * Whether the timeouts below are enforced. Default true, where Dagster's is false: a worker's death is noticed in either case.
   */
  readonly enabled: boolean;
  /** Longest a run may be STARTING. Default 180. */
  readonly startTimeoutSeconds: number;
  /** Longest a run may be CANCELING. Default 180. */
  readonly cancelTimeoutSeconds: number;
  /** Longest a run may take; null for no limit. A run's tag `dagster/max_runtime` goes before it. Default null. */
  readonly maxRuntimeSeconds: number | null;
  /** How often a run whose worker died is resumed. Default 0. */
  readonly maxResumeRunAttempts: number;
  /** How often workers are asked whether they live, where nobody tells us. Default 120. */
  readonly pollIntervalSeconds: number;
  /** Read for compatibility: a cancellation is pushed to the worker. Default 10. */
  readonly cancellationThreadPollIntervalSeconds: number;
  /** Read for compatibility: pool slots are given back when the run ends; null when not given. */
  readonly freeSlotsAfterRunEndSeconds: number | null;
}

export const runMonitoring = block({
  enabled: boolean().default(true),
  start_timeout_seconds: integer({ min: 0 }).default(180),
  cancel_timeout_seconds: integer({ min: 0 }).default(180),
  max_runtime_seconds: integer({ min: 0 }).optional(),
  max_resume_run_attempts: integer({ min: 0 }).default(0),
  poll_interval_seconds: integer({ min: 1 }).default(120),
  cancellation_thread_poll_interval_seconds: integer({ min: 1 }).default(10),
  free_slots_after_run_end_seconds: integer({ min: 0 }).optional(),
}).transform((given): RunMonitoringConfig => ({
  enabled: given.enabled,
  startTimeoutSeconds: given.start_timeout_seconds,
  cancelTimeoutSeconds: given.cancel_timeout_seconds,
  // Dagster reads 0 as "no limit" too.
  maxRuntimeSeconds: given.max_runtime_seconds === 0 ? null : (given.max_runtime_seconds ?? null),
  maxResumeRunAttempts: given.max_resume_run_attempts,
  pollIntervalSeconds: given.poll_interval_seconds,
  cancellationThreadPollIntervalSeconds: given.cancellation_thread_poll_interval_seconds,
  freeSlotsAfterRunEndSeconds: given.free_slots_after_run_end_seconds ?? null,
}));
