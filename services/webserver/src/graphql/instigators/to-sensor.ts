import { assetJobName } from "@dagwright/model";
import { isStreamCursor } from "@dagwright/storage";
import type * as gql from "../../gen/types.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { toOwner } from "../metadata/owners.ts";
import { toAssetSelection } from "./target-assets.ts";
import { type FoundSensor, ofSensor } from "./find-instigators.ts";
import { canReset, toInstigationState } from "./instigation-state.ts";

export function toSensor(found: FoundSensor): gql.Sensor {
  const { sensor } = found;
  const instigator = ofSensor(found);
  const state = toInstigationState(instigator);
  return {
    __typename: "Sensor",
    id: instigator.id,
    jobOriginId: instigator.id,
    name: sensor.name,
    description: sensor.description,
    targets: (sensor.automation === undefined ? sensor.jobNames : [assetJobName]).map((pipelineName) => ({
      pipelineName,
      mode: "default",
      solidSelection: null,
    })),
    defaultStatus: sensor.defaultStatus,
    canReset: async (_, { loaders }) => canReset(await loaders.instigator.load(instigator.id)),
    hasCursorUpdatePermissions: (_, { viewer }) => viewer.has("update_sensor_cursor", [instigator.location]),
    sensorState: state,
    nextTick: state.nextTick,
    minIntervalSeconds: sensor.minimumIntervalSeconds,
    // Dagster's other name, AUTOMATION, is for those that a code location evaluates; the daemon does.
    sensorType: sensor.automation === undefined ? (sensor.sensorType ?? "STANDARD") : "AUTO_MATERIALIZE",
    metadata: { assetKeys: sensor.monitoredAssets?.map((path) => ({ path: [...path] })) ?? null },
    assetSelection: toAssetSelection(sensor),
    runStatusLag: async (_, { loaders, storage, signal }) => {
      const cursor = (await loaders.instigator.load(instigator.id))?.cursor ?? null;
      if (sensor.monitoredRuns === undefined || cursor === null || !isStreamCursor(cursor)) return null;
      const lag = await storage.events.streamLag(cursor, [sensor.monitoredRuns.eventType], { signal });
      const { behindMs, unread, heldMs, blocker } = lag;
      return { behindSeconds: behindMs / 1_000, unread, heldSeconds: heldMs / 1_000, blocker };
    },
    owners: (sensor.owners ?? []).map(toOwner),
    tags: Object.entries(sensor.tags).map(([key, value]) => ({ key, value })),
    metadataEntries: () => toMetadataEntries(sensor.metadata),
  };
}
