import { expect, test } from "vitest";
import { formatAge, formatDuration, formatMoment } from "./moment.ts";

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [59_949, "59.9 s"],
  [59_990, "1 min"],
  [125_000, "2 min 5 s"],
  [3_600_000, "1 h"],
  [10_920_000, "3 h 2 min"],
])("%d ms are %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [-500, "now"],
  [-59_999, "59 s ago"],
  [-60_000, "1 min ago"],
  [-7_200_000, "2 h ago"],
  [-172_800_000, "2 d ago"],
  [12_000, "in 12 s"],
])("%d ms from now is %s", (offset, text) => expect(formatAge(1_000_000_000 + offset, 1_000_000_000)).toBe(text));

test("times are local, with their age", () => {
  const at = new Date(2026, 10, 1, 9, 5, 3).getTime();
  expect(formatMoment(at, at + 180_000)).toBe("2026-11-01 09:05:03 (3 min ago)");
  expect(formatMoment(null, at)).toBe("-");
});
