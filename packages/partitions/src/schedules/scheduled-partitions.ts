import type { PartitionsSnapshot } from "@dagwright/model";
import { InvalidPartitionsError } from "../errors.ts";
import { multiPartitionKey } from "../definitions/builders.ts";
import type { PartitionsView } from "../partitions-view.ts";
import { partitionsFromSnapshot } from "../partitions.ts";

/**
 * The partitions that a tick of a schedule of partitions is for: the newest that has come to its end by then; of several dimensions all that
 * have that one in the dimension of time; of static partitions all.
 *
 * @param view - as of the time for which the tick is due
 * @throws InvalidPartitionsError for partitions that {@link checkSchedulable} refuses
 */
export function scheduledPartitions(snapshot: PartitionsSnapshot, view: PartitionsView): readonly string[] {
  checkSchedulable(snapshot);
  const partitions = partitionsFromSnapshot(snapshot);
  if (snapshot.kind === "static") return snapshot.keys;
  if (snapshot.kind !== "multi") {
    const last = partitions.lastKey(view);
    return last === undefined ? [] : [last];
  }
  const time = timeDimensionOf(snapshot);
  const last = time === undefined ? undefined : partitionsFromSnapshot(time.partitions).lastKey(view);
  if (time === undefined || last === undefined) return [];
  let keys: readonly Readonly<Record<string, string>>[] = [{ [time.name]: last }];
  for (const { name, partitions: dimension } of snapshot.dimensions) {
    if (name === time.name) continue;
    const own = [...partitionsFromSnapshot(dimension).keys(view)];
    keys = keys.flatMap((key) => own.map((part) => ({ ...key, [name]: part })));
  }
  return keys.map(multiPartitionKey);
}

/** Why a tick of such a schedule starts nothing. */
export const noPartitionYet = "No partition of the job had come to its end by then";

/**
 * The partitions of time that give a schedule its rhythm; null: they are static, and the schedule has to name one.
 *
 * @throws InvalidPartitionsError when there is no rhythm: dynamic partitions, and several dimensions of which not exactly one is time
 */
export function checkSchedulable(
  snapshot: PartitionsSnapshot,
): Extract<PartitionsSnapshot, { readonly kind: "timeWindow" }> | null {
  if (snapshot.kind === "static") return null;
  if (snapshot.kind === "timeWindow") return snapshot;
  const time = snapshot.kind === "multi" ? timeDimensionOf(snapshot)?.partitions : undefined;
  if (time?.kind === "timeWindow") return time;
  const are = snapshot.kind === "dynamic" ? "dynamic" : "of dimensions of which not exactly one is time";
  throw new InvalidPartitionsError(
    `A schedule of partitions needs partitions of time, static ones, or dimensions of which one is time; these are ${are}`,
  );
}

function timeDimensionOf(snapshot: Extract<PartitionsSnapshot, { readonly kind: "multi" }>) {
  const times = snapshot.dimensions.filter(({ partitions }) => partitions.kind === "timeWindow");
  return times.length === 1 ? times[0] : undefined;
}
