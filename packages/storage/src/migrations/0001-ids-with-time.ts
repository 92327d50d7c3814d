import type { Migration } from "./migration.ts";

/**
 * Run ids are uuids of version 7 that carry this database's clock. Postgres has `uuidv7()` only from 18 on, so the schema brings its own for 14 to 18:
 * 48 bits of milliseconds, then 12 bits of the fraction of the millisecond (ids of one process are in order within it too), then chance.
 */
export const idsWithTime: Migration = {
  number: 1,
  name: "ids with time",
  isCompatible: true,
  sql: `
    create function dagwright.uuid7() returns uuid language plpgsql volatile parallel safe set search_path = pg_catalog as $$
    declare
      micros bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
      fraction int := ((micros % 1000) * 4096 / 1000)::int;
      bytes bytea := overlay(uuid_send(gen_random_uuid()) placing substring(int8send(micros / 1000) from 3) from 1 for 6);
    begin
      bytes := set_byte(bytes, 6, 112 | (fraction >> 8));
      bytes := set_byte(bytes, 7, fraction & 255);
      return encode(bytes, 'hex')::uuid;
    end
    $$;

    -- The smallest uuid 7 of a time; bounds of partitions and of searches by time.
    create function dagwright.uuid7_floor(at timestamptz) returns uuid language sql immutable parallel safe set search_path = pg_catalog as $$
      select (encode(substring(int8send((extract(epoch from at) * 1000)::bigint) from 3), 'hex') || '00000000000000000000')::uuid
    $$;
  `,
};
