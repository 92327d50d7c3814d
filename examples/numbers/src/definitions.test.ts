import { type AnyJob, evaluateSensor, executeInProcess, materialize } from "dagwright";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import numbers from "./definitions.ts";

const named = (name: string): AnyJob => numbers.jobs.find((job) => job.name === name)!;

test("process_numbers adds the sum of the even and the sum of the odd numbers", async () => {
  const result = await executeInProcess(named("process_numbers"));
  expect(result.outputValue("filter_even_numbers")).toEqual([2, 4, 6, 8, 10]);
  expect(result.outputValue("sum_odd_numbers")).toBe(25);
  expect(result.outputValue("sum_two_sums")).toBe(55);
});

test("the assets come to the same", async () => {
  const result = await materialize(numbers.assets);
  expect(result.assetValue("filtered_odd_numbers")).toEqual([1, 3, 5, 7, 9]);
  expect(result.assetValue("summed_two_sums")).toBe(55);
});

test("the sensor asks for a run while its file is there", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "numbers-"));
  vi.stubEnv("CHECK_FILE", join(folder.path, "check"));
  expect(await evaluateSensor(numbers.sensors[0]!)).toMatchObject({ runRequests: [], skipReason: "check file not exists" });
  writeFileSync(join(folder.path, "check"), "");
  expect(await evaluateSensor(numbers.sensors[0]!)).toMatchObject({ runRequests: [{ runKey: "check_file_exists" }] });
});
