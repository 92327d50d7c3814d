import { assetKeyFromString, type RunEventType } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import { StreamCursorError, StreamTypeError } from "../errors.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { EventStore, StreamCursor, StreamLag } from "./event-store.ts";
import { type StoredEntryRow, streamedEventTypes, toStoredEntry } from "./stored-entry.ts";

/** The horizon: every transaction before it has ended, so nothing can still appear among its events. */
const horizon = sql`pg_snapshot_xmin(pg_current_snapshot())`;

interface StreamRow extends StoredEntryRow {
  readonly xid: string;
  readonly id: string;
}

interface HorizonRow {
  readonly horizon: string;
  readonly lag_ms: number | null;
  readonly blocker: string | null;
  readonly is_held_up: boolean;
}

/**
 * One page behind the cursor, in the order (xid, id), up to the horizon. The page and the horizon come from one statement and so from one
 * snapshot: read apart, a transaction could commit in between, be left out of the page, and be passed by the cursor.
 */
export const streamStatement = (
  after: StreamPlace,
  types: readonly RunEventType[],
  limit: number,
): SqlFragment<StreamRow & HorizonRow> =>
  sql`
    with page as materialized (
      select xid, id, inserted_at, type, run_id, seq from dagwright.event_stream
      where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint) and xid < ${horizon} and type = any(${types}::text[]) ${notBefore(after)}
      order by xid, id limit ${limit})
    select ${horizon}::text as horizon,
      exists (select 1 from dagwright.event_stream where xid >= ${horizon} and type = any(${types}::text[]) ${notBefore(after)}) as is_held_up, blocker.lag_ms, blocker.name as blocker,
      p.xid::text as xid, p.id::text as id, coalesce(r.type, a.type) as type, p.run_id, p.seq,
      coalesce(r.step_key, a.step_key) as step_key, coalesce(r.at_ms, a.at_ms) as at_ms, null as level,
      coalesce(r.message, a.message) as message, coalesce(r.data, a.data) as data
    from (select 1) one
      left join page p on true
      left join dagwright.run_events r on r.run_id = p.run_id and r.seq = p.seq
      left join dagwright.asset_events a on r.run_id is null and a.inserted_at = p.inserted_at and a.id = p.id
      left join lateral (${blockerStatement}) blocker on true
    order by p.xid, p.id`;

/** Leaves out what had been committed when somebody began to read, though a transaction that was open then keeps it behind the horizon. */
const notBefore = ({ begun }: StreamPlace): SqlFragment<unknown> =>
  begun === null ? sql`` : sql`and not pg_visible_in_snapshot(xid, ${begun}::pg_snapshot)`;

/** The open transaction that holds the horizon, when one does. Other users' are seen only with the right pg_read_all_stats. */
const blockerStatement = sql`
  select (extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as lag_ms,
    coalesce(nullif(application_name, ''), 'unnamed') || ' (pid ' || pid || ')' as name
  from pg_stat_activity
  where pid <> pg_backend_pid() and backend_xid = ${horizon}::xid
  limit 1`;

export async function readStream(
  database: Database,
  cursor: StreamCursor | null,
  query: { readonly types: readonly RunEventType[]; readonly limit: number },
  options?: StoreOptions,
): ReturnType<EventStore["readStream"]> {
  const unknown = query.types.filter((type) => !(streamedEventTypes as readonly string[]).includes(type));
  if (unknown.length > 0) throw new StreamTypeError(unknown, streamedEventTypes);
  const after = parseCursor(cursor);
  const rows = await database.rows(streamStatement(after, query.types, query.limit), options);
  // A row without a place is the empty page; one without content points at an entry that retention has removed.
  const placed = rows.filter((row) => row.xid !== null);
  const told = placed.filter((row) => row.type !== null);
  const last = placed.at(-1);
  const first = rows[0];
  return {
    entries: told.map(toStoredEntry),
    places: told.map(({ xid, id }) => formatCursor({ xid, id, begun: after.begun })),
    // A full page may have more behind it; after a shorter one everything before the horizon has been read.
    cursor:
      last !== undefined && placed.length >= query.limit
        ? formatCursor({ xid: last.xid, id: last.id, begun: after.begun })
        : formatCursor({ xid: first?.horizon ?? "0", id: "0", begun: after.begun }),
    lagMs: first?.lag_ms ?? 0,
    blocker: first?.blocker ?? null,
    isHeldUp: first?.is_held_up ?? false,
  };
}

const materialized = sql.lit("ASSET_MATERIALIZATION");

/** The same page, with the assets alone: no event is read. */
export async function readMaterialized(
  database: Database,
  cursor: StreamCursor,
  limit: number,
  options?: StoreOptions,
): ReturnType<EventStore["readMaterialized"]> {
  const after = parseCursor(cursor);
  const [row] = await database.rows<{
    readonly keys: readonly string[] | null;
    readonly count: number;
    readonly last_xid: string | null;
    readonly last_id: string | null;
    readonly horizon: string;
    readonly is_held_up: boolean;
  }>(
    sql`
      with page as materialized (
        select xid, id, inserted_at from dagwright.event_stream
        where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint) and xid < ${horizon} and type = ${materialized} ${notBefore(after)}
        order by xid, id limit ${limit})
      select ${horizon}::text as horizon, count(*)::int as count, array_agg(distinct a.asset_key) filter (where a.asset_key is not null) as keys,
        (select xid::text from page order by xid desc, id desc limit 1) as last_xid,
        (select id::text from page order by xid desc, id desc limit 1) as last_id,
        exists (select 1 from dagwright.event_stream where xid >= ${horizon} and type = ${materialized} ${notBefore(after)}) as is_held_up
      from page p left join dagwright.asset_events a on a.inserted_at = p.inserted_at and a.id = p.id`,
    options,
  );
  const hasMore = (row?.count ?? 0) >= limit;
  return {
    assetKeys: (row?.keys ?? []).map(assetKeyFromString),
    cursor: formatCursor({
      xid: (hasMore ? row?.last_xid : null) ?? row?.horizon ?? "0",
      id: (hasMore ? row?.last_id : null) ?? "0",
      begun: after.begun,
    }),
    hasMore,
    isHeldUp: row?.is_held_up ?? false,
  };
}

const mostUnread = 10_000;

export async function streamLag(
  database: Database,
  cursor: StreamCursor,
  types: readonly RunEventType[],
  options?: StoreOptions,
): Promise<StreamLag> {
  const after = parseCursor(cursor);
  const [row] = await database.rows<{
    readonly behind_ms: number | null;
    readonly unread: number;
    readonly lag_ms: number | null;
    readonly blocker: string | null;
  }>(
    sql`
      with unread as materialized (
        select inserted_at from dagwright.event_stream
        where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint) and type = any(${types}::text[]) ${notBefore(after)}
        order by xid, id limit ${mostUnread})
      select u.*, blocker.lag_ms, blocker.name as blocker
      from (
          select (extract(epoch from clock_timestamp() - min(inserted_at)) * 1000)::float8 as behind_ms, count(*)::int as unread from unread) u
        left join lateral (${blockerStatement}) blocker on true`,
    options,
  );
  return {
    behindMs: Math.max(0, row?.behind_ms ?? 0),
    unread: row?.unread ?? 0,
    heldMs: row?.lag_ms ?? 0,
    blocker: row?.blocker ?? null,
  };
}

/**
 * Behind everything that has been committed now: events of transactions that are open at this moment will still be read, and no other ones that
 * such a transaction keeps behind the horizon.
 */
export async function streamEnd(database: Database, options?: StoreOptions): Promise<StreamCursor> {
  const [row] = await database.rows<{ snapshot: string }>(sql`select pg_current_snapshot()::text as snapshot`, options);
  const begun = row?.snapshot ?? "0:0:";
  return formatCursor({ xid: begun.split(":", 1)[0]!, id: "0", begun });
}

/** A place in the stream. */
interface StreamPlace {
  readonly xid: string;
  readonly id: string;
  /** What had been committed when somebody began to read there, as Postgres writes a snapshot; null: it does not matter any more. */
  readonly begun: string | null;
}

/** From the first transaction on that had not begun in a snapshot, that says nothing. */
function formatCursor({ xid, id, begun }: StreamPlace): StreamCursor {
  const isOver = begun === null || BigInt(xid) >= BigInt(begun.split(":")[1]!);
  return isOver ? `${xid}:${id}` : `${xid}:${id}@${begun}`;
}

const cursorForm = /^(\d{1,20}):(\d{1,19})(?:@(\d{1,20}:\d{1,20}:[\d,]*))?$/;

/** Whether a text can be a cursor of the stream. */
export const isStreamCursor = (text: string): boolean => cursorForm.test(text);

/** Whether a place of the stream lies behind what whoever has a cursor has read. */
export function isBehind(place: StreamCursor, cursor: StreamCursor): boolean {
  const [a, b] = [parseCursor(place), parseCursor(cursor)];
  return BigInt(a.xid) > BigInt(b.xid) || (a.xid === b.xid && BigInt(a.id) > BigInt(b.id));
}

function parseCursor(cursor: StreamCursor | null): StreamPlace {
  if (cursor === null) return { xid: "0", id: "0", begun: null };
  const [, xid, id, begun = null] = cursorForm.exec(cursor) ?? [];
  if (xid === undefined || id === undefined) throw new StreamCursorError(cursor);
  return { xid, id, begun };
}
