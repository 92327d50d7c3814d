import { expect, test } from "vitest";
import { nextTimeMs, nextTimesMs, previousTimesMs } from "./cron-times.ts";

const at = (iso: string) => Date.parse(iso);
const iso = (times: readonly number[]) => times.map((time) => new Date(time).toISOString().replace(":00.000Z", "Z"));
const newYork = "America/New_York";

test("the next time is strictly after the given one", () => {
  const timing = { cron: ["* * * * *"], timeZone: "UTC" };
  expect(nextTimeMs(timing, at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T10:01:00Z"));
  expect(nextTimeMs(timing, at("2026-03-01T10:00:30Z"))).toBe(at("2026-03-01T10:01:00Z"));
  expect(nextTimeMs(timing, at("2026-03-01T10:00:59.999Z"))).toBe(at("2026-03-01T10:01:00Z"));
});

test("the previous times are strictly before the given one, oldest first", () => {
  const timing = { cron: ["0 * * * *"], timeZone: "UTC" };
  expect(iso(previousTimesMs(timing, at("2026-03-01T10:00:00Z"), 2))).toEqual(["2026-03-01T08:00Z", "2026-03-01T09:00Z"]);
  expect(previousTimesMs(timing, at("2026-03-01T10:00:00Z"), 0)).toEqual([]);
});

test("cron strings are read in the time zone", () => {
  expect(nextTimeMs({ cron: ["0 9 * * *"], timeZone: "Asia/Tokyo" }, at("2026-03-01T10:00:00Z"))).toBe(
    at("2026-03-02T00:00:00Z"),
  );
});

test("of several cron strings any counts, and a time that several name counts once", () => {
  const timing = { cron: ["0 12 * * *", "30 11 * * *", "0 */12 * * *"], timeZone: "UTC" };
  expect(iso(nextTimesMs(timing, at("2026-03-01T10:00:00Z"), 3))).toEqual([
    "2026-03-01T11:30Z",
    "2026-03-01T12:00Z",
    "2026-03-02T00:00Z",
  ]);
  expect(iso(previousTimesMs(timing, at("2026-03-01T10:00:00Z"), 3))).toEqual([
    "2026-02-28T11:30Z",
    "2026-02-28T12:00Z",
    "2026-03-01T00:00Z",
  ]);
});

test("a day without its hour still has its tick when clocks go forward", () => {
  expect(nextTimeMs({ cron: ["30 2 * * *"], timeZone: newYork }, at("2026-03-08T05:00:00Z"))).toBe(at("2026-03-08T07:00:00Z"));
});

test("a day that has an hour twice has one tick, in the second, when clocks go back", () => {
  expect(iso(nextTimesMs({ cron: ["30 1 * * *"], timeZone: newYork }, at("2026-11-01T04:00:00Z"), 2))).toEqual([
    "2026-11-01T06:30Z",
    "2026-11-02T06:30Z",
  ]);
});

test("an hourly schedule goes on by the hour when clocks change", () => {
  const timing = { cron: ["0 * * * *"], timeZone: newYork };
  expect(iso(nextTimesMs(timing, at("2026-11-01T04:30:00Z"), 3))).toEqual([
    "2026-11-01T05:00Z",
    "2026-11-01T06:00Z",
    "2026-11-01T07:00Z",
  ]);
  expect(iso(nextTimesMs(timing, at("2026-03-08T06:30:00Z"), 2))).toEqual(["2026-03-08T07:00Z", "2026-03-08T08:00Z"]);
});

test.each([
  ["0 0 L * *", ["2026-02-28T00:00Z", "2026-03-31T00:00Z"]],
  ["0 0 * * 1#2", ["2026-02-09T00:00Z", "2026-03-09T00:00Z"]],
  ["0 0 29 2 *", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
  ["0 6 1 * MON", ["2026-02-02T06:00Z", "2026-02-09T06:00Z"]],
  ["@weekly", ["2026-02-08T00:00Z", "2026-02-15T00:00Z"]],
])("%s is understood", (cron, expected) => {
  expect(iso(nextTimesMs({ cron: [cron], timeZone: "UTC" }, at("2026-02-01T12:00:00Z"), 2))).toEqual(expected);
});

test.each([
  ["61 * * * *", "61"],
  ["* * * *", "five fields"],
  ["0 0 0 1 1 *", "five fields"],
  ["0 0 30 2 *", "never due"],
])("%s is refused", (cron, reason) => {
  expect(() => nextTimeMs({ cron: [cron], timeZone: "UTC" }, 0)).toThrow(reason);
});
