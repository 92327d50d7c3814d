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
  if (snapshot.kind !== "multi")
    return { key, dimensions: [{ name: null, key, window: partitions.windowOf(key), timeZone: timeZoneOf(partitions) }] };
  const parts = key.split("|");
  return {
    key,
    dimensions: snapshot.dimensions.map(({ name, partitions: dimension }, index) => {
      const part = parts[index] ?? "";
      const own = partitionsFromSnapshot(dimension);
      return { name, key: part, window: own.windowOf(part), timeZone: timeZoneOf(own) };
    }),
  };
}

const timeZoneOf = ({ snapshot }: Partitions): string | null => (snapshot.kind === "timeWindow" ? snapshot.timeZone : null);
