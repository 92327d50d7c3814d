// Made from src/graphql/**/*.graphql by `pnpm gen`. Do not edit.
export const sdl = `
extend type Query {
  """
  Newest first. With partition "" only executions of no partition.
  """
  assetCheckExecutions(
    assetKey: AssetKeyInput!
    checkName: String!
    partition: String
    limit: Int!
    cursor: String
  ): [AssetCheckExecution!]!
}

extend type AssetNode {
  hasAssetChecks: Boolean!
  assetCheckOrError(checkName: String!): AssetCheckOrError!
  assetChecksOrError(limit: Int, pipeline: PipelineSelector): AssetChecksOrError!
}

extend type ExecutionPlan {
  assetCheckKeys: [AssetCheckhandle!]!
}

extend interface RunsFeedEntry {
  assetCheckSelection: [AssetCheckhandle!]
}

extend type Run {
  assetChecks: [AssetCheckhandle!]
  assetCheckSelection(limit: Int): [AssetCheckhandle!]
  assetCheckSelectionCount: Int!
}

type AssetCheckhandle {
  name: String!
  assetKey: AssetKey!
}

type AssetCheck {
  name: String!
  assetKey: AssetKey!
  description: String
  jobNames: [String!]!
  executionForLatestMaterialization: AssetCheckExecution
  canExecuteIndividually: AssetCheckCanExecuteIndividually!
  blocking: Boolean!
  additionalAssetKeys: [AssetKey!]!
  partitionDefinition: PartitionDefinition
  partitionKeysByDimension(startIdx: Int, endIdx: Int): [DimensionPartitionKeys!]!
  partitionStatuses: AssetCheckPartitionStatuses
}

union AssetCheckPartitionStatuses =
  | AssetCheckDefaultPartitionStatuses
  | AssetCheckMultiPartitionStatuses
  | AssetCheckTimePartitionStatuses

type AssetCheckDefaultPartitionStatuses {
  succeededPartitions: [String!]!
  failedPartitions: [String!]!
  inProgressPartitions: [String!]!
  skippedPartitions: [String!]!
  executionFailedPartitions: [String!]!
}

type AssetCheckMultiPartitionStatuses {
  ranges: [AssetCheckMultiPartitionRangeStatuses!]!
  primaryDimensionName: String!
}

type AssetCheckMultiPartitionRangeStatuses {
  primaryDimStartKey: String!
  primaryDimEndKey: String!
  primaryDimStartTime: Float
  primaryDimEndTime: Float
  secondaryDim: AssetCheckPartitionStatus1D!
}

union AssetCheckPartitionStatus1D = AssetCheckTimePartitionStatuses | AssetCheckDefaultPartitionStatuses

type AssetCheckTimePartitionStatuses {
  ranges: [AssetCheckTimePartitionRangeStatus!]!
}

type AssetCheckTimePartitionRangeStatus {
  startTime: Float!
  endTime: Float!
  startKey: String!
  endKey: String!
  status: AssetCheckPartitionRangeStatus!
}

enum AssetCheckPartitionRangeStatus {
  SUCCEEDED
  FAILED
  IN_PROGRESS
  SKIPPED
  EXECUTION_FAILED
}

enum AssetCheckCanExecuteIndividually {
  CAN_EXECUTE
  REQUIRES_MATERIALIZATION
  NEEDS_USER_CODE_UPGRADE
}

type AssetChecks {
  checks: [AssetCheck!]!
}

union AssetChecksOrError =
  | AssetChecks
  | AssetCheckNeedsMigrationError
  | AssetCheckNeedsUserCodeUpgrade
  | AssetCheckNeedsAgentUpgradeError

union AssetCheckOrError =
  | AssetCheck
  | AssetCheckNotFoundError
  | AssetCheckNeedsMigrationError
  | AssetCheckNeedsUserCodeUpgrade
  | AssetCheckNeedsAgentUpgradeError

type AssetCheckNotFoundError implements Error {
  message: String!
}

type AssetCheckNeedsMigrationError implements Error {
  message: String!
}

type AssetCheckNeedsUserCodeUpgrade implements Error {
  message: String!
}

type AssetCheckNeedsAgentUpgradeError implements Error {
  message: String!
}

type AssetCheckExecution {
  id: String!
  runId: String!
  status: AssetCheckExecutionResolvedStatus!
  evaluation: AssetCheckEvaluation
  timestamp: Float!
  partition: String
  stepKey: String
  run: Run
}

enum AssetCheckExecutionResolvedStatus {
  IN_PROGRESS
  SUCCEEDED
  FAILED
  EXECUTION_FAILED
  SKIPPED
}

type AssetCheckEvaluation {
  timestamp: Float!
  checkName: String!
  assetKey: AssetKey!
  targetMaterialization: AssetCheckEvaluationTargetMaterializationData
  metadataEntries: [MetadataEntry!]!
  severity: AssetCheckSeverity!
  description: String
  partition: String
  success: Boolean!
}

type AssetCheckEvaluationTargetMaterializationData {
  storageId: ID!
  runId: String!
  timestamp: Float!
}

enum AssetCheckSeverity {
  WARN
  ERROR
}

extend type Query {
  assetsOrError(prefix: [String!], assetKeys: [AssetKeyInput!], cursor: String, limit: Int): AssetsOrError!
  assetRecordsOrError(prefix: [String!], cursor: String, limit: Int): AssetRecordsOrError!
  assetOrError(assetKey: AssetKeyInput!): AssetOrError!
  assetNodes(
    group: AssetGroupSelector
    pipeline: PipelineSelector
    assetKeys: [AssetKeyInput!]
    loadMaterializations: Boolean = false
  ): [AssetNode!]!
  assetNodeOrError(assetKey: AssetKeyInput!): AssetNodeOrError!
  assetsLatestInfo(assetKeys: [AssetKeyInput!]!): [AssetLatestInfo!]!
  assetNodeAdditionalRequiredKeys(assetKeys: [AssetKeyInput!]!): [AssetKey!]!
  assetNodeDefinitionCollisions(assetKeys: [AssetKeyInput!]!): [AssetNodeDefinitionCollision!]!
}

extend type Mutation {
  reportRunlessAssetEvents(eventParams: ReportRunlessAssetEventsParams!): ReportRunlessAssetEventsResult!
  reportAssetCheckEvaluations(eventParams: ReportAssetCheckEvaluationsParams!): ReportAssetCheckEvaluationResult!
  wipeAssets(assetPartitionRanges: [PartitionsByAssetSelector!]!): AssetWipeMutationResult!
}

input ReportRunlessAssetEventsParams {
  eventType: AssetEventType!
  assetKey: AssetKeyInput!
  partitionKeys: [String]
  description: String
}

enum AssetEventType {
  ASSET_MATERIALIZATION
  ASSET_OBSERVATION
}

union ReportRunlessAssetEventsResult = UnauthorizedError | PythonError | ReportRunlessAssetEventsSuccess

type ReportRunlessAssetEventsSuccess {
  assetKey: AssetKey!
}

input ReportAssetCheckEvaluationsParams {
  assetKey: AssetKeyInput!
  checkName: String!
  passed: Boolean!
  severity: AssetCheckSeverity
  serializedMetadata: String
  partitionKeys: [String]
  description: String
}

union ReportAssetCheckEvaluationResult = UnauthorizedError | PythonError | ReportAssetCheckEvaluationsSuccess

type ReportAssetCheckEvaluationsSuccess {
  assetKey: AssetKey!
  checkName: String!
}

type AssetKey {
  path: [String!]!
}

input AssetKeyInput {
  path: [String!]!
}

type Asset {
  id: String!
  key: AssetKey!
  assetMaterializations(
    partitions: [String!]
    beforeTimestampMillis: String
    afterTimestampMillis: String
    limit: Int
  ): [MaterializationEvent!]!
  assetObservations(
    partitions: [String!]
    beforeTimestampMillis: String
    afterTimestampMillis: String
    limit: Int
  ): [ObservationEvent!]!
  assetEventHistory(
    partitions: [String!]
    beforeTimestampMillis: String
    afterTimestampMillis: String
    limit: Int!
    eventTypeSelectors: [AssetEventHistoryEventTypeSelector!]!
    cursor: String
  ): AssetResultEventHistoryConnection!
  definition: AssetNode
  latestEventSortKey: ID
  latestMaterializationTimestamp: Float
  latestObservationTimestamp: Float
  hasDefinitionOrRecord: Boolean!
  latestFailedToMaterializeTimestamp: Float
  freshnessStatusChangedTimestamp: Float
}

union AssetOrError = Asset | AssetNotFoundError

union AssetsOrError = AssetConnection | PythonError

type AssetConnection {
  nodes: [Asset!]!
  cursor: String
}

type AssetNotFoundError implements Error {
  message: String!
}

type AssetRecord {
  id: String!
  key: AssetKey!
}

type AssetRecordConnection {
  assets: [AssetRecord!]!
  cursor: String
}

union AssetRecordsOrError = AssetRecordConnection | PythonError

type AssetResultEventHistoryConnection {
  results: [AssetResultEventType!]!
  cursor: String!
}

union AssetResultEventType = FailedToMaterializeEvent | MaterializationEvent | ObservationEvent

enum AssetEventHistoryEventTypeSelector {
  MATERIALIZATION
  FAILED_TO_MATERIALIZE
  OBSERVATION
}

type AssetGroup {
  id: String!
  groupName: String!
  assetKeys: [AssetKey!]!
}

input AssetGroupSelector {
  groupName: String!
  repositoryName: String!
  repositoryLocationName: String!
}

type AssetDependency {
  asset: AssetNode!
}

union AssetOwner = UserAssetOwner | TeamAssetOwner

type UserAssetOwner {
  email: String!
}

type TeamAssetOwner {
  team: String!
}

type AssetLatestInfo {
  id: ID!
  assetKey: AssetKey!
  latestMaterialization: MaterializationEvent
  unstartedRunIds: [String!]!
  inProgressRunIds: [String!]!
  latestRun: Run
}

type AssetNodeDefinitionCollision {
  assetKey: AssetKey!
  repositories: [Repository!]!
}

type AssetNodeConnection {
  nodes: [AssetNode!]!
  cursor: String
  hasMore: Boolean!
}

union AssetNodeOrError = AssetNode | AssetNotFoundError

type AssetNode {
  assetKey: AssetKey!
  assetMaterializations(partitions: [String!], beforeTimestampMillis: String, limit: Int): [MaterializationEvent!]!
  assetObservations(partitions: [String!], beforeTimestampMillis: String, limit: Int): [ObservationEvent!]!
  computeKind: String
  configField: ConfigTypeField
  dataVersion(partition: String): String
  dataVersionByPartition(partitions: [String!]): [String]!
  dependedBy: [AssetDependency!]!
  dependedByKeys: [AssetKey!]!
  dependencies: [AssetDependency!]!
  dependencyKeys: [AssetKey!]!
  description(characterLimit: Int): String
  graphName: String
  groupName: String!
  internalFreshnessPolicy: InternalFreshnessPolicy
  automationCondition: AutomationCondition
  owners: [AssetOwner!]!
  id: ID!
  isExecutable: Boolean!
  isObservable: Boolean!
  isMaterializable: Boolean!
  isVirtual: Boolean!
  isAutoCreatedStub: Boolean!
  jobNames: [String!]!
  jobs: [Pipeline!]!
  metadataEntries: [MetadataEntry!]!
  tags: [DefinitionTag!]!
  kinds: [String!]!
  op: SolidDefinition
  opName: String
  opNames: [String!]!
  opTags: [DefinitionTag!]!
  opVersion: String
  pools: [String!]!
  repository: Repository!
  requiredResources: [ResourceRequirement!]!
  staleStatus(partition: String): StaleStatus
  staleStatusByPartition(partitions: [String!]): [StaleStatus!]!
  staleCauses(partition: String): [StaleCause!]!
  staleCausesByPartition(partitions: [String!]): [[StaleCause!]!]
  type: DagsterType
  hasMaterializePermission: Boolean!
  hasReportRunlessAssetEventPermission: Boolean!
  hasWipePermission: Boolean!
  targetingInstigators: [Instigator!]!
}

union InternalFreshnessPolicy = TimeWindowFreshnessPolicy | CronFreshnessPolicy

type TimeWindowFreshnessPolicy {
  failWindowSeconds: Int!
  warnWindowSeconds: Int
}

type CronFreshnessPolicy {
  deadlineCron: String!
  lowerBoundDeltaSeconds: Int!
  timezone: String!
}

type AutomationCondition {
  label: String
  expandedLabel: [String!]!
}

enum StaleStatus {
  MISSING
  STALE
  FRESH
}

type StaleCause {
  key: AssetKey!
  partitionKey: String
  category: StaleCauseCategory!
  reason: String!
  dependency: AssetKey
  dependencyPartitionKey: String
}

enum StaleCauseCategory {
  CODE
  DATA
  DEPENDENCIES
}

union AssetWipeMutationResult =
  | AssetNotFoundError
  | UnauthorizedError
  | PythonError
  | UnsupportedOperationError
  | AssetWipeSuccess

type AssetWipeSuccess {
  assetPartitionRanges: [AssetPartitionRange!]!
}

type AssetPartitionRange {
  assetKey: AssetKey!
  "Null: all of the asset."
  partitionRange: PartitionRange
}

extend type Query {
  truePartitionsForAutomationConditionEvaluationNode(
    assetKey: AssetKeyInput
    assetJobKey: AssetJobKeyInput
    evaluationId: ID!
    nodeUniqueId: String
  ): [String!]!
  assetConditionEvaluationForPartition(assetKey: AssetKeyInput, evaluationId: ID!, partition: String!): AssetConditionEvaluation
  assetConditionEvaluationRecordsOrError(
    assetKey: AssetKeyInput
    assetCheckKey: AssetCheckHandleInput
    assetJobKey: AssetJobKeyInput
    limit: Int!
    cursor: String
  ): AssetConditionEvaluationRecordsOrError
  assetConditionEvaluationsForEvaluationId(evaluationId: ID!): AssetConditionEvaluationRecordsOrError
  autoMaterializeTicks(
    dayRange: Int
    dayOffset: Int
    limit: Int
    cursor: String
    statuses: [InstigationTickStatus!]
    beforeTimestamp: Float
    afterTimestamp: Float
  ): [InstigationTick!]!
}

extend type AssetNode {
  freshnessStatusInfo: FreshnessStatusInfo
}

extend type AssetCheck {
  automationCondition: AutomationCondition
}

extend type Job {
  automationCondition: AutomationCondition
}

extend type Pipeline {
  automationCondition: AutomationCondition
}

extend type Instance {
  autoMaterializePaused: Boolean!
  useAutoMaterializeSensors: Boolean!
  freshnessEvaluationEnabled: Boolean!
}

extend type InstigationTick {
  requestedAssetKeys: [AssetKey!]!
  requestedAssetMaterializationCount: Int!
  requestedMaterializationsForAssets: [RequestedMaterializationsForAsset!]!
  requestedJobRunCount: Int!
  requestedRunsForJobs: [RequestedRunsForJob!]!
  autoMaterializeAssetEvaluationId: ID
}

type RequestedRunsForJob {
  jobName: String!
  partitionKeys: [String!]!
}

type FreshnessStatusInfo {
  freshnessStatus: AssetHealthStatus!
  freshnessStatusMetadata: AssetHealthFreshnessMeta
}

extend type Mutation {
  setAutoMaterializePaused(paused: Boolean!): Boolean!
}

input AssetJobKeyInput {
  jobName: String!
}

type AssetJobKey {
  jobName: String!
}

union EntityKey = AssetKey | AssetCheckhandle | AssetJobKey

union AssetConditionEvaluationRecordsOrError = AssetConditionEvaluationRecords | AutoMaterializeAssetEvaluationNeedsMigrationError

type AutoMaterializeAssetEvaluationNeedsMigrationError implements Error {
  message: String!
}

type AssetConditionEvaluationRecords {
  records: [AssetConditionEvaluationRecord!]!
}

type AssetConditionEvaluationRecord {
  id: ID!
  evaluationId: ID!
  runIds: [String!]!
  timestamp: Float!
  assetKey: AssetKey
  entityKey: EntityKey!
  numRequested: Int
  startTimestamp: Float
  endTimestamp: Float
  isLegacy: Boolean!
  evaluation: AssetConditionEvaluation!
  rootUniqueId: String!
  evaluationNodes: [AutomationConditionEvaluationNode!]!
}

type AssetConditionEvaluation {
  rootUniqueId: String!
  evaluationNodes: [AssetConditionEvaluationNode!]!
}

union AssetConditionEvaluationNode =
  | UnpartitionedAssetConditionEvaluationNode
  | PartitionedAssetConditionEvaluationNode
  | SpecificPartitionAssetConditionEvaluationNode

type UnpartitionedAssetConditionEvaluationNode {
  uniqueId: String!
  description: String!
  entityKey: EntityKey!
  startTimestamp: Float
  endTimestamp: Float
  metadataEntries: [MetadataEntry!]!
  status: AssetConditionEvaluationStatus!
  childUniqueIds: [String!]!
}

type PartitionedAssetConditionEvaluationNode {
  uniqueId: String!
  description: String!
  entityKey: EntityKey!
  startTimestamp: Float
  endTimestamp: Float
  numTrue: Int
  numCandidates: Int
  childUniqueIds: [String!]!
}

type SpecificPartitionAssetConditionEvaluationNode {
  uniqueId: String!
  description: String!
  entityKey: EntityKey!
  metadataEntries: [MetadataEntry!]!
  status: AssetConditionEvaluationStatus!
  childUniqueIds: [String!]!
}

enum AssetConditionEvaluationStatus {
  TRUE
  FALSE
  SKIPPED
}

type AutomationConditionEvaluationNode {
  uniqueId: String!
  userLabel: String
  expandedLabel: [String!]!
  entityKey: EntityKey!
  startTimestamp: Float
  endTimestamp: Float
  numTrue: Int
  numCandidates: Int
  isPartitioned: Boolean!
  childUniqueIds: [String!]!
  operatorType: String!
  sinceMetadata: SinceConditionMetadata
}

type SinceConditionMetadata {
  triggerEvaluationId: ID
  triggerTimestamp: Float
  resetEvaluationId: ID
  resetTimestamp: Float
}

type RequestedMaterializationsForAsset {
  assetKey: AssetKey!
  partitionKeys: [String!]!
}

extend type Query {
  partitionBackfillOrError(backfillId: String!): PartitionBackfillOrError!
  partitionBackfillsOrError(
    status: BulkActionStatus
    cursor: String
    limit: Int
    filters: BulkActionsFilter
  ): PartitionBackfillsOrError!
  assetBackfillPreview(params: AssetBackfillPreviewParams!): [AssetPartitions!]!
}

extend type Mutation {
  launchPartitionBackfill(backfillParams: LaunchBackfillParams!): LaunchBackfillResult!
  resumePartitionBackfill(backfillId: String!): ResumeBackfillResult!
  reexecutePartitionBackfill(reexecutionParams: ReexecutionParams): LaunchBackfillResult!
  cancelPartitionBackfill(backfillId: String!): CancelBackfillResult!
  "Beside Dagster's schema: holds a backfill, lets it go on, or bounds how many of its runs are in flight; null lifts the bound."
  changePartitionBackfill(backfillId: String!, isPaused: Boolean, maxRunsInFlight: Int): ChangeBackfillResult!
}

extend type PartitionSet {
  backfills(cursor: String, limit: Int): [PartitionBackfill!]!
}

input LaunchBackfillParams {
  selector: PartitionSetSelector
  partitionNames: [String!]
  partitionsByAssets: [PartitionsByAssetSelector]
  reexecutionSteps: [String!]
  assetSelection: [AssetKeyInput!]
  fromFailure: Boolean
  allPartitions: Boolean
  tags: [ExecutionTag!]
  forceSynchronousSubmission: Boolean
  title: String
  description: String
  runConfigData: RunConfigData
  "Beside Dagster's schema: of the assets' partitions only those that are so."
  onlyPartitions: [BackfillPartitionFilter!]
  "Beside Dagster's schema: most of its runs that are queued or run at a time."
  maxRunsInFlight: Int
  "Beside Dagster's schema: nothing is submitted until it is told to go on."
  isPaused: Boolean
}

enum BackfillPartitionFilter {
  MISSING
  FAILED
}

input PartitionSetSelector {
  partitionSetName: String!
  repositorySelector: RepositorySelector!
}

input PartitionsByAssetSelector {
  assetKey: AssetKeyInput!
  partitions: PartitionsSelector
}

input PartitionsSelector {
  range: PartitionRangeSelector
  ranges: [PartitionRangeSelector!]
}

input PartitionRangeSelector {
  start: String!
  end: String!
}

input AssetBackfillPreviewParams {
  partitionNames: [String!]!
  assetSelection: [AssetKeyInput!]!
}

input BulkActionsFilter {
  statuses: [BulkActionStatus!]
  createdBefore: Float
  createdAfter: Float
  selectorId: String
}

enum BulkActionStatus {
  REQUESTED
  COMPLETED
  FAILED
  CANCELED
  CANCELING
  COMPLETED_SUCCESS
  COMPLETED_FAILED
  FAILING
}

union PartitionBackfillOrError = PartitionBackfill | BackfillNotFoundError | PythonError

type BackfillNotFoundError implements Error {
  message: String!
  backfillId: String!
}

union PartitionBackfillsOrError = PartitionBackfills | PythonError

type PartitionBackfills {
  results: [PartitionBackfill!]!
}

union LaunchBackfillResult =
  | LaunchBackfillSuccess
  | PartitionSetNotFoundError
  | PartitionKeysNotFoundError
  | InvalidStepError
  | InvalidOutputError
  | RunConfigValidationInvalid
  | PipelineNotFoundError
  | RunConflict
  | UnauthorizedError
  | PythonError
  | InvalidSubsetError
  | PresetNotFoundError
  | ConflictingExecutionParamsError
  | NoModeProvidedError

type LaunchBackfillSuccess {
  backfillId: String!
  launchedRunIds: [String]
}

type PartitionKeysNotFoundError implements Error {
  message: String!
  partitionKeys: [String!]!
}

union ResumeBackfillResult = ResumeBackfillSuccess | UnauthorizedError | PythonError

type ResumeBackfillSuccess {
  backfillId: String!
}

union CancelBackfillResult = CancelBackfillSuccess | UnauthorizedError | PythonError

type CancelBackfillSuccess {
  backfillId: String!
}

union ChangeBackfillResult = ChangeBackfillSuccess | UnauthorizedError | PythonError

type ChangeBackfillSuccess {
  backfillId: String!
}

type PartitionBackfill implements RunsFeedEntry {
  id: ID!
  runStatus: RunStatus!
  creationTime: Float!
  startTime: Float
  endTime: Float
  tags: [PipelineTag!]!
  jobName: String
  assetSelection: [AssetKey!]
  assetCheckSelection: [AssetCheckhandle!]
  status: BulkActionStatus!
  partitionNames: [String!]
  isValidSerialization: Boolean!
  numPartitions: Int
  numCancelable: Int!
  fromFailure: Boolean!
  reexecutionSteps: [String!]
  partitionSetName: String
  timestamp: Float!
  endTimestamp: Float
  partitionSet: PartitionSet
  runs(limit: Int): [Run!]!
  unfinishedRuns(limit: Int): [Run!]!
  cancelableRuns(limit: Int): [Run!]!
  error: PythonError
  partitionStatuses: PartitionStatuses
  partitionStatusCounts: [PartitionStatusCounts!]!
  partitionsTargetedForAssetKey(assetKey: AssetKeyInput): AssetBackfillTargetPartitions
  isAssetBackfill: Boolean!
  assetBackfillData: AssetBackfillData
  hasCancelPermission: Boolean!
  hasResumePermission: Boolean!
  user: String
  title: String
  description: String
  logEvents(cursor: String): InstigationEventConnection!
  "Beside Dagster's schema."
  isPaused: Boolean!
  "Beside Dagster's schema: null means any number."
  maxRunsInFlight: Int
  "Beside Dagster's schema."
  numRunsSubmitted: Int!
  "Beside Dagster's schema."
  numRunsInFlight: Int!
  "Beside Dagster's schema: what it waits for that will not come by itself, e.g. a code location that is away."
  waitingReason: String
  "Beside Dagster's schema: what it could not do; the rest went on."
  problems: [String!]!
}

type PartitionStatuses {
  results: [PartitionStatus!]!
}

type PartitionStatus {
  id: String!
  partitionName: String!
  runId: String
  runStatus: RunStatus
  runDuration: Float
}

type PartitionStatusCounts {
  runStatus: RunStatus!
  count: Int!
}

type AssetBackfillTargetPartitions {
  ranges: [PartitionKeyRange!]
  partitionKeys: [String!]
}

type PartitionKeyRange {
  start: String!
  end: String!
}

type AssetBackfillData {
  assetBackfillStatuses: [AssetBackfillStatus!]!
  rootTargetedPartitions: AssetBackfillTargetPartitions
}

union AssetBackfillStatus = AssetPartitionsStatusCounts | UnpartitionedAssetStatus

type AssetPartitionsStatusCounts {
  assetKey: AssetKey!
  numPartitionsTargeted: Int!
  numPartitionsInProgress: Int!
  numPartitionsMaterialized: Int!
  numPartitionsFailed: Int!
}

type UnpartitionedAssetStatus {
  assetKey: AssetKey!
  inProgress: Boolean!
  materialized: Boolean!
  failed: Boolean!
}

type AssetPartitions {
  assetKey: AssetKey!
  partitions: AssetBackfillTargetPartitions
}

extend type Query {
  latestDefsStateInfo: DefsStateInfo
  appManagedComponentsForLocationOrError(locationName: String!): AppManagedComponentsOrError!
  componentsForLocationOrError(locationName: String!): ComponentsOrError!
  componentTypesForLocationOrError(locationName: String!): ComponentTypesOrError!
}

extend type Mutation {
  setAppManagedComponent(
    locationName: String!
    componentId: String!
    componentType: String!
    attributes: String!
  ): SetAppManagedComponentResult!
  deleteAppManagedComponent(locationName: String!, componentId: String!): DeleteAppManagedComponentResult!
  refreshComponentState(locationName: String!, defsStateKey: String!): RefreshComponentStateResult!
}

extend type WorkspaceLocationEntry {
  defsStateInfo: DefsStateInfo
  featureFlags: [FeatureFlag!]!
  definitionsSource: DefinitionsSource!
}

type DefsStateInfo {
  keyStateInfo: [DefsStateInfoEntry!]!
}

type DefsStateInfoEntry {
  name: String!
  info: DefsKeyStateInfo
}

type DefsKeyStateInfo {
  version: String!
  createTimestamp: Float!
  managementType: DefsStateManagementType!
}

enum DefsStateManagementType {
  VERSIONED_STATE_STORAGE
  LOCAL_FILESYSTEM
  LEGACY_CODE_SERVER_SNAPSHOTS
}

union AppManagedComponentsOrError = AppManagedComponents | PythonError

type AppManagedComponents {
  locationName: String!
  components: [AppManagedComponent!]!
}

type AppManagedComponent {
  componentId: String!
  componentType: String!
  attributes: String!
}

union ComponentsOrError = Components | PythonError

type Components {
  locationName: String!
  components: [Component!]!
}

type Component {
  componentId: String!
  componentType: String!
  isAppManaged: Boolean!
  attributes: String
  defsStateKey: String
  defsStateManagementType: DefsStateManagementType
  defsStateInfo: DefsKeyStateInfo
}

union ComponentTypesOrError = ComponentTypes | RepositoryLocationNotFound | PythonError

type ComponentTypes {
  locationName: String!
  componentTypes: [ComponentTypeInfo!]!
}

type ComponentTypeInfo {
  name: String!
  namespace: String!
  example: String!
  schema: JsonSchema
  formSchema: ComponentFormSchema
  description: String
  owners: [String!]
  tags: [String!]
  produces: [String!]
  isAppManaged: Boolean!
}

type ComponentFormSchema {
  dataSchema: JsonSchema!
  uiSchema: JsonSchema!
}

scalar JsonSchema

union SetAppManagedComponentResult =
  | SetAppManagedComponentSuccess
  | AppManagedComponentValidationError
  | UnauthorizedError
  | PythonError

type SetAppManagedComponentSuccess {
  component: AppManagedComponent!
}

type AppManagedComponentValidationError {
  componentId: String!
  message: String!
  errors: [String!]!
}

union DeleteAppManagedComponentResult = DeleteAppManagedComponentSuccess | UnauthorizedError | PythonError

type DeleteAppManagedComponentSuccess {
  locationName: String!
  componentId: String!
}

union RefreshComponentStateResult =
  | RefreshComponentStateSuccess
  | RefreshComponentStateAccepted
  | RefreshComponentStateError
  | UnauthorizedError
  | PythonError

type RefreshComponentStateSuccess {
  component: Component!
}

type RefreshComponentStateAccepted {
  locationName: String!
  defsStateKey: String!
}

type RefreshComponentStateError {
  locationName: String!
  defsStateKey: String!
  message: String!
}

type FeatureFlag {
  name: String!
  enabled: Boolean!
}

enum DefinitionsSource {
  CODE_SERVER
  CONNECTION
}

extend type Query {
  capturedLogs(logKey: [String!]!, cursor: String, limit: Int): CapturedLogs!
  capturedLogsMetadata(logKey: [String!]!): CapturedLogsMetadata!
}

extend type Subscription {
  capturedLogs(logKey: [String!]!, cursor: String): CapturedLogs!
}

type CapturedLogs {
  logKey: [String!]!
  stdout: String
  stderr: String
  cursor: String
}

type CapturedLogsMetadata {
  stdoutDownloadUrl: String
  stdoutLocation: String
  stderrDownloadUrl: String
  stderrLocation: String
}

extend type Mutation {
  setConcurrencyLimit(concurrencyKey: String!, limit: Int!): Boolean!
  deleteConcurrencyLimit(concurrencyKey: String!): Boolean!
  freeConcurrencySlotsForRun(runId: String!): Boolean!
  freeConcurrencySlots(runId: String!, stepKey: String): Boolean!
}

extend type Instance {
  supportsConcurrencyLimits: Boolean!
  minConcurrencyLimitValue: Int!
  maxConcurrencyLimitValue: Int!
  concurrencyLimits: [ConcurrencyKeyInfo!]!
  concurrencyLimit(concurrencyKey: String): ConcurrencyKeyInfo!
  poolConfig: PoolConfig
}

extend type Run {
  hasConcurrencyKeySlots: Boolean!
}

type ConcurrencyKeyInfo {
  concurrencyKey: String!
  slotCount: Int!
  claimedSlots: [ClaimedConcurrencySlot!]!
  pendingSteps: [PendingConcurrencyStep!]!
  activeSlotCount: Int!
  activeRunIds: [String!]!
  pendingStepCount: Int!
  pendingStepRunIds: [String!]!
  assignedStepCount: Int!
  assignedStepRunIds: [String!]!
  limit: Int
  usingDefaultLimit: Boolean
}

type ClaimedConcurrencySlot {
  runId: String!
  stepKey: String!
}

type PendingConcurrencyStep {
  runId: String!
  stepKey: String!
  enqueuedTimestamp: Float!
  assignedTimestamp: Float
  priority: Int
}

type PoolConfig {
  poolGranularity: String
  defaultPoolLimit: Int
  opGranularityRunBuffer: Int
}

extend type Query {
  isPipelineConfigValid(pipeline: PipelineSelector!, mode: String!, runConfigData: RunConfigData): PipelineConfigValidationResult!
  runConfigSchemaOrError(selector: PipelineSelector!, mode: String): RunConfigSchemaOrError!
}

interface ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
}

interface WrappingConfigType {
  ofType: ConfigType!
}

type ArrayConfigType implements ConfigType & WrappingConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  ofType: ConfigType!
}

type CompositeConfigType implements ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  fields: [ConfigTypeField!]!
}

type ConfigTypeField {
  name: String!
  description: String
  configType: ConfigType!
  configTypeKey: String!
  isRequired: Boolean!
  defaultValueAsJson: String
  isSecret: Boolean!
}

type EnumConfigType implements ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  values: [EnumConfigValue!]!
  givenName: String!
}

type EnumConfigValue {
  value: String!
  description: String
}

type NullableConfigType implements ConfigType & WrappingConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  ofType: ConfigType!
}

type RegularConfigType implements ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  givenName: String!
}

type ScalarUnionConfigType implements ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  scalarType: ConfigType!
  nonScalarType: ConfigType!
  scalarTypeKey: String!
  nonScalarTypeKey: String!
}

type MapConfigType implements ConfigType {
  key: String!
  description: String
  recursiveConfigTypes: [ConfigType!]!
  typeParamKeys: [String!]!
  isSelector: Boolean!
  keyType: ConfigType!
  valueType: ConfigType!
  keyLabelName: String
}

enum EvaluationErrorReason {
  RUNTIME_TYPE_MISMATCH
  MISSING_REQUIRED_FIELD
  MISSING_REQUIRED_FIELDS
  FIELD_NOT_DEFINED
  FIELDS_NOT_DEFINED
  SELECTOR_FIELD_ERROR
}

type EvaluationStack {
  entries: [EvaluationStackEntry!]!
}

union EvaluationStackEntry =
  | EvaluationStackListItemEntry
  | EvaluationStackPathEntry
  | EvaluationStackMapKeyEntry
  | EvaluationStackMapValueEntry

type EvaluationStackListItemEntry {
  listIndex: Int!
}

type EvaluationStackPathEntry {
  fieldName: String!
}

type EvaluationStackMapKeyEntry {
  mapKey: GenericScalar!
}

type EvaluationStackMapValueEntry {
  mapKey: GenericScalar!
}

interface PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
}

type FieldNotDefinedConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  fieldName: String!
}

type FieldsNotDefinedConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  fieldNames: [String!]!
}

type MissingFieldConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  field: ConfigTypeField!
}

type MissingFieldsConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  fields: [ConfigTypeField!]!
}

type RuntimeMismatchConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  valueRep: String
}

type SelectorTypeConfigError implements PipelineConfigValidationError {
  message: String!
  path: [String!]!
  stack: EvaluationStack!
  reason: EvaluationErrorReason!
  incomingFields: [String!]!
}

interface PipelineConfigValidationInvalid {
  pipelineName: String!
  errors: [PipelineConfigValidationError!]!
}

type RunConfigValidationInvalid implements PipelineConfigValidationInvalid {
  pipelineName: String!
  errors: [PipelineConfigValidationError!]!
}

union PipelineConfigValidationResult =
  | InvalidSubsetError
  | PipelineConfigValidationValid
  | RunConfigValidationInvalid
  | PipelineNotFoundError
  | PythonError

type PipelineConfigValidationValid {
  pipelineName: String!
}

type RunConfigSchema {
  rootConfigType: ConfigType!
  allConfigTypes: [ConfigType!]!
  isRunConfigValid(runConfigData: RunConfigData): PipelineConfigValidationResult!
  rootDefaultYaml: String!
}

union RunConfigSchemaOrError = RunConfigSchema | PipelineNotFoundError | InvalidSubsetError | ModeNotFoundError | PythonError

type ModeNotFoundError implements Error {
  message: String!
  mode: String!
}

interface Error {
  message: String!
}

type PythonError implements Error {
  message: String!
  className: String
  stack: [String!]!
  cause: PythonError
  causes: [PythonError!]!
  errorChain: [ErrorChainLink!]!
}

type ErrorChainLink implements Error {
  message: String!
  error: PythonError!
  isExplicitLink: Boolean!
}

type UnauthorizedError implements Error {
  message: String!
}

type InvalidSubsetError implements Error {
  message: String!
  pipeline: Pipeline!
}

type ConflictingExecutionParamsError implements Error {
  message: String!
}

type NoModeProvidedError implements Error {
  message: String!
  pipelineName: String!
}

type PresetNotFoundError implements Error {
  message: String!
  preset: String!
}

extend type Query {
  logsForRun(runId: ID!, afterCursor: String, limit: Int): EventConnectionOrError!
}

extend type Subscription {
  pipelineRunLogs(runId: ID!, cursor: String): PipelineRunLogsSubscriptionPayload!
}

enum LogLevel {
  CRITICAL
  ERROR
  INFO
  WARNING
  DEBUG
}

enum DagsterEventType {
  STEP_OUTPUT
  STEP_INPUT
  STEP_FAILURE
  STEP_START
  STEP_SUCCESS
  STEP_SKIPPED
  STEP_WORKER_STARTING
  STEP_WORKER_STARTED
  RESOURCE_INIT_STARTED
  RESOURCE_INIT_SUCCESS
  RESOURCE_INIT_FAILURE
  STEP_UP_FOR_RETRY
  STEP_RESTARTED
  ASSET_MATERIALIZATION
  ASSET_MATERIALIZATION_PLANNED
  ASSET_FAILED_TO_MATERIALIZE
  ASSET_OBSERVATION
  STEP_EXPECTATION_RESULT
  ASSET_CHECK_EVALUATION_PLANNED
  ASSET_CHECK_EVALUATION
  ASSET_HEALTH_CHANGED
  ASSET_WIPED
  RUN_ENQUEUED
  RUN_DEQUEUED
  RUN_STARTING
  RUN_START
  RUN_SUCCESS
  RUN_FAILURE
  RUN_CANCELING
  RUN_CANCELED
  RUN_SUSPENDED
  RUN_RESUMED
  PIPELINE_ENQUEUED
  PIPELINE_DEQUEUED
  PIPELINE_STARTING
  PIPELINE_START
  PIPELINE_SUCCESS
  PIPELINE_FAILURE
  PIPELINE_CANCELING
  PIPELINE_CANCELED
  OBJECT_STORE_OPERATION
  ASSET_STORE_OPERATION
  LOADED_INPUT
  HANDLED_OUTPUT
  ENGINE_EVENT
  HOOK_COMPLETED
  HOOK_ERRORED
  HOOK_SKIPPED
  ALERT_START
  ALERT_SUCCESS
  ALERT_FAILURE
  LOGS_CAPTURED
  FRESHNESS_STATE_EVALUATION
  FRESHNESS_STATE_CHANGE
  CODE_LOCATION_UPDATED
}

enum ErrorSource {
  FRAMEWORK_ERROR
  USER_CODE_ERROR
  UNEXPECTED_ERROR
  INTERRUPT
}

interface MessageEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

interface StepEvent {
  stepKey: String
  solidHandleID: String
}

interface RunEvent {
  pipelineName: String!
}

interface MarkerEvent {
  markerStart: String
  markerEnd: String
}

interface ErrorEvent {
  error: PythonError
}

type TypeCheck implements DisplayableEvent {
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  success: Boolean!
}

type FailureMetadata implements DisplayableEvent {
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
}

type EventTag {
  key: String!
  value: String!
}

type EngineEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
  error: PythonError
}

type ExecutionStepFailureEvent implements MessageEvent & StepEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  error: PythonError
  errorSource: ErrorSource
  failureMetadata: FailureMetadata
}

type ExecutionStepInputEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  inputName: String!
  typeCheck: TypeCheck!
}

type ExecutionStepOutputEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  outputName: String!
  typeCheck: TypeCheck!
}

type ExecutionStepRestartEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type ExecutionStepSkippedEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type ExecutionStepStartEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type ExecutionStepSuccessEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type ExecutionStepUpForRetryEvent implements MessageEvent & StepEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  error: PythonError
  secondsToWait: Float
}

type HandledOutputEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  outputName: String!
  managerKey: String!
}

type HookCompletedEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type HookErroredEvent implements MessageEvent & StepEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  error: PythonError
}

type HookSkippedEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type LoadedInputEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  inputName: String!
  managerKey: String!
  upstreamOutputName: String
  upstreamStepKey: String
}

type LogMessageEvent implements MessageEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
}

type LogsCapturedEvent implements MessageEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  fileKey: String!
  stepKeys: [String!]
  externalUrl: String
  logKey: String!
  externalStdoutUrl: String
  externalStderrUrl: String
  shellCmd: LogRetrievalShellCommand
  pid: Int
}

type ResourceInitFailureEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
  error: PythonError
}

type ResourceInitStartedEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
}

type ResourceInitSuccessEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
}

type RunCanceledEvent implements MessageEvent & RunEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
  error: PythonError
}

type RunCancelingEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunDequeuedEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunEnqueuedEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunFailureEvent implements MessageEvent & RunEvent & ErrorEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
  error: PythonError
}

type RunStartEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunStartingEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunSuccessEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type StepWorkerStartedEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
}

type StepWorkerStartingEvent implements MessageEvent & DisplayableEvent & StepEvent & MarkerEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  markerStart: String
  markerEnd: String
}

type MaterializationEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  assetKey: AssetKey
  runOrError: RunOrError!
  stepStats: RunStepStats!
  partition: String
  tags: [EventTag!]!
  assetLineage: [AssetLineageInfo!]!
}

type ObservationEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  assetKey: AssetKey
  runOrError: RunOrError!
  stepStats: RunStepStats!
  partition: String
  tags: [EventTag!]!
}

type FailedToMaterializeEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  assetKey: AssetKey
  runOrError: RunOrError!
  stepStats: RunStepStats!
  partition: String
  tags: [EventTag!]!
  materializationFailureReason: AssetMaterializationFailureReason!
  materializationFailureType: AssetMaterializationFailureType!
}

type AssetMaterializationPlannedEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
  assetKey: AssetKey
  runOrError: RunOrError!
}

enum AssetMaterializationFailureReason {
  FAILED_TO_MATERIALIZE
  UPSTREAM_FAILED_TO_MATERIALIZE
  RUN_TERMINATED
  UNKNOWN
}

enum AssetMaterializationFailureType {
  FAILED
  SKIPPED
}

type AssetCheckEvaluationPlannedEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  assetKey: AssetKey!
  checkName: String!
}

type AssetCheckEvaluationEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  evaluation: AssetCheckEvaluation!
}

union DagsterRunEvent =
  | ExecutionStepFailureEvent
  | ExecutionStepInputEvent
  | ExecutionStepOutputEvent
  | ExecutionStepSkippedEvent
  | ExecutionStepStartEvent
  | ExecutionStepSuccessEvent
  | ExecutionStepUpForRetryEvent
  | ExecutionStepRestartEvent
  | LogMessageEvent
  | ResourceInitFailureEvent
  | ResourceInitStartedEvent
  | ResourceInitSuccessEvent
  | RunFailureEvent
  | RunStartEvent
  | RunEnqueuedEvent
  | RunDequeuedEvent
  | RunStartingEvent
  | RunCancelingEvent
  | RunCanceledEvent
  | RunSuccessEvent
  | StepWorkerStartedEvent
  | StepWorkerStartingEvent
  | HandledOutputEvent
  | LoadedInputEvent
  | LogsCapturedEvent
  | MaterializationEvent
  | ObservationEvent
  | FailedToMaterializeEvent
  | EngineEvent
  | HookCompletedEvent
  | HookSkippedEvent
  | HookErroredEvent
  | AssetMaterializationPlannedEvent
  | AssetCheckEvaluationPlannedEvent
  | AssetCheckEvaluationEvent
  | ObjectStoreOperationEvent
  | StepExpectationResultEvent
  | HealthChangedEvent
  | RunSuspendedEvent
  | RunResumedEvent
  | AlertStartEvent
  | AlertSuccessEvent
  | AlertFailureEvent

type EventConnection {
  events: [DagsterRunEvent!]!
  cursor: String!
  hasMore: Boolean!
}

union EventConnectionOrError = EventConnection | RunNotFoundError | PythonError

union PipelineRunLogsSubscriptionPayload = PipelineRunLogsSubscriptionSuccess | PipelineRunLogsSubscriptionFailure

type PipelineRunLogsSubscriptionSuccess {
  run: Run!
  messages: [DagsterRunEvent!]!
  hasMorePastEvents: Boolean!
  cursor: String!
}

type PipelineRunLogsSubscriptionFailure {
  message: String!
  missingRunId: String
}

"How to read logs that only a command on the machine where they lie can read."
type LogRetrievalShellCommand {
  stdout: String
  stderr: String
}

type AssetLineageInfo {
  assetKey: AssetKey!
  partitions: [String!]!
}

extend type Query {
  executionPlanOrError(pipeline: PipelineSelector!, mode: String!, runConfigData: RunConfigData): ExecutionPlanOrError!
}

union ExecutionPlanOrError = ExecutionPlan | RunConfigValidationInvalid | PipelineNotFoundError | InvalidSubsetError | PythonError

type ExecutionPlan {
  steps: [ExecutionStep!]!
  assetSelection: [String!]!
  assetKeys: [AssetKey!]!
  artifactsPersisted: Boolean!
}

type ExecutionStep {
  key: String!
  inputs: [ExecutionStepInput!]!
  outputs: [ExecutionStepOutput!]!
  solidHandleID: String!
  kind: StepKind!
  metadata: [MetadataItemDefinition!]!
}

type ExecutionStepInput {
  name: String!
  dependsOn: [ExecutionStep!]!
}

type ExecutionStepOutput {
  name: String!
}

enum StepKind {
  COMPUTE
  UNRESOLVED_MAPPED
  UNRESOLVED_COLLECT
}

extend type Query {
  version: String!
  instance: Instance!
}

type Instance {
  id: String!
  info: String
  runLauncher: RunLauncher
  runQueuingSupported: Boolean!
  runQueueConfig: RunQueueConfig
  executablePath: String!
  daemonHealth: DaemonHealth!
  hasInfo: Boolean!
}

type RunLauncher {
  name: String!
}

type RunQueueConfig {
  maxConcurrentRuns: Int!
  tagConcurrencyLimitsYaml: String
  isOpConcurrencyAware: Boolean
  maxConcurrentRunsAllBranchDeployments: Int
}

type DaemonHealth {
  id: String!
  daemonStatus(daemonType: String): DaemonStatus!
  allDaemonStatuses: [DaemonStatus!]!
}

type DaemonStatus {
  daemonType: String!
  id: ID!
  required: Boolean!
  healthy: Boolean
  lastHeartbeatTime: Float
  lastHeartbeatErrors: [PythonError!]!
  "Every replica that has this duty, by name. Ours: Dagster has one daemon."
  replicas: [DaemonReplica!]!
  "What the last pass of the daemon \`RETENTION\` removed, in words. Ours. Null for the others, and before the first."
  report: String
}

"One process that has a daemon's duty. Any number of them share it, and none leads."
type DaemonReplica {
  "Host, process id and a random part."
  id: ID!
  alive: Boolean!
  "Seconds since the epoch."
  lastHeartbeatTime: Float!
  "How much later than due its last pass began, in seconds."
  lag: Float!
  errors: [PythonError!]!
}

extend type Mutation {
  scheduleDryRun(selectorData: ScheduleSelector!, timestamp: Float): ScheduleDryRunResult!
  sensorDryRun(selectorData: SensorSelector!, cursor: String): SensorDryRunResult!
}

union SensorDryRunResult = PythonError | SensorNotFoundError | UnauthorizedError | DryRunInstigationTick

union ScheduleDryRunResult = DryRunInstigationTick | PythonError | ScheduleNotFoundError | UnauthorizedError

type TickEvaluation {
  dynamicPartitionsRequests: [DynamicPartitionRequest!]
  runRequests: [RunRequest!]
  skipReason: String
  error: PythonError
  cursor: String
}

type DynamicPartitionRequest {
  partitionKeys: [String!]
  partitionsDefName: String!
  type: DynamicPartitionsRequestType!
}

enum DynamicPartitionsRequestType {
  ADD_PARTITIONS
  DELETE_PARTITIONS
}

type RunRequest {
  runKey: String
  tags: [PipelineTag!]!
  runConfigYaml: String!
  assetSelection: [AssetKey!]
  assetChecks: [AssetCheckhandle!]
  jobName: String
}

type DynamicPartitionsRequestResult {
  partitionKeys: [String!]
  partitionsDefName: String!
  type: DynamicPartitionsRequestType!
  skippedPartitionKeys: [String!]!
}

extend type Query {
  scheduleOrError(scheduleSelector: ScheduleSelector!): ScheduleOrError!
  schedulesOrError(repositorySelector: RepositorySelector!, scheduleStatus: InstigationStatus): SchedulesOrError!
  sensorOrError(sensorSelector: SensorSelector!): SensorOrError!
  sensorsOrError(repositorySelector: RepositorySelector!, sensorStatus: InstigationStatus): SensorsOrError!
  instigationStateOrError(instigationSelector: InstigationSelector!, id: String): InstigationStateOrError!
  instigationStatesOrError(repositoryID: String!): InstigationStatesOrError!
}

extend type Mutation {
  startSchedule(scheduleSelector: ScheduleSelector!): ScheduleMutationResult!
  stopRunningSchedule(id: String, scheduleOriginId: String, scheduleSelectorId: String): ScheduleMutationResult!
  resetSchedule(scheduleSelector: ScheduleSelector!): ScheduleMutationResult!
  startSensor(sensorSelector: SensorSelector!): SensorOrError!
  setSensorCursor(cursor: String, sensorSelector: SensorSelector!): SensorOrError!
  stopSensor(id: String, jobOriginId: String, jobSelectorId: String): StopSensorMutationResultOrError!
  resetSensor(sensorSelector: SensorSelector!): SensorOrError!
}

enum InstigationStatus {
  RUNNING
  STOPPED
}

enum InstigationType {
  SCHEDULE
  SENSOR
  AUTO_MATERIALIZE
}

enum InstigationTickStatus {
  STARTED
  SKIPPED
  SUCCESS
  FAILURE
}

input InstigationSelector {
  repositoryName: String!
  repositoryLocationName: String!
  name: String!
}

input ScheduleSelector {
  repositoryName: String!
  repositoryLocationName: String!
  scheduleName: String!
}

input SensorSelector {
  repositoryName: String!
  repositoryLocationName: String!
  sensorName: String!
}

union Instigator = Schedule | Sensor

type InstigationState {
  id: ID!
  selectorId: String!
  name: String!
  instigationType: InstigationType!
  status: InstigationStatus!
  repositoryName: String!
  repositoryLocationName: String!
  repositoryOrigin: RepositoryOrigin!
  typeSpecificData: InstigationTypeSpecificData
  runs(limit: Int): [Run!]!
  runsCount: Int!
  tick(tickId: ID!): InstigationTick!
  ticks(
    dayRange: Int
    dayOffset: Int
    limit: Int
    cursor: String
    statuses: [InstigationTickStatus!]
    beforeTimestamp: Float
    afterTimestamp: Float
  ): [InstigationTick!]!
  nextTick: DryRunInstigationTick
  runningCount: Int!
  hasStartPermission: Boolean!
  hasStopPermission: Boolean!
}

union InstigationStateOrError = InstigationState | InstigationStateNotFoundError | PythonError

type InstigationStateNotFoundError implements Error {
  message: String!
  name: String!
}

type InstigationStates {
  results: [InstigationState!]!
}

union InstigationStatesOrError = InstigationStates | PythonError

type InstigationTick {
  id: ID!
  tickId: ID!
  status: InstigationTickStatus!
  timestamp: Float!
  runIds: [String!]!
  runKeys: [String!]!
  error: PythonError
  skipReason: String
  cursor: String
  runs: [Run!]!
  "The runs that a run status sensor reacted to."
  originRunIds: [String!]!
  dynamicPartitionsRequestResults: [DynamicPartitionsRequestResult!]!
  logEvents: InstigationEventConnection!
  logKey: [String!]
  endTimestamp: Float
  instigationType: InstigationType!
}

type InstigationEvent {
  message: String!
  timestamp: String!
  level: LogLevel!
}

type InstigationEventConnection {
  events: [InstigationEvent!]!
  cursor: String!
  hasMore: Boolean!
}

union InstigationTypeSpecificData = SensorData | ScheduleData

type ScheduleData {
  cronSchedule: String!
  startTimestamp: Float
}

type SensorData {
  lastTickTimestamp: Float
  lastRunKey: String
  lastCursor: String
}

type DryRunInstigationTick {
  timestamp: Float
  evaluationResult: TickEvaluation
}

type DryRunInstigationTicks {
  results: [DryRunInstigationTick!]!
  cursor: Float!
}

type Schedule {
  id: ID!
  name: String!
  cronSchedule: String!
  pipelineName: String!
  solidSelection: [String]
  mode: String!
  executionTimezone: String
  description: String
  defaultStatus: InstigationStatus!
  canReset: Boolean!
  scheduleState: InstigationState!
  partitionSet: PartitionSet
  futureTicks(cursor: Float, limit: Int, until: Float): DryRunInstigationTicks!
  futureTick(tickTimestamp: Int!): DryRunInstigationTick!
  potentialTickTimestamps(startTimestamp: Float, upperLimit: Int, lowerLimit: Int): [Float!]!
  assetSelection: AssetSelection
  owners: [DefinitionOwner!]!
  tags: [DefinitionTag!]!
  metadataEntries: [MetadataEntry!]!
}

type Schedules {
  results: [Schedule!]!
}

union ScheduleOrError = Schedule | ScheduleNotFoundError | PythonError

union SchedulesOrError = Schedules | RepositoryNotFoundError | PythonError

type ScheduleNotFoundError implements Error {
  message: String!
  scheduleName: String!
}

union ScheduleMutationResult = PythonError | UnauthorizedError | ScheduleStateResult | ScheduleNotFoundError

type ScheduleStateResult {
  scheduleState: InstigationState!
}

type Sensor {
  id: ID!
  jobOriginId: String!
  name: String!
  targets: [Target!]
  defaultStatus: InstigationStatus!
  canReset: Boolean!
  hasCursorUpdatePermissions: Boolean!
  sensorState: InstigationState!
  minIntervalSeconds: Int!
  description: String
  nextTick: DryRunInstigationTick
  metadata: SensorMetadata!
  sensorType: SensorType!
  assetSelection: AssetSelection
  "How far a run status sensor is behind; null for others, and before its first evaluation."
  runStatusLag: RunStatusLag
  owners: [DefinitionOwner!]!
  tags: [DefinitionTag!]!
  metadataEntries: [MetadataEntry!]!
}

type AssetSelection {
  assetSelectionString: String
  assetKeys: [AssetKey!]!
  assetChecks: [AssetCheckhandle!]!
  assets: [Asset!]!
  assetsOrError: AssetsOrError!
}

type SensorMetadata {
  assetKeys: [AssetKey!]
}

type RunStatusLag {
  "How long the oldest change of its status that it has not read has been there; 0 when there is none."
  behindSeconds: Float!
  "How many it has not read, counted up to 10,000."
  unread: Int!
  "How long an open transaction has held up the events of all runs."
  heldSeconds: Float!
  "That transaction: the name of its application, and its pid."
  blocker: String
}

type Sensors {
  results: [Sensor!]!
}

union SensorOrError = Sensor | SensorNotFoundError | UnauthorizedError | PythonError

union SensorsOrError = Sensors | RepositoryNotFoundError | PythonError

type SensorNotFoundError implements Error {
  message: String!
  sensorName: String!
}

enum SensorType {
  STANDARD
  RUN_STATUS
  ASSET
  MULTI_ASSET
  FRESHNESS_POLICY
  AUTO_MATERIALIZE
  AUTOMATION
  UNKNOWN
}

type Target {
  pipelineName: String!
  mode: String!
  solidSelection: [String!]
}

type StopSensorMutationResult {
  instigationState: InstigationState
}

union StopSensorMutationResultOrError = StopSensorMutationResult | UnauthorizedError | PythonError

extend type Query {
  graphOrError(selector: GraphSelector): GraphOrError!
}

extend type Repository {
  "Every op and graph that jobs use, with the places where they do."
  usedSolids: [UsedSolid!]!
  usedSolid(name: String!): UsedSolid
}

input GraphSelector {
  graphName: String!
  repositoryName: String!
  repositoryLocationName: String!
}

union GraphOrError = Graph | GraphNotFoundError | PythonError

type Graph implements SolidContainer {
  id: ID!
  name: String!
  description: String
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
}

type GraphNotFoundError implements Error {
  message: String!
  graphName: String!
  repositoryName: String!
  repositoryLocationName: String!
}

type UsedSolid {
  definition: ISolidDefinition!
  invocations: [NodeInvocationSite!]!
}

type NodeInvocationSite {
  pipeline: Pipeline!
  solidHandle: SolidHandle!
}

extend type Query {
  pipelineOrError(params: PipelineSelector!): PipelineOrError!
  pipelineSnapshotOrError(snapshotId: String, activePipelineSelector: PipelineSelector): PipelineSnapshotOrError!
  resourcesOrError(pipelineSelector: PipelineSelector!): ResourcesOrError!
}

input PipelineSelector {
  pipelineName: String!
  repositoryName: String!
  repositoryLocationName: String!
  solidSelection: [String!]
  assetSelection: [AssetKeyInput!]
  assetCheckSelection: [AssetCheckHandleInput!]
}

union PipelineOrError = Pipeline | PipelineNotFoundError | InvalidSubsetError | PythonError

type PipelineNotFoundError implements Error {
  message: String!
  pipelineName: String!
  repositoryName: String!
  repositoryLocationName: String!
}

interface PipelineReference {
  name: String!
  solidSelection: [String!]
}

type UnknownPipeline implements PipelineReference {
  name: String!
  solidSelection: [String!]
}

interface IPipelineSnapshot {
  name: String!
  description: String
  owners: [DefinitionOwner!]!
  pipelineSnapshotId: String!
  dagsterTypes: [DagsterType!]!
  dagsterTypeOrError(dagsterTypeName: String!): DagsterTypeOrError!
  solids: [Solid!]!
  modes: [Mode!]!
  solidHandles(parentHandleID: String): [SolidHandle!]!
  solidHandle(handleID: String!): SolidHandle
  tags: [PipelineTag!]!
  metadataEntries: [MetadataEntry!]!
  runs(cursor: String, limit: Int): [Run!]!
  schedules: [Schedule!]!
  sensors: [Sensor!]!
  parentSnapshotId: String
  graphName: String!
}

interface SolidContainer {
  id: ID!
  name: String!
  description: String
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
}

type Pipeline implements SolidContainer & IPipelineSnapshot {
  id: ID!
  name: String!
  description: String
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
  owners: [DefinitionOwner!]!
  pipelineSnapshotId: String!
  dagsterTypes: [DagsterType!]!
  dagsterTypeOrError(dagsterTypeName: String!): DagsterTypeOrError!
  tags: [PipelineTag!]!
  metadataEntries: [MetadataEntry!]!
  runs(cursor: String, limit: Int): [Run!]!
  schedules: [Schedule!]!
  sensors: [Sensor!]!
  parentSnapshotId: String
  graphName: String!
  runTags: [PipelineTag!]!
  presets: [PipelinePreset!]!
  isJob: Boolean!
  isAssetJob: Boolean!
  repository: Repository!
  hasLaunchExecutionPermission: Boolean!
  hasLaunchReexecutionPermission: Boolean!
  nodeNames: [String!]!
  externalJobSource: String
}

type Job implements SolidContainer & IPipelineSnapshot {
  id: ID!
  name: String!
  description: String
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
  owners: [DefinitionOwner!]!
  pipelineSnapshotId: String!
  dagsterTypes: [DagsterType!]!
  dagsterTypeOrError(dagsterTypeName: String!): DagsterTypeOrError!
  tags: [PipelineTag!]!
  metadataEntries: [MetadataEntry!]!
  runs(cursor: String, limit: Int): [Run!]!
  schedules: [Schedule!]!
  sensors: [Sensor!]!
  parentSnapshotId: String
  graphName: String!
  runTags: [PipelineTag!]!
  presets: [PipelinePreset!]!
  isJob: Boolean!
  isAssetJob: Boolean!
  repository: Repository!
  hasLaunchExecutionPermission: Boolean!
  hasLaunchReexecutionPermission: Boolean!
  nodeNames: [String!]!
  externalJobSource: String
}

"Run config that a job brings along, for runs that are launched with none."
type PipelinePreset {
  name: String!
  solidSelection: [String!]
  runConfigYaml: String!
  mode: String!
  tags: [PipelineTag!]!
}

type PipelineSnapshot implements SolidContainer & IPipelineSnapshot & PipelineReference {
  id: ID!
  name: String!
  description: String
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
  owners: [DefinitionOwner!]!
  pipelineSnapshotId: String!
  dagsterTypes: [DagsterType!]!
  dagsterTypeOrError(dagsterTypeName: String!): DagsterTypeOrError!
  tags: [PipelineTag!]!
  metadataEntries: [MetadataEntry!]!
  runs(cursor: String, limit: Int): [Run!]!
  schedules: [Schedule!]!
  sensors: [Sensor!]!
  parentSnapshotId: String
  graphName: String!
  solidSelection: [String!]
  runTags: [PipelineTag!]!
  externalJobSource: String
}

union PipelineSnapshotOrError = PipelineNotFoundError | PipelineSnapshot | PipelineSnapshotNotFoundError | PythonError

type PipelineSnapshotNotFoundError implements Error {
  message: String!
  snapshotId: String!
}

type PipelineTag {
  key: String!
  value: String!
}

type Mode {
  id: String!
  name: String!
  description: String
  resources: [Resource!]!
  loggers: [Logger!]!
}

type Resource {
  name: String!
  description: String
  configField: ConfigTypeField
}

type ResourceConnection {
  resources: [Resource!]!
}

union ResourcesOrError = ResourceConnection | PipelineNotFoundError | InvalidSubsetError | PythonError

type Logger {
  name: String!
  description: String
  configField: ConfigTypeField
}

interface ISolidDefinition {
  name: String!
  description: String
  metadata: [MetadataItemDefinition!]!
  inputDefinitions: [InputDefinition!]!
  outputDefinitions: [OutputDefinition!]!
  assetNodes: [AssetNode!]!
  pools: [String!]!
}

type SolidDefinition implements ISolidDefinition {
  name: String!
  description: String
  metadata: [MetadataItemDefinition!]!
  inputDefinitions: [InputDefinition!]!
  outputDefinitions: [OutputDefinition!]!
  assetNodes: [AssetNode!]!
  pools: [String!]!
  configField: ConfigTypeField
  requiredResources: [ResourceRequirement!]!
  pool: String
}

type CompositeSolidDefinition implements ISolidDefinition & SolidContainer {
  name: String!
  description: String
  metadata: [MetadataItemDefinition!]!
  inputDefinitions: [InputDefinition!]!
  outputDefinitions: [OutputDefinition!]!
  assetNodes: [AssetNode!]!
  pools: [String!]!
  id: ID!
  solids: [Solid!]!
  solidHandle(handleID: String!): SolidHandle
  solidHandles(parentHandleID: String): [SolidHandle!]!
  modes: [Mode!]!
  inputMappings: [InputMapping!]!
  outputMappings: [OutputMapping!]!
}

type Solid {
  name: String!
  definition: ISolidDefinition!
  inputs: [Input!]!
  outputs: [Output!]!
  isDynamicMapped: Boolean!
}

type SolidHandle {
  handleID: String!
  solid: Solid!
  parent: SolidHandle
  stepStats(limit: Int): SolidStepStatsOrError
}

union SolidStepStatsOrError = SolidStepStatsConnection | SolidStepStatusUnavailableError

type SolidStepStatsConnection {
  nodes: [RunStepStats!]!
}

type SolidStepStatusUnavailableError implements Error {
  message: String!
}

type Input {
  solid: Solid!
  definition: InputDefinition!
  dependsOn: [Output!]!
  isDynamicCollect: Boolean!
}

type InputDefinition {
  name: String!
  description: String
  type: DagsterType!
  metadataEntries: [MetadataEntry!]!
}

type InputMapping {
  mappedInput: Input!
  definition: InputDefinition!
}

type Output {
  solid: Solid!
  definition: OutputDefinition!
  dependedBy: [Input!]!
}

type OutputDefinition {
  name: String!
  description: String
  isDynamic: Boolean
  type: DagsterType!
  metadataEntries: [MetadataEntry!]!
}

type OutputMapping {
  mappedOutput: Output!
  definition: OutputDefinition!
}

type ResourceRequirement {
  resourceKey: String!
}

interface DagsterType {
  key: String!
  name: String
  displayName: String!
  description: String
  isNullable: Boolean!
  isList: Boolean!
  isBuiltin: Boolean!
  isNothing: Boolean!
  inputSchemaType: ConfigType
  outputSchemaType: ConfigType
  innerTypes: [DagsterType!]!
  metadataEntries: [MetadataEntry!]!
}

type RegularDagsterType implements DagsterType {
  key: String!
  name: String
  displayName: String!
  description: String
  isNullable: Boolean!
  isList: Boolean!
  isBuiltin: Boolean!
  isNothing: Boolean!
  inputSchemaType: ConfigType
  outputSchemaType: ConfigType
  innerTypes: [DagsterType!]!
  metadataEntries: [MetadataEntry!]!
}

union DagsterTypeOrError = RegularDagsterType | PipelineNotFoundError | DagsterTypeNotFoundError | PythonError

type DagsterTypeNotFoundError implements Error {
  message: String!
  dagsterTypeName: String!
}

extend type AssetNode {
  assetMaterializationUsedData(timestampMillis: String!): [MaterializationUpstreamDataVersion!]!
  changedReasons: [ChangeReason!]!
  assetsForSameStorageAddress: [AssetNode!]!
  storageAddress: StorageAddress
  freshnessPolicy: FreshnessPolicy
  freshnessInfo: AssetFreshnessInfo
  autoMaterializePolicy: AutoMaterializePolicy
}

extend type Asset {
  assetHealth: AssetHealth
}

enum ChangeReason {
  NEW
  CODE_VERSION
  DEPENDENCIES
  PARTITIONS_DEFINITION
  TAGS
  METADATA
  REMOVED
}

type AssetFreshnessInfo {
  currentLagMinutes: Float
  currentMinutesLate: Float
  latestMaterializationMinutesLate: Float
}

type FreshnessPolicy {
  maximumLagMinutes: Float!
  cronSchedule: String
  cronScheduleTimezone: String
  lastEvaluationTimestamp: String
}

type AutoMaterializePolicy {
  policyType: AutoMaterializePolicyType!
  maxMaterializationsPerMinute: Int
  rules: [AutoMaterializeRule!]!
}

enum AutoMaterializePolicyType {
  EAGER
  LAZY
}

type AutoMaterializeRule {
  description: String!
  decisionType: AutoMaterializeDecisionType!
  className: String!
}

enum AutoMaterializeDecisionType {
  MATERIALIZE
  SKIP
  DISCARD
}

type StorageAddress {
  storageKind: String
  tableName: String!
}

type MaterializationUpstreamDataVersion {
  assetKey: AssetKey!
  downstreamAssetKey: AssetKey!
  timestamp: String!
}

type AssetHealth {
  assetHealth: AssetHealthStatus!
  materializationStatus: AssetHealthStatus!
  materializationStatusMetadata: AssetHealthMaterializationMeta
  assetChecksStatus: AssetHealthStatus!
  assetChecksStatusMetadata: AssetHealthCheckMeta
  freshnessStatus: AssetHealthStatus!
  freshnessStatusMetadata: AssetHealthFreshnessMeta
}

enum AssetHealthStatus {
  HEALTHY
  WARNING
  DEGRADED
  UNKNOWN
  NOT_APPLICABLE
}

union AssetHealthMaterializationMeta =
  | AssetHealthMaterializationDegradedPartitionedMeta
  | AssetHealthMaterializationHealthyPartitionedMeta
  | AssetHealthMaterializationDegradedNotPartitionedMeta
  | AssetHealthMaterializationWarningPartitionedMeta
  | AssetHealthMaterializationWarningNotPartitionedMeta

type AssetHealthMaterializationDegradedPartitionedMeta {
  numFailedPartitions: Int!
  numMissingPartitions: Int!
  totalNumPartitions: Int!
  latestRunId: String
  latestFailedRunId: String
}

type AssetHealthMaterializationHealthyPartitionedMeta {
  numMissingPartitions: Int!
  totalNumPartitions: Int!
  latestRunId: String
}

type AssetHealthMaterializationDegradedNotPartitionedMeta {
  failedRunId: String
}

type AssetHealthMaterializationWarningPartitionedMeta {
  numUpForRetryPartitions: Int!
  numMissingPartitions: Int!
  totalNumPartitions: Int!
  latestRunId: String
  latestFailedRunId: String
}

type AssetHealthMaterializationWarningNotPartitionedMeta {
  failedRunId: String
}

union AssetHealthCheckMeta = AssetHealthCheckDegradedMeta | AssetHealthCheckWarningMeta | AssetHealthCheckUnknownMeta

type AssetHealthCheckDegradedMeta {
  numFailedChecks: Int!
  numWarningChecks: Int!
  totalNumChecks: Int!
}

type AssetHealthCheckWarningMeta {
  numWarningChecks: Int!
  totalNumChecks: Int!
}

type AssetHealthCheckUnknownMeta {
  numNotExecutedChecks: Int!
  totalNumChecks: Int!
}

type AssetHealthFreshnessMeta {
  lastMaterializedTimestamp: Float
}

# Rules of auto-materialize policies, which automation conditions have superseded: their evaluations are told by
# assetConditionEvaluationRecordsOrError. Clients that still ask for rules get none.

extend type Query {
  autoMaterializeAssetEvaluationsOrError(
    assetKey: AssetKeyInput!
    limit: Int!
    cursor: String
  ): AutoMaterializeAssetEvaluationRecordsOrError
  autoMaterializeEvaluationsForEvaluationId(evaluationId: ID!): AutoMaterializeAssetEvaluationRecordsOrError
}

extend type AssetNode {
  currentAutoMaterializeEvaluationId: ID
  lastAutoMaterializationEvaluationRecord(asOfEvaluationId: ID): AutoMaterializeAssetEvaluationRecord
}

union AutoMaterializeAssetEvaluationRecordsOrError =
  | AutoMaterializeAssetEvaluationRecords
  | AutoMaterializeAssetEvaluationNeedsMigrationError

type AutoMaterializeAssetEvaluationRecords {
  records: [AutoMaterializeAssetEvaluationRecord!]!
}

type AutoMaterializeAssetEvaluationRecord {
  id: ID!
  evaluationId: ID!
  numRequested: Int!
  numSkipped: Int!
  numDiscarded: Int!
  rulesWithRuleEvaluations: [AutoMaterializeRuleWithRuleEvaluations!]!
  timestamp: Float!
  runIds: [String!]!
  rules: [AutoMaterializeRule!]
  assetKey: AssetKey!
}

type AutoMaterializeRuleWithRuleEvaluations {
  rule: AutoMaterializeRule!
  ruleEvaluations: [AutoMaterializeRuleEvaluation!]!
}

type AutoMaterializeRuleEvaluation {
  partitionKeysOrError: PartitionKeysOrError
  evaluationData: AutoMaterializeRuleEvaluationData
}

union PartitionKeysOrError = PartitionKeys | PartitionSubsetDeserializationError

type PartitionSubsetDeserializationError implements Error {
  message: String!
}

union AutoMaterializeRuleEvaluationData =
  | TextRuleEvaluationData
  | ParentMaterializedRuleEvaluationData
  | WaitingOnKeysRuleEvaluationData

type TextRuleEvaluationData {
  text: String
}

type ParentMaterializedRuleEvaluationData {
  updatedAssetKeys: [AssetKey!]
  willUpdateAssetKeys: [AssetKey!]
}

type WaitingOnKeysRuleEvaluationData {
  waitingOnAssetKeys: [AssetKey!]
}

extend type Query {
  "Who evaluates schedules: always the daemon."
  scheduler: SchedulerOrError!
  shouldShowNux: Boolean!
  test: TestFields
}

extend type Mutation {
  "Read and dropped: nothing is ever sent."
  logTelemetry(action: String!, clientTime: String!, clientId: String!, metadata: String!): LogTelemetryMutationResult!
  setNuxSeen: Boolean!
  shutdownRepositoryLocation(repositoryLocationName: String!): ShutdownRepositoryLocationMutationResult!
}

type Scheduler {
  schedulerClass: String
}

union SchedulerOrError = Scheduler | SchedulerNotDefinedError | PythonError

type SchedulerNotDefinedError implements Error {
  message: String!
}

type TestFields {
  alwaysException: String
  asyncString: String
}

union LogTelemetryMutationResult = LogTelemetrySuccess | PythonError

type LogTelemetrySuccess {
  action: String!
}

union ShutdownRepositoryLocationMutationResult =
  | ShutdownRepositoryLocationSuccess
  | RepositoryLocationNotFound
  | UnauthorizedError
  | PythonError

type ShutdownRepositoryLocationSuccess {
  repositoryLocationName: String!
}

type UnsupportedOperationError implements Error {
  message: String!
}

# Events of features that Dagster has had, or that its hosted edition has: nothing here writes them, and clients may still ask for their fields.

type ObjectStoreOperationEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  operationResult: ObjectStoreOperationResult!
}

type ObjectStoreOperationResult implements DisplayableEvent {
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  op: ObjectStoreOperationType!
}

enum ObjectStoreOperationType {
  SET_OBJECT
  GET_OBJECT
  RM_OBJECT
  CP_OBJECT
}

type StepExpectationResultEvent implements MessageEvent & StepEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  expectationResult: ExpectationResult!
}

type HealthChangedEvent implements MessageEvent & StepEvent & DisplayableEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  assetKey: AssetKey
  runOrError: RunOrError!
  stepStats: RunStepStats!
  partition: String
  tags: [EventTag!]!
}

type RunSuspendedEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type RunResumedEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type AlertStartEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type AlertSuccessEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type AlertFailureEvent implements MessageEvent & RunEvent {
  runId: String!
  message: String!
  timestamp: String!
  level: LogLevel!
  stepKey: String
  solidHandleID: String
  eventType: DagsterEventType
  pipelineName: String!
}

type MissingRunIdErrorEvent {
  invalidRunId: String!
}

# Types that no field leads to: generated clients of the schema name them.

type LaunchRunMutation {
  Output: LaunchRunResult!
}

type LaunchMultipleRunsMutation {
  Output: LaunchMultipleRunsResultOrError!
}

type LaunchRunReexecutionMutation {
  Output: LaunchRunReexecutionResult!
}

type ReloadRepositoryLocationMutation {
  Output: ReloadRepositoryLocationMutationResult!
}

type ReloadWorkspaceMutation {
  Output: ReloadWorkspaceMutationResult!
}

type ShutdownRepositoryLocationMutation {
  Output: ShutdownRepositoryLocationMutationResult!
}

type TerminateRunMutation {
  Output: TerminateRunResult!
}

type StartScheduleMutation {
  Output: ScheduleMutationResult!
}

type StopRunningScheduleMutation {
  Output: ScheduleMutationResult!
}

type ResetScheduleMutation {
  Output: ScheduleMutationResult!
}

type StopSensorMutation {
  Output: StopSensorMutationResultOrError!
}

type SetSensorCursorMutation {
  Output: SensorOrError!
}

type ResetSensorMutation {
  Output: SensorOrError!
}

enum ScheduleStatus {
  RUNNING
  STOPPED
  ENDED
}

type ScheduleTick {
  tickId: String!
  status: InstigationTickStatus!
  timestamp: Float!
  tickSpecificData: ScheduleTickSpecificData
}

type ScheduleTickFailureData {
  error: PythonError!
}

union ScheduleTickSpecificData = ScheduleTickSuccessData | ScheduleTickFailureData

type ScheduleTickSuccessData {
  run: Run
}

union ConfigTypeOrError =
  | EnumConfigType
  | CompositeConfigType
  | RegularConfigType
  | PipelineNotFoundError
  | ConfigTypeNotFoundError
  | PythonError

type ConfigTypeNotFoundError implements Error {
  message: String!
  pipeline: Pipeline!
  configTypeName: String!
}

type ListDagsterType implements DagsterType & WrappingDagsterType {
  key: String!
  name: String
  displayName: String!
  description: String
  isNullable: Boolean!
  isList: Boolean!
  isBuiltin: Boolean!
  isNothing: Boolean!
  inputSchemaType: ConfigType
  outputSchemaType: ConfigType
  innerTypes: [DagsterType!]!
  metadataEntries: [MetadataEntry!]!
  ofType: DagsterType!
}

type NullableDagsterType implements DagsterType & WrappingDagsterType {
  key: String!
  name: String
  displayName: String!
  description: String
  isNullable: Boolean!
  isList: Boolean!
  isBuiltin: Boolean!
  isNothing: Boolean!
  inputSchemaType: ConfigType
  outputSchemaType: ConfigType
  innerTypes: [DagsterType!]!
  metadataEntries: [MetadataEntry!]!
  ofType: DagsterType!
}

interface WrappingDagsterType {
  ofType: DagsterType!
}

input MarshalledInput {
  inputName: String!
  key: String!
}

input MarshalledOutput {
  outputName: String!
  key: String!
}

input StepExecution {
  stepKey: String!
  marshalledInputs: [MarshalledInput!]
  marshalledOutputs: [MarshalledOutput!]
}

input StepOutputHandle {
  stepKey: String!
  outputName: String!
}

input TagInput {
  key: String!
  value: String!
}

type RunGroups {
  results: [RunGroup!]!
}

type DeleteRunMutation {
  Output: DeletePipelineRunResult!
}

type LaunchBackfillMutation {
  Output: LaunchBackfillResult!
}

interface MetadataEntry {
  label: String!
  description: String
}

type FloatMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  floatValue: Float
  floatRepr: String!
}

type IntMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  intValue: Int
  intRepr: String!
}

type JsonMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  jsonString: String!
}

type BoolMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  boolValue: Boolean
}

type MarkdownMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  mdStr: String!
}

type PathMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  path: String!
}

type TextMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  text: String!
}

type UrlMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  url: String!
}

type PipelineRunMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  runId: String!
}

type AssetMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  assetKey: AssetKey!
}

type NullMetadataEntry implements MetadataEntry {
  label: String!
  description: String
}

type TimestampMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  timestamp: Float!
}

interface DisplayableEvent {
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
}

type MetadataItemDefinition {
  key: String!
  value: String!
}

type DefinitionTag {
  key: String!
  value: String!
}

union DefinitionOwner = UserDefinitionOwner | TeamDefinitionOwner

type UserDefinitionOwner {
  email: String!
}

type TeamDefinitionOwner {
  team: String!
}

type NotebookMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  path: String!
}

type PythonArtifactMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  module: String!
  name: String!
}

type JobMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  jobName: String!
  repositoryName: String
  locationName: String!
}

type PoolMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  pool: String!
}

type TableMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  table: Table!
}

type TableSchemaMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  schema: TableSchema!
}

type TableColumnLineageMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  lineage: [TableColumnLineageEntry!]!
}

type CodeReferencesMetadataEntry implements MetadataEntry {
  label: String!
  description: String
  codeReferences: [SourceLocation!]!
}

type Table {
  schema: TableSchema!
  records: [String!]!
}

type TableSchema {
  constraints: TableConstraints
  columns: [TableColumn!]!
}

type TableConstraints {
  other: [String!]!
}

type TableColumn {
  name: String!
  type: String!
  description: String
  constraints: TableColumnConstraints!
  tags: [DefinitionTag!]!
}

type TableColumnConstraints {
  nullable: Boolean!
  unique: Boolean!
  other: [String!]!
}

type TableColumnLineageEntry {
  columnName: String!
  columnDeps: [TableColumnDep!]!
}

type TableColumnDep {
  assetKey: AssetKey!
  columnName: String!
}

type LocalFileCodeReference {
  filePath: String!
  lineNumber: Int
  label: String
}

type UrlCodeReference {
  url: String!
  label: String
}

union SourceLocation = LocalFileCodeReference | UrlCodeReference

extend type Query {
  partitionSetsOrError(repositorySelector: RepositorySelector!, pipelineName: String!): PartitionSetsOrError!
  partitionSetOrError(repositorySelector: RepositorySelector!, partitionSetName: String): PartitionSetOrError!
}

extend type Mutation {
  addDynamicPartition(
    partitionKey: String!
    partitionsDefName: String!
    repositorySelector: RepositorySelector!
  ): AddDynamicPartitionResult!
  deleteDynamicPartitions(
    partitionKeys: [String!]!
    partitionsDefName: String!
    repositorySelector: RepositorySelector!
    wipeMaterializations: Boolean
  ): DeleteDynamicPartitionsResult!
}

extend type AssetNode {
  backfillPolicy: BackfillPolicy
  isPartitioned: Boolean!
  latestMaterializationByPartition(partitions: [String!]): [MaterializationEvent]!
  latestRunForPartition(partition: String!): Run
  assetPartitionStatuses: AssetPartitionStatuses!
  partitionStats: PartitionStats
  partitionDefinition: PartitionDefinition
  partitionKeys: [String!]!
  partitionKeyConnection(limit: Int!, ascending: Boolean!, cursor: String): PartitionKeyConnection
  partitionKeysByDimension(startIdx: Int, endIdx: Int): [DimensionPartitionKeys!]!
}

extend type AssetDependency {
  partitionMapping: PartitionMapping
}

extend type Pipeline {
  partitionKeysOrError(cursor: String, limit: Int, reverse: Boolean, selectedAssetKeys: [AssetKeyInput!]): PartitionKeys!
  partition(partitionName: String!, selectedAssetKeys: [AssetKeyInput!]): PartitionTagsAndConfig
}

extend type Job {
  partitionKeysOrError(cursor: String, limit: Int, reverse: Boolean, selectedAssetKeys: [AssetKeyInput!]): PartitionKeys!
  partition(partitionName: String!, selectedAssetKeys: [AssetKeyInput!]): PartitionTagsAndConfig
}

extend type Repository {
  partitionSets: [PartitionSet!]!
}

type PartitionKeys {
  partitionKeys: [String!]!
}

type PartitionTagsAndConfig {
  name: String!
  jobName: String!
  runConfigOrError: PartitionRunConfigOrError!
  tagsOrError: PartitionTagsOrError!
}

type BackfillPolicy {
  maxPartitionsPerRun: Int
  description: String!
  policyType: BackfillPolicyType!
}

enum BackfillPolicyType {
  SINGLE_RUN
  MULTI_RUN
}

type PartitionMapping {
  className: String!
  description: String!
}

union AssetPartitionStatuses = DefaultPartitionStatuses | MultiPartitionStatuses | TimePartitionStatuses

type DefaultPartitionStatuses {
  materializedPartitions: [String!]!
  failedPartitions: [String!]!
  unmaterializedPartitions: [String!]!
  materializingPartitions: [String!]!
}

type MultiPartitionStatuses {
  ranges: [MaterializedPartitionRangeStatuses2D!]!
  primaryDimensionName: String!
}

type MaterializedPartitionRangeStatuses2D {
  primaryDimStartKey: String!
  primaryDimEndKey: String!
  primaryDimStartTime: Float
  primaryDimEndTime: Float
  secondaryDim: PartitionStatus1D!
}

union PartitionStatus1D = TimePartitionStatuses | DefaultPartitionStatuses

type TimePartitionStatuses {
  ranges: [TimePartitionRangeStatus!]!
}

type TimePartitionRangeStatus {
  startTime: Float!
  endTime: Float!
  startKey: String!
  endKey: String!
  status: PartitionRangeStatus!
}

enum PartitionRangeStatus {
  MATERIALIZING
  MATERIALIZED
  FAILED
}

type PartitionStats {
  numMaterialized: Int!
  numPartitions: Int!
  numFailed: Int!
  numMaterializing: Int!
}

type PartitionDefinition {
  description: String!
  type: PartitionDefinitionType!
  dimensionTypes: [DimensionDefinitionType!]!
  name: String
  fmt: String
}

enum PartitionDefinitionType {
  TIME_WINDOW
  STATIC
  MULTIPARTITIONED
  DYNAMIC
}

type DimensionDefinitionType {
  name: String!
  description: String!
  type: PartitionDefinitionType!
  isPrimaryDimension: Boolean!
  dynamicPartitionsDefinitionName: String
}

type PartitionKeyConnection {
  results: [String!]!
  cursor: String!
  hasMore: Boolean!
}

type DimensionPartitionKeys {
  name: String!
  partitionKeys: [String!]!
  type: PartitionDefinitionType!
}

type Partition {
  name: String!
  partitionSetName: String!
  solidSelection: [String!]
  mode: String!
  runConfigOrError: PartitionRunConfigOrError!
  tagsOrError: PartitionTagsOrError!
  runs(filter: RunsFilter, cursor: String, limit: Int): [Run!]!
  status: RunStatus
}

type PartitionRunConfig {
  yaml: String!
}

union PartitionRunConfigOrError = PartitionRunConfig | PythonError

type Partitions {
  results: [Partition!]!
}

type PartitionSet {
  id: ID!
  name: String!
  pipelineName: String!
  solidSelection: [String!]
  mode: String!
  partitionsOrError(cursor: String, limit: Int, reverse: Boolean): PartitionsOrError!
  partition(partitionName: String!): Partition
  partitionStatusesOrError: PartitionStatusesOrError!
  partitionRuns: [PartitionRun!]!
  repositoryOrigin: RepositoryOrigin!
  hasLaunchBackfillPermission: Boolean!
  hasCancelBackfillPermission: Boolean!
}

union PartitionStatusesOrError = PartitionStatuses | PythonError

type PartitionRun {
  id: String!
  partitionName: String!
  run: Run
}

union PartitionSetOrError = PartitionSet | PartitionSetNotFoundError | PythonError

type PartitionSets {
  results: [PartitionSet!]!
}

union PartitionSetsOrError = PartitionSets | PipelineNotFoundError | PythonError

union PartitionsOrError = Partitions | PythonError

type PartitionTags {
  results: [PipelineTag!]!
}

union PartitionTagsOrError = PartitionTags | PythonError

type PartitionSetNotFoundError implements Error {
  message: String!
  partitionSetName: String!
}

type DuplicateDynamicPartitionError implements Error {
  message: String!
  partitionsDefName: String!
  partitionName: String!
}

union AddDynamicPartitionResult = AddDynamicPartitionSuccess | UnauthorizedError | PythonError | DuplicateDynamicPartitionError

type AddDynamicPartitionSuccess {
  partitionsDefName: String!
  partitionKey: String!
}

union DeleteDynamicPartitionsResult = DeleteDynamicPartitionsSuccess | UnsupportedOperationError | UnauthorizedError | PythonError

type DeleteDynamicPartitionsSuccess {
  partitionsDefName: String!
}

type PartitionRange {
  start: String!
  end: String!
}

extend type Query {
  permissions: [Permission!]!
  canBulkTerminate: Boolean!
}

type Permission {
  permission: String!
  value: Boolean!
  disabledReason: String
}

extend type Query {
  topLevelResourceDetailsOrError(resourceSelector: ResourceSelector!): ResourceDetailsOrError!
  allTopLevelResourceDetailsOrError(repositorySelector: RepositorySelector!): ResourceDetailsListOrError!
  utilizedEnvVarsOrError(repositorySelector: RepositorySelector!): EnvVarWithConsumersOrError!
}

extend type Repository {
  allTopLevelResourceDetails: [ResourceDetails!]!
}

input ResourceSelector {
  repositoryName: String!
  repositoryLocationName: String!
  resourceName: String!
}

union ResourceDetailsOrError = ResourceDetails | ResourceNotFoundError | PythonError

union ResourceDetailsListOrError = ResourceDetailsList | RepositoryNotFoundError | PythonError

type ResourceDetailsList {
  results: [ResourceDetails!]!
}

type ResourceNotFoundError implements Error {
  message: String!
  resourceName: String!
}

"A resource of a code location, and what uses it."
type ResourceDetails {
  id: String!
  name: String!
  description: String
  configFields: [ConfigTypeField!]!
  configuredValues: [ConfiguredValue!]!
  isTopLevel: Boolean!
  nestedResources: [NestedResourceEntry!]!
  parentResources: [NestedResourceEntry!]!
  resourceType: String!
  assetKeysUsing: [AssetKey!]!
  jobsOpsUsing: [JobWithOps!]!
  schedulesUsing: [String!]!
  sensorsUsing: [String!]!
}

type ConfiguredValue {
  key: String!
  value: String!
  type: ConfiguredValueType!
}

enum ConfiguredValueType {
  VALUE
  ENV_VAR
  SECRET
}

type NestedResourceEntry {
  name: String!
  type: NestedResourceType!
  resource: ResourceDetails
}

enum NestedResourceType {
  ANONYMOUS
  TOP_LEVEL
}

type JobWithOps {
  jobName: String!
  opHandleIDs: [String!]!
}

union EnvVarWithConsumersOrError = EnvVarWithConsumersList | PythonError

type EnvVarWithConsumersList {
  results: [EnvVarWithConsumers!]!
}

type EnvVarWithConsumers {
  envVarName: String!
  envVarConsumers: [EnvVarConsumer!]!
}

type EnvVarConsumer {
  type: EnvVarConsumerType!
  name: String!
}

enum EnvVarConsumerType {
  RESOURCE
}

schema {
  query: Query
  mutation: Mutation
  subscription: Subscription
}

type Query

type Mutation

type Subscription

scalar RunConfigData

scalar GenericScalar

# Beside Dagster's schema: why a run waits, and its priority.

extend type Mutation {
  "Gives a run that is QUEUED another priority; its tag dagster/priority says it from then on."
  setRunPriority(runId: String!, priority: Int!): SetRunPriorityResult!
}

extend type Run {
  "Its place in the queue and what keeps it there; null unless it is QUEUED."
  queueStatus: RunQueueStatus
}

type RunQueueStatus {
  priority: Int!
  enqueuedTime: Float!
  "How many runs are before it by priority and time, 10,000 at most."
  ahead: Int!
  "At least one."
  reasons: [RunWaitReason!]!
}

type RunWaitReason {
  kind: RunWaitKind!
  message: String!
  "Runs that are in its way, the first ten."
  runIds: [String!]!
}

enum RunWaitKind {
  RUN_LIMIT
  TAG_LIMIT
  POOL
  LOCATION
  OTHER_RUN
  TURN
}

type SetRunPrioritySuccess {
  run: Run!
}

type RunNotQueuedError implements Error {
  message: String!
  runId: String!
}

union SetRunPriorityResult = SetRunPrioritySuccess | RunNotFoundError | RunNotQueuedError | UnauthorizedError | PythonError

extend type Query {
  runsFeedOrError(limit: Int!, cursor: String, view: RunsFeedView!, filter: RunsFilter): RunsFeedConnectionOrError!
  runsFeedCountOrError(view: RunsFeedView!, filter: RunsFilter): RunsFeedCountOrError!
}

enum RunsFeedView {
  "Backfills, and runs that none of them asked for."
  ROOTS
  "Runs, those of backfills among them."
  RUNS
  BACKFILLS
}

union RunsFeedConnectionOrError = RunsFeedConnection | PythonError

type RunsFeedConnection {
  results: [RunsFeedEntry!]!
  cursor: String!
  hasMore: Boolean!
}

union RunsFeedCountOrError = RunsFeedCount | PythonError

type RunsFeedCount {
  count: Int!
}

extend type Query {
  runOrError(runId: ID!): RunOrError!
  runsOrError(filter: RunsFilter, cursor: String, limit: Int): RunsOrError!
  runIdsOrError(filter: RunsFilter, cursor: String, limit: Int): RunIdsOrError!
  runTagKeysOrError: RunTagKeysOrError
  runTagsOrError(tagKeys: [String!], valuePrefix: String, limit: Int): RunTagsOrError
  runGroupOrError(runId: ID!): RunGroupOrError!
  pipelineRunsOrError(filter: RunsFilter, cursor: String, limit: Int): RunsOrError!
  pipelineRunOrError(runId: ID!): RunOrError!
}

extend type Mutation {
  launchRun(executionParams: ExecutionParams!): LaunchRunResult!
  launchPipelineExecution(executionParams: ExecutionParams!): LaunchRunResult!
  launchMultipleRuns(executionParamsList: [ExecutionParams!]!): LaunchMultipleRunsResultOrError!
  launchRunReexecution(executionParams: ExecutionParams, reexecutionParams: ReexecutionParams): LaunchRunReexecutionResult!
  launchPipelineReexecution(executionParams: ExecutionParams, reexecutionParams: ReexecutionParams): LaunchRunReexecutionResult!
  terminateRun(runId: String!, terminatePolicy: TerminateRunPolicy): TerminateRunResult!
  terminatePipelineExecution(runId: String!, terminatePolicy: TerminateRunPolicy): TerminateRunResult!
  terminateRuns(runIds: [String!]!, terminatePolicy: TerminateRunPolicy): TerminateRunsResultOrError!
  deleteRun(runId: String!): DeletePipelineRunResult!
  deletePipelineRun(runId: String!): DeletePipelineRunResult!
}

enum RunStatus {
  QUEUED
  NOT_STARTED
  MANAGED
  STARTING
  STARTED
  SUSPENDED
  SUCCESS
  FAILURE
  CANCELING
  CANCELED
}

interface PipelineRun {
  id: ID!
  runId: String!
  pipelineSnapshotId: String
  repositoryOrigin: RepositoryOrigin
  status: RunStatus!
  pipeline: PipelineReference!
  pipelineName: String!
  jobName: String!
  solidSelection: [String!]
  stats: RunStatsSnapshotOrError!
  stepStats: [RunStepStats!]!
  capturedLogs(fileKey: String!): CapturedLogs!
  executionPlan: ExecutionPlan
  stepKeysToExecute: [String!]
  runConfigYaml: String!
  runConfig: RunConfigData!
  mode: String!
  tags: [PipelineTag!]!
  rootRunId: String
  parentRunId: String
  canTerminate: Boolean!
  assets: [Asset!]!
  eventConnection(afterCursor: String, limit: Int): EventConnection!
}

interface RunsFeedEntry {
  id: ID!
  runStatus: RunStatus
  creationTime: Float!
  startTime: Float
  endTime: Float
  tags: [PipelineTag!]!
  jobName: String
  assetSelection: [AssetKey!]
}

type Run implements PipelineRun & RunsFeedEntry {
  id: ID!
  runId: String!
  pipelineSnapshotId: String
  repositoryOrigin: RepositoryOrigin
  status: RunStatus!
  pipeline: PipelineReference!
  pipelineName: String!
  jobName: String!
  solidSelection: [String!]
  stats: RunStatsSnapshotOrError!
  stepStats: [RunStepStats!]!
  capturedLogs(fileKey: String!): CapturedLogs!
  executionPlan: ExecutionPlan
  stepKeysToExecute: [String!]
  runConfigYaml: String!
  runConfig: RunConfigData!
  mode: String!
  tags: [PipelineTag!]!
  rootRunId: String
  parentRunId: String
  canTerminate: Boolean!
  assets: [Asset!]!
  eventConnection(afterCursor: String, limit: Int): EventConnection!
  runStatus: RunStatus!
  creationTime: Float!
  startTime: Float
  endTime: Float
  assetSelection(limit: Int): [AssetKey!]
  assetSelectionCount: Int!
  assetMaterializations: [MaterializationEvent!]!
  updateTime: Float
  hasReExecutePermission: Boolean!
  hasTerminatePermission: Boolean!
  hasDeletePermission: Boolean!
  rootConcurrencyKeys: [String!]
  allPools: [String!]
  parentPipelineSnapshotId: String
  resolvedOpSelection: [String!]
  hasUnconstrainedRootNodes: Boolean!
  hasRunMetricsEnabled: Boolean!
  externalJobSource: String
}

union RunOrError = Run | RunNotFoundError | PythonError

interface PipelineRunNotFoundError implements Error {
  runId: String!
  message: String!
}

type RunNotFoundError implements PipelineRunNotFoundError & Error {
  runId: String!
  message: String!
}

type Runs implements PipelineRuns {
  results: [Run!]!
  count: Int!
}

interface PipelineRuns {
  results: [Run!]!
  count: Int
}

union RunsOrError = Runs | InvalidPipelineRunsFilterError | PythonError

type InvalidPipelineRunsFilterError implements Error {
  message: String!
}

type RunIds {
  results: [String!]!
}

union RunIdsOrError = RunIds | InvalidPipelineRunsFilterError | PythonError

type RunTagKeys {
  keys: [String!]!
}

union RunTagKeysOrError = PythonError | RunTagKeys

type RunTags {
  tags: [PipelineTagAndValues!]!
}

union RunTagsOrError = PythonError | RunTags

type PipelineTagAndValues {
  key: String!
  values: [String!]!
}

type RunGroup {
  rootRunId: String!
  runs: [Run]
}

union RunGroupOrError = RunGroup | RunGroupNotFoundError | PythonError

type RunGroupNotFoundError implements Error {
  message: String!
  runId: String!
}

input RunsFilter {
  runIds: [String]
  pipelineName: String
  tags: [ExecutionTag!]
  statuses: [RunStatus!]
  snapshotId: String
  updatedAfter: Float
  updatedBefore: Float
  createdBefore: Float
  createdAfter: Float
  mode: String
}

input ExecutionTag {
  key: String!
  value: String!
}

input ExecutionParams {
  selector: JobOrPipelineSelector!
  runConfigData: RunConfigData
  mode: String
  executionMetadata: ExecutionMetadata
  stepKeys: [String!]
  preset: String
}

input ExecutionMetadata {
  tags: [ExecutionTag!]
  rootRunId: String
  parentRunId: String
}

input JobOrPipelineSelector {
  pipelineName: String
  jobName: String
  repositoryName: String!
  repositoryLocationName: String!
  solidSelection: [String!]
  assetSelection: [AssetKeyInput!]
  assetCheckSelection: [AssetCheckHandleInput!]
}

input AssetCheckHandleInput {
  assetKey: AssetKeyInput!
  name: String!
}

input ReexecutionParams {
  parentRunId: String!
  strategy: ReexecutionStrategy!
  extraTags: [ExecutionTag!]
  useParentRunTags: Boolean
}

enum ReexecutionStrategy {
  FROM_ASSET_FAILURE
  FROM_FAILURE
  ALL_STEPS
}

union LaunchRunResult =
  | LaunchRunSuccess
  | InvalidStepError
  | InvalidOutputError
  | RunConfigValidationInvalid
  | PipelineNotFoundError
  | RunConflict
  | UnauthorizedError
  | PythonError
  | InvalidSubsetError
  | PresetNotFoundError
  | ConflictingExecutionParamsError
  | NoModeProvidedError

interface LaunchPipelineRunSuccess {
  run: Run!
}

type LaunchRunSuccess implements LaunchPipelineRunSuccess {
  run: Run!
}

type LaunchMultipleRunsResult {
  launchMultipleRunsResult: [LaunchRunResult!]!
}

union LaunchMultipleRunsResultOrError = LaunchMultipleRunsResult | PythonError

union LaunchRunReexecutionResult =
  | LaunchRunSuccess
  | InvalidStepError
  | InvalidOutputError
  | RunConfigValidationInvalid
  | PipelineNotFoundError
  | RunConflict
  | UnauthorizedError
  | PythonError
  | InvalidSubsetError
  | PresetNotFoundError
  | ConflictingExecutionParamsError
  | NoModeProvidedError

type InvalidStepError {
  invalidStepKey: String!
}

type InvalidOutputError {
  stepKey: String!
  invalidOutputName: String!
}

interface PipelineRunConflict {
  message: String!
}

type RunConflict implements Error & PipelineRunConflict {
  message: String!
}

enum TerminateRunPolicy {
  SAFE_TERMINATE
  MARK_AS_CANCELED_IMMEDIATELY
}

union TerminateRunResult = TerminateRunSuccess | TerminateRunFailure | RunNotFoundError | UnauthorizedError | PythonError

type TerminateRunSuccess implements TerminatePipelineExecutionSuccess {
  run: Run!
}

type TerminateRunFailure implements TerminatePipelineExecutionFailure {
  run: Run!
  message: String!
}

interface TerminatePipelineExecutionSuccess {
  run: Run!
}

interface TerminatePipelineExecutionFailure {
  run: Run!
  message: String!
}

type TerminateRunsResult {
  terminateRunResults: [TerminateRunResult!]!
}

union TerminateRunsResultOrError = TerminateRunsResult | PythonError

enum StepEventStatus {
  SKIPPED
  SUCCESS
  FAILURE
  IN_PROGRESS
}

interface PipelineRunStepStats {
  runId: String!
  stepKey: String!
  status: StepEventStatus
  startTime: Float
  endTime: Float
  materializations: [MaterializationEvent!]!
  expectationResults: [ExpectationResult!]!
}

type RunStepStats implements PipelineRunStepStats {
  runId: String!
  stepKey: String!
  status: StepEventStatus
  startTime: Float
  endTime: Float
  materializations: [MaterializationEvent!]!
  attempts: [RunMarker!]!
  markers: [RunMarker!]!
  expectationResults: [ExpectationResult!]!
}

type RunMarker {
  startTime: Float
  endTime: Float
}

interface PipelineRunStatsSnapshot {
  id: String!
  runId: String!
  stepsSucceeded: Int!
  stepsFailed: Int!
  materializations: Int!
  enqueuedTime: Float
  launchTime: Float
  startTime: Float
  endTime: Float
  expectations: Int!
}

type RunStatsSnapshot implements PipelineRunStatsSnapshot {
  id: String!
  runId: String!
  stepsSucceeded: Int!
  stepsFailed: Int!
  materializations: Int!
  enqueuedTime: Float
  launchTime: Float
  startTime: Float
  endTime: Float
  expectations: Int!
}

union RunStatsSnapshotOrError = RunStatsSnapshot | PythonError

"What ops told of their expectations before there were asset checks. Nothing makes any."
type ExpectationResult implements DisplayableEvent {
  label: String
  description: String
  metadataEntries: [MetadataEntry!]!
  success: Boolean!
}

union DeletePipelineRunResult = DeletePipelineRunSuccess | UnauthorizedError | PythonError | RunNotFoundError

type DeletePipelineRunSuccess {
  runId: String!
}

extend type Query {
  repositoriesOrError(repositorySelector: RepositorySelector): RepositoriesOrError!
  repositoryOrError(repositorySelector: RepositorySelector!): RepositoryOrError!
  workspaceOrError: WorkspaceOrError!
  locationStatusesOrError: WorkspaceLocationStatusEntriesOrError!
  workspaceLocationEntryOrError(name: String!): WorkspaceLocationEntryOrError
}

extend type Mutation {
  reloadRepositoryLocation(repositoryLocationName: String!): ReloadRepositoryLocationMutationResult!
  reloadWorkspace: ReloadWorkspaceMutationResult!
}

extend type Subscription {
  """
  Changes of code locations as they happen. With the cursor of what a client knows first what has changed since, so that one whose connection was lost
  misses nothing.
  """
  locationStateChangeEvents(cursor: String): LocationStateChangeSubscription!
}

input RepositorySelector {
  repositoryName: String!
  repositoryLocationName: String!
}

union RepositoriesOrError = RepositoryConnection | RepositoryNotFoundError | PythonError

type RepositoryConnection {
  nodes: [Repository!]!
}

union RepositoryOrError = PythonError | Repository | RepositoryNotFoundError

type RepositoryNotFoundError implements Error {
  message: String!
  repositoryName: String!
  repositoryLocationName: String!
}

type Repository {
  id: ID!
  name: String!
  location: RepositoryLocation!
  pipelines: [Pipeline!]!
  jobs: [Job!]!
  origin: RepositoryOrigin!
  schedules: [Schedule!]!
  sensors(sensorType: SensorType): [Sensor!]!
  assetNodes: [AssetNode!]!
  assetNodesConnection(cursor: String, limit: Int!): AssetNodeConnection!
  displayMetadata: [RepositoryMetadata!]!
  assetGroups: [AssetGroup!]!
  assetManifest: GenericScalar
}

type RepositoryLocation {
  id: ID!
  name: String!
  isReloadSupported: Boolean!
  environmentPath: String
  repositories: [Repository!]!
  serverId: String
  dagsterLibraryVersions: [DagsterLibraryVersion!]
}

union RepositoryLocationOrLoadError = RepositoryLocation | PythonError

enum RepositoryLocationLoadStatus {
  LOADING
  LOADED
}

type RepositoryLocationNotFound implements Error {
  message: String!
}

type RepositoryOrigin {
  id: String!
  repositoryLocationName: String!
  repositoryName: String!
  repositoryLocationMetadata: [RepositoryMetadata!]!
}

type RepositoryMetadata {
  key: String!
  value: String!
}

type DagsterLibraryVersion {
  name: String!
  version: String!
}

type Workspace {
  id: String!
  locationEntries: [WorkspaceLocationEntry!]!
}

union WorkspaceOrError = Workspace | PythonError

type WorkspaceLocationEntry {
  id: ID!
  name: String!
  locationOrLoadError: RepositoryLocationOrLoadError
  loadStatus: RepositoryLocationLoadStatus!
  displayMetadata: [RepositoryMetadata!]!
  updatedTimestamp: Float!
  versionKey: String!
  permissions: [Permission!]!
}

union WorkspaceLocationEntryOrError = WorkspaceLocationEntry | PythonError

type WorkspaceLocationStatusEntry {
  id: ID!
  name: String!
  loadStatus: RepositoryLocationLoadStatus!
  updateTimestamp: Float!
  versionKey: String!
  permissions: [Permission!]!
}

type WorkspaceLocationStatusEntries {
  entries: [WorkspaceLocationStatusEntry!]!
  "From where \`locationStateChangeEvents\` tells what changes after this."
  cursor: String!
}

union WorkspaceLocationStatusEntriesOrError = WorkspaceLocationStatusEntries | PythonError

union ReloadRepositoryLocationMutationResult =
  | WorkspaceLocationEntry
  | ReloadNotSupported
  | RepositoryLocationNotFound
  | UnauthorizedError
  | PythonError

type ReloadNotSupported implements Error {
  message: String!
}

union ReloadWorkspaceMutationResult = Workspace | UnauthorizedError | PythonError

type LocationStateChangeEvent {
  eventType: LocationStateChangeEventType!
  message: String!
  locationName: String!
  serverId: String
}

enum LocationStateChangeEventType {
  LOCATION_UPDATED
  LOCATION_DISCONNECTED
  LOCATION_RECONNECTED
  LOCATION_ERROR
}

type LocationStateChangeSubscription {
  event: LocationStateChangeEvent!
  "Where to go on after this event."
  cursor: String!
}
`;
