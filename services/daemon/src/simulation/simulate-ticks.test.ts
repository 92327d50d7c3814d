import type { JobSnapshot, ScheduleSnapshot } from "@dagwright/model";
import { nextTimesMs } from "@dagwright/partitions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobSnapshot, locationName, schedule, serveLocation } from "../testing/served-location.ts";
import { scheduleSource } from "./schedule-source.ts";
import { type Outage, simulateTicks } from "./simulate-ticks.ts";
import type { SimulatedTick } from "./tick-source.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const fromMs = Date.UTC(2026, 2, 1);
const daily: JobSnapshot = {
  ...jobSnapshot,
  partitions: {
    kind: "timeWindow",
    cron: "0 0 * * *",
    timeZone: "America/New_York",
    startMs: Date.UTC(2024, 0, 1, 5),
    endMs: null,
    keyFormat: "%Y-%m-%d",
    endOffset: 0,
  },
};
const place = { location: locationName, snapshot: serveLocation({ jobs: [daily] }).entries()[0]!.snapshot! };
const oneRun = { kind: "run", isChecked: true, runConfig: {} } as const;
const eachPartition = { kind: "partitions", isChecked: true, runConfig: {} } as const;
async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const iso = ({ atMs }: SimulatedTick) => new Date(atMs).toISOString().slice(0, 16);

function simulate(
  schedules: readonly ScheduleSnapshot[],
  untilMs: number,
  outages: readonly Outage[] = [],
): Promise<readonly SimulatedTick[]> {
  const sources = schedules.map((one) => scheduleSource(place, one));
  return all(simulateTicks({ sources, fromMs, untilMs, outages }));
}

test("what is due comes in its order, with the partition that it is for", async () => {
  const partitioned = schedule({ name: "by_day", cron: ["0 2 * * *"], timeZone: "America/New_York", request: eachPartition });
  const plain = schedule({ name: "plain", cron: ["0 */12 * * *"], request: oneRun });
  const asking = schedule({ name: "asking", cron: ["30 7 1 3 *"] });
  const ticks = await simulate([partitioned, plain, asking], fromMs + day);
  expect(ticks.map((tick) => [iso(tick), tick.name, tick.outcome])).toEqual([
    ["2026-03-01T00:00", "plain", { kind: "runs", runs: [{ job: "nightly", partition: null }] }],
    ["2026-03-01T07:00", "by_day", { kind: "runs", runs: [{ job: "nightly", partition: "2026-02-28" }] }],
    ["2026-03-01T07:30", "asking", { kind: "function", job: "nightly" }],
    ["2026-03-01T12:00", "plain", { kind: "runs", runs: [{ job: "nightly", partition: null }] }],
  ]);
});

test("a thousand schedules go through thirty days without waiting", async () => {
  const schedules = Array.from({ length: 1_000 }, (_, index) =>
    schedule({ name: `s${index}`, cron: [`${index % 60} ${index % 24} * * *`], request: oneRun }),
  );
  expect(await simulate(schedules, fromMs + 30 * day)).toHaveLength(30_000);
});

const crons = ["*/20 * * * *", "0 * * * *", "0 */3 * * *", "30 2 * * *", "0 0 * * 1-5", "17 4 1,15 * *"];
const zones = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana"];
const outage = fc
  .tuple(fc.integer({ min: 0, max: 20 * 24 }), fc.integer({ min: 1, max: 100 }))
  .map(([start, hours]): Outage => ({ fromMs: fromMs + start * hour + 1, toMs: fromMs + (start + hours) * hour + 1 }));
const world = fc.record({
  cron: fc.uniqueArray(fc.constantFrom(...crons), { minLength: 1, maxLength: 2 }),
  timeZone: fc.constantFrom(...zones),
  isPartitioned: fc.boolean(),
  outages: fc.array(outage, { maxLength: 4 }),
});

/** Outages that touch are one. */
function merged(outages: readonly Outage[]): readonly Outage[] {
  const all: Outage[] = [];
  for (const one of outages.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1);
    if (last !== undefined && one.fromMs <= last.toMs) all.splice(-1, 1, { ...last, toMs: Math.max(last.toMs, one.toMs) });
    else all.push(one);
  }
  return all;
}

test("whenever daemons are away, no tick is doubled, and none is lost but those that an outage is to swallow", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ cron, timeZone, isPartitioned, outages }) => {
      const untilMs = fromMs + 25 * day;
      const timing = { cron, timeZone };
      const one = schedule({ ...timing, request: isPartitioned ? eachPartition : oneRun });
      const ticks = await simulate([one], untilMs, outages);
      const gaps = merged(outages);
      const due = nextTimesMs(timing, fromMs - 1, 2_000).filter((ms) => ms < untilMs);
      const gapOf = (ms: number) => gaps.find((gap) => gap.fromMs <= ms && ms < gap.toMs);
      const kept = isPartitioned ? 5 : 1;
      const expected = due.flatMap((ms, index) => {
        const gap = gapOf(ms);
        if (gap === undefined) return [[ms, ms]];
        // The newest that were missed, as of the moment at which a daemon is there again.
        const isSwallowed = (due[index + kept] ?? Infinity) <= gap.toMs;
        return isSwallowed || gap.toMs >= untilMs ? [] : [[ms, gap.toMs]];
      });
      expect(ticks.map(({ scheduledAtMs, atMs }) => [scheduledAtMs, atMs])).toEqual(expected);
    }),
    { numRuns: 60, seed: 20_261_130 },
  );
});
