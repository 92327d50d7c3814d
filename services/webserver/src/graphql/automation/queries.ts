import { type EntityKey, entityIdOf, entityKeyFromId, type Explanation, subsetFromJson } from "@dagwright/automation";
import { assetKeyToString, type AssetKey, instigatorIdOf } from "@dagwright/model";
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

const largestPage = 200;

type Queries = Pick<
  gql.Query,
  | "assetConditionEvaluationRecordsOrError"
  | "assetConditionEvaluationsForEvaluationId"
  | "assetConditionEvaluationForPartition"
  | "truePartitionsForAutomationConditionEvaluationNode"
  | "autoMaterializeTicks"
>;

export const automationQueries: Queries = {
  async assetConditionEvaluationRecordsOrError(_root, { assetKey, assetCheckKey, limit, cursor }, { storage, signal }) {
    const key = keyOf(assetKey, assetCheckKey);
    // Conditions of jobs there are none.
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

  async assetConditionEvaluationForPartition(_root, { assetKey, evaluationId, partition }, context) {
    const found = assetKey === null || assetKey === undefined ? null : await evaluationOf(assetKey.path, evaluationId, context);
    if (found === null) return null;
    const reader = await subsetReader(flatten(explanationOf(found)), context);
    return toEvaluation(explanationOf(found), found.evaluatedAtMs / 1000, (node, set) => {
      const subset = reader(node, set);
      return typeof subset !== "boolean" && subset !== null && subset.has(partition);
    });
  },

  async truePartitionsForAutomationConditionEvaluationNode(_root, { assetKey, evaluationId, nodeUniqueId }, context) {
    const found = assetKey === null || assetKey === undefined ? null : await evaluationOf(assetKey.path, evaluationId, context);
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

function keyOf(
  asset: { readonly path: AssetKey } | null | undefined,
  check: { readonly assetKey: { readonly path: AssetKey }; readonly name: string } | null | undefined,
): EntityKey | null {
  if (asset !== null && asset !== undefined) return asset.path;
  return check === null || check === undefined ? null : { assetKey: check.assetKey.path, name: check.name };
}

const evaluationOf = (key: AssetKey, evaluationId: string, { storage, signal }: GraphContext) =>
  /^\d{1,18}$/.test(evaluationId)
    ? storage.automation.evaluation(assetKeyToString(key), evaluationId, { signal })
    : Promise.resolve(null);

/** Reads the sets of some nodes, for the partitions that their assets have now. */
async function subsetReader(nodes: readonly Explanation[], context: GraphContext) {
  const assets = allAssets(context);
  const known = new Map<string, { readonly partitions: Partitions; readonly view: PartitionsView }>();
  for (const { about } of nodes) {
    const key = entityKeyFromId(about);
    const snapshot = "name" in key ? undefined : assets.get(about)?.asset.partitions;
    if (snapshot === undefined || known.has(about)) continue;
    known.set(about, { partitions: partitionsFromSnapshot(snapshot), view: await viewFor(snapshot, context) });
  }
  return (node: Explanation, set: "held" | "candidates") => {
    const { partitions, view } = known.get(node.about) ?? {};
    return partitions === undefined || view === undefined ? null : subsetFromJson({ partitions }, node[set], view);
  };
}
