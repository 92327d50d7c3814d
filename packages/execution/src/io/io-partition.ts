import { partitionsFromSnapshot, type Partitions, type TimeWindow } from "@dagwright/partitions";

/** One dimension of a partition. */
export interface IoPartitionDimension {
  /** Null: the only one. */
  readonly name: string | null;
  readonly key: string;
  /** The time that it covers; null when it is not one of time. */
  readonly window: TimeWindow | null;
  /** In which its windows begin and end; null when it is not one of time. */
  readonly timeZone: string | null;
}

/** The partition of a value, as I/O managers need it that do not keep each under its key: as rows of one table, for instance. */
export interface IoPartition {
  readonly key: string;
  readonly dimensions: readonly IoPartitionDimension[];
}

/** @param partitions - null: not known here, as of an asset of another location */
export function ioPartition(partitions: Partitions | null, key: string | null): IoPartition | null {
  if (key === null) return null;
  const snapshot = partitions?.snapshot;
  if (partitions === null || snapshot === undefined)
    return { key, dimensions: [{ name: null, key, window: null, timeZone: null }] };
  if (snapshot.kind === "multi") return ioPartitions(partitions, [key])[0]!;
  return { key, dimensions: [{ name: null, key, window: partitions.windowOf(key), timeZone: timeZoneOf(partitions) }] };
}

/** Several partitions of one asset, as {@link ioPartition} has each. */
export function ioPartitions(partitions: Partitions | null, keys: readonly string[]): readonly IoPartition[] {
  const snapshot = partitions?.snapshot;
  if (snapshot?.kind !== "multi") return keys.map((key) => ioPartition(partitions, key)!);
  const own = snapshot.dimensions.map(({ name, partitions: dimension }) => ({
    name,
    partitions: partitionsFromSnapshot(dimension),
  }));
  return keys.map((key) => ({ key, dimensions: dimensionsOf(key, own) }));
}

function dimensionsOf(
  key: string,
  own: readonly { readonly name: string; readonly partitions: Partitions }[],
): readonly IoPartitionDimension[] {
  const parts = key.split("|");
  return own.map(({ name, partitions }, index) => {
    const part = parts[index] ?? "";
    return { name, key: part, window: partitions.windowOf(part), timeZone: timeZoneOf(partitions) };
  });
}

const timeZoneOf = ({ snapshot }: Partitions): string | null => (snapshot.kind === "timeWindow" ? snapshot.timeZone : null);
