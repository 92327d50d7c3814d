export {
  AssetNotMadeHereError,
  AssetRunConfigError,
  AssetRunPlanner,
  type AssetRunPlannerOptions,
} from "./asset-runs/asset-run-planner.ts";
export { type AssetRunRequest, packAssetRuns, type WantedPartitions } from "./asset-runs/pack-asset-runs.ts";
export { packPartitions } from "./asset-runs/pack-partitions.ts";
export {
  canMakeApart,
  type LocatedAsset,
  PartitionGraph,
  type PartitionNode,
  partitionsOf,
  unpartitioned,
} from "./asset-runs/partition-graph.ts";
export { type BackfillState, type BackfillTargetState, readBackfillState } from "./backfills/backfill-state.ts";
export { BackfillTargetError, backfillTargets, type WantedTargets } from "./backfills/backfill-targets.ts";
export { type BackfillMoment, backfillMoment, newBackfillId, toAssetTargets, toJobTarget } from "./backfills/new-backfill.ts";
export { type Backoff, createBackoff } from "./backoff.ts";
export { CodeLocationNotFoundError, DuplicateCodeLocationError, WorkspaceFileError } from "./errors.ts";
export { type LocationSource, type StartedServer } from "./location-connection.ts";
export type { LocationEntry } from "./location-entry.ts";
export { examineStaleness, onlyStale, type StalenessSources, toVersionRecord, viewOfAssets } from "./stale-assets.ts";
export type { WaitReason } from "./run-queue/explain-wait.ts";
export { queueDecision } from "./run-queue/plan-dequeue.ts";
export { type QueueLimits, queueLimitsOf, requeueOf } from "./run-queue/queue-limits.ts";
export { readWaits, type RunWait } from "./run-queue/read-waits.ts";
export {
  launchClaims,
  type LaunchOptions,
  type LaunchOutcome,
  prepareRun,
  type RunLauncher,
  type RunToPrepare,
} from "./run-submission.ts";
export {
  dynamicNames,
  partitionedRunConfig,
  type PartitionsSource,
  partitionsView,
  hasPartitions,
  preparePartitions,
  RunPartitionRequiredError,
  RunPartitionsConflictError,
} from "./run-partitions.ts";
export { type RunTerminator, terminateRun, type TerminationOptions, type TerminationOutcome } from "./run-termination.ts";
export {
  NothingToReexecuteError,
  type ReexecutionSources,
  reexecutionSelection,
  type ReexecutionStrategy,
  reexecutionStrategies,
  reexecutionTags,
  storedReexecutionSources,
} from "./reexecution.ts";
export { makePartitionStatusCache, type PartitionStatusCache, type PartitionStatuses } from "./partition-statuses.ts";
export { evaluateScheduleTick, type ScheduleTickSources } from "./schedules/evaluate-schedule-tick.ts";
export { scheduleRequests } from "./schedules/schedule-requests.ts";
export { isMonitored } from "./sensors/is-monitored.ts";
export { evaluateSensorTick, type SensorTick, sensorTickTimeoutMs } from "./sensors/evaluate-sensor-tick.ts";
export { RunStatusEvaluation } from "./sensors/run-status-evaluation.ts";
export { settleReactions, type SettledReactions } from "./sensors/settle-reactions.ts";
export { loadPastRuns, locateStoredValues } from "./stored-values.ts";
export { openWorkspace, type Workspace } from "./workspace.ts";
export { parseWorkspaceFile, readWorkspaceFile, type WorkspaceTarget } from "./workspace-file.ts";
