/** Tags of a run, op or asset. */
export type Tags = Readonly<Record<string, string>>;

/** Tags that Dagwright and its clients give a meaning to; the names are Dagster's where it has one. */
export const systemTags = {
  /** `<repository>@<location>`, used as a filter by clients. */
  repository: ".dagster/repository",
  codeLocation: "dagster/code_location",
  scheduleName: "dagster/schedule_name",
  sensorName: "dagster/sensor_name",
  tick: "dagster/tick",
  runKey: "dagster/run_key",
  partition: "dagster/partition",
  partitionRangeStart: "dagster/asset_partition_range_start",
  partitionRangeEnd: "dagster/asset_partition_range_end",
  partitionSet: "dagster/partition_set",
  backfill: "dagster/backfill",
  parentBackfill: "dagster/parent_backfill_id",
  rootBackfill: "dagster/root_backfill_id",
  fromUi: "dagster/from_ui",
  /** Op queries as the client wrote them. Hidden, so that whoever launches with the tags of an earlier run does not say that it does a part. */
  opSelection: ".dagster/op_selection",
  isResumeRetry: "dagster/is_resume_retry",
  isAssetResumeRetry: "dagster/is_asset_resume_retry",
  parentRunId: "dagster/parent_run_id",
  rootRunId: "dagster/root_run_id",
  priority: "dagster/priority",
  maxRuntime: "dagster/max_runtime",
  maxRetries: "dagster/max_retries",
  retryStrategy: "dagster/retry_strategy",
  retryOnAssetOrOpFailure: "dagster/retry_on_asset_or_op_failure",
  /** Why a run failed: `STEP_FAILURE`, `RUN_EXCEPTION`, … */
  failureReason: "dagster/failure_reason",
  /** Of an automatic retry: the how manieth of its root run. */
  retryNumber: "dagster/retry_number",
  /** Of a failed run, where failed runs are retried: whether it is. */
  willRetry: "dagster/will_retry",
  /** Of a failed run: the run that retries it. */
  autoRetryRunId: "dagster/auto_retry_run_id",
  /** `true`: declarative automation asked for the run; the second is its name since conditions. */
  autoMaterialize: "dagster/auto_materialize",
  fromAutomationCondition: "dagster/from_automation_condition",
  /** Of which evaluation of conditions it comes. */
  assetEvaluationId: "dagster/asset_evaluation_id",
  /** `true`: of the assets selected only those are made that are missing or stale. */
  onlyStale: "dagwright/only_stale",
} as const;

/** Tags that say how one run came to be executed again, or that it was; a re-execution does not inherit them. */
export const retryTags: readonly string[] = [
  systemTags.failureReason,
  systemTags.isResumeRetry,
  systemTags.isAssetResumeRetry,
  systemTags.retryNumber,
  systemTags.willRetry,
  systemTags.autoRetryRunId,
];

/** How long a run may take, in seconds, by its tag `dagster/max_runtime`. Null without one, and for 0 and what is no number: any time. */
export function maxRuntimeSecondsOf(tags: Tags): number | null {
  const text = tags[systemTags.maxRuntime] ?? "";
  return /^\d{1,9}(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
