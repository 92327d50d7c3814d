/** A run that fails, and what is executed again of it. */
export interface ReexecutionCase {
  readonly job: "chain" | "mapped";
  /** One after the other, each of the run before. */
  readonly again: readonly ("fromFailure" | "all" | readonly string[])[];
}

export const reexecutions: readonly ReexecutionCase[] = [
  { job: "chain", again: ["fromFailure"] },
  { job: "chain", again: ["all"] },
  { job: "chain", again: [["b"]] },
  { job: "chain", again: [["b", "c"]] },
  { job: "chain", again: [["apart"]] },
  { job: "chain", again: [["b"], "fromFailure"] },
  { job: "chain", again: ["fromFailure", "all"] },
  { job: "mapped", again: ["fromFailure"] },
  { job: "mapped", again: ["all"] },
  { job: "mapped", again: [["m[y]"]] },
  { job: "mapped", again: [["m[y]", "total"]] },
];

/** A run whose worker is lost right after this event of this step, counted from 1 where it comes again. */
export interface LossCase {
  readonly job: "chain" | "mapped";
  readonly step: string;
  readonly event: "STEP_START" | "STEP_SUCCESS" | "STEP_FAILURE" | "STEP_UP_FOR_RETRY";
}

export const losses: readonly LossCase[] = [
  { job: "chain", step: "a", event: "STEP_START" },
  { job: "chain", step: "a", event: "STEP_SUCCESS" },
  { job: "chain", step: "b", event: "STEP_START" },
  { job: "chain", step: "b", event: "STEP_UP_FOR_RETRY" },
  { job: "chain", step: "b", event: "STEP_FAILURE" },
  { job: "mapped", step: "parts", event: "STEP_SUCCESS" },
  { job: "mapped", step: "m[x]", event: "STEP_SUCCESS" },
  { job: "mapped", step: "m[y]", event: "STEP_FAILURE" },
  { job: "mapped", step: "m[z]", event: "STEP_SUCCESS" },
];

/** A run that has failed, and an instance's `run_retries`. */
export interface RetryCase {
  readonly reason: "STEP_FAILURE" | "RUN_EXCEPTION";
  readonly tags?: Readonly<Record<string, string>>;
  /** How many runs its root has, itself and that one included. */
  readonly groupSize?: number;
  readonly maxRetries?: number;
  readonly onStepFailure?: boolean;
}

export const retries: readonly RetryCase[] = (["STEP_FAILURE", "RUN_EXCEPTION"] as const).flatMap((reason) => [
  { reason },
  { reason, maxRetries: 0 },
  { reason, groupSize: 2 },
  { reason, groupSize: 3 },
  { reason, onStepFailure: false },
  { reason, maxRetries: 0, tags: { "dagster/max_retries": "1" } },
  { reason, tags: { "dagster/max_retries": "0" } },
  { reason, tags: { "dagster/max_retries": "many" } },
  { reason, groupSize: 3, tags: { "dagster/max_retries": "3" } },
  { reason, tags: { "dagster/retry_on_asset_or_op_failure": "false" } },
  { reason, onStepFailure: false, tags: { "dagster/retry_on_asset_or_op_failure": "true" } },
  { reason, onStepFailure: false, tags: { "dagster/retry_on_asset_or_op_failure": "perhaps" } },
]);
