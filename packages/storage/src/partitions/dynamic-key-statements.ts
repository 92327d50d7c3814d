import { sql, type SqlFragment } from "../database/sql.ts";

/**
 * Adds keys and gives those that are new. Numbers follow the given order, rows are written in that of the keys: two calls with the same keys wait
 * for each other and never deadlock.
 */
export const addKeysStatement = (name: string, keys: readonly string[]): SqlFragment<{ key: string }> => sql<{ key: string }>`
  with given as materialized (
    select key, min(ord) as ord from unnest(${[...keys]}::text[]) with ordinality as g(key, ord) group by key),
  numbered as materialized (
    select key, nextval(pg_get_serial_sequence('dagwright.dynamic_partitions', 'id')) as id from (
      select key from given g
      where not exists (select 1 from dagwright.dynamic_partitions d where d.name = ${name} and d.key = g.key)
      order by ord) ordered),
  written as (
    insert into dagwright.dynamic_partitions (name, key, id) overriding system value
    select ${name}, key, id from numbered order by key
    on conflict (name, key) do nothing returning key, id)
  select key from written order by id`;

/** Deletes keys and gives those that were there. */
export const deleteKeysStatement = (name: string, keys: readonly string[]): SqlFragment<{ key: string }> => sql<{ key: string }>`
  with locked as materialized (
    select key from dagwright.dynamic_partitions
    where name = ${name} and key = any(${[...keys]}::text[]) order by key for update)
  delete from dagwright.dynamic_partitions d using locked l where d.name = ${name} and d.key = l.key returning d.key`;
