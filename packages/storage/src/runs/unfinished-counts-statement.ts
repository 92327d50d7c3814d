import type { CodeLocationName, RunStatus } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import type { UnfinishedCount } from "./run-store.ts";

interface UnfinishedCountRow {
  readonly status: RunStatus;
  readonly location: CodeLocationName;
  readonly count: number;
  readonly oldest_ms: number;
}

/** Only statuses that runs leave again are counted: what has ended grows for ever, and a metric is read every few seconds. */
export const unfinishedCountsStatement: SqlFragment<UnfinishedCountRow> = sql<UnfinishedCountRow>`
  select status, location, count(*)::int as count, ${toMs(sql`min(created_at)`)} as oldest_ms
  from dagwright.runs where status in ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')
  group by status, location order by status, location`;

export const toUnfinishedCount = (row: UnfinishedCountRow): UnfinishedCount => ({
  status: row.status,
  location: row.location,
  count: row.count,
  oldestCreatedAtMs: row.oldest_ms,
});
