import {
  dailyPartitions,
  dynamicPartitions,
  multiPartitions,
  type Partitions,
  type PartitionSubset,
  type PartitionsView,
  staticPartitions,
  subsetFromJSON,
  timeWindowMapping,
  timeWindowPartitions,
  upstreamSubset,
} from "@dagwright/partitions";
import type { Measurement } from "./measuring/measurement.ts";
import { median, repeat, timed } from "./measuring/samples.ts";

const sizes = { "1k": 1_000, "100k": 100_000, "1M": 1_000_000 } as const;
/** Pieces of a subset: what a backfill with gaps, or a history with failures, is made of. */
const runs = 100;
const timeZone = "America/New_York";
const startDate = "2024-11-01";

/**
 * Sets of partitions at three sizes. With the same number of runs they should cost the same whatever their number of keys; every second key,
 * where a run is one key, is the worst there can be and should grow as the keys do.
 */
export async function benchPartitions(): Promise<readonly Measurement[]> {
  const rows: Measurement[] = [];
  for (const [size, count] of Object.entries(sizes)) rows.push(...(await atSize(size, count)));
  return rows;
}

async function atSize(size: string, count: number): Promise<readonly Measurement[]> {
  const keys = Array.from({ length: count }, (_, index) => `customer-${index}`);
  const side = Math.round(Math.cbrt(count));
  const list = (name: string): Partitions => staticPartitions(Array.from({ length: side }, (_, index) => `${name}${index}`));
  const time = timeWindowPartitions({ cron: "* * * * *", start: startDate, timeZone, keyFormat: "%Y-%m-%d-%H:%M" });
  const endMs = time.windowOf(time.keyAt(count - 1, viewAt(Date.parse("2030-01-01"), []))!)!.endMs;
  const view = viewAt(endMs, keys);
  const kinds = {
    windows: time,
    dynamic: dynamicPartitions("customers"),
    "3 dimensions": multiPartitions({ a: list("a"), b: list("b"), c: list("c") }),
  };
  const rows: Measurement[] = [
    {
      name: `partitions/${size} windows, new: count, last key`,
      unit: "ms",
      samples: await repeat(5, (round) => timed(async () => newDefinition(size, round, view))),
    },
  ];
  rows.push({
    name: `partitions/${size} dynamic, first look at the keys`,
    unit: "ms",
    samples: await repeat(5, () => timed(async () => kinds.dynamic.indexOf("customer-1", viewAt(endMs, [...keys])))),
  });
  for (const [kind, partitions] of Object.entries(kinds)) {
    const all = partitions.all(view);
    const [a, b] = [inRuns(partitions, view, 0), inRuns(partitions, view, 1)];
    const samples = await repeat(10, () => timed(async () => operate(all, a, b)));
    const plain = plainSets(a, b);
    const plainMs = median(await repeat(3, () => timed(async () => operatePlain(plain))));
    rows.push(
      {
        name: `partitions/${size} ${kind}, ${runs} runs: all operations`,
        unit: "ms",
        samples,
        target: { atMost: 10 },
        ratios: { "sets of keys": median(samples) / plainMs },
      },
      { name: `partitions/${size} ${kind}, ${runs} runs: saved`, unit: "kB", samples: [bytesOf(a) / 1000] },
      {
        name: `partitions/${size} ${kind}, ${runs} runs: read`,
        unit: "ms",
        samples: await readTimes(partitions, a, view),
      },
    );
  }
  const everySecond = everySecondOf(time, view);
  rows.push(
    {
      name: `partitions/${size} windows, every second: minus, union`,
      unit: "ms",
      samples: await repeat(5, () => timed(async () => time.all(view).minus(everySecond).union(everySecond))),
    },
    { name: `partitions/${size} windows, every second: saved`, unit: "kB", samples: [bytesOf(everySecond) / 1000] },
    {
      name: `partitions/${size} windows, read by days`,
      unit: "ms",
      samples: await repeat(5, () => timed(async () => readByDays(time, view))),
    },
  );
  return rows;
}

const viewAt = (nowMs: number, keys: readonly string[]): PartitionsView => ({ nowMs, dynamicKeys: () => keys });

/** Each time with another cron string, so that nothing of it has been computed before. */
function newDefinition(size: string, round: number, view: PartitionsView): string | undefined {
  const cron = `${round}-59/${1 + Object.keys(sizes).indexOf(size)} * * * *`;
  const partitions = timeWindowPartitions({ cron, start: startDate, timeZone, keyFormat: "%Y-%m-%d-%H:%M" });
  if (partitions.count(view) === 0) throw new Error("There are no partitions");
  return partitions.lastKey(view);
}

/** As many runs as asked for, each of two thirds of its place; a shift lets two such sets overlap in part. */
function inRuns(partitions: Partitions, view: PartitionsView, shift: number): PartitionSubset {
  const count = partitions.count(view);
  const place = count / runs;
  const points = Array.from({ length: runs }, (_, run) => {
    const start = Math.floor((run + shift / 2) * place);
    return { start, end: Math.min(count - 1, start + Math.max(0, Math.floor((place * 2) / 3) - 1)) };
  }).filter(({ start }) => start < count);
  const isGrid = partitions.snapshot.kind === "multi";
  return points.reduce((sum, { start, end }) => {
    const [first, last] = [partitions.keyAt(start, view)!, partitions.keyAt(end, view)!];
    // A range in several dimensions is a box; neighbours in order are what the others' runs are.
    const run = isGrid
      ? partitions.subsetOf(partitions.keys(view, { offset: start, limit: end - start + 1 }), view)
      : partitions.range({ start: first, end: last }, view);
    return sum.union(run);
  }, partitions.none());
}

function operate(all: PartitionSubset, a: PartitionSubset, b: PartitionSubset): void {
  const rest = all.minus(a).minus(b);
  const some = a.union(b);
  const both = a.intersect(b);
  if (rest.size + some.size !== all.size || a.size + b.size - both.size !== some.size) throw new Error("The sizes do not add up");
  if (!rest.union(some).equals(all)) throw new Error("The sets do not add up");
}

const plainSets = (a: PartitionSubset, b: PartitionSubset): readonly [Set<string>, Set<string>] => [
  new Set(a.keys()),
  new Set(b.keys()),
];

/** Three of the seven operations above, on sets of text. */
function operatePlain([a, b]: readonly [Set<string>, Set<string>]): void {
  if (a.union(b).size + a.intersection(b).size !== a.size + b.size || a.difference(b).size > a.size) {
    throw new Error("The sizes do not add up");
  }
}

const bytesOf = (subset: PartitionSubset): number => Buffer.byteLength(JSON.stringify(subset));

function readTimes(partitions: Partitions, subset: PartitionSubset, view: PartitionsView): Promise<readonly number[]> {
  const text = JSON.stringify(subset);
  return repeat(5, () =>
    timed(async () => {
      if (subsetFromJSON(partitions, JSON.parse(text), view).size !== subset.size) throw new Error("It was read as another set");
    }),
  );
}

function everySecondOf(partitions: Partitions, view: PartitionsView): PartitionSubset {
  return partitions.subsetOf(
    [...partitions.keys(view)].filter((_, index) => index % 2 === 0),
    view,
  );
}

function readByDays(minutes: Partitions, view: PartitionsView): void {
  const days = dailyPartitions({ startDate, timeZone, endOffset: 1 });
  const mapping = timeWindowMapping({ allowsNonexistentUpstream: true });
  const { subset } = upstreamSubset({ mapping, upstream: minutes, downstream: days, subset: days.all(view), view });
  if (subset.size !== minutes.count(view)) throw new Error(`${subset.size} of ${minutes.count(view)} windows are read`);
}
