import { type AssetKey, assetKeyToString, type AssetSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { type LoadedLocation, loadedLocations } from "../workspace/find-definitions.ts";
import { toAssetNode } from "./to-asset-node.ts";

/** An asset where it is defined. */
export interface FoundAsset extends LoadedLocation {
  readonly asset: AssetSnapshot;
}

type WithWorkspace = Pick<GraphContext, "workspace">;

/** Every asset of the workspace once, by key text. Where several locations know a key, the one that makes it goes before those that only name it. */
export function allAssets(context: WithWorkspace): Map<string, FoundAsset> {
  const found = new Map<string, FoundAsset>();
  for (const location of loadedLocations(context)) {
    for (const asset of location.snapshot.assets) {
      const key = assetKeyToString(asset.key);
      const known = found.get(key);
      if (known === undefined || (known.asset.isExternal && !asset.isExternal)) found.set(key, { ...location, asset });
    }
  }
  return found;
}

/** The nodes of those keys that are defined, in the order of the keys. */
export function findAssetNodes(context: WithWorkspace, keys: readonly AssetKey[]): gql.AssetNode[] {
  const assets = allAssets(context);
  return keys.flatMap((key) => {
    const found = assets.get(assetKeyToString(key));
    return found === undefined ? [] : [toAssetNode(found)];
  });
}

/** Assets that read or follow the key, in any location. */
export const dependentsOf = (key: AssetKey, context: WithWorkspace): FoundAsset[] => {
  const text = assetKeyToString(key);
  return [...allAssets(context).values()].filter(({ asset }) =>
    asset.dependencies.some((each) => assetKeyToString(each) === text),
  );
};
