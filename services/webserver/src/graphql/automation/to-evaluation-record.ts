import { entityKeyFromId, expandLabel, type Explanation } from "@dagwright/automation";
import type { AutomationEvaluation } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";

/** What an evaluation came to, as Dagster shows it. */
export function toEvaluationRecord(evaluation: AutomationEvaluation): gql.AssetConditionEvaluationRecord {
  const explanation = explanationOf(evaluation);
  const { evaluationId, entity, evaluatedAtMs, requestedCount, runIds } = evaluation;
  const key = entityKeyFromId(entity);
  const timestamp = evaluatedAtMs / 1000;
  return {
    id: `${evaluationId}:${entity}`,
    evaluationId,
    runIds,
    timestamp,
    startTimestamp: timestamp,
    endTimestamp: timestamp,
    assetKey: "name" in key || "jobName" in key ? null : { path: key },
    entityKey: toEntityKey(entity),
    numRequested: requestedCount,
    isLegacy: false,
    evaluation: toEvaluation(explanation, timestamp, null),
    rootUniqueId: explanation.id,
    evaluationNodes: flatten(explanation).map((node) => toNode(node, timestamp)),
  };
}

/** Written by the daemon as it is read here. */
export const explanationOf = ({ explanation }: AutomationEvaluation): Explanation => explanation as unknown as Explanation;

/** All nodes, each before those below it. */
export const flatten = (node: Explanation): readonly Explanation[] => [node, ...node.children.flatMap(flatten)];

export function toEntityKey(id: string): gql.EntityKey {
  const key = entityKeyFromId(id);
  if ("jobName" in key) return { __typename: "AssetJobKey", jobName: key.jobName };
  return "name" in key
    ? { __typename: "AssetCheckhandle", assetKey: { path: key.assetKey }, name: key.name }
    : { __typename: "AssetKey", path: key };
}

/**
 * An evaluation in the form that clients had before conditions could be nested.
 *
 * @param partition - which partition is asked about, and whether a node's set has it; null: about all
 */
export function toEvaluation(
  root: Explanation,
  timestamp: number,
  partition: ((node: Explanation, set: "held" | "candidates") => boolean) | null,
): gql.AssetConditionEvaluation {
  return {
    rootUniqueId: root.id,
    evaluationNodes: flatten(root).map((node): gql.AssetConditionEvaluationNode => {
      const shared = {
        uniqueId: node.id,
        description: node.description,
        entityKey: toEntityKey(node.about),
        childUniqueIds: node.children.map(({ id }) => id),
      };
      const times = { startTimestamp: timestamp, endTimestamp: timestamp };
      if (partition !== null) {
        const status = !node.isPartitioned
          ? "SKIPPED"
          : partition(node, "held")
            ? "TRUE"
            : partition(node, "candidates")
              ? "FALSE"
              : "SKIPPED";
        return { __typename: "SpecificPartitionAssetConditionEvaluationNode", ...shared, metadataEntries: [], status };
      }
      if (root.isPartitioned) {
        const { heldCount: numTrue, candidateCount: numCandidates } = node;
        return { __typename: "PartitionedAssetConditionEvaluationNode", ...shared, ...times, numTrue, numCandidates };
      }
      const status = node.heldCount > 0 ? "TRUE" : node.candidateCount > 0 ? "FALSE" : "SKIPPED";
      return { __typename: "UnpartitionedAssetConditionEvaluationNode", ...shared, ...times, metadataEntries: [], status };
    }),
  };
}

const toNode = (node: Explanation, timestamp: number): gql.AutomationConditionEvaluationNode => ({
  uniqueId: node.id,
  userLabel: node.label,
  expandedLabel: [...labelOf(node)],
  entityKey: toEntityKey(node.about),
  startTimestamp: timestamp,
  endTimestamp: timestamp,
  numTrue: node.heldCount,
  numCandidates: node.candidateCount,
  isPartitioned: node.isPartitioned,
  childUniqueIds: node.children.map(({ id }) => id),
  operatorType: node.operatorType,
  sinceMetadata:
    node.since === undefined
      ? null
      : {
          triggerEvaluationId: node.since.triggerEvaluationId,
          triggerTimestamp: seconds(node.since.triggerAtMs),
          resetEvaluationId: node.since.resetEvaluationId,
          resetTimestamp: seconds(node.since.resetAtMs),
        },
});

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

const labelOf = ({ name, children }: Explanation): readonly string[] =>
  expandLabel(
    name,
    children.map((child) => (child.label === null ? labelOf(child) : [child.label])),
  );
