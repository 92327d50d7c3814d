import { systemTags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { notifyWork } from "../notifications/notify-statements.ts";
import type { NewRun } from "../runs/run-store.ts";

/**
 * Counts the end of a run, or a materialization that others wait for, on the run's row among those of its backfill; for the statement that
 * writes it, where `moved` are the runs. Almost always there is none, which costs a look into an index.
 */
export const countBackfillChange = (isEnd: boolean, moved = "moved"): SqlFragment<unknown> => sql`
  backfill_news as (
    update dagwright.backfill_runs b set changes = b.changes + 1 from ${sql.id(moved)} m
    where b.run_id = m.id ${isEnd ? sql`` : sql`and b.is_watched`}
    returning b.run_id)`;

export const tellOfBackfillChange = sql`(select count(${notifyWork("backfill")}) from backfill_news)`;

/** Whether a run tries again what another run of its backfill did not make. */
export const isBackfillRetry = ({ tags, parentRunId }: NewRun): boolean =>
  parentRunId !== undefined && tags[systemTags.backfill] !== undefined;

/** Retries of runs of a backfill are runs of it too; for the statement that submits them, where `given` are the runs. */
export const adoptBackfillRetries: SqlFragment<unknown> = sql`
  adopted as (
    insert into dagwright.backfill_runs (run_id, backfill_id, unit, attempt, places, partition, partition_count, is_watched)
    select g.id, b.backfill_id, b.unit, b.attempt + 1, b.places, b.partition, b.partition_count, b.is_watched
    from given g join dagwright.backfill_runs b on b.run_id = g.parent_run_id and b.backfill_id = g.tags->>${sql.lit(systemTags.backfill)}
    on conflict do nothing
    returning backfill_id),
  told_of_retries as (
    update dagwright.backfill_runs b set changes = b.changes + 1 from given g
    where b.run_id = g.parent_run_id and b.backfill_id = g.tags->>${sql.lit(systemTags.backfill)}),
  counted_retries as (
    update dagwright.backfills b set runs_submitted = b.runs_submitted + a.count, runs_in_flight = b.runs_in_flight + a.count
    from (select backfill_id, count(*)::int as count from adopted group by backfill_id) a where b.id = a.backfill_id)`;
