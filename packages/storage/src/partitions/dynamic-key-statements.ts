import { sql, type SqlFragment } from "../database/sql.ts";

/**
 * Takes the next version of a name when `condition` holds, and so its lock: changes of the keys of one name come one after the other, which is why those
 * behind it neither wait for each other nor deadlock.
 */
const nextVersion = (name: string, condition: SqlFragment, isDeletion: boolean): SqlFragment => sql`
  bumped as (
    insert into dagwright.dynamic_partition_names as n (name, version, deleted_version)
    select ${name}, 1, ${sql.lit(isDeletion ? 1 : 0)} where ${condition}
    on conflict (name) do update set version = n.version + 1
      ${isDeletion ? sql`, deleted_version = n.version + 1` : sql``}
    returning version)`;

/** Adds keys and gives those that are new. Numbers follow the given order. */
export const addKeysStatement = (name: string, keys: readonly string[]): SqlFragment<{ key: string }> => sql<{ key: string }>`
  with given as materialized (
    select key, min(ord) as ord from unnest(${[...keys]}::text[]) with ordinality as g(key, ord) group by key),
  numbered as materialized (
    select key, nextval(pg_get_serial_sequence('dagwright.dynamic_partitions', 'id')) as id from (
      select key from given g
      where not exists (select 1 from dagwright.dynamic_partitions d where d.name = ${name} and d.key = g.key)
      order by ord) ordered),
  ${nextVersion(name, sql`exists (select 1 from numbered)`, false)},
  written as (
    insert into dagwright.dynamic_partitions (name, key, id, version) overriding system value
    select ${name}, n.key, n.id, b.version from bumped b, numbered n order by n.key
    on conflict (name, key) do nothing returning key, id)
  select key from written order by id`;

/** Deletes keys and gives those that were there. */
export const deleteKeysStatement = (name: string, keys: readonly string[]): SqlFragment<{ key: string }> => sql<{ key: string }>`
  with given as materialized (
    select key from dagwright.dynamic_partitions where name = ${name} and key = any(${[...keys]}::text[])),
  ${nextVersion(name, sql`exists (select 1 from given)`, true)}
  delete from dagwright.dynamic_partitions d using bumped, given g where d.name = ${name} and d.key = g.key returning d.key`;

export interface ChangedKeyRow {
  readonly version: string;
  readonly is_anew: boolean;
  readonly key: string | null;
  readonly id: string | null;
}

/** The keys that came behind a version, or all of them where some were taken away since; one row without a key when there is none. */
export const changedKeysStatement = (name: string, since: string | null): SqlFragment<ChangedKeyRow> => sql<ChangedKeyRow>`
  with known as (
    select coalesce(max(version), 0) as version, coalesce(max(deleted_version), 0) as deleted_version
    from dagwright.dynamic_partition_names where name = ${name}),
  behind as (
    select version, (${since}::bigint is null or deleted_version > ${since}::bigint) as is_anew from known)
  select b.version::text as version, b.is_anew, d.key, d.id::text as id from behind b
  left join dagwright.dynamic_partitions d on d.name = ${name} and d.version > case when b.is_anew then -1 else ${since}::bigint end
  order by d.id`;
