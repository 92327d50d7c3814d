import type { InstanceBackend, PartitionsSnapshot } from "@dagwright/model";
import type { Partitions, PartitionsView } from "@dagwright/partitions";

/** What there is of some partitions now: the clock, and the dynamic keys among them as the instance has them. */
export async function viewOf(instance: InstanceBackend, ...definitions: readonly Partitions[]): Promise<PartitionsView> {
  const names = [...new Set(definitions.flatMap(({ snapshot }) => dynamicNames(snapshot)))];
  const keys = new Map(await Promise.all(names.map(async (name) => [name, await instance.dynamicPartitions({ name })] as const)));
  const none: readonly string[] = [];
  return { nowMs: Date.now(), dynamicKeys: (name) => keys.get(name) ?? none };
}

function dynamicNames(snapshot: PartitionsSnapshot): readonly string[] {
  if (snapshot.kind === "dynamic") return [snapshot.name];
  return snapshot.kind === "multi" ? snapshot.dimensions.flatMap(({ partitions }) => dynamicNames(partitions)) : [];
}
