import { type AssetEvent, type AssetKey, assetKeyFromString, assetKeyToString, type RunId, runId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import { fromMs } from "../database/time.ts";
import { toEvent } from "../events/stored-entry.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import type { AssetState, AssetStore, StoredAssetEvent } from "./asset-store.ts";
import { reportStatement } from "./report-statement.ts";
import {
  latestOfPartitionsStatement,
  type PartitionChanges,
  partitionChangesStatement,
  isKept,
  type UnsettledPartition,
  unsettledPartitionsStatement,
} from "./partition-status.ts";
import {
  beginWipeStatement,
  deleteWipedChecks,
  deleteWipedEvents,
  deleteWipedPartitions,
  settleChangedPartitions,
  wipePartitionsStatement,
} from "./wipe-statements.ts";

interface AssetEventRow {
  readonly id: string;
  readonly run_id: string | null;
  readonly seq: number | null;
  readonly type: string;
  readonly step_key: string | null;
  readonly at_ms: number;
  readonly message: string;
  readonly data: object | null;
}

/** An event as the latest state keeps it. */
interface KeptEvent {
  readonly id: string;
  readonly runId: string | null;
  readonly seq: number | null;
  readonly type: string;
  readonly stepKey: string | null;
  readonly atMs: number;
  readonly message: string;
  readonly data: object | null;
}

interface AssetRow {
  readonly key: string;
  readonly last_materialization: KeptEvent | null;
  readonly last_observation: KeptEvent | null;
  readonly last_failure: KeptEvent | null;
  readonly last_planned_run_id: string | null;
}

/** Rows of one transaction of a wipe: others that wait for one of them do not wait long. */
const wipedAtOnce = 5_000;

/** An asset that was wiped, and of which nothing was told since, is not known. */
const isKnown = sql`(wiped_version = 0 or coalesce(last_materialization, last_observation, last_failure) is not null or last_planned_run_id is not null)`;

type EventsPage = Parameters<AssetStore["events"]>[1];

/** The asset store on Postgres. What runs write about assets arrives with their batches; see the event store. */
export class PostgresAssetStore implements AssetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async states(keys: readonly AssetKey[], options?: StoreOptions): Promise<readonly AssetState[]> {
    if (keys.length === 0) return [];
    const rows = await this.#database.rows<AssetRow>(
      sql`
        select key, last_materialization, last_observation, last_failure, last_planned_run_id
        from dagwright.assets where key = any(${keys.map(assetKeyToString)}::text[]) and ${isKnown}`,
      options,
    );
    return rows.map((row) => ({
      key: assetKeyFromString(row.key),
      lastMaterialization: fromKept(row.last_materialization),
      lastObservation: fromKept(row.last_observation),
      lastFailure: fromKept(row.last_failure),
      lastPlannedRunId: row.last_planned_run_id === null ? null : runId(row.last_planned_run_id),
    }));
  }

  async list(
    page: { readonly prefix?: AssetKey; readonly cursor?: AssetKey; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly AssetKey[]> {
    const rows = await this.#database.rows<{ key: string }>(listAssetsStatement(page), options);
    return rows.map((row) => assetKeyFromString(row.key));
  }

  async events(key: AssetKey, page: EventsPage, options?: StoreOptions): Promise<readonly StoredAssetEvent[]> {
    if (page.types.length === 0) return [];
    return (await this.#database.rows(assetEventsStatement(key, page), options)).map(fromRow);
  }

  async materializedPartitions(key: AssetKey, options?: StoreOptions): Promise<readonly string[]> {
    const rows = await this.#database.rows<{ partition: string }>(
      sql`
        select partition from dagwright.asset_partitions
        where asset_key = ${assetKeyToString(key)} and last_materialization_id is not null and ${isKept(assetKeyToString(key))} order by partition`,
      options,
    );
    return rows.map((row) => row.partition);
  }

  async partitionChanges(key: AssetKey, since: string | null, options?: StoreOptions): Promise<PartitionChanges> {
    const rows = await this.#database.rows(partitionChangesStatement(assetKeyToString(key), since ?? "-1"), options);
    return {
      version: rows[0]?.version ?? "-1",
      isReset: rows[0]?.is_reset ?? true,
      changes: rows.flatMap(({ partition, is_materialized }) =>
        partition === null ? [] : [{ partition, isMaterialized: is_materialized === true }],
      ),
    };
  }

  async unsettledPartitions(key: AssetKey, options?: StoreOptions): Promise<readonly UnsettledPartition[]> {
    const rows = await this.#database.rows(unsettledPartitionsStatement(assetKeyToString(key)), options);
    return rows.map(({ partition, status, run_id }) => ({
      partition,
      status,
      runId: run_id === null ? null : runId(run_id),
    }));
  }

  async latestOfPartitions(
    key: AssetKey,
    partitions: readonly string[],
    options?: StoreOptions,
  ): Promise<ReadonlyMap<string, StoredAssetEvent>> {
    if (partitions.length === 0) return new Map();
    const rows = await this.#database.rows(latestOfPartitionsStatement(assetKeyToString(key), partitions), options);
    return new Map(rows.map((row) => [row.partition, fromRow(row)]));
  }

  async latestRunOfPartition(key: AssetKey, partition: string, options?: StoreOptions): Promise<RunId | null> {
    const [row] = await this.#database.rows<{ run_id: string | null }>(
      sql`
        select case when coalesce(last_planned_id, 0) > coalesce(last_materialization_id, 0) then last_planned_run_id
          else coalesce(last_materialization_run_id, last_planned_run_id) end as run_id
        from dagwright.asset_partitions
        where asset_key = ${assetKeyToString(key)} and partition = ${partition} and ${isKept(assetKeyToString(key))}`,
      options,
    );
    return row === undefined || row.run_id === null ? null : runId(row.run_id);
  }

  async wipePartitions(key: AssetKey, partitions: readonly string[], options?: StoreOptions): Promise<void> {
    const id = assetKeyToString(key);
    for (let from = 0; from < partitions.length; from += wipedAtOnce)
      await this.#database.rows(wipePartitionsStatement(id, partitions.slice(from, from + wipedAtOnce)), options);
  }

  async wipe(key: AssetKey, options?: StoreOptions): Promise<boolean> {
    const id = assetKeyToString(key);
    const [begun] = await this.#database.rows(beginWipeStatement(id), options);
    if (begun === undefined) return false;
    for (const deleteBatch of [deleteWipedPartitions, deleteWipedEvents, deleteWipedChecks]) {
      for (;;) {
        const [batch] = await this.#database.rows(deleteBatch(id, begun.wiped, wipedAtOnce), options);
        if ((batch?.count ?? 0) < wipedAtOnce) break;
      }
    }
    await this.#database.rows(settleChangedPartitions(id, begun.wiped), options);
    return true;
  }

  async report(events: readonly AssetEvent[], options?: StoreOptions): Promise<void> {
    if (events.length === 0) return;
    await this.#database.rows(reportStatement(events), options);
  }
}

const fromRow = (row: AssetEventRow): StoredAssetEvent => ({
  id: row.id,
  runId: row.run_id === null ? null : runId(row.run_id),
  seq: row.seq,
  event: toEvent(row) as AssetEvent,
});

function fromKept(kept: KeptEvent | null): StoredAssetEvent | null {
  if (kept === null) return null;
  return {
    id: kept.id,
    runId: kept.runId === null ? null : runId(kept.runId),
    seq: kept.seq,
    event: toEvent({
      type: kept.type,
      step_key: kept.stepKey,
      at_ms: kept.atMs,
      message: kept.message,
      data: kept.data,
    }) as AssetEvent,
  };
}

/** A key's text starts with that of its prefix up to the closing bracket; `-` follows `,` in C order, so the range holds the longer keys. */
export function listAssetsStatement(page: {
  readonly prefix?: AssetKey;
  readonly cursor?: AssetKey;
  readonly limit: number;
}): SqlFragment<{ key: string }> {
  const conditions: SqlFragment<unknown>[] = [isKnown];
  if (page.prefix !== undefined && page.prefix.length > 0) {
    const open = assetKeyToString(page.prefix).slice(0, -1);
    conditions.push(sql`(key = ${`${open}]`} or (key >= ${`${open},`} and key < ${`${open}-`}))`);
  }
  if (page.cursor !== undefined) conditions.push(sql`key > ${assetKeyToString(page.cursor)}`);
  return sql<{
    key: string;
  }>`select key from dagwright.assets where ${sql.join(conditions, sql` and `)} order by key limit ${page.limit}`;
}

/** One range of the index per type, each in order and ended by the page's limit, merged by id. */
/** Longest that an event is on its way into the database, or that a worker's clock is ahead. */
const underWayMs = 24 * 60 * 60 * 1_000;

export function assetEventsStatement(key: AssetKey, page: EventsPage): SqlFragment<AssetEventRow> {
  const conditions: SqlFragment<unknown>[] = [sql`e.asset_key = ${assetKeyToString(key)}`];
  if (page.partitions !== undefined) conditions.push(sql`e.partition = any(${page.partitions}::text[])`);
  if (page.cursor !== undefined) conditions.push(sql`e.id < ${page.cursor}::bigint`);
  if (page.after !== undefined) conditions.push(sql`e.id > ${page.after}::bigint`);
  if (page.ids !== undefined) conditions.push(sql`e.id = any(${page.ids}::bigint[])`);
  // The event's own time is what clients see and page by; that of its row says which of the table's partitions can have it.
  if (page.beforeMs !== undefined)
    conditions.push(sql`e.at_ms < ${page.beforeMs} and e.inserted_at < ${fromMs(page.beforeMs + underWayMs)}`);
  if (page.afterMs !== undefined)
    conditions.push(sql`e.at_ms > ${page.afterMs} and e.inserted_at > ${fromMs(page.afterMs - underWayMs)}`);
  const order = page.ascending === true ? sql`asc` : sql`desc`;
  return sql<AssetEventRow>`
    select e.id::text as id, e.run_id, e.seq, e.type, e.step_key, e.at_ms, e.message, e.data
    from unnest(${page.types}::text[]) wanted(type), lateral (
      select * from dagwright.asset_events e
      where e.type = wanted.type and ${sql.join(conditions, sql` and `)} order by e.id ${order} limit ${page.limit}) e
    order by e.id ${order} limit ${page.limit}`;
}
