import { expect, test } from "vitest";
import { cli, makeProject, readPage, run, typescript } from "./page-project.ts";

test.each([
  ["ops-and-jobs.md", "5 jobs, 0 assets, 0 schedules, 0 sensors", ["archive_orders", "daily/2026-11-21", '"42.00"']],
  [
    "config-and-resources.md",
    "2 jobs, 0 assets, 0 schedules, 0 sensors",
    ["regions:", "100 orders of 2026-11-21 from orders.example:443"],
  ],
  ["branches-and-fan-out.md", "8 jobs, 0 assets, 0 schedules, 0 sensors", ['step "count_words[intro]"', 'step "routed.accept"']],
  ["executors.md", "3 jobs, 0 assets, 0 schedules, 0 sensors", ["SUCCESS", '"gpu": 0 / 2 slots occupied']],
  ["run-queue.md", "3 jobs, 1 asset, 0 schedules, 0 sensors", []],
  ["testing.md", "1 job, 2 assets, 1 schedule, 0 sensors", []],
  ["assets.md", "3 jobs, 6 assets, 0 schedules, 0 sensors", ["strongest"]],
  ["kinds-of-assets.md", "0 jobs, 20 assets, 0 schedules, 1 sensor", ["Materialized value published"]],
  ["io-managers.md", "0 jobs, 5 assets, 0 schedules, 0 sensors", ["Materialized value shop/revenue"]],
  ["asset-checks.md", "3 jobs, 3 assets, 0 schedules, 0 sensors", []],
  ["metadata.md", "0 jobs, 2 assets, 0 schedules, 0 sensors", []],
  ["partitions.md", "0 jobs, 10 assets, 0 schedules, 0 sensors", []],
  [
    "partitioned-runs.md",
    "3 jobs, 6 assets, 0 schedules, 0 sensors",
    ["Materialized value orders", "Materialized value revenue"],
  ],
  ["backfills.md", "1 job, 4 assets, 0 schedules, 0 sensors", []],
  ["sensors.md", "1 job, 1 asset, 0 schedules, 7 sensors", []],
  ["schedules-and-sensors.md", "2 jobs, 1 asset, 4 schedules, 1 sensor", []],
])("%s is a project that compiles, loads, runs and passes its tests", async (page, defined, printed) => {
  const { files, commands } = await readPage(`guide/${page}`);
  const folder = await makeProject(files);
  await run(folder, [typescript, "--project", folder, "--pretty", "false"]);
  expect(await run(folder, [cli, "definitions", "validate", "-f", "definitions.ts"])).toContain(defined);
  expect(await run(folder, ["--test", "definitions.test.ts"])).toMatch(/fail 0\b/);
  let output = "";
  for (const command of commands) {
    expect(command).toMatch(/^npx dagwright /);
    output += await run(folder, [cli, ...command.split(" ").slice(2)]);
  }
  for (const part of printed) expect(output).toContain(part);
});
