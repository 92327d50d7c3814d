// Made from src/graphql/**/*.graphql by `pnpm gen`. Do not edit.
import type { GraphContext } from "../graphql/context.ts";

type MaybePromise<T> = T | Promise<T>;
/** A field of an object: its value, or how to get it. GraphQL calls functions with the field's arguments and the request's context. */
type Field<T, Args> = MaybePromise<T> | ((args: Args, context: GraphContext) => MaybePromise<T>);
type NoArgs = Readonly<Record<string, never>>;
type Root<T, Args> = (root: unknown, args: Args, context: GraphContext) => MaybePromise<T>;
type Stream<Name extends string, T, Args> = {
  readonly subscribe: (root: unknown, args: Args, context: GraphContext) => MaybePromise<AsyncIterable<Readonly<Record<Name, T>>>>;
};

export type AddDynamicPartitionResult = AddDynamicPartitionSuccess | UnauthorizedError | PythonError | DuplicateDynamicPartitionError;

export interface AddDynamicPartitionSuccess {
  readonly __typename: "AddDynamicPartitionSuccess";
  readonly partitionsDefName: Field<string, NoArgs>;
  readonly partitionKey: Field<string, NoArgs>;
}

export interface AlertFailureEvent {
  readonly __typename: "AlertFailureEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface AlertStartEvent {
  readonly __typename: "AlertStartEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface AlertSuccessEvent {
  readonly __typename: "AlertSuccessEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface AppManagedComponent {
  readonly componentId: Field<string, NoArgs>;
  readonly componentType: Field<string, NoArgs>;
  readonly attributes: Field<string, NoArgs>;
}

export interface AppManagedComponentValidationError {
  readonly __typename: "AppManagedComponentValidationError";
  readonly componentId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly errors: Field<readonly string[], NoArgs>;
}

export interface AppManagedComponents {
  readonly __typename: "AppManagedComponents";
  readonly locationName: Field<string, NoArgs>;
  readonly components: Field<readonly AppManagedComponent[], NoArgs>;
}

export type AppManagedComponentsOrError = AppManagedComponents | PythonError;

export interface ArrayConfigType {
  readonly __typename: "ArrayConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly ofType: Field<ConfigType, NoArgs>;
}

export interface Asset {
  readonly __typename: "Asset";
  readonly id: Field<string, NoArgs>;
  readonly key: Field<AssetKey, NoArgs>;
  readonly assetMaterializations: Field<readonly MaterializationEvent[], { readonly partitions?: readonly string[] | null | undefined; readonly beforeTimestampMillis?: string | null | undefined; readonly afterTimestampMillis?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly assetObservations: Field<readonly ObservationEvent[], { readonly partitions?: readonly string[] | null | undefined; readonly beforeTimestampMillis?: string | null | undefined; readonly afterTimestampMillis?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly assetEventHistory: Field<AssetResultEventHistoryConnection, { readonly partitions?: readonly string[] | null | undefined; readonly beforeTimestampMillis?: string | null | undefined; readonly afterTimestampMillis?: string | null | undefined; readonly limit: number; readonly eventTypeSelectors: readonly AssetEventHistoryEventTypeSelector[]; readonly cursor?: string | null | undefined }>;
  readonly definition: Field<AssetNode | null, NoArgs>;
  readonly latestEventSortKey: Field<string | null, NoArgs>;
  readonly latestMaterializationTimestamp: Field<number | null, NoArgs>;
  readonly latestObservationTimestamp: Field<number | null, NoArgs>;
  readonly hasDefinitionOrRecord: Field<boolean, NoArgs>;
  readonly latestFailedToMaterializeTimestamp: Field<number | null, NoArgs>;
  readonly freshnessStatusChangedTimestamp: Field<number | null, NoArgs>;
  readonly assetHealth: Field<AssetHealth | null, NoArgs>;
}

export interface AssetBackfillData {
  readonly assetBackfillStatuses: Field<readonly AssetBackfillStatus[], NoArgs>;
  readonly rootTargetedPartitions: Field<AssetBackfillTargetPartitions | null, NoArgs>;
}

export interface AssetBackfillPreviewParams {
  readonly partitionNames: readonly string[];
  readonly assetSelection: readonly AssetKeyInput[];
}

export type AssetBackfillStatus = AssetPartitionsStatusCounts | UnpartitionedAssetStatus;

export interface AssetBackfillTargetPartitions {
  readonly ranges: Field<readonly PartitionKeyRange[] | null, NoArgs>;
  readonly partitionKeys: Field<readonly string[] | null, NoArgs>;
}

export interface AssetCheck {
  readonly __typename: "AssetCheck";
  readonly name: Field<string, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly jobNames: Field<readonly string[], NoArgs>;
  readonly executionForLatestMaterialization: Field<AssetCheckExecution | null, NoArgs>;
  readonly canExecuteIndividually: Field<AssetCheckCanExecuteIndividually, NoArgs>;
  readonly blocking: Field<boolean, NoArgs>;
  readonly additionalAssetKeys: Field<readonly AssetKey[], NoArgs>;
  readonly partitionDefinition: Field<PartitionDefinition | null, NoArgs>;
  readonly partitionKeysByDimension: Field<readonly DimensionPartitionKeys[], { readonly startIdx?: number | null | undefined; readonly endIdx?: number | null | undefined }>;
  readonly partitionStatuses: Field<AssetCheckPartitionStatuses | null, NoArgs>;
  readonly automationCondition: Field<AutomationCondition | null, NoArgs>;
}

export type AssetCheckCanExecuteIndividually = "CAN_EXECUTE" | "REQUIRES_MATERIALIZATION" | "NEEDS_USER_CODE_UPGRADE";

export interface AssetCheckDefaultPartitionStatuses {
  readonly __typename: "AssetCheckDefaultPartitionStatuses";
  readonly succeededPartitions: Field<readonly string[], NoArgs>;
  readonly failedPartitions: Field<readonly string[], NoArgs>;
  readonly inProgressPartitions: Field<readonly string[], NoArgs>;
  readonly skippedPartitions: Field<readonly string[], NoArgs>;
  readonly executionFailedPartitions: Field<readonly string[], NoArgs>;
}

export interface AssetCheckEvaluation {
  readonly timestamp: Field<number, NoArgs>;
  readonly checkName: Field<string, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly targetMaterialization: Field<AssetCheckEvaluationTargetMaterializationData | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly severity: Field<AssetCheckSeverity, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly success: Field<boolean, NoArgs>;
}

export interface AssetCheckEvaluationEvent {
  readonly __typename: "AssetCheckEvaluationEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly evaluation: Field<AssetCheckEvaluation, NoArgs>;
}

export interface AssetCheckEvaluationPlannedEvent {
  readonly __typename: "AssetCheckEvaluationPlannedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly checkName: Field<string, NoArgs>;
}

export interface AssetCheckEvaluationTargetMaterializationData {
  readonly storageId: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
}

export interface AssetCheckExecution {
  readonly id: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
  readonly status: Field<AssetCheckExecutionResolvedStatus, NoArgs>;
  readonly evaluation: Field<AssetCheckEvaluation | null, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly run: Field<Run | null, NoArgs>;
}

export type AssetCheckExecutionResolvedStatus = "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "EXECUTION_FAILED" | "SKIPPED";

export interface AssetCheckHandleInput {
  readonly assetKey: AssetKeyInput;
  readonly name: string;
}

export interface AssetCheckMultiPartitionRangeStatuses {
  readonly primaryDimStartKey: Field<string, NoArgs>;
  readonly primaryDimEndKey: Field<string, NoArgs>;
  readonly primaryDimStartTime: Field<number | null, NoArgs>;
  readonly primaryDimEndTime: Field<number | null, NoArgs>;
  readonly secondaryDim: Field<AssetCheckPartitionStatus1D, NoArgs>;
}

export interface AssetCheckMultiPartitionStatuses {
  readonly __typename: "AssetCheckMultiPartitionStatuses";
  readonly ranges: Field<readonly AssetCheckMultiPartitionRangeStatuses[], NoArgs>;
  readonly primaryDimensionName: Field<string, NoArgs>;
}

export interface AssetCheckNeedsAgentUpgradeError {
  readonly __typename: "AssetCheckNeedsAgentUpgradeError";
  readonly message: Field<string, NoArgs>;
}

export interface AssetCheckNeedsMigrationError {
  readonly __typename: "AssetCheckNeedsMigrationError";
  readonly message: Field<string, NoArgs>;
}

export interface AssetCheckNeedsUserCodeUpgrade {
  readonly __typename: "AssetCheckNeedsUserCodeUpgrade";
  readonly message: Field<string, NoArgs>;
}

export interface AssetCheckNotFoundError {
  readonly __typename: "AssetCheckNotFoundError";
  readonly message: Field<string, NoArgs>;
}

export type AssetCheckOrError = AssetCheck | AssetCheckNotFoundError | AssetCheckNeedsMigrationError | AssetCheckNeedsUserCodeUpgrade | AssetCheckNeedsAgentUpgradeError;

export type AssetCheckPartitionRangeStatus = "SUCCEEDED" | "FAILED" | "IN_PROGRESS" | "SKIPPED" | "EXECUTION_FAILED";

export type AssetCheckPartitionStatus1D = AssetCheckTimePartitionStatuses | AssetCheckDefaultPartitionStatuses;

export type AssetCheckPartitionStatuses = AssetCheckDefaultPartitionStatuses | AssetCheckMultiPartitionStatuses | AssetCheckTimePartitionStatuses;

export type AssetCheckSeverity = "WARN" | "ERROR";

export interface AssetCheckTimePartitionRangeStatus {
  readonly startTime: Field<number, NoArgs>;
  readonly endTime: Field<number, NoArgs>;
  readonly startKey: Field<string, NoArgs>;
  readonly endKey: Field<string, NoArgs>;
  readonly status: Field<AssetCheckPartitionRangeStatus, NoArgs>;
}

export interface AssetCheckTimePartitionStatuses {
  readonly __typename: "AssetCheckTimePartitionStatuses";
  readonly ranges: Field<readonly AssetCheckTimePartitionRangeStatus[], NoArgs>;
}

export interface AssetCheckhandle {
  readonly __typename?: "AssetCheckhandle";
  readonly name: Field<string, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
}

export interface AssetChecks {
  readonly __typename: "AssetChecks";
  readonly checks: Field<readonly AssetCheck[], NoArgs>;
}

export type AssetChecksOrError = AssetChecks | AssetCheckNeedsMigrationError | AssetCheckNeedsUserCodeUpgrade | AssetCheckNeedsAgentUpgradeError;

export interface AssetConditionEvaluation {
  readonly rootUniqueId: Field<string, NoArgs>;
  readonly evaluationNodes: Field<readonly AssetConditionEvaluationNode[], NoArgs>;
}

export type AssetConditionEvaluationNode = UnpartitionedAssetConditionEvaluationNode | PartitionedAssetConditionEvaluationNode | SpecificPartitionAssetConditionEvaluationNode;

export interface AssetConditionEvaluationRecord {
  readonly id: Field<string, NoArgs>;
  readonly evaluationId: Field<string, NoArgs>;
  readonly runIds: Field<readonly string[], NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly entityKey: Field<EntityKey, NoArgs>;
  readonly numRequested: Field<number | null, NoArgs>;
  readonly startTimestamp: Field<number | null, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly isLegacy: Field<boolean, NoArgs>;
  readonly evaluation: Field<AssetConditionEvaluation, NoArgs>;
  readonly rootUniqueId: Field<string, NoArgs>;
  readonly evaluationNodes: Field<readonly AutomationConditionEvaluationNode[], NoArgs>;
}

export interface AssetConditionEvaluationRecords {
  readonly __typename: "AssetConditionEvaluationRecords";
  readonly records: Field<readonly AssetConditionEvaluationRecord[], NoArgs>;
}

export type AssetConditionEvaluationRecordsOrError = AssetConditionEvaluationRecords | AutoMaterializeAssetEvaluationNeedsMigrationError;

export type AssetConditionEvaluationStatus = "TRUE" | "FALSE" | "SKIPPED";

export interface AssetConnection {
  readonly __typename: "AssetConnection";
  readonly nodes: Field<readonly Asset[], NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
}

export interface AssetDependency {
  readonly asset: Field<AssetNode, NoArgs>;
  readonly partitionMapping: Field<PartitionMapping | null, NoArgs>;
}

export type AssetEventHistoryEventTypeSelector = "MATERIALIZATION" | "FAILED_TO_MATERIALIZE" | "OBSERVATION";

export type AssetEventType = "ASSET_MATERIALIZATION" | "ASSET_OBSERVATION";

export interface AssetFreshnessInfo {
  readonly currentLagMinutes: Field<number | null, NoArgs>;
  readonly currentMinutesLate: Field<number | null, NoArgs>;
  readonly latestMaterializationMinutesLate: Field<number | null, NoArgs>;
}

export interface AssetGroup {
  readonly id: Field<string, NoArgs>;
  readonly groupName: Field<string, NoArgs>;
  readonly assetKeys: Field<readonly AssetKey[], NoArgs>;
}

export interface AssetGroupSelector {
  readonly groupName: string;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
}

export interface AssetHealth {
  readonly assetHealth: Field<AssetHealthStatus, NoArgs>;
  readonly materializationStatus: Field<AssetHealthStatus, NoArgs>;
  readonly materializationStatusMetadata: Field<AssetHealthMaterializationMeta | null, NoArgs>;
  readonly assetChecksStatus: Field<AssetHealthStatus, NoArgs>;
  readonly assetChecksStatusMetadata: Field<AssetHealthCheckMeta | null, NoArgs>;
  readonly freshnessStatus: Field<AssetHealthStatus, NoArgs>;
  readonly freshnessStatusMetadata: Field<AssetHealthFreshnessMeta | null, NoArgs>;
}

export interface AssetHealthCheckDegradedMeta {
  readonly __typename: "AssetHealthCheckDegradedMeta";
  readonly numFailedChecks: Field<number, NoArgs>;
  readonly numWarningChecks: Field<number, NoArgs>;
  readonly totalNumChecks: Field<number, NoArgs>;
}

export type AssetHealthCheckMeta = AssetHealthCheckDegradedMeta | AssetHealthCheckWarningMeta | AssetHealthCheckUnknownMeta;

export interface AssetHealthCheckUnknownMeta {
  readonly __typename: "AssetHealthCheckUnknownMeta";
  readonly numNotExecutedChecks: Field<number, NoArgs>;
  readonly totalNumChecks: Field<number, NoArgs>;
}

export interface AssetHealthCheckWarningMeta {
  readonly __typename: "AssetHealthCheckWarningMeta";
  readonly numWarningChecks: Field<number, NoArgs>;
  readonly totalNumChecks: Field<number, NoArgs>;
}

export interface AssetHealthFreshnessMeta {
  readonly lastMaterializedTimestamp: Field<number | null, NoArgs>;
}

export interface AssetHealthMaterializationDegradedNotPartitionedMeta {
  readonly __typename: "AssetHealthMaterializationDegradedNotPartitionedMeta";
  readonly failedRunId: Field<string | null, NoArgs>;
}

export interface AssetHealthMaterializationDegradedPartitionedMeta {
  readonly __typename: "AssetHealthMaterializationDegradedPartitionedMeta";
  readonly numFailedPartitions: Field<number, NoArgs>;
  readonly numMissingPartitions: Field<number, NoArgs>;
  readonly totalNumPartitions: Field<number, NoArgs>;
  readonly latestRunId: Field<string | null, NoArgs>;
  readonly latestFailedRunId: Field<string | null, NoArgs>;
}

export interface AssetHealthMaterializationHealthyPartitionedMeta {
  readonly __typename: "AssetHealthMaterializationHealthyPartitionedMeta";
  readonly numMissingPartitions: Field<number, NoArgs>;
  readonly totalNumPartitions: Field<number, NoArgs>;
  readonly latestRunId: Field<string | null, NoArgs>;
}

export type AssetHealthMaterializationMeta = AssetHealthMaterializationDegradedPartitionedMeta | AssetHealthMaterializationHealthyPartitionedMeta | AssetHealthMaterializationDegradedNotPartitionedMeta | AssetHealthMaterializationWarningPartitionedMeta | AssetHealthMaterializationWarningNotPartitionedMeta;

export interface AssetHealthMaterializationWarningNotPartitionedMeta {
  readonly __typename: "AssetHealthMaterializationWarningNotPartitionedMeta";
  readonly failedRunId: Field<string | null, NoArgs>;
}

export interface AssetHealthMaterializationWarningPartitionedMeta {
  readonly __typename: "AssetHealthMaterializationWarningPartitionedMeta";
  readonly numUpForRetryPartitions: Field<number, NoArgs>;
  readonly numMissingPartitions: Field<number, NoArgs>;
  readonly totalNumPartitions: Field<number, NoArgs>;
  readonly latestRunId: Field<string | null, NoArgs>;
  readonly latestFailedRunId: Field<string | null, NoArgs>;
}

export type AssetHealthStatus = "HEALTHY" | "WARNING" | "DEGRADED" | "UNKNOWN" | "NOT_APPLICABLE";

export interface AssetJobKey {
  readonly __typename: "AssetJobKey";
  readonly jobName: Field<string, NoArgs>;
}

export interface AssetJobKeyInput {
  readonly jobName: string;
}

export interface AssetKey {
  readonly __typename?: "AssetKey";
  readonly path: Field<readonly string[], NoArgs>;
}

export interface AssetKeyInput {
  readonly path: readonly string[];
}

export interface AssetLatestInfo {
  readonly id: Field<string, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly latestMaterialization: Field<MaterializationEvent | null, NoArgs>;
  readonly unstartedRunIds: Field<readonly string[], NoArgs>;
  readonly inProgressRunIds: Field<readonly string[], NoArgs>;
  readonly latestRun: Field<Run | null, NoArgs>;
}

export interface AssetLineageInfo {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly partitions: Field<readonly string[], NoArgs>;
}

export type AssetMaterializationFailureReason = "FAILED_TO_MATERIALIZE" | "UPSTREAM_FAILED_TO_MATERIALIZE" | "RUN_TERMINATED" | "UNKNOWN";

export type AssetMaterializationFailureType = "FAILED" | "SKIPPED";

export interface AssetMaterializationPlannedEvent {
  readonly __typename: "AssetMaterializationPlannedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly runOrError: Field<RunOrError, NoArgs>;
}

export interface AssetMetadataEntry {
  readonly __typename: "AssetMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
}

export interface AssetNode {
  readonly __typename: "AssetNode";
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly assetMaterializations: Field<readonly MaterializationEvent[], { readonly partitions?: readonly string[] | null | undefined; readonly beforeTimestampMillis?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly assetObservations: Field<readonly ObservationEvent[], { readonly partitions?: readonly string[] | null | undefined; readonly beforeTimestampMillis?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly computeKind: Field<string | null, NoArgs>;
  readonly configField: Field<ConfigTypeField | null, NoArgs>;
  readonly dataVersion: Field<string | null, { readonly partition?: string | null | undefined }>;
  readonly dataVersionByPartition: Field<readonly (string | null)[], { readonly partitions?: readonly string[] | null | undefined }>;
  readonly dependedBy: Field<readonly AssetDependency[], NoArgs>;
  readonly dependedByKeys: Field<readonly AssetKey[], NoArgs>;
  readonly dependencies: Field<readonly AssetDependency[], NoArgs>;
  readonly dependencyKeys: Field<readonly AssetKey[], NoArgs>;
  readonly description: Field<string | null, { readonly characterLimit?: number | null | undefined }>;
  readonly graphName: Field<string | null, NoArgs>;
  readonly groupName: Field<string, NoArgs>;
  readonly internalFreshnessPolicy: Field<InternalFreshnessPolicy | null, NoArgs>;
  readonly automationCondition: Field<AutomationCondition | null, NoArgs>;
  readonly owners: Field<readonly AssetOwner[], NoArgs>;
  readonly id: Field<string, NoArgs>;
  readonly isExecutable: Field<boolean, NoArgs>;
  readonly isObservable: Field<boolean, NoArgs>;
  readonly isMaterializable: Field<boolean, NoArgs>;
  readonly isVirtual: Field<boolean, NoArgs>;
  readonly isAutoCreatedStub: Field<boolean, NoArgs>;
  readonly jobNames: Field<readonly string[], NoArgs>;
  readonly jobs: Field<readonly Pipeline[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly tags: Field<readonly DefinitionTag[], NoArgs>;
  readonly kinds: Field<readonly string[], NoArgs>;
  readonly op: Field<SolidDefinition | null, NoArgs>;
  readonly opName: Field<string | null, NoArgs>;
  readonly opNames: Field<readonly string[], NoArgs>;
  readonly opTags: Field<readonly DefinitionTag[], NoArgs>;
  readonly opVersion: Field<string | null, NoArgs>;
  readonly pools: Field<readonly string[], NoArgs>;
  readonly repository: Field<Repository, NoArgs>;
  readonly requiredResources: Field<readonly ResourceRequirement[], NoArgs>;
  readonly staleStatus: Field<StaleStatus | null, { readonly partition?: string | null | undefined }>;
  readonly staleStatusByPartition: Field<readonly StaleStatus[], { readonly partitions?: readonly string[] | null | undefined }>;
  readonly staleCauses: Field<readonly StaleCause[], { readonly partition?: string | null | undefined }>;
  readonly staleCausesByPartition: Field<readonly (readonly StaleCause[])[] | null, { readonly partitions?: readonly string[] | null | undefined }>;
  readonly type: Field<DagsterType | null, NoArgs>;
  readonly hasMaterializePermission: Field<boolean, NoArgs>;
  readonly hasReportRunlessAssetEventPermission: Field<boolean, NoArgs>;
  readonly hasWipePermission: Field<boolean, NoArgs>;
  readonly targetingInstigators: Field<readonly Instigator[], NoArgs>;
  readonly hasAssetChecks: Field<boolean, NoArgs>;
  readonly assetCheckOrError: Field<AssetCheckOrError, { readonly checkName: string }>;
  readonly assetChecksOrError: Field<AssetChecksOrError, { readonly limit?: number | null | undefined; readonly pipeline?: PipelineSelector | null | undefined }>;
  readonly freshnessStatusInfo: Field<FreshnessStatusInfo | null, NoArgs>;
  readonly assetMaterializationUsedData: Field<readonly MaterializationUpstreamDataVersion[], { readonly timestampMillis: string }>;
  readonly changedReasons: Field<readonly ChangeReason[], NoArgs>;
  readonly assetsForSameStorageAddress: Field<Iterable<AssetNode>, NoArgs>;
  readonly storageAddress: Field<StorageAddress | null, NoArgs>;
  readonly freshnessPolicy: Field<FreshnessPolicy | null, NoArgs>;
  readonly freshnessInfo: Field<AssetFreshnessInfo | null, NoArgs>;
  readonly autoMaterializePolicy: Field<AutoMaterializePolicy | null, NoArgs>;
  readonly currentAutoMaterializeEvaluationId: Field<string | null, NoArgs>;
  readonly lastAutoMaterializationEvaluationRecord: Field<AutoMaterializeAssetEvaluationRecord | null, { readonly asOfEvaluationId?: string | null | undefined }>;
  readonly backfillPolicy: Field<BackfillPolicy | null, NoArgs>;
  readonly isPartitioned: Field<boolean, NoArgs>;
  readonly latestMaterializationByPartition: Field<readonly (MaterializationEvent | null)[], { readonly partitions?: readonly string[] | null | undefined }>;
  readonly latestRunForPartition: Field<Run | null, { readonly partition: string }>;
  readonly assetPartitionStatuses: Field<AssetPartitionStatuses, NoArgs>;
  readonly partitionStats: Field<PartitionStats | null, NoArgs>;
  readonly partitionDefinition: Field<PartitionDefinition | null, NoArgs>;
  readonly partitionKeys: Field<readonly string[], NoArgs>;
  readonly partitionKeyConnection: Field<PartitionKeyConnection | null, { readonly limit: number; readonly ascending: boolean; readonly cursor?: string | null | undefined }>;
  readonly partitionKeysByDimension: Field<readonly DimensionPartitionKeys[], { readonly startIdx?: number | null | undefined; readonly endIdx?: number | null | undefined }>;
}

export interface AssetNodeConnection {
  readonly nodes: Field<Iterable<AssetNode>, NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
  readonly hasMore: Field<boolean, NoArgs>;
}

export interface AssetNodeDefinitionCollision {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly repositories: Field<readonly Repository[], NoArgs>;
}

export type AssetNodeOrError = AssetNode | AssetNotFoundError;

export interface AssetNotFoundError {
  readonly __typename: "AssetNotFoundError";
  readonly message: Field<string, NoArgs>;
}

export type AssetOrError = Asset | AssetNotFoundError;

export type AssetOwner = UserAssetOwner | TeamAssetOwner;

export interface AssetPartitionRange {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly partitionRange: Field<PartitionRange | null, NoArgs>;
}

export type AssetPartitionStatuses = DefaultPartitionStatuses | MultiPartitionStatuses | TimePartitionStatuses;

export interface AssetPartitions {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly partitions: Field<AssetBackfillTargetPartitions | null, NoArgs>;
}

export interface AssetPartitionsStatusCounts {
  readonly __typename: "AssetPartitionsStatusCounts";
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly numPartitionsTargeted: Field<number, NoArgs>;
  readonly numPartitionsInProgress: Field<number, NoArgs>;
  readonly numPartitionsMaterialized: Field<number, NoArgs>;
  readonly numPartitionsFailed: Field<number, NoArgs>;
}

export interface AssetRecord {
  readonly id: Field<string, NoArgs>;
  readonly key: Field<AssetKey, NoArgs>;
}

export interface AssetRecordConnection {
  readonly __typename: "AssetRecordConnection";
  readonly assets: Field<readonly AssetRecord[], NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
}

export type AssetRecordsOrError = AssetRecordConnection | PythonError;

export interface AssetResultEventHistoryConnection {
  readonly results: Field<readonly AssetResultEventType[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
}

export type AssetResultEventType = FailedToMaterializeEvent | MaterializationEvent | ObservationEvent;

export interface AssetSelection {
  readonly assetSelectionString: Field<string | null, NoArgs>;
  readonly assetKeys: Field<readonly AssetKey[], NoArgs>;
  readonly assetChecks: Field<readonly AssetCheckhandle[], NoArgs>;
  readonly assets: Field<readonly Asset[], NoArgs>;
  readonly assetsOrError: Field<AssetsOrError, NoArgs>;
}

export type AssetWipeMutationResult = AssetNotFoundError | UnauthorizedError | PythonError | UnsupportedOperationError | AssetWipeSuccess;

export interface AssetWipeSuccess {
  readonly __typename: "AssetWipeSuccess";
  readonly assetPartitionRanges: Field<readonly AssetPartitionRange[], NoArgs>;
}

export type AssetsOrError = AssetConnection | PythonError;

export interface AutoMaterializeAssetEvaluationNeedsMigrationError {
  readonly __typename: "AutoMaterializeAssetEvaluationNeedsMigrationError";
  readonly message: Field<string, NoArgs>;
}

export interface AutoMaterializeAssetEvaluationRecord {
  readonly id: Field<string, NoArgs>;
  readonly evaluationId: Field<string, NoArgs>;
  readonly numRequested: Field<number, NoArgs>;
  readonly numSkipped: Field<number, NoArgs>;
  readonly numDiscarded: Field<number, NoArgs>;
  readonly rulesWithRuleEvaluations: Field<readonly AutoMaterializeRuleWithRuleEvaluations[], NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly runIds: Field<readonly string[], NoArgs>;
  readonly rules: Field<readonly AutoMaterializeRule[] | null, NoArgs>;
  readonly assetKey: Field<AssetKey, NoArgs>;
}

export interface AutoMaterializeAssetEvaluationRecords {
  readonly __typename: "AutoMaterializeAssetEvaluationRecords";
  readonly records: Field<readonly AutoMaterializeAssetEvaluationRecord[], NoArgs>;
}

export type AutoMaterializeAssetEvaluationRecordsOrError = AutoMaterializeAssetEvaluationRecords | AutoMaterializeAssetEvaluationNeedsMigrationError;

export type AutoMaterializeDecisionType = "MATERIALIZE" | "SKIP" | "DISCARD";

export interface AutoMaterializePolicy {
  readonly policyType: Field<AutoMaterializePolicyType, NoArgs>;
  readonly maxMaterializationsPerMinute: Field<number | null, NoArgs>;
  readonly rules: Field<readonly AutoMaterializeRule[], NoArgs>;
}

export type AutoMaterializePolicyType = "EAGER" | "LAZY";

export interface AutoMaterializeRule {
  readonly description: Field<string, NoArgs>;
  readonly decisionType: Field<AutoMaterializeDecisionType, NoArgs>;
  readonly className: Field<string, NoArgs>;
}

export interface AutoMaterializeRuleEvaluation {
  readonly partitionKeysOrError: Field<PartitionKeysOrError | null, NoArgs>;
  readonly evaluationData: Field<AutoMaterializeRuleEvaluationData | null, NoArgs>;
}

export type AutoMaterializeRuleEvaluationData = TextRuleEvaluationData | ParentMaterializedRuleEvaluationData | WaitingOnKeysRuleEvaluationData;

export interface AutoMaterializeRuleWithRuleEvaluations {
  readonly rule: Field<AutoMaterializeRule, NoArgs>;
  readonly ruleEvaluations: Field<readonly AutoMaterializeRuleEvaluation[], NoArgs>;
}

export interface AutomationCondition {
  readonly label: Field<string | null, NoArgs>;
  readonly expandedLabel: Field<readonly string[], NoArgs>;
}

export interface AutomationConditionEvaluationNode {
  readonly uniqueId: Field<string, NoArgs>;
  readonly userLabel: Field<string | null, NoArgs>;
  readonly expandedLabel: Field<readonly string[], NoArgs>;
  readonly entityKey: Field<EntityKey, NoArgs>;
  readonly startTimestamp: Field<number | null, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly numTrue: Field<number | null, NoArgs>;
  readonly numCandidates: Field<number | null, NoArgs>;
  readonly isPartitioned: Field<boolean, NoArgs>;
  readonly childUniqueIds: Field<readonly string[], NoArgs>;
  readonly operatorType: Field<string, NoArgs>;
  readonly sinceMetadata: Field<SinceConditionMetadata | null, NoArgs>;
}

export interface BackfillNotFoundError {
  readonly __typename: "BackfillNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly backfillId: Field<string, NoArgs>;
}

export type BackfillPartitionFilter = "MISSING" | "FAILED";

export interface BackfillPolicy {
  readonly maxPartitionsPerRun: Field<number | null, NoArgs>;
  readonly description: Field<string, NoArgs>;
  readonly policyType: Field<BackfillPolicyType, NoArgs>;
}

export type BackfillPolicyType = "SINGLE_RUN" | "MULTI_RUN";

export interface BoolMetadataEntry {
  readonly __typename: "BoolMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly boolValue: Field<boolean | null, NoArgs>;
}

export type BulkActionStatus = "REQUESTED" | "COMPLETED" | "FAILED" | "CANCELED" | "CANCELING" | "COMPLETED_SUCCESS" | "COMPLETED_FAILED" | "FAILING";

export interface BulkActionsFilter {
  readonly statuses?: readonly BulkActionStatus[] | null | undefined;
  readonly createdBefore?: number | null | undefined;
  readonly createdAfter?: number | null | undefined;
  readonly selectorId?: string | null | undefined;
}

export type CancelBackfillResult = CancelBackfillSuccess | UnauthorizedError | PythonError;

export interface CancelBackfillSuccess {
  readonly __typename: "CancelBackfillSuccess";
  readonly backfillId: Field<string, NoArgs>;
}

export interface CapturedLogs {
  readonly logKey: Field<readonly string[], NoArgs>;
  readonly stdout: Field<string | null, NoArgs>;
  readonly stderr: Field<string | null, NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
}

export interface CapturedLogsMetadata {
  readonly stdoutDownloadUrl: Field<string | null, NoArgs>;
  readonly stdoutLocation: Field<string | null, NoArgs>;
  readonly stderrDownloadUrl: Field<string | null, NoArgs>;
  readonly stderrLocation: Field<string | null, NoArgs>;
}

export type ChangeBackfillResult = ChangeBackfillSuccess | UnauthorizedError | PythonError;

export interface ChangeBackfillSuccess {
  readonly __typename: "ChangeBackfillSuccess";
  readonly backfillId: Field<string, NoArgs>;
}

export type ChangeReason = "NEW" | "CODE_VERSION" | "DEPENDENCIES" | "PARTITIONS_DEFINITION" | "TAGS" | "METADATA" | "REMOVED";

export interface ClaimedConcurrencySlot {
  readonly runId: Field<string, NoArgs>;
  readonly stepKey: Field<string, NoArgs>;
}

export interface CodeReferencesMetadataEntry {
  readonly __typename: "CodeReferencesMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly codeReferences: Field<readonly SourceLocation[], NoArgs>;
}

export interface Component {
  readonly componentId: Field<string, NoArgs>;
  readonly componentType: Field<string, NoArgs>;
  readonly isAppManaged: Field<boolean, NoArgs>;
  readonly attributes: Field<string | null, NoArgs>;
  readonly defsStateKey: Field<string | null, NoArgs>;
  readonly defsStateManagementType: Field<DefsStateManagementType | null, NoArgs>;
  readonly defsStateInfo: Field<DefsKeyStateInfo | null, NoArgs>;
}

export interface ComponentFormSchema {
  readonly dataSchema: Field<unknown, NoArgs>;
  readonly uiSchema: Field<unknown, NoArgs>;
}

export interface ComponentTypeInfo {
  readonly name: Field<string, NoArgs>;
  readonly namespace: Field<string, NoArgs>;
  readonly example: Field<string, NoArgs>;
  readonly schema: Field<unknown | null, NoArgs>;
  readonly formSchema: Field<ComponentFormSchema | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly owners: Field<readonly string[] | null, NoArgs>;
  readonly tags: Field<readonly string[] | null, NoArgs>;
  readonly produces: Field<readonly string[] | null, NoArgs>;
  readonly isAppManaged: Field<boolean, NoArgs>;
}

export interface ComponentTypes {
  readonly __typename: "ComponentTypes";
  readonly locationName: Field<string, NoArgs>;
  readonly componentTypes: Field<readonly ComponentTypeInfo[], NoArgs>;
}

export type ComponentTypesOrError = ComponentTypes | RepositoryLocationNotFound | PythonError;

export interface Components {
  readonly __typename: "Components";
  readonly locationName: Field<string, NoArgs>;
  readonly components: Field<readonly Component[], NoArgs>;
}

export type ComponentsOrError = Components | PythonError;

export interface CompositeConfigType {
  readonly __typename: "CompositeConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly fields: Field<readonly ConfigTypeField[], NoArgs>;
}

export interface CompositeSolidDefinition {
  readonly __typename: "CompositeSolidDefinition";
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadata: Field<readonly MetadataItemDefinition[], NoArgs>;
  readonly inputDefinitions: Field<readonly InputDefinition[], NoArgs>;
  readonly outputDefinitions: Field<readonly OutputDefinition[], NoArgs>;
  readonly assetNodes: Field<Iterable<AssetNode>, NoArgs>;
  readonly pools: Field<readonly string[], NoArgs>;
  readonly id: Field<string, NoArgs>;
  readonly solids: Field<readonly Solid[], NoArgs>;
  readonly solidHandle: Field<SolidHandle | null, { readonly handleID: string }>;
  readonly solidHandles: Field<readonly SolidHandle[], { readonly parentHandleID?: string | null | undefined }>;
  readonly modes: Field<readonly Mode[], NoArgs>;
  readonly inputMappings: Field<readonly InputMapping[], NoArgs>;
  readonly outputMappings: Field<readonly OutputMapping[], NoArgs>;
}

export interface ConcurrencyKeyInfo {
  readonly concurrencyKey: Field<string, NoArgs>;
  readonly slotCount: Field<number, NoArgs>;
  readonly claimedSlots: Field<readonly ClaimedConcurrencySlot[], NoArgs>;
  readonly pendingSteps: Field<readonly PendingConcurrencyStep[], NoArgs>;
  readonly activeSlotCount: Field<number, NoArgs>;
  readonly activeRunIds: Field<readonly string[], NoArgs>;
  readonly pendingStepCount: Field<number, NoArgs>;
  readonly pendingStepRunIds: Field<readonly string[], NoArgs>;
  readonly assignedStepCount: Field<number, NoArgs>;
  readonly assignedStepRunIds: Field<readonly string[], NoArgs>;
  readonly limit: Field<number | null, NoArgs>;
  readonly usingDefaultLimit: Field<boolean | null, NoArgs>;
}

export type ConfigType = ArrayConfigType | CompositeConfigType | EnumConfigType | NullableConfigType | RegularConfigType | ScalarUnionConfigType | MapConfigType;

export interface ConfigTypeField {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly configType: Field<ConfigType, NoArgs>;
  readonly configTypeKey: Field<string, NoArgs>;
  readonly isRequired: Field<boolean, NoArgs>;
  readonly defaultValueAsJson: Field<string | null, NoArgs>;
  readonly isSecret: Field<boolean, NoArgs>;
}

export interface ConfigTypeNotFoundError {
  readonly __typename: "ConfigTypeNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly pipeline: Field<Pipeline, NoArgs>;
  readonly configTypeName: Field<string, NoArgs>;
}

export type ConfigTypeOrError = EnumConfigType | CompositeConfigType | RegularConfigType | PipelineNotFoundError | ConfigTypeNotFoundError | PythonError;

export interface ConfiguredValue {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
  readonly type: Field<ConfiguredValueType, NoArgs>;
}

export type ConfiguredValueType = "VALUE" | "ENV_VAR" | "SECRET";

export interface ConflictingExecutionParamsError {
  readonly __typename: "ConflictingExecutionParamsError";
  readonly message: Field<string, NoArgs>;
}

export interface CronFreshnessPolicy {
  readonly __typename: "CronFreshnessPolicy";
  readonly deadlineCron: Field<string, NoArgs>;
  readonly lowerBoundDeltaSeconds: Field<number, NoArgs>;
  readonly timezone: Field<string, NoArgs>;
}

export interface DaemonHealth {
  readonly id: Field<string, NoArgs>;
  readonly daemonStatus: Field<DaemonStatus, { readonly daemonType?: string | null | undefined }>;
  readonly allDaemonStatuses: Field<readonly DaemonStatus[], NoArgs>;
}

export interface DaemonReplica {
  readonly id: Field<string, NoArgs>;
  readonly alive: Field<boolean, NoArgs>;
  readonly lastHeartbeatTime: Field<number, NoArgs>;
  readonly lag: Field<number, NoArgs>;
  readonly errors: Field<readonly PythonError[], NoArgs>;
}

export interface DaemonStatus {
  readonly daemonType: Field<string, NoArgs>;
  readonly id: Field<string, NoArgs>;
  readonly required: Field<boolean, NoArgs>;
  readonly healthy: Field<boolean | null, NoArgs>;
  readonly lastHeartbeatTime: Field<number | null, NoArgs>;
  readonly lastHeartbeatErrors: Field<readonly PythonError[], NoArgs>;
  readonly replicas: Field<readonly DaemonReplica[], NoArgs>;
  readonly report: Field<string | null, NoArgs>;
}

export type DagsterEventType = "STEP_OUTPUT" | "STEP_INPUT" | "STEP_FAILURE" | "STEP_START" | "STEP_SUCCESS" | "STEP_SKIPPED" | "STEP_WORKER_STARTING" | "STEP_WORKER_STARTED" | "RESOURCE_INIT_STARTED" | "RESOURCE_INIT_SUCCESS" | "RESOURCE_INIT_FAILURE" | "STEP_UP_FOR_RETRY" | "STEP_RESTARTED" | "ASSET_MATERIALIZATION" | "ASSET_MATERIALIZATION_PLANNED" | "ASSET_FAILED_TO_MATERIALIZE" | "ASSET_OBSERVATION" | "STEP_EXPECTATION_RESULT" | "ASSET_CHECK_EVALUATION_PLANNED" | "ASSET_CHECK_EVALUATION" | "ASSET_HEALTH_CHANGED" | "ASSET_WIPED" | "RUN_ENQUEUED" | "RUN_DEQUEUED" | "RUN_STARTING" | "RUN_START" | "RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELING" | "RUN_CANCELED" | "RUN_SUSPENDED" | "RUN_RESUMED" | "PIPELINE_ENQUEUED" | "PIPELINE_DEQUEUED" | "PIPELINE_STARTING" | "PIPELINE_START" | "PIPELINE_SUCCESS" | "PIPELINE_FAILURE" | "PIPELINE_CANCELING" | "PIPELINE_CANCELED" | "OBJECT_STORE_OPERATION" | "ASSET_STORE_OPERATION" | "LOADED_INPUT" | "HANDLED_OUTPUT" | "ENGINE_EVENT" | "HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED" | "ALERT_START" | "ALERT_SUCCESS" | "ALERT_FAILURE" | "LOGS_CAPTURED" | "FRESHNESS_STATE_EVALUATION" | "FRESHNESS_STATE_CHANGE" | "CODE_LOCATION_UPDATED";

export interface DagsterLibraryVersion {
  readonly name: Field<string, NoArgs>;
  readonly version: Field<string, NoArgs>;
}

export type DagsterRunEvent = ExecutionStepFailureEvent | ExecutionStepInputEvent | ExecutionStepOutputEvent | ExecutionStepSkippedEvent | ExecutionStepStartEvent | ExecutionStepSuccessEvent | ExecutionStepUpForRetryEvent | ExecutionStepRestartEvent | LogMessageEvent | ResourceInitFailureEvent | ResourceInitStartedEvent | ResourceInitSuccessEvent | RunFailureEvent | RunStartEvent | RunEnqueuedEvent | RunDequeuedEvent | RunStartingEvent | RunCancelingEvent | RunCanceledEvent | RunSuccessEvent | StepWorkerStartedEvent | StepWorkerStartingEvent | HandledOutputEvent | LoadedInputEvent | LogsCapturedEvent | MaterializationEvent | ObservationEvent | FailedToMaterializeEvent | EngineEvent | HookCompletedEvent | HookSkippedEvent | HookErroredEvent | AssetMaterializationPlannedEvent | AssetCheckEvaluationPlannedEvent | AssetCheckEvaluationEvent | ObjectStoreOperationEvent | StepExpectationResultEvent | HealthChangedEvent | RunSuspendedEvent | RunResumedEvent | AlertStartEvent | AlertSuccessEvent | AlertFailureEvent;

export type DagsterType = RegularDagsterType | ListDagsterType | NullableDagsterType;

export interface DagsterTypeNotFoundError {
  readonly __typename: "DagsterTypeNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly dagsterTypeName: Field<string, NoArgs>;
}

export type DagsterTypeOrError = RegularDagsterType | PipelineNotFoundError | DagsterTypeNotFoundError | PythonError;

export interface DefaultPartitionStatuses {
  readonly __typename: "DefaultPartitionStatuses";
  readonly materializedPartitions: Field<readonly string[], NoArgs>;
  readonly failedPartitions: Field<readonly string[], NoArgs>;
  readonly unmaterializedPartitions: Field<readonly string[], NoArgs>;
  readonly materializingPartitions: Field<readonly string[], NoArgs>;
}

export type DefinitionOwner = UserDefinitionOwner | TeamDefinitionOwner;

export interface DefinitionTag {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
}

export type DefinitionsSource = "CODE_SERVER" | "CONNECTION";

export interface DefsKeyStateInfo {
  readonly version: Field<string, NoArgs>;
  readonly createTimestamp: Field<number, NoArgs>;
  readonly managementType: Field<DefsStateManagementType, NoArgs>;
}

export interface DefsStateInfo {
  readonly keyStateInfo: Field<readonly DefsStateInfoEntry[], NoArgs>;
}

export interface DefsStateInfoEntry {
  readonly name: Field<string, NoArgs>;
  readonly info: Field<DefsKeyStateInfo | null, NoArgs>;
}

export type DefsStateManagementType = "VERSIONED_STATE_STORAGE" | "LOCAL_FILESYSTEM" | "LEGACY_CODE_SERVER_SNAPSHOTS";

export type DeleteAppManagedComponentResult = DeleteAppManagedComponentSuccess | UnauthorizedError | PythonError;

export interface DeleteAppManagedComponentSuccess {
  readonly __typename: "DeleteAppManagedComponentSuccess";
  readonly locationName: Field<string, NoArgs>;
  readonly componentId: Field<string, NoArgs>;
}

export type DeleteDynamicPartitionsResult = DeleteDynamicPartitionsSuccess | UnsupportedOperationError | UnauthorizedError | PythonError;

export interface DeleteDynamicPartitionsSuccess {
  readonly __typename: "DeleteDynamicPartitionsSuccess";
  readonly partitionsDefName: Field<string, NoArgs>;
}

export type DeletePipelineRunResult = DeletePipelineRunSuccess | UnauthorizedError | PythonError | RunNotFoundError;

export interface DeletePipelineRunSuccess {
  readonly __typename: "DeletePipelineRunSuccess";
  readonly runId: Field<string, NoArgs>;
}

export interface DeleteRunMutation {
  readonly Output: Field<DeletePipelineRunResult, NoArgs>;
}

export interface DimensionDefinitionType {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string, NoArgs>;
  readonly type: Field<PartitionDefinitionType, NoArgs>;
  readonly isPrimaryDimension: Field<boolean, NoArgs>;
  readonly dynamicPartitionsDefinitionName: Field<string | null, NoArgs>;
}

export interface DimensionPartitionKeys {
  readonly name: Field<string, NoArgs>;
  readonly partitionKeys: Field<readonly string[], NoArgs>;
  readonly type: Field<PartitionDefinitionType, NoArgs>;
}

export type DisplayableEvent = TypeCheck | FailureMetadata | EngineEvent | ExecutionStepOutputEvent | HandledOutputEvent | LoadedInputEvent | ResourceInitFailureEvent | ResourceInitStartedEvent | ResourceInitSuccessEvent | StepWorkerStartedEvent | StepWorkerStartingEvent | MaterializationEvent | ObservationEvent | FailedToMaterializeEvent | ObjectStoreOperationResult | HealthChangedEvent | ExpectationResult;

export interface DryRunInstigationTick {
  readonly __typename: "DryRunInstigationTick";
  readonly timestamp: Field<number | null, NoArgs>;
  readonly evaluationResult: Field<TickEvaluation | null, NoArgs>;
}

export interface DryRunInstigationTicks {
  readonly results: Field<readonly DryRunInstigationTick[], NoArgs>;
  readonly cursor: Field<number, NoArgs>;
}

export interface DuplicateDynamicPartitionError {
  readonly __typename: "DuplicateDynamicPartitionError";
  readonly message: Field<string, NoArgs>;
  readonly partitionsDefName: Field<string, NoArgs>;
  readonly partitionName: Field<string, NoArgs>;
}

export interface DynamicPartitionRequest {
  readonly partitionKeys: Field<readonly string[] | null, NoArgs>;
  readonly partitionsDefName: Field<string, NoArgs>;
  readonly type: Field<DynamicPartitionsRequestType, NoArgs>;
}

export interface DynamicPartitionsRequestResult {
  readonly partitionKeys: Field<readonly string[] | null, NoArgs>;
  readonly partitionsDefName: Field<string, NoArgs>;
  readonly type: Field<DynamicPartitionsRequestType, NoArgs>;
  readonly skippedPartitionKeys: Field<readonly string[], NoArgs>;
}

export type DynamicPartitionsRequestType = "ADD_PARTITIONS" | "DELETE_PARTITIONS";

export interface EngineEvent {
  readonly __typename: "EngineEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
}

export type EntityKey = AssetKey | AssetCheckhandle | AssetJobKey;

export interface EnumConfigType {
  readonly __typename: "EnumConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly values: Field<readonly EnumConfigValue[], NoArgs>;
  readonly givenName: Field<string, NoArgs>;
}

export interface EnumConfigValue {
  readonly value: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
}

export interface EnvVarConsumer {
  readonly type: Field<EnvVarConsumerType, NoArgs>;
  readonly name: Field<string, NoArgs>;
}

export type EnvVarConsumerType = "RESOURCE";

export interface EnvVarWithConsumers {
  readonly envVarName: Field<string, NoArgs>;
  readonly envVarConsumers: Field<readonly EnvVarConsumer[], NoArgs>;
}

export interface EnvVarWithConsumersList {
  readonly __typename: "EnvVarWithConsumersList";
  readonly results: Field<readonly EnvVarWithConsumers[], NoArgs>;
}

export type EnvVarWithConsumersOrError = EnvVarWithConsumersList | PythonError;

export type Error = AssetCheckNotFoundError | AssetCheckNeedsMigrationError | AssetCheckNeedsUserCodeUpgrade | AssetCheckNeedsAgentUpgradeError | AssetNotFoundError | AutoMaterializeAssetEvaluationNeedsMigrationError | BackfillNotFoundError | PartitionKeysNotFoundError | ModeNotFoundError | PythonError | ErrorChainLink | UnauthorizedError | InvalidSubsetError | ConflictingExecutionParamsError | NoModeProvidedError | PresetNotFoundError | InstigationStateNotFoundError | ScheduleNotFoundError | SensorNotFoundError | GraphNotFoundError | PipelineNotFoundError | PipelineSnapshotNotFoundError | SolidStepStatusUnavailableError | DagsterTypeNotFoundError | PartitionSubsetDeserializationError | SchedulerNotDefinedError | UnsupportedOperationError | ConfigTypeNotFoundError | PartitionSetNotFoundError | DuplicateDynamicPartitionError | ResourceNotFoundError | RunNotQueuedError | RunNotFoundError | InvalidPipelineRunsFilterError | RunGroupNotFoundError | RunConflict | RepositoryNotFoundError | RepositoryLocationNotFound | ReloadNotSupported;

export interface ErrorChainLink {
  readonly __typename: "ErrorChainLink";
  readonly message: Field<string, NoArgs>;
  readonly error: Field<PythonError, NoArgs>;
  readonly isExplicitLink: Field<boolean, NoArgs>;
}

export type ErrorEvent = EngineEvent | ExecutionStepFailureEvent | ExecutionStepUpForRetryEvent | HookErroredEvent | ResourceInitFailureEvent | RunCanceledEvent | RunFailureEvent;

export type ErrorSource = "FRAMEWORK_ERROR" | "USER_CODE_ERROR" | "UNEXPECTED_ERROR" | "INTERRUPT";

export type EvaluationErrorReason = "RUNTIME_TYPE_MISMATCH" | "MISSING_REQUIRED_FIELD" | "MISSING_REQUIRED_FIELDS" | "FIELD_NOT_DEFINED" | "FIELDS_NOT_DEFINED" | "SELECTOR_FIELD_ERROR";

export interface EvaluationStack {
  readonly entries: Field<readonly EvaluationStackEntry[], NoArgs>;
}

export type EvaluationStackEntry = EvaluationStackListItemEntry | EvaluationStackPathEntry | EvaluationStackMapKeyEntry | EvaluationStackMapValueEntry;

export interface EvaluationStackListItemEntry {
  readonly __typename: "EvaluationStackListItemEntry";
  readonly listIndex: Field<number, NoArgs>;
}

export interface EvaluationStackMapKeyEntry {
  readonly __typename: "EvaluationStackMapKeyEntry";
  readonly mapKey: Field<unknown, NoArgs>;
}

export interface EvaluationStackMapValueEntry {
  readonly __typename: "EvaluationStackMapValueEntry";
  readonly mapKey: Field<unknown, NoArgs>;
}

export interface EvaluationStackPathEntry {
  readonly __typename: "EvaluationStackPathEntry";
  readonly fieldName: Field<string, NoArgs>;
}

export interface EventConnection {
  readonly __typename: "EventConnection";
  readonly events: Field<readonly DagsterRunEvent[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
  readonly hasMore: Field<boolean, NoArgs>;
}

export type EventConnectionOrError = EventConnection | RunNotFoundError | PythonError;

export interface EventTag {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
}

export interface ExecutionMetadata {
  readonly tags?: readonly ExecutionTag[] | null | undefined;
  readonly rootRunId?: string | null | undefined;
  readonly parentRunId?: string | null | undefined;
}

export interface ExecutionParams {
  readonly selector: JobOrPipelineSelector;
  readonly runConfigData?: unknown | null | undefined;
  readonly mode?: string | null | undefined;
  readonly executionMetadata?: ExecutionMetadata | null | undefined;
  readonly stepKeys?: readonly string[] | null | undefined;
  readonly preset?: string | null | undefined;
}

export interface ExecutionPlan {
  readonly __typename: "ExecutionPlan";
  readonly steps: Field<readonly ExecutionStep[], NoArgs>;
  readonly assetSelection: Field<readonly string[], NoArgs>;
  readonly assetKeys: Field<readonly AssetKey[], NoArgs>;
  readonly artifactsPersisted: Field<boolean, NoArgs>;
  readonly assetCheckKeys: Field<readonly AssetCheckhandle[], NoArgs>;
}

export type ExecutionPlanOrError = ExecutionPlan | RunConfigValidationInvalid | PipelineNotFoundError | InvalidSubsetError | PythonError;

export interface ExecutionStep {
  readonly key: Field<string, NoArgs>;
  readonly inputs: Field<readonly ExecutionStepInput[], NoArgs>;
  readonly outputs: Field<readonly ExecutionStepOutput[], NoArgs>;
  readonly solidHandleID: Field<string, NoArgs>;
  readonly kind: Field<StepKind, NoArgs>;
  readonly metadata: Field<readonly MetadataItemDefinition[], NoArgs>;
}

export interface ExecutionStepFailureEvent {
  readonly __typename: "ExecutionStepFailureEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
  readonly errorSource: Field<ErrorSource | null, NoArgs>;
  readonly failureMetadata: Field<FailureMetadata | null, NoArgs>;
}

export interface ExecutionStepInput {
  readonly name: Field<string, NoArgs>;
  readonly dependsOn: Field<readonly ExecutionStep[], NoArgs>;
}

export interface ExecutionStepInputEvent {
  readonly __typename: "ExecutionStepInputEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly inputName: Field<string, NoArgs>;
  readonly typeCheck: Field<TypeCheck, NoArgs>;
}

export interface ExecutionStepOutput {
  readonly name: Field<string, NoArgs>;
}

export interface ExecutionStepOutputEvent {
  readonly __typename: "ExecutionStepOutputEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly outputName: Field<string, NoArgs>;
  readonly typeCheck: Field<TypeCheck, NoArgs>;
}

export interface ExecutionStepRestartEvent {
  readonly __typename: "ExecutionStepRestartEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface ExecutionStepSkippedEvent {
  readonly __typename: "ExecutionStepSkippedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface ExecutionStepStartEvent {
  readonly __typename: "ExecutionStepStartEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface ExecutionStepSuccessEvent {
  readonly __typename: "ExecutionStepSuccessEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface ExecutionStepUpForRetryEvent {
  readonly __typename: "ExecutionStepUpForRetryEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
  readonly secondsToWait: Field<number | null, NoArgs>;
}

export interface ExecutionTag {
  readonly key: string;
  readonly value: string;
}

export interface ExpectationResult {
  readonly __typename: "ExpectationResult";
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly success: Field<boolean, NoArgs>;
}

export interface FailedToMaterializeEvent {
  readonly __typename: "FailedToMaterializeEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly runOrError: Field<RunOrError, NoArgs>;
  readonly stepStats: Field<RunStepStats, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly tags: Field<readonly EventTag[], NoArgs>;
  readonly materializationFailureReason: Field<AssetMaterializationFailureReason, NoArgs>;
  readonly materializationFailureType: Field<AssetMaterializationFailureType, NoArgs>;
}

export interface FailureMetadata {
  readonly __typename: "FailureMetadata";
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface FeatureFlag {
  readonly name: Field<string, NoArgs>;
  readonly enabled: Field<boolean, NoArgs>;
}

export interface FieldNotDefinedConfigError {
  readonly __typename: "FieldNotDefinedConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly fieldName: Field<string, NoArgs>;
}

export interface FieldsNotDefinedConfigError {
  readonly __typename: "FieldsNotDefinedConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly fieldNames: Field<readonly string[], NoArgs>;
}

export interface FloatMetadataEntry {
  readonly __typename: "FloatMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly floatValue: Field<number | null, NoArgs>;
  readonly floatRepr: Field<string, NoArgs>;
}

export interface FreshnessPolicy {
  readonly maximumLagMinutes: Field<number, NoArgs>;
  readonly cronSchedule: Field<string | null, NoArgs>;
  readonly cronScheduleTimezone: Field<string | null, NoArgs>;
  readonly lastEvaluationTimestamp: Field<string | null, NoArgs>;
}

export interface FreshnessStatusInfo {
  readonly freshnessStatus: Field<AssetHealthStatus, NoArgs>;
  readonly freshnessStatusMetadata: Field<AssetHealthFreshnessMeta | null, NoArgs>;
}

export interface Graph {
  readonly __typename: "Graph";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly solids: Field<readonly Solid[], NoArgs>;
  readonly solidHandle: Field<SolidHandle | null, { readonly handleID: string }>;
  readonly solidHandles: Field<readonly SolidHandle[], { readonly parentHandleID?: string | null | undefined }>;
  readonly modes: Field<readonly Mode[], NoArgs>;
}

export interface GraphNotFoundError {
  readonly __typename: "GraphNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly graphName: Field<string, NoArgs>;
  readonly repositoryName: Field<string, NoArgs>;
  readonly repositoryLocationName: Field<string, NoArgs>;
}

export type GraphOrError = Graph | GraphNotFoundError | PythonError;

export interface GraphSelector {
  readonly graphName: string;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
}

export interface HandledOutputEvent {
  readonly __typename: "HandledOutputEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly outputName: Field<string, NoArgs>;
  readonly managerKey: Field<string, NoArgs>;
}

export interface HealthChangedEvent {
  readonly __typename: "HealthChangedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly runOrError: Field<RunOrError, NoArgs>;
  readonly stepStats: Field<RunStepStats, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly tags: Field<readonly EventTag[], NoArgs>;
}

export interface HookCompletedEvent {
  readonly __typename: "HookCompletedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface HookErroredEvent {
  readonly __typename: "HookErroredEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
}

export interface HookSkippedEvent {
  readonly __typename: "HookSkippedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export type IPipelineSnapshot = Pipeline | Job | PipelineSnapshot;

export type ISolidDefinition = SolidDefinition | CompositeSolidDefinition;

export interface Input {
  readonly solid: Field<Solid, NoArgs>;
  readonly definition: Field<InputDefinition, NoArgs>;
  readonly dependsOn: Field<readonly Output[], NoArgs>;
  readonly isDynamicCollect: Field<boolean, NoArgs>;
}

export interface InputDefinition {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly type: Field<DagsterType, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface InputMapping {
  readonly mappedInput: Field<Input, NoArgs>;
  readonly definition: Field<InputDefinition, NoArgs>;
}

export interface Instance {
  readonly id: Field<string, NoArgs>;
  readonly info: Field<string | null, NoArgs>;
  readonly runLauncher: Field<RunLauncher | null, NoArgs>;
  readonly runQueuingSupported: Field<boolean, NoArgs>;
  readonly runQueueConfig: Field<RunQueueConfig | null, NoArgs>;
  readonly executablePath: Field<string, NoArgs>;
  readonly daemonHealth: Field<DaemonHealth, NoArgs>;
  readonly hasInfo: Field<boolean, NoArgs>;
  readonly autoMaterializePaused: Field<boolean, NoArgs>;
  readonly useAutoMaterializeSensors: Field<boolean, NoArgs>;
  readonly freshnessEvaluationEnabled: Field<boolean, NoArgs>;
  readonly supportsConcurrencyLimits: Field<boolean, NoArgs>;
  readonly minConcurrencyLimitValue: Field<number, NoArgs>;
  readonly maxConcurrencyLimitValue: Field<number, NoArgs>;
  readonly concurrencyLimits: Field<readonly ConcurrencyKeyInfo[], NoArgs>;
  readonly concurrencyLimit: Field<ConcurrencyKeyInfo, { readonly concurrencyKey?: string | null | undefined }>;
  readonly poolConfig: Field<PoolConfig | null, NoArgs>;
}

export interface InstigationEvent {
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
}

export interface InstigationEventConnection {
  readonly events: Field<readonly InstigationEvent[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
  readonly hasMore: Field<boolean, NoArgs>;
}

export interface InstigationSelector {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly name: string;
}

export interface InstigationState {
  readonly __typename: "InstigationState";
  readonly id: Field<string, NoArgs>;
  readonly selectorId: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly instigationType: Field<InstigationType, NoArgs>;
  readonly status: Field<InstigationStatus, NoArgs>;
  readonly repositoryName: Field<string, NoArgs>;
  readonly repositoryLocationName: Field<string, NoArgs>;
  readonly repositoryOrigin: Field<RepositoryOrigin, NoArgs>;
  readonly typeSpecificData: Field<InstigationTypeSpecificData | null, NoArgs>;
  readonly runs: Field<readonly Run[], { readonly limit?: number | null | undefined }>;
  readonly runsCount: Field<number, NoArgs>;
  readonly tick: Field<InstigationTick, { readonly tickId: string }>;
  readonly ticks: Field<readonly InstigationTick[], { readonly dayRange?: number | null | undefined; readonly dayOffset?: number | null | undefined; readonly limit?: number | null | undefined; readonly cursor?: string | null | undefined; readonly statuses?: readonly InstigationTickStatus[] | null | undefined; readonly beforeTimestamp?: number | null | undefined; readonly afterTimestamp?: number | null | undefined }>;
  readonly nextTick: Field<DryRunInstigationTick | null, NoArgs>;
  readonly runningCount: Field<number, NoArgs>;
  readonly hasStartPermission: Field<boolean, NoArgs>;
  readonly hasStopPermission: Field<boolean, NoArgs>;
}

export interface InstigationStateNotFoundError {
  readonly __typename: "InstigationStateNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
}

export type InstigationStateOrError = InstigationState | InstigationStateNotFoundError | PythonError;

export interface InstigationStates {
  readonly __typename: "InstigationStates";
  readonly results: Field<readonly InstigationState[], NoArgs>;
}

export type InstigationStatesOrError = InstigationStates | PythonError;

export type InstigationStatus = "RUNNING" | "STOPPED";

export interface InstigationTick {
  readonly id: Field<string, NoArgs>;
  readonly tickId: Field<string, NoArgs>;
  readonly status: Field<InstigationTickStatus, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly runIds: Field<readonly string[], NoArgs>;
  readonly runKeys: Field<readonly string[], NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
  readonly skipReason: Field<string | null, NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
  readonly runs: Field<readonly Run[], NoArgs>;
  readonly originRunIds: Field<readonly string[], NoArgs>;
  readonly dynamicPartitionsRequestResults: Field<readonly DynamicPartitionsRequestResult[], NoArgs>;
  readonly logEvents: Field<InstigationEventConnection, NoArgs>;
  readonly logKey: Field<readonly string[] | null, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly instigationType: Field<InstigationType, NoArgs>;
  readonly requestedAssetKeys: Field<readonly AssetKey[], NoArgs>;
  readonly requestedAssetMaterializationCount: Field<number, NoArgs>;
  readonly requestedMaterializationsForAssets: Field<readonly RequestedMaterializationsForAsset[], NoArgs>;
  readonly requestedJobRunCount: Field<number, NoArgs>;
  readonly requestedRunsForJobs: Field<readonly RequestedRunsForJob[], NoArgs>;
  readonly autoMaterializeAssetEvaluationId: Field<string | null, NoArgs>;
}

export type InstigationTickStatus = "STARTED" | "SKIPPED" | "SUCCESS" | "FAILURE";

export type InstigationType = "SCHEDULE" | "SENSOR" | "AUTO_MATERIALIZE";

export type InstigationTypeSpecificData = SensorData | ScheduleData;

export type Instigator = Schedule | Sensor;

export interface IntMetadataEntry {
  readonly __typename: "IntMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly intValue: Field<number | null, NoArgs>;
  readonly intRepr: Field<string, NoArgs>;
}

export type InternalFreshnessPolicy = TimeWindowFreshnessPolicy | CronFreshnessPolicy;

export interface InvalidOutputError {
  readonly __typename: "InvalidOutputError";
  readonly stepKey: Field<string, NoArgs>;
  readonly invalidOutputName: Field<string, NoArgs>;
}

export interface InvalidPipelineRunsFilterError {
  readonly __typename: "InvalidPipelineRunsFilterError";
  readonly message: Field<string, NoArgs>;
}

export interface InvalidStepError {
  readonly __typename: "InvalidStepError";
  readonly invalidStepKey: Field<string, NoArgs>;
}

export interface InvalidSubsetError {
  readonly __typename: "InvalidSubsetError";
  readonly message: Field<string, NoArgs>;
  readonly pipeline: Field<Pipeline, NoArgs>;
}

export interface Job {
  readonly __typename: "Job";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly solids: Field<readonly Solid[], NoArgs>;
  readonly solidHandle: Field<SolidHandle | null, { readonly handleID: string }>;
  readonly solidHandles: Field<readonly SolidHandle[], { readonly parentHandleID?: string | null | undefined }>;
  readonly modes: Field<readonly Mode[], NoArgs>;
  readonly owners: Field<readonly DefinitionOwner[], NoArgs>;
  readonly pipelineSnapshotId: Field<string, NoArgs>;
  readonly dagsterTypes: Field<readonly DagsterType[], NoArgs>;
  readonly dagsterTypeOrError: Field<DagsterTypeOrError, { readonly dagsterTypeName: string }>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly runs: Field<readonly Run[], { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly schedules: Field<readonly Schedule[], NoArgs>;
  readonly sensors: Field<readonly Sensor[], NoArgs>;
  readonly parentSnapshotId: Field<string | null, NoArgs>;
  readonly graphName: Field<string, NoArgs>;
  readonly runTags: Field<readonly PipelineTag[], NoArgs>;
  readonly presets: Field<readonly PipelinePreset[], NoArgs>;
  readonly isJob: Field<boolean, NoArgs>;
  readonly isAssetJob: Field<boolean, NoArgs>;
  readonly repository: Field<Repository, NoArgs>;
  readonly hasLaunchExecutionPermission: Field<boolean, NoArgs>;
  readonly hasLaunchReexecutionPermission: Field<boolean, NoArgs>;
  readonly nodeNames: Field<readonly string[], NoArgs>;
  readonly externalJobSource: Field<string | null, NoArgs>;
  readonly automationCondition: Field<AutomationCondition | null, NoArgs>;
  readonly partitionKeysOrError: Field<PartitionKeys, { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined; readonly reverse?: boolean | null | undefined; readonly selectedAssetKeys?: readonly AssetKeyInput[] | null | undefined }>;
  readonly partition: Field<PartitionTagsAndConfig | null, { readonly partitionName: string; readonly selectedAssetKeys?: readonly AssetKeyInput[] | null | undefined }>;
}

export interface JobMetadataEntry {
  readonly __typename: "JobMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly jobName: Field<string, NoArgs>;
  readonly repositoryName: Field<string | null, NoArgs>;
  readonly locationName: Field<string, NoArgs>;
}

export interface JobOrPipelineSelector {
  readonly pipelineName?: string | null | undefined;
  readonly jobName?: string | null | undefined;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly solidSelection?: readonly string[] | null | undefined;
  readonly assetSelection?: readonly AssetKeyInput[] | null | undefined;
  readonly assetCheckSelection?: readonly AssetCheckHandleInput[] | null | undefined;
}

export interface JobWithOps {
  readonly jobName: Field<string, NoArgs>;
  readonly opHandleIDs: Field<readonly string[], NoArgs>;
}

export interface JsonMetadataEntry {
  readonly __typename: "JsonMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly jsonString: Field<string, NoArgs>;
}

export interface LaunchBackfillMutation {
  readonly Output: Field<LaunchBackfillResult, NoArgs>;
}

export interface LaunchBackfillParams {
  readonly selector?: PartitionSetSelector | null | undefined;
  readonly partitionNames?: readonly string[] | null | undefined;
  readonly partitionsByAssets?: readonly (PartitionsByAssetSelector | null)[] | null | undefined;
  readonly reexecutionSteps?: readonly string[] | null | undefined;
  readonly assetSelection?: readonly AssetKeyInput[] | null | undefined;
  readonly fromFailure?: boolean | null | undefined;
  readonly allPartitions?: boolean | null | undefined;
  readonly tags?: readonly ExecutionTag[] | null | undefined;
  readonly forceSynchronousSubmission?: boolean | null | undefined;
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly runConfigData?: unknown | null | undefined;
  readonly onlyPartitions?: readonly BackfillPartitionFilter[] | null | undefined;
  readonly maxRunsInFlight?: number | null | undefined;
  readonly isPaused?: boolean | null | undefined;
}

export type LaunchBackfillResult = LaunchBackfillSuccess | PartitionSetNotFoundError | PartitionKeysNotFoundError | InvalidStepError | InvalidOutputError | RunConfigValidationInvalid | PipelineNotFoundError | RunConflict | UnauthorizedError | PythonError | InvalidSubsetError | PresetNotFoundError | ConflictingExecutionParamsError | NoModeProvidedError;

export interface LaunchBackfillSuccess {
  readonly __typename: "LaunchBackfillSuccess";
  readonly backfillId: Field<string, NoArgs>;
  readonly launchedRunIds: Field<readonly (string | null)[] | null, NoArgs>;
}

export interface LaunchMultipleRunsMutation {
  readonly Output: Field<LaunchMultipleRunsResultOrError, NoArgs>;
}

export interface LaunchMultipleRunsResult {
  readonly __typename: "LaunchMultipleRunsResult";
  readonly launchMultipleRunsResult: Field<readonly LaunchRunResult[], NoArgs>;
}

export type LaunchMultipleRunsResultOrError = LaunchMultipleRunsResult | PythonError;

export type LaunchPipelineRunSuccess = LaunchRunSuccess;

export interface LaunchRunMutation {
  readonly Output: Field<LaunchRunResult, NoArgs>;
}

export interface LaunchRunReexecutionMutation {
  readonly Output: Field<LaunchRunReexecutionResult, NoArgs>;
}

export type LaunchRunReexecutionResult = LaunchRunSuccess | InvalidStepError | InvalidOutputError | RunConfigValidationInvalid | PipelineNotFoundError | RunConflict | UnauthorizedError | PythonError | InvalidSubsetError | PresetNotFoundError | ConflictingExecutionParamsError | NoModeProvidedError;

export type LaunchRunResult = LaunchRunSuccess | InvalidStepError | InvalidOutputError | RunConfigValidationInvalid | PipelineNotFoundError | RunConflict | UnauthorizedError | PythonError | InvalidSubsetError | PresetNotFoundError | ConflictingExecutionParamsError | NoModeProvidedError;

export interface LaunchRunSuccess {
  readonly __typename: "LaunchRunSuccess";
  readonly run: Field<Run, NoArgs>;
}

export interface ListDagsterType {
  readonly __typename: "ListDagsterType";
  readonly key: Field<string, NoArgs>;
  readonly name: Field<string | null, NoArgs>;
  readonly displayName: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly isNullable: Field<boolean, NoArgs>;
  readonly isList: Field<boolean, NoArgs>;
  readonly isBuiltin: Field<boolean, NoArgs>;
  readonly isNothing: Field<boolean, NoArgs>;
  readonly inputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly outputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly innerTypes: Field<readonly DagsterType[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly ofType: Field<DagsterType, NoArgs>;
}

export interface LoadedInputEvent {
  readonly __typename: "LoadedInputEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly inputName: Field<string, NoArgs>;
  readonly managerKey: Field<string, NoArgs>;
  readonly upstreamOutputName: Field<string | null, NoArgs>;
  readonly upstreamStepKey: Field<string | null, NoArgs>;
}

export interface LocalFileCodeReference {
  readonly __typename: "LocalFileCodeReference";
  readonly filePath: Field<string, NoArgs>;
  readonly lineNumber: Field<number | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
}

export interface LocationStateChangeEvent {
  readonly eventType: Field<LocationStateChangeEventType, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly locationName: Field<string, NoArgs>;
  readonly serverId: Field<string | null, NoArgs>;
}

export type LocationStateChangeEventType = "LOCATION_UPDATED" | "LOCATION_DISCONNECTED" | "LOCATION_RECONNECTED" | "LOCATION_ERROR";

export interface LocationStateChangeSubscription {
  readonly event: Field<LocationStateChangeEvent, NoArgs>;
  readonly cursor: Field<string, NoArgs>;
}

export type LogLevel = "CRITICAL" | "ERROR" | "INFO" | "WARNING" | "DEBUG";

export interface LogMessageEvent {
  readonly __typename: "LogMessageEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
}

export interface LogRetrievalShellCommand {
  readonly stdout: Field<string | null, NoArgs>;
  readonly stderr: Field<string | null, NoArgs>;
}

export type LogTelemetryMutationResult = LogTelemetrySuccess | PythonError;

export interface LogTelemetrySuccess {
  readonly __typename: "LogTelemetrySuccess";
  readonly action: Field<string, NoArgs>;
}

export interface Logger {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly configField: Field<ConfigTypeField | null, NoArgs>;
}

export interface LogsCapturedEvent {
  readonly __typename: "LogsCapturedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly fileKey: Field<string, NoArgs>;
  readonly stepKeys: Field<readonly string[] | null, NoArgs>;
  readonly externalUrl: Field<string | null, NoArgs>;
  readonly logKey: Field<string, NoArgs>;
  readonly externalStdoutUrl: Field<string | null, NoArgs>;
  readonly externalStderrUrl: Field<string | null, NoArgs>;
  readonly shellCmd: Field<LogRetrievalShellCommand | null, NoArgs>;
  readonly pid: Field<number | null, NoArgs>;
}

export interface MapConfigType {
  readonly __typename: "MapConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly keyType: Field<ConfigType, NoArgs>;
  readonly valueType: Field<ConfigType, NoArgs>;
  readonly keyLabelName: Field<string | null, NoArgs>;
}

export interface MarkdownMetadataEntry {
  readonly __typename: "MarkdownMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly mdStr: Field<string, NoArgs>;
}

export type MarkerEvent = EngineEvent | ResourceInitFailureEvent | ResourceInitStartedEvent | ResourceInitSuccessEvent | StepWorkerStartedEvent | StepWorkerStartingEvent;

export interface MarshalledInput {
  readonly inputName: string;
  readonly key: string;
}

export interface MarshalledOutput {
  readonly outputName: string;
  readonly key: string;
}

export interface MaterializationEvent {
  readonly __typename: "MaterializationEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly runOrError: Field<RunOrError, NoArgs>;
  readonly stepStats: Field<RunStepStats, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly tags: Field<readonly EventTag[], NoArgs>;
  readonly assetLineage: Field<readonly AssetLineageInfo[], NoArgs>;
}

export interface MaterializationUpstreamDataVersion {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly downstreamAssetKey: Field<AssetKey, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
}

export interface MaterializedPartitionRangeStatuses2D {
  readonly primaryDimStartKey: Field<string, NoArgs>;
  readonly primaryDimEndKey: Field<string, NoArgs>;
  readonly primaryDimStartTime: Field<number | null, NoArgs>;
  readonly primaryDimEndTime: Field<number | null, NoArgs>;
  readonly secondaryDim: Field<PartitionStatus1D, NoArgs>;
}

export type MessageEvent = EngineEvent | ExecutionStepFailureEvent | ExecutionStepInputEvent | ExecutionStepOutputEvent | ExecutionStepRestartEvent | ExecutionStepSkippedEvent | ExecutionStepStartEvent | ExecutionStepSuccessEvent | ExecutionStepUpForRetryEvent | HandledOutputEvent | HookCompletedEvent | HookErroredEvent | HookSkippedEvent | LoadedInputEvent | LogMessageEvent | LogsCapturedEvent | ResourceInitFailureEvent | ResourceInitStartedEvent | ResourceInitSuccessEvent | RunCanceledEvent | RunCancelingEvent | RunDequeuedEvent | RunEnqueuedEvent | RunFailureEvent | RunStartEvent | RunStartingEvent | RunSuccessEvent | StepWorkerStartedEvent | StepWorkerStartingEvent | MaterializationEvent | ObservationEvent | FailedToMaterializeEvent | AssetMaterializationPlannedEvent | AssetCheckEvaluationPlannedEvent | AssetCheckEvaluationEvent | ObjectStoreOperationEvent | StepExpectationResultEvent | HealthChangedEvent | RunSuspendedEvent | RunResumedEvent | AlertStartEvent | AlertSuccessEvent | AlertFailureEvent;

export type MetadataEntry = FloatMetadataEntry | IntMetadataEntry | JsonMetadataEntry | BoolMetadataEntry | MarkdownMetadataEntry | PathMetadataEntry | TextMetadataEntry | UrlMetadataEntry | PipelineRunMetadataEntry | AssetMetadataEntry | NullMetadataEntry | TimestampMetadataEntry | NotebookMetadataEntry | PythonArtifactMetadataEntry | JobMetadataEntry | PoolMetadataEntry | TableMetadataEntry | TableSchemaMetadataEntry | TableColumnLineageMetadataEntry | CodeReferencesMetadataEntry;

export interface MetadataItemDefinition {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
}

export interface MissingFieldConfigError {
  readonly __typename: "MissingFieldConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly field: Field<ConfigTypeField, NoArgs>;
}

export interface MissingFieldsConfigError {
  readonly __typename: "MissingFieldsConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly fields: Field<readonly ConfigTypeField[], NoArgs>;
}

export interface MissingRunIdErrorEvent {
  readonly invalidRunId: Field<string, NoArgs>;
}

export interface Mode {
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly resources: Field<readonly Resource[], NoArgs>;
  readonly loggers: Field<readonly Logger[], NoArgs>;
}

export interface ModeNotFoundError {
  readonly __typename: "ModeNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly mode: Field<string, NoArgs>;
}

export interface MultiPartitionStatuses {
  readonly __typename: "MultiPartitionStatuses";
  readonly ranges: Field<readonly MaterializedPartitionRangeStatuses2D[], NoArgs>;
  readonly primaryDimensionName: Field<string, NoArgs>;
}

export interface Mutation {
  readonly reportRunlessAssetEvents: Root<ReportRunlessAssetEventsResult, { readonly eventParams: ReportRunlessAssetEventsParams }>;
  readonly reportAssetCheckEvaluations: Root<ReportAssetCheckEvaluationResult, { readonly eventParams: ReportAssetCheckEvaluationsParams }>;
  readonly wipeAssets: Root<AssetWipeMutationResult, { readonly assetPartitionRanges: readonly PartitionsByAssetSelector[] }>;
  readonly setAutoMaterializePaused: Root<boolean, { readonly paused: boolean }>;
  readonly launchPartitionBackfill: Root<LaunchBackfillResult, { readonly backfillParams: LaunchBackfillParams }>;
  readonly resumePartitionBackfill: Root<ResumeBackfillResult, { readonly backfillId: string }>;
  readonly reexecutePartitionBackfill: Root<LaunchBackfillResult, { readonly reexecutionParams?: ReexecutionParams | null | undefined }>;
  readonly cancelPartitionBackfill: Root<CancelBackfillResult, { readonly backfillId: string }>;
  readonly changePartitionBackfill: Root<ChangeBackfillResult, { readonly backfillId: string; readonly isPaused?: boolean | null | undefined; readonly maxRunsInFlight?: number | null | undefined }>;
  readonly setAppManagedComponent: Root<SetAppManagedComponentResult, { readonly locationName: string; readonly componentId: string; readonly componentType: string; readonly attributes: string }>;
  readonly deleteAppManagedComponent: Root<DeleteAppManagedComponentResult, { readonly locationName: string; readonly componentId: string }>;
  readonly refreshComponentState: Root<RefreshComponentStateResult, { readonly locationName: string; readonly defsStateKey: string }>;
  readonly setConcurrencyLimit: Root<boolean, { readonly concurrencyKey: string; readonly limit: number }>;
  readonly deleteConcurrencyLimit: Root<boolean, { readonly concurrencyKey: string }>;
  readonly freeConcurrencySlotsForRun: Root<boolean, { readonly runId: string }>;
  readonly freeConcurrencySlots: Root<boolean, { readonly runId: string; readonly stepKey?: string | null | undefined }>;
  readonly scheduleDryRun: Root<ScheduleDryRunResult, { readonly selectorData: ScheduleSelector; readonly timestamp?: number | null | undefined }>;
  readonly sensorDryRun: Root<SensorDryRunResult, { readonly selectorData: SensorSelector; readonly cursor?: string | null | undefined }>;
  readonly startSchedule: Root<ScheduleMutationResult, { readonly scheduleSelector: ScheduleSelector }>;
  readonly stopRunningSchedule: Root<ScheduleMutationResult, { readonly id?: string | null | undefined; readonly scheduleOriginId?: string | null | undefined; readonly scheduleSelectorId?: string | null | undefined }>;
  readonly resetSchedule: Root<ScheduleMutationResult, { readonly scheduleSelector: ScheduleSelector }>;
  readonly startSensor: Root<SensorOrError, { readonly sensorSelector: SensorSelector }>;
  readonly setSensorCursor: Root<SensorOrError, { readonly cursor?: string | null | undefined; readonly sensorSelector: SensorSelector }>;
  readonly stopSensor: Root<StopSensorMutationResultOrError, { readonly id?: string | null | undefined; readonly jobOriginId?: string | null | undefined; readonly jobSelectorId?: string | null | undefined }>;
  readonly resetSensor: Root<SensorOrError, { readonly sensorSelector: SensorSelector }>;
  readonly logTelemetry: Root<LogTelemetryMutationResult, { readonly action: string; readonly clientTime: string; readonly clientId: string; readonly metadata: string }>;
  readonly setNuxSeen: Root<boolean, NoArgs>;
  readonly shutdownRepositoryLocation: Root<ShutdownRepositoryLocationMutationResult, { readonly repositoryLocationName: string }>;
  readonly addDynamicPartition: Root<AddDynamicPartitionResult, { readonly partitionKey: string; readonly partitionsDefName: string; readonly repositorySelector: RepositorySelector }>;
  readonly deleteDynamicPartitions: Root<DeleteDynamicPartitionsResult, { readonly partitionKeys: readonly string[]; readonly partitionsDefName: string; readonly repositorySelector: RepositorySelector; readonly wipeMaterializations?: boolean | null | undefined }>;
  readonly setRunPriority: Root<SetRunPriorityResult, { readonly runId: string; readonly priority: number }>;
  readonly launchRun: Root<LaunchRunResult, { readonly executionParams: ExecutionParams }>;
  readonly launchPipelineExecution: Root<LaunchRunResult, { readonly executionParams: ExecutionParams }>;
  readonly launchMultipleRuns: Root<LaunchMultipleRunsResultOrError, { readonly executionParamsList: readonly ExecutionParams[] }>;
  readonly launchRunReexecution: Root<LaunchRunReexecutionResult, { readonly executionParams?: ExecutionParams | null | undefined; readonly reexecutionParams?: ReexecutionParams | null | undefined }>;
  readonly launchPipelineReexecution: Root<LaunchRunReexecutionResult, { readonly executionParams?: ExecutionParams | null | undefined; readonly reexecutionParams?: ReexecutionParams | null | undefined }>;
  readonly terminateRun: Root<TerminateRunResult, { readonly runId: string; readonly terminatePolicy?: TerminateRunPolicy | null | undefined }>;
  readonly terminatePipelineExecution: Root<TerminateRunResult, { readonly runId: string; readonly terminatePolicy?: TerminateRunPolicy | null | undefined }>;
  readonly terminateRuns: Root<TerminateRunsResultOrError, { readonly runIds: readonly string[]; readonly terminatePolicy?: TerminateRunPolicy | null | undefined }>;
  readonly deleteRun: Root<DeletePipelineRunResult, { readonly runId: string }>;
  readonly deletePipelineRun: Root<DeletePipelineRunResult, { readonly runId: string }>;
  readonly reloadRepositoryLocation: Root<ReloadRepositoryLocationMutationResult, { readonly repositoryLocationName: string }>;
  readonly reloadWorkspace: Root<ReloadWorkspaceMutationResult, NoArgs>;
}

export interface NestedResourceEntry {
  readonly name: Field<string, NoArgs>;
  readonly type: Field<NestedResourceType, NoArgs>;
  readonly resource: Field<ResourceDetails | null, NoArgs>;
}

export type NestedResourceType = "ANONYMOUS" | "TOP_LEVEL";

export interface NoModeProvidedError {
  readonly __typename: "NoModeProvidedError";
  readonly message: Field<string, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface NodeInvocationSite {
  readonly pipeline: Field<Pipeline, NoArgs>;
  readonly solidHandle: Field<SolidHandle, NoArgs>;
}

export interface NotebookMetadataEntry {
  readonly __typename: "NotebookMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly path: Field<string, NoArgs>;
}

export interface NullMetadataEntry {
  readonly __typename: "NullMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
}

export interface NullableConfigType {
  readonly __typename: "NullableConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly ofType: Field<ConfigType, NoArgs>;
}

export interface NullableDagsterType {
  readonly __typename: "NullableDagsterType";
  readonly key: Field<string, NoArgs>;
  readonly name: Field<string | null, NoArgs>;
  readonly displayName: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly isNullable: Field<boolean, NoArgs>;
  readonly isList: Field<boolean, NoArgs>;
  readonly isBuiltin: Field<boolean, NoArgs>;
  readonly isNothing: Field<boolean, NoArgs>;
  readonly inputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly outputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly innerTypes: Field<readonly DagsterType[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly ofType: Field<DagsterType, NoArgs>;
}

export interface ObjectStoreOperationEvent {
  readonly __typename: "ObjectStoreOperationEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly operationResult: Field<ObjectStoreOperationResult, NoArgs>;
}

export interface ObjectStoreOperationResult {
  readonly __typename: "ObjectStoreOperationResult";
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly op: Field<ObjectStoreOperationType, NoArgs>;
}

export type ObjectStoreOperationType = "SET_OBJECT" | "GET_OBJECT" | "RM_OBJECT" | "CP_OBJECT";

export interface ObservationEvent {
  readonly __typename: "ObservationEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly assetKey: Field<AssetKey | null, NoArgs>;
  readonly runOrError: Field<RunOrError, NoArgs>;
  readonly stepStats: Field<RunStepStats, NoArgs>;
  readonly partition: Field<string | null, NoArgs>;
  readonly tags: Field<readonly EventTag[], NoArgs>;
}

export interface Output {
  readonly solid: Field<Solid, NoArgs>;
  readonly definition: Field<OutputDefinition, NoArgs>;
  readonly dependedBy: Field<readonly Input[], NoArgs>;
}

export interface OutputDefinition {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly isDynamic: Field<boolean | null, NoArgs>;
  readonly type: Field<DagsterType, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface OutputMapping {
  readonly mappedOutput: Field<Output, NoArgs>;
  readonly definition: Field<OutputDefinition, NoArgs>;
}

export interface ParentMaterializedRuleEvaluationData {
  readonly __typename: "ParentMaterializedRuleEvaluationData";
  readonly updatedAssetKeys: Field<readonly AssetKey[] | null, NoArgs>;
  readonly willUpdateAssetKeys: Field<readonly AssetKey[] | null, NoArgs>;
}

export interface Partition {
  readonly name: Field<string, NoArgs>;
  readonly partitionSetName: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly runConfigOrError: Field<PartitionRunConfigOrError, NoArgs>;
  readonly tagsOrError: Field<PartitionTagsOrError, NoArgs>;
  readonly runs: Field<readonly Run[], { readonly filter?: RunsFilter | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly status: Field<RunStatus | null, NoArgs>;
}

export interface PartitionBackfill {
  readonly __typename: "PartitionBackfill";
  readonly id: Field<string, NoArgs>;
  readonly runStatus: Field<RunStatus, NoArgs>;
  readonly creationTime: Field<number, NoArgs>;
  readonly startTime: Field<number | null, NoArgs>;
  readonly endTime: Field<number | null, NoArgs>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly jobName: Field<string | null, NoArgs>;
  readonly assetSelection: Field<readonly AssetKey[] | null, NoArgs>;
  readonly assetCheckSelection: Field<readonly AssetCheckhandle[] | null, NoArgs>;
  readonly status: Field<BulkActionStatus, NoArgs>;
  readonly partitionNames: Field<readonly string[] | null, NoArgs>;
  readonly isValidSerialization: Field<boolean, NoArgs>;
  readonly numPartitions: Field<number | null, NoArgs>;
  readonly numCancelable: Field<number, NoArgs>;
  readonly fromFailure: Field<boolean, NoArgs>;
  readonly reexecutionSteps: Field<readonly string[] | null, NoArgs>;
  readonly partitionSetName: Field<string | null, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly partitionSet: Field<PartitionSet | null, NoArgs>;
  readonly runs: Field<readonly Run[], { readonly limit?: number | null | undefined }>;
  readonly unfinishedRuns: Field<readonly Run[], { readonly limit?: number | null | undefined }>;
  readonly cancelableRuns: Field<readonly Run[], { readonly limit?: number | null | undefined }>;
  readonly error: Field<PythonError | null, NoArgs>;
  readonly partitionStatuses: Field<PartitionStatuses | null, NoArgs>;
  readonly partitionStatusCounts: Field<readonly PartitionStatusCounts[], NoArgs>;
  readonly partitionsTargetedForAssetKey: Field<AssetBackfillTargetPartitions | null, { readonly assetKey?: AssetKeyInput | null | undefined }>;
  readonly isAssetBackfill: Field<boolean, NoArgs>;
  readonly assetBackfillData: Field<AssetBackfillData | null, NoArgs>;
  readonly hasCancelPermission: Field<boolean, NoArgs>;
  readonly hasResumePermission: Field<boolean, NoArgs>;
  readonly user: Field<string | null, NoArgs>;
  readonly title: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly logEvents: Field<InstigationEventConnection, { readonly cursor?: string | null | undefined }>;
  readonly isPaused: Field<boolean, NoArgs>;
  readonly maxRunsInFlight: Field<number | null, NoArgs>;
  readonly numRunsSubmitted: Field<number, NoArgs>;
  readonly numRunsInFlight: Field<number, NoArgs>;
  readonly waitingReason: Field<string | null, NoArgs>;
  readonly problems: Field<readonly string[], NoArgs>;
}

export type PartitionBackfillOrError = PartitionBackfill | BackfillNotFoundError | PythonError;

export interface PartitionBackfills {
  readonly __typename: "PartitionBackfills";
  readonly results: Field<readonly PartitionBackfill[], NoArgs>;
}

export type PartitionBackfillsOrError = PartitionBackfills | PythonError;

export interface PartitionDefinition {
  readonly description: Field<string, NoArgs>;
  readonly type: Field<PartitionDefinitionType, NoArgs>;
  readonly dimensionTypes: Field<readonly DimensionDefinitionType[], NoArgs>;
  readonly name: Field<string | null, NoArgs>;
  readonly fmt: Field<string | null, NoArgs>;
}

export type PartitionDefinitionType = "TIME_WINDOW" | "STATIC" | "MULTIPARTITIONED" | "DYNAMIC";

export interface PartitionKeyConnection {
  readonly results: Field<readonly string[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
  readonly hasMore: Field<boolean, NoArgs>;
}

export interface PartitionKeyRange {
  readonly start: Field<string, NoArgs>;
  readonly end: Field<string, NoArgs>;
}

export interface PartitionKeys {
  readonly __typename: "PartitionKeys";
  readonly partitionKeys: Field<readonly string[], NoArgs>;
}

export interface PartitionKeysNotFoundError {
  readonly __typename: "PartitionKeysNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly partitionKeys: Field<readonly string[], NoArgs>;
}

export type PartitionKeysOrError = PartitionKeys | PartitionSubsetDeserializationError;

export interface PartitionMapping {
  readonly className: Field<string, NoArgs>;
  readonly description: Field<string, NoArgs>;
}

export interface PartitionRange {
  readonly start: Field<string, NoArgs>;
  readonly end: Field<string, NoArgs>;
}

export interface PartitionRangeSelector {
  readonly start: string;
  readonly end: string;
}

export type PartitionRangeStatus = "MATERIALIZING" | "MATERIALIZED" | "FAILED";

export interface PartitionRun {
  readonly id: Field<string, NoArgs>;
  readonly partitionName: Field<string, NoArgs>;
  readonly run: Field<Run | null, NoArgs>;
}

export interface PartitionRunConfig {
  readonly __typename: "PartitionRunConfig";
  readonly yaml: Field<string, NoArgs>;
}

export type PartitionRunConfigOrError = PartitionRunConfig | PythonError;

export interface PartitionSet {
  readonly __typename: "PartitionSet";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly partitionsOrError: Field<PartitionsOrError, { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined; readonly reverse?: boolean | null | undefined }>;
  readonly partition: Field<Partition | null, { readonly partitionName: string }>;
  readonly partitionStatusesOrError: Field<PartitionStatusesOrError, NoArgs>;
  readonly partitionRuns: Field<readonly PartitionRun[], NoArgs>;
  readonly repositoryOrigin: Field<RepositoryOrigin, NoArgs>;
  readonly hasLaunchBackfillPermission: Field<boolean, NoArgs>;
  readonly hasCancelBackfillPermission: Field<boolean, NoArgs>;
  readonly backfills: Field<readonly PartitionBackfill[], { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
}

export interface PartitionSetNotFoundError {
  readonly __typename: "PartitionSetNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly partitionSetName: Field<string, NoArgs>;
}

export type PartitionSetOrError = PartitionSet | PartitionSetNotFoundError | PythonError;

export interface PartitionSetSelector {
  readonly partitionSetName: string;
  readonly repositorySelector: RepositorySelector;
}

export interface PartitionSets {
  readonly __typename: "PartitionSets";
  readonly results: Field<readonly PartitionSet[], NoArgs>;
}

export type PartitionSetsOrError = PartitionSets | PipelineNotFoundError | PythonError;

export interface PartitionStats {
  readonly numMaterialized: Field<number, NoArgs>;
  readonly numPartitions: Field<number, NoArgs>;
  readonly numFailed: Field<number, NoArgs>;
  readonly numMaterializing: Field<number, NoArgs>;
}

export interface PartitionStatus {
  readonly id: Field<string, NoArgs>;
  readonly partitionName: Field<string, NoArgs>;
  readonly runId: Field<string | null, NoArgs>;
  readonly runStatus: Field<RunStatus | null, NoArgs>;
  readonly runDuration: Field<number | null, NoArgs>;
}

export type PartitionStatus1D = TimePartitionStatuses | DefaultPartitionStatuses;

export interface PartitionStatusCounts {
  readonly runStatus: Field<RunStatus, NoArgs>;
  readonly count: Field<number, NoArgs>;
}

export interface PartitionStatuses {
  readonly __typename: "PartitionStatuses";
  readonly results: Field<readonly PartitionStatus[], NoArgs>;
}

export type PartitionStatusesOrError = PartitionStatuses | PythonError;

export interface PartitionSubsetDeserializationError {
  readonly __typename: "PartitionSubsetDeserializationError";
  readonly message: Field<string, NoArgs>;
}

export interface PartitionTags {
  readonly __typename: "PartitionTags";
  readonly results: Field<readonly PipelineTag[], NoArgs>;
}

export interface PartitionTagsAndConfig {
  readonly name: Field<string, NoArgs>;
  readonly jobName: Field<string, NoArgs>;
  readonly runConfigOrError: Field<PartitionRunConfigOrError, NoArgs>;
  readonly tagsOrError: Field<PartitionTagsOrError, NoArgs>;
}

export type PartitionTagsOrError = PartitionTags | PythonError;

export interface PartitionedAssetConditionEvaluationNode {
  readonly __typename: "PartitionedAssetConditionEvaluationNode";
  readonly uniqueId: Field<string, NoArgs>;
  readonly description: Field<string, NoArgs>;
  readonly entityKey: Field<EntityKey, NoArgs>;
  readonly startTimestamp: Field<number | null, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly numTrue: Field<number | null, NoArgs>;
  readonly numCandidates: Field<number | null, NoArgs>;
  readonly childUniqueIds: Field<readonly string[], NoArgs>;
}

export interface Partitions {
  readonly __typename: "Partitions";
  readonly results: Field<readonly Partition[], NoArgs>;
}

export interface PartitionsByAssetSelector {
  readonly assetKey: AssetKeyInput;
  readonly partitions?: PartitionsSelector | null | undefined;
}

export type PartitionsOrError = Partitions | PythonError;

export interface PartitionsSelector {
  readonly range?: PartitionRangeSelector | null | undefined;
  readonly ranges?: readonly PartitionRangeSelector[] | null | undefined;
}

export interface PathMetadataEntry {
  readonly __typename: "PathMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly path: Field<string, NoArgs>;
}

export interface PendingConcurrencyStep {
  readonly runId: Field<string, NoArgs>;
  readonly stepKey: Field<string, NoArgs>;
  readonly enqueuedTimestamp: Field<number, NoArgs>;
  readonly assignedTimestamp: Field<number | null, NoArgs>;
  readonly priority: Field<number | null, NoArgs>;
}

export interface Permission {
  readonly permission: Field<string, NoArgs>;
  readonly value: Field<boolean, NoArgs>;
  readonly disabledReason: Field<string | null, NoArgs>;
}

export interface Pipeline {
  readonly __typename: "Pipeline";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly solids: Field<readonly Solid[], NoArgs>;
  readonly solidHandle: Field<SolidHandle | null, { readonly handleID: string }>;
  readonly solidHandles: Field<readonly SolidHandle[], { readonly parentHandleID?: string | null | undefined }>;
  readonly modes: Field<readonly Mode[], NoArgs>;
  readonly owners: Field<readonly DefinitionOwner[], NoArgs>;
  readonly pipelineSnapshotId: Field<string, NoArgs>;
  readonly dagsterTypes: Field<readonly DagsterType[], NoArgs>;
  readonly dagsterTypeOrError: Field<DagsterTypeOrError, { readonly dagsterTypeName: string }>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly runs: Field<readonly Run[], { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly schedules: Field<readonly Schedule[], NoArgs>;
  readonly sensors: Field<readonly Sensor[], NoArgs>;
  readonly parentSnapshotId: Field<string | null, NoArgs>;
  readonly graphName: Field<string, NoArgs>;
  readonly runTags: Field<readonly PipelineTag[], NoArgs>;
  readonly presets: Field<readonly PipelinePreset[], NoArgs>;
  readonly isJob: Field<boolean, NoArgs>;
  readonly isAssetJob: Field<boolean, NoArgs>;
  readonly repository: Field<Repository, NoArgs>;
  readonly hasLaunchExecutionPermission: Field<boolean, NoArgs>;
  readonly hasLaunchReexecutionPermission: Field<boolean, NoArgs>;
  readonly nodeNames: Field<readonly string[], NoArgs>;
  readonly externalJobSource: Field<string | null, NoArgs>;
  readonly automationCondition: Field<AutomationCondition | null, NoArgs>;
  readonly partitionKeysOrError: Field<PartitionKeys, { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined; readonly reverse?: boolean | null | undefined; readonly selectedAssetKeys?: readonly AssetKeyInput[] | null | undefined }>;
  readonly partition: Field<PartitionTagsAndConfig | null, { readonly partitionName: string; readonly selectedAssetKeys?: readonly AssetKeyInput[] | null | undefined }>;
}

export type PipelineConfigValidationError = FieldNotDefinedConfigError | FieldsNotDefinedConfigError | MissingFieldConfigError | MissingFieldsConfigError | RuntimeMismatchConfigError | SelectorTypeConfigError;

export type PipelineConfigValidationInvalid = RunConfigValidationInvalid;

export type PipelineConfigValidationResult = InvalidSubsetError | PipelineConfigValidationValid | RunConfigValidationInvalid | PipelineNotFoundError | PythonError;

export interface PipelineConfigValidationValid {
  readonly __typename: "PipelineConfigValidationValid";
  readonly pipelineName: Field<string, NoArgs>;
}

export interface PipelineNotFoundError {
  readonly __typename: "PipelineNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly repositoryName: Field<string, NoArgs>;
  readonly repositoryLocationName: Field<string, NoArgs>;
}

export type PipelineOrError = Pipeline | PipelineNotFoundError | InvalidSubsetError | PythonError;

export interface PipelinePreset {
  readonly name: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
  readonly runConfigYaml: Field<string, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
}

export type PipelineReference = UnknownPipeline | PipelineSnapshot;

export type PipelineRun = Run;

export type PipelineRunConflict = RunConflict;

export interface PipelineRunLogsSubscriptionFailure {
  readonly __typename: "PipelineRunLogsSubscriptionFailure";
  readonly message: Field<string, NoArgs>;
  readonly missingRunId: Field<string | null, NoArgs>;
}

export type PipelineRunLogsSubscriptionPayload = PipelineRunLogsSubscriptionSuccess | PipelineRunLogsSubscriptionFailure;

export interface PipelineRunLogsSubscriptionSuccess {
  readonly __typename: "PipelineRunLogsSubscriptionSuccess";
  readonly run: Field<Run, NoArgs>;
  readonly messages: Field<readonly DagsterRunEvent[], NoArgs>;
  readonly hasMorePastEvents: Field<boolean, NoArgs>;
  readonly cursor: Field<string, NoArgs>;
}

export interface PipelineRunMetadataEntry {
  readonly __typename: "PipelineRunMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly runId: Field<string, NoArgs>;
}

export type PipelineRunNotFoundError = RunNotFoundError;

export type PipelineRunStatsSnapshot = RunStatsSnapshot;

export type PipelineRunStepStats = RunStepStats;

export type PipelineRuns = Runs;

export interface PipelineSelector {
  readonly pipelineName: string;
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly solidSelection?: readonly string[] | null | undefined;
  readonly assetSelection?: readonly AssetKeyInput[] | null | undefined;
  readonly assetCheckSelection?: readonly AssetCheckHandleInput[] | null | undefined;
}

export interface PipelineSnapshot {
  readonly __typename: "PipelineSnapshot";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly solids: Field<readonly Solid[], NoArgs>;
  readonly solidHandle: Field<SolidHandle | null, { readonly handleID: string }>;
  readonly solidHandles: Field<readonly SolidHandle[], { readonly parentHandleID?: string | null | undefined }>;
  readonly modes: Field<readonly Mode[], NoArgs>;
  readonly owners: Field<readonly DefinitionOwner[], NoArgs>;
  readonly pipelineSnapshotId: Field<string, NoArgs>;
  readonly dagsterTypes: Field<readonly DagsterType[], NoArgs>;
  readonly dagsterTypeOrError: Field<DagsterTypeOrError, { readonly dagsterTypeName: string }>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly runs: Field<readonly Run[], { readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly schedules: Field<readonly Schedule[], NoArgs>;
  readonly sensors: Field<readonly Sensor[], NoArgs>;
  readonly parentSnapshotId: Field<string | null, NoArgs>;
  readonly graphName: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
  readonly runTags: Field<readonly PipelineTag[], NoArgs>;
  readonly externalJobSource: Field<string | null, NoArgs>;
}

export interface PipelineSnapshotNotFoundError {
  readonly __typename: "PipelineSnapshotNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly snapshotId: Field<string, NoArgs>;
}

export type PipelineSnapshotOrError = PipelineNotFoundError | PipelineSnapshot | PipelineSnapshotNotFoundError | PythonError;

export interface PipelineTag {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
}

export interface PipelineTagAndValues {
  readonly key: Field<string, NoArgs>;
  readonly values: Field<readonly string[], NoArgs>;
}

export interface PoolConfig {
  readonly poolGranularity: Field<string | null, NoArgs>;
  readonly defaultPoolLimit: Field<number | null, NoArgs>;
  readonly opGranularityRunBuffer: Field<number | null, NoArgs>;
}

export interface PoolMetadataEntry {
  readonly __typename: "PoolMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly pool: Field<string, NoArgs>;
}

export interface PresetNotFoundError {
  readonly __typename: "PresetNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly preset: Field<string, NoArgs>;
}

export interface PythonArtifactMetadataEntry {
  readonly __typename: "PythonArtifactMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly module: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
}

export interface PythonError {
  readonly __typename: "PythonError";
  readonly message: Field<string, NoArgs>;
  readonly className: Field<string | null, NoArgs>;
  readonly stack: Field<readonly string[], NoArgs>;
  readonly cause: Field<PythonError | null, NoArgs>;
  readonly causes: Field<readonly PythonError[], NoArgs>;
  readonly errorChain: Field<readonly ErrorChainLink[], NoArgs>;
}

export interface Query {
  readonly assetCheckExecutions: Root<readonly AssetCheckExecution[], { readonly assetKey: AssetKeyInput; readonly checkName: string; readonly partition?: string | null | undefined; readonly limit: number; readonly cursor?: string | null | undefined }>;
  readonly assetsOrError: Root<AssetsOrError, { readonly prefix?: readonly string[] | null | undefined; readonly assetKeys?: readonly AssetKeyInput[] | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly assetRecordsOrError: Root<AssetRecordsOrError, { readonly prefix?: readonly string[] | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly assetOrError: Root<AssetOrError, { readonly assetKey: AssetKeyInput }>;
  readonly assetNodes: Root<Iterable<AssetNode>, { readonly group?: AssetGroupSelector | null | undefined; readonly pipeline?: PipelineSelector | null | undefined; readonly assetKeys?: readonly AssetKeyInput[] | null | undefined; readonly loadMaterializations: boolean | null }>;
  readonly assetNodeOrError: Root<AssetNodeOrError, { readonly assetKey: AssetKeyInput }>;
  readonly assetsLatestInfo: Root<readonly AssetLatestInfo[], { readonly assetKeys: readonly AssetKeyInput[] }>;
  readonly assetNodeAdditionalRequiredKeys: Root<readonly AssetKey[], { readonly assetKeys: readonly AssetKeyInput[] }>;
  readonly assetNodeDefinitionCollisions: Root<readonly AssetNodeDefinitionCollision[], { readonly assetKeys: readonly AssetKeyInput[] }>;
  readonly truePartitionsForAutomationConditionEvaluationNode: Root<readonly string[], { readonly assetKey?: AssetKeyInput | null | undefined; readonly assetJobKey?: AssetJobKeyInput | null | undefined; readonly evaluationId: string; readonly nodeUniqueId?: string | null | undefined }>;
  readonly assetConditionEvaluationForPartition: Root<AssetConditionEvaluation | null, { readonly assetKey?: AssetKeyInput | null | undefined; readonly evaluationId: string; readonly partition: string }>;
  readonly assetConditionEvaluationRecordsOrError: Root<AssetConditionEvaluationRecordsOrError | null, { readonly assetKey?: AssetKeyInput | null | undefined; readonly assetCheckKey?: AssetCheckHandleInput | null | undefined; readonly assetJobKey?: AssetJobKeyInput | null | undefined; readonly limit: number; readonly cursor?: string | null | undefined }>;
  readonly assetConditionEvaluationsForEvaluationId: Root<AssetConditionEvaluationRecordsOrError | null, { readonly evaluationId: string }>;
  readonly autoMaterializeTicks: Root<readonly InstigationTick[], { readonly dayRange?: number | null | undefined; readonly dayOffset?: number | null | undefined; readonly limit?: number | null | undefined; readonly cursor?: string | null | undefined; readonly statuses?: readonly InstigationTickStatus[] | null | undefined; readonly beforeTimestamp?: number | null | undefined; readonly afterTimestamp?: number | null | undefined }>;
  readonly partitionBackfillOrError: Root<PartitionBackfillOrError, { readonly backfillId: string }>;
  readonly partitionBackfillsOrError: Root<PartitionBackfillsOrError, { readonly status?: BulkActionStatus | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined; readonly filters?: BulkActionsFilter | null | undefined }>;
  readonly assetBackfillPreview: Root<readonly AssetPartitions[], { readonly params: AssetBackfillPreviewParams }>;
  readonly latestDefsStateInfo: Root<DefsStateInfo | null, NoArgs>;
  readonly appManagedComponentsForLocationOrError: Root<AppManagedComponentsOrError, { readonly locationName: string }>;
  readonly componentsForLocationOrError: Root<ComponentsOrError, { readonly locationName: string }>;
  readonly componentTypesForLocationOrError: Root<ComponentTypesOrError, { readonly locationName: string }>;
  readonly capturedLogs: Root<CapturedLogs, { readonly logKey: readonly string[]; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly capturedLogsMetadata: Root<CapturedLogsMetadata, { readonly logKey: readonly string[] }>;
  readonly isPipelineConfigValid: Root<PipelineConfigValidationResult, { readonly pipeline: PipelineSelector; readonly mode: string; readonly runConfigData?: unknown | null | undefined }>;
  readonly runConfigSchemaOrError: Root<RunConfigSchemaOrError, { readonly selector: PipelineSelector; readonly mode?: string | null | undefined }>;
  readonly logsForRun: Root<EventConnectionOrError, { readonly runId: string; readonly afterCursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly executionPlanOrError: Root<ExecutionPlanOrError, { readonly pipeline: PipelineSelector; readonly mode: string; readonly runConfigData?: unknown | null | undefined }>;
  readonly version: Root<string, NoArgs>;
  readonly instance: Root<Instance, NoArgs>;
  readonly scheduleOrError: Root<ScheduleOrError, { readonly scheduleSelector: ScheduleSelector }>;
  readonly schedulesOrError: Root<SchedulesOrError, { readonly repositorySelector: RepositorySelector; readonly scheduleStatus?: InstigationStatus | null | undefined }>;
  readonly sensorOrError: Root<SensorOrError, { readonly sensorSelector: SensorSelector }>;
  readonly sensorsOrError: Root<SensorsOrError, { readonly repositorySelector: RepositorySelector; readonly sensorStatus?: InstigationStatus | null | undefined }>;
  readonly instigationStateOrError: Root<InstigationStateOrError, { readonly instigationSelector: InstigationSelector; readonly id?: string | null | undefined }>;
  readonly instigationStatesOrError: Root<InstigationStatesOrError, { readonly repositoryID: string }>;
  readonly graphOrError: Root<GraphOrError, { readonly selector?: GraphSelector | null | undefined }>;
  readonly pipelineOrError: Root<PipelineOrError, { readonly params: PipelineSelector }>;
  readonly pipelineSnapshotOrError: Root<PipelineSnapshotOrError, { readonly snapshotId?: string | null | undefined; readonly activePipelineSelector?: PipelineSelector | null | undefined }>;
  readonly resourcesOrError: Root<ResourcesOrError, { readonly pipelineSelector: PipelineSelector }>;
  readonly autoMaterializeAssetEvaluationsOrError: Root<AutoMaterializeAssetEvaluationRecordsOrError | null, { readonly assetKey: AssetKeyInput; readonly limit: number; readonly cursor?: string | null | undefined }>;
  readonly autoMaterializeEvaluationsForEvaluationId: Root<AutoMaterializeAssetEvaluationRecordsOrError | null, { readonly evaluationId: string }>;
  readonly scheduler: Root<SchedulerOrError, NoArgs>;
  readonly shouldShowNux: Root<boolean, NoArgs>;
  readonly test: Root<TestFields | null, NoArgs>;
  readonly partitionSetsOrError: Root<PartitionSetsOrError, { readonly repositorySelector: RepositorySelector; readonly pipelineName: string }>;
  readonly partitionSetOrError: Root<PartitionSetOrError, { readonly repositorySelector: RepositorySelector; readonly partitionSetName?: string | null | undefined }>;
  readonly permissions: Root<readonly Permission[], NoArgs>;
  readonly canBulkTerminate: Root<boolean, NoArgs>;
  readonly topLevelResourceDetailsOrError: Root<ResourceDetailsOrError, { readonly resourceSelector: ResourceSelector }>;
  readonly allTopLevelResourceDetailsOrError: Root<ResourceDetailsListOrError, { readonly repositorySelector: RepositorySelector }>;
  readonly utilizedEnvVarsOrError: Root<EnvVarWithConsumersOrError, { readonly repositorySelector: RepositorySelector }>;
  readonly runsFeedOrError: Root<RunsFeedConnectionOrError, { readonly limit: number; readonly cursor?: string | null | undefined; readonly view: RunsFeedView; readonly filter?: RunsFilter | null | undefined }>;
  readonly runsFeedCountOrError: Root<RunsFeedCountOrError, { readonly view: RunsFeedView; readonly filter?: RunsFilter | null | undefined }>;
  readonly runOrError: Root<RunOrError, { readonly runId: string }>;
  readonly runsOrError: Root<RunsOrError, { readonly filter?: RunsFilter | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly runIdsOrError: Root<RunIdsOrError, { readonly filter?: RunsFilter | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly runTagKeysOrError: Root<RunTagKeysOrError | null, NoArgs>;
  readonly runTagsOrError: Root<RunTagsOrError | null, { readonly tagKeys?: readonly string[] | null | undefined; readonly valuePrefix?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly runGroupOrError: Root<RunGroupOrError, { readonly runId: string }>;
  readonly pipelineRunsOrError: Root<RunsOrError, { readonly filter?: RunsFilter | null | undefined; readonly cursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly pipelineRunOrError: Root<RunOrError, { readonly runId: string }>;
  readonly repositoriesOrError: Root<RepositoriesOrError, { readonly repositorySelector?: RepositorySelector | null | undefined }>;
  readonly repositoryOrError: Root<RepositoryOrError, { readonly repositorySelector: RepositorySelector }>;
  readonly workspaceOrError: Root<WorkspaceOrError, NoArgs>;
  readonly locationStatusesOrError: Root<WorkspaceLocationStatusEntriesOrError, NoArgs>;
  readonly workspaceLocationEntryOrError: Root<WorkspaceLocationEntryOrError | null, { readonly name: string }>;
}

export interface ReexecutionParams {
  readonly parentRunId: string;
  readonly strategy: ReexecutionStrategy;
  readonly extraTags?: readonly ExecutionTag[] | null | undefined;
  readonly useParentRunTags?: boolean | null | undefined;
}

export type ReexecutionStrategy = "FROM_ASSET_FAILURE" | "FROM_FAILURE" | "ALL_STEPS";

export interface RefreshComponentStateAccepted {
  readonly __typename: "RefreshComponentStateAccepted";
  readonly locationName: Field<string, NoArgs>;
  readonly defsStateKey: Field<string, NoArgs>;
}

export interface RefreshComponentStateError {
  readonly __typename: "RefreshComponentStateError";
  readonly locationName: Field<string, NoArgs>;
  readonly defsStateKey: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
}

export type RefreshComponentStateResult = RefreshComponentStateSuccess | RefreshComponentStateAccepted | RefreshComponentStateError | UnauthorizedError | PythonError;

export interface RefreshComponentStateSuccess {
  readonly __typename: "RefreshComponentStateSuccess";
  readonly component: Field<Component, NoArgs>;
}

export interface RegularConfigType {
  readonly __typename: "RegularConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly givenName: Field<string, NoArgs>;
}

export interface RegularDagsterType {
  readonly __typename: "RegularDagsterType";
  readonly key: Field<string, NoArgs>;
  readonly name: Field<string | null, NoArgs>;
  readonly displayName: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly isNullable: Field<boolean, NoArgs>;
  readonly isList: Field<boolean, NoArgs>;
  readonly isBuiltin: Field<boolean, NoArgs>;
  readonly isNothing: Field<boolean, NoArgs>;
  readonly inputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly outputSchemaType: Field<ConfigType | null, NoArgs>;
  readonly innerTypes: Field<readonly DagsterType[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface ReloadNotSupported {
  readonly __typename: "ReloadNotSupported";
  readonly message: Field<string, NoArgs>;
}

export interface ReloadRepositoryLocationMutation {
  readonly Output: Field<ReloadRepositoryLocationMutationResult, NoArgs>;
}

export type ReloadRepositoryLocationMutationResult = WorkspaceLocationEntry | ReloadNotSupported | RepositoryLocationNotFound | UnauthorizedError | PythonError;

export interface ReloadWorkspaceMutation {
  readonly Output: Field<ReloadWorkspaceMutationResult, NoArgs>;
}

export type ReloadWorkspaceMutationResult = Workspace | UnauthorizedError | PythonError;

export type ReportAssetCheckEvaluationResult = UnauthorizedError | PythonError | ReportAssetCheckEvaluationsSuccess;

export interface ReportAssetCheckEvaluationsParams {
  readonly assetKey: AssetKeyInput;
  readonly checkName: string;
  readonly passed: boolean;
  readonly severity?: AssetCheckSeverity | null | undefined;
  readonly serializedMetadata?: string | null | undefined;
  readonly partitionKeys?: readonly (string | null)[] | null | undefined;
  readonly description?: string | null | undefined;
}

export interface ReportAssetCheckEvaluationsSuccess {
  readonly __typename: "ReportAssetCheckEvaluationsSuccess";
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly checkName: Field<string, NoArgs>;
}

export interface ReportRunlessAssetEventsParams {
  readonly eventType: AssetEventType;
  readonly assetKey: AssetKeyInput;
  readonly partitionKeys?: readonly (string | null)[] | null | undefined;
  readonly description?: string | null | undefined;
}

export type ReportRunlessAssetEventsResult = UnauthorizedError | PythonError | ReportRunlessAssetEventsSuccess;

export interface ReportRunlessAssetEventsSuccess {
  readonly __typename: "ReportRunlessAssetEventsSuccess";
  readonly assetKey: Field<AssetKey, NoArgs>;
}

export type RepositoriesOrError = RepositoryConnection | RepositoryNotFoundError | PythonError;

export interface Repository {
  readonly __typename: "Repository";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly location: Field<RepositoryLocation, NoArgs>;
  readonly pipelines: Field<readonly Pipeline[], NoArgs>;
  readonly jobs: Field<readonly Job[], NoArgs>;
  readonly origin: Field<RepositoryOrigin, NoArgs>;
  readonly schedules: Field<readonly Schedule[], NoArgs>;
  readonly sensors: Field<readonly Sensor[], { readonly sensorType?: SensorType | null | undefined }>;
  readonly assetNodes: Field<Iterable<AssetNode>, NoArgs>;
  readonly assetNodesConnection: Field<AssetNodeConnection, { readonly cursor?: string | null | undefined; readonly limit: number }>;
  readonly displayMetadata: Field<readonly RepositoryMetadata[], NoArgs>;
  readonly assetGroups: Field<readonly AssetGroup[], NoArgs>;
  readonly assetManifest: Field<unknown | null, NoArgs>;
  readonly usedSolids: Field<readonly UsedSolid[], NoArgs>;
  readonly usedSolid: Field<UsedSolid | null, { readonly name: string }>;
  readonly partitionSets: Field<readonly PartitionSet[], NoArgs>;
  readonly allTopLevelResourceDetails: Field<readonly ResourceDetails[], NoArgs>;
}

export interface RepositoryConnection {
  readonly __typename: "RepositoryConnection";
  readonly nodes: Field<readonly Repository[], NoArgs>;
}

export interface RepositoryLocation {
  readonly __typename: "RepositoryLocation";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly isReloadSupported: Field<boolean, NoArgs>;
  readonly environmentPath: Field<string | null, NoArgs>;
  readonly repositories: Field<readonly Repository[], NoArgs>;
  readonly serverId: Field<string | null, NoArgs>;
  readonly dagsterLibraryVersions: Field<readonly DagsterLibraryVersion[] | null, NoArgs>;
}

export type RepositoryLocationLoadStatus = "LOADING" | "LOADED";

export interface RepositoryLocationNotFound {
  readonly __typename: "RepositoryLocationNotFound";
  readonly message: Field<string, NoArgs>;
}

export type RepositoryLocationOrLoadError = RepositoryLocation | PythonError;

export interface RepositoryMetadata {
  readonly key: Field<string, NoArgs>;
  readonly value: Field<string, NoArgs>;
}

export interface RepositoryNotFoundError {
  readonly __typename: "RepositoryNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly repositoryName: Field<string, NoArgs>;
  readonly repositoryLocationName: Field<string, NoArgs>;
}

export type RepositoryOrError = PythonError | Repository | RepositoryNotFoundError;

export interface RepositoryOrigin {
  readonly id: Field<string, NoArgs>;
  readonly repositoryLocationName: Field<string, NoArgs>;
  readonly repositoryName: Field<string, NoArgs>;
  readonly repositoryLocationMetadata: Field<readonly RepositoryMetadata[], NoArgs>;
}

export interface RepositorySelector {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
}

export interface RequestedMaterializationsForAsset {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly partitionKeys: Field<readonly string[], NoArgs>;
}

export interface RequestedRunsForJob {
  readonly jobName: Field<string, NoArgs>;
  readonly partitionKeys: Field<readonly string[], NoArgs>;
}

export interface ResetScheduleMutation {
  readonly Output: Field<ScheduleMutationResult, NoArgs>;
}

export interface ResetSensorMutation {
  readonly Output: Field<SensorOrError, NoArgs>;
}

export interface Resource {
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly configField: Field<ConfigTypeField | null, NoArgs>;
}

export interface ResourceConnection {
  readonly __typename: "ResourceConnection";
  readonly resources: Field<readonly Resource[], NoArgs>;
}

export interface ResourceDetails {
  readonly __typename: "ResourceDetails";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly configFields: Field<readonly ConfigTypeField[], NoArgs>;
  readonly configuredValues: Field<readonly ConfiguredValue[], NoArgs>;
  readonly isTopLevel: Field<boolean, NoArgs>;
  readonly nestedResources: Field<readonly NestedResourceEntry[], NoArgs>;
  readonly parentResources: Field<readonly NestedResourceEntry[], NoArgs>;
  readonly resourceType: Field<string, NoArgs>;
  readonly assetKeysUsing: Field<readonly AssetKey[], NoArgs>;
  readonly jobsOpsUsing: Field<readonly JobWithOps[], NoArgs>;
  readonly schedulesUsing: Field<readonly string[], NoArgs>;
  readonly sensorsUsing: Field<readonly string[], NoArgs>;
}

export interface ResourceDetailsList {
  readonly __typename: "ResourceDetailsList";
  readonly results: Field<readonly ResourceDetails[], NoArgs>;
}

export type ResourceDetailsListOrError = ResourceDetailsList | RepositoryNotFoundError | PythonError;

export type ResourceDetailsOrError = ResourceDetails | ResourceNotFoundError | PythonError;

export interface ResourceInitFailureEvent {
  readonly __typename: "ResourceInitFailureEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
}

export interface ResourceInitStartedEvent {
  readonly __typename: "ResourceInitStartedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
}

export interface ResourceInitSuccessEvent {
  readonly __typename: "ResourceInitSuccessEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
}

export interface ResourceNotFoundError {
  readonly __typename: "ResourceNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly resourceName: Field<string, NoArgs>;
}

export interface ResourceRequirement {
  readonly resourceKey: Field<string, NoArgs>;
}

export interface ResourceSelector {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly resourceName: string;
}

export type ResourcesOrError = ResourceConnection | PipelineNotFoundError | InvalidSubsetError | PythonError;

export type ResumeBackfillResult = ResumeBackfillSuccess | UnauthorizedError | PythonError;

export interface ResumeBackfillSuccess {
  readonly __typename: "ResumeBackfillSuccess";
  readonly backfillId: Field<string, NoArgs>;
}

export interface Run {
  readonly __typename: "Run";
  readonly id: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
  readonly pipelineSnapshotId: Field<string | null, NoArgs>;
  readonly repositoryOrigin: Field<RepositoryOrigin | null, NoArgs>;
  readonly status: Field<RunStatus, NoArgs>;
  readonly pipeline: Field<PipelineReference, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly jobName: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
  readonly stats: Field<RunStatsSnapshotOrError, NoArgs>;
  readonly stepStats: Field<readonly RunStepStats[], NoArgs>;
  readonly capturedLogs: Field<CapturedLogs, { readonly fileKey: string }>;
  readonly executionPlan: Field<ExecutionPlan | null, NoArgs>;
  readonly stepKeysToExecute: Field<readonly string[] | null, NoArgs>;
  readonly runConfigYaml: Field<string, NoArgs>;
  readonly runConfig: Field<unknown, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly rootRunId: Field<string | null, NoArgs>;
  readonly parentRunId: Field<string | null, NoArgs>;
  readonly canTerminate: Field<boolean, NoArgs>;
  readonly assets: Field<readonly Asset[], NoArgs>;
  readonly eventConnection: Field<EventConnection, { readonly afterCursor?: string | null | undefined; readonly limit?: number | null | undefined }>;
  readonly runStatus: Field<RunStatus, NoArgs>;
  readonly creationTime: Field<number, NoArgs>;
  readonly startTime: Field<number | null, NoArgs>;
  readonly endTime: Field<number | null, NoArgs>;
  readonly assetSelection: Field<readonly AssetKey[] | null, { readonly limit?: number | null | undefined }>;
  readonly assetSelectionCount: Field<number, NoArgs>;
  readonly assetMaterializations: Field<readonly MaterializationEvent[], NoArgs>;
  readonly updateTime: Field<number | null, NoArgs>;
  readonly hasReExecutePermission: Field<boolean, NoArgs>;
  readonly hasTerminatePermission: Field<boolean, NoArgs>;
  readonly hasDeletePermission: Field<boolean, NoArgs>;
  readonly rootConcurrencyKeys: Field<readonly string[] | null, NoArgs>;
  readonly allPools: Field<readonly string[] | null, NoArgs>;
  readonly parentPipelineSnapshotId: Field<string | null, NoArgs>;
  readonly resolvedOpSelection: Field<readonly string[] | null, NoArgs>;
  readonly hasUnconstrainedRootNodes: Field<boolean, NoArgs>;
  readonly hasRunMetricsEnabled: Field<boolean, NoArgs>;
  readonly externalJobSource: Field<string | null, NoArgs>;
  readonly assetChecks: Field<readonly AssetCheckhandle[] | null, NoArgs>;
  readonly assetCheckSelection: Field<readonly AssetCheckhandle[] | null, { readonly limit?: number | null | undefined }>;
  readonly assetCheckSelectionCount: Field<number, NoArgs>;
  readonly hasConcurrencyKeySlots: Field<boolean, NoArgs>;
  readonly queueStatus: Field<RunQueueStatus | null, NoArgs>;
}

export interface RunCanceledEvent {
  readonly __typename: "RunCanceledEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
}

export interface RunCancelingEvent {
  readonly __typename: "RunCancelingEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunConfigSchema {
  readonly __typename: "RunConfigSchema";
  readonly rootConfigType: Field<ConfigType, NoArgs>;
  readonly allConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly isRunConfigValid: Field<PipelineConfigValidationResult, { readonly runConfigData?: unknown | null | undefined }>;
  readonly rootDefaultYaml: Field<string, NoArgs>;
}

export type RunConfigSchemaOrError = RunConfigSchema | PipelineNotFoundError | InvalidSubsetError | ModeNotFoundError | PythonError;

export interface RunConfigValidationInvalid {
  readonly __typename: "RunConfigValidationInvalid";
  readonly pipelineName: Field<string, NoArgs>;
  readonly errors: Field<readonly PipelineConfigValidationError[], NoArgs>;
}

export interface RunConflict {
  readonly __typename: "RunConflict";
  readonly message: Field<string, NoArgs>;
}

export interface RunDequeuedEvent {
  readonly __typename: "RunDequeuedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunEnqueuedEvent {
  readonly __typename: "RunEnqueuedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export type RunEvent = RunCanceledEvent | RunCancelingEvent | RunDequeuedEvent | RunEnqueuedEvent | RunFailureEvent | RunStartEvent | RunStartingEvent | RunSuccessEvent | AssetMaterializationPlannedEvent | RunSuspendedEvent | RunResumedEvent | AlertStartEvent | AlertSuccessEvent | AlertFailureEvent;

export interface RunFailureEvent {
  readonly __typename: "RunFailureEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
}

export interface RunGroup {
  readonly __typename: "RunGroup";
  readonly rootRunId: Field<string, NoArgs>;
  readonly runs: Field<readonly (Run | null)[] | null, NoArgs>;
}

export interface RunGroupNotFoundError {
  readonly __typename: "RunGroupNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
}

export type RunGroupOrError = RunGroup | RunGroupNotFoundError | PythonError;

export interface RunGroups {
  readonly results: Field<readonly RunGroup[], NoArgs>;
}

export interface RunIds {
  readonly __typename: "RunIds";
  readonly results: Field<readonly string[], NoArgs>;
}

export type RunIdsOrError = RunIds | InvalidPipelineRunsFilterError | PythonError;

export interface RunLauncher {
  readonly name: Field<string, NoArgs>;
}

export interface RunMarker {
  readonly startTime: Field<number | null, NoArgs>;
  readonly endTime: Field<number | null, NoArgs>;
}

export interface RunNotFoundError {
  readonly __typename: "RunNotFoundError";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
}

export interface RunNotQueuedError {
  readonly __typename: "RunNotQueuedError";
  readonly message: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
}

export type RunOrError = Run | RunNotFoundError | PythonError;

export interface RunQueueConfig {
  readonly maxConcurrentRuns: Field<number, NoArgs>;
  readonly tagConcurrencyLimitsYaml: Field<string | null, NoArgs>;
  readonly isOpConcurrencyAware: Field<boolean | null, NoArgs>;
  readonly maxConcurrentRunsAllBranchDeployments: Field<number | null, NoArgs>;
}

export interface RunQueueStatus {
  readonly priority: Field<number, NoArgs>;
  readonly enqueuedTime: Field<number, NoArgs>;
  readonly ahead: Field<number, NoArgs>;
  readonly reasons: Field<readonly RunWaitReason[], NoArgs>;
}

export interface RunRequest {
  readonly runKey: Field<string | null, NoArgs>;
  readonly tags: Field<readonly PipelineTag[], NoArgs>;
  readonly runConfigYaml: Field<string, NoArgs>;
  readonly assetSelection: Field<readonly AssetKey[] | null, NoArgs>;
  readonly assetChecks: Field<readonly AssetCheckhandle[] | null, NoArgs>;
  readonly jobName: Field<string | null, NoArgs>;
}

export interface RunResumedEvent {
  readonly __typename: "RunResumedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunStartEvent {
  readonly __typename: "RunStartEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunStartingEvent {
  readonly __typename: "RunStartingEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunStatsSnapshot {
  readonly __typename: "RunStatsSnapshot";
  readonly id: Field<string, NoArgs>;
  readonly runId: Field<string, NoArgs>;
  readonly stepsSucceeded: Field<number, NoArgs>;
  readonly stepsFailed: Field<number, NoArgs>;
  readonly materializations: Field<number, NoArgs>;
  readonly enqueuedTime: Field<number | null, NoArgs>;
  readonly launchTime: Field<number | null, NoArgs>;
  readonly startTime: Field<number | null, NoArgs>;
  readonly endTime: Field<number | null, NoArgs>;
  readonly expectations: Field<number, NoArgs>;
}

export type RunStatsSnapshotOrError = RunStatsSnapshot | PythonError;

export type RunStatus = "QUEUED" | "NOT_STARTED" | "MANAGED" | "STARTING" | "STARTED" | "SUSPENDED" | "SUCCESS" | "FAILURE" | "CANCELING" | "CANCELED";

export interface RunStatusLag {
  readonly behindSeconds: Field<number, NoArgs>;
  readonly unread: Field<number, NoArgs>;
  readonly heldSeconds: Field<number, NoArgs>;
  readonly blocker: Field<string | null, NoArgs>;
}

export interface RunStepStats {
  readonly __typename: "RunStepStats";
  readonly runId: Field<string, NoArgs>;
  readonly stepKey: Field<string, NoArgs>;
  readonly status: Field<StepEventStatus | null, NoArgs>;
  readonly startTime: Field<number | null, NoArgs>;
  readonly endTime: Field<number | null, NoArgs>;
  readonly materializations: Field<readonly MaterializationEvent[], NoArgs>;
  readonly attempts: Field<readonly RunMarker[], NoArgs>;
  readonly markers: Field<readonly RunMarker[], NoArgs>;
  readonly expectationResults: Field<readonly ExpectationResult[], NoArgs>;
}

export interface RunSuccessEvent {
  readonly __typename: "RunSuccessEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunSuspendedEvent {
  readonly __typename: "RunSuspendedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
}

export interface RunTagKeys {
  readonly __typename: "RunTagKeys";
  readonly keys: Field<readonly string[], NoArgs>;
}

export type RunTagKeysOrError = PythonError | RunTagKeys;

export interface RunTags {
  readonly __typename: "RunTags";
  readonly tags: Field<readonly PipelineTagAndValues[], NoArgs>;
}

export type RunTagsOrError = PythonError | RunTags;

export type RunWaitKind = "RUN_LIMIT" | "TAG_LIMIT" | "POOL" | "LOCATION" | "OTHER_RUN" | "TURN";

export interface RunWaitReason {
  readonly kind: Field<RunWaitKind, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly runIds: Field<readonly string[], NoArgs>;
}

export interface Runs {
  readonly __typename: "Runs";
  readonly results: Field<readonly Run[], NoArgs>;
  readonly count: Field<number, NoArgs>;
}

export interface RunsFeedConnection {
  readonly __typename: "RunsFeedConnection";
  readonly results: Field<readonly RunsFeedEntry[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
  readonly hasMore: Field<boolean, NoArgs>;
}

export type RunsFeedConnectionOrError = RunsFeedConnection | PythonError;

export interface RunsFeedCount {
  readonly __typename: "RunsFeedCount";
  readonly count: Field<number, NoArgs>;
}

export type RunsFeedCountOrError = RunsFeedCount | PythonError;

export type RunsFeedEntry = PartitionBackfill | Run;

export type RunsFeedView = "ROOTS" | "RUNS" | "BACKFILLS";

export interface RunsFilter {
  readonly runIds?: readonly (string | null)[] | null | undefined;
  readonly pipelineName?: string | null | undefined;
  readonly tags?: readonly ExecutionTag[] | null | undefined;
  readonly statuses?: readonly RunStatus[] | null | undefined;
  readonly snapshotId?: string | null | undefined;
  readonly updatedAfter?: number | null | undefined;
  readonly updatedBefore?: number | null | undefined;
  readonly createdBefore?: number | null | undefined;
  readonly createdAfter?: number | null | undefined;
  readonly mode?: string | null | undefined;
}

export type RunsOrError = Runs | InvalidPipelineRunsFilterError | PythonError;

export interface RuntimeMismatchConfigError {
  readonly __typename: "RuntimeMismatchConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly valueRep: Field<string | null, NoArgs>;
}

export interface ScalarUnionConfigType {
  readonly __typename: "ScalarUnionConfigType";
  readonly key: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly recursiveConfigTypes: Field<readonly ConfigType[], NoArgs>;
  readonly typeParamKeys: Field<readonly string[], NoArgs>;
  readonly isSelector: Field<boolean, NoArgs>;
  readonly scalarType: Field<ConfigType, NoArgs>;
  readonly nonScalarType: Field<ConfigType, NoArgs>;
  readonly scalarTypeKey: Field<string, NoArgs>;
  readonly nonScalarTypeKey: Field<string, NoArgs>;
}

export interface Schedule {
  readonly __typename: "Schedule";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly cronSchedule: Field<string, NoArgs>;
  readonly pipelineName: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly (string | null)[] | null, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly executionTimezone: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly defaultStatus: Field<InstigationStatus, NoArgs>;
  readonly canReset: Field<boolean, NoArgs>;
  readonly scheduleState: Field<InstigationState, NoArgs>;
  readonly partitionSet: Field<PartitionSet | null, NoArgs>;
  readonly futureTicks: Field<DryRunInstigationTicks, { readonly cursor?: number | null | undefined; readonly limit?: number | null | undefined; readonly until?: number | null | undefined }>;
  readonly futureTick: Field<DryRunInstigationTick, { readonly tickTimestamp: number }>;
  readonly potentialTickTimestamps: Field<readonly number[], { readonly startTimestamp?: number | null | undefined; readonly upperLimit?: number | null | undefined; readonly lowerLimit?: number | null | undefined }>;
  readonly assetSelection: Field<AssetSelection | null, NoArgs>;
  readonly owners: Field<readonly DefinitionOwner[], NoArgs>;
  readonly tags: Field<readonly DefinitionTag[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface ScheduleData {
  readonly __typename: "ScheduleData";
  readonly cronSchedule: Field<string, NoArgs>;
  readonly startTimestamp: Field<number | null, NoArgs>;
}

export type ScheduleDryRunResult = DryRunInstigationTick | PythonError | ScheduleNotFoundError | UnauthorizedError;

export type ScheduleMutationResult = PythonError | UnauthorizedError | ScheduleStateResult | ScheduleNotFoundError;

export interface ScheduleNotFoundError {
  readonly __typename: "ScheduleNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly scheduleName: Field<string, NoArgs>;
}

export type ScheduleOrError = Schedule | ScheduleNotFoundError | PythonError;

export interface ScheduleSelector {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly scheduleName: string;
}

export interface ScheduleStateResult {
  readonly __typename: "ScheduleStateResult";
  readonly scheduleState: Field<InstigationState, NoArgs>;
}

export type ScheduleStatus = "RUNNING" | "STOPPED" | "ENDED";

export interface ScheduleTick {
  readonly tickId: Field<string, NoArgs>;
  readonly status: Field<InstigationTickStatus, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
  readonly tickSpecificData: Field<ScheduleTickSpecificData | null, NoArgs>;
}

export interface ScheduleTickFailureData {
  readonly __typename: "ScheduleTickFailureData";
  readonly error: Field<PythonError, NoArgs>;
}

export type ScheduleTickSpecificData = ScheduleTickSuccessData | ScheduleTickFailureData;

export interface ScheduleTickSuccessData {
  readonly __typename: "ScheduleTickSuccessData";
  readonly run: Field<Run | null, NoArgs>;
}

export interface Scheduler {
  readonly __typename: "Scheduler";
  readonly schedulerClass: Field<string | null, NoArgs>;
}

export interface SchedulerNotDefinedError {
  readonly __typename: "SchedulerNotDefinedError";
  readonly message: Field<string, NoArgs>;
}

export type SchedulerOrError = Scheduler | SchedulerNotDefinedError | PythonError;

export interface Schedules {
  readonly __typename: "Schedules";
  readonly results: Field<readonly Schedule[], NoArgs>;
}

export type SchedulesOrError = Schedules | RepositoryNotFoundError | PythonError;

export interface SelectorTypeConfigError {
  readonly __typename: "SelectorTypeConfigError";
  readonly message: Field<string, NoArgs>;
  readonly path: Field<readonly string[], NoArgs>;
  readonly stack: Field<EvaluationStack, NoArgs>;
  readonly reason: Field<EvaluationErrorReason, NoArgs>;
  readonly incomingFields: Field<readonly string[], NoArgs>;
}

export interface Sensor {
  readonly __typename: "Sensor";
  readonly id: Field<string, NoArgs>;
  readonly jobOriginId: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly targets: Field<readonly Target[] | null, NoArgs>;
  readonly defaultStatus: Field<InstigationStatus, NoArgs>;
  readonly canReset: Field<boolean, NoArgs>;
  readonly hasCursorUpdatePermissions: Field<boolean, NoArgs>;
  readonly sensorState: Field<InstigationState, NoArgs>;
  readonly minIntervalSeconds: Field<number, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly nextTick: Field<DryRunInstigationTick | null, NoArgs>;
  readonly metadata: Field<SensorMetadata, NoArgs>;
  readonly sensorType: Field<SensorType, NoArgs>;
  readonly assetSelection: Field<AssetSelection | null, NoArgs>;
  readonly runStatusLag: Field<RunStatusLag | null, NoArgs>;
  readonly owners: Field<readonly DefinitionOwner[], NoArgs>;
  readonly tags: Field<readonly DefinitionTag[], NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
}

export interface SensorData {
  readonly __typename: "SensorData";
  readonly lastTickTimestamp: Field<number | null, NoArgs>;
  readonly lastRunKey: Field<string | null, NoArgs>;
  readonly lastCursor: Field<string | null, NoArgs>;
}

export type SensorDryRunResult = PythonError | SensorNotFoundError | UnauthorizedError | DryRunInstigationTick;

export interface SensorMetadata {
  readonly assetKeys: Field<readonly AssetKey[] | null, NoArgs>;
}

export interface SensorNotFoundError {
  readonly __typename: "SensorNotFoundError";
  readonly message: Field<string, NoArgs>;
  readonly sensorName: Field<string, NoArgs>;
}

export type SensorOrError = Sensor | SensorNotFoundError | UnauthorizedError | PythonError;

export interface SensorSelector {
  readonly repositoryName: string;
  readonly repositoryLocationName: string;
  readonly sensorName: string;
}

export type SensorType = "STANDARD" | "RUN_STATUS" | "ASSET" | "MULTI_ASSET" | "FRESHNESS_POLICY" | "AUTO_MATERIALIZE" | "AUTOMATION" | "UNKNOWN";

export interface Sensors {
  readonly __typename: "Sensors";
  readonly results: Field<readonly Sensor[], NoArgs>;
}

export type SensorsOrError = Sensors | RepositoryNotFoundError | PythonError;

export type SetAppManagedComponentResult = SetAppManagedComponentSuccess | AppManagedComponentValidationError | UnauthorizedError | PythonError;

export interface SetAppManagedComponentSuccess {
  readonly __typename: "SetAppManagedComponentSuccess";
  readonly component: Field<AppManagedComponent, NoArgs>;
}

export type SetRunPriorityResult = SetRunPrioritySuccess | RunNotFoundError | RunNotQueuedError | UnauthorizedError | PythonError;

export interface SetRunPrioritySuccess {
  readonly __typename: "SetRunPrioritySuccess";
  readonly run: Field<Run, NoArgs>;
}

export interface SetSensorCursorMutation {
  readonly Output: Field<SensorOrError, NoArgs>;
}

export interface ShutdownRepositoryLocationMutation {
  readonly Output: Field<ShutdownRepositoryLocationMutationResult, NoArgs>;
}

export type ShutdownRepositoryLocationMutationResult = ShutdownRepositoryLocationSuccess | RepositoryLocationNotFound | UnauthorizedError | PythonError;

export interface ShutdownRepositoryLocationSuccess {
  readonly __typename: "ShutdownRepositoryLocationSuccess";
  readonly repositoryLocationName: Field<string, NoArgs>;
}

export interface SinceConditionMetadata {
  readonly triggerEvaluationId: Field<string | null, NoArgs>;
  readonly triggerTimestamp: Field<number | null, NoArgs>;
  readonly resetEvaluationId: Field<string | null, NoArgs>;
  readonly resetTimestamp: Field<number | null, NoArgs>;
}

export interface Solid {
  readonly name: Field<string, NoArgs>;
  readonly definition: Field<ISolidDefinition, NoArgs>;
  readonly inputs: Field<readonly Input[], NoArgs>;
  readonly outputs: Field<readonly Output[], NoArgs>;
  readonly isDynamicMapped: Field<boolean, NoArgs>;
}

export type SolidContainer = Graph | Pipeline | Job | PipelineSnapshot | CompositeSolidDefinition;

export interface SolidDefinition {
  readonly __typename: "SolidDefinition";
  readonly name: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadata: Field<readonly MetadataItemDefinition[], NoArgs>;
  readonly inputDefinitions: Field<readonly InputDefinition[], NoArgs>;
  readonly outputDefinitions: Field<readonly OutputDefinition[], NoArgs>;
  readonly assetNodes: Field<Iterable<AssetNode>, NoArgs>;
  readonly pools: Field<readonly string[], NoArgs>;
  readonly configField: Field<ConfigTypeField | null, NoArgs>;
  readonly requiredResources: Field<readonly ResourceRequirement[], NoArgs>;
  readonly pool: Field<string | null, NoArgs>;
}

export interface SolidHandle {
  readonly handleID: Field<string, NoArgs>;
  readonly solid: Field<Solid, NoArgs>;
  readonly parent: Field<SolidHandle | null, NoArgs>;
  readonly stepStats: Field<SolidStepStatsOrError | null, { readonly limit?: number | null | undefined }>;
}

export interface SolidStepStatsConnection {
  readonly __typename: "SolidStepStatsConnection";
  readonly nodes: Field<readonly RunStepStats[], NoArgs>;
}

export type SolidStepStatsOrError = SolidStepStatsConnection | SolidStepStatusUnavailableError;

export interface SolidStepStatusUnavailableError {
  readonly __typename: "SolidStepStatusUnavailableError";
  readonly message: Field<string, NoArgs>;
}

export type SourceLocation = LocalFileCodeReference | UrlCodeReference;

export interface SpecificPartitionAssetConditionEvaluationNode {
  readonly __typename: "SpecificPartitionAssetConditionEvaluationNode";
  readonly uniqueId: Field<string, NoArgs>;
  readonly description: Field<string, NoArgs>;
  readonly entityKey: Field<EntityKey, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly status: Field<AssetConditionEvaluationStatus, NoArgs>;
  readonly childUniqueIds: Field<readonly string[], NoArgs>;
}

export interface StaleCause {
  readonly key: Field<AssetKey, NoArgs>;
  readonly partitionKey: Field<string | null, NoArgs>;
  readonly category: Field<StaleCauseCategory, NoArgs>;
  readonly reason: Field<string, NoArgs>;
  readonly dependency: Field<AssetKey | null, NoArgs>;
  readonly dependencyPartitionKey: Field<string | null, NoArgs>;
}

export type StaleCauseCategory = "CODE" | "DATA" | "DEPENDENCIES";

export type StaleStatus = "MISSING" | "STALE" | "FRESH";

export interface StartScheduleMutation {
  readonly Output: Field<ScheduleMutationResult, NoArgs>;
}

export type StepEvent = EngineEvent | ExecutionStepFailureEvent | ExecutionStepInputEvent | ExecutionStepOutputEvent | ExecutionStepRestartEvent | ExecutionStepSkippedEvent | ExecutionStepStartEvent | ExecutionStepSuccessEvent | ExecutionStepUpForRetryEvent | HandledOutputEvent | HookCompletedEvent | HookErroredEvent | HookSkippedEvent | LoadedInputEvent | ResourceInitFailureEvent | ResourceInitStartedEvent | ResourceInitSuccessEvent | StepWorkerStartedEvent | StepWorkerStartingEvent | MaterializationEvent | ObservationEvent | FailedToMaterializeEvent | AssetCheckEvaluationPlannedEvent | AssetCheckEvaluationEvent | ObjectStoreOperationEvent | StepExpectationResultEvent | HealthChangedEvent;

export type StepEventStatus = "SKIPPED" | "SUCCESS" | "FAILURE" | "IN_PROGRESS";

export interface StepExecution {
  readonly stepKey: string;
  readonly marshalledInputs?: readonly MarshalledInput[] | null | undefined;
  readonly marshalledOutputs?: readonly MarshalledOutput[] | null | undefined;
}

export interface StepExpectationResultEvent {
  readonly __typename: "StepExpectationResultEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly expectationResult: Field<ExpectationResult, NoArgs>;
}

export type StepKind = "COMPUTE" | "UNRESOLVED_MAPPED" | "UNRESOLVED_COLLECT";

export interface StepOutputHandle {
  readonly stepKey: string;
  readonly outputName: string;
}

export interface StepWorkerStartedEvent {
  readonly __typename: "StepWorkerStartedEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
}

export interface StepWorkerStartingEvent {
  readonly __typename: "StepWorkerStartingEvent";
  readonly runId: Field<string, NoArgs>;
  readonly message: Field<string, NoArgs>;
  readonly timestamp: Field<string, NoArgs>;
  readonly level: Field<LogLevel, NoArgs>;
  readonly stepKey: Field<string | null, NoArgs>;
  readonly solidHandleID: Field<string | null, NoArgs>;
  readonly eventType: Field<DagsterEventType | null, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly markerStart: Field<string | null, NoArgs>;
  readonly markerEnd: Field<string | null, NoArgs>;
}

export interface StopRunningScheduleMutation {
  readonly Output: Field<ScheduleMutationResult, NoArgs>;
}

export interface StopSensorMutation {
  readonly Output: Field<StopSensorMutationResultOrError, NoArgs>;
}

export interface StopSensorMutationResult {
  readonly __typename: "StopSensorMutationResult";
  readonly instigationState: Field<InstigationState | null, NoArgs>;
}

export type StopSensorMutationResultOrError = StopSensorMutationResult | UnauthorizedError | PythonError;

export interface StorageAddress {
  readonly storageKind: Field<string | null, NoArgs>;
  readonly tableName: Field<string, NoArgs>;
}

export interface Subscription {
  readonly capturedLogs: Stream<"capturedLogs", CapturedLogs, { readonly logKey: readonly string[]; readonly cursor?: string | null | undefined }>;
  readonly pipelineRunLogs: Stream<"pipelineRunLogs", PipelineRunLogsSubscriptionPayload, { readonly runId: string; readonly cursor?: string | null | undefined }>;
  readonly locationStateChangeEvents: Stream<"locationStateChangeEvents", LocationStateChangeSubscription, { readonly cursor?: string | null | undefined }>;
}

export interface Table {
  readonly schema: Field<TableSchema, NoArgs>;
  readonly records: Field<readonly string[], NoArgs>;
}

export interface TableColumn {
  readonly name: Field<string, NoArgs>;
  readonly type: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly constraints: Field<TableColumnConstraints, NoArgs>;
  readonly tags: Field<readonly DefinitionTag[], NoArgs>;
}

export interface TableColumnConstraints {
  readonly nullable: Field<boolean, NoArgs>;
  readonly unique: Field<boolean, NoArgs>;
  readonly other: Field<readonly string[], NoArgs>;
}

export interface TableColumnDep {
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly columnName: Field<string, NoArgs>;
}

export interface TableColumnLineageEntry {
  readonly columnName: Field<string, NoArgs>;
  readonly columnDeps: Field<readonly TableColumnDep[], NoArgs>;
}

export interface TableColumnLineageMetadataEntry {
  readonly __typename: "TableColumnLineageMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly lineage: Field<readonly TableColumnLineageEntry[], NoArgs>;
}

export interface TableConstraints {
  readonly other: Field<readonly string[], NoArgs>;
}

export interface TableMetadataEntry {
  readonly __typename: "TableMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly table: Field<Table, NoArgs>;
}

export interface TableSchema {
  readonly constraints: Field<TableConstraints | null, NoArgs>;
  readonly columns: Field<readonly TableColumn[], NoArgs>;
}

export interface TableSchemaMetadataEntry {
  readonly __typename: "TableSchemaMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly schema: Field<TableSchema, NoArgs>;
}

export interface TagInput {
  readonly key: string;
  readonly value: string;
}

export interface Target {
  readonly pipelineName: Field<string, NoArgs>;
  readonly mode: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
}

export interface TeamAssetOwner {
  readonly __typename: "TeamAssetOwner";
  readonly team: Field<string, NoArgs>;
}

export interface TeamDefinitionOwner {
  readonly __typename: "TeamDefinitionOwner";
  readonly team: Field<string, NoArgs>;
}

export type TerminatePipelineExecutionFailure = TerminateRunFailure;

export type TerminatePipelineExecutionSuccess = TerminateRunSuccess;

export interface TerminateRunFailure {
  readonly __typename: "TerminateRunFailure";
  readonly run: Field<Run, NoArgs>;
  readonly message: Field<string, NoArgs>;
}

export interface TerminateRunMutation {
  readonly Output: Field<TerminateRunResult, NoArgs>;
}

export type TerminateRunPolicy = "SAFE_TERMINATE" | "MARK_AS_CANCELED_IMMEDIATELY";

export type TerminateRunResult = TerminateRunSuccess | TerminateRunFailure | RunNotFoundError | UnauthorizedError | PythonError;

export interface TerminateRunSuccess {
  readonly __typename: "TerminateRunSuccess";
  readonly run: Field<Run, NoArgs>;
}

export interface TerminateRunsResult {
  readonly __typename: "TerminateRunsResult";
  readonly terminateRunResults: Field<readonly TerminateRunResult[], NoArgs>;
}

export type TerminateRunsResultOrError = TerminateRunsResult | PythonError;

export interface TestFields {
  readonly alwaysException: Field<string | null, NoArgs>;
  readonly asyncString: Field<string | null, NoArgs>;
}

export interface TextMetadataEntry {
  readonly __typename: "TextMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly text: Field<string, NoArgs>;
}

export interface TextRuleEvaluationData {
  readonly __typename: "TextRuleEvaluationData";
  readonly text: Field<string | null, NoArgs>;
}

export interface TickEvaluation {
  readonly dynamicPartitionsRequests: Field<readonly DynamicPartitionRequest[] | null, NoArgs>;
  readonly runRequests: Field<readonly RunRequest[] | null, NoArgs>;
  readonly skipReason: Field<string | null, NoArgs>;
  readonly error: Field<PythonError | null, NoArgs>;
  readonly cursor: Field<string | null, NoArgs>;
}

export interface TimePartitionRangeStatus {
  readonly startTime: Field<number, NoArgs>;
  readonly endTime: Field<number, NoArgs>;
  readonly startKey: Field<string, NoArgs>;
  readonly endKey: Field<string, NoArgs>;
  readonly status: Field<PartitionRangeStatus, NoArgs>;
}

export interface TimePartitionStatuses {
  readonly __typename: "TimePartitionStatuses";
  readonly ranges: Field<readonly TimePartitionRangeStatus[], NoArgs>;
}

export interface TimeWindowFreshnessPolicy {
  readonly __typename: "TimeWindowFreshnessPolicy";
  readonly failWindowSeconds: Field<number, NoArgs>;
  readonly warnWindowSeconds: Field<number | null, NoArgs>;
}

export interface TimestampMetadataEntry {
  readonly __typename: "TimestampMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly timestamp: Field<number, NoArgs>;
}

export interface TypeCheck {
  readonly __typename: "TypeCheck";
  readonly label: Field<string | null, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly success: Field<boolean, NoArgs>;
}

export interface UnauthorizedError {
  readonly __typename: "UnauthorizedError";
  readonly message: Field<string, NoArgs>;
}

export interface UnknownPipeline {
  readonly __typename: "UnknownPipeline";
  readonly name: Field<string, NoArgs>;
  readonly solidSelection: Field<readonly string[] | null, NoArgs>;
}

export interface UnpartitionedAssetConditionEvaluationNode {
  readonly __typename: "UnpartitionedAssetConditionEvaluationNode";
  readonly uniqueId: Field<string, NoArgs>;
  readonly description: Field<string, NoArgs>;
  readonly entityKey: Field<EntityKey, NoArgs>;
  readonly startTimestamp: Field<number | null, NoArgs>;
  readonly endTimestamp: Field<number | null, NoArgs>;
  readonly metadataEntries: Field<readonly MetadataEntry[], NoArgs>;
  readonly status: Field<AssetConditionEvaluationStatus, NoArgs>;
  readonly childUniqueIds: Field<readonly string[], NoArgs>;
}

export interface UnpartitionedAssetStatus {
  readonly __typename: "UnpartitionedAssetStatus";
  readonly assetKey: Field<AssetKey, NoArgs>;
  readonly inProgress: Field<boolean, NoArgs>;
  readonly materialized: Field<boolean, NoArgs>;
  readonly failed: Field<boolean, NoArgs>;
}

export interface UnsupportedOperationError {
  readonly __typename: "UnsupportedOperationError";
  readonly message: Field<string, NoArgs>;
}

export interface UrlCodeReference {
  readonly __typename: "UrlCodeReference";
  readonly url: Field<string, NoArgs>;
  readonly label: Field<string | null, NoArgs>;
}

export interface UrlMetadataEntry {
  readonly __typename: "UrlMetadataEntry";
  readonly label: Field<string, NoArgs>;
  readonly description: Field<string | null, NoArgs>;
  readonly url: Field<string, NoArgs>;
}

export interface UsedSolid {
  readonly definition: Field<ISolidDefinition, NoArgs>;
  readonly invocations: Field<readonly NodeInvocationSite[], NoArgs>;
}

export interface UserAssetOwner {
  readonly __typename: "UserAssetOwner";
  readonly email: Field<string, NoArgs>;
}

export interface UserDefinitionOwner {
  readonly __typename: "UserDefinitionOwner";
  readonly email: Field<string, NoArgs>;
}

export interface WaitingOnKeysRuleEvaluationData {
  readonly __typename: "WaitingOnKeysRuleEvaluationData";
  readonly waitingOnAssetKeys: Field<readonly AssetKey[] | null, NoArgs>;
}

export interface Workspace {
  readonly __typename: "Workspace";
  readonly id: Field<string, NoArgs>;
  readonly locationEntries: Field<readonly WorkspaceLocationEntry[], NoArgs>;
}

export interface WorkspaceLocationEntry {
  readonly __typename: "WorkspaceLocationEntry";
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly locationOrLoadError: Field<RepositoryLocationOrLoadError | null, NoArgs>;
  readonly loadStatus: Field<RepositoryLocationLoadStatus, NoArgs>;
  readonly displayMetadata: Field<readonly RepositoryMetadata[], NoArgs>;
  readonly updatedTimestamp: Field<number, NoArgs>;
  readonly versionKey: Field<string, NoArgs>;
  readonly permissions: Field<readonly Permission[], NoArgs>;
  readonly defsStateInfo: Field<DefsStateInfo | null, NoArgs>;
  readonly featureFlags: Field<readonly FeatureFlag[], NoArgs>;
  readonly definitionsSource: Field<DefinitionsSource, NoArgs>;
}

export type WorkspaceLocationEntryOrError = WorkspaceLocationEntry | PythonError;

export interface WorkspaceLocationStatusEntries {
  readonly __typename: "WorkspaceLocationStatusEntries";
  readonly entries: Field<readonly WorkspaceLocationStatusEntry[], NoArgs>;
  readonly cursor: Field<string, NoArgs>;
}

export type WorkspaceLocationStatusEntriesOrError = WorkspaceLocationStatusEntries | PythonError;

export interface WorkspaceLocationStatusEntry {
  readonly id: Field<string, NoArgs>;
  readonly name: Field<string, NoArgs>;
  readonly loadStatus: Field<RepositoryLocationLoadStatus, NoArgs>;
  readonly updateTimestamp: Field<number, NoArgs>;
  readonly versionKey: Field<string, NoArgs>;
  readonly permissions: Field<readonly Permission[], NoArgs>;
}

export type WorkspaceOrError = Workspace | PythonError;

export type WrappingConfigType = ArrayConfigType | NullableConfigType;

export type WrappingDagsterType = ListDagsterType | NullableDagsterType;

/** The unions by name. */
export interface Unions {
  AddDynamicPartitionResult: AddDynamicPartitionResult;
  AppManagedComponentsOrError: AppManagedComponentsOrError;
  AssetBackfillStatus: AssetBackfillStatus;
  AssetCheckOrError: AssetCheckOrError;
  AssetCheckPartitionStatus1D: AssetCheckPartitionStatus1D;
  AssetCheckPartitionStatuses: AssetCheckPartitionStatuses;
  AssetChecksOrError: AssetChecksOrError;
  AssetConditionEvaluationNode: AssetConditionEvaluationNode;
  AssetConditionEvaluationRecordsOrError: AssetConditionEvaluationRecordsOrError;
  AssetHealthCheckMeta: AssetHealthCheckMeta;
  AssetHealthMaterializationMeta: AssetHealthMaterializationMeta;
  AssetNodeOrError: AssetNodeOrError;
  AssetOrError: AssetOrError;
  AssetOwner: AssetOwner;
  AssetPartitionStatuses: AssetPartitionStatuses;
  AssetRecordsOrError: AssetRecordsOrError;
  AssetResultEventType: AssetResultEventType;
  AssetWipeMutationResult: AssetWipeMutationResult;
  AssetsOrError: AssetsOrError;
  AutoMaterializeAssetEvaluationRecordsOrError: AutoMaterializeAssetEvaluationRecordsOrError;
  AutoMaterializeRuleEvaluationData: AutoMaterializeRuleEvaluationData;
  CancelBackfillResult: CancelBackfillResult;
  ChangeBackfillResult: ChangeBackfillResult;
  ComponentTypesOrError: ComponentTypesOrError;
  ComponentsOrError: ComponentsOrError;
  ConfigTypeOrError: ConfigTypeOrError;
  DagsterRunEvent: DagsterRunEvent;
  DagsterTypeOrError: DagsterTypeOrError;
  DefinitionOwner: DefinitionOwner;
  DeleteAppManagedComponentResult: DeleteAppManagedComponentResult;
  DeleteDynamicPartitionsResult: DeleteDynamicPartitionsResult;
  DeletePipelineRunResult: DeletePipelineRunResult;
  EntityKey: EntityKey;
  EnvVarWithConsumersOrError: EnvVarWithConsumersOrError;
  EvaluationStackEntry: EvaluationStackEntry;
  EventConnectionOrError: EventConnectionOrError;
  ExecutionPlanOrError: ExecutionPlanOrError;
  GraphOrError: GraphOrError;
  InstigationStateOrError: InstigationStateOrError;
  InstigationStatesOrError: InstigationStatesOrError;
  InstigationTypeSpecificData: InstigationTypeSpecificData;
  Instigator: Instigator;
  InternalFreshnessPolicy: InternalFreshnessPolicy;
  LaunchBackfillResult: LaunchBackfillResult;
  LaunchMultipleRunsResultOrError: LaunchMultipleRunsResultOrError;
  LaunchRunReexecutionResult: LaunchRunReexecutionResult;
  LaunchRunResult: LaunchRunResult;
  LogTelemetryMutationResult: LogTelemetryMutationResult;
  PartitionBackfillOrError: PartitionBackfillOrError;
  PartitionBackfillsOrError: PartitionBackfillsOrError;
  PartitionKeysOrError: PartitionKeysOrError;
  PartitionRunConfigOrError: PartitionRunConfigOrError;
  PartitionSetOrError: PartitionSetOrError;
  PartitionSetsOrError: PartitionSetsOrError;
  PartitionStatus1D: PartitionStatus1D;
  PartitionStatusesOrError: PartitionStatusesOrError;
  PartitionTagsOrError: PartitionTagsOrError;
  PartitionsOrError: PartitionsOrError;
  PipelineConfigValidationResult: PipelineConfigValidationResult;
  PipelineOrError: PipelineOrError;
  PipelineRunLogsSubscriptionPayload: PipelineRunLogsSubscriptionPayload;
  PipelineSnapshotOrError: PipelineSnapshotOrError;
  RefreshComponentStateResult: RefreshComponentStateResult;
  ReloadRepositoryLocationMutationResult: ReloadRepositoryLocationMutationResult;
  ReloadWorkspaceMutationResult: ReloadWorkspaceMutationResult;
  ReportAssetCheckEvaluationResult: ReportAssetCheckEvaluationResult;
  ReportRunlessAssetEventsResult: ReportRunlessAssetEventsResult;
  RepositoriesOrError: RepositoriesOrError;
  RepositoryLocationOrLoadError: RepositoryLocationOrLoadError;
  RepositoryOrError: RepositoryOrError;
  ResourceDetailsListOrError: ResourceDetailsListOrError;
  ResourceDetailsOrError: ResourceDetailsOrError;
  ResourcesOrError: ResourcesOrError;
  ResumeBackfillResult: ResumeBackfillResult;
  RunConfigSchemaOrError: RunConfigSchemaOrError;
  RunGroupOrError: RunGroupOrError;
  RunIdsOrError: RunIdsOrError;
  RunOrError: RunOrError;
  RunStatsSnapshotOrError: RunStatsSnapshotOrError;
  RunTagKeysOrError: RunTagKeysOrError;
  RunTagsOrError: RunTagsOrError;
  RunsFeedConnectionOrError: RunsFeedConnectionOrError;
  RunsFeedCountOrError: RunsFeedCountOrError;
  RunsOrError: RunsOrError;
  ScheduleDryRunResult: ScheduleDryRunResult;
  ScheduleMutationResult: ScheduleMutationResult;
  ScheduleOrError: ScheduleOrError;
  ScheduleTickSpecificData: ScheduleTickSpecificData;
  SchedulerOrError: SchedulerOrError;
  SchedulesOrError: SchedulesOrError;
  SensorDryRunResult: SensorDryRunResult;
  SensorOrError: SensorOrError;
  SensorsOrError: SensorsOrError;
  SetAppManagedComponentResult: SetAppManagedComponentResult;
  SetRunPriorityResult: SetRunPriorityResult;
  ShutdownRepositoryLocationMutationResult: ShutdownRepositoryLocationMutationResult;
  SolidStepStatsOrError: SolidStepStatsOrError;
  SourceLocation: SourceLocation;
  StopSensorMutationResultOrError: StopSensorMutationResultOrError;
  TerminateRunResult: TerminateRunResult;
  TerminateRunsResultOrError: TerminateRunsResultOrError;
  WorkspaceLocationEntryOrError: WorkspaceLocationEntryOrError;
  WorkspaceLocationStatusEntriesOrError: WorkspaceLocationStatusEntriesOrError;
  WorkspaceOrError: WorkspaceOrError;
}

/** The names of each union's members. */
export const unionMembers = {
  AddDynamicPartitionResult: ["AddDynamicPartitionSuccess","UnauthorizedError","PythonError","DuplicateDynamicPartitionError"],
  AppManagedComponentsOrError: ["AppManagedComponents","PythonError"],
  AssetBackfillStatus: ["AssetPartitionsStatusCounts","UnpartitionedAssetStatus"],
  AssetCheckOrError: ["AssetCheck","AssetCheckNotFoundError","AssetCheckNeedsMigrationError","AssetCheckNeedsUserCodeUpgrade","AssetCheckNeedsAgentUpgradeError"],
  AssetCheckPartitionStatus1D: ["AssetCheckTimePartitionStatuses","AssetCheckDefaultPartitionStatuses"],
  AssetCheckPartitionStatuses: ["AssetCheckDefaultPartitionStatuses","AssetCheckMultiPartitionStatuses","AssetCheckTimePartitionStatuses"],
  AssetChecksOrError: ["AssetChecks","AssetCheckNeedsMigrationError","AssetCheckNeedsUserCodeUpgrade","AssetCheckNeedsAgentUpgradeError"],
  AssetConditionEvaluationNode: ["UnpartitionedAssetConditionEvaluationNode","PartitionedAssetConditionEvaluationNode","SpecificPartitionAssetConditionEvaluationNode"],
  AssetConditionEvaluationRecordsOrError: ["AssetConditionEvaluationRecords","AutoMaterializeAssetEvaluationNeedsMigrationError"],
  AssetHealthCheckMeta: ["AssetHealthCheckDegradedMeta","AssetHealthCheckWarningMeta","AssetHealthCheckUnknownMeta"],
  AssetHealthMaterializationMeta: ["AssetHealthMaterializationDegradedPartitionedMeta","AssetHealthMaterializationHealthyPartitionedMeta","AssetHealthMaterializationDegradedNotPartitionedMeta","AssetHealthMaterializationWarningPartitionedMeta","AssetHealthMaterializationWarningNotPartitionedMeta"],
  AssetNodeOrError: ["AssetNode","AssetNotFoundError"],
  AssetOrError: ["Asset","AssetNotFoundError"],
  AssetOwner: ["UserAssetOwner","TeamAssetOwner"],
  AssetPartitionStatuses: ["DefaultPartitionStatuses","MultiPartitionStatuses","TimePartitionStatuses"],
  AssetRecordsOrError: ["AssetRecordConnection","PythonError"],
  AssetResultEventType: ["FailedToMaterializeEvent","MaterializationEvent","ObservationEvent"],
  AssetWipeMutationResult: ["AssetNotFoundError","UnauthorizedError","PythonError","UnsupportedOperationError","AssetWipeSuccess"],
  AssetsOrError: ["AssetConnection","PythonError"],
  AutoMaterializeAssetEvaluationRecordsOrError: ["AutoMaterializeAssetEvaluationRecords","AutoMaterializeAssetEvaluationNeedsMigrationError"],
  AutoMaterializeRuleEvaluationData: ["TextRuleEvaluationData","ParentMaterializedRuleEvaluationData","WaitingOnKeysRuleEvaluationData"],
  CancelBackfillResult: ["CancelBackfillSuccess","UnauthorizedError","PythonError"],
  ChangeBackfillResult: ["ChangeBackfillSuccess","UnauthorizedError","PythonError"],
  ComponentTypesOrError: ["ComponentTypes","RepositoryLocationNotFound","PythonError"],
  ComponentsOrError: ["Components","PythonError"],
  ConfigTypeOrError: ["EnumConfigType","CompositeConfigType","RegularConfigType","PipelineNotFoundError","ConfigTypeNotFoundError","PythonError"],
  DagsterRunEvent: ["ExecutionStepFailureEvent","ExecutionStepInputEvent","ExecutionStepOutputEvent","ExecutionStepSkippedEvent","ExecutionStepStartEvent","ExecutionStepSuccessEvent","ExecutionStepUpForRetryEvent","ExecutionStepRestartEvent","LogMessageEvent","ResourceInitFailureEvent","ResourceInitStartedEvent","ResourceInitSuccessEvent","RunFailureEvent","RunStartEvent","RunEnqueuedEvent","RunDequeuedEvent","RunStartingEvent","RunCancelingEvent","RunCanceledEvent","RunSuccessEvent","StepWorkerStartedEvent","StepWorkerStartingEvent","HandledOutputEvent","LoadedInputEvent","LogsCapturedEvent","MaterializationEvent","ObservationEvent","FailedToMaterializeEvent","EngineEvent","HookCompletedEvent","HookSkippedEvent","HookErroredEvent","AssetMaterializationPlannedEvent","AssetCheckEvaluationPlannedEvent","AssetCheckEvaluationEvent","ObjectStoreOperationEvent","StepExpectationResultEvent","HealthChangedEvent","RunSuspendedEvent","RunResumedEvent","AlertStartEvent","AlertSuccessEvent","AlertFailureEvent"],
  DagsterTypeOrError: ["RegularDagsterType","PipelineNotFoundError","DagsterTypeNotFoundError","PythonError"],
  DefinitionOwner: ["UserDefinitionOwner","TeamDefinitionOwner"],
  DeleteAppManagedComponentResult: ["DeleteAppManagedComponentSuccess","UnauthorizedError","PythonError"],
  DeleteDynamicPartitionsResult: ["DeleteDynamicPartitionsSuccess","UnsupportedOperationError","UnauthorizedError","PythonError"],
  DeletePipelineRunResult: ["DeletePipelineRunSuccess","UnauthorizedError","PythonError","RunNotFoundError"],
  EntityKey: ["AssetKey","AssetCheckhandle","AssetJobKey"],
  EnvVarWithConsumersOrError: ["EnvVarWithConsumersList","PythonError"],
  EvaluationStackEntry: ["EvaluationStackListItemEntry","EvaluationStackPathEntry","EvaluationStackMapKeyEntry","EvaluationStackMapValueEntry"],
  EventConnectionOrError: ["EventConnection","RunNotFoundError","PythonError"],
  ExecutionPlanOrError: ["ExecutionPlan","RunConfigValidationInvalid","PipelineNotFoundError","InvalidSubsetError","PythonError"],
  GraphOrError: ["Graph","GraphNotFoundError","PythonError"],
  InstigationStateOrError: ["InstigationState","InstigationStateNotFoundError","PythonError"],
  InstigationStatesOrError: ["InstigationStates","PythonError"],
  InstigationTypeSpecificData: ["SensorData","ScheduleData"],
  Instigator: ["Schedule","Sensor"],
  InternalFreshnessPolicy: ["TimeWindowFreshnessPolicy","CronFreshnessPolicy"],
  LaunchBackfillResult: ["LaunchBackfillSuccess","PartitionSetNotFoundError","PartitionKeysNotFoundError","InvalidStepError","InvalidOutputError","RunConfigValidationInvalid","PipelineNotFoundError","RunConflict","UnauthorizedError","PythonError","InvalidSubsetError","PresetNotFoundError","ConflictingExecutionParamsError","NoModeProvidedError"],
  LaunchMultipleRunsResultOrError: ["LaunchMultipleRunsResult","PythonError"],
  LaunchRunReexecutionResult: ["LaunchRunSuccess","InvalidStepError","InvalidOutputError","RunConfigValidationInvalid","PipelineNotFoundError","RunConflict","UnauthorizedError","PythonError","InvalidSubsetError","PresetNotFoundError","ConflictingExecutionParamsError","NoModeProvidedError"],
  LaunchRunResult: ["LaunchRunSuccess","InvalidStepError","InvalidOutputError","RunConfigValidationInvalid","PipelineNotFoundError","RunConflict","UnauthorizedError","PythonError","InvalidSubsetError","PresetNotFoundError","ConflictingExecutionParamsError","NoModeProvidedError"],
  LogTelemetryMutationResult: ["LogTelemetrySuccess","PythonError"],
  PartitionBackfillOrError: ["PartitionBackfill","BackfillNotFoundError","PythonError"],
  PartitionBackfillsOrError: ["PartitionBackfills","PythonError"],
  PartitionKeysOrError: ["PartitionKeys","PartitionSubsetDeserializationError"],
  PartitionRunConfigOrError: ["PartitionRunConfig","PythonError"],
  PartitionSetOrError: ["PartitionSet","PartitionSetNotFoundError","PythonError"],
  PartitionSetsOrError: ["PartitionSets","PipelineNotFoundError","PythonError"],
  PartitionStatus1D: ["TimePartitionStatuses","DefaultPartitionStatuses"],
  PartitionStatusesOrError: ["PartitionStatuses","PythonError"],
  PartitionTagsOrError: ["PartitionTags","PythonError"],
  PartitionsOrError: ["Partitions","PythonError"],
  PipelineConfigValidationResult: ["InvalidSubsetError","PipelineConfigValidationValid","RunConfigValidationInvalid","PipelineNotFoundError","PythonError"],
  PipelineOrError: ["Pipeline","PipelineNotFoundError","InvalidSubsetError","PythonError"],
  PipelineRunLogsSubscriptionPayload: ["PipelineRunLogsSubscriptionSuccess","PipelineRunLogsSubscriptionFailure"],
  PipelineSnapshotOrError: ["PipelineNotFoundError","PipelineSnapshot","PipelineSnapshotNotFoundError","PythonError"],
  RefreshComponentStateResult: ["RefreshComponentStateSuccess","RefreshComponentStateAccepted","RefreshComponentStateError","UnauthorizedError","PythonError"],
  ReloadRepositoryLocationMutationResult: ["WorkspaceLocationEntry","ReloadNotSupported","RepositoryLocationNotFound","UnauthorizedError","PythonError"],
  ReloadWorkspaceMutationResult: ["Workspace","UnauthorizedError","PythonError"],
  ReportAssetCheckEvaluationResult: ["UnauthorizedError","PythonError","ReportAssetCheckEvaluationsSuccess"],
  ReportRunlessAssetEventsResult: ["UnauthorizedError","PythonError","ReportRunlessAssetEventsSuccess"],
  RepositoriesOrError: ["RepositoryConnection","RepositoryNotFoundError","PythonError"],
  RepositoryLocationOrLoadError: ["RepositoryLocation","PythonError"],
  RepositoryOrError: ["PythonError","Repository","RepositoryNotFoundError"],
  ResourceDetailsListOrError: ["ResourceDetailsList","RepositoryNotFoundError","PythonError"],
  ResourceDetailsOrError: ["ResourceDetails","ResourceNotFoundError","PythonError"],
  ResourcesOrError: ["ResourceConnection","PipelineNotFoundError","InvalidSubsetError","PythonError"],
  ResumeBackfillResult: ["ResumeBackfillSuccess","UnauthorizedError","PythonError"],
  RunConfigSchemaOrError: ["RunConfigSchema","PipelineNotFoundError","InvalidSubsetError","ModeNotFoundError","PythonError"],
  RunGroupOrError: ["RunGroup","RunGroupNotFoundError","PythonError"],
  RunIdsOrError: ["RunIds","InvalidPipelineRunsFilterError","PythonError"],
  RunOrError: ["Run","RunNotFoundError","PythonError"],
  RunStatsSnapshotOrError: ["RunStatsSnapshot","PythonError"],
  RunTagKeysOrError: ["PythonError","RunTagKeys"],
  RunTagsOrError: ["PythonError","RunTags"],
  RunsFeedConnectionOrError: ["RunsFeedConnection","PythonError"],
  RunsFeedCountOrError: ["RunsFeedCount","PythonError"],
  RunsOrError: ["Runs","InvalidPipelineRunsFilterError","PythonError"],
  ScheduleDryRunResult: ["DryRunInstigationTick","PythonError","ScheduleNotFoundError","UnauthorizedError"],
  ScheduleMutationResult: ["PythonError","UnauthorizedError","ScheduleStateResult","ScheduleNotFoundError"],
  ScheduleOrError: ["Schedule","ScheduleNotFoundError","PythonError"],
  ScheduleTickSpecificData: ["ScheduleTickSuccessData","ScheduleTickFailureData"],
  SchedulerOrError: ["Scheduler","SchedulerNotDefinedError","PythonError"],
  SchedulesOrError: ["Schedules","RepositoryNotFoundError","PythonError"],
  SensorDryRunResult: ["PythonError","SensorNotFoundError","UnauthorizedError","DryRunInstigationTick"],
  SensorOrError: ["Sensor","SensorNotFoundError","UnauthorizedError","PythonError"],
  SensorsOrError: ["Sensors","RepositoryNotFoundError","PythonError"],
  SetAppManagedComponentResult: ["SetAppManagedComponentSuccess","AppManagedComponentValidationError","UnauthorizedError","PythonError"],
  SetRunPriorityResult: ["SetRunPrioritySuccess","RunNotFoundError","RunNotQueuedError","UnauthorizedError","PythonError"],
  ShutdownRepositoryLocationMutationResult: ["ShutdownRepositoryLocationSuccess","RepositoryLocationNotFound","UnauthorizedError","PythonError"],
  SolidStepStatsOrError: ["SolidStepStatsConnection","SolidStepStatusUnavailableError"],
  SourceLocation: ["LocalFileCodeReference","UrlCodeReference"],
  StopSensorMutationResultOrError: ["StopSensorMutationResult","UnauthorizedError","PythonError"],
  TerminateRunResult: ["TerminateRunSuccess","TerminateRunFailure","RunNotFoundError","UnauthorizedError","PythonError"],
  TerminateRunsResultOrError: ["TerminateRunsResult","PythonError"],
  WorkspaceLocationEntryOrError: ["WorkspaceLocationEntry","PythonError"],
  WorkspaceLocationStatusEntriesOrError: ["WorkspaceLocationStatusEntries","PythonError"],
  WorkspaceOrError: ["Workspace","PythonError"],
} as const;
