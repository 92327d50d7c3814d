import type * as gql from "../../gen/types.ts";
import type { LoadedLocation } from "../workspace/find-definitions.ts";
import { repositoryId } from "../workspace/repository-origin.ts";

export function toAssetGroups({ entry, snapshot }: LoadedLocation): gql.AssetGroup[] {
  const groups = Map.groupBy(snapshot.assets, ({ group }) => group);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([groupName, assets]) => ({
      id: `${repositoryId(entry.name)}-${groupName}`,
      groupName,
      assetKeys: assets.map(({ key }) => ({ path: key })),
    }));
}
