import type { Difference } from "./frame/compare.ts";
import type { Rule } from "./frame/normalise.ts";

/** How values are compared that differ from run to run, or from language to language. */
export const rules: Readonly<Record<string, Rule>> = {
  id: "id",
  runId: "id",
  snapshotId: "id",
  pipelineSnapshotId: "id",
  parentPipelineSnapshotId: "id",
  parentSnapshotId: "id",
  versionKey: "id",
  serverId: "id",
  originId: "id",
  selectorId: "id",
  jobOriginId: "id",
  scheduleOriginId: "id",
  backfillId: "id",
  repositoryOriginId: "id",
  evaluationId: "id",
  fileKey: "id",
  requestedEvaluationId: "id",
  uniqueId: "id",
  rootUniqueId: "id",
  logKey: "id",
  tickId: "id",
  timestamp: "time",
  updatedTimestamp: "time",
  updateTimestamp: "time",
  creationTime: "time",
  creationTimestamp: "time",
  startTime: "time",
  startTimestamp: "time",
  endTime: "time",
  endTimestamp: "time",
  updateTime: "time",
  enqueuedTime: "time",
  launchTime: "time",
  potentialTickTimestamps: "time",
  "DryRunInstigationTicks.cursor": "time",
  "DryRunInstigationTick.timestamp": "time",
  latestMaterializationTimestamp: "time",
  latestObservationTimestamp: "time",
  latestFailedToMaterializeTimestamp: "time",
  latestEventSortKey: "id",
  cursor: "words",
  message: "words",
  className: "words",
  "PythonError.stack": "presence",
  "Logger.description": "words",
  "PartitionDefinition.description": "words",
  valueRep: "words",
  configTypeKey: "words",
  "RegularConfigType.key": "words",
  "CompositeConfigType.key": "words",
  "EnumConfigType.key": "words",
  "ScalarUnionConfigType.key": "words",
  "ArrayConfigType.key": "words",
  "MapConfigType.key": "words",
  "NullableConfigType.key": "words",
  typeParamKeys: "presence",
  stepKeysToExecute: "unordered",
  stepStats: "unordered",
  "ExecutionPlan.steps": "unordered",
  "RunConfigValidationInvalid.errors": "unordered",
  "Query.assetsLatestInfo": "unordered",
  assetGroups: "unordered",
  dataVersion: "id",
  dataVersionByPartition: "id",
  storageId: "id",
  runDuration: "time",
  lastHeartbeatTime: "time",
  metadataEntries: "unordered",
  partitionStatusCounts: "unordered",
  allDaemonStatuses: "unordered",
  dependencies: "unordered",
  dependencyKeys: "unordered",
  dependedBy: "unordered",
  dependedByKeys: "unordered",
  "AssetNode.tags": "unordered",
  "PartitionBackfill.tags": "unordered",
  "Run.assets": "unordered",
  "Run.assetSelection": "unordered",
  "Run.assetCheckSelection": "unordered",
  "ExecutionPlan.assetCheckKeys": "unordered",
  assetSelectionString: "words",
  stdoutLocation: "words",
  stderrLocation: "words",
  lastCursor: "words",
  lastTickTimestamp: "time",
  triggerTimestamp: "time",
  resetTimestamp: "time",
  triggerEvaluationId: "id",
  resetEvaluationId: "id",
  materializations: "unordered",
  assetMaterializations: "unordered",
  partitionNames: "unordered",
  "AssetBackfillTargetPartitions.partitionKeys": "unordered",
  "PartitionBackfill.assetSelection": "unordered",
  "Run.assetChecks": "unordered",
  "ExecutionPlan.assetKeys": "unordered",
};

/** How the engine works rather than what a run does. */
const ofEngines = new Set([
  "EngineEvent",
  "LogsCapturedEvent",
  "ResourceInitStartedEvent",
  "ResourceInitSuccessEvent",
  "StepWorkerStartingEvent",
  "StepWorkerStartedEvent",
  // Of a step that a failure keeps from running Dagster only logs a line.
  "ExecutionStepSkippedEvent",
  // Dagster writes some lines of its own for people.
  "LogMessageEvent",
]);

interface Event {
  readonly __typename: string;
  readonly stepKey?: string | null;
  readonly partition?: string | null;
}

/** Events step by step, those of the run first: which of two steps that wait for nothing comes first is the executor's choice. */
function byStep(events: unknown): unknown {
  const told = (events as readonly Event[]).filter(({ __typename }) => !ofEngines.has(__typename));
  return told.toSorted((a, b) => compareTexts(placeOf(a), placeOf(b)));
}

/** Partitions of one step are told in any order. */
const placeOf = ({ stepKey, __typename, partition }: Event): string => {
  const ofPartition = typeof partition === "string" && __typename === "MaterializationEvent" ? partition : "";
  return JSON.stringify([stepKey ?? "", ofPartition]);
};

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const ownTags = new Set(["dagster/solid_selection"]);

/** What is left of a value before it is compared. */
export const transforms: Readonly<Record<string, (value: unknown) => unknown>> = {
  "EventConnection.events": byStep,
  // A step that a failure keeps from running has no statistics in Dagster.
  "Run.stepStats": (stats) => (stats as readonly { readonly status: string }[]).filter(({ status }) => status !== "SKIPPED"),
  // Ours tell a selection of ops by a tag as well.
  "Run.tags": (tags) => (tags as readonly { readonly key: string }[]).filter(({ key }) => !ownTags.has(key)),
  "RunTagKeys.keys": (keys) => (keys as readonly string[]).filter((key) => !ownTags.has(key)),
  // Dagster stores nothing where there is no value, and so has no path to tell.
  "MaterializationEvent.metadataEntries": (entries) =>
    (entries as readonly { readonly label: string }[]).filter(({ label }) => label !== "path"),
  "Repository.assetManifest": (assets) =>
    (assets as readonly { readonly id: string; readonly tags: readonly { readonly key: string }[] }[]).map((asset) => ({
      ...asset,
      id: "<id>",
      tags: asset.tags.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    })),
};

const typeOf = (value: unknown): unknown => (value as { readonly __typename?: unknown } | null | undefined)?.__typename;

/** Differences that are improvements wherever they are met. */
export const better: readonly ((difference: Difference) => boolean)[] = [
  // An error with a type and fields of its own where Dagster answers PythonError.
  ({ theirs, ours }) => typeOf(theirs) === "PythonError" && /Error$|NotFound$|Invalid$/.test(String(typeOf(ours))),
  // Dagster answers 500 when an answer has a PythonError, a field that it fails to resolve, when variables do not fit, or when something is not allowed.
  ({ field, theirs, ours }) => field === "Answer.status" && theirs === 500 && (ours === 200 || ours === 400 || ours === 403),
  ({ field, ours }) => field === "Answer.errors" && Array.isArray(ours) && ours.length === 0,
  ({ field, theirs }) => field === "Answer.data" && theirs === null,
];

/** Arguments for fields that are not among the root's. */
export const nestedArguments: Readonly<Record<string, string>> = {
  "SolidHandle.stepStats": "limit: 1",
  "Instance.concurrencyLimit": `concurrencyKey: "db"`,
  "DaemonHealth.daemonStatus": `daemonType: "SCHEDULER"`,
};

/** Fields that nobody asks for here, since an answer would be too long or says something of the server's own. */
export const notAsked: ReadonlySet<string> = new Set<string>([
  // Dagster fails to answer them.
  "ErrorChainLink.message",
  "AssetNode.dataVersionByPartition",
  "AssetNode.staleStatusByPartition",
  "AssetNode.staleCausesByPartition",
  "TestFields.alwaysException",
  "InvalidSubsetError.pipeline",
  "InstigationEventConnection.cursor",
  "PartitionBackfill.partitionsTargetedForAssetKey",
  "Pipeline.partitionKeysOrError",
  "Job.partitionKeysOrError",
  "Graph.solids",
  "AssetMaterializationPlannedEvent.pipelineName",
  "Repository.assetNodes",
  // How errors are told is each language's own.
  "PythonError.cause",
  "PythonError.causes",
  "PythonError.errorChain",
]);

/** Types that steps of their own ask about. */
export const shallow: ReadonlySet<string> = new Set([
  "Asset",
  "AssetNode",
  "AssetCheck",
  "Graph",
  "InstigationState",
  "Job",
  "MaterializationEvent",
  "ObservationEvent",
  "PartitionBackfill",
  "PartitionDefinition",
  "PartitionSet",
  "Pipeline",
  "PipelineSnapshot",
  "PythonError",
  "Repository",
  "RepositoryLocation",
  "RepositoryOrigin",
  "ResourceDetails",
  "Run",
  "RunConfigSchema",
  "Schedule",
  "Sensor",
  "Solid",
]);

/** Tolerated differences that need not be met each time: what is told of ticks depends on when it is asked for. */
export const metSometimes: ReadonlySet<string> = new Set([
  "Sensor.nextTick",
  "InstigationState.nextTick",
  "InstigationTick.skipReason",
  "InstigationTick.cursor",
  "DryRunInstigationTick.timestamp",
  "RunStepStats.markers",
]);

/** Where both differ on purpose, by `Type.field`, and why. */
export const differences: Readonly<Record<string, string>> = {
  ...because("each says where its code is", [
    "RepositoryLocation.environmentPath",
    "RepositoryLocation.dagsterLibraryVersions",
    "Repository.displayMetadata",
    "WorkspaceLocationEntry.displayMetadata",
  ]),
  ...because("components that the web UI keeps are not there, and permissions say so", [
    "Permission.value",
    "Permission.disabledReason",
  ]),
  ...because("types are those of the language", [
    "Pipeline.dagsterTypes",
    "PipelineSnapshot.dagsterTypes",
    "RegularDagsterType.key",
    "RegularDagsterType.name",
    "RegularDagsterType.displayName",
    "RegularDagsterType.isNothing",
    "ResourceDetails.resourceType",
    "ExecutionPlan.assetSelection",
    "RegularDagsterType.inputSchemaType",
  ]),
  ...because("texts for people are each one's own", [
    "BackfillPolicy.description",
    "RunStartingEvent.message",
    "ConfigTypeField.description",
    "SolidDefinition.description",
    "Logger.description",
  ]),
  ...because("every text and number may be read from the environment, and constants say what nothing else would be taken", [
    "ConfigTypeField.configType",
    "CompositeConfigType.recursiveConfigTypes",
    "RunConfigSchema.allConfigTypes",
  ]),
  ...because("what has no config takes none, rather than any", ["AssetNode.configField", "SolidDefinition.configField"]),
  ...because("an I/O manager that nobody names is no resource of the job", ["Mode.resources", "ResourceConnection.resources"]),
  ...because("errors of run config have a path, beside their stack", [
    "MissingFieldConfigError.path",
    "FieldNotDefinedConfigError.path",
    "RuntimeMismatchConfigError.path",
    "SelectorTypeConfigError.path",
  ]),
  ...because("a run keeps the snapshot of its whole job, and the selection beside it", [
    "PipelineSnapshot.solids",
    "PipelineSnapshot.solidHandles",
    "PipelineSnapshot.parentSnapshotId",
    "Pipeline.solids",
    "Pipeline.solidHandles",
    "Pipeline.nodeNames",
    "Pipeline.parentSnapshotId",
    "Run.parentPipelineSnapshotId",
  ]),
  ...because("resources are made once for the run, and engines differ in what they tell of their work", [
    "LoadedInputEvent.metadataEntries",
    "HandledOutputEvent.metadataEntries",
    "RunStepStats.markers",
  ]),
  "Run.resolvedOpSelection": "the ops that the query comes to, rather than the query",
  "Run.stepKeysToExecute": "a run that does all steps tells them, also where it repeats another",
  "ExecutionStepFailureEvent.errorSource": "a failure that the step's own code asks for is that code's",
  "ExecutionStepUpForRetryEvent.secondsToWait": "no time to wait is told as none, not as 0",
  "AssetDependency.partitionMapping": "the mapping that partitions have by themselves is told as well",
  "Sensor.metadataEntries": "Dagster notes there how it is set to launch what conditions ask for",
  "Query.shouldShowNux": "there is no newsletter to offer",
  ...because("each has its own instance", ["Instance.info", "Instance.executablePath", "RunLauncher.name"]),
  ...because("names of Dagster's that have been superseded", ["AssetNode.autoMaterializePolicy"]),
  ...because("runs of a partition are all runs of it, also those that no backfill has launched", [
    "Partition.status",
    "Partition.runs",
    "PartitionStatus.runId",
    "PartitionStatus.runStatus",
    "PartitionStatus.runDuration",
    "PartitionRun.run",
  ]),
  ...because("more is told", [
    "AssetCheckEvaluation.targetMaterialization",
    "Asset.latestObservationTimestamp",
    "RunRequest.jobName",
    "DryRunInstigationTick.timestamp",
    "Sensor.nextTick",
    "InstigationState.nextTick",
    "InstigationTick.skipReason",
    "InstigationTick.cursor",
    "AssetMaterializationPlannedEvent.solidHandleID",
    "AssetCheckEvaluationPlannedEvent.solidHandleID",
    "MaterializationEvent.message",
    "ObservationEvent.message",
    "OutputDefinition.description",
  ]),
  "TickEvaluation.dynamicPartitionsRequests": "none are asked for, rather than an empty list of them",
  "TickEvaluation.skipReason": "an answer with requests is not empty",
  "InstigationEventConnection.events":
    "what becomes of a backfill is told, also where no store for the logs of instigators is set up",
  "Sensor.canReset": "a cursor is no switch",
  "InputDefinition.name": "an input without a value says so in its name",
  "AssetNode.dataVersion": "what was reported without a version has none",
  "DaemonHealth.allDaemonStatuses": "each has its own daemons",
  "ConcurrencyKeyInfo.usingDefaultLimit": "there is no default limit where nobody has set one",
  "Query.autoMaterializeTicks": "ticks of automation, which Dagster tells with its sensors only",
  "Query.version": "this server's",
  ...because("what a tick logs is kept with the tick", ["InstigationTick.logKey"]),
  "InstigationTick.autoMaterializeAssetEvaluationId": "only of ticks that evaluated conditions",
  "DryRunInstigationTick.evaluationResult": "what is to come was not evaluated",
};

function because(reason: string, fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map((field) => [field, reason]));
}
