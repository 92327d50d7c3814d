import { freshnessChanges, type KnownFreshness } from "@dagwright/automation";
import { type AssetKey, assetKeyToString, type AssetSnapshot, type FreshnessState } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { assetSnapshots } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";

const statuses = {
  PASS: "HEALTHY",
  WARN: "WARNING",
  FAIL: "DEGRADED",
  UNKNOWN: "UNKNOWN",
  NOT_APPLICABLE: "NOT_APPLICABLE",
} as const satisfies Record<FreshnessState, gql.AssetHealthStatus>;

/** How fresh an asset is at this moment, by the database's clock; null without a policy, and where freshness is switched off. */
export async function freshnessStatusInfo(asset: AssetSnapshot, context: GraphContext): Promise<gql.FreshnessStatusInfo | null> {
  if (asset.freshnessPolicy === undefined || !context.instance.config.freshness.enabled) return null;
  const [{ state }, known] = await Promise.all([freshnessNow(asset, context), context.loaders.assetState.load(asset.key)]);
  const madeAtMs = known?.lastMaterialization?.event.atMs ?? null;
  return {
    freshnessStatus: statuses[state],
    freshnessStatusMetadata: madeAtMs === null ? null : { lastMaterializedTimestamp: madeAtMs / 1000 },
  };
}

/** Since when an asset is as fresh as it is, in milliseconds; null while nothing was told of it. */
export async function freshnessStatusChangedTimestamp(key: AssetKey, context: GraphContext): Promise<number | null> {
  const told = await context.loaders.freshness.load(key);
  if (told === null) return null;
  const asset = assetSnapshots(context).get(assetKeyToString(key));
  // Of what is no longer defined the last word stands.
  if (asset === undefined || !context.instance.config.freshness.enabled) return told.changedAtMs;
  return (await freshnessNow(asset, context)).sinceMs;
}

/** What the daemon told last, and what has come about since then: whoever asks between a change and its event is told the truth. */
async function freshnessNow(
  { key, freshnessPolicy }: AssetSnapshot,
  { loaders, storage, signal }: GraphContext,
): Promise<KnownFreshness> {
  const [told, state, nowMs] = await Promise.all([
    loaders.freshness.load(key),
    loaders.assetState.load(key),
    storage.nowMs({ signal }),
  ]);
  const known = told === null ? null : { state: told.state, sinceMs: told.changedAtMs };
  return freshnessChanges(freshnessPolicy ?? null, known, state?.lastMaterialization?.event.atMs ?? null, nowMs).now;
}
