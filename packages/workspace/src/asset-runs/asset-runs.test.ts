import { codeLocationName, type RunPartition } from "@dagwright/model";
import { dailyPartitions, multiPartitions, type Partitions, runSubset, staticPartitions } from "@dagwright/partitions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { packAssetRuns, type WantedPartitions } from "./pack-asset-runs.ts";
import { packPartitions } from "./pack-partitions.ts";

const view = { nowMs: Date.parse("2026-02-01"), dynamicKeys: () => [] };
const days = dailyPartitions({ startDate: "2026-01-01", endDate: "2026-01-11" });
const grid = multiPartitions({ day: days, region: staticPartitions(["de", "fr", "us"]) });

const wanted = (name: string, partitions: Partitions | null, policy?: WantedPartitions["policy"]): WantedPartitions => ({
  assetKey: [name],
  location: codeLocationName("shop"),
  partitions,
  subset: partitions?.all(view) ?? null,
  policy,
});

test("assets share runs when partitions, policy and location are the same", () => {
  const runs = [
    ...packAssetRuns(
      [
        wanted("a", days, { kind: "singleRun" }),
        wanted("b", days),
        wanted("c", null),
        wanted("d", days, { kind: "singleRun" }),
        { ...wanted("e", null), location: codeLocationName("other") },
        wanted("f", null),
      ],
      view,
    ),
  ];
  expect(runs).toHaveLength(13);
  expect(runs[0]).toMatchObject({ assetKeys: [["a"], ["d"]], partition: { start: "2026-01-01", end: "2026-01-10" } });
  expect(runs[1]).toMatchObject({ assetKeys: [["b"]], partition: { kind: "one", key: "2026-01-01" } });
  expect(runs.filter(({ partition }) => partition === null)).toMatchObject([
    { location: "shop", assetKeys: [["c"], ["f"]] },
    { location: "other", assetKeys: [["e"]] },
  ]);
});

test("runs of several partitions have no more than the policy allows and make each partition once, in several dimensions too", () => {
  const pick = fc.tuple(fc.constantFrom(days, grid), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat({ max: 9 })));
  fc.assert(
    fc.property(pick, ([partitions, maxPartitionsPerRun, dice]) => {
      const subset = partitions.subsetOf(
        [...partitions.keys(view)].filter(() => (dice.next().value ?? 0) > 1),
        view,
      );
      const runs = [...packPartitions(partitions, subset, { kind: "multiRun", maxPartitionsPerRun }, view)];
      const made = runs.map((run: RunPartition) => runSubset(partitions, run, view));
      expect(made.every(({ size }) => size <= maxPartitionsPerRun)).toBe(true);
      expect(made.reduce((sum, { size }) => sum + size, 0)).toBe(subset.size);
      expect(made.reduce((all, one) => all.union(one), partitions.none()).equals(subset)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
