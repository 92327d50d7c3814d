import { type AssetKey, assetKeyToString, type AssetSnapshot } from "@dagwright/model";
import type { LocationEntry } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { type LoadedLocation, loadedLocations } from "../workspace/find-definitions.ts";
import { toAssetNode } from "./to-asset-node.ts";

/** An asset where it is defined. */
export interface FoundAsset extends LoadedLocation {
  readonly asset: AssetSnapshot;
}

type WithWorkspace = Pick<GraphContext, "workspace">;

/** The workspace's assets, found by key in either direction. Belongs to the states of locations that it was made of. */
interface AssetIndex {
  readonly entries: readonly LocationEntry[];
  readonly assets: ReadonlyMap<string, FoundAsset>;
  /** Which of them each is. */
  readonly places: ReadonlyMap<string, number>;
  readonly snapshots: ReadonlyMap<string, AssetSnapshot>;
  /** Keys of the assets that read or follow a key. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<GraphContext["workspace"], AssetIndex>();

/** Every node of a page asks for its neighbours, so the index is made once for what is loaded and not for each question. */
function assetIndex(context: WithWorkspace): AssetIndex {
  const locations = loadedLocations(context);
  const known = indexes.get(context.workspace);
  if (known?.entries.length === locations.length && locations.every(({ entry }, at) => entry === known.entries[at])) return known;
  const assets = new Map<string, FoundAsset>();
  for (const location of locations) {
    for (const asset of location.snapshot.assets) {
      const key = assetKeyToString(asset.key);
      const before = assets.get(key);
      if (before === undefined || (before.asset.isExternal && !asset.isExternal)) assets.set(key, { ...location, asset });
    }
  }
  const dependents = new Map<string, string[]>();
  for (const [key, { asset }] of assets) {
    for (const dependency of new Set(asset.dependencies.map(assetKeyToString))) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [key]);
      else list.push(key);
    }
  }
  const snapshots = new Map([...assets].map(([key, { asset }]) => [key, asset]));
  const places = new Map([...assets.keys()].map((key, place) => [key, place]));
  const index = { places, entries: locations.map(({ entry }) => entry), assets, snapshots, dependents };
  indexes.set(context.workspace, index);
  return index;
}

/** Every asset of the workspace once, by key text. Where several locations know a key, the one that makes it goes before those that only name it. */
export const allAssets = (context: WithWorkspace): ReadonlyMap<string, FoundAsset> => assetIndex(context).assets;

/** The same without their locations. */
export const assetSnapshots = (context: WithWorkspace): ReadonlyMap<string, AssetSnapshot> => assetIndex(context).snapshots;

/** The nodes of those keys that are defined, in the order of the keys. */
export const findAssetNodes = (context: WithWorkspace, keys: readonly AssetKey[]): gql.AssetNode[] =>
  findAssets(context, keys).map(toAssetNode);

/** Those of the keys that are defined, in their order. */
export function findAssets(context: WithWorkspace, keys: readonly AssetKey[]): FoundAsset[] {
  const assets = allAssets(context);
  return keys.flatMap((key) => assets.get(assetKeyToString(key)) ?? []);
}

/** Those of the keys that are defined, in the order of {@link allAssets}. */
export function assetsAmong(context: WithWorkspace, texts: ReadonlySet<string>): (readonly [string, FoundAsset])[] {
  const { assets, places } = assetIndex(context);
  return [...texts]
    .flatMap((text) => (assets.has(text) ? [[text, assets.get(text)!] as const] : []))
    .sort(([a], [b]) => places.get(a)! - places.get(b)!);
}

/** Assets that read or follow the key, in any location. */
export function dependentsOf(key: AssetKey, context: WithWorkspace): FoundAsset[] {
  const { assets, dependents } = assetIndex(context);
  return (dependents.get(assetKeyToString(key)) ?? []).map((id) => assets.get(id)!);
}
