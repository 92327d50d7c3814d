import { canonicalJson, type PartitionMappingSnapshot } from "@dagwright/model";

/**
 * One mapping for an asset that is read in several ways, as today's partition and yesterday's: it reads at least what each of them reads. Windows
 * of time are joined, dimension by dimension; what cannot be joined is all partitions.
 *
 * @param mappings - at least one
 */
export function spanningMapping(mappings: readonly PartitionMappingSnapshot[]): PartitionMappingSnapshot {
  const [first, ...rest] = mappings;
  if (first === undefined) throw new TypeError("No mapping is none that spans several");
  return rest.reduce(span, first);
}

function span(one: PartitionMappingSnapshot, other: PartitionMappingSnapshot): PartitionMappingSnapshot {
  if (canonicalJson(one) === canonicalJson(other)) return one;
  if (one.kind === "timeWindow" && other.kind === "timeWindow")
    return {
      kind: "timeWindow",
      startOffset: Math.min(one.startOffset, other.startOffset),
      endOffset: Math.max(one.endOffset, other.endOffset),
      allowsNonexistentUpstream: one.allowsNonexistentUpstream || other.allowsNonexistentUpstream,
    };
  if (one.kind === "specific" && other.kind === "specific")
    return { kind: "specific", keys: [...new Set([...one.keys, ...other.keys])] };
  if (one.kind === "multi" && other.kind === "multi") {
    const names = Object.keys(one.dimensions);
    const isAlike = (name: string): boolean =>
      one.dimensions[name]!.upstreamDimension === other.dimensions[name]?.upstreamDimension;
    if (names.length === Object.keys(other.dimensions).length && names.every(isAlike)) {
      const joined = names.map((name) => {
        const { upstreamDimension, mapping } = one.dimensions[name]!;
        return [name, { upstreamDimension, mapping: span(mapping, other.dimensions[name]!.mapping) }] as const;
      });
      return { kind: "multi", dimensions: Object.fromEntries(joined) };
    }
  }
  return { kind: "all" };
}
