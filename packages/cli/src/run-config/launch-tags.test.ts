import { expect, test } from "vitest";
import { launchTags } from "./launch-tags.ts";

test("a partition or a range becomes the tags that say so, beside those that are given", () => {
  expect(launchTags({ tags: '{"team": "data"}', partition: "2026-01-01" })).toEqual({
    team: "data",
    "dagster/partition": "2026-01-01",
  });
  expect(launchTags({ partitionRange: "2026-01-01...2026-01-03" })).toEqual({
    "dagster/asset_partition_range_start": "2026-01-01",
    "dagster/asset_partition_range_end": "2026-01-03",
  });
});

test("a range without two ends, or beside a partition, is refused", () => {
  for (const partitionRange of ["2026-01-01", "...b", "a...", "a...b...c"])
    expect(() => launchTags({ partitionRange })).toThrow(/FIRST\.\.\.LAST/);
  expect(() => launchTags({ partition: "a", partitionRange: "a...b" })).toThrow(/exclude each other/);
});
