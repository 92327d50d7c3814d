import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dailyPartitions,
  dynamicPartitions,
  hourlyPartitions,
  monthlyPartitions,
  multiPartitionKey,
  multiPartitions,
  parseMultiPartitionKey,
  partitionsFromSnapshot,
  type PartitionsView,
  staticPartitions,
  timeWindowPartitions,
} from "./index.ts";
import { partitionsAtMoment } from "./testing/arbitrary-partitions.ts";

const at = (iso: string, keys: readonly string[] = []): PartitionsView => ({ nowMs: Date.parse(iso), dynamicKeys: () => keys });
const view = at("2026-11-21T12:00:00Z");
const hours = (key: string, partitions = dailyPartitions({ startDate: "2026-01-01", timeZone: "America/New_York" })): number => {
  const { startMs, endMs } = partitions.windowOf(key)!;
  return (endMs - startMs) / 3_600_000;
};

test("keys, places and counts agree, forwards, backwards and page by page", () => {
  fc.assert(
    fc.property(partitionsAtMoment, fc.nat(20), fc.nat(20), ({ partitions, view: now }, offset, limit) => {
      const keys = [...partitions.keys(now)];
      expect(new Set(keys).size).toBe(keys.length);
      expect(partitions.count(now)).toBe(keys.length);
      expect(keys.map((_, index) => partitions.keyAt(index, now))).toEqual(keys);
      expect(keys.map((key) => partitions.indexOf(key, now))).toEqual(keys.map((_, index) => index));
      expect([...partitions.keys(now, { offset, limit })]).toEqual(keys.slice(offset, offset + limit));
      expect([...partitions.keys(now, { reverse: true, limit })]).toEqual(keys.toReversed().slice(0, limit));
      expect([partitions.firstKey(now), partitions.lastKey(now)]).toEqual([keys[0], keys.at(-1)]);
      expect(partitions.keyAt(keys.length, now)).toBeUndefined();
      expect(partitions.indexOf("no such key", now)).toBe(-1);
    }),
  );
});

test("a definition from its snapshot is the same definition", () => {
  fc.assert(
    fc.property(partitionsAtMoment, ({ partitions, view: now }) => {
      const read = partitionsFromSnapshot(JSON.parse(JSON.stringify(partitions.snapshot)));
      expect([...read.keys(now)]).toEqual([...partitions.keys(now)]);
    }),
  );
});

test("windows follow one another without gaps, and exist once they have ended", () => {
  fc.assert(
    fc.property(
      partitionsAtMoment.filter(({ partitions }) => partitions.snapshot.kind === "timeWindow"),
      ({ partitions, view: now }) => {
        const windows = Array.from(partitions.keys(now), (key) => partitions.windowOf(key)!);
        for (const [index, { startMs, endMs }] of windows.entries()) {
          expect(startMs).toBeLessThan(endMs);
          if (index > 0) expect(startMs).toBe(windows[index - 1]!.endMs);
        }
        const { snapshot } = partitions;
        if (snapshot.kind === "timeWindow" && snapshot.endOffset === 0)
          expect(windows.at(-1)?.endMs ?? 0).toBeLessThanOrEqual(now.nowMs);
      },
    ),
  );
});

test("days have 23, 24 and 25 hours", () => {
  expect([hours("2026-03-07"), hours("2026-03-08"), hours("2026-11-01"), hours("2026-11-02")]).toEqual([24, 23, 25, 24]);
});

test("an hour that comes twice is two partitions, told apart by their offset; one that the clock skips is none", () => {
  const hourly = hourlyPartitions({ startDate: "2026-01-01", timeZone: "Europe/Berlin" });
  const from = hourly.indexOf("2026-10-25-01:00", view);
  expect([...hourly.keys(view, { offset: from, limit: 4 })]).toEqual([
    "2026-10-25-01:00",
    "2026-10-25-02:00",
    "2026-10-25-02:00+0100",
    "2026-10-25-03:00",
  ]);
  expect(hourly.has("2026-03-29-02:00", view)).toBe(false);
  expect(hours("2026-10-25-02:00", hourly)).toBe(1);
});

test("offsets say when in the hour, day, week or month a window begins", () => {
  const monthly = monthlyPartitions({ startDate: "2026-01-01", dayOffset: 15, hourOffset: 6, minuteOffset: 30 });
  expect(new Date(monthly.windowOf("2026-02-15")!.startMs).toISOString()).toBe("2026-02-15T06:30:00.000Z");
  expect([...monthly.keys(view, { limit: 2 })]).toEqual(["2026-01-15", "2026-02-15"]);
});

test("an end date and an end offset bound the windows from above", () => {
  const options = { startDate: "2026-11-10", timeZone: "UTC" };
  expect(dailyPartitions(options).lastKey(view)).toBe("2026-11-20");
  expect(dailyPartitions({ ...options, endOffset: 2 }).lastKey(view)).toBe("2026-11-22");
  expect(dailyPartitions({ ...options, endOffset: -2 }).lastKey(view)).toBe("2026-11-18");
  expect(dailyPartitions({ ...options, endDate: "2026-11-15" }).lastKey(view)).toBe("2026-11-14");
  expect(dailyPartitions({ ...options, endDate: "2026-11-22", endOffset: 9 }).lastKey(view)).toBe("2026-11-21");
  expect(dailyPartitions(options).count(at("2026-11-10T23:59:59Z"))).toBe(0);
});

test("a million windows are counted, found and named without making them", () => {
  const minutes = timeWindowPartitions({
    cron: "* * * * *",
    start: "2024-01-01",
    timeZone: "America/New_York",
    keyFormat: "%Y-%m-%d-%H:%M",
  });
  expect(minutes.count(view)).toBeGreaterThan(1_500_000);
  const startedAt = performance.now();
  for (let index = 0; index < 1_000; index += 1) {
    const key = minutes.keyAt(index * 1_000, view)!;
    expect(minutes.indexOf(key, view)).toBe(index * 1_000);
  }
  // A thousand times there and back; making a million keys takes longer than that.
  expect(performance.now() - startedAt).toBeLessThan(200);
});

test("dynamic keys are those of the moment, shared by definitions with one name", () => {
  const partitions = dynamicPartitions("customers");
  expect([...partitions.keys(at("2026-01-01T00:00:00Z", ["b", "a"]))]).toEqual(["b", "a"]);
  expect(partitions.count(view)).toBe(0);
});

test("keys of several dimensions are their parts in the order of the names", () => {
  const partitions = multiPartitions({
    region: staticPartitions(["eu", "us"]),
    date: dailyPartitions({ startDate: "2026-11-19" }),
    size: staticPartitions(["s", "l"]),
  });
  expect([...partitions.keys(view)].slice(0, 3)).toEqual(["2026-11-19|eu|s", "2026-11-19|eu|l", "2026-11-19|us|s"]);
  const parts = { region: "us", date: "2026-11-20", size: "l" };
  expect(multiPartitionKey(parts)).toBe("2026-11-20|us|l");
  expect(parseMultiPartitionKey(partitions, "2026-11-20|us|l")).toEqual(parts);
  expect(partitions.windowOf("2026-11-20|us|l")).toEqual({ startMs: Date.parse("2026-11-20"), endMs: Date.parse("2026-11-21") });
});

test("a dynamic key that could not be told from two parts is no key of several dimensions", () => {
  const partitions = multiPartitions({ a: dynamicPartitions("some"), b: staticPartitions(["x"]) });
  expect([...partitions.keys(at("2026-01-01T00:00:00Z", ["p", "q|r"]))]).toEqual(["p|x"]);
});

test("an unknown key is told with what may have been meant", () => {
  const daily = dailyPartitions({ startDate: "2026-11-01" });
  const regions = staticPartitions(["europe", "america"]);
  const ask = (partitions: typeof daily, key: string) => () => partitions.subsetOf([key], view);
  expect(ask(regions, "Europa")).toThrow('There is no partition "Europa": there is "europe", "america"; did you mean "europe"?');
  expect(ask(daily, "2026-10-31")).toThrow('keys go from "2026-11-01" to "2026-11-20"');
  expect(ask(daily, "2026-11-21")).toThrow('keys go from "2026-11-01" to "2026-11-20"');
  expect(ask(daily, "11/21/2026")).toThrow('a key looks like "2026-11-01" (%Y-%m-%d)');
  expect(ask(monthlyPartitions({ startDate: "2026-01-01" }), "2026-03-05")).toThrow(
    'no window begins then; did you mean "2026-03-01" or "2026-04-01"?',
  );
  const both = multiPartitions({ date: daily, region: regions });
  expect(ask(both, "2026-11-05|amerika")).toThrow(
    'in dimension "region" there is "europe", "america"; did you mean "2026-11-05|america"?',
  );
  expect(ask(both, "2026-11-05")).toThrow('a key has the parts date|region, joined by "|"');
  expect(() => daily.windowOf("yesterday")).toThrow("a key looks like");
});

test.each([
  [() => staticPartitions(["a", "b", "a"]), 'The partition key "a" is given twice'],
  [() => staticPartitions(["a...b"]), 'contains "...", which stands between the ends of a range'],
  [() => staticPartitions(["a\nb"]), "contains a control character"],
  [() => staticPartitions([""]), "is empty"],
  [() => dynamicPartitions(" "), "Dynamic partitions need a name"],
  [() => multiPartitions({ only: staticPartitions(["a"]) }), "at least two dimensions"],
  [() => multiPartitions({ a: staticPartitions(["x|y"]), b: staticPartitions(["z"]) }), 'joined by "|" and cannot contain it'],
  [
    () =>
      multiPartitions({
        a: multiPartitions({ c: staticPartitions(["x"]), d: staticPartitions(["y"]) }),
        b: staticPartitions(["z"]),
      }),
    "has dimensions itself",
  ],
  [() => dailyPartitions({ startDate: "tomorrow" }), 'The start "tomorrow" is neither a key (%Y-%m-%d) nor a date'],
  [() => dailyPartitions({ startDate: "2026-01-02", endDate: "2026-01-01" }), "their end has to come after their start"],
  [() => dailyPartitions({ startDate: "2026-01-02", timeZone: "Europe/Pari" }), '"Europe/Pari" is no time zone'],
  [
    () => dailyPartitions({ startDate: "2026-01-02", hourOffset: 24 }),
    "hourOffset has to be a whole number from 0 to 23, not 24",
  ],
  [() => dailyPartitions({ startDate: "2026-01-02", endOffset: 0.5 }), "endOffset has to be a whole number"],
  [() => hourlyPartitions({ startDate: "2026-01-02", keyFormat: "%Y-%m-%d" }), "too coarse"],
  [() => dailyPartitions({ startDate: "2026-01-02", keyFormat: "%Y-%U" }), '"%U" is not supported'],
  [() => timeWindowPartitions({ cron: "0 0 30 2 *", start: "2026-01-01", keyFormat: "%Y" }), "it is never due"],
  [() => timeWindowPartitions({ cron: "0 6 * * *", start: "2026-01-01" } as never), "needs a `keyFormat`"],
  [() => timeWindowPartitions({ cron: "every day", start: "2026-01-01", keyFormat: "%Y" }), "it needs five fields"],
])("a definition that makes no sense is refused: %#", (define, reason) => {
  expect(define).toThrow(reason);
});
