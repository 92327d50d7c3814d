import type { SensorSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { toAsset } from "../assets/to-asset.ts";

/** The assets that a sensor's runs make; null when its target is no choice of assets. */
export function toAssetSelection({ assetSelection }: SensorSnapshot): gql.AssetSelection | null {
  if (assetSelection === undefined) return null;
  const { text, assetKeys } = assetSelection;
  return {
    assetSelectionString: text,
    assetKeys: assetKeys.map((path) => ({ path: [...path] })),
    assetChecks: [],
    assets: () => assetKeys.map(toAsset),
  };
}
