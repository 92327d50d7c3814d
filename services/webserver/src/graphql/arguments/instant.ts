/** The years 1 to 9999: what databases, dates and cron all know, and everything that a client means. */
const first = Date.parse("0001-01-01T00:00:00Z");
const last = Date.parse("9999-12-31T00:00:00Z");

/** An instant that a client gave, moved to the nearest that everything here can count with. */
export const instantMs = (ms: number): number => Math.min(Math.max(ms, first), last);

/** The same of seconds. */
export const instantOfSeconds = (seconds: number): number => instantMs(seconds * 1_000);
