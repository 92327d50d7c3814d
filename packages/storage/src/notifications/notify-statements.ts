import { sql, type SqlFragment } from "../database/sql.ts";

/** Channels are two: what watchers of runs want, and what wakes loops. A LISTEN and its wake-ups cost every listener, so not one per run. */
export const runChannel = "dagwright_run";
export const workChannel = "dagwright_work";

/** Least distance of two notifications about the log of one run; changes of status do not wait. */
export const logNotifyIntervalMs = 50;

/** Tells that a run's log ends at `seq` now; the status only when it changed. */
export const notifyRun = (
  id: SqlFragment<unknown>,
  seq: SqlFragment<unknown>,
  status: SqlFragment<unknown>,
): SqlFragment<unknown> => sql`pg_notify(${sql.lit(runChannel)}, ${id} || ' ' || ${seq} || ' ' || coalesce(${status}, ''))`;

/** Wakes loops: "queue", "launch", "backfill", "asset", "freshness", or "instigator" with an id. */
export const notifyWork = (what: "queue" | "launch" | "backfill" | "asset" | "freshness" | "instigator"): SqlFragment<unknown> =>
  sql`pg_notify(${sql.lit(workChannel)}, ${sql.lit(what)})`;

/** What runs that wait for slots of a pool listen to, on the one connection they have. */
export const poolChannel = "dagwright_pool";

/** Wakes those who wait for slots: "run" with the id of one that got some, or "pool" with the name of one to look at again. */
export const notifyPoolWaiters = (payload: SqlFragment): SqlFragment => sql`pg_notify(${sql.lit(poolChannel)}, ${payload})`;
