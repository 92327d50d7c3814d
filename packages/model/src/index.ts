export type { FreshnessPolicySnapshot } from "./snapshots/asset-policies.ts";
export type {
  AutomationConditionSnapshot,
  AutomationOperand,
  AutomationOperator,
  FreshnessState,
  RunTagFilter,
} from "./snapshots/automation-condition.ts";
export { type SharedLocationSnapshot, sharePartitions, unsharePartitions } from "./snapshots/shared-partitions.ts";
export {
  type AssetKey,
  assetKeyFromString,
  assetKeyFromUserString,
  assetKeysEqual,
  assetKeyToString,
  assetKeyToUserString,
} from "./asset-key.ts";
export {
  activeBackfillStatuses,
  type Backfill,
  type BackfillStatus,
  backfillStatuses,
  isActiveBackfillStatus,
} from "./backfill.ts";
export {
  type AssetCheckExecution,
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  type AssetCheckSeverity,
} from "./asset-check.ts";
export { canonicalJson } from "./canonical-json.ts";
export { crashPoint, type CrashPointName, crashPointNames } from "./crash-point.ts";
export { DomainError } from "./domain-error.ts";
export type { EventBase } from "./events/event-base.ts";
export type * from "./events/run-events.ts";
export type * from "./events/step-events.ts";
export type * from "./events/io-events.ts";
export type * from "./events/asset-events.ts";
export type * from "./events/hook-events.ts";
export type { LogLine } from "./events/log-line.ts";
export type { RunEvent, RunEventType, RunLogEntry, StoredEntry } from "./events/run-event.ts";
export { isRunStatusEvent, runStatusOfEvent } from "./events/run-status-of-event.ts";
export type {
  DynamicOutputRef,
  ExecutionPlan,
  PlannedInput,
  PlannedOutput,
  PlannedStep,
  RunSelection,
  StepInputSource,
} from "./execution-plan.ts";
export {
  type BackfillId,
  backfillId,
  type CodeLocationName,
  codeLocationName,
  type HolderId,
  holderId,
  type InstigatorId,
  instigatorId,
  instigatorIdOf,
  isRunId,
  type RunId,
  runId,
  type SnapshotId,
  snapshotId,
  type StepKey,
  stepKey,
} from "./ids.ts";
export {
  type Instigator,
  type InstigatorKind,
  instigatorKinds,
  type InstigatorStatus,
  type SensorType,
  type TickStatus,
  tickStatuses,
} from "./instigator.ts";
export {
  answerRequest,
  type AssetEventRecord,
  type DataVersionRecord,
  type InstanceBackend,
  type InstanceMethod,
  type InstanceMethods,
  type InstanceRequest,
  remoteInstance,
} from "./instance-methods.ts";
export {
  type InstanceAnswer,
  InstanceRequestError,
  PendingInstanceRequests,
  settleInstanceRequest,
} from "./instance-requests.ts";
export type {
  CustomConditionAnswerData,
  CustomConditionRequest,
  ScheduleEvaluation,
  SensorEvaluation,
} from "./instigator-evaluation.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { isUnresolvedStepKey, mappedStepKey, parseStepKey, unresolvedStepKey } from "./mapped-step-key.ts";
export { type LogLevel, logLevels } from "./log-level.ts";
export { type Metadata, type MetadataInput, type MetadataValue, toMetadata, toMetadataValue } from "./metadata.ts";
export type { PartitionConfig } from "./partition-config.ts";
export type { RunConfigError, RunConfigPart, RunConfigValidation } from "./run-config-validation.ts";
export type { DynamicPartitionsRequest, DynamicPartitionsResult } from "./dynamic-partitions-request.ts";
export {
  type EvaluationAnswer,
  type EvaluationResult,
  type RequestedRunConfig,
  type RunRequest,
  selectionOf,
} from "./run-request.ts";
export type { RunReaction, RunStatusChange } from "./run-status-change.ts";
export { finalRunStatuses, isFinalRunStatus, isLegalRunMove, legalRunMoves, type RunStatus, runStatuses } from "./run-status.ts";
export { nearestWord } from "./nearest-word.ts";
export { type KnownOptions, type OptionNames, optionsProblem } from "./option-names.ts";
export type { Run } from "./run.ts";
export { dimensionTags, type RunPartition, runPartitionOf } from "./run-partition.ts";
export { type SerializedError, serializeError } from "./serialized-error.ts";
export { holdsSecret, redactConfig, redactedSecret, redactRunConfig, secretAny } from "./secret-config.ts";
export { type ScaffoldParts, scaffoldRunConfig } from "./scaffold-config.ts";
export { SecretMask } from "./secret-mask.ts";
export { type ConfigFieldSnapshot, type ConfigTypeSnapshot, innerConfigTypes } from "./snapshots/config-types.ts";
export type {
  ExecutorSnapshot,
  GraphSnapshot,
  InputSnapshot,
  InputSource,
  JobAssetSnapshot,
  JobCheckSnapshot,
  JobSnapshot,
  NodeSnapshot,
  OpSnapshot,
  OutputSnapshot,
  ConfiguredValueSnapshot,
  ResourceSnapshot,
  ValueTypeSnapshot,
} from "./snapshots/job-snapshot.ts";
export {
  type AssetCheckSnapshot,
  type AssetSnapshot,
  assetJobName,
  type CheckIndividually,
  isHiddenJob,
  type LocationSnapshot,
  type MonitoredRuns,
  repositoryName,
  type ScheduleRequestSnapshot,
  type ScheduleSnapshot,
  type TargetSelection,
  type SensorAutomation,
  type SensorSnapshot,
  snapshotFormatVersion,
  targetJobPrefix,
} from "./snapshots/location-snapshot.ts";
export type { BackfillPolicySnapshot, PartitionMappingSnapshot, PartitionsSnapshot } from "./snapshots/partitions-snapshot.ts";
export type { RetryPolicySnapshot } from "./snapshots/retry-policy.ts";
export type {
  CodeReference,
  ColumnLineage,
  TableColumn,
  TableColumnConstraints,
  TableRecord,
  TableSchema,
} from "./table-schema.ts";
export { maxRuntimeSecondsOf, retryTags, systemTags, type Tags } from "./tags.ts";
export { runWorkerExitCodes } from "./run-worker-exit-codes.ts";
export {
  type DataProvenance,
  dataVersionOf,
  dataVersionTags,
  initialDataVersion,
  inputVersionTags,
  provenanceOf,
} from "./data-version.ts";
export type { WhenRunningPolicy, WhenRunningSnapshot } from "./when-running.ts";
