import { adoptBackfillRetries, isBackfillRetry } from "../backfills/run-changes.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { interval, toMs } from "../database/time.ts";
import { entryInserts, entryRecords, kindsOf } from "../events/entry-statements.ts";
import { toEntryRow } from "../events/stored-entry.ts";
import { notifyRun, notifyWork } from "../notifications/notify-statements.ts";
import type { Beginning } from "./exclusive-runs.ts";
import { firstEntries, toNewRunRow } from "./new-run-row.ts";
import { runColumns, type RunRow } from "./run-row.ts";
import type { NewRun, SubmitMode } from "./run-store.ts";
import { snapshotText } from "./snapshot-text.ts";

/** A written run; `run` is its place (from 1) among those that were given. */
export interface SubmittedRow extends RunRow {
  readonly run: number;
  readonly launch_fence: number;
}

/**
 * Writes runs, their tags, snapshots and first events in one statement: everything a launch needs before its worker starts costs one
 * round trip and one commit. All runs travel in one json parameter, so the statement's text does not depend on their number.
 *
 * Each run begins as its `beginnings` say.
 *
 * Snapshots that this process knows to be stored are not sent again; nothing removes them while runs of theirs can come.
 *
 * A run that is to be launched has its launch claimed by the caller from the start; should the caller die, the claim runs out
 * and any sweeper takes it.
 */
export function submitStatement(
  runs: readonly NewRun[],
  mode: SubmitMode,
  beginnings: readonly Beginning[],
  isStored: (id: string) => boolean = () => false,
): SqlFragment<SubmittedRow> {
  const entries = runs.map((run, index) => firstEntries(run, beginnings[index]!));
  const runRows = toStoredJson(
    runs.map((run, index) => toNewRunRow(run, index + 1, beginnings[index]!, entries[index]?.length ?? 0)),
  );
  const entryRows = entries.flatMap((list, run) => list.map((entry, index) => toEntryRow(entry, run + 1, index + 1)));
  const snapshots = new Map(
    runs
      .flatMap((run) => [["plan", snapshotText(run.plan)] as const, ["job", snapshotText(run.jobSnapshot)] as const])
      .map(([kind, { id, body }]) => [id, { kind, body }]),
  );
  const ids = [...snapshots.keys()].filter((id) => !isStored(id)).sort();
  const parts = [
    sql`
      given as materialized (
        select coalesce(g.given_id, dagwright.uuid7()) as id, g.* from (
          select run, id as given_id, status, job_name, location, tags, run_config, selection, job_snapshot_id, plan_snapshot_id, parent_run_id,
            root_run_id, partition, priority, pools, when_running, exclusive_key, retry_of, entries
          from json_to_recordset(${runRows}::json) as j(run int, id uuid, status text, job_name text, location text, tags jsonb, run_config jsonb,
            selection jsonb, job_snapshot_id text, plan_snapshot_id text, parent_run_id uuid, root_run_id uuid, partition text, priority int,
            pools jsonb, when_running text, exclusive_key text, retry_of uuid, entries int)
          order by run) g)`,
    // In order of ids, and only what is new: submissions at the same time neither deadlock nor write rows that are there.
    sql`
      written_snapshots as (
        insert into dagwright.snapshots (id, kind, body)
        select s.id, s.kind, s.body from unnest(${ids}::text[], ${ids.map((id) => snapshots.get(id)?.kind)}::text[],
          ${ids.map((id) => snapshots.get(id)?.body)}::text[]) as s(id, kind, body)
        where not exists (select 1 from dagwright.snapshots kept where kept.id = s.id)
        on conflict (id) do nothing)`,
    sql`
      written_runs as (
        insert into dagwright.runs as r (id, status, job_name, location, tags, run_config, selection, job_snapshot_id, plan_snapshot_id, parent_run_id,
          root_run_id, partition, priority, pools, when_running, exclusive_key, retry_of, created_at, updated_at, notified_at, last_seq,
          enqueued_at, ended_at, launched_at, launch_due_at, launch_fence, launch_holder)
        select id, status, job_name, location, tags, run_config, selection, job_snapshot_id, plan_snapshot_id, parent_run_id,
          root_run_id, partition, priority, pools, when_running, exclusive_key, retry_of, now(), now(), now(), entries,
          case status when 'QUEUED' then now() end, case status when 'CANCELED' then now() end, ${launchColumns(mode)}
        from given
        returning r.*)`,
    sql`
      written_tags as (
        insert into dagwright.run_tags (run_id, key, value, created_at) select g.id, t.key, t.value, now() from given g, jsonb_each_text(g.tags) t)`,
    ...(runs.some(isBackfillRetry) ? [adoptBackfillRetries] : []),
    ...(entryRows.length === 0
      ? []
      : [
          sql`
            placed as (
              select g.id as run_id, e.ord as seq, e.type, e.step_key, ${toMs(sql`now()`)} as at_ms, e.level, e.message, e.data, e.asset_key, e.partition
              from given g join ${entryRecords(entryRows)} on e.run = g.run)`,
          ...entryInserts(kindsOf(entries.flat())),
        ]),
  ];
  return sql<SubmittedRow>`
    with ${sql.join(parts)}
    select g.run, ${runColumns("r")}, r.launch_fence, ${notifyRun(sql`r.id`, sql`r.last_seq`, sql`r.status`)}
      ${beginnings.some(({ status }) => status === "QUEUED") ? sql`, ${notifyWork("queue")}` : sql``}
    from given g join written_runs r on r.id = g.id order by g.run`;
}

/** launched_at, launch_due_at, launch_fence, launch_holder */
const launchColumns = (mode: SubmitMode): SqlFragment<unknown> =>
  mode.kind === "launch"
    ? sql`
        case status when 'STARTING' then now() end, case status when 'STARTING' then now() + ${interval(mode.claimMs)} end,
        (status = 'STARTING')::int, case status when 'STARTING' then ${mode.holder} end`
    : sql`null, null, 0, null`;
