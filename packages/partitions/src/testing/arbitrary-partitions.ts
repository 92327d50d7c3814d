import fc from "fast-check";
import { dynamicPartitions, multiPartitions, staticPartitions, timeWindowPartitions } from "../definitions/builders.ts";
import type { Partitions } from "../partitions.ts";
import type { PartitionsView } from "../partitions-view.ts";

/** A definition, and a moment at which it has a few dozen keys. */
export interface PartitionsAtMoment {
  readonly partitions: Partitions;
  readonly view: PartitionsView;
}

const letters = fc.uniqueArray(fc.constantFrom(...Array.from("abcdefghijklm")), { minLength: 0, maxLength: 12 });
const dynamicKeys = letters.map((keys) => keys.map((key) => `dynamic ${key}`));

const timeZones = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "America/Havana",
  "Africa/Casablanca",
  "Pacific/Apia",
];
const crons = [
  "0 * * * *",
  "*/15 * * * *",
  "0 0 * * *",
  "30 2 * * *",
  "0 9,17 * * 1-5",
  "0 0 * * 0",
  "0 0 1 * *",
  "0 0 L * *",
  "0 12 29 2 *",
];

const time = fc
  .record({
    cron: fc.constantFrom(...crons),
    timeZone: fc.constantFrom(...timeZones),
    startMs: fc.integer({ min: Date.parse("2011-12-01"), max: Date.parse("2025-12-01") }),
    endOffset: fc.constantFrom(0, 1, -1),
  })
  .map(({ cron, timeZone, startMs, endOffset }) =>
    timeWindowPartitions({ cron, timeZone, start: new Date(startMs), endOffset, keyFormat: "%Y-%m-%dT%H:%M" }),
  );

const single = fc.oneof(
  letters.map((keys) => staticPartitions(keys)),
  fc.constant(dynamicPartitions("some")),
  time,
);

/** Of every kind, with up to four dimensions. */
export const partitionsAtMoment: fc.Arbitrary<PartitionsAtMoment> = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(single) },
      fc.tuple(single, single),
      fc.tuple(single, single, single),
      fc.tuple(single, single, single, single),
    ),
    dynamicKeys,
    fc.integer({ min: 0, max: 40 }),
  )
  .map(([dimensions, keys, windows]) => {
    const [first] = dimensions;
    const partitions =
      dimensions.length === 1 ? first : multiPartitions(Object.fromEntries(dimensions.map((each, index) => [`d${index}`, each])));
    // As many windows as asked for in the dimension that has most; few enough when several dimensions multiply.
    const most = dimensions.length > 2 ? Math.min(windows, 6) : windows;
    const ends = dimensions.flatMap(({ dimensions: [dimension] }) => {
      const window = dimension?.axisAt({ nowMs: 0, dynamicKeys: () => [] }).windowAt(most);
      return window === null || window === undefined ? [] : [window.startMs];
    });
    const nowMs = ends.length === 0 ? 0 : Math.min(...ends);
    return { partitions, view: { nowMs, dynamicKeys: () => keys } };
  });
