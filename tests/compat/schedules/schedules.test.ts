import { nextTimesMs } from "@dagwright/partitions";
import { Cron } from "croner";
import { describe, expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster } from "../ask-dagster.ts";
import { casesOf, clockChanges, oddTimeZones, rareCasesOf, type TicksCase, timeZones } from "./cases.ts";

/** All ticks of the span, in seconds. */
function ticksOf({ cron, timeZone, startMs, endMs }: TicksCase): readonly number[] {
  const ticks: number[] = [];
  for (let afterMs = startMs - 1; ;) {
    const page = nextTimesMs({ cron, timeZone }, afterMs, 500);
    for (const ms of page) {
      if (ms >= endMs) return ticks;
      ticks.push(ms / 1_000);
    }
    afterMs = page.at(-1)!;
  }
}

const difference = (a: readonly number[], b: readonly number[]): readonly number[] => {
  const known = new Set(b);
  return a.filter((one) => !known.has(one));
};
const iso = (seconds: readonly number[]) => seconds.slice(0, 5).map((one) => new Date(one * 1_000).toISOString());

describeWithEngine("python", "ticks of three years, as in Dagster", ({ DAGSTER_PYTHON }) => {
  const program = new URL("dagster_cron.py", import.meta.url);
  const cases = timeZones.flatMap(casesOf);
  const answers = askDagster(DAGSTER_PYTHON, program, cases);

  test.each(timeZones)("%s", (timeZone) => {
    let compared = 0;
    for (const [index, given] of cases.entries()) {
      if (given.timeZone !== timeZone) continue;
      const { answer } = answers[index] as { readonly answer: readonly number[] };
      const ours = ticksOf(given);
      const [onlyOurs, onlyDagsters] = [iso(difference(ours, answer)), iso(difference(answer, ours))];
      expect({ cron: given.cron, onlyOurs, onlyDagsters }).toEqual({ cron: given.cron, onlyOurs: [], onlyDagsters: [] });
      compared += ours.length;
    }
    expect(compared).toBeGreaterThan(100_000);
  });
});

/** The library reads cron strings for us, and its own walk through a zone is another opinion on everything but the hours in which clocks change. */
describe("ticks of three years, as croner walks them", () => {
  const nearMs = 26 * 3_600_000;

  test.each([...timeZones, ...oddTimeZones])("%s, apart from the days on which clocks change", (timeZone) => {
    const changes = clockChanges(timeZone);
    const isNear = (seconds: number): boolean => changes.some((at) => Math.abs(seconds * 1_000 - at) < nearMs);
    let compared = 0;
    for (const given of rareCasesOf(timeZone)) {
      const theirs: number[] = [];
      const cron = new Cron(given.cron[0]!, { timezone: timeZone });
      for (let at = cron.nextRun(new Date(given.startMs - 1)); at !== null && at.getTime() < given.endMs; at = cron.nextRun(at))
        theirs.push(at.getTime() / 1_000);
      const ours = ticksOf(given);
      const apart = [...difference(ours, theirs), ...difference(theirs, ours)].filter((one) => !isNear(one));
      expect({ cron: given.cron, apart: iso(apart) }).toEqual({ cron: given.cron, apart: [] });
      compared += ours.length;
    }
    expect(compared).toBeGreaterThan(10_000);
  });
});
