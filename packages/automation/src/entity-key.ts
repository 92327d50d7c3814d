import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
} from "@dagwright/model";

/** A job of assets, as what a condition belongs to. */
export interface JobKey {
  readonly jobName: string;
}

/** What a condition can belong to: an asset, a check or a job. */
export type EntityKey = AssetKey | AssetCheckKey | JobKey;

/** The key as text, equal for equal keys; an asset's is that of `assetKeyToString`. */
export type EntityId = string;

export function entityIdOf(key: EntityKey): EntityId {
  if ("jobName" in key) return JSON.stringify({ jobName: key.jobName });
  return "name" in key ? assetCheckKeyToString(key) : assetKeyToString(key);
}

/** The key as people write it. */
export function entityName(key: EntityKey): string {
  if ("jobName" in key) return key.jobName;
  return "name" in key ? assetCheckKeyToUserString(key) : assetKeyToUserString(key);
}

/** Reads what {@link entityIdOf} wrote. */
export function entityKeyFromId(id: EntityId): EntityKey {
  const parsed = JSON.parse(id) as AssetKey | readonly [AssetKey, string] | JobKey;
  if ("jobName" in parsed) return parsed;
  const [first, name] = parsed;
  return Array.isArray(first) ? { assetKey: first as AssetKey, name: name as string } : (parsed as AssetKey);
}
