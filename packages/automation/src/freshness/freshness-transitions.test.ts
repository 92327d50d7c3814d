import { expect, test } from "vitest";
import { freshnessChanges } from "./freshness-transitions.ts";

const minute = 60_000;
const policy = { kind: "timeWindow", failWindowSeconds: 3600, warnWindowSeconds: 600 } as const;

test("what nobody has heard of is told as it is, since when it is so", () => {
  expect(freshnessChanges(policy, null, null, 5 * minute)).toEqual({
    transitions: [{ from: "UNKNOWN", to: "UNKNOWN", atMs: 5 * minute }],
    now: { state: "UNKNOWN", sinceMs: 5 * minute },
    nextChangeAtMs: null,
  });
  expect(freshnessChanges(policy, null, 0, 30 * minute)).toEqual({
    transitions: [{ from: "UNKNOWN", to: "WARN", atMs: 10 * minute }],
    now: { state: "WARN", sinceMs: 10 * minute },
    nextChangeAtMs: 60 * minute,
  });
});

test("changes that came about while nobody looked are told one after the other, at their times", () => {
  const known = { state: "FAIL", sinceMs: -minute } as const;
  const changes = freshnessChanges(policy, known, 0, 90 * minute);
  expect(changes.transitions).toEqual([
    { from: "FAIL", to: "PASS", atMs: 0 },
    { from: "PASS", to: "WARN", atMs: 10 * minute },
    { from: "WARN", to: "FAIL", atMs: 60 * minute },
  ]);
  // Told once.
  expect(freshnessChanges(policy, changes.now, 0, 91 * minute)).toEqual({ ...changes, transitions: [] });
});

test("an asset that is made again in time stays as it is", () => {
  const known = { state: "PASS", sinceMs: 0 } as const;
  expect(freshnessChanges(policy, known, 5 * minute, 8 * minute)).toEqual({
    transitions: [],
    now: known,
    nextChangeAtMs: 15 * minute,
  });
});

test("what came about before the last word is news of the moment at which it is found", () => {
  const known = { state: "PASS", sinceMs: 30 * minute } as const;
  // Another policy, by which it is old; an older materialization that was told late; one that is forgotten; a policy that is gone.
  const strict = { ...policy, failWindowSeconds: 60, warnWindowSeconds: null };
  for (const [by, madeAtMs, to] of [
    [strict, 20 * minute, "FAIL"],
    [policy, -60 * minute, "FAIL"],
    [policy, null, "UNKNOWN"],
    [null, 30 * minute, "NOT_APPLICABLE"],
  ] as const)
    expect(freshnessChanges(by, known, madeAtMs, 35 * minute).transitions).toEqual([{ from: "PASS", to, atMs: 35 * minute }]);
});

test("a deadline that was missed is told at the deadline, and a clock that is ahead changes nothing", () => {
  const daily = { kind: "cron", deadlineCron: "0 9 * * *", lowerBoundDeltaSeconds: 3600, timeZone: "UTC" } as const;
  const day = 86_400_000;
  const [nine, madeAtMs] = [9 * 3_600_000, 8.5 * 3_600_000];
  const known = { state: "PASS", sinceMs: madeAtMs } as const;
  expect(freshnessChanges(daily, known, madeAtMs, nine + 3 * day).transitions).toEqual([
    { from: "PASS", to: "FAIL", atMs: nine + day },
  ]);
  expect(freshnessChanges(policy, null, 99 * minute, 5 * minute).now).toEqual({ state: "PASS", sinceMs: 5 * minute });
});
