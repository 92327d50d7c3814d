import { isMet, type Measurement } from "./measurement.ts";
import { median, quantile } from "./samples.ts";

/** The results as one table, readable as plain text and as Markdown. */
export function renderTable(measurements: readonly Measurement[]): string {
  const head = ["what", "target", "p50", "best", "p95", "unit", "ratio", ""];
  const rows = measurements.map((measurement) => {
    const { name, unit, samples, target, ratios = {} } = measurement;
    const p50 = median(samples);
    const isRate = target !== undefined && "atLeast" in target;
    const met = isMet(measurement, p50);
    const several = samples.length > 1;
    return [
      name,
      target === undefined ? "" : "atMost" in target ? `≤ ${number(target.atMost)}` : `≥ ${number(target.atLeast)}`,
      number(p50),
      several ? number(isRate ? Math.max(...samples) : Math.min(...samples)) : "",
      // The slow end: the highest times, the lowest rates.
      several ? number(quantile(samples, isRate ? 0.05 : 0.95)) : "",
      unit,
      Object.entries(ratios)
        .map(([reference, ratio]) => `${number(ratio)} × ${reference}`)
        .join(", "),
      met === null ? "" : met ? "met" : "missed",
    ];
  });
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumeric = (column: number): boolean => column >= 1 && column <= 4;
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (isNumeric(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function number(value: number): string {
  if (value >= 1000) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
