import type { PartitionsSnapshot } from "@dagwright/model";
import {
  dailyPartitions,
  defaultMapping,
  downstreamSubset,
  hourlyPartitions,
  monthlyPartitions,
  type Partitions,
  partitionsFromSnapshot,
  type PartitionsView,
  upstreamSubset,
  weeklyPartitions,
} from "@dagwright/partitions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster, type DagsterAnswer } from "../ask-dagster.ts";
import {
  anySnapshot,
  keyMapCases,
  type KeysCase,
  type MapCase,
  multiCases,
  multiMapCases,
  timeMapCases,
  timeWindowCases,
} from "./cases.ts";

/** The same cases in every run: what differs is found again. */
const seed = 20_261_121;
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed, numRuns: count });
const viewAt = (nowMs: number): PartitionsView => ({ nowMs, dynamicKeys: () => [] });

const keysCases: readonly KeysCase[] = [...sample(timeWindowCases, 400), ...sample(multiCases, 20)];

/** With the keys to be mapped: all that exist, one alone, every third. */
const mapCases = [...sample(timeMapCases, 300), ...sample(keyMapCases, 100), ...sample(multiMapCases, 60)].flatMap((given) => {
  const view = viewAt(given.nowMs);
  const up = [...partitionsFromSnapshot(given.upstream).keys(view)];
  const down = [...partitionsFromSnapshot(given.downstream).keys(view)];
  const picks: readonly ((keys: readonly string[]) => string[])[] = [
    (keys) => keys.slice(Math.floor(keys.length / 2)).slice(0, 1),
    (keys) => keys.filter((_, index) => index % 3 === 0),
  ];
  return picks.map((pick) => ({ ...given, downstreamKeys: pick(down), upstreamKeys: pick(up) }));
});

/** The same arguments for both, by our names; theirs are the same words in another spelling. */
const builders: readonly { readonly builder: string; readonly ours: Partitions; readonly arguments: object }[] = [
  {
    builder: "daily",
    ours: dailyPartitions({ startDate: "2024-03-09", timeZone: "America/New_York", hourOffset: 2, minuteOffset: 30 }),
    arguments: { start_date: "2024-03-09", timezone: "America/New_York", hour_offset: 2, minute_offset: 30 },
  },
  {
    builder: "daily",
    ours: dailyPartitions({ startDate: "2024-03-09", endDate: "2024-05-01", endOffset: 1 }),
    arguments: { start_date: "2024-03-09", end_date: "2024-05-01", end_offset: 1 },
  },
  {
    builder: "hourly",
    ours: hourlyPartitions({ startDate: "2024-03-09-05:00", timeZone: "Europe/Berlin", minuteOffset: 15 }),
    arguments: { start_date: "2024-03-09-05:00", timezone: "Europe/Berlin", minute_offset: 15 },
  },
  {
    builder: "weekly",
    ours: weeklyPartitions({ startDate: "2024-03-09", dayOffset: 3, hourOffset: 6 }),
    arguments: { start_date: "2024-03-09", day_offset: 3, hour_offset: 6 },
  },
  { builder: "weekly", ours: weeklyPartitions({ startDate: "2024-03-09" }), arguments: { start_date: "2024-03-09" } },
  {
    builder: "monthly",
    ours: monthlyPartitions({ startDate: "2024/03", timeZone: "Asia/Tokyo", dayOffset: 15, keyFormat: "%Y/%m" }),
    arguments: { start_date: "2024/03", timezone: "Asia/Tokyo", day_offset: 15, fmt: "%Y/%m" },
  },
  { builder: "monthly", ours: monthlyPartitions({ startDate: "2024-03-09" }), arguments: { start_date: "2024-03-09" } },
];
const builderCases = builders.map((each) => ({ ask: "builder" as const, builder: each.builder, arguments: each.arguments }));

const defaultCases = [
  ...sample(fc.tuple(anySnapshot, anySnapshot), 40).map(([upstream, downstream]) => ({ upstream, downstream })),
  { upstream: null, downstream: { kind: "static", keys: ["a"] } as PartitionsSnapshot },
  { upstream: { kind: "static", keys: ["a"] } as PartitionsSnapshot, downstream: null },
].map((each) => ({ ask: "default" as const, ...each }));

const rangeCases = sample(fc.tuple(multiCases, fc.nat(), fc.nat()), 30).map(([{ partitions, nowMs }, a, b]) => {
  const keys = [...partitionsFromSnapshot(partitions).keys(viewAt(nowMs))];
  const [start, end] = [keys[a % keys.length]!, keys[b % keys.length]!];
  return { ask: "range" as const, partitions, nowMs, start, end };
});

/**
 * Where a definition ends within its first window, Dagster says that the last key comes before the first, and lists the first nevertheless.
 * There is no window that has ended by then.
 */
function hasLastBeforeFirst(theirs: DagsterAnswer): boolean {
  const { keys, last } = (theirs as { readonly answer: { readonly keys: readonly string[]; readonly last: string | null } })
    .answer;
  return keys.length > 0 && keys.at(-1) !== last;
}

/**
 * Not where the upstream has no windows at all, nor where all that is mapped lies before its start and begins between two of its ticks:
 * there Dagster names none of the windows that are missing.
 */
function isCountOfMissingSound({ upstream, downstream, downstreamKeys, nowMs }: (typeof mapCases)[number]): boolean {
  if (upstream.kind !== "timeWindow" || downstream.kind !== "timeWindow" || downstreamKeys.length === 0) return true;
  const ends = downstreamKeys.map((key) => partitionsFromSnapshot(downstream).windowOf(key)!.endMs);
  return partitionsFromSnapshot(upstream).count(viewAt(nowMs)) > 0 && Math.max(...ends) > upstream.startMs;
}

describeWithEngine("python", "partitions, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const groups = { keysCases, mapCases, builderCases, defaultCases, rangeCases };
  const answers = askDagster(DAGSTER_PYTHON, new URL("dagster_partitions.py", import.meta.url), Object.values(groups).flat());
  const answersTo = (group: keyof typeof groups): readonly DagsterAnswer[] => {
    const names = Object.keys(groups) as (keyof typeof groups)[];
    const before = names.slice(0, names.indexOf(group)).reduce((sum, name) => sum + groups[name].length, 0);
    return answers.slice(before, before + groups[group].length);
  };

  test("keys, windows, first and last key, and what is a key", () => {
    let compared = 0;
    for (const [index, given] of keysCases.entries()) {
      const theirs = answersTo("keysCases")[index]!;
      const view = viewAt(given.nowMs);
      const partitions = partitionsFromSnapshot(given.partitions);
      const keys = [...partitions.keys(view)];
      const isTime = given.partitions.kind === "timeWindow";
      const ours = {
        keys,
        first: partitions.firstKey(view) ?? null,
        last: partitions.lastKey(view) ?? null,
        ...(isTime && {
          windows: keys.map((key) => {
            const window = partitions.windowOf(key)!;
            return [window.startMs, window.endMs];
          }),
          has: Object.fromEntries(given.asked.map((key) => [key, partitions.has(key, view)])),
        }),
      };
      if (hasLastBeforeFirst(theirs)) expect(keys).toEqual([]);
      else expect({ given, answer: ours }).toEqual({ given, ...theirs });
      compared += keys.length;
    }
    expect(compared).toBeGreaterThan(5_000);
  });

  test("upstream and downstream partitions of mappings", () => {
    for (const [index, given] of mapCases.entries()) {
      const { missing, ...ours } = mapped(given);
      const { missing: theirMissing, ...theirs } = (
        answersTo("mapCases")[index] as { readonly answer: typeof ours & { missing: string[] } }
      ).answer;
      expect({ given, ...ours }).toEqual({ given, ...theirs });
      if (isCountOfMissingSound(given)) expect({ given, missing }).toEqual({ given, missing: theirMissing });
      else expect(missing).toEqual(expect.arrayContaining(theirMissing));
    }
  });

  test("hourly, daily, weekly and monthly partitions mean the same cron, start and format", () => {
    for (const [index, { arguments: given, ours }] of builders.entries()) {
      const { kind: _, ...snapshot } = ours.snapshot;
      expect({ given, answer: snapshot }).toEqual({ given, ...answersTo("builderCases")[index]! });
    }
  });

  test("the mapping of a dependency for which nobody gave one", () => {
    const names: Readonly<Record<string, string>> = {
      all: "AllPartitionMapping",
      identity: "IdentityPartitionMapping",
      timeWindow: "TimeWindowPartitionMapping",
      multiToSingle: "MultiToSingleDimensionPartitionMapping",
    };
    for (const [index, { upstream, downstream }] of defaultCases.entries()) {
      const sides = [upstream, downstream].map((side) => (side === null ? null : partitionsFromSnapshot(side)));
      const ours = names[defaultMapping(sides[0]!, sides[1]!).snapshot.kind];
      expect({ upstream, downstream, answer: ours }).toEqual({ upstream, downstream, ...answersTo("defaultCases")[index]! });
    }
  });

  test("a range in several dimensions is all combinations of the dimensions' ranges", () => {
    for (const [index, given] of rangeCases.entries()) {
      const partitions = partitionsFromSnapshot(given.partitions);
      const theirs = answersTo("rangeCases")[index]!;
      // What runs backwards is empty there and an error here.
      const ours = (): string[] => [...partitions.range(given, viewAt(given.nowMs)).keys()];
      if ("answer" in theirs && Array.isArray(theirs.answer) && theirs.answer.length === 0)
        expect(ours).toThrow("its end comes before its start");
      else expect({ given, answer: ours() }).toEqual({ given, ...theirs });
    }
  });
});

function mapped({
  mapping,
  upstream,
  downstream,
  nowMs,
  ...keys
}: MapCase & { downstreamKeys: string[]; upstreamKeys: string[] }) {
  const view = viewAt(nowMs);
  const [up, down] = [partitionsFromSnapshot(upstream), partitionsFromSnapshot(downstream)];
  const sides = { mapping, upstream: up, downstream: down, view };
  const read = upstreamSubset({ ...sides, subset: down.subsetOf(keys.downstreamKeys, view) });
  const readers = downstreamSubset({ ...sides, subset: up.subsetOf(keys.upstreamKeys, view) });
  return {
    upstream: [...read.subset.keys()].sort(),
    missing: [...read.missing.keys()].sort(),
    downstream: [...readers.keys()].sort(),
  };
}
