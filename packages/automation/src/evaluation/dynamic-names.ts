import type { PartitionsSnapshot } from "@dagwright/model";
import type { EntityId } from "../entity-key.ts";
import type { AutomationGraph } from "../graph/automation-graph.ts";

/** The dynamic partitions that assets of a graph have, by name, with those assets: keys come and go without any event of an asset. */
export function dynamicPartitionsOf(graph: AutomationGraph): ReadonlyMap<string, readonly EntityId[]> {
  const users = new Map<string, EntityId[]>();
  for (const { id, partitions } of graph.nodes()) {
    for (const name of partitions === null ? [] : namesOf(partitions.snapshot)) {
      const list = users.get(name);
      if (list === undefined) users.set(name, [id]);
      else list.push(id);
    }
  }
  return users;
}

function namesOf(snapshot: PartitionsSnapshot): readonly string[] {
  if (snapshot.kind === "dynamic") return [snapshot.name];
  return snapshot.kind === "multi" ? snapshot.dimensions.flatMap(({ partitions }) => namesOf(partitions)) : [];
}
