import { type RawBuilder, sql } from "kysely";

/** A timestamptz as milliseconds since the epoch. */
export const toMs = (expression: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`(extract(epoch from ${expression}) * 1000)::float8`;

/** Milliseconds since the epoch as a timestamptz. */
export const fromMs = (ms: number): RawBuilder<Date> => sql<Date>`to_timestamp(${ms}::float8 / 1000)`;

/** A span as an interval. */
export const interval = (ms: number): RawBuilder<unknown> => sql`make_interval(secs => ${ms}::float8 / 1000)`;
