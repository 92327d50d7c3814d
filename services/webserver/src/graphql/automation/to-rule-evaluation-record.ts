import { entityKeyFromId } from "@dagwright/automation";
import type { AutomationEvaluation } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";

/** An evaluation of an asset's condition in the form from when there were rules, of which a condition has none. Of checks and jobs there was none. */
export function toRuleEvaluationRecord(evaluation: AutomationEvaluation): gql.AutoMaterializeAssetEvaluationRecord[] {
  const { entity, evaluationId, requestedCount, runIds, evaluatedAtMs } = evaluation;
  const key = entityKeyFromId(entity);
  if ("name" in key || "jobName" in key) return [];
  return [
    {
      id: `${evaluationId}:${entity}`,
      evaluationId,
      numRequested: requestedCount,
      numSkipped: 0,
      numDiscarded: 0,
      rulesWithRuleEvaluations: [],
      rules: [],
      timestamp: evaluatedAtMs / 1000,
      runIds,
      assetKey: { path: key },
    },
  ];
}
