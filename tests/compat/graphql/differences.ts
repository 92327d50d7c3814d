import type { Difference } from "./frame/compare.ts";
import type { Rule } from "./frame/normalise.ts";

/** Lists that Dagster makes of sets, whose order differs from one of its processes to the next. */
const sets = [
  "Query.assetsLatestInfo",
  "assetGroups",
  "dependencies",
  "dependedBy",
  "Run.assets",
  "Run.assetSelection",
  "ExecutionPlan.assetCheckKeys",
  "materializations",
  "assetMaterializations",
  "partitionNames",
  "AssetBackfillTargetPartitions.partitionKeys",
  "PartitionBackfill.assetSelection",
  "Run.assetChecks",
  "ExecutionPlan.assetKeys",
  "ExecutionPlan.steps",
] as const;

/** How values are compared that differ from run to run, or from language to language. */
export const rules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(sets.map((field) => [field, "unordered"] as const)),
  id: "id",
  pipelineSnapshotId: "id",
  parentPipelineSnapshotId: "id",
  versionKey: "id",
  serverId: "id",
  selectorId: "id",
  jobOriginId: "id",
  evaluationId: "id",
  fileKey: "id",
  "LogsCapturedEvent.logKey": "id",
  "LogsCapturedEvent.pid": "presence",
  tickId: "id",
  timestamp: "time",
  updatedTimestamp: "time",
  updateTimestamp: "time",
  creationTime: "time",
  startTime: "time",
  startTimestamp: "time",
  endTime: "time",
  endTimestamp: "time",
  updateTime: "time",
  launchTime: "time",
  potentialTickTimestamps: "time",
  "DryRunInstigationTicks.cursor": "time",
  "DryRunInstigationTick.timestamp": "time",
  latestMaterializationTimestamp: "time",
  latestEventSortKey: "id",
  "EventConnection.cursor": "words",
  "RunsFeedConnection.cursor": "words",
  message: "words",
  className: "words",
  "PythonError.stack": "presence",
  "PartitionDefinition.description": "words",
  valueRep: "words",
  configTypeKey: "words",
  "CompositeConfigType.key": "words",
  stepStats: "unordered",
  dataVersion: "id",
  dataVersionByPartition: "id",
  storageId: "id",
  lastHeartbeatTime: "time",
  metadataEntries: "unordered",
  partitionStatusCounts: "unordered",
  assetSelectionString: "words",
  stdoutLocation: "words",
  stderrLocation: "words",
  lastTickTimestamp: "time",
  triggerTimestamp: "time",
  resetTimestamp: "time",
  triggerEvaluationId: "id",
  resetEvaluationId: "id",
};

/** How the engine works rather than what a run does. */
const ofEngines = new Set([
  "EngineEvent",
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

/** What is left of a value before it is compared. */
export const transforms: Readonly<Record<string, (value: unknown) => unknown>> = {
  "EventConnection.events": byStep,
  // A step that a failure keeps from running has no statistics in Dagster.
  "Run.stepStats": (stats) => (stats as readonly { readonly status: string }[]).filter(({ status }) => status !== "SKIPPED"),
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
  "InstigationEventConnection.cursor",
  "PartitionBackfill.partitionsTargetedForAssetKey",
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

/** What need not be met each time: the order of sets is chance, and what is told of ticks depends on when it is asked for. */
export const metSometimes: ReadonlySet<string> = new Set([
  ...sets,
  // Numbers that count up in each, and may be the same.
  "tickId",
  "evaluationId",
  "triggerEvaluationId",
  "resetEvaluationId",
  "storageId",
  "latestEventSortKey",
  // Both may be asked within the same minute.
  "potentialTickTimestamps",
  "DryRunInstigationTicks.cursor",
  "Sensor.nextTick",
  "InstigationState.nextTick",
  "InstigationTick.skipReason",
  "InstigationTick.cursor",
  "DryRunInstigationTick.timestamp",
  "RunStepStats.markers",
  // How far a backfill has come by the time that it is canceled.
  "cancelPartitionBackfill: one that was resumed: ",
  "partitionBackfillOrError: the nights that wait, canceled again: ",
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
  ]),
  ...because("resources are made once for the run, and engines differ in what they tell of their work", [
    "LoadedInputEvent.metadataEntries",
    "HandledOutputEvent.metadataEntries",
    "RunStepStats.markers",
  ]),
  "LogsCapturedEvent.stepKeys": "steps that wait for a dynamic output are told as well",
  "Run.resolvedOpSelection": "the ops that the query comes to, rather than the query",
  "Run.stepKeysToExecute": "a run that does all steps tells them, also where it repeats another",
  "ExecutionStepFailureEvent.errorSource": "a failure that the step's own code asks for is that code's",
  "AssetDependency.partitionMapping": "the mapping that partitions have by themselves is told as well",
  "Sensor.metadataEntries": "Dagster notes there how it is set to launch what conditions ask for",
  "Query.shouldShowNux": "there is no newsletter to offer",
  ...because("each has its own instance", ["Instance.info", "Instance.executablePath", "RunLauncher.name"]),
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
  "TickEvaluation.skipReason": "an answer with requests is not empty",
  "InstigationEventConnection.events":
    "what becomes of a backfill is told, also where no store for the logs of instigators is set up",
  "Sensor.canReset": "a cursor is no switch",
  "InputDefinition.name": "an input without a value says so in its name",
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
