import { expect, onTestFinished, test } from "vitest";
import { crashPoint, crashPointNames } from "./crash-point.ts";

const hook = Symbol.for("dagwright.testing.crash-point");

test("a crash point is nothing until a preloaded module has put its hook on the global object", () => {
  const passed: string[] = [];
  crashPoint("launch.before");
  (globalThis as Record<symbol, unknown>)[hook] = (name: string) => passed.push(name);
  onTestFinished(() => void delete (globalThis as Record<symbol, unknown>)[hook]);
  crashPoint("launch.after");
  expect(passed).toEqual(["launch.after"]);
});

test("each name stands once", () => {
  expect(new Set(crashPointNames).size).toBe(crashPointNames.length);
});
