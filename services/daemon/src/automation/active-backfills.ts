import { type AutomationGraph, type EntityId, type EntitySubset, isEmpty, subsetFromJson } from "@dagwright/automation";
import { activeBackfillStatuses, type JsonValue } from "@dagwright/model";
import type { PartitionSubset, PartitionsView } from "@dagwright/partitions";
import type { Storage } from "@dagwright/storage";

/** What backfills that are under way are still to make, by asset; those of which nothing is left are not in it. */
export type BackfillsInProgress = ReadonlyMap<EntityId, EntitySubset>;

/** More backfills at once than anybody has; those beyond count as if they were not. */
const mostBackfills = 500;

/** Reads what the backfills of assets that are under way are still to make of a graph's assets. */
export async function readActiveBackfills(
  storage: Storage,
  graph: AutomationGraph,
  view: PartitionsView,
  signal: AbortSignal,
): Promise<BackfillsInProgress> {
  const left = new Map<EntityId, EntitySubset>();
  const active = await storage.backfills.list({ statuses: activeBackfillStatuses }, { limit: mostBackfills }, { signal });
  for (const { id, job } of active) {
    if (job !== null) continue;
    for (const { name, partitions, target, done, failed } of await storage.backfills.targets(id, { signal })) {
      const node = graph.node(name);
      if (node === undefined) continue;
      if (node.partitions === null || partitions === null) {
        if (node.partitions === null && done.count + failed.count < target.count) left.set(node.id, true);
        continue;
      }
      const own = node.partitions;
      const read = (json: JsonValue) => (subsetFromJson(node, json, view) ?? own.none()) as PartitionSubset;
      const rest = read(target.subset).minus(read(done.subset)).minus(read(failed.subset));
      const before = left.get(node.id);
      if (!isEmpty(rest)) left.set(node.id, before === undefined || typeof before === "boolean" ? rest : before.union(rest));
    }
  }
  return left;
}
