import {
  type AssetEventRecord,
  type AssetKey,
  dataVersionOf,
  type DataVersionRecord,
  initialDataVersion,
  type InstanceBackend,
} from "@dagwright/model";
import { latestData, type StoredAssetEvent } from "./assets/asset-store.ts";
import type { StoreOptions } from "./runs/run-store.ts";
import type { Storage } from "./storage.ts";

/** What steps may ask of an instance, answered by its database. */
export const instanceBackend = (storage: Storage, options?: StoreOptions): InstanceBackend => ({
  async assetEvents({ assetKey, partition, ...page }) {
    const partitions = partition === undefined ? {} : { partitions: [partition] };
    return (await storage.assets.events(assetKey, { ...page, ...partitions }, options)).map(toRecord);
  },
  async latestMaterializations({ assetKeys }) {
    const states = await storage.assets.states(assetKeys, options);
    return states.flatMap(({ lastMaterialization: last }) => (last === null ? [] : [toRecord(last)]));
  },
  checkExecutions: ({ check, ...page }) => storage.assetChecks.executions(check, page, options),
  async latestDataVersions({ assetKeys, partitions }) {
    const states = await storage.assets.states(assetKeys, options);
    const whole = states.flatMap((state) => {
      const last = latestData(state);
      return last === null ? [] : [toVersion(state.key, null, last)];
    });
    if (partitions.length === 0) return whole;
    const parts = await Promise.all(
      states.map(async ({ key }) => {
        const latest = await storage.assets.latestOfPartitions(key, partitions, options);
        return [...latest].map(([partition, event]) => toVersion(key, partition, event));
      }),
    );
    return [...whole, ...parts.flat()];
  },
  dynamicPartitions: ({ name }) => storage.dynamicPartitions.keys(name, options),
  existingDynamicPartitions: ({ name, keys }) => storage.dynamicPartitions.existing(name, keys, options),
  async addDynamicPartitions({ name, keys }) {
    await storage.dynamicPartitions.add(name, keys, options);
    return null;
  },
  async deleteDynamicPartitions({ name, keys }) {
    await storage.dynamicPartitions.delete(name, keys, options);
    return null;
  },
  materializedPartitions: ({ assetKey }) => storage.assets.materializedPartitions(assetKey, options),
});

const toRecord = ({ id, runId, event }: StoredAssetEvent): AssetEventRecord => ({
  id,
  runId,
  event: event as AssetEventRecord["event"],
});

const toVersion = (assetKey: AssetKey, partition: string | null, { id, event }: StoredAssetEvent): DataVersionRecord => ({
  assetKey,
  partition,
  eventId: id,
  dataVersion: ("tags" in event ? dataVersionOf(event.tags) : null) ?? initialDataVersion,
});
