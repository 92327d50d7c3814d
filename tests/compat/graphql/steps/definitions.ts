import { ask, type Step } from "../frame/step.ts";
import { job, key, nowhere, repository, schedule, sensor } from "./selectors.ts";

const atLeaves = "all problems are told, each at its place, rather than that whole parts are missing";

/** What the project defines, asked before anything has run. */
export const definitionSteps: readonly Step[] = [
  ask("workspaceOrError", "all locations", {}, { depth: 3 }),
  ask("locationStatusesOrError", "all locations", {}, { depth: 2 }),
  ask("workspaceLocationEntryOrError", "a loaded one", { name: "project" }, { depth: 2 }),
  ask("workspaceLocationEntryOrError", "one that cannot be loaded", { name: "broken" }, { depth: 2 }),
  ask("workspaceLocationEntryOrError", "one that there is not", { name: "nowhere" }),
  ask("repositoriesOrError", "all", {}, { depth: 2 }),
  ask("repositoriesOrError", "one", { repositorySelector: repository }, { depth: 1 }),
  ask("repositoriesOrError", "one that there is not", { repositorySelector: nowhere }, { depth: 1 }),
  ask(
    "repositoryOrError",
    "the project's",
    { repositorySelector: repository },
    { depth: 2, remember: { "the repository": "repositoryOrError.id" } },
  ),
  ask("repositoryOrError", "one that there is not", { repositorySelector: nowhere }),

  ...["process_numbers", "process_numbers_asset", "nightly", "configured", "mapped", "within", "failing"].map((name) =>
    ask("pipelineOrError", name, { params: job(name) }, { depth: 2 }),
  ),
  ask(
    "pipelineOrError",
    "a part of a job",
    { params: job("process_numbers", { solidSelection: ["generate_numbers+"] }) },
    { depth: 3 },
  ),
  ask("pipelineOrError", "a part that there is not", { params: job("process_numbers", { solidSelection: ["nothing"] }) }),
  ask("pipelineOrError", "one that there is not", { params: job("nothing") }),
  ask("pipelineOrError", "in a location that there is not", { params: { ...nowhere, pipelineName: "process_numbers" } }),
  ask("pipelineSnapshotOrError", "of a job", { activePipelineSelector: job("process_numbers") }, { depth: 2 }),
  ask("pipelineSnapshotOrError", "of a job that there is not", { activePipelineSelector: job("nothing") }),
  ask("pipelineSnapshotOrError", "an id that there is not", { snapshotId: "none" }),
  ask(
    "graphOrError",
    "a nested graph",
    { selector: { ...repository, graphName: "twice" } },
    { tolerated: { "graphOrError.": "Dagster answers with the graph of the job that uses it" } },
  ),
  ask("graphOrError", "a job's", { selector: { ...repository, graphName: "process_numbers" } }),
  ask("graphOrError", "one that there is not", { selector: { ...repository, graphName: "nothing" } }),
  ask("graphOrError", "without a selector", {}),

  ask("resourcesOrError", "of a job", { pipelineSelector: job("configured") }, { depth: 3 }),
  ask("resourcesOrError", "of a job that there is not", { pipelineSelector: job("nothing") }),
  ask("resourcesOrError", "of a part that there is not", {
    pipelineSelector: job("configured", { solidSelection: ["nothing"] }),
  }),
  ask("topLevelResourceDetailsOrError", "one", { resourceSelector: { ...repository, resourceName: "warehouse" } }, { depth: 2 }),
  ask("topLevelResourceDetailsOrError", "none", { resourceSelector: { ...repository, resourceName: "nothing" } }),
  ask("allTopLevelResourceDetailsOrError", "all", { repositorySelector: repository }, { depth: 2 }),
  ask("allTopLevelResourceDetailsOrError", "of no repository", { repositorySelector: nowhere }),
  ask("utilizedEnvVarsOrError", "none", { repositorySelector: repository }),
  ask("utilizedEnvVarsOrError", "of no repository", { repositorySelector: nowhere }),

  ask(
    "runConfigSchemaOrError",
    "of a job",
    { selector: job("configured") },
    {
      depth: 2,
      tolerated: {
        "isRunConfigValid.errors": atLeaves,
        defaultValueAsJson: "execution has no default that would have to be written",
      },
    },
  ),
  ask("runConfigSchemaOrError", "of a job that there is not", { selector: job("nothing") }),
  ask("runConfigSchemaOrError", "of a part that there is not", { selector: job("configured", { solidSelection: ["nothing"] }) }),
  ask("runConfigSchemaOrError", "of a mode that there is not", { selector: job("configured"), mode: "other" }),
  ...Object.entries({
    "valid config": {
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a", target: { file: { path: "b" } } } } },
    },
    "config with a missing field": {
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a" } } },
    },
    "config with a field too many": {
      resources: { warehouse: { config: { url: "a", more: 1 } } },
      ops: { write: { config: { table: "a", target: { file: { path: "b" } } } } },
    },
    "config of wrong types": {
      resources: { warehouse: { config: { url: 1 } } },
      ops: {
        write: {
          config: { table: "a", limit: "x", columns: [1], mode: "other", options: { a: "b" }, target: { file: { path: "b" } } },
        },
      },
    },
    "config with two branches of a selector": {
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a", target: { file: { path: "b" }, http: { host: "c" } } } } },
    },
    "config without a branch of a selector": {
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a", target: {} } } },
    },
    "no config": {},
    "config with ops that there are not": { ops: { nothing: {} } },
    "config with a part that there is not": {
      nothing: {},
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a", target: { file: { path: "b" } } } } },
    },
    "config with two parts that there are not": {
      nothing: {},
      more: 1,
      resources: { warehouse: { config: { url: "a" } } },
      ops: { write: { config: { table: "a", target: { file: { path: "b" } } } } },
    },
    "config that is text":
      "resources: {warehouse: {config: {url: a}}}\nops: {write: {config: {table: a, target: {file: {path: b}}}}}",
    "config that is no YAML": "{",
    "config that is a list": "[1]",
    "config that is a number": 7,
  }).map(([title, runConfigData]) =>
    ask(
      "isPipelineConfigValid",
      title,
      { pipeline: job("configured"), mode: "default", runConfigData },
      {
        depth: 3,
        ...(title.startsWith("no config") || title.includes("that there are not") ? { tolerated: { errors: atLeaves } } : {}),
      },
    ),
  ),
  ask("isPipelineConfigValid", "of a job that there is not", { pipeline: job("nothing"), mode: "default", runConfigData: {} }),
  ask("isPipelineConfigValid", "of a part that there is not", {
    pipeline: job("configured", { solidSelection: ["nothing"] }),
    mode: "default",
    runConfigData: {},
  }),
  ...["process_numbers", "process_numbers_asset", "mapped", "within"].map((name) =>
    ask("executionPlanOrError", name, { pipeline: job(name), mode: "default", runConfigData: {} }, { depth: 4 }),
  ),
  ask(
    "executionPlanOrError",
    "of what is mapped twice",
    { pipeline: job("mapped", { solidSelection: ["parts", "double"] }), mode: "default", runConfigData: {} },
    { depth: 4 },
  ),
  ask("executionPlanOrError", "of a job that there is not", { pipeline: job("nothing"), mode: "default", runConfigData: {} }),
  ask("executionPlanOrError", "of a part that there is not", {
    pipeline: job("process_numbers", { solidSelection: ["nothing"] }),
    mode: "default",
    runConfigData: {},
  }),
  ask(
    "executionPlanOrError",
    "with config that is wrong",
    { pipeline: job("configured"), mode: "default", runConfigData: {} },
    { depth: 3, tolerated: { errors: atLeaves } },
  ),

  ...["every_minute", "new_year", "with_tags"].map((name) =>
    ask("scheduleOrError", name, { scheduleSelector: schedule(name) }, { depth: 2 }),
  ),
  ask("scheduleOrError", "one that there is not", { scheduleSelector: schedule("nothing") }),
  ask("schedulesOrError", "all", { repositorySelector: repository }, { depth: 2 }),
  ask("schedulesOrError", "running", { repositorySelector: repository, scheduleStatus: "RUNNING" }, { depth: 1 }),
  ask("schedulesOrError", "of no repository", { repositorySelector: nowhere }),
  ...["requesting", "when_generated", "when_done", "automation"].map((name) =>
    ask("sensorOrError", name, { sensorSelector: sensor(name) }, { depth: 2 }),
  ),
  ask("sensorOrError", "one that there is not", { sensorSelector: sensor("nothing") }),
  ask("sensorsOrError", "all", { repositorySelector: repository }, { depth: 2 }),
  ask("sensorsOrError", "running", { repositorySelector: repository, sensorStatus: "RUNNING" }, { depth: 1 }),
  ask("sensorsOrError", "of no repository", { repositorySelector: nowhere }),
  ask("instigationStateOrError", "of a schedule", { instigationSelector: { ...repository, name: "every_minute" } }),
  ask("instigationStateOrError", "of a sensor", { instigationSelector: { ...repository, name: "requesting" } }),
  ask("instigationStateOrError", "of nothing", { instigationSelector: { ...repository, name: "nothing" } }),
  ask("scheduler", "the daemon's"),

  ask("partitionSetsOrError", "of a job", { repositorySelector: repository, pipelineName: "nightly" }, { depth: 2 }),
  ask("partitionSetsOrError", "of a job without partitions", { repositorySelector: repository, pipelineName: "process_numbers" }),
  ask("partitionSetsOrError", "of a job that there is not", { repositorySelector: repository, pipelineName: "nothing" }),
  ask("partitionSetOrError", "one", { repositorySelector: repository, partitionSetName: "nightly_partition_set" }, { depth: 2 }),
  ask(
    "partitionSetOrError",
    "one of assets",
    { repositorySelector: repository, partitionSetName: "sales_job_partition_set" },
    { depth: 2 },
  ),
  ask("partitionSetOrError", "one that there is not", { repositorySelector: repository, partitionSetName: "nothing" }),

  ask("assetNodes", "all", {}, { depth: 1 }),
  ask("assetNodes", "of a group", { group: { ...repository, groupName: "numbers" } }, { depth: 2 }),
  ask("assetNodes", "of a job", { pipeline: job("sales_job") }, { depth: 2 }),
  ask("assetNodes", "by keys", { assetKeys: [key("orders"), key("nothing")] }, { depth: 1 }),
  ...[
    "generated_numbers",
    "filtered_even_numbers",
    "summed_two_sums",
    "orders",
    "targets",
    "cells",
    "invoices",
    "stock",
    "automated",
  ].map((name) => ask("assetNodeOrError", name, { assetKey: key(name) }, { depth: 2 })),
  ask("assetNodeOrError", "one that there is not", { assetKey: key("nothing") }),
  ask("assetOrError", "one that was never made", { assetKey: key("orders") }, { depth: 2 }),
  ask("assetOrError", "one that there is not", { assetKey: key("nothing") }),
  ask("assetsOrError", "all", {}, { depth: 2 }),
  ask("assetsOrError", "two", { limit: 2 }, { depth: 2 }),
  ask("assetsOrError", "with a prefix", { prefix: ["summed_even_numbers"] }, { depth: 2 }),
  ask("assetsOrError", "by keys", { assetKeys: [key("orders"), key("nothing")] }, { depth: 2 }),
  ask("assetRecordsOrError", "before any run", {}, { depth: 2 }),
  ask("assetNodeAdditionalRequiredKeys", "none", { assetKeys: [key("orders")] }),
  ask("assetNodeDefinitionCollisions", "none", { assetKeys: [key("orders")] }),
  ask("assetsLatestInfo", "before any run", { assetKeys: [key("orders"), key("generated_numbers")] }, { depth: 2 }),
  ask("autoMaterializeAssetEvaluationsOrError", "before any", { assetKey: key("automated"), limit: 5 }, { depth: 3 }),
  ask("autoMaterializeEvaluationsForEvaluationId", "before any", { evaluationId: "0" }, { depth: 3 }),
  ask("assetCheckExecutions", "before any run", { assetKey: key("stock"), checkName: "inside", limit: 10 }),

  ask(
    "instance",
    "before any run",
    {},
    { depth: 2, until: { daemon: "heartbeat", is: ({ instance }) => instance.daemonHealth.daemonStatus.healthy === true } },
  ),
  ask("permissions", "all"),
  ask("canBulkTerminate", "yes"),
  ask("shouldShowNux", "before it was seen"),
  ask("test", "nothing"),
  ask("latestDefsStateInfo", "none"),
  ask("appManagedComponentsForLocationOrError", "none", { locationName: "project" }),
  ask("componentsForLocationOrError", "none", { locationName: "project" }),
  ask(
    "componentsForLocationOrError",
    "of no location",
    { locationName: "nowhere" },
    { tolerated: { componentsForLocationOrError: "says that there is no such location" } },
  ),
  ask("componentTypesForLocationOrError", "none", { locationName: "project" }),
  ask("componentTypesForLocationOrError", "of no location", { locationName: "nowhere" }),
];
