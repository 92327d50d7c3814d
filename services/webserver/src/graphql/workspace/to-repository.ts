import { assetKeyToString, repositoryName } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { toAssetGroups } from "../assets/asset-groups.ts";
import { assetManifest } from "../assets/asset-manifest.ts";
import type { FoundAsset } from "../assets/find-assets.ts";
import { toAssetNode } from "../assets/to-asset-node.ts";
import type { GraphContext } from "../context.ts";
import { toSchedule } from "../instigators/to-schedule.ts";
import { toSensor } from "../instigators/to-sensor.ts";
import { findUsedSolid, toUsedSolids } from "../jobs/graphs.ts";
import { toJob, toPipeline } from "../jobs/to-job.ts";
import { toPartitionSets } from "../partitions/partition-sets.ts";
import { toAllResourceDetails } from "../resources/queries.ts";
import type { LoadedLocation } from "./find-definitions.ts";
import { repositoryId, toDisplayMetadata, toRepositoryOrigin } from "./repository-origin.ts";
import { toLocation } from "./to-location-entry.ts";

/** The one repository of a code location: all that it defines. */
export const toRepository = (location: LoadedLocation): gql.Repository => {
  const { entry, snapshot } = location;
  const assets = (): IteratorObject<FoundAsset> => snapshot.assets.values().map((asset) => ({ ...location, asset }));
  return {
    __typename: "Repository",
    id: repositoryId(entry.name),
    name: repositoryName,
    location: () => toLocation(location),
    origin: (_, context) => toRepositoryOrigin(entry.name, context),
    displayMetadata: () => toDisplayMetadata(entry),
    pipelines: () => snapshot.jobs.map((job) => toPipeline({ ...location, job })),
    jobs: () => snapshot.jobs.map((job) => toJob({ ...location, job })),
    schedules: () => snapshot.schedules.map((schedule) => toSchedule({ ...location, schedule })),
    sensors: ({ sensorType }) =>
      sensorType === null || sensorType === undefined || sensorType === "STANDARD"
        ? snapshot.sensors.map((sensor) => toSensor({ ...location, sensor }))
        : [],
    assetNodes: () => assets().map(toAssetNode),
    assetNodesConnection: ({ cursor, limit }) => {
      const sorted = [...assets()]
        .map((found) => ({ found, text: assetKeyToString(found.asset.key) }))
        .sort((a, b) => (a.text < b.text ? -1 : 1))
        .filter(({ text }) => cursor === null || cursor === undefined || text > cursor);
      const page = sorted.slice(0, Math.max(0, limit));
      return {
        nodes: page.map(({ found }) => toAssetNode(found)),
        cursor: page.at(-1)?.text ?? cursor ?? null,
        hasMore: sorted.length > page.length,
      };
    },
    assetManifest: (_: object, { viewer }: GraphContext) => assetManifest(location, viewer),
    assetGroups: () => toAssetGroups(location),
    partitionSets: () => toPartitionSets(location),
    usedSolids: () => toUsedSolids(location),
    usedSolid: ({ name }) => findUsedSolid(name, location),
    allTopLevelResourceDetails: () => toAllResourceDetails(location),
  };
};
