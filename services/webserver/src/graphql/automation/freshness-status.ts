import { evaluateFreshness } from "@dagwright/automation";
import type { AssetSnapshot, FreshnessState } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";

const statuses = {
  PASS: "HEALTHY",
  WARN: "WARNING",
  FAIL: "DEGRADED",
  UNKNOWN: "UNKNOWN",
  NOT_APPLICABLE: "NOT_APPLICABLE",
} as const satisfies Record<FreshnessState, gql.AssetHealthStatus>;

/** How fresh an asset is at this moment, by the database's clock; null without a policy, and where freshness is switched off. */
export async function freshnessStatusInfo(
  { key, freshnessPolicy }: AssetSnapshot,
  { instance, loaders, storage, signal }: GraphContext,
): Promise<gql.FreshnessStatusInfo | null> {
  if (freshnessPolicy === undefined || !instance.config.freshness.enabled) return null;
  const [state, nowMs] = await Promise.all([loaders.assetState.load(key), storage.nowMs({ signal })]);
  const madeAtMs = state?.lastMaterialization?.event.atMs ?? null;
  return {
    freshnessStatus: statuses[evaluateFreshness(freshnessPolicy, madeAtMs, nowMs).state],
    freshnessStatusMetadata: madeAtMs === null ? null : { lastMaterializedTimestamp: madeAtMs / 1000 },
  };
}
