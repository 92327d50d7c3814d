import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dailyPartitions,
  dynamicPartitions,
  hourlyPartitions,
  multiPartitions,
  type Partitions,
  type PartitionSubset,
  type PartitionsView,
  staticPartitions,
  subsetFromJSON,
  timeWindowPartitions,
} from "../index.ts";
import { partitionsAtMoment } from "../testing/arbitrary-partitions.ts";

const at = (iso: string, keys: readonly string[] = []): PartitionsView => ({ nowMs: Date.parse(iso), dynamicKeys: () => keys });
const view = at("2026-11-21T12:00:00Z");
const saved = (subset: PartitionSubset): unknown => JSON.parse(JSON.stringify(subset));
const read = (partitions: Partitions, subset: PartitionSubset, now = view): string[] => [
  ...subsetFromJSON(partitions, saved(subset), now).keys(),
];

/** A definition with two of its subsets, each beside the plain set of keys that it is. */
const twoSubsets = partitionsAtMoment.chain(({ partitions, view: now }) => {
  const keys = [...partitions.keys(now)];
  const some = fc.oneof(
    fc.subarray(keys),
    // Runs, which is what subsets are mostly made of.
    fc.tuple(fc.nat(keys.length), fc.nat(keys.length)).map(([a, b]) => keys.slice(Math.min(a, b), Math.max(a, b))),
  );
  return fc.tuple(some, some).map(([a, b]) => ({ partitions, view: now, keys, a, b }));
});

test("every operation does what it does on plain sets", () => {
  fc.assert(
    fc.property(twoSubsets, ({ partitions, view: now, keys, a, b }) => {
      const [setA, setB] = [new Set(a), new Set(b)];
      const [subsetA, subsetB] = [partitions.subsetOf(a, now), partitions.subsetOf(b.toReversed(), now)];
      const expected = {
        union: keys.filter((key) => setA.has(key) || setB.has(key)),
        intersect: keys.filter((key) => setA.has(key) && setB.has(key)),
        minus: keys.filter((key) => setA.has(key) && !setB.has(key)),
      };
      for (const [operation, kept] of Object.entries(expected)) {
        const result = subsetA[operation as keyof typeof expected](subsetB);
        expect([...result.keys()]).toEqual(kept);
        expect(result.size).toBe(kept.length);
        expect(result.isEmpty).toBe(kept.length === 0);
        expect(result.equals(partitions.subsetOf(kept, now))).toBe(true);
      }
      expect(keys.filter((key) => subsetA.has(key))).toEqual(keys.filter((key) => setA.has(key)));
      expect(subsetA.has("no such key")).toBe(false);
      expect(subsetA.equals(subsetB)).toBe(setA.symmetricDifference(setB).size === 0);
      expect(partitions.all(now).minus(subsetA).union(subsetA).equals(partitions.all(now))).toBe(true);
      expect(partitions.none().union(subsetA).equals(subsetA)).toBe(true);
    }),
  );
});

test("ranges add up to the set, and none of them overlap", () => {
  fc.assert(
    fc.property(twoSubsets, ({ partitions, view: now, a }) => {
      const subset = partitions.subsetOf(a, now);
      const ranges = subset.ranges().map((range) => partitions.range(range, now));
      expect(ranges.reduce((sum, { size }) => sum + size, 0)).toBe(subset.size);
      expect(ranges.reduce((sum, range) => sum.union(range), partitions.none()).equals(subset)).toBe(true);
    }),
  );
});

test("a saved set is read as it was", () => {
  fc.assert(
    fc.property(twoSubsets, ({ partitions, view: now, a }) => {
      const subset = partitions.subsetOf(a, now);
      expect(subsetFromJSON(partitions, saved(subset), now).equals(subset)).toBe(true);
    }),
  );
});

test("all of a definition is one range in a few bytes, whatever its dimensions", () => {
  const hourly = hourlyPartitions({ startDate: "2026-01-01", timeZone: "Europe/Berlin" });
  const regions = staticPartitions(Array.from({ length: 200 }, (_, index) => `region ${index}`));
  for (const partitions of [hourly, regions, multiPartitions({ hourly, regions, z: regions })]) {
    const all = partitions.all(view);
    expect(all.size).toBe(partitions.count(view));
    expect(all.ranges()).toEqual([{ start: partitions.firstKey(view), end: partitions.lastKey(view) }]);
    expect(JSON.stringify(all).length).toBeLessThan(250);
  }
});

test("one key of a dimension over all of the others is one range", () => {
  const dates = dailyPartitions({ startDate: "2020-01-01" });
  const regions = staticPartitions(["eu", "us", "asia"]);
  for (const [names, start, end] of [
    [{ a: dates, b: regions }, "2020-01-01|us", "2026-11-20|us"],
    [{ b: dates, a: regions }, "us|2020-01-01", "us|2026-11-20"],
  ] as const) {
    const subset = multiPartitions(names).range({ start, end }, view);
    expect(subset.ranges()).toEqual([{ start, end }]);
    expect(JSON.stringify(subset).length).toBeLessThan(100);
  }
});

test("operations on a million windows take milliseconds and kilobytes", () => {
  const minutes = timeWindowPartitions({ cron: "* * * * *", start: "2024-01-01", keyFormat: "%Y-%m-%dT%H:%M" });
  const all = minutes.all(view);
  expect(all.size).toBeGreaterThan(1_000_000);
  const days = Array.from({ length: 1_000 }, (_, day) => {
    const start = minutes.keyAt(day * 1_440, view)!;
    return minutes.range({ start, end: minutes.keyAt(day * 1_440 + 600, view)! }, view);
  });
  const startedAt = performance.now();
  const mornings = days.reduce((sum, morning) => sum.union(morning), minutes.none());
  const rest = all.minus(mornings);
  expect(rest.union(mornings).equals(all)).toBe(true);
  expect(rest.intersect(mornings).isEmpty).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(500);
  expect(rest.size).toBe(all.size - 601_000);
  expect(JSON.stringify(rest).length).toBeLessThan(32_000);
});

test("windows in pieces too small for ranges are saved as bits, and read like ranges", () => {
  const hourly = hourlyPartitions({ startDate: "2022-01-01", timeZone: "Europe/Berlin" });
  const keys = [...hourly.keys(view)];
  const odd = hourly.subsetOf(
    keys.filter((_, index) => index % 2 === 1),
    view,
  );
  expect(odd.size).toBeGreaterThan(20_000);
  expect(JSON.stringify(odd).length).toBeLessThan(keys.length / 6 + 200);
  expect(subsetFromJSON(hourly, saved(odd), view).equals(odd)).toBe(true);
  const later = hourlyPartitions({ startDate: "2026-11-01", timeZone: "Europe/Berlin" });
  expect(read(later, odd)).toEqual(keys.filter((key, index) => index % 2 === 1 && key >= "2026-11-01"));
  const halves = timeWindowPartitions({
    cron: "*/30 * * * *",
    start: "2026-11-20",
    timeZone: "Europe/Berlin",
    keyFormat: "%Y-%m-%d-%H:%M",
  });
  expect(read(halves, odd).slice(0, 3)).toEqual(["2026-11-20-01:00", "2026-11-20-01:30", "2026-11-20-03:00"]);
  expect(() => subsetFromJSON(hourly, { runs: [{ cron: "0 * * * *", timeZone: "UTC", startMs: 0, bits: "?" }] }, view)).toThrow(
    "no base64",
  );
});

test("the spans of time of a set, also of one dimension", () => {
  const dates = dailyPartitions({ startDate: "2026-11-01", timeZone: "Europe/Berlin" });
  const both = multiPartitions({ dates, regions: staticPartitions(["eu", "us"]) });
  const subset = both.subsetOf(["2026-11-02|eu", "2026-11-03|us", "2026-11-07|us"], view);
  const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
  expect(subset.timeWindows().map(({ startMs, endMs }) => [iso(startMs), iso(endMs)])).toEqual([
    ["2026-11-01T23:00", "2026-11-03T23:00"],
    ["2026-11-06T23:00", "2026-11-07T23:00"],
  ]);
  expect(staticPartitions(["a"]).all(view).timeWindows()).toEqual([]);
});

test("a range that runs backwards is an error", () => {
  const both = multiPartitions({ a: staticPartitions(["x", "y"]), b: staticPartitions(["u", "v"]) });
  expect(() => both.range({ start: "x|v", end: "y|u" }, view)).toThrow(
    '"x|v" to "y|u" is no range of partitions: in dimension "b" its end comes before its start',
  );
  expect(() => staticPartitions(["a", "b"]).range({ start: "b", end: "a" }, view)).toThrow("its end comes before its start");
});

test("sets of different moments are combined by key", () => {
  const partitions = multiPartitions({
    date: dailyPartitions({ startDate: "2026-11-01" }),
    customer: dynamicPartitions("customers"),
  });
  const before = at("2026-11-05T00:00:00Z", ["ada", "bob", "cy"]);
  const after = at("2026-11-07T00:00:00Z", ["bob", "cy", "dan"]);
  const old = partitions.subsetOf(["ada|2026-11-02", "bob|2026-11-02"], before);
  const fresh = partitions.subsetOf(["bob|2026-11-02", "dan|2026-11-06"], after);
  expect([...fresh.union(old).keys()].toSorted()).toEqual(["ada|2026-11-02", "bob|2026-11-02", "dan|2026-11-06"]);
  expect([...old.union(fresh).keys()].toSorted()).toEqual(["ada|2026-11-02", "bob|2026-11-02", "dan|2026-11-06"]);
  expect([...fresh.intersect(old).keys()]).toEqual(["bob|2026-11-02"]);
  expect([...old.minus(fresh).keys()]).toEqual(["ada|2026-11-02"]);
  expect(() => old.union(staticPartitions(["a"]).all(view))).toThrow("different dimensions");
});

test("saved windows stay what they are while time goes on and when the start moves", () => {
  const daily = dailyPartitions({ startDate: "2026-11-01" });
  const subset = daily.range({ start: "2026-11-03", end: "2026-11-09" }, view);
  expect(read(daily, subset, at("2027-05-01T00:00:00Z"))).toEqual([...subset.keys()]);
  expect(read(dailyPartitions({ startDate: "2026-10-15" }), subset)).toEqual([...subset.keys()]);
  expect(read(dailyPartitions({ startDate: "2026-11-08" }), subset)).toEqual(["2026-11-08", "2026-11-09"]);
  expect(read(dailyPartitions({ startDate: "2026-11-01", endDate: "2026-11-05" }), subset)).toEqual(["2026-11-03", "2026-11-04"]);
});

test("saved hours are the days that they fill", () => {
  const hourly = hourlyPartitions({ startDate: "2026-11-01" });
  const subset = hourly.range({ start: "2026-11-01-12:00", end: "2026-11-04-12:00" }, view);
  expect(read(dailyPartitions({ startDate: "2026-11-01" }), subset)).toEqual(["2026-11-02", "2026-11-03"]);
});

test("saved static keys survive what happens to the list around them", () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const run = staticPartitions(keys).range({ start: "k5", end: "k14" }, view);
  const expected = [...run.keys()];
  expect(JSON.stringify(run).length).toBeLessThan(60);
  expect(read(staticPartitions(["new", ...keys, "newer"]), run)).toEqual(expected);
  expect(read(staticPartitions(keys.slice(5)), run)).toEqual(expected);
  expect(read(staticPartitions([...keys.slice(10), ...keys.slice(0, 10)]), run)).toEqual(["k14", "k5"]);
  expect(read(staticPartitions(keys.toReversed()), staticPartitions(keys).all(view)).toSorted()).toEqual(keys.toSorted());
});

test("of a saved run of static keys that no longer is the same keys, only what is certain counts", () => {
  const keys = ["a", "b", "c", "d", "e", "f"];
  const run = staticPartitions(keys).range({ start: "a", end: "e" }, view);
  expect(read(staticPartitions(["a", "b", "x", "d", "e", "f"]), run)).toEqual(["a", "e"]);
  expect(read(staticPartitions(["b", "c"]), run)).toEqual([]);
  expect(read(staticPartitions(["b", "a"]), staticPartitions(keys).range({ start: "a", end: "c" }, view))).toEqual(["b", "a"]);
});

test("a saved run of dynamic keys survives deletions within it, and is not entered by keys that are added", () => {
  const partitions = dynamicPartitions("some");
  const keys = ["a", "b", "c", "d", "e", "f"];
  const run = partitions.range({ start: "a", end: "e" }, at("2026-01-01T00:00:00Z", keys));
  expect(read(partitions, run, at("2026-01-01T00:00:00Z", ["a", "c", "e", "f", "b"]))).toEqual(["a", "c", "e"]);
});

test("saved keys of other dimensions are none, and what is no saved set is refused", () => {
  const both = multiPartitions({ a: staticPartitions(["x"]), b: staticPartitions(["y"]) });
  expect(read(staticPartitions(["x"]), both.all(view))).toEqual([]);
  for (const broken of [null, {}, { runs: 1 }, { runs: [1, "x"] }, { runs: [{}] }]) {
    expect(() => subsetFromJSON(dailyPartitions({ startDate: "2026-11-01" }), broken, view)).toThrow(
      "This is no saved set of partitions",
    );
  }
});
