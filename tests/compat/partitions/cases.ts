import type { PartitionMappingSnapshot, PartitionsSnapshot } from "@dagwright/model";
import fc from "fast-check";

type TimeWindowSnapshot = Extract<PartitionsSnapshot, { readonly kind: "timeWindow" }>;

export interface KeysCase {
  readonly ask: "keys";
  readonly partitions: PartitionsSnapshot;
  readonly nowMs: number;
  /** Texts that may be keys or not. */
  readonly asked: readonly string[];
}

export interface MapCase {
  readonly ask: "map";
  readonly mapping: PartitionMappingSnapshot;
  readonly upstream: PartitionsSnapshot;
  readonly downstream: PartitionsSnapshot;
  readonly nowMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Zones whose clocks change by an hour at 2, at 1 and at midnight, by none, and with offsets of half hours. */
const timeZones = [
  "UTC",
  "America/New_York",
  "Europe/London",
  "Europe/Berlin",
  "America/Havana",
  "Australia/Sydney",
  "Asia/Kolkata",
  "Asia/Tokyo",
];

/** Around days on which clocks change, in both hemispheres. */
const startDays = [
  "2024-03-07",
  "2024-03-29",
  "2024-10-04",
  "2024-10-25",
  "2024-11-01",
  "2025-12-30",
  "2024-02-27",
  "2024-04-04",
];

const minuteFormat = "%Y-%m-%d-%H:%M";

interface Rhythm {
  readonly cron: string;
  readonly keyFormat: string;
  /** About how long a window is. */
  readonly windowMs: number;
}

const rhythms: readonly Rhythm[] = [
  { cron: "0 * * * *", keyFormat: minuteFormat, windowMs: hourMs },
  { cron: "15 * * * *", keyFormat: minuteFormat, windowMs: hourMs },
  { cron: "*/30 * * * *", keyFormat: minuteFormat, windowMs: hourMs / 2 },
  { cron: "0 0 * * *", keyFormat: "%Y-%m-%d", windowMs: dayMs },
  { cron: "30 2 * * *", keyFormat: "%Y-%m-%d", windowMs: dayMs },
  { cron: "30 1 * * *", keyFormat: minuteFormat, windowMs: dayMs },
  { cron: "0 */6 * * *", keyFormat: minuteFormat, windowMs: 6 * hourMs },
  { cron: "0 9,17 * * 1-5", keyFormat: "%Y%m%d %H:%M:%S", windowMs: 12 * hourMs },
  { cron: "0 0 * * 0", keyFormat: "%Y-%m-%d", windowMs: 7 * dayMs },
  { cron: "0 3 * * 3", keyFormat: "%d/%m/%y", windowMs: 7 * dayMs },
  { cron: "0 0 1 * *", keyFormat: "%Y-%m", windowMs: 30 * dayMs },
  { cron: "0 6 15 * *", keyFormat: "%Y-%m-%d", windowMs: 30 * dayMs },
  { cron: "0 0 31 * *", keyFormat: "%Y-%m-%d", windowMs: 60 * dayMs },
  { cron: "0 0 1 */3 *", keyFormat: "%b %Y", windowMs: 91 * dayMs },
  { cron: "0 0 */2 * *", keyFormat: "%Y-%j", windowMs: 2 * dayMs },
];

interface Span {
  readonly windows: number;
  readonly day: string;
  readonly shiftMs: number;
  readonly endWindows: number | null;
  readonly endOffset: number;
}

const span: fc.Arbitrary<Span> = fc.record({
  windows: fc.integer({ min: 2, max: 90 }),
  day: fc.constantFrom(...startDays),
  // A start that is no tick, as a user's may be.
  shiftMs: fc.constantFrom(0, 0, 90 * 60_000, 5 * hourMs),
  endWindows: fc.option(fc.integer({ min: 1, max: 90 }), { nil: null, freq: 3 }),
  endOffset: fc.constantFrom(0, 0, 0, 1, 3, -1, -2),
});

function timeWindows({ cron, keyFormat, windowMs }: Rhythm, timeZone: string, asked: Span): TimeWindowSnapshot {
  const startMs = Date.parse(`${asked.day}T00:00:00Z`) + asked.shiftMs;
  const endMs = asked.endWindows === null ? null : startMs + asked.endWindows * windowMs + asked.shiftMs;
  return { kind: "timeWindow", cron, timeZone, startMs, endMs, keyFormat, endOffset: asked.endOffset };
}

export const timeWindowCases: fc.Arbitrary<KeysCase> = fc
  .tuple(fc.constantFrom(...rhythms), fc.constantFrom(...timeZones), span, fc.integer({ min: 0, max: dayMs }))
  .map(([rhythm, timeZone, asked, past]) => {
    const partitions = timeWindows(rhythm, timeZone, asked);
    const nowMs = partitions.startMs + asked.windows * rhythm.windowMs + Math.floor(past / 60_000) * 60_000;
    return {
      ask: "keys",
      partitions,
      nowMs,
      asked: ["2024-03-10", "2024-03-10-02:00 ", "2024-11-03-01:00-0500", "2024-11", "nonsense", ""],
    };
  });

/** Pairs whose windows nest, cross or equal one another. */
export const timeMapCases: fc.Arbitrary<MapCase> = fc
  .record({
    up: fc.constantFrom(...rhythms.filter(({ windowMs }) => windowMs <= 7 * dayMs)),
    down: fc.constantFrom(...rhythms.filter(({ windowMs }) => windowMs <= 30 * dayMs)),
    timeZone: fc.constantFrom(...timeZones),
    upSpan: span,
    downSpan: span,
    startOffset: fc.constantFrom(0, 0, 0, -1, -3),
    more: fc.constantFrom(0, 0, 0, 1, 2),
    allowsNonexistentUpstream: fc.boolean(),
  })
  .map(({ up, down, timeZone, upSpan, downSpan, startOffset, more, allowsNonexistentUpstream }) => {
    const upstream = timeWindows(up, timeZone, upSpan);
    // Near one another, so that much of them overlaps.
    const downstream = timeWindows(down, timeZone, { ...downSpan, day: upSpan.day });
    const endOffset = more === 0 ? 0 : startOffset + more;
    const mapping: PartitionMappingSnapshot = {
      kind: "timeWindow",
      startOffset: Math.min(startOffset, endOffset),
      endOffset,
      allowsNonexistentUpstream,
    };
    return { ask: "map", mapping, upstream, downstream, nowMs: upstream.startMs + 40 * dayMs };
  });

const staticKeys = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 2, maxLength: 6 });
const staticSnapshot = staticKeys.map((keys): PartitionsSnapshot => ({ kind: "static", keys }));

const days = (startMs: number): PartitionsSnapshot => ({
  kind: "timeWindow",
  cron: "0 0 * * *",
  timeZone: "Europe/Berlin",
  startMs,
  endMs: null,
  keyFormat: "%Y-%m-%d",
  endOffset: 0,
});
const baseMs = Date.parse("2024-10-24T22:00:00Z");
const dailySnapshot = fc.integer({ min: 0, max: 3 }).map((shift) => days(baseMs + shift * dayMs));
const nowMs = baseMs + 8 * dayMs;

const multiSnapshot = fc
  .tuple(dailySnapshot, staticSnapshot)
  .map(([date, region]): Extract<PartitionsSnapshot, { kind: "multi" }> => ({
    kind: "multi",
    dimensions: [
      { name: "date", partitions: date },
      { name: "region", partitions: region },
    ],
  }));

export const multiCases: fc.Arbitrary<KeysCase> = multiSnapshot.map((partitions) => ({
  ask: "keys",
  partitions,
  nowMs,
  asked: [],
}));

const identity: PartitionMappingSnapshot = { kind: "identity" };

/** Mappings by key, between equal and different definitions. */
export const keyMapCases: fc.Arbitrary<MapCase> = fc.oneof(
  fc
    .tuple(fc.constantFrom<PartitionMappingSnapshot>(identity, { kind: "all" }, { kind: "last" }), staticSnapshot, staticSnapshot)
    .map(([mapping, upstream, downstream]) => ({ ask: "map" as const, mapping, upstream, downstream, nowMs })),
  fc
    .tuple(fc.constantFrom<PartitionMappingSnapshot>(identity, { kind: "all" }, { kind: "last" }), dailySnapshot, dailySnapshot)
    .map(([mapping, upstream, downstream]) => ({ ask: "map" as const, mapping, upstream, downstream, nowMs })),
  fc.tuple(staticKeys, staticSnapshot).map(([keys, downstream]) => ({
    ask: "map" as const,
    mapping: { kind: "specific" as const, keys: keys.slice(0, 2) },
    upstream: { kind: "static" as const, keys },
    downstream,
    nowMs,
  })),
  fc.tuple(staticKeys, staticKeys, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 })).map(([up, down, pairs]) => {
    const upstreamKeys: Record<string, string[]> = {};
    for (const [a, b] of pairs) {
      const list = (upstreamKeys[down[a % down.length]!] ??= []);
      if (!list.includes(up[b % up.length]!)) list.push(up[b % up.length]!);
    }
    return {
      ask: "map" as const,
      mapping: { kind: "static" as const, upstreamKeys },
      upstream: { kind: "static" as const, keys: up },
      downstream: { kind: "static" as const, keys: down },
      nowMs,
    };
  }),
);

/** Between two definitions with dimensions, and between one with and one without. */
export const multiMapCases: fc.Arbitrary<MapCase> = fc.oneof(
  fc
    .tuple(multiSnapshot, multiSnapshot, fc.boolean(), fc.boolean(), fc.constantFrom(0, -1))
    .map(([upstream, downstream, byDate, byRegion, startOffset]) => ({
      ask: "map" as const,
      mapping: {
        kind: "multi" as const,
        dimensions: {
          ...(byDate && {
            date: {
              upstreamDimension: "date",
              mapping: { kind: "timeWindow" as const, startOffset, endOffset: 0, allowsNonexistentUpstream: true },
            },
          }),
          ...(byRegion && { region: { upstreamDimension: "region", mapping: identity } }),
        },
      },
      upstream,
      downstream,
      nowMs,
    })),
  fc.tuple(multiSnapshot, fc.boolean(), fc.boolean(), dailySnapshot).map(([multi, isUpstream, byRegion, date]) => {
    const single = byRegion ? multi.dimensions[1]!.partitions : date;
    const mapping: PartitionMappingSnapshot = { kind: "multiToSingle", dimension: null, mapping: null };
    return {
      ask: "map" as const,
      mapping,
      upstream: isUpstream ? multi : single,
      downstream: isUpstream ? single : multi,
      nowMs,
    };
  }),
);

export const anySnapshot: fc.Arbitrary<PartitionsSnapshot> = fc.oneof(
  staticSnapshot,
  dailySnapshot,
  multiSnapshot,
  fc.constant<PartitionsSnapshot>({ ...(days(baseMs) as TimeWindowSnapshot), cron: "0 * * * *", keyFormat: minuteFormat }),
);
