import { entityKeyFromId, subsetFromJson } from "@dagwright/automation";
import type { AssetKey } from "@dagwright/model";
import { partitionsFromSnapshot } from "@dagwright/partitions";

import { allAssets } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";
import { viewFor } from "../partitions/asset-partitions.ts";
import { explanationOf } from "./to-evaluation-record.ts";

/** Most partitions of an asset that a tick lists. */
const mostKeys = 1_000;

/** What a tick of automation requested. */
export interface RequestedAssets {
  readonly count: number;
  readonly assets: readonly { readonly assetKey: { readonly path: AssetKey }; readonly partitionKeys: readonly string[] }[];
}

/** Reads what the evaluations of a tick requested; nothing for ticks of other kinds. */
export async function requestedAssets(evaluationId: string | null, context: GraphContext): Promise<RequestedAssets> {
  if (evaluationId === null) return { count: 0, assets: [] };
  const evaluations = await context.storage.automation.evaluationsOf(evaluationId, { signal: context.signal });
  const known = allAssets(context);
  const assets: RequestedAssets["assets"][number][] = [];
  let count = 0;
  for (const evaluation of evaluations) {
    const key = entityKeyFromId(evaluation.entity);
    if (evaluation.requestedCount === 0 || "name" in key || "jobName" in key) continue;
    count += evaluation.requestedCount;
    const snapshot = known.get(evaluation.entity)?.asset.partitions;
    const { held } = explanationOf(evaluation);
    const subset =
      snapshot === undefined
        ? null
        : subsetFromJson({ partitions: partitionsFromSnapshot(snapshot) }, held, await viewFor(snapshot, context));
    const partitionKeys = subset === null || typeof subset === "boolean" ? [] : [...subset.keys().take(mostKeys)];
    assets.push({ assetKey: { path: key }, partitionKeys });
  }
  return { count, assets };
}
