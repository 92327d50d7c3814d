import { expect, test } from "vitest";
import { newestDueTimeMs } from "./newest-due-time.ts";

const at = (iso: string) => Date.parse(iso);

test("after an outage only the newest missed time is due", () => {
  const timing = { cron: ["*/10 * * * *"], timeZone: "UTC" };
  expect(newestDueTimeMs(timing, at("2026-03-01T10:00:00Z"), at("2026-03-01T12:34:56Z"))).toBe(at("2026-03-01T12:30:00Z"));
});

test("a time that is due just now is its own newest", () => {
  const timing = { cron: ["*/10 * * * *"], timeZone: "UTC" };
  expect(newestDueTimeMs(timing, at("2026-03-01T10:00:00Z"), at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T10:00:00Z"));
});

test("of several cron strings the newest time decides", () => {
  const timing = { cron: ["0 9 * * *", "30 9 * * *"], timeZone: "Asia/Tokyo" };
  expect(newestDueTimeMs(timing, at("2026-02-27T00:00:00Z"), at("2026-03-01T00:15:00Z"))).toBe(at("2026-03-01T00:00:00Z"));
});
