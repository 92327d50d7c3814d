import type { AssetEventRecord, InstanceBackend } from "@dagwright/model";
import type { StoreOptions } from "./runs/run-store.ts";
import type { Storage } from "./storage.ts";

/** What steps may ask of an instance, answered by its database. */
export const instanceBackend = (storage: Storage, options?: StoreOptions): InstanceBackend => ({
  async assetEvents({ assetKey, types, partition, cursor, limit }) {
    const found = await storage.assets.events(
      assetKey,
      { types, limit, ...(partition !== undefined && { partitions: [partition] }), ...(cursor !== undefined && { cursor }) },
      options,
    );
    return found.map(({ id, runId, event }) => ({ id, runId, event: event as AssetEventRecord["event"] }));
  },
  checkExecutions: ({ check, ...page }) => storage.assetChecks.executions(check, page, options),
  materializedPartitions: ({ assetKey }) => storage.assets.materializedPartitions(assetKey, options),
});
