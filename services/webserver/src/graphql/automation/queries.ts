import { type EntityKey, entityIdOf, entityKeyFromId, type Explanation, subsetFromJson } from "@dagwright/automation";
import { instigatorIdOf } from "@dagwright/model";
import { type Partitions, partitionsFromSnapshot, type PartitionsView } from "@dagwright/partitions";
import { automationPausedKey } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { instantOfSeconds } from "../arguments/instant.ts";
import { pageSize } from "../arguments/page-size.ts";
import { rowCursor } from "../arguments/row-cursor.ts";
import { allAssets } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";
import { toTick } from "../instigators/to-tick.ts";
import { viewFor } from "../partitions/asset-partitions.ts";
import { loadedLocations } from "../workspace/find-definitions.ts";
import { explanationOf, flatten, toEvaluation, toEvaluationRecord } from "./to-evaluation-record.ts";
import { toRuleEvaluationRecord } from "./to-rule-evaluation-record.ts";

const largestPage = 200;

type Queries = Pick<
  gql.Query,
  | "assetConditionEvaluationRecordsOrError"
  | "assetConditionEvaluationsForEvaluationId"
  | "assetConditionEvaluationForPartition"
  | "truePartitionsForAutomationConditionEvaluationNode"
  | "autoMaterializeAssetEvaluationsOrError"
  | "autoMaterializeEvaluationsForEvaluationId"
  | "autoMaterializeTicks"
>;

export const automationQueries: Queries = {
  async assetConditionEvaluationRecordsOrError(_root, { limit, cursor, ...asked }, { storage, signal }) {
    const key = keyOf(asked);
    if (key === null) return { __typename: "AssetConditionEvaluationRecords", records: [] };
    const { cursor: beforeId } = rowCursor(cursor, "evaluations");
    const page = { limit: pageSize(limit, largestPage), ...(beforeId !== undefined && { beforeId }) };
    const evaluations = await storage.automation.evaluations(entityIdOf(key), page, { signal });
    return { __typename: "AssetConditionEvaluationRecords", records: evaluations.map(toEvaluationRecord) };
  },

  async assetConditionEvaluationsForEvaluationId(_root, { evaluationId }, { storage, signal }) {
    const evaluations = /^\d{1,18}$/.test(evaluationId) ? await storage.automation.evaluationsOf(evaluationId, { signal }) : [];
    return { __typename: "AssetConditionEvaluationRecords", records: evaluations.map(toEvaluationRecord) };
  },

  // The older names of both, from when there were rules instead of conditions.
  async autoMaterializeAssetEvaluationsOrError(_root, { assetKey, limit, cursor }, { storage, signal }) {
    const { cursor: beforeId } = rowCursor(cursor, "evaluations");
    const page = { limit: pageSize(limit, largestPage), ...(beforeId !== undefined && { beforeId }) };
    const evaluations = await storage.automation.evaluations(entityIdOf(assetKey.path), page, { signal });
    return { __typename: "AutoMaterializeAssetEvaluationRecords", records: evaluations.flatMap(toRuleEvaluationRecord) };
  },

  async autoMaterializeEvaluationsForEvaluationId(_root, { evaluationId }, { storage, signal }) {
    const evaluations = /^\d{1,18}$/.test(evaluationId) ? await storage.automation.evaluationsOf(evaluationId, { signal }) : [];
    return { __typename: "AutoMaterializeAssetEvaluationRecords", records: evaluations.flatMap(toRuleEvaluationRecord) };
  },

  async assetConditionEvaluationForPartition(_root, { evaluationId, partition, ...asked }, context) {
    const found = await evaluationOf(keyOf(asked), evaluationId, context);
    if (found === null) return null;
    const reader = await subsetReader(flatten(explanationOf(found)), context);
    return toEvaluation(explanationOf(found), found.evaluatedAtMs / 1000, (node, set) => {
      const subset = reader(node, set);
      return typeof subset !== "boolean" && subset !== null && subset.has(partition);
    });
  },

  async truePartitionsForAutomationConditionEvaluationNode(_root, { evaluationId, nodeUniqueId, ...asked }, context) {
    const found = await evaluationOf(keyOf(asked), evaluationId, context);
    if (found === null) return [];
    const root = explanationOf(found);
    const node = nodeUniqueId === null || nodeUniqueId === undefined ? root : flatten(root).find(({ id }) => id === nodeUniqueId);
    if (node === undefined || !node.isPartitioned) return [];
    const subset = (await subsetReader([node], context))(node, "held");
    return subset === null || typeof subset === "boolean" ? [] : [...subset.keys()];
  },

  async autoMaterializeTicks(_root, { limit, statuses, beforeTimestamp, afterTimestamp }, context) {
    const sensors = loadedLocations(context).flatMap(({ entry, snapshot }) =>
      snapshot.sensors.flatMap((sensor) => (sensor.automation === undefined ? [] : [instigatorIdOf(entry.name, sensor.name)])),
    );
    const page = {
      limit: pageSize(limit, largestPage),
      ...(statuses !== null && statuses !== undefined && { statuses }),
      ...(beforeTimestamp !== null && beforeTimestamp !== undefined && { beforeMs: instantOfSeconds(beforeTimestamp) }),
      ...(afterTimestamp !== null && afterTimestamp !== undefined && { afterMs: instantOfSeconds(afterTimestamp) }),
    };
    const { storage, signal } = context;
    const lists = await Promise.all(sensors.map((id) => storage.instigators.ticks(id, page, { signal })));
    const ticks = lists.flat().toSorted((a, b) => b.scheduledAtMs - a.scheduledAtMs);
    return ticks.slice(0, page.limit).map((tick) => toTick(tick, "AUTOMATION"));
  },
};

export const automationMutations: Pick<gql.Mutation, "setAutoMaterializePaused"> = {
  async setAutoMaterializePaused(_root, { paused }, { storage, signal }) {
    await storage.setValue(automationPausedKey, String(paused), { signal });
    return paused;
  },
};

function keyOf({
  assetKey,
  assetCheckKey,
  assetJobKey,
}: {
  readonly assetKey?: gql.AssetKeyInput | null | undefined;
  readonly assetCheckKey?: gql.AssetCheckHandleInput | null | undefined;
  readonly assetJobKey?: gql.AssetJobKeyInput | null | undefined;
}): EntityKey | null {
  if (assetKey) return assetKey.path;
  if (assetCheckKey) return { assetKey: assetCheckKey.assetKey.path, name: assetCheckKey.name };
  return assetJobKey ? { jobName: assetJobKey.jobName } : null;
}

const evaluationOf = (key: EntityKey | null, evaluationId: string, { storage, signal }: GraphContext) =>
  key !== null && /^\d{1,18}$/.test(evaluationId)
    ? storage.automation.evaluation(entityIdOf(key), evaluationId, { signal })
    : Promise.resolve(null);

/** Of the job with a condition that has this name; Dagster knows jobs with conditions by their names alone. */
const partitionsOfJob = (jobName: string, context: GraphContext) =>
  loadedLocations(context)
    .flatMap(({ snapshot }) => snapshot.jobs)
    .find(({ name, automationCondition }) => name === jobName && automationCondition !== undefined)?.partitions;

/** Reads the sets of some nodes, for the partitions that their assets have now. */
async function subsetReader(nodes: readonly Explanation[], context: GraphContext) {
  const assets = allAssets(context);
  const known = new Map<string, { readonly partitions: Partitions; readonly view: PartitionsView }>();
  for (const { about } of nodes) {
    const key = entityKeyFromId(about);
    const snapshot = "jobName" in key ? partitionsOfJob(key.jobName, context) : assets.get(about)?.asset.partitions;
    if (snapshot === undefined || known.has(about)) continue;
    known.set(about, { partitions: partitionsFromSnapshot(snapshot), view: await viewFor(snapshot, context) });
  }
  return (node: Explanation, set: "held" | "candidates") => {
    const { partitions, view } = known.get(node.about) ?? {};
    return partitions === undefined || view === undefined ? null : subsetFromJson({ partitions }, node[set], view);
  };
}
