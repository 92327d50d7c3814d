import type { PartitionsSnapshot } from "@dagwright/model";

import { JsonItems } from "../../executor/json-items.ts";
import type { Viewer } from "../../viewer.ts";
import type { LoadedLocation } from "../workspace/find-definitions.ts";
import { toAssetOwner } from "../metadata/owners.ts";
import { dimensionsOf, typeOfPartitions } from "../partitions/partition-definition.ts";
import type { FoundAsset } from "./find-assets.ts";
import { storageAddress } from "./storage-address.ts";
import { type AssetNodeFacts, assetNodeFacts } from "./to-asset-node.ts";

/**
 * All assets of a code location as one JSON value, written as clients keep asset nodes: the catalog of ten thousand assets without a resolver call for
 * each of their fields. It changes with the location's definitions and with what the viewer may do.
 */
export function assetManifest(location: LoadedLocation, viewer: Viewer): JsonItems<object> {
  const allowed = {
    hasMaterializePermission: viewer.has("launch_pipeline_execution", [location.entry.name]),
    hasWipePermission: viewer.has("wipe_assets", [location.entry.name]),
    hasReportRunlessAssetEventPermission: viewer.has("report_runless_asset_events", [location.entry.name]),
  };
  const checked = new Set((location.snapshot.checks ?? []).map(({ assetKey }) => JSON.stringify(assetKey)));
  return new JsonItems(() =>
    location.snapshot.assets
      .values()
      .map((asset) =>
        toEntry({ ...location, asset }, assetNodeFacts({ ...location, asset }), checked.has(JSON.stringify(asset.key)), allowed),
      ),
  );
}

function toEntry(found: FoundAsset, facts: AssetNodeFacts, hasAssetChecks: boolean, allowed: object): object {
  const { asset } = found;
  const address = storageAddress(found);
  return {
    __typename: "AssetNode",
    ...facts,
    hasAssetChecks,
    assetKey: { __typename: "AssetKey", path: asset.key },
    dependencyKeys: asset.dependencies.map((path) => ({ __typename: "AssetKey", path })),
    description: asset.description,
    changedReasons: [],
    storageAddress: address === null ? null : { __typename: "StorageAddress", ...address },
    isPartitioned: asset.partitions !== undefined,
    partitionDefinition: asset.partitions === undefined ? null : partitionsEntry(asset.partitions),
    automationCondition: asset.automationCondition === undefined ? null : { __typename: "AutomationCondition" },
    owners: asset.owners.map(toAssetOwner),
    tags: facts.tags.map((tag) => ({ __typename: "DefinitionTag", ...tag })),
    ...allowed,
  };
}

const partitionsEntry = (partitions: PartitionsSnapshot): object => ({
  __typename: "PartitionDefinition",
  dimensionTypes: dimensionsOf(partitions).map(({ partitions: inner }) => ({
    __typename: "DimensionDefinitionType",
    type: typeOfPartitions(inner),
    dynamicPartitionsDefinitionName: inner.kind === "dynamic" ? inner.name : null,
  })),
});
