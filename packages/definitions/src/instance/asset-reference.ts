import { type AssetKey, assetKeyFromUserString } from "@dagwright/model";
import { isAsset } from "../asset.ts";
import type { AssetReference } from "./instance-access.ts";

/** The key of an asset that is named by its definition or its key. */
export function assetKeyOf(asset: AssetReference): AssetKey {
  if (isAsset(asset)) return asset.key;
  return typeof asset === "string" ? assetKeyFromUserString(asset) : asset;
}
