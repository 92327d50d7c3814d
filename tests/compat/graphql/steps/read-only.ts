import { ask, change, type Step } from "../frame/step.ts";
import { job, key, launching, repository, schedule, sensor, tags, unknownRun } from "./selectors.ts";
import { launched } from "./launches.ts";

const ofRun = (known: (name: string) => string) => ({ runId: known("the failing") });
const customers = { repositorySelector: repository, partitionsDefName: "customers" };
const nightly = { partitionSetName: "nightly_partition_set", repositorySelector: repository };

/** Every mutation, about things that there are, sent to webservers that are read-only; and what these say that one may do. */
export const readOnlySteps: readonly Step[] = [
  change("launchRun", "", { executionParams: launching("process_numbers") }),
  change("launchPipelineExecution", "", { executionParams: launching("process_numbers") }),
  change("launchRunReexecution", "", (known) => ({
    reexecutionParams: { parentRunId: known("the failing"), strategy: "FROM_FAILURE" },
  })),
  change("launchPipelineReexecution", "by parameters", (known) => ({
    executionParams: {
      ...launching("failing"),
      executionMetadata: {
        parentRunId: known("the failing"),
        rootRunId: known("the failing"),
        tags: tags({ "dagster/parent_run_id": known("the failing"), "dagster/root_run_id": known("the failing") }),
      },
    },
  })),
  {
    title: "launchMultipleRuns: ",
    operation: `mutation ($executionParamsList: [ExecutionParams!]!) {
      launchMultipleRuns(executionParamsList: $executionParamsList) {
        __typename
        ... on LaunchMultipleRunsResult { launchMultipleRunsResult { ${launched} } }
      }
    }`,
    variables: { executionParamsList: [launching("process_numbers"), launching("nothing")] },
  },
  change("terminateRun", "", ofRun, { depth: 1 }),
  change("terminatePipelineExecution", "", ofRun, { depth: 1 }),
  change("terminateRun", "one that there is not", { runId: unknownRun }, { depth: 1 }),
  change("terminatePipelineExecution", "one that there is not", { runId: unknownRun }, { depth: 1 }),
  change("terminateRuns", "", (known) => ({ runIds: [known("the failing"), unknownRun] }), { depth: 2 }),
  change("deleteRun", "", ofRun),
  change("deletePipelineRun", "", ofRun),
  change("deleteRun", "one that there is not", { runId: unknownRun }),

  change("launchPartitionBackfill", "of a job", { backfillParams: { selector: nightly, partitionNames: ["2026-01-04"] } }),
  change("launchPartitionBackfill", "of assets", {
    backfillParams: { assetSelection: [key("orders")], partitionNames: ["2026-01-04"] },
  }),
  change("reexecutePartitionBackfill", "", (known) => ({
    reexecutionParams: { parentRunId: known("the sales of which one fails"), strategy: "FROM_FAILURE" },
  })),
  change("resumePartitionBackfill", "", (known) => ({ backfillId: known("nights of which one fails") })),
  change("cancelPartitionBackfill", "", (known) => ({ backfillId: known("the nights") })),
  change("cancelPartitionBackfill", "of assets", (known) => ({ backfillId: known("the sales") })),

  change("startSchedule", "", { scheduleSelector: schedule("every_minute") }),
  change("stopRunningSchedule", "", (known) => ({ id: known("every minute") })),
  change("resetSchedule", "", { scheduleSelector: schedule("every_minute") }),
  change("startSensor", "", { sensorSelector: sensor("requesting") }),
  change("resetSensor", "", { sensorSelector: sensor("requesting") }),
  change("stopSensor", "", (known) => ({ id: known("requesting") })),
  change("setSensorCursor", "", { sensorSelector: sensor("requesting"), cursor: "a" }),
  change("scheduleDryRun", "", { selectorData: schedule("every_minute"), timestamp: 1_767_600_000 }),
  change("sensorDryRun", "", { selectorData: sensor("requesting"), cursor: "a" }),
  change("setAutoMaterializePaused", "", { paused: true }),

  change("wipeAssets", "", { assetPartitionRanges: [{ assetKey: key("filtered_odd_numbers") }] }),
  change("reportRunlessAssetEvents", "", {
    eventParams: { eventType: "ASSET_MATERIALIZATION", assetKey: key("filtered_odd_numbers") },
  }),
  change("reportAssetCheckEvaluations", "", {
    eventParams: { assetKey: key("stock"), checkName: "complete", passed: true },
  }),
  change("addDynamicPartition", "", { ...customers, partitionKey: "new" }),
  change("deleteDynamicPartitions", "", { ...customers, partitionKeys: ["acme"] }),

  change("setConcurrencyLimit", "", { concurrencyKey: "db", limit: 1 }),
  change("deleteConcurrencyLimit", "", { concurrencyKey: "db" }),
  change("freeConcurrencySlots", "", ofRun),
  change("freeConcurrencySlotsForRun", "", ofRun),

  change("reloadRepositoryLocation", "", { repositoryLocationName: "project" }),
  change("shutdownRepositoryLocation", "", { repositoryLocationName: "project" }),
  change("reloadWorkspace", ""),

  change("setAppManagedComponent", "", { locationName: "project", componentId: "a", componentType: "b", attributes: "{}" }),
  change("deleteAppManagedComponent", "", { locationName: "project", componentId: "a" }),
  change("refreshComponentState", "", { locationName: "project", defsStateKey: "a" }),
  change("logTelemetry", "", { action: "a", clientId: "a", clientTime: "1700000000000", metadata: "{}" }),
  change("setNuxSeen", ""),

  ask("permissions", "", {}),
  ask("canBulkTerminate", ""),
  {
    title: "what may be done with each thing",
    operation: `query ($job: PipelineSelector!, $run: ID!, $schedule: ScheduleSelector!, $sensor: SensorSelector!, $asset: AssetKeyInput!) {
      workspaceOrError { __typename ... on Workspace { locationEntries { __typename name permissions { __typename permission value disabledReason } } } }
      locationStatusesOrError { __typename ... on WorkspaceLocationStatusEntries { entries { __typename name permissions { __typename permission value disabledReason } } } }
      pipelineOrError(params: $job) { ... on Pipeline { hasLaunchExecutionPermission hasLaunchReexecutionPermission } }
      runOrError(runId: $run) { ... on Run { canTerminate hasTerminatePermission hasDeletePermission hasReExecutePermission } }
      scheduleOrError(scheduleSelector: $schedule) {
        ... on Schedule { scheduleState { hasStartPermission hasStopPermission } }
      }
      sensorOrError(sensorSelector: $sensor) { ... on Sensor { sensorState { hasStartPermission hasStopPermission } } }
      assetNodeOrError(assetKey: $asset) {
        ... on AssetNode { hasMaterializePermission hasWipePermission hasReportRunlessAssetEventPermission }
      }
      partitionBackfillsOrError(limit: 1) {
        ... on PartitionBackfills { results { hasCancelPermission hasResumePermission } }
      }
    }`,
    variables: (known) => ({
      job: job("process_numbers"),
      run: known("the failing"),
      schedule: schedule("every_minute"),
      sensor: sensor("requesting"),
      asset: key("orders"),
    }),
  },
];
