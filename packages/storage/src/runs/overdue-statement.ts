import { systemTags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { interval } from "../database/time.ts";
import { runColumns, type RunRow, toRun } from "./run-row.ts";
import type { OverdueLimits, OverdueRun, WorkerHandle } from "./run-store.ts";

export interface OverdueRow extends RunRow {
  readonly reason: OverdueRun["reason"];
  readonly worker: WorkerHandle | null;
}

/**
 * Active runs of which nobody has heard in time, longest waiting first. Only runs in the partial index of active ones are read. A lease that ran out
 * tells most and comes first; a run without any lease has no worker yet, or none that began.
 */
export const overdueStatement = (limits: OverdueLimits): SqlFragment<OverdueRow> => sql<OverdueRow>`
  select ${runColumns("r")}, r.worker, r.reason from (
    select a.*, case
      when a.lease_until < now() then 'lease-expired'
      when a.status = 'STARTING' and a.lease_until is null and a.launched_at < now() - ${interval(limits.startTimeoutMs)} then 'start-timeout'
      when a.status = 'CANCELING' and a.canceling_at < now() - ${interval(limits.cancelTimeoutMs)} then 'cancel-timeout'
      when a.status = 'STARTED' and a.started_at < now() - ${interval(limits.maxRuntimeGraceMs ?? 0)} - make_interval(secs => nullif(case
        when a.tags ->> ${systemTags.maxRuntime}::text ~ '^[0-9]{1,9}([.][0-9]+)?$' then (a.tags ->> ${systemTags.maxRuntime}::text)::float8
        else ${limits.maxRuntimeMs ?? 0}::float8 / 1000 end, 0)) then 'max-runtime'
    end as reason
    from dagwright.runs a where a.status in ('STARTING', 'STARTED', 'CANCELING')) r
  where r.reason is not null
  order by r.updated_at, r.id limit ${limits.limit}`;

export const toOverdueRun = (row: OverdueRow): OverdueRun => ({ run: toRun(row), reason: row.reason, worker: row.worker });
