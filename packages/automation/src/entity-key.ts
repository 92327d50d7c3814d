import { type AssetCheckKey, assetCheckKeyToString, type AssetKey, assetKeyToString } from "@dagwright/model";

/** What a condition can belong to: an asset or a check. */
export type EntityKey = AssetKey | AssetCheckKey;

/** The key as text, equal for equal keys; an asset's is that of `assetKeyToString`. */
export type EntityId = string;

export const entityIdOf = (key: EntityKey): EntityId => ("name" in key ? assetCheckKeyToString(key) : assetKeyToString(key));

/** Reads what {@link entityIdOf} wrote. */
export function entityKeyFromId(id: EntityId): EntityKey {
  const parsed = JSON.parse(id) as AssetKey | readonly [AssetKey, string];
  const [first, name] = parsed;
  return Array.isArray(first) ? { assetKey: first as AssetKey, name: name as string } : (parsed as AssetKey);
}
