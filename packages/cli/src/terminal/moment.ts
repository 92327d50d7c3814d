const pad = (number: number): string => String(number).padStart(2, "0");

/** `2026-11-21 09:53:32` in local time. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** `3 min ago`, `in 12 s`. */
export function formatAge(atMs: number, nowMs: number): string {
  const span = Math.abs(nowMs - atMs);
  if (span < 1_000) return "now";
  const text = formatSpan(span);
  return atMs > nowMs ? `in ${text}` : `${text} ago`;
}

/** `2026-11-21 09:53:32 (3 min ago)`; `-` for no time. */
export const formatMoment = (atMs: number | null, nowMs: number): string =>
  atMs === null ? "-" : `${formatTime(atMs)} (${formatAge(atMs, nowMs)})`;

/** How long something took: `12 ms`, `3.4 s`, `2 min 5 s`, `3 h 2 min`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3_600) return withRest(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.floor(seconds / 60);
  return withRest(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

const withRest = (many: number, unit: string, rest: number, smaller: string): string =>
  rest === 0 ? `${many} ${unit}` : `${many} ${unit} ${rest} ${smaller}`;

const units = [
  { unit: "d", ms: 86_400_000 },
  { unit: "h", ms: 3_600_000 },
  { unit: "min", ms: 60_000 },
] as const;

function formatSpan(ms: number): string {
  const found = units.find((each) => ms >= each.ms);
  return found === undefined ? `${Math.floor(ms / 1000)} s` : `${Math.floor(ms / found.ms)} ${found.unit}`;
}
