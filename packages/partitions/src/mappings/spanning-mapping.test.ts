import type { PartitionMappingSnapshot } from "@dagwright/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dailyPartitions,
  downstreamSubset,
  multiPartitions,
  type Partitions,
  spanningMapping,
  staticPartitions,
  upstreamSubset,
} from "../index.ts";

const view = { nowMs: Date.parse("2026-02-01"), dynamicKeys: () => [] };
const daily = dailyPartitions({ startDate: "2026-01-01" });
const regions = staticPartitions(["de", "fr", "us"]);
const grid = multiPartitions({ day: daily, region: regions });

const windows = fc
  .tuple(fc.integer({ min: -4, max: 2 }), fc.integer({ min: 0, max: 4 }), fc.boolean())
  .map(([startOffset, length, allowsNonexistentUpstream]): PartitionMappingSnapshot => ({
    kind: "timeWindow",
    startOffset,
    endOffset: startOffset + length,
    allowsNonexistentUpstream,
  }));
const overDays = fc.oneof(
  windows,
  fc.constantFrom<PartitionMappingSnapshot>(
    { kind: "all" },
    { kind: "last" },
    { kind: "identity" },
    { kind: "specific", keys: ["2026-01-02"] },
    { kind: "specific", keys: ["2026-01-03", "2026-01-09"] },
  ),
);
const overGrid = fc
  .tuple(overDays, fc.constantFrom<PartitionMappingSnapshot>({ kind: "identity" }, { kind: "all" }))
  .map(([day, region]): PartitionMappingSnapshot => ({
    kind: "multi",
    dimensions: {
      day: { upstreamDimension: "day", mapping: day },
      region: { upstreamDimension: "region", mapping: region },
    },
  }));

test.each<[string, Partitions, fc.Arbitrary<PartitionMappingSnapshot>, fc.Arbitrary<string>]>([
  ["of days", daily, overDays, fc.constantFrom(...daily.keys(view))],
  ["of days and regions", grid, overGrid, fc.constantFrom(...grid.keys(view))],
])("reads all that any of several mappings %s reads, and is read back by it", (_, partitions, mappings, keys) => {
  fc.assert(
    fc.property(fc.array(mappings, { minLength: 1, maxLength: 3 }), keys, (several, key) => {
      const subset = partitions.subsetOf([key], view);
      const read = (mapping: PartitionMappingSnapshot) =>
        upstreamSubset({ mapping, upstream: partitions, downstream: partitions, subset, view }).subset;
      const spanning = spanningMapping(several);
      const all = read(spanning);
      for (const one of several) {
        expect(read(one).minus(all).isEmpty).toBe(true);
        if (read(one).isEmpty) continue;
        const back = { mapping: spanning, upstream: partitions, downstream: partitions, subset: read(one), view };
        expect(subset.minus(downstreamSubset(back)).isEmpty).toBe(true);
      }
    }),
  );
});

test("joins windows, and gives nothing more when they are the same", () => {
  const window = (startOffset: number, endOffset: number): PartitionMappingSnapshot => ({
    kind: "timeWindow",
    startOffset,
    endOffset,
    allowsNonexistentUpstream: false,
  });
  expect(spanningMapping([window(0, 0), window(-7, -7)])).toEqual(window(-7, 0));
  expect(spanningMapping([{ kind: "last" }, { kind: "last" }])).toEqual({ kind: "last" });
  expect(spanningMapping([{ kind: "last" }, window(0, 0)])).toEqual({ kind: "all" });
});
