import { type AssetEvent, type AssetKey, assetKeyToString } from "@dagwright/model";
import type { AssetState, StoredAssetEvent } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { freshnessStatusChangedTimestamp } from "../automation/freshness-status.ts";
import { assetEvents, materializationsOf, observationsOf, toAssetEvent } from "./asset-events.ts";
import { allAssets } from "./find-assets.ts";
import { toAssetNode } from "./to-asset-node.ts";

/** An asset by its key: what code defines of it and what runs have recorded, either of which may be missing. */
export const toAsset = (key: AssetKey): gql.Asset => {
  const state = ({ loaders }: GraphContext): Promise<AssetState | null> => loaders.assetState.load(key);
  return {
    __typename: "Asset",
    id: assetKeyToString(key),
    key: { path: key },
    definition: (_, context) => {
      const found = allAssets(context).get(assetKeyToString(key));
      return found === undefined ? null : toAssetNode(found);
    },
    hasDefinitionOrRecord: async (_, context) => allAssets(context).has(assetKeyToString(key)) || (await state(context)) !== null,
    assetMaterializations: (args, context) => materializationsOf(key, args, context),
    assetObservations: (args, context) => observationsOf(key, args, context),
    assetEventHistory: (args, context) => eventHistory(key, args, context),
    latestEventSortKey: async (_, context) => {
      const known = await state(context);
      const newest = [known?.lastMaterialization, known?.lastObservation, known?.lastFailure].filter(
        (event) => event !== null && event !== undefined,
      );
      return newest.sort(byTime).at(-1)?.id ?? null;
    },
    // Dagster answers so where nobody reckons with health.
    assetHealth: null,
    latestMaterializationTimestamp: async (_, context) => (await state(context))?.lastMaterialization?.event.atMs ?? null,
    latestObservationTimestamp: async (_, context) => (await state(context))?.lastObservation?.event.atMs ?? null,
    latestFailedToMaterializeTimestamp: async (_, context) => (await state(context))?.lastFailure?.event.atMs ?? null,
    freshnessStatusChangedTimestamp: (_, context) => freshnessStatusChangedTimestamp(key, context),
  };
};

const byTime = (a: StoredAssetEvent, b: StoredAssetEvent): number => a.event.atMs - b.event.atMs;

const selectorTypes = {
  MATERIALIZATION: "ASSET_MATERIALIZATION",
  FAILED_TO_MATERIALIZE: "ASSET_FAILED_TO_MATERIALIZE",
  OBSERVATION: "ASSET_OBSERVATION",
} as const satisfies Record<gql.AssetEventHistoryEventTypeSelector, AssetEvent["type"]>;

async function eventHistory(
  key: AssetKey,
  args: Parameters<typeof assetEvents>[2] & { readonly eventTypeSelectors: readonly gql.AssetEventHistoryEventTypeSelector[] },
  context: GraphContext,
): Promise<gql.AssetResultEventHistoryConnection> {
  const types = args.eventTypeSelectors.map((selector) => selectorTypes[selector]);
  const events = types.length === 0 ? [] : await assetEvents(key, types, args, context);
  return {
    results: events
      .map(toAssetEvent)
      .filter(
        (event) =>
          event.__typename === "MaterializationEvent" ||
          event.__typename === "ObservationEvent" ||
          event.__typename === "FailedToMaterializeEvent",
      ),
    cursor: events.at(-1)?.id ?? args.cursor ?? "",
  };
}
