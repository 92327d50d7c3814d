import type { LocationSnapshot } from "./location-snapshot.ts";
import type { PartitionsSnapshot } from "./partitions-snapshot.ts";

/** Shorter lists cost less than what would stand in their place. */
const largeList = 64;

type StaticPartitions = Extract<PartitionsSnapshot, { readonly kind: "static" }>;
/** In place of the keys: the place of their list among the shared ones. */
type SharedStatic = StaticPartitions & { readonly shared?: number };

/**
 * A snapshot on its way between processes that both know this form: large lists of static partition keys stand once, however many assets and
 * jobs have them.
 */
export type SharedLocationSnapshot = LocationSnapshot & { readonly sharedKeys?: readonly (readonly string[])[] };

/** Takes large lists of keys out of a snapshot, by their content; the snapshot itself when it has none. */
export function sharePartitions(snapshot: LocationSnapshot): SharedLocationSnapshot {
  const lists: (readonly string[])[] = [];
  const places = new Map<readonly string[], number>();
  const alike = new Map<string, number[]>();
  const placeOf = (keys: readonly string[]): number => {
    const known = places.get(keys);
    if (known !== undefined) return known;
    // Comparing lists is cheaper than writing each as one text: most differ in what stands here, or are equal throughout.
    const bucket = `${keys.length}\0${keys[0]}\0${keys.at(-1)}`;
    const candidates = alike.get(bucket) ?? [];
    let place = candidates.find((one) => lists[one]!.every((key, index) => key === keys[index]));
    if (place === undefined) {
      place = lists.push(keys) - 1;
      alike.set(bucket, [...candidates, place]);
    }
    places.set(keys, place);
    return place;
  };
  const shared = mapPartitions(snapshot, (one): SharedStatic =>
    one.keys.length < largeList ? one : { kind: "static", keys: [], shared: placeOf(one.keys) },
  );
  return lists.length === 0 ? snapshot : { ...shared, sharedKeys: lists };
}

/** The whole snapshot again; what stood once is one list in memory as well. */
export function unsharePartitions({ sharedKeys, ...snapshot }: SharedLocationSnapshot): LocationSnapshot {
  if (sharedKeys === undefined) return snapshot;
  const whole = sharedKeys.map((keys): StaticPartitions => ({ kind: "static", keys }));
  return mapPartitions(snapshot, (one: SharedStatic) => (one.shared === undefined ? one : whole[one.shared]!));
}

function mapPartitions(snapshot: LocationSnapshot, map: (partitions: StaticPartitions) => StaticPartitions): LocationSnapshot {
  const mapOne = (partitions: PartitionsSnapshot): PartitionsSnapshot => {
    if (partitions.kind === "static") return map(partitions);
    if (partitions.kind !== "multi") return partitions;
    return {
      ...partitions,
      dimensions: partitions.dimensions.map((dimension) => ({ ...dimension, partitions: mapOne(dimension.partitions) })),
    };
  };
  const mapIn = <Holder extends { readonly partitions?: PartitionsSnapshot }>(holder: Holder): Holder =>
    holder.partitions === undefined ? holder : { ...holder, partitions: mapOne(holder.partitions) };
  return { ...snapshot, jobs: snapshot.jobs.map(mapIn), assets: snapshot.assets.map(mapIn) };
}
