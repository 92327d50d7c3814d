import { asset, assetIn } from "dagwright";
import { z } from "zod";
import { days, weeks } from "../partitions.ts";
import { trips } from "./trips.ts";

/** What the trips of a day came to, by zone. */
export const dailyRevenue = asset(
  "daily_revenue",
  {
    group: "revenue",
    kinds: ["duckdb"],
    partitions: days,
    codeVersion: "1",
    // Its rows say themselves which day they are of.
    metadata: { partition_expr: "day" },
    ins: { trips },
    out: z.array(z.object({ day: z.string(), zone: z.string(), trips: z.number(), usd: z.number() })),
  },
  ({ trips }, { partition }) =>
    [...Map.groupBy(trips, ({ zone }) => zone)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([zone, ofZone]) => ({ day: partition.key, zone, trips: ofZone.length, usd: sum(ofZone.map((one) => one.fare_usd)) })),
);

/** What the days of a week came to that are there already. */
export const weeklyRevenue = asset(
  "weekly_revenue",
  {
    group: "revenue",
    kinds: ["duckdb"],
    partitions: weeks,
    codeVersion: "1",
    metadata: { partition_expr: "week" },
    ins: { dailyRevenue: assetIn(dailyRevenue, { byPartition: true, allowMissingPartitions: true }) },
    out: z.array(z.object({ week: z.string(), zone: z.string(), days: z.number(), usd: z.number() })),
  },
  ({ dailyRevenue }, { addOutputMetadata, partition }) => {
    const ofWeek = Object.values(dailyRevenue).flat();
    addOutputMetadata({ days: Object.keys(dailyRevenue).length });
    return [...Map.groupBy(ofWeek, ({ zone }) => zone)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([zone, rows]) => ({ week: partition.key, zone, days: rows.length, usd: sum(rows.map(({ usd }) => usd)) }));
  },
);

const sum = (numbers: readonly number[]): number => Math.round(100 * numbers.reduce((a, b) => a + b, 0)) / 100;
