import { sql, type SqlFragment } from "../database/sql.ts";

/**
 * Distinct keys by skipping from one to the next in the index: as many index probes as there are keys. `select distinct` would read every tag of every run.
 */
export const tagKeysStatement: SqlFragment<{ key: string }> = sql<{ key: string }>`
  with recursive keys as (
    (select key from dagwright.run_tags order by key limit 1)
    union all
    select (select t.key from dagwright.run_tags t where t.key > k.key order by t.key limit 1) from keys k where k.key is not null)
  select key from keys where key is not null`;

/** What the tags' index holds of a value: its beginning, in C order. */
export const indexedValue = (value: SqlFragment<unknown>): SqlFragment<unknown> => sql`(left(${value}, 500) collate "C")`;

const place = indexedValue(sql`t.value`);

/** Distinct values of a key, likewise; values that agree in their first 500 characters are told once. */
export const tagValuesStatement = (key: string, prefix: string, limit: number): SqlFragment<{ value: string }> => sql<{
  value: string;
}>`
  with recursive found as (
    (select t.value, ${place} as place from dagwright.run_tags t
      where t.key = ${key} and ${place} >= ${prefix} order by ${place} limit 1)
    union all
    (select next.value, next.place from found f cross join lateral (
      select t.value, ${place} as place from dagwright.run_tags t
      where t.key = ${key} and ${place} > f.place order by ${place} limit 1) next
      where starts_with(f.value, ${prefix})))
  select value from found where starts_with(value, ${prefix}) limit ${limit}`;
