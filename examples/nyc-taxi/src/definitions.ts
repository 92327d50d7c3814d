// Taxi trips: generated day by day, cleaned, checked, added up by day and by week, and shown in a report.
import { DuckDBIOManager } from "@dagwright/duckdb";
import { defineAssetJob, definitions, inProcessExecutor, resource, runRequest, schedule } from "dagwright";
import { report } from "./assets/report.ts";
import { dailyRevenue, weeklyRevenue } from "./assets/revenue.ts";
import { rawTrips, tripChecks, trips } from "./assets/trips.ts";

/** Every asset is a table of one database; a partitioned one has the rows of all its partitions. */
const warehouse = resource(
  "warehouse",
  () => new DuckDBIOManager({ database: process.env["TAXI_WAREHOUSE"] ?? "taxi.duckdb", schema: "taxi" }),
);

/** Makes a day; its partitions are those of the assets. */
const taxiDay = defineAssetJob("taxi_day", { selection: [rawTrips, trips, dailyRevenue], executor: inProcessExecutor });

/** Each night, the day that has just ended. */
const nightly = schedule("taxi_nightly", { job: taxiDay, cron: "15 0 * * *" }, ({ scheduledAt }) => {
  const yesterday = new Date(scheduledAt.getTime() - 24 * 60 * 60 * 1000);
  return runRequest({ partition: yesterday.toISOString().slice(0, 10) });
});

export default definitions({
  assets: [rawTrips, trips, dailyRevenue, weeklyRevenue, report],
  assetChecks: tripChecks,
  jobs: [taxiDay],
  schedules: [nightly],
  // `io_manager` is what keeps the values of assets that name nothing else.
  resources: { io_manager: warehouse },
  executor: inProcessExecutor,
});
