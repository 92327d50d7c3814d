import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executeInProcess, executeJob, instanceForTest } from "dagwright";
import { expect, test } from "vitest";
import { summarizeStation, summarizeStations } from "./definitions.ts";

const configOf = (folder: string, stations: number) => ({ ops: { find_stations: { config: { folder, stations } } } });

test("an op is a function of a file", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "stations-"));
  const path = join(folder.path, "tiny.csv");
  await writeFile(path, "2026-01-01,1\n2026-01-02,3\n");
  expect(await summarizeStation({ path })).toEqual({ station: "tiny", days: 2, mean: 2 });
});

test("there is a step for each file, and their results are collected in order", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "stations-"));
  const result = await executeInProcess(summarizeStations, { runConfig: configOf(folder.path, 3) });
  expect(result.eventsOf("STEP_SUCCESS").map(({ stepKey }) => stepKey)).toEqual([
    "find_stations",
    "summarize_station[station_1]",
    "summarize_station[station_2]",
    "summarize_station[station_3]",
    "report_warmest",
  ]);
  expect(result.outputValue("report_warmest")).toBe("station_3");
});

test("a broken line fails its step, and after its correction only that step and the report are executed again", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "stations-"));
  using instance = instanceForTest();
  const options = { instance, runConfig: configOf(folder.path, 5), raiseOnError: false };
  const failed = await executeJob(summarizeStations, options);
  expect(failed.eventsOf("STEP_FAILURE").map(({ stepKey }) => stepKey)).toEqual(["summarize_station[station_4]"]);
  expect(failed.eventsOf("STEP_FAILURE")[0]?.error?.message).toContain('station_4.csv:9: "n/a" is no temperature');

  const path = join(folder.path, "station_4.csv");
  await writeFile(path, (await readFile(path, "utf8")).replace("n/a", "11.5"));
  const again = await executeJob(summarizeStations, { ...options, reexecution: { of: failed } });
  expect(again.eventsOf("STEP_SUCCESS").map(({ stepKey }) => stepKey)).toEqual([
    "summarize_station[station_4]",
    "report_warmest",
  ]);
  expect(again.outputValue("report_warmest")).toBe("station_5");
});
