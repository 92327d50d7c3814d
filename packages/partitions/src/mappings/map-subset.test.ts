import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allPartitionsMapping,
  checkMapping,
  dailyPartitions,
  defaultMapping,
  downstreamSubset,
  dynamicPartitions,
  hourlyPartitions,
  identityMapping,
  lastPartitionMapping,
  monthlyPartitions,
  multiMapping,
  multiPartitions,
  multiToSingleMapping,
  type PartitionMapping,
  type Partitions,
  type PartitionsView,
  specificPartitionsMapping,
  staticMapping,
  staticPartitions,
  timeWindowMapping,
  timeWindowPartitions,
  upstreamSubset,
  weeklyPartitions,
} from "../index.ts";

const view: PartitionsView = { nowMs: Date.parse("2026-11-08T05:00:00Z"), dynamicKeys: () => ["p", "q", "r"] };
const timeZone = "America/New_York";
const hourly = hourlyPartitions({ startDate: "2026-10-31-00:00", timeZone });
const daily = dailyPartitions({ startDate: "2026-10-25", timeZone });
const laterDaily = dailyPartitions({ startDate: "2026-10-30", timeZone, keyFormat: "%d.%m.%Y" });
const weekly = weeklyPartitions({ startDate: "2026-10-04", timeZone });
const noons = timeWindowPartitions({
  cron: "0 12 * * 1-5",
  start: "2026-10-28",
  timeZone: "Europe/Berlin",
  keyFormat: "%Y-%m-%d",
});
const letters = staticPartitions(["a", "b", "c", "d"]);
const others = staticPartitions(["c", "d", "e"]);
const dynamic = dynamicPartitions("some");

interface Mapped {
  readonly mapping: PartitionMapping;
  readonly upstream: Partitions;
  readonly downstream: Partitions;
}

const times = fc.constantFrom(hourly, daily, laterDaily, weekly, noons);
const timeMapping = fc
  .record({
    startOffset: fc.integer({ min: -2, max: 1 }),
    length: fc.integer({ min: 0, max: 2 }),
    allowsNonexistentUpstream: fc.boolean(),
  })
  .map(({ startOffset, length, allowsNonexistentUpstream }) =>
    timeWindowMapping({ startOffset, endOffset: startOffset + length, allowsNonexistentUpstream }),
  );
const lettersMapping = staticMapping({ a: "c", b: ["c", "d"], d: "e" });

/** Mappings of one dimension, each with definitions that it fits. */
const single: fc.Arbitrary<Mapped> = fc.oneof(
  fc.record({ mapping: timeMapping, upstream: times, downstream: times }),
  fc.constantFrom(
    { mapping: lettersMapping, upstream: letters, downstream: others },
    { mapping: identityMapping(), upstream: letters, downstream: others },
    { mapping: identityMapping(), upstream: dynamic, downstream: dynamic },
    { mapping: identityMapping(), upstream: daily, downstream: weekly },
    { mapping: identityMapping(), upstream: daily, downstream: dailyPartitions({ startDate: "2026-11-01", timeZone }) },
    { mapping: allPartitionsMapping(), upstream: letters, downstream: daily },
    { mapping: lastPartitionMapping(), upstream: daily, downstream: others },
    { mapping: specificPartitionsMapping(["b", "d"]), upstream: letters, downstream: weekly },
  ),
);

/** Three dimensions on both sides: two of them mapped crosswise, one left to all. */
const crosswise: fc.Arbitrary<Mapped> = fc.tuple(single, single).map(([one, two]) => ({
  mapping: multiMapping({
    x: { upstreamDimension: "n", mapping: one.mapping },
    y: { upstreamDimension: "m", mapping: two.mapping },
  }),
  upstream: multiPartitions({ n: one.upstream, m: two.upstream, o: staticPartitions(["1", "2"]) }),
  downstream: multiPartitions({ x: one.downstream, y: two.downstream, z: staticPartitions(["3", "4"]) }),
}));
const oneToMany: fc.Arbitrary<Mapped> = single.map(({ mapping, upstream, downstream }) => ({
  mapping: multiToSingleMapping({ dimension: "b", mapping }),
  upstream: multiPartitions({ a: others, b: upstream }),
  downstream,
}));
const manyToOne: fc.Arbitrary<Mapped> = single.map(({ mapping, upstream, downstream }) => ({
  mapping: multiToSingleMapping({ dimension: "b", mapping }),
  upstream,
  downstream: multiPartitions({ a: others, b: downstream, c: letters }),
}));
const mapped = fc.oneof(single, crosswise, oneToMany, manyToOne);

const upstreamOf = (sides: Mapped, keys: readonly string[]) =>
  upstreamSubset({ ...sides, subset: sides.downstream.subsetOf(keys, view), view });
const downstreamOf = (sides: Mapped, keys: readonly string[]) =>
  downstreamSubset({ ...sides, subset: sides.upstream.subsetOf(keys, view), view });
const some = (partitions: Partitions, seed: number, most: number): string[] => {
  const keys = [...partitions.keys(view)];
  const step = Math.max(1, Math.ceil(keys.length / most));
  return keys.filter((_, index) => index % step === seed % step);
};

test("a window reads the upstream windows that overlap it, moved by its offsets", () => {
  fc.assert(
    fc.property(timeMapping, times, times, fc.nat(), (mapping, upstream, downstream, place) => {
      const down = [...downstream.keys(view)];
      const index = place % down.length;
      if (mapping.snapshot.kind !== "timeWindow") throw new TypeError("not of time");
      const { startOffset, endOffset } = mapping.snapshot;
      // Only where the offset stays within the definition: a plain look at its keys ends there.
      fc.pre(index + startOffset >= 0 && index + endOffset < down.length);
      const startMs = downstream.windowOf(down[index + startOffset]!)!.startMs;
      const endMs = downstream.windowOf(down[index + endOffset]!)!.endMs;
      const expected = [...upstream.keys(view)].filter((key) => {
        const window = upstream.windowOf(key)!;
        return window.startMs < endMs && window.endMs > startMs;
      });
      const { subset } = upstreamOf({ mapping, upstream, downstream }, [down[index]!]);
      expect([...subset.keys()]).toEqual(expected);
    }),
  );
});

test("what a key reads names that key as its reader, and nothing else does", () => {
  fc.assert(
    fc.property(mapped, fc.nat(), (sides, seed) => {
      const reads = new Map(some(sides.downstream, seed, 8).map((key) => [key, upstreamOf(sides, [key]).subset]));
      for (const key of some(sides.upstream, seed, 8)) {
        const readers = downstreamOf(sides, [key]);
        for (const [reader, read] of reads) expect([reader, key, readers.has(reader)]).toEqual([reader, key, read.has(key)]);
      }
    }),
  );
});

test("a set reads what its keys read", () => {
  fc.assert(
    fc.property(mapped, fc.nat(), (sides, seed) => {
      const keys = some(sides.downstream, seed, 6);
      const single = keys.map((key) => upstreamOf(sides, [key]).subset);
      expect(upstreamOf(sides, keys).subset.equals(single.reduce((sum, each) => sum.union(each), sides.upstream.none()))).toBe(
        true,
      );
    }),
  );
});

test("a day reads its hours, 25 of them when clocks go back; an hour reads its day", () => {
  expect(
    upstreamOf({ mapping: timeWindowMapping(), upstream: hourly, downstream: daily }, ["2026-11-01"]).subset.ranges(),
  ).toEqual([{ start: "2026-11-01-00:00", end: "2026-11-01-23:00" }]);
  expect(upstreamOf({ mapping: timeWindowMapping(), upstream: hourly, downstream: daily }, ["2026-11-01"]).subset.size).toBe(25);
  expect([
    ...upstreamOf({ mapping: timeWindowMapping(), upstream: daily, downstream: hourly }, ["2026-11-01-01:00-0500"]).subset.keys(),
  ]).toEqual(["2026-11-01"]);
});

test("offsets count downstream windows, also between different ones", () => {
  const week = { mapping: timeWindowMapping({ startOffset: -1 }), upstream: daily, downstream: weekly };
  expect(upstreamOf(week, ["2026-11-01"]).subset.ranges()).toEqual([{ start: "2026-10-25", end: "2026-11-07" }]);
  expect([...downstreamOf(week, ["2026-10-27"]).keys()]).toEqual(["2026-10-25", "2026-11-01"]);
});

test("what the upstream does not have is missing, unless that is allowed or only an offset reaches it", () => {
  const sides = { upstream: laterDaily, downstream: daily };
  const plain = upstreamOf({ ...sides, mapping: timeWindowMapping() }, ["2026-10-28", "2026-10-29", "2026-10-30"]);
  expect([...plain.subset.keys()]).toEqual(["30.10.2026"]);
  expect([plain.missing.size, ...plain.missing.keys()]).toEqual([2, "28.10.2026", "29.10.2026"]);
  expect(
    upstreamOf({ ...sides, mapping: timeWindowMapping({ allowsNonexistentUpstream: true }) }, ["2026-10-28"]).missing.size,
  ).toBe(0);
  expect(upstreamOf({ ...sides, mapping: timeWindowMapping({ startOffset: -3 }) }, ["2026-10-30"]).missing.size).toBe(0);
});

test("a static key that the upstream does not have is missing by its name", () => {
  const { subset, missing } = upstreamOf({ mapping: identityMapping(), upstream: letters, downstream: others }, ["d", "e"]);
  expect([[...subset.keys()], [...missing.keys()]]).toEqual([["d"], ["e"]]);
});

test("mapping a million windows takes milliseconds", () => {
  const minutes = timeWindowPartitions({ cron: "* * * * *", start: "2024-11-01", timeZone, keyFormat: "%Y-%m-%d-%H:%M" });
  const days = dailyPartitions({ startDate: "2024-11-01", timeZone });
  const startedAt = performance.now();
  const { subset } = upstreamSubset({
    mapping: timeWindowMapping(),
    upstream: minutes,
    downstream: days,
    subset: days.all(view),
    view,
  });
  expect(subset.size).toBeGreaterThan(1_000_000);
  expect(downstreamSubset({ mapping: timeWindowMapping(), upstream: minutes, downstream: days, subset, view }).size).toBe(
    days.count(view),
  );
  expect(performance.now() - startedAt).toBeLessThan(200);
});

test("without a mapping, the dimension that fits, the overlap or the same key is read", () => {
  const multi = multiPartitions({ date: daily, letter: letters });
  const kind = (upstream: Partitions | null, downstream: Partitions | null) => defaultMapping(upstream, downstream).snapshot.kind;
  expect(kind(null, daily)).toBe("all");
  expect(kind(hourly, daily)).toBe("timeWindow");
  expect(kind(letters, letters)).toBe("identity");
  expect(kind(multi, letters)).toBe("multiToSingle");
  expect(kind(hourly, multi)).toBe("multiToSingle");
  expect(kind(multi, others)).toBe("identity");
  const hours = upstreamOf({ mapping: defaultMapping(hourly, multi), upstream: hourly, downstream: multi }, ["2026-11-02|b"]);
  expect(hours.subset.size).toBe(24);
  const all = upstreamOf({ mapping: defaultMapping(multi, daily), upstream: multi, downstream: daily }, ["2026-11-02"]);
  expect([...all.subset.keys()]).toEqual(["2026-11-02|a", "2026-11-02|b", "2026-11-02|c", "2026-11-02|d"]);
});

test.each([
  [timeWindowMapping(), letters, daily, "needs time windows on both sides"],
  [identityMapping(), letters, daily, "the upstream's are static, the downstream's timeWindow"],
  [identityMapping(), letters, multiPartitions({ a: letters, b: others }), "the same number of dimensions"],
  [staticMapping({ a: "c" }), daily, others, "needs static partitions on both sides"],
  [staticMapping({ aa: "c" }), letters, others, 'names the upstream key "aa": there is "a", "b", "c", "d"; did you mean "a"?'],
  [staticMapping({ a: "x" }), letters, others, 'names the downstream key "x"'],
  [specificPartitionsMapping(["z"]), letters, daily, 'There is no partition "z"'],
  [multiToSingleMapping(), letters, letters, "several dimensions on one side and one on the other"],
  [multiToSingleMapping(), multiPartitions({ a: letters, b: letters }), letters, "Several dimensions equal the other side"],
  [multiToSingleMapping(), multiPartitions({ a: letters, b: daily }), others, "No dimension equals the other side"],
  [
    multiToSingleMapping({ dimension: "c" }),
    multiPartitions({ a: letters, b: daily }),
    daily,
    'no dimension "c"; they have "a", "b"',
  ],
  [multiMapping({ a: { upstreamDimension: "b" } }), letters, others, "several dimensions on both sides"],
  [
    multiMapping({ a: { upstreamDimension: "z" } }),
    multiPartitions({ a: letters, b: daily }),
    multiPartitions({ a: letters, b: daily }),
    'The upstream partitions have no dimension "z"; they have "a", "b"',
  ],
])("a mapping that does not fit its sides is refused at load: %#", (mapping, upstream, downstream, reason) => {
  expect(() => checkMapping(mapping, upstream, downstream)).toThrow(reason);
});

test("a mapping that makes no sense by itself is refused where it is made", () => {
  expect(() => timeWindowMapping({ startOffset: 1 })).toThrow("startOffset 1 is beyond endOffset 0: nothing would be read");
  expect(() => timeWindowMapping({ endOffset: 0.5 })).toThrow("endOffset has to be a whole number");
  expect(() => multiMapping({ a: { upstreamDimension: "x" }, b: { upstreamDimension: "x" } })).toThrow(
    'Two dimensions are mapped to the upstream dimension "x"',
  );
  expect(() => checkMapping(defaultMapping(monthlyPartitions({ startDate: "2026-01-01" }), daily), letters, letters)).toThrow(
    "time windows",
  );
});
