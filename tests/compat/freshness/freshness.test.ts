import { evaluateFreshness, freshnessChanges } from "@dagwright/automation";
import { freshnessPolicy } from "@dagwright/definitions";
import type { FreshnessPolicySnapshot } from "@dagwright/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster } from "../ask-dagster.ts";

const hour = 3_600_000;

const anyPolicy: fc.Arbitrary<FreshnessPolicySnapshot> = fc.oneof(
  fc
    .record({ warn: fc.option(fc.integer({ min: 60, max: 20_000 })), more: fc.integer({ min: 1, max: 90_000 }) })
    .map(({ warn, more }) =>
      freshnessPolicy.timeWindow({ failWindowSeconds: (warn ?? 60) + more, ...(warn !== null && { warnWindowSeconds: warn }) }),
    ),
  fc
    .record({
      deadlineCron: fc.constantFrom("0 9 * * *", "30 2 * * *", "*/20 * * * *", "0 0 * * 1", "15 6 1 * *", "0 9,17 * * 1-5"),
      lowerBoundDeltaSeconds: fc.constantFrom(60, 900, 3_600, 36_000),
      timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    })
    .map(({ lowerBoundDeltaSeconds, ...options }) =>
      freshnessPolicy.cron({
        ...options,
        lowerBoundDeltaSeconds: Math.min(lowerBoundDeltaSeconds, options.deadlineCron.startsWith("*/20") ? 1_200 : 28_800),
      }),
    ),
);

/** Around changes of clocks, too. */
const anyTime = fc
  .tuple(
    fc.constantFrom("2024-03-09", "2024-03-30", "2024-05-15", "2024-10-26", "2024-11-02"),
    fc.integer({ min: 0, max: 3 * 86_400 }),
  )
  .map(([day, second]) => Date.parse(day) + second * 1_000);

interface Case {
  readonly policy: FreshnessPolicySnapshot;
  readonly madeAtMs: number | null;
  /** Of two days from when it was made: each third hour, and around each moment at which we say that it changes. */
  readonly atMs: readonly number[];
}

function momentsOf(policy: FreshnessPolicySnapshot, madeAtMs: number | null, fromMs: number): readonly number[] {
  const moments = Array.from({ length: 16 }, (_, index) => fromMs + index * 3 * hour);
  for (let atMs: number | null = fromMs; atMs !== null && moments.length < 30;) {
    atMs = evaluateFreshness(policy, madeAtMs, atMs).nextChangeAtMs;
    if (atMs !== null) moments.push(atMs - 1_000, atMs, atMs + 1_000);
  }
  return moments.toSorted((a, b) => a - b);
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({ policy: anyPolicy, isMade: fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0), fromMs: anyTime })
  .map(({ policy, isMade, fromMs }) => {
    const madeAtMs = isMade ? fromMs : null;
    return { policy, madeAtMs, atMs: momentsOf(policy, madeAtMs, fromMs) };
  });

/** The same cases in every run: what differs is found again. */
const cases = fc.sample(anyCase, { seed: 20_261_130, numRuns: 80 });

test("what is told of an asset is each state that it goes through, once, and nothing else", () => {
  for (const { policy, madeAtMs, atMs } of cases) {
    const [fromMs, toMs] = [atMs[0]!, atMs.at(-1)!];
    const first = freshnessChanges(policy, null, madeAtMs, fromMs).now;
    const told = [first, ...freshnessChanges(policy, first, madeAtMs, toMs).transitions.map(({ to }) => ({ state: to }))];
    const gone = atMs.map((nowMs) => evaluateFreshness(policy, madeAtMs, nowMs).state);
    expect(told.map(({ state }) => state)).toEqual(gone.filter((state, index) => index === 0 || state !== gone[index - 1]));
  }
});

describeWithEngine("python", "how fresh assets are, beside Dagster's evaluators", ({ DAGSTER_PYTHON }) => {
  test("is the same at each third hour, and a second before and after each change", () => {
    const theirs = askDagster(DAGSTER_PYTHON, new URL("dagster_freshness.py", import.meta.url), cases);
    const seen = new Set<unknown>();
    for (const [index, { policy, madeAtMs, atMs }] of cases.entries()) {
      const ours = atMs.map((nowMs) => [new Date(nowMs).toISOString(), evaluateFreshness(policy, madeAtMs, nowMs).state]);
      const answer = "answer" in theirs[index]! ? (theirs[index].answer as readonly string[]) : [];
      for (const state of answer) seen.add(state);
      expect(ours, JSON.stringify({ policy, madeAtMs })).toEqual(
        atMs.map((nowMs, at) => [new Date(nowMs).toISOString(), answer[at]]),
      );
    }
    expect([...seen].toSorted()).toEqual(["FAIL", "PASS", "UNKNOWN", "WARN"]);
  });
});
