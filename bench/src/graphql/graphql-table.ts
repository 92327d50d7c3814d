import { median } from "../measuring/samples.ts";
import type { Figures } from "./compare.ts";
import { p95 } from "./drive.ts";

export interface ComparedQuestion {
  readonly name: string;
  readonly ours: Figures;
  /** Null: not compared. */
  readonly theirs: Figures | null;
}

/** Ours first, then Dagster's, in each cell. */
export function renderComparison(rows: readonly ComparedQuestion[]): string {
  const head = [
    "query",
    "requests/s",
    "times",
    "8 clients",
    "times",
    "p50 ms",
    "p95 ms",
    "p95 ms, 8 clients",
    "CPU ms",
    "statements",
    "kB",
  ];
  const lines = rows.map(({ name, ours, theirs }) => {
    const both = (of: (figures: Figures) => number): string =>
      theirs === null ? short(of(ours)) : `${short(of(ours))} / ${short(of(theirs))}`;
    const times = (of: (figures: Figures) => number): string => (theirs === null ? "" : short(of(ours) / of(theirs)));
    return [
      name,
      both(({ one }) => one.perSecond),
      times(({ one }) => one.perSecond),
      both(({ eight }) => eight.perSecond),
      times(({ eight }) => eight.perSecond),
      both(({ one }) => median(one.samples)),
      both(({ one }) => p95(one)),
      both(({ eight }) => p95(eight)),
      both(({ cpuMs }) => cpuMs),
      both(({ statements }) => statements),
      both(({ one }) => one.bytes / 1000),
    ];
  });
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...lines.map(row)].join("\n");
}

export function short(value: number): string {
  if (value >= 1000) return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)));
}
