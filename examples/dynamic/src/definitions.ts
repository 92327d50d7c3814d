// Fan-out: a step for each file that is found, as many as there are, and one that collects what they made.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { definitions, dynamicOut, dynamicOutput, failure, job, multiprocessExecutor, op } from "dagwright";
import { z } from "zod";
import { writeMeasurements } from "./measurements.ts";

const summary = z.object({ station: z.string(), days: z.number(), mean: z.number() });

/** How many steps follow is known when it has run. The mapping key names each of them: summarize_station[station_1] and so on. */
export const findStations = op(
  "find_stations",
  { config: z.object({ folder: z.string(), stations: z.number().int().min(1).default(5) }), out: dynamicOut(z.string()) },
  async function* (_, { op: { config } }) {
    for (const path of await writeMeasurements(config.folder, config.stations))
      yield dynamicOutput(path, { mappingKey: basename(path, ".csv") });
  },
);

/** Steps of the pool `stations` run at once as many as it has slots, in whatever runs they are. */
export const summarizeStation = op(
  "summarize_station",
  { ins: { path: z.string() }, out: summary, pool: "stations" },
  async ({ path }, { addOutputMetadata, log }) => {
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const temperatures = lines.map((line, index) => {
      const [day, text] = line.split(",");
      const temperature = Number(text);
      if (Number.isNaN(temperature))
        throw failure({
          description: `${path}:${index + 1}: "${text}" is no temperature. Correct the line, and execute the run again from its failure`,
          metadata: { path, line: index + 1, day: day ?? "" },
        });
      return temperature;
    });
    const mean = temperatures.reduce((sum, one) => sum + one, 0) / temperatures.length;
    addOutputMetadata({ days: temperatures.length });
    log.info(`${basename(path)}: ${mean.toFixed(1)} °C over ${temperatures.length} days`);
    return { station: basename(path, ".csv"), days: temperatures.length, mean };
  },
);

/** Gets a list, in the order in which the files were found. */
export const reportWarmest = op(
  "report_warmest",
  { ins: { summaries: z.array(summary) }, out: z.string() },
  ({ summaries }, { log }) => {
    const [warmest] = summaries.toSorted((a, b) => b.mean - a.mean);
    log.info(`warmest of ${summaries.length}: ${warmest?.station} with ${warmest?.mean.toFixed(1)} °C`);
    return warmest?.station ?? "none";
  },
);

export const summarizeStations = job("summarize_stations", { executor: multiprocessExecutor({ maxConcurrent: 4 }) }, () => {
  const summaries = findStations().map((path) => summarizeStation({ path }));
  reportWarmest({ summaries: summaries.collect() });
});

export default definitions({ jobs: [summarizeStations] });
