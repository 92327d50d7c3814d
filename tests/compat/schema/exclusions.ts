const rules =
  "rules of auto-materialize policies, which automation conditions have superseded in Dagster itself; evaluations of conditions are told by assetConditionEvaluationRecordsOrError";

/** What of Dagster's schema is left out for good, by the path of the difference, with the reason. */
export const exclusions: Readonly<Record<string, string>> = {
  AutoMaterializeAssetEvaluationRecord: rules,
  AutoMaterializeAssetEvaluationRecords: rules,
  AutoMaterializeAssetEvaluationRecordsOrError: rules,
  AutoMaterializeRuleEvaluation: rules,
  AutoMaterializeRuleEvaluationData: rules,
  AutoMaterializeRuleWithRuleEvaluations: rules,
  ParentMaterializedRuleEvaluationData: rules,
  PartitionKeysOrError: rules,
  PartitionSubsetDeserializationError: rules,
  TextRuleEvaluationData: rules,
  WaitingOnKeysRuleEvaluationData: rules,
  "AssetNode.currentAutoMaterializeEvaluationId": rules,
  "AssetNode.lastAutoMaterializationEvaluationRecord": rules,
  "Query.autoMaterializeAssetEvaluationsOrError": rules,
  "Query.autoMaterializeEvaluationsForEvaluationId": rules,
  "RunQueueConfig.maxConcurrentRunsAllBranchDeployments": "a limit over the branch deployments of Dagster's hosted edition",
};

/** What is not there yet. A path that is there meanwhile has to leave this list. */
export const notThereYet: readonly string[] = [
  "Asset.freshnessStatusChangedTimestamp",
  "AssetCheck.automationCondition",
  "AssetNode.assetMaterializationUsedData",
  "AssetSelection.assetsOrError",
  "InstigationTick.logKey",
  "InstigationTick.requestedRunsForJobs",
  "Job.automationCondition",
  "PartitionRun",
  "PartitionSet.partitionRuns",
  "PartitionSet.partitionStatusesOrError",
  "PartitionStatusesOrError",
  "Pipeline.automationCondition",
  "Query.runsFeedCountOrError",
  "Query.runsFeedOrError",
  "RequestedRunsForJob",
  "RunsFeedConnection",
  "RunsFeedConnectionOrError",
  "RunsFeedCount",
  "RunsFeedCountOrError",
  "RunsFeedView",
  "Schedule.assetSelection",
  "Schedule.owners",
  "Schedule.partitionSet",
  "ScheduleData.startTimestamp",
  "Sensor.owners",
];
