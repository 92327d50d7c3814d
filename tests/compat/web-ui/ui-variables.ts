import { type OperationDefinitionNode, print } from "graphql";

const repository = { repositoryName: "__repository__", repositoryLocationName: "project" };

/** What operations are about. */
export interface UiSubject {
  readonly asset: string;
  readonly check: string;
  readonly job: string;
  readonly isPartitioned: boolean;
  readonly partition: string;
  readonly runId: string;
  readonly backfillId: string;
  readonly snapshotId: string;
  readonly schedule: string;
  readonly sensor: string;
  readonly tickId: string;
  readonly evaluationId: string;
  readonly nodeId: string;
  /** A node of `calculate`. */
  readonly handle: string;
}

/** A value for each variable that the operation needs, or that says what it is about. Bounds of pages and times are left out. */
export function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode, subject: UiSubject): object {
  const known = valuesOf(subject);
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, type }) => {
      const name = variable.name.value;
      const value = known[`${name}: ${print(type)}`] ?? known[name] ?? known[print(type).replace(/!$/, "")];
      if (value === undefined && print(type).endsWith("!")) throw new Error(`Nobody knows a value for $${name}: ${print(type)}`);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** By the variable's name and type, by its name, or by its type. */
function valuesOf(subject: UiSubject): Readonly<Record<string, unknown>> {
  const assetKey = { path: [subject.asset] };
  const pipeline = { ...repository, pipelineName: subject.job };
  const graph = { ...repository, graphName: "twice" };
  return {
    AssetKeyInput: assetKey,
    "[AssetKeyInput!]": [assetKey],
    AssetCheckHandleInput: { assetKey, name: subject.check },
    AssetGroupSelector: { ...repository, groupName: "finance" },
    AssetJobKeyInput: { jobName: subject.job },
    // Where an asset or a job may be meant, the asset is.
    "assetJobKey: AssetJobKeyInput": null,
    "assetSelection: [AssetKeyInput!]": null,
    GraphSelector: graph,
    InstigationSelector: { ...repository, name: subject.sensor },
    PipelineSelector: pipeline,
    RepositorySelector: repository,
    ResourceSelector: { ...repository, resourceName: "warehouse" },
    RunConfigData: {},
    RunsFilter: { pipelineName: subject.job },
    ScheduleSelector: { ...repository, scheduleName: subject.schedule },
    SensorSelector: { ...repository, sensorName: subject.sensor },
    "[AssetEventHistoryEventTypeSelector!]": ["MATERIALIZATION", "OBSERVATION", "FAILED_TO_MATERIALIZE"],
    "[InstigationTickStatus!]": ["SUCCESS", "SKIPPED", "FAILURE", "STARTED"],
    asOfEvaluationId: subject.evaluationId,
    evaluationId: subject.evaluationId,
    nodeUniqueId: subject.nodeId,
    backfillId: subject.backfillId,
    checkName: subject.check,
    concurrencyKey: "database",
    pool: "database",
    dagsterTypeName: "Any",
    handleID: subject.handle,
    id: "project:new_files",
    jobName: subject.job,
    limit: 10,
    locationName: "project",
    logKey: [subject.runId, "compute_logs", "succeed"],
    mode: "default",
    name: "project",
    partition: subject.partition,
    partitionKey: subject.partition,
    partitionName: subject.partition,
    partitionNames: subject.isPartitioned ? [subject.partition] : [],
    "partitions: [String!]!": [subject.partition],
    partitionSetName: "nightly_partition_set",
    pipelineName: subject.job,
    repositoryLocationName: repository.repositoryLocationName,
    repositoryName: repository.repositoryName,
    rootHandleID: "",
    requestScopeHandleID: "",
    runId: subject.runId,
    snapshotId: subject.snapshotId,
    startTimestamp: Date.now() / 1_000,
    tagKeys: ["dagster/partition"],
    tickId: subject.tickId,
    ticksAfter: 5,
    ticksBefore: 5,
    ticksUntil: Date.now() / 1_000 + 86_400,
    timestamp: String(Date.now()),
    RunsFeedView: "ROOTS",
  };
}
