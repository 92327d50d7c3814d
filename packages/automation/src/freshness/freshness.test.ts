import { expect, test } from "vitest";
import { evaluateFreshness } from "./freshness.ts";

const at = (text: string): number => Date.parse(`2024-05-01T${text}Z`);
const hours = 3600;

test("a time window warns, then fails, and says when", () => {
  const policy = { kind: "timeWindow", failWindowSeconds: 2 * hours, warnWindowSeconds: hours } as const;
  const made = at("08:00:00");
  expect(evaluateFreshness(policy, made, at("08:59:59"))).toEqual({ state: "PASS", nextChangeAtMs: at("09:00:00") });
  expect(evaluateFreshness(policy, made, at("09:00:00"))).toEqual({ state: "WARN", nextChangeAtMs: at("10:00:00") });
  expect(evaluateFreshness(policy, made, at("10:00:00"))).toEqual({ state: "FAIL", nextChangeAtMs: null });
  expect(evaluateFreshness({ ...policy, warnWindowSeconds: null }, made, at("09:30:00"))).toEqual({
    state: "PASS",
    nextChangeAtMs: at("10:00:00"),
  });
});

test("a deadline looks back to the window before it", () => {
  const policy = { kind: "cron", deadlineCron: "0 9 * * *", lowerBoundDeltaSeconds: 900, timeZone: "UTC" } as const;
  const tomorrow = at("09:00:00") + 86_400_000;
  // Made early: the deadline passes without it.
  expect(evaluateFreshness(policy, at("08:30:00"), at("08:59:00"))).toEqual({ state: "PASS", nextChangeAtMs: at("09:00:00") });
  expect(evaluateFreshness(policy, at("08:30:00"), at("09:00:00")).state).toBe("FAIL");
  // Made in time: fresh until the next deadline.
  expect(evaluateFreshness(policy, at("08:50:00"), at("08:55:00"))).toEqual({ state: "PASS", nextChangeAtMs: tomorrow });
  expect(evaluateFreshness(policy, at("08:50:00"), at("09:00:00"))).toEqual({ state: "PASS", nextChangeAtMs: tomorrow });
  // Made late: fresh again.
  expect(evaluateFreshness(policy, at("09:30:00"), at("09:31:00")).state).toBe("PASS");
});

test("what was never made, and what has no policy, is neither fresh nor stale", () => {
  const policy = { kind: "timeWindow", failWindowSeconds: 60, warnWindowSeconds: null } as const;
  expect(evaluateFreshness(policy, null, 0)).toEqual({ state: "UNKNOWN", nextChangeAtMs: null });
  expect(evaluateFreshness(null, 0, 0)).toEqual({ state: "NOT_APPLICABLE", nextChangeAtMs: null });
});
