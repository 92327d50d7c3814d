import { type RunId, systemTags } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import { fromMs } from "../database/time.ts";
import { runColumns, type RunRow } from "./run-row.ts";
import type { RunFilter, RunPage, RunStore } from "./run-store.ts";
import { indexedValue } from "./tag-statements.ts";

/**
 * A page of runs, newest first, behind the cursor's run by (created_at, id): never by offset. With a tag of one value the page is a range of
 * that tag's index, which carries the runs' times; each other filter has an index that ends in the same two columns.
 */
export function listRunsQuery(filter: RunFilter, page: RunPage): SqlFragment<RunRow> {
  const { source, conditions, place } = runsMatching(filter);
  const isAscending = page.ascending === true;
  if (page.cursor !== undefined) {
    conditions.push(
      sql`(${place.at}, ${place.id}) ${sql.raw(isAscending ? ">" : "<")} (${timeOfRun(page.cursor)}, ${page.cursor}::uuid)`,
    );
  }
  if (page.behind !== undefined) {
    const { createdAtMs, id } = page.behind;
    conditions.push(
      id === undefined
        ? sql`${place.at} <= ${fromMs(createdAtMs)}`
        : sql`(${place.at}, ${place.id}) < (${fromMs(createdAtMs)}, ${id}::uuid)`,
    );
  }
  const direction = sql.raw(isAscending ? "asc" : "desc");
  return sql<RunRow>`
    select ${runColumns("r")} from ${source} ${where(conditions)}
    order by ${place.at} ${direction}, ${place.id} ${direction} limit ${page.limit}`;
}

/** Counts matching runs and stops at the limit. */
export function countRunsQuery(filter: RunFilter, atMost: number): SqlFragment<{ count: number }> {
  const { source, conditions } = runsMatching(filter);
  return sql<{
    count: number;
  }>`select count(*)::int as count from (select 1 from ${source} ${where(conditions)} limit ${atMost}) matching`;
}

/** One entry of the tag's index for each partition, however many runs there have been of it; only other jobs' runs of a partition are read past. */
export const latestOfPartitionsQuery = (
  { jobName, location, withCanceled }: Parameters<RunStore["latestOfPartitions"]>[0],
  partitions: readonly string[],
): SqlFragment<RunRow & { of_partition: string }> => sql<RunRow & { of_partition: string }>`
  select p.of_partition, ${runColumns("r")}
  from unnest(${partitions}::text[]) as p(of_partition)
  cross join lateral (
    select r.* from dagwright.run_tags t join dagwright.runs r on r.id = t.run_id
    where t.key = ${systemTags.partition} and ${indexedValue(sql`t.value`)} = left(p.of_partition, 500) and t.value = p.of_partition
      and r.job_name = ${jobName} and r.location = ${location} ${withCanceled ? sql`` : sql`and r.status <> 'CANCELED'`}
    order by t.created_at desc, t.run_id desc limit 1) r`;

const where = (conditions: readonly SqlFragment<unknown>[]): SqlFragment<unknown> =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;

/** The cursor's place; of a run that is gone meanwhile, the time that its id carries. */
const timeOfRun = (id: RunId): SqlFragment<unknown> =>
  sql`coalesce((select c.created_at from dagwright.runs c where c.id = ${id}::uuid), ${fromMs(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16))})`;

function runsMatching(filter: RunFilter): {
  readonly source: SqlFragment<unknown>;
  readonly conditions: SqlFragment<unknown>[];
  readonly place: { readonly at: SqlFragment<unknown>; readonly id: SqlFragment<unknown> };
} {
  const tags = filter.tags ?? [];
  const driving = filter.ids === undefined ? tags.find((tag) => tag.values.length === 1) : undefined;
  const at = driving === undefined ? sql`r.created_at` : sql`t.created_at`;
  const id = driving === undefined ? sql`r.id` : sql`t.run_id`;
  const conditions: SqlFragment<unknown>[] = [];
  if (driving !== undefined) conditions.push(tagIs("t", driving.key, driving.values));
  for (const tag of tags) {
    if (tag === driving) continue;
    conditions.push(
      sql`exists (select 1 from dagwright.run_tags o where o.run_id = ${id} and ${tagIs("o", tag.key, tag.values)})`,
    );
  }
  if (filter.ids !== undefined) conditions.push(sql`r.id = any(${filter.ids}::uuid[])`);
  if (filter.statuses !== undefined) conditions.push(oneOf(sql`r.status`, filter.statuses));
  if (filter.jobName !== undefined) conditions.push(sql`r.job_name = ${filter.jobName}`);
  if (filter.location !== undefined) conditions.push(sql`r.location = ${filter.location}`);
  if (filter.rootRunId !== undefined) conditions.push(sql`r.root_run_id = ${filter.rootRunId}::uuid`);
  // A snapshot is of one job, whose runs have an index.
  if (filter.jobSnapshotId !== undefined)
    conditions.push(
      sql`r.job_name = (select s.body::json ->> 'name' from dagwright.snapshots s where s.id = ${filter.jobSnapshotId}) and r.job_snapshot_id = ${filter.jobSnapshotId}`,
    );
  // The predicate of an index, word for word: a backfill may have made a hundred thousand of the newest runs.
  if (filter.outsideBackfills === true) conditions.push(sql`not r.tags ? 'dagster/backfill'`);
  if (filter.createdAfterMs !== undefined) conditions.push(sql`${at} > ${fromMs(filter.createdAfterMs)}`);
  if (filter.createdBeforeMs !== undefined) conditions.push(sql`${at} < ${fromMs(filter.createdBeforeMs)}`);
  if (filter.updatedAfterMs !== undefined) conditions.push(sql`r.updated_at > ${fromMs(filter.updatedAfterMs)}`);
  if (filter.updatedBeforeMs !== undefined) conditions.push(sql`r.updated_at < ${fromMs(filter.updatedBeforeMs)}`);
  const source =
    driving === undefined ? sql`dagwright.runs r` : sql`dagwright.run_tags t join dagwright.runs r on r.id = t.run_id`;
  return { source, conditions, place: { at, id } };
}

/** One value as `=`: only then an index hands out the page in order. */
const oneOf = (column: SqlFragment<unknown>, values: readonly string[]): SqlFragment<unknown> =>
  values.length === 1 ? sql`${column} = ${values[0]}` : sql`${column} = any(${values}::text[])`;

/** The index has the first 500 characters; the whole value is compared on the row. */
function tagIs(alias: string, key: string, values: readonly string[]): SqlFragment<unknown> {
  const value = sql.ref(`${alias}.value`);
  const indexed =
    values.length === 1
      ? sql`${indexedValue(value)} = left(${values[0]}, 500)`
      : sql`${indexedValue(value)} in (select left(wanted, 500) from unnest(${values}::text[]) wanted)`;
  return sql`${sql.ref(`${alias}.key`)} = ${key} and ${indexed} and ${oneOf(value, values)}`;
}
