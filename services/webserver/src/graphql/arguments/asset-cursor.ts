import { type AssetKey, assetKeyFromString } from "@dagwright/model";

import { CursorError } from "./row-cursor.ts";

/**
 * The asset behind which a list goes on, where cursors are keys as text; as an object to be spread into the page.
 *
 * @throws CursorError
 */
export function assetCursor(cursor: string | null | undefined): { readonly cursor?: AssetKey } {
  if (cursor === null || cursor === undefined || cursor === "") return {};
  let key: unknown;
  try {
    key = assetKeyFromString(cursor);
  } catch {
    throw new CursorError(cursor, "assets");
  }
  if (!Array.isArray(key) || !key.every((part) => typeof part === "string")) throw new CursorError(cursor, "assets");
  return { cursor: key };
}
