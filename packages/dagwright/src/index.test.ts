import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import smallest from "./fixtures/smallest-program.ts";
import * as dagwright from "./index.ts";

const textOf = (path: string): string => readFileSync(join(import.meta.dirname, path), "utf8");

test("the smallest program, as the README shows it, runs", async () => {
  expect(textOf("../README.md")).toContain(textOf("fixtures/smallest-program.ts"));
  const result = await dagwright.materialize(smallest.assets);
  expect(result.success).toBe(true);
  expect(result.assetValue("total")).toBe(6);
});

test("exports what a project needs, by these names", () => {
  const declaring = [
    "op",
    "graph",
    "job",
    "asset",
    "externalAsset",
    "defineAssetJob",
    "AssetSelection",
    "resource",
    "definitions",
  ];
  const triggering = ["schedule", "sensor", "runRequest", "skipReason"];
  const executing = ["inProcessExecutor", "multiprocessExecutor"];
  const testing = ["buildOpContext", "evaluateSchedule", "evaluateSensor", "executeInProcess", "materialize"];
  expect(Object.keys(dagwright)).toEqual(expect.arrayContaining([...declaring, ...triggering, ...executing, ...testing]));
});
