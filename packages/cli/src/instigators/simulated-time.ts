import { UsageError } from "../errors.ts";

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

function durationMs(text: string): number | null {
  const [, count, unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * unitsMs[unit]!;
}

/** A duration such as `30d` from some time on, or a time. @throws UsageError */
export function parseUntil(text: string, fromMs: number): number {
  const duration = durationMs(text);
  const untilMs = duration === null ? parseTime(text, "--until") : fromMs + duration;
  if (untilMs <= fromMs) throw new UsageError(`--until ${text} is not after the beginning.`);
  return untilMs;
}

/** @throws UsageError */
export function parseTime(text: string, option: string): number {
  // More than this the parser of dates makes something of, e.g. the year 2001 of a 5.
  const ms = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(
      `${option} ${text} is no time: write it as 2026-12-24 or 2026-12-24T18:00Z${option === "--until" ? ", or how long as 90m, 12h, 30d or 2w" : ""}.`,
    );
  return ms;
}

/** `5m`, or `2m-10m`. @throws UsageError */
export function parseDurations(text: string, option: string): readonly [number, number] {
  const [from, to = from, ...others] = text.split("-").map(durationMs);
  if (from === undefined || from === null || to === null || to === undefined || others.length > 0 || to < from)
    throw new UsageError(`${option} ${text} is no duration: write it as 30s, 5m or 1h, or as 2m-10m when it lies between two.`);
  return [from, to];
}
