import { sql, type SqlFragment } from "../database/sql.ts";
import { fromMs } from "../database/time.ts";
import { backfillColumns, type BackfillRow } from "./backfill-row.ts";
import type { BackfillFilter, BackfillPage } from "./backfill-store.ts";

/** Newest first, behind the cursor's by (time, id). */
export function listBackfillsStatement(filter: BackfillFilter, page: BackfillPage): SqlFragment<BackfillRow> {
  const conditions = matching(filter);
  if (page.cursor !== undefined) {
    conditions.push(
      sql`(b.created_at, b.id) < (select c.created_at, c.id from dagwright.backfills c where c.id = ${page.cursor})`,
    );
  }
  if (page.behind !== undefined) {
    const { createdAtMs, id } = page.behind;
    conditions.push(
      id === undefined
        ? sql`b.created_at <= ${fromMs(createdAtMs)}`
        : sql`(b.created_at, b.id) < (${fromMs(createdAtMs)}, ${id})`,
    );
  }
  return sql<BackfillRow>`
    select ${backfillColumns("b")} from dagwright.backfills b where ${sql.join(conditions, sql` and `)}
    order by b.created_at desc, b.id desc limit ${page.limit}`;
}

/** Counts matching backfills and stops at the limit. */
export const countBackfillsStatement = (filter: BackfillFilter, atMost: number): SqlFragment<{ count: number }> =>
  sql<{ count: number }>`
    select count(*)::int as count from (
      select 1 from dagwright.backfills b where ${sql.join(matching(filter), sql` and `)} limit ${atMost}) matching`;

function matching({
  ids,
  statuses,
  jobName,
  job,
  tags = [],
  createdAfterMs,
  createdBeforeMs,
}: BackfillFilter): SqlFragment<unknown>[] {
  const conditions: SqlFragment<unknown>[] = [sql`true`];
  if (ids !== undefined) conditions.push(sql`b.id = any(${ids}::text[])`);
  if (statuses !== undefined)
    conditions.push(statuses.length === 1 ? sql`b.status = ${statuses[0]}` : sql`b.status = any(${statuses}::text[])`);
  if (jobName !== undefined) conditions.push(sql`b.job_name = ${jobName}`);
  if (job !== undefined) conditions.push(sql`b.location = ${job.location} and b.job_name = ${job.name}`);
  for (const { key, values } of tags) conditions.push(sql`b.tags ->> ${key} = any(${values}::text[])`);
  if (createdAfterMs !== undefined) conditions.push(sql`b.created_at > ${fromMs(createdAfterMs)}`);
  if (createdBeforeMs !== undefined) conditions.push(sql`b.created_at < ${fromMs(createdBeforeMs)}`);
  return conditions;
}
