import { expect, test } from "vitest";
import { newestDueTimeMs, nextCronTimeMs } from "./cron-times.ts";

const at = (iso: string) => Date.parse(iso);

test("the next time is strictly after the given one", () => {
  const timing = { cron: ["* * * * *"], timeZone: "UTC" };
  expect(nextCronTimeMs(timing, at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T10:01:00Z"));
  expect(nextCronTimeMs(timing, at("2026-03-01T10:00:30Z"))).toBe(at("2026-03-01T10:01:00Z"));
});

test("cron strings are read in the schedule's time zone", () => {
  expect(nextCronTimeMs({ cron: ["0 9 * * *"], timeZone: "Asia/Tokyo" }, at("2026-03-01T10:00:00Z"))).toBe(
    at("2026-03-02T00:00:00Z"),
  );
});

test("of several cron strings the earliest decides", () => {
  const timing = { cron: ["0 12 * * *", "30 11 * * *"], timeZone: "UTC" };
  expect(nextCronTimeMs(timing, at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T11:30:00Z"));
});

test("a day without its hour still has its tick when clocks go forward", () => {
  const timing = { cron: ["30 2 * * *"], timeZone: "America/New_York" };
  const next = nextCronTimeMs(timing, at("2026-03-08T05:00:00Z"));
  expect(next).toBe(at("2026-03-08T07:00:00Z"));
});

test("after an outage only the newest missed time is due", () => {
  const timing = { cron: ["*/10 * * * *"], timeZone: "UTC" };
  expect(newestDueTimeMs(timing, at("2026-03-01T10:00:00Z"), at("2026-03-01T12:34:56Z"))).toBe(at("2026-03-01T12:30:00Z"));
});

test("a time that is due just now is its own newest", () => {
  const timing = { cron: ["*/10 * * * *"], timeZone: "UTC" };
  expect(newestDueTimeMs(timing, at("2026-03-01T10:00:00Z"), at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T10:00:00Z"));
});
