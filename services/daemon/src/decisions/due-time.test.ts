import { expect, test } from "vitest";
import { dueTime } from "./due-time.ts";

const at = (iso: string) => Date.parse(iso);
const every10 = { cron: ["*/10 * * * *"], timeZone: "UTC" };
const noCatchup = { isCatchingUp: false, maxCatchupRuns: 5 };
const catchup = { isCatchingUp: true, maxCatchupRuns: 5 };

test("after an outage only the newest missed time is due", () => {
  const moment = { dueAtMs: at("2026-03-01T10:00:00Z"), nowMs: at("2026-03-01T12:34:56Z") };
  expect(dueTime(every10, moment, noCatchup)).toEqual({
    scheduledAtMs: at("2026-03-01T12:30:00Z"),
    nextAtMs: at("2026-03-01T12:40:00Z"),
  });
});

test("a time that is due just now is its own newest", () => {
  const moment = { dueAtMs: at("2026-03-01T10:00:00Z"), nowMs: at("2026-03-01T10:00:00Z") };
  for (const catchUp of [noCatchup, catchup])
    expect(dueTime(every10, moment, catchUp).scheduledAtMs).toBe(at("2026-03-01T10:00:00Z"));
});

test("of several cron strings the newest time decides", () => {
  const timing = { cron: ["0 9 * * *", "30 9 * * *"], timeZone: "Asia/Tokyo" };
  const moment = { dueAtMs: at("2026-02-27T00:00:00Z"), nowMs: at("2026-03-01T00:15:00Z") };
  expect(dueTime(timing, moment, noCatchup).scheduledAtMs).toBe(at("2026-03-01T00:00:00Z"));
});

test("a schedule of partitions catches up with the newest five, each once, oldest first", () => {
  const nowMs = at("2026-03-01T12:34:56Z");
  const ticks: string[] = [];
  for (let dueAtMs = at("2026-03-01T10:00:00Z"); dueAtMs <= nowMs;) {
    const { scheduledAtMs, nextAtMs } = dueTime(every10, { dueAtMs, nowMs }, catchup);
    ticks.push(new Date(scheduledAtMs).toISOString().slice(11, 16));
    dueAtMs = nextAtMs ?? Infinity;
  }
  expect(ticks).toEqual(["11:50", "12:00", "12:10", "12:20", "12:30"]);
});

test("fewer missed times than that are all caught up with", () => {
  const moment = { dueAtMs: at("2026-03-01T12:20:00Z"), nowMs: at("2026-03-01T12:34:56Z") };
  expect(dueTime(every10, moment, catchup).scheduledAtMs).toBe(at("2026-03-01T12:20:00Z"));
});
