import { DuckDBIOManager } from "@dagwright/duckdb";
import { evaluateSchedule, materialize } from "dagwright";
import { expect, test } from "vitest";
import { report } from "./assets/report.ts";
import { dailyRevenue, weeklyRevenue } from "./assets/revenue.ts";
import { rawTrips, tripChecks, trips } from "./assets/trips.ts";
import taxi from "./definitions.ts";
import { brokenDay, generateTrips } from "./trips/generate-trips.ts";

test("a day has the same trips each time", () => {
  expect(generateTrips("2026-01-05")).toEqual(generateTrips("2026-01-05"));
  expect(generateTrips("2026-01-05")).not.toEqual(generateTrips("2026-01-06"));
});

test("trips that cannot have been are dropped", async () => {
  const [trip] = generateTrips("2026-01-05");
  const raw = [trip!, { ...trip!, id: "no distance", distance_km: 0 }, { ...trip!, id: "below zero", fare_usd: -1 }];
  const result = await materialize([trips], { partitionKey: "2026-01-05", assetValues: { raw_trips: { "2026-01-05": raw } } });
  expect(result.assetValue("trips")).toMatchObject([{ id: trip!.id }]);
});

test("a day whose data did not arrive is stopped by its check", async () => {
  const result = await materialize([rawTrips, trips, dailyRevenue, ...tripChecks], {
    partitionKey: brokenDay,
    raiseOnError: false,
  });
  expect(result.eventsOf("ASSET_CHECK_EVALUATION").filter(({ success }) => !success)).toMatchObject([
    { checkName: "enough_trips" },
  ]);
  expect(result.eventsOf("STEP_SKIPPED").map(({ stepKey }) => stepKey)).toEqual(["daily_revenue"]);
});

test("a week adds up the days that are there", async () => {
  const day = (key: string, usd: number) => [{ day: key, zone: "Queens", trips: 1, usd }];
  const result = await materialize([weeklyRevenue], {
    partitionKey: "2026-01-04",
    assetValues: {
      daily_revenue: {
        "2026-01-05": day("2026-01-05", 10),
        "2026-01-10": day("2026-01-10", 5),
        "2026-01-11": day("2026-01-11", 99),
      },
    },
  });
  expect(result.assetValue("weekly_revenue")).toEqual([{ week: "2026-01-04", zone: "Queens", days: 2, usd: 15 }]);
});

test("days are rows of one table, of which a week reads its own", async () => {
  const resources = { io_manager: new DuckDBIOManager({ database: ":memory:" }) };
  for (const partitionKey of ["2026-01-05", "2026-01-06", "2026-01-12"])
    await materialize([rawTrips, trips, dailyRevenue], { partitionKey, resources });
  const week = await materialize([weeklyRevenue], { partitionKey: "2026-01-04", resources });
  expect(week.assetValue("weekly_revenue")).toMatchObject([{ zone: "Bronx", days: 2 }, {}, {}, {}, {}]);
});

test("the report has a chart", async () => {
  const week = [{ week: "2026-01-04", zone: "Queens", days: 2, usd: 15 }];
  const result = await materialize([report], { assetValues: { weekly_revenue: { "2026-01-04": week } } });
  const [made] = result.eventsOf("ASSET_MATERIALIZATION");
  expect(JSON.stringify(made?.metadata["chart"])).toContain("data:image/svg+xml;base64,");
});

test("the schedule asks for the day that has just ended", async () => {
  const { runRequests } = await evaluateSchedule(taxi.schedules[0]!, { scheduledAtMs: Date.parse("2026-02-01T00:15:00Z") });
  expect(runRequests).toMatchObject([{ partition: "2026-01-31" }]);
});
