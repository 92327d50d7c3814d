export {
  type AnyAsset,
  type Asset,
  asset,
  type AssetDefinition,
  type AssetDependency,
  type AssetInputs,
  type AssetOptions,
  type AssetValues,
  type IsPartitioned,
} from "./asset.ts";
export type { AssetAttributeOptions, AssetAttributes } from "./assets/asset-attributes.ts";
export { eachAsset, isAsset, isMultiAsset, selectionTest } from "./assets/asset-inputs.ts";
export { type GraphAsset, graphAsset, type GraphAssetOptions, type GraphAssetResult } from "./assets/graph-asset.ts";
export {
  type GraphAssetOut,
  type GraphMultiAsset,
  graphMultiAsset,
  type GraphMultiAssetOptions,
} from "./assets/graph-multi-asset.ts";
export { type MappedAsset, mapAssetSpecs } from "./assets/map-asset-specs.ts";
export {
  type MultiObservableSourceAssetOptions,
  multiObservableSourceAsset,
  type ObservableSourceAsset,
  observableSourceAsset,
  type ObservableSourceAssetOptions,
  type Observed,
} from "./assets/observable-source-asset.ts";
export {
  isMaterializeResult,
  isObserveResult,
  type MaterializeResult,
  materializeResult,
  type MaterializeResultOptions,
  type NoValue,
  type ObserveResult,
  observeResult,
  type ObserveResultOptions,
} from "./assets/asset-result.ts";
export {
  type AssetSpec,
  assetSpec,
  type AssetSpecOptions,
  type ExternalAsset,
  externalAsset,
  type ExternalAssetOptions,
} from "./assets/asset-spec.ts";
export { AutomationCondition, type ConditionScope, type CronConditionOptions } from "./automation/automation-condition.ts";
export { automationConditionSensor, type AutomationConditionSensorOptions } from "./automation/automation-condition-sensor.ts";
export type { CustomCondition, CustomConditionAnswer, CustomConditionContext } from "./automation/custom-condition.ts";
export {
  type CronFreshnessOptions,
  type FreshnessPolicy,
  freshnessPolicy,
  type TimeWindowFreshnessOptions,
} from "./assets/freshness-policy.ts";
export {
  type AssetOut,
  type AssetOuts,
  type AssetRecord,
  type MultiAsset,
  multiAsset,
  type MultiAssetOptions,
  type MultiAssetReturn,
} from "./assets/multi-asset.ts";
export type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
export { type AnyJob, type AssetJobDefinition, type AssetJobOptions, defineAssetJob } from "./asset-job.ts";
export {
  type AssetCheck,
  assetCheck,
  type AssetCheckDefinition,
  type AssetCheckOptions,
  multiAssetCheck,
  type MultiAssetCheckOptions,
} from "./asset-checks/asset-check.ts";
export { buildColumnSchemaChangeChecks } from "./asset-checks/column-schema-checks.ts";
export {
  buildLastUpdateFreshnessChecks,
  buildTimePartitionFreshnessChecks,
  type LastUpdateFreshnessOptions,
  type TimePartitionFreshnessOptions,
} from "./asset-checks/freshness-checks.ts";
export { buildMetadataBoundsChecks, type MetadataBoundsOptions } from "./asset-checks/metadata-bounds-checks.ts";
export type { ReadyMadeCheckOptions } from "./asset-checks/ready-made-check.ts";
export { type CheckResult, checkResult, type CheckResultOptions, isCheckResult } from "./asset-checks/check-result.ts";
export { type AssetCheckSpec, type AssetCheckSpecOptions, checkSpec } from "./asset-checks/check-spec.ts";
export type { RepositoryCheck } from "./asset-checks/collect-checks.ts";
export { AssetSelection, type ReachOptions } from "./asset-selection.ts";
export { type Branded, brandOf, definitionBrand, type DefinitionKind, definitionVersion, isDefinition } from "./brand.ts";
export { buildRepository, type BuildRepositoryOptions, findDefinitions } from "./build-repository.ts";
export { type ConfigError, type ConfigErrorReason } from "./check-config.ts";
export { configMapping, type RunConfigMapping } from "./config-mapping.ts";
export { PartialList } from "./input-value.ts";
export { configured, type ConfiguredOptions, type PresetConfig } from "./configured.ts";
export { type Environment, envVar, type EnvReference, isEnvReference, type OrEnvReferences } from "./env-reference.ts";
export { type ComposedInput, type ComposedNode, insideOp } from "./composition.ts";
export type { DefinitionSite } from "./definition-site.ts";
export { type Definitions, definitions, type DefinitionsOptions } from "./definitions.ts";
export { buildOpContext, type DirectContext, directContextNames, type DirectContextOptions } from "./direct-context.ts";
export {
  AssetCycleError,
  AssetSelfReadError,
  AsyncCompositionError,
  CircularImportError,
  CompositionError,
  DefinitionError,
  DuplicateNameError,
  EmptySelectionError,
  ForeignHandleError,
  HandleUsedAsValueError,
  InvalidConfigPresetError,
  InvalidDefinitionsError,
  InvalidEvaluationError,
  InvalidMetadataError,
  InvalidNameError,
  InvalidOptionError,
  InvalidScheduleError,
  MisplacedCallError,
  NotDefinitionsError,
  OpCalledInsideOpError,
  PartitionMappingError,
  PartitionsConflictError,
  ResourceCycleError,
  UnknownAssetError,
  UnknownJobError,
  UnknownResourceError,
  UnknownRunJobError,
  UnknownSelectionKeyError,
  UnsupportedConfigSchemaError,
  WiringError,
} from "./errors.ts";
export { type CustomConditionInput, evaluateCustomCondition } from "./automation/evaluate-custom-condition.ts";
export { evaluateSchedule, type ScheduleTickInput } from "./evaluate.ts";
export {
  asyncExecutor,
  type AsyncExecutorOptions,
  type ConcurrentExecutorOptions,
  defaultExecutor,
  type ExecutorDefinition,
  type ExecutorOptions,
  type InProcessExecutor,
  inProcessExecutor,
  multiprocessExecutor,
  type MultiprocessExecutorOptions,
} from "./executors/executor.ts";
export { resolveExecutor } from "./executors/executor-config.ts";
export type { TagConcurrencyLimit } from "./executors/tag-concurrency-limit.ts";
export {
  type Graph,
  graph,
  type GraphDefinition,
  type GraphInputs,
  type GraphOptions,
  type GraphOutput,
  type GraphResult,
  type NodeRunConfig,
} from "./graph.ts";
export {
  failure,
  type FailureOptions,
  type FailureRequest,
  failureRequestOf,
  retryRequested,
  type RetryRequestedOptions,
} from "./failure.ts";
export type { DynamicHandle, Handle, Wire } from "./handle.ts";
export { hooksOf } from "./job-hooks.ts";
export { failureHook, type HookContext, type HookDefinition, type HookOptions, successHook } from "./hook.ts";
export { explainImportFailure } from "./import-failure.ts";
export { InMemoryInstance, type InMemoryInstanceOptions, type InMemoryRun } from "./instance/in-memory-instance.ts";
export {
  type AssetEventsQuery,
  type AssetReference,
  assetKeyOf,
  type InstanceAccess,
  instanceAccess,
} from "./instance/instance-access.ts";
export { type GitLinkOptions, linkCodeReferencesToGit, withCodeReferences } from "./code-references.ts";
export {
  type CodeReferenceInput,
  type ColumnDependency,
  columnSchemaOf,
  metadata,
  metadataKeys,
  type TableColumnInput,
  type TableSchemaInput,
} from "./metadata.ts";
export { type GraphJobOptions, job, type JobDefinition, type JobOptions, withInputValues } from "./job.ts";
export {
  type LogHandler,
  logger,
  type LoggerContext,
  type LoggerDefinition,
  type LoggerOptions,
  type LogRecord,
} from "./logger.ts";
export {
  type AssetWork,
  type DynamicValue,
  type Handles,
  type InputDefinition,
  type Op,
  op,
  type OpDefinition,
  type OpOptions,
  type OutputDefinition,
  type Values,
  type Wires,
} from "./op.ts";
export {
  dynamicOut,
  type InEntries,
  type Nothing,
  nothing,
  type OpIn,
  opIn,
  type OpInOptions,
  type OpOut,
  opOut,
  type OpOutOptions,
  type OutEntries,
} from "./op-io.ts";
export {
  type DynamicOutput,
  dynamicOutput,
  type DynamicOutputOptions,
  type OpOutput,
  output,
  type OutputOptions,
} from "./op-result.ts";
export type { RetryPolicy } from "./retry-policy.ts";
export type { WhenRunning } from "./when-running.ts";
export type {
  AssetCheckContext,
  AssetContext,
  Logger,
  MultiAssetContext,
  OpContext,
  ResourceContext,
  RunInfo,
} from "./op-context.ts";
export {
  assetDep,
  type AssetDepDefinition,
  type AssetDepOptions,
  type AssetIn,
  assetIn,
  type AssetInDefinition,
  type AssetInOptions,
  selfIn,
  type SelfIn,
  type SelfInOptions,
  type ByPartition,
} from "./partitions/asset-in.ts";
export { multiRun, singleRun } from "./partitions/backfill-policy.ts";
export { partitionContext, type PartitionContext, PartitionContextError } from "./partitions/partition-context.ts";
export {
  evaluatePartitionedConfig,
  type PartitionedConfig,
  partitionedConfig,
  type PartitionedConfigOptions,
} from "./partitions/partitioned-config.ts";
export type { Repository, ResolvedJob } from "./repository.ts";
export {
  type ConfigValue,
  type Resource,
  resource,
  type Initialized,
  type ResourceDefinition,
  type ResourceLifetime,
  type ResourceMap,
  type ResourceOptions,
  type ResourceValues,
} from "./resource.ts";
export { boundResources, type ResourceBindings } from "./resource-bindings.ts";
export { namedType, namedTypeOf } from "./named-type.ts";
export type { PoolUse } from "./pool.ts";
export { type RunRequest, runRequest, type RunRequestOptions, type SkipReason, skipReason } from "./run-request.ts";
export { type AutomationTarget } from "./automation-target.ts";
export { readConfigOf } from "./config-preset.ts";
export {
  buildScheduleFromPartitionedJob,
  type PartitionedScheduleDefinition,
  type PartitionedScheduleOptions,
} from "./partitions/partitioned-schedule.ts";
export {
  type Evaluated,
  schedule,
  type ScheduleContext,
  type ScheduleDefinition,
  type ScheduleOptions,
  type ScheduleRequest,
} from "./schedule.ts";
export type { InputOf, MaybePromise, OutputOf, Schema, Schemas } from "./schema.ts";
export { secret } from "./secret.ts";
export { sensor, type SensorContext, type SensorOptions } from "./sensor.ts";
export { assetSensor, type AssetSensorOptions } from "./sensors/asset-sensor.ts";
export { runStatusSensorContext, type SharedRunStatusContext } from "./sensors/evaluate-run-status-sensor.ts";
export { assetsOf, evaluateSensor, type SensorTickInput } from "./sensors/evaluate-sensor.ts";
export { keysOf, multiAssetSensor, type MultiAssetSensorOptions } from "./sensors/multi-asset-sensor.ts";
export { type MultiAssetSensorContext, multiAssetSensorContext } from "./sensors/multi-asset-sensor-context.ts";
export {
  assetCheckEvaluation,
  assetMaterialization,
  assetObservation,
  type ReportedAssetOptions,
  type ReportedCheckOptions,
} from "./sensors/reported-events.ts";
export {
  type MonitoredJob,
  type RunFailureSensorContext,
  runFailureSensor,
  type RunFailureSensorOptions,
  type RunStatusSensorContext,
  runStatusSensor,
  type RunStatusSensorOptions,
} from "./sensors/run-status-sensor.ts";
export { buildSensorForFreshnessChecks, type FreshnessChecksSensorOptions } from "./sensors/freshness-checks-sensor.ts";
export { runFailureText, type RunFailureText } from "./sensors/run-failure-text.ts";
export { slackOnRunFailure, type SlackOnRunFailureOptions } from "./sensors/slack-on-run-failure.ts";
export { teamsOnRunFailure, type TeamsOnRunFailureOptions } from "./sensors/teams-on-run-failure.ts";
export {
  type NotifyOnRunFailureOptions,
  webhookOnRunFailure,
  type WebhookOnRunFailureOptions,
} from "./sensors/webhook-on-run-failure.ts";
export type { SensorAnswer, SensorEvaluated } from "./sensors/sensor-answers.ts";
export { type CommonSensorOptions, type Sensor, type SensorDefinition } from "./sensors/sensor-definition.ts";
export {
  addDynamicPartitions,
  deleteDynamicPartitions,
  type SensorResult,
  sensorResult,
  type SensorResultOptions,
} from "./sensors/sensor-result.ts";
export { viewOf } from "./instance/partitions-view.ts";
export { checkOptions } from "./option-names.ts";
export { orderOnlyType, valueType } from "./value-type.ts";
export { toLocationSnapshot } from "./location-snapshot.ts";
export {
  loggerConfigAt,
  opConfigAt,
  opInputsAt,
  type ResolvedRunConfig,
  resourceConfigAt,
  type RunConfigValidation,
  validateRunConfig,
  type ValidateRunConfigOptions,
} from "./validate-run-config.ts";
