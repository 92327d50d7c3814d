import { assetKeyToString, type Metadata } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { allAssets, type FoundAsset } from "./find-assets.ts";

/** Metadata that says in which table an asset lies: names are compared without regard to case and quotes, as databases do. */
const tableKey = "dagster/table_name";
const kindKey = "dagster/storage_kind";

const textOf = (metadata: Metadata, key: string): string | null => {
  const value = metadata[key];
  return value?.type === "text" ? value.text : null;
};

/** Where an asset's table is, by what its metadata says; null when it says nothing. */
export function storageAddress({ asset: { metadata } }: FoundAsset): gql.StorageAddress | null {
  const tableName = textOf(metadata, tableKey)?.toLowerCase().replaceAll(/["`]/g, "");
  return tableName === undefined ? null : { tableName, storageKind: textOf(metadata, kindKey) };
}

/** The other assets that say that they lie in the same table. */
export function assetsAtSameAddress(found: FoundAsset, context: GraphContext): readonly FoundAsset[] {
  const own = storageAddress(found);
  if (own === null) return [];
  const key = assetKeyToString(found.asset.key);
  return [...allAssets(context)].flatMap(([id, other]) => {
    const address = id === key ? null : storageAddress(other);
    return address?.tableName === own.tableName && address.storageKind === own.storageKind ? [other] : [];
  });
}
