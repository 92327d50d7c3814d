import { sql, type SqlFragment } from "./sql.ts";

/** A timestamptz as milliseconds since the epoch. */
export const toMs = (expression: SqlFragment<unknown>): SqlFragment<number> =>
  sql<number>`(extract(epoch from ${expression}) * 1000)::float8`;

/** Milliseconds since the epoch as a timestamptz. */
export const fromMs = (ms: number): SqlFragment<Date> => sql<Date>`to_timestamp(${ms}::float8 / 1000)`;

/** A span as an interval. */
export const interval = (ms: number): SqlFragment<unknown> => sql`make_interval(secs => ${ms}::float8 / 1000)`;
