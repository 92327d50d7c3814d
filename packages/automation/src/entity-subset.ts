import type { JsonValue } from "@dagwright/model";
import { type Partitions, PartitionSubset, type PartitionsView, subsetFromJSON } from "@dagwright/partitions";

/** Which partitions of an asset or check; without partitions: whether it itself. */
export type EntitySubset = boolean | PartitionSubset;

/** What an asset or check is cut into; null: nothing. */
type Cut = { readonly partitions: Partitions | null };

/**
 * All partitions of something that has none at this moment. It holds no partition and is not empty, so that a condition about all of them holds
 * for what reads them; as in Dagster.
 */
class AllOfNone extends PartitionSubset {
  override get isEmpty(): boolean {
    return false;
  }

  override union(): PartitionSubset {
    return this;
  }

  override intersect(other: PartitionSubset): PartitionSubset {
    return other;
  }

  override minus(): PartitionSubset {
    return new PartitionSubset(this.space, this.set);
  }
}

export function everything({ partitions }: Cut, view: PartitionsView): EntitySubset {
  if (partitions === null) return true;
  const all = partitions.all(view);
  return all.isEmpty ? new AllOfNone(all.space, all.set) : all;
}
export const nothing = ({ partitions }: Cut): EntitySubset => (partitions === null ? false : partitions.none());

export const isEmpty = (subset: EntitySubset): boolean => (typeof subset === "boolean" ? !subset : subset.isEmpty);
export const sizeOf = (subset: EntitySubset): number => (typeof subset === "boolean" ? Number(subset) : subset.size);

export function union(a: EntitySubset, b: EntitySubset): EntitySubset {
  if (typeof a === "boolean" || typeof b === "boolean") return a === true || b === true;
  return b.isEmpty ? a : a.isEmpty ? b : a.union(b);
}

export function intersect(a: EntitySubset, b: EntitySubset): EntitySubset {
  if (typeof a === "boolean" || typeof b === "boolean") return a === true && b === true;
  return a.isEmpty ? a : b.isEmpty ? b : a.intersect(b);
}

export function minus(a: EntitySubset, b: EntitySubset): EntitySubset {
  if (typeof a === "boolean" || typeof b === "boolean") return a === true && b === false;
  if (a instanceof AllOfNone) return a.minus();
  return a.isEmpty || b.isEmpty ? a : a.minus(b);
}

/** Keys of partitions, as far as they exist; without partitions, whether there is any entry. */
export function subsetOfKeys({ partitions }: Cut, keys: Iterable<string | null>, view: PartitionsView): EntitySubset {
  const list = [...keys];
  if (partitions === null) return list.includes(null);
  return partitions.subsetOf(
    list.filter((key): key is string => key !== null && partitions.has(key, view)),
    view,
  );
}

export const subsetToJson = (subset: EntitySubset): JsonValue => (typeof subset === "boolean" ? subset : subset.toJSON());

/** Reads what {@link subsetToJson} wrote; null when it was written for other partitions. */
export function subsetFromJson({ partitions }: Cut, json: JsonValue | undefined, view: PartitionsView): EntitySubset | null {
  if (json === undefined) return null;
  if (partitions === null) return typeof json === "boolean" ? json : null;
  if (typeof json === "boolean") return null;
  try {
    return subsetFromJSON(partitions, json, view);
  } catch {
    // Partitions of another kind: what was known of them says nothing about these.
    return null;
  }
}
