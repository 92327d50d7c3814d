import type { PartitionMappingSnapshot } from "@dagwright/model";
import { InvalidPartitionMappingError } from "../errors.ts";
import type { Partitions } from "../partitions.ts";

/** An upstream and a downstream dimension, by their places, and how they are mapped. */
export interface DimensionDependency {
  readonly upstream: number;
  readonly downstream: number;
  readonly mapping: PartitionMappingSnapshot;
}

/**
 * A mapping as pairs of dimensions; sides without dimensions have one.
 *
 * @throws InvalidPartitionMappingError when the mapping does not fit the two sides
 */
export function dependenciesOf(
  mapping: PartitionMappingSnapshot,
  upstream: Partitions,
  downstream: Partitions,
): readonly DimensionDependency[] {
  switch (mapping.kind) {
    case "multiToSingle":
      return [singleDependency(mapping, upstream, downstream)];
    case "multi":
      return multiDependencies(mapping, upstream, downstream);
    case "identity":
      return identityDependencies(upstream, downstream);
    case "static":
    case "timeWindow": {
      if (upstream.snapshot.kind === "multi" || downstream.snapshot.kind === "multi") {
        throw new InvalidPartitionMappingError(
          `A mapping of the kind "${mapping.kind}" needs one dimension on each side; use multiMapping or multiToSingleMapping`,
        );
      }
      return [{ upstream: 0, downstream: 0, mapping }];
    }
    case "all":
    case "last":
    case "specific":
      return [];
    default:
      throw new InvalidPartitionMappingError(`Nobody knows mappings of the kind ${JSON.stringify(mapping satisfies never)}`);
  }
}

function identityDependencies(upstream: Partitions, downstream: Partitions): readonly DimensionDependency[] {
  if (upstream.dimensions.length !== downstream.dimensions.length) {
    throw new InvalidPartitionMappingError(
      "identityMapping needs the same number of dimensions on both sides; use multiToSingleMapping or multiMapping",
    );
  }
  return upstream.dimensions.map((_, index) => ({ upstream: index, downstream: index, mapping: { kind: "identity" } }));
}

function multiDependencies(
  { dimensions }: Extract<PartitionMappingSnapshot, { readonly kind: "multi" }>,
  upstream: Partitions,
  downstream: Partitions,
): readonly DimensionDependency[] {
  if (upstream.snapshot.kind !== "multi" || downstream.snapshot.kind !== "multi") {
    throw new InvalidPartitionMappingError("multiMapping needs several dimensions on both sides; use multiToSingleMapping");
  }
  return Object.entries(dimensions).map(([name, { upstreamDimension, mapping }]) => ({
    upstream: dimensionIndex(upstream, upstreamDimension, "upstream"),
    downstream: dimensionIndex(downstream, name, "downstream"),
    mapping,
  }));
}

function dimensionIndex(partitions: Partitions, name: string, side: string): number {
  const index = partitions.dimensions.findIndex((dimension) => dimension.name === name);
  if (index !== -1) return index;
  const names = partitions.dimensions.map((dimension) => `"${dimension.name}"`).join(", ");
  throw new InvalidPartitionMappingError(`The ${side} partitions have no dimension "${name}"; they have ${names}`);
}

function singleDependency(
  { dimension, mapping }: Extract<PartitionMappingSnapshot, { readonly kind: "multiToSingle" }>,
  upstream: Partitions,
  downstream: Partitions,
): DimensionDependency {
  const isUpstreamMulti = upstream.snapshot.kind === "multi";
  if (isUpstreamMulti === (downstream.snapshot.kind === "multi")) {
    throw new InvalidPartitionMappingError("multiToSingleMapping needs several dimensions on one side and one on the other");
  }
  const [multi, single] = isUpstreamMulti ? [upstream, downstream] : [downstream, upstream];
  const inferred = inferDimension(multi, single, dimension);
  if (typeof inferred === "string" && (dimension === null || mapping === null)) throw new InvalidPartitionMappingError(inferred);
  const index = typeof inferred === "string" ? dimensionIndex(multi, dimension ?? "", "multi-dimensional") : inferred.index;
  const inner = mapping ?? (typeof inferred === "string" ? { kind: "identity" as const } : inferred.mapping);
  return { upstream: isUpstreamMulti ? index : 0, downstream: isUpstreamMulti ? 0 : index, mapping: inner };
}

/** The dimension that stands for a definition with one dimension, or a sentence why there is none. */
export function inferDimension(
  multi: Partitions,
  single: Partitions,
  name: string | null,
): { readonly index: number; readonly mapping: PartitionMappingSnapshot } | string {
  const candidates = multi.dimensions
    .map((dimension, index) => ({ dimension, index }))
    .filter(({ dimension }) => name === null || dimension.name === name);
  if (candidates.length === 0) {
    return `The multi-dimensional partitions have no dimension "${name}"; they have ${multi.dimensions.map((each) => `"${each.name}"`).join(", ")}`;
  }
  const only = single.dimensions[0]!;
  const equal = candidates.filter(
    ({ dimension }) => JSON.stringify(sorted(dimension.snapshot)) === JSON.stringify(sorted(only.snapshot)),
  );
  if (equal.length > 1) {
    return `Several dimensions equal the other side: say which with multiToSingleMapping({ dimension }): ${equal.map(({ dimension }) => `"${dimension.name}"`).join(", ")}`;
  }
  if (equal[0] !== undefined) return { index: equal[0].index, mapping: { kind: "identity" } };
  const times = candidates.filter(({ dimension }) => dimension.snapshot.kind === "timeWindow");
  if (times.length === 1 && only.snapshot.kind === "timeWindow") {
    return {
      index: times[0]!.index,
      mapping: { kind: "timeWindow", startOffset: 0, endOffset: 0, allowsNonexistentUpstream: false },
    };
  }
  return "No dimension equals the other side, nor are both of time: say how with multiToSingleMapping({ dimension, mapping })";
}

const sorted = (snapshot: object): unknown => Object.entries(snapshot).toSorted(([a], [b]) => (a < b ? -1 : 1));
