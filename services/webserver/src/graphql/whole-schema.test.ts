import { type GraphQLObjectType, isObjectType } from "graphql";
import { expect, test } from "vitest";

import { defaultQueryLimits } from "../http/query-limits.ts";
import { everyEntry, launch, work } from "../testing/run-history.ts";
import { serveNumbers } from "../testing/served-numbers.ts";
import { selectAll } from "../testing/whole-query.ts";
import { makeSchema } from "./schema.ts";

const repository = `repositoryName: "__repository__", repositoryLocationName: "numbers"`;
const job = `{pipelineName: "configured", ${repository}}`;
const config = `{ops: {fetch_urls: {config: {urls: ["a"]}}}}`;

test("every field of every query can be resolved on an instance that has something of everything", async () => {
  await using served = await serveNumbers({ queryLimits: { ...defaultQueryLimits, tokens: 1e6, fields: 1e6 } });
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, everyEntry);
  await served.graphql(
    `mutation { startSensor(sensorSelector: {${repository}, sensorName: "check_file_sensor"}) { __typename } }`,
  );

  const backfill = await served.graphql(
    `mutation { launchPartitionBackfill(backfillParams: {selector: {partitionSetName: "daily_orders_partition_set",
      repositorySelector: {${repository}}}, partitionNames: ["2026-01-01"]}) { ... on LaunchBackfillSuccess { backfillId } } }`,
  );

  const schema = makeSchema();
  const asset = `assetKey: {path: ["generated_numbers"]}`;
  const args: Record<string, string> = {
    "Query.repositoryOrError": `repositorySelector: {${repository}}`,
    "Query.workspaceLocationEntryOrError": `name: "numbers"`,
    "Query.pipelineOrError": `params: ${job}`,
    "Query.pipelineSnapshotOrError": `activePipelineSelector: ${job}`,
    "Query.graphOrError": `selector: {graphName: "sums", ${repository}}`,
    "Repository.usedSolid": `name: "sum_even_numbers"`,
    "Query.topLevelResourceDetailsOrError": `resourceSelector: {resourceName: "io_manager", ${repository}}`,
    "Query.allTopLevelResourceDetailsOrError": `repositorySelector: {${repository}}`,
    "Query.utilizedEnvVarsOrError": `repositorySelector: {${repository}}`,
    "Query.componentsForLocationOrError": `locationName: "numbers"`,
    "Query.componentTypesForLocationOrError": `locationName: "numbers"`,
    "Query.appManagedComponentsForLocationOrError": `locationName: "numbers"`,
    "Query.resourcesOrError": `pipelineSelector: ${job}`,
    "Query.isPipelineConfigValid": `pipeline: ${job}, mode: "default", runConfigData: {ops: {fetch_urls: {config: {urls: 1, more: 2}}}}`,
    "Query.executionPlanOrError": `pipeline: ${job}, mode: "default", runConfigData: ${config}`,
    "Query.runConfigSchemaOrError": `selector: ${job}`,
    "Query.scheduleOrError": `scheduleSelector: {${repository}, scheduleName: "process_numbers_every_minute"}`,
    "Query.schedulesOrError": `repositorySelector: {${repository}}, scheduleStatus: STOPPED`,
    "Query.sensorOrError": `sensorSelector: {${repository}, sensorName: "check_file_sensor"}`,
    "Query.sensorsOrError": `repositorySelector: {${repository}}, sensorStatus: RUNNING`,
    "Query.instigationStateOrError": `instigationSelector: {${repository}, name: "check_file_sensor"}`,
    "Query.instigationStatesOrError": `repositoryID: "__repository__@numbers"`,
    "Query.runOrError": `runId: "${runId}"`,
    "Query.pipelineRunOrError": `runId: "${runId}"`,
    "Query.runGroupOrError": `runId: "${runId}"`,
    "Query.logsForRun": `runId: "${runId}"`,
    "Query.assetOrError": asset,
    "Query.assetNodeOrError": asset,
    "Query.assetCheckExecutions": `${asset}, checkName: "positive", limit: 10`,
    "AssetNode.assetCheckOrError": `checkName: "positive"`,
    "Query.assetsLatestInfo": `assetKeys: [{path: ["generated_numbers"]}]`,
    "Query.assetNodeDefinitionCollisions": `assetKeys: [{path: ["generated_numbers"]}]`,
    "Query.partitionSetsOrError": `repositorySelector: {${repository}}, pipelineName: "daily_orders"`,
    "Query.partitionSetOrError": `repositorySelector: {${repository}}, partitionSetName: "daily_orders_partition_set"`,
    "Query.truePartitionsForAutomationConditionEvaluationNode": `${asset}, evaluationId: "1"`,
    "Query.assetConditionEvaluationForPartition": `${asset}, evaluationId: "1", partition: "a"`,
    "Query.assetConditionEvaluationRecordsOrError": `${asset}, limit: 5`,
    "Query.assetConditionEvaluationsForEvaluationId": `evaluationId: "1"`,
    "Query.autoMaterializeAssetEvaluationsOrError": `${asset}, limit: 5`,
    "Query.autoMaterializeEvaluationsForEvaluationId": `evaluationId: "1"`,
    "Query.runsFeedOrError": `limit: 10, view: ROOTS`,
    "Query.runsFeedCountOrError": `view: ROOTS`,
    "AssetNode.assetMaterializationUsedData": `timestampMillis: "1700000000000"`,
    "Query.assetNodeAdditionalRequiredKeys": `assetKeys: [{path: ["generated_numbers"]}]`,
    "Query.partitionBackfillOrError": `backfillId: "${backfill.data.launchPartitionBackfill.backfillId}"`,
    "Query.assetBackfillPreview": `params: {assetSelection: [{path: ["generated_numbers"]}], partitionNames: []}`,
    "AssetNode.partitionKeyConnection": `limit: 2, ascending: true`,
    "AssetNode.latestRunForPartition": `partition: "2026-01-01"`,
    "Pipeline.partition": `partitionName: "2026-01-01"`,
    "Job.partition": `partitionName: "2026-01-01"`,
    "PartitionSet.partition": `partitionName: "2026-01-01"`,
    "Query.capturedLogs": `logKey: ["${runId}", "compute_logs", "abc"]`,
    "Query.capturedLogsMetadata": `logKey: ["${runId}", "compute_logs", "abc"]`,
    "Asset.assetEventHistory": `limit: 10, eventTypeSelectors: [MATERIALIZATION, OBSERVATION, FAILED_TO_MATERIALIZE]`,
    "Run.capturedLogs": `fileKey: "abc"`,
    "PipelineRun.capturedLogs": `fileKey: "abc"`,
    "Repository.assetNodesConnection": `limit: 2`,
    "Pipeline.solidHandle": `handleID: "evens.sum_even_numbers"`,
    "Job.solidHandle": `handleID: "evens"`,
    "PipelineSnapshot.solidHandle": `handleID: "evens"`,
    "CompositeSolidDefinition.solidHandle": `handleID: "evens.sum_even_numbers"`,
    "Pipeline.dagsterTypeOrError": `dagsterTypeName: "Any"`,
    "RunConfigSchema.isRunConfigValid": `runConfigData: ${config}`,
  };
  const query = schema.getQueryType() as GraphQLObjectType;
  for (const field of Object.values(query.getFields())) {
    // By which clients see how an error looks.
    if (field.name === "test") continue;
    const call = args[`Query.${field.name}`];
    const type = schema.getType(field.type.toString().replaceAll(/[[\]!]/g, ""))!;
    const depth = isObjectType(type) ? 2 : 3;
    const text = `{ answer: ${field.name}${call === undefined ? "" : `(${call})`} ${selectAll(schema, type, depth, args)} }`;
    const { data, errors } = await served.graphql(text);
    expect({ field: field.name, errors: errors?.map(({ message, path }) => `${path}: ${message}`) }).toEqual({
      field: field.name,
    });
    expect({ field: field.name, typename: data.answer?.__typename }).not.toEqual({ field: field.name, typename: "PythonError" });
  }
}, 120_000);
