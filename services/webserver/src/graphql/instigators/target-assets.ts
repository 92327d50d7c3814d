import type { ScheduleSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { toAsset } from "../assets/to-asset.ts";

/** The assets that the runs of a schedule or sensor make; null when its target is no choice of assets. */
export function toAssetSelection({ assetSelection }: Pick<ScheduleSnapshot, "assetSelection">): gql.AssetSelection | null {
  if (assetSelection === undefined) return null;
  const { text, assetKeys } = assetSelection;
  return {
    assetSelectionString: text,
    assetKeys: assetKeys.map((path) => ({ path: [...path] })),
    assetChecks: [],
    assets: () => assetKeys.map(toAsset),
    assetsOrError: () => ({ __typename: "AssetConnection", nodes: assetKeys.map(toAsset), cursor: null }),
  };
}
