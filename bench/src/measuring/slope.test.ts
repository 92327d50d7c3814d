import { expect, test } from "vitest";
import { slopePerMinute } from "./slope.ts";

const line = (slope: number) => Array.from({ length: 20 }, (_, x) => ({ x, y: 100 + slope * x }));

test("the slope of a line, also with leaps in it", () => {
  expect(slopePerMinute(line(2))).toBeCloseTo(2);
  expect(slopePerMinute(line(0).map((point) => (point.x % 7 === 3 ? { ...point, y: point.y + 60 } : point)))).toBeCloseTo(0);
});

test("too few points have none", () => {
  expect(slopePerMinute([])).toBe(0);
  expect(slopePerMinute([{ x: 1, y: 5 }])).toBe(0);
});
