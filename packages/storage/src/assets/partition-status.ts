import type { RunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { StoredEntryRow } from "../events/stored-entry.ts";

type LatestRow = Omit<StoredEntryRow, "level"> & { readonly id: string; readonly partition: string };

/** A partition whose materialization has changed. */
export interface PartitionChange {
  readonly partition: string;
  readonly isMaterialized: boolean;
}

/** What has become of an asset's partitions since a version. */
export interface PartitionChanges {
  /** To ask with next time. It may have grown without any change. */
  readonly version: string;
  readonly changes: readonly PartitionChange[];
  /** All that was known before is void: the asset was wiped since. */
  readonly isReset: boolean;
}

/** A partition that was planned, or failed, later than it was materialized. */
export interface UnsettledPartition {
  readonly partition: string;
  readonly status: "IN_PROGRESS" | "FAILED";
  /** The run that is to make it, or was. */
  readonly runId: RunId | null;
}

/**
 * The rows behind a version, in one snapshot with the asset's version: the asset's row is locked by every writer of its partitions, so a row
 * that is not visible yet gets a greater version than the one that is told here. Rows from before the asset was wiped are on their way out.
 */
export const partitionChangesStatement = (
  key: string,
  since: string,
): SqlFragment<{ version: string; is_reset: boolean; partition: string | null; is_materialized: boolean | null }> => sql`
  select a.partitions_version::text as version, a.wiped_version > ${since}::bigint as is_reset,
    p.partition, p.last_materialization_id is not null as is_materialized
  from dagwright.assets a left join dagwright.asset_partitions p
    on p.asset_key = a.key and p.version > greatest(${since}::bigint, a.wiped_version - 1)
  where a.key = ${key}`;

/** Whether a partition was changed since its asset was wiped, if it ever was. */
export const isKept = (key: string): SqlFragment<boolean> => sql`
  version >= coalesce((select wiped_version from dagwright.assets where key = ${key}), 0)`;

/** Canceled runs leave what they did not make as it was before them. */
export const unsettledPartitionsStatement = (
  key: string,
): SqlFragment<{ partition: string; status: UnsettledPartition["status"]; run_id: string | null }> => sql`
  select partition, status, run_id from (
    select p.partition, p.last_planned_run_id as run_id, case
      when coalesce(p.last_planned_id, 0) > coalesce(p.last_materialization_id, 0)
        and r.status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING') then 'IN_PROGRESS'
      when coalesce(p.last_failure_id, 0) > coalesce(p.last_materialization_id, 0) or r.status = 'FAILURE' then 'FAILED' end as status
    from dagwright.asset_partitions p left join dagwright.runs r on r.id = p.last_planned_run_id
    where p.asset_key = ${key} and ${isKept(key)}
      and greatest(coalesce(p.last_planned_id, 0), coalesce(p.last_failure_id, 0)) > coalesce(p.last_materialization_id, 0)) unsettled
  where status is not null`;

/** The newest materialization of each of some partitions. */
export const latestOfPartitionsStatement = (key: string, partitions: readonly string[]): SqlFragment<LatestRow> => sql`
  select wanted.partition, e.id::text as id, e.run_id, e.seq, e.type, e.step_key, e.at_ms, e.message, e.data
  from unnest(${[...partitions]}::text[]) wanted(partition), lateral (
    select * from dagwright.asset_events e
    where e.asset_key = ${key} and e.partition = wanted.partition and e.type = 'ASSET_MATERIALIZATION' order by e.id desc limit 1) e`;
