/** An asset's key: the parts of its path, at least one. */
export type AssetKey = readonly string[];

/** The key as it is stored and as GraphQL's ids carry it: JSON of its path. */
export const assetKeyToString = (key: AssetKey): string => JSON.stringify(key);

/** Reads what {@link assetKeyToString} wrote. */
export const assetKeyFromString = (text: string): AssetKey => JSON.parse(text) as AssetKey;

/** The key as people write it: parts joined by `/`. */
export const assetKeyToUserString = (key: AssetKey): string => key.join("/");

/** Reads a key as people write it; `a/b` has two parts. */
export const assetKeyFromUserString = (text: string): AssetKey => text.split("/");

export const assetKeysEqual = (a: AssetKey, b: AssetKey): boolean =>
  a.length === b.length && a.every((part, index) => part === b[index]);
