import { type AssetKey, assetKeyToString, assetKeyToUserString, type AssetSnapshot, provenanceOf } from "@dagwright/model";
import type { StoredAssetEvent } from "@dagwright/storage";

import type * as gql from "../../gen/types.ts";
import { instantMs } from "../arguments/instant.ts";
import type { GraphContext } from "../context.ts";
import { allAssets } from "./find-assets.ts";

const dataTypes = ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION"] as const;

/** When each of the first assets of a chain was made, of the data in question. */
type DataTimes = ReadonlyMap<string, { readonly key: AssetKey; readonly atMs: number }>;

/**
 * How old the data is that went into an asset at a moment: when the assets at the beginning of the chain that led to it were made. Data of
 * partitions has no single moment and is left out.
 */
export async function usedData(
  asset: AssetSnapshot,
  timestampMillis: string,
  context: GraphContext,
): Promise<gql.MaterializationUpstreamDataVersion[]> {
  const { storage, signal } = context;
  const given = Number(timestampMillis);
  const atMs = instantMs(given);
  if (timestampMillis === "" || !Number.isFinite(given) || asset.partitions !== undefined) return [];
  const page = { types: ["ASSET_MATERIALIZATION"] as const, afterMs: atMs - 1_000, beforeMs: atMs + 1_000, limit: 1 };
  const [made] = await storage.assets.events(asset.key, page, { signal });
  if (made === undefined || parentsOf(asset, context).length === 0) return [];
  return [...(await dataTimes(asset, made, context, new Map())).values()].map(({ key, atMs: time }) => ({
    assetKey: { path: key },
    downstreamAssetKey: { path: asset.key },
    timestamp: String(Math.trunc(time)),
  }));
}

async function dataTimes(
  asset: AssetSnapshot,
  made: StoredAssetEvent,
  context: GraphContext,
  known: Map<string, Promise<DataTimes>>,
): Promise<DataTimes> {
  if (asset.partitions !== undefined) return new Map();
  const parents = parentsOf(asset, context);
  if (parents.length === 0) return new Map([[assetKeyToString(asset.key), { key: asset.key, atMs: made.event.atMs }]]);
  const times = new Map<string, { readonly key: AssetKey; readonly atMs: number }>();
  for (const parent of parents) {
    const used = await eventUsed(parent.key, made, context);
    if (used === null) continue;
    const place = `${assetKeyToString(parent.key)} ${used.id}`;
    const found = known.get(place) ?? dataTimes(parent, used, context, known);
    known.set(place, found);
    for (const [text, time] of await found) {
      const before = times.get(text);
      if (before === undefined || time.atMs < before.atMs) times.set(text, time);
    }
  }
  return times;
}

/** The event of an input that a materialization says it was made from; where it says nothing, the newest one before it. */
async function eventUsed(
  input: AssetKey,
  made: StoredAssetEvent,
  { storage, signal }: GraphContext,
): Promise<StoredAssetEvent | null> {
  const named = provenanceOf("tags" in made.event ? made.event.tags : {})?.inputs.get(assetKeyToUserString(input));
  if (named?.eventId === null) return null;
  const place = named === undefined ? { cursor: made.id } : { ids: [named.eventId] };
  const [event] = await storage.assets.events(input, { types: dataTypes, limit: 1, ...place }, { signal });
  return event ?? null;
}

/** Assets that runs make or look at, from which it is made. */
const parentsOf = ({ dependencies }: AssetSnapshot, context: GraphContext): AssetSnapshot[] =>
  dependencies.flatMap((key) => {
    const found = allAssets(context).get(assetKeyToString(key))?.asset;
    return found?.isExecutable === true ? [found] : [];
  });
