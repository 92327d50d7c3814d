import { asset, assetIn, metadata } from "dagwright";
import { type Bar, svgChart, textChart } from "../report/bar-chart.ts";
import { weeklyRevenue } from "./revenue.ts";

/** What a dollar is worth in the report's currency. */
const rates: Readonly<Record<string, number>> = { USD: 1, EUR: 0.86 };
const currency = process.env["REPORT_CURRENCY"] ?? "USD";

/** All weeks by zone. It depends on its currency, too, which is no asset: so that is its code version. */
export const report = asset(
  "report",
  {
    group: "revenue",
    codeVersion: currency,
    ins: { weeklyRevenue: assetIn(weeklyRevenue, { byPartition: true, allowMissingPartitions: true }) },
  },
  ({ weeklyRevenue }, { addOutputMetadata, log }) => {
    const zones = new Map<string, number>();
    for (const { zone, usd } of Object.values(weeklyRevenue).flat())
      zones.set(zone, (zones.get(zone) ?? 0) + usd * (rates[currency] ?? 1));
    const bars = [...zones].map(([label, value]): Bar => ({ label, value })).toSorted((a, b) => b.value - a.value);

    addOutputMetadata({ chart: metadata.md(`**${currency} by zone**\n\n![${currency} by zone](${svgChart(bars)})`) });
    log.info(`${currency} by zone\n${textChart(bars)}`);
    return bars;
  },
);
