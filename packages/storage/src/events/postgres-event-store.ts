import { isFinalRunStatus, type RunEventType, type RunId, type RunStatus, type StoredEntry, isRunId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { Database } from "../database/database.ts";
import { failureCode } from "../database/postgres-failure.ts";
import { IllegalRunMoveError, RunAttemptStaleError, RunFinishedError, RunNotFoundError } from "../errors.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import { appendStatement, notifyLateStatement } from "./append-statement.ts";
import type { EventBatch, EventStore, LogPage, StepStats, StreamCursor, StreamLag } from "./event-store.ts";
import { readMaterialized, readStream, streamEnd, streamLag } from "./event-stream.ts";
import { LogNotifier } from "./log-notifier.ts";
import { movesOf, type RunMoves } from "./run-moves.ts";
import { stepStatsStatement, type StepStatsRow, toStepStats } from "./step-stats.ts";
import { type StoredEntryRow, toStoredEntry } from "./stored-entry.ts";

const uniqueViolation = "23505";

/** The event store on Postgres. */
export class PostgresEventStore implements EventStore, AsyncDisposable {
  readonly #database: Database;
  readonly #notifier: LogNotifier;

  constructor(database: Database) {
    this.#database = database;
    this.#notifier = new LogNotifier(async (runId, atOnce) => {
      // A lost notification is made up for by the next one or by a reader's own look; it must not fail a batch that was written.
      await database.rows(notifyLateStatement(runId, atOnce)).catch(() => undefined);
    });
  }

  async append(batch: EventBatch, options?: StoreOptions): Promise<number> {
    if (!isRunId(batch.runId)) throw new RunNotFoundError(batch.runId);
    const moves = movesOf(batch.entries, batch.onlyFrom);
    try {
      const [appended] = await this.#database.rows(appendStatement(batch, moves), options);
      if (appended === undefined) return await this.#refused(batch, moves, options);
      this.#notifier.appended(batch.runId, appended.notified);
      return appended.last_seq;
    } catch (error) {
      if (failureCode(error) !== uniqueViolation || batch.batchId === undefined) throw error;
      const earlier = await this.#earlierSeq(batch, options);
      if (earlier === null) throw error;
      return earlier;
    }
  }

  /** Finds out why the guarded update met no row; a batch that was written before is no failure. */
  async #refused(batch: EventBatch, moves: RunMoves, options: StoreOptions | undefined): Promise<number> {
    const earlier = await this.#earlierSeq(batch, options);
    if (earlier !== null) return earlier;
    const [run] = await this.#database.rows<{ status: RunStatus; attempt: number }>(
      sql`select status, attempt from dagwright.runs where id = ${batch.runId}::uuid`,
      options,
    );
    if (run === undefined) throw new RunNotFoundError(batch.runId);
    if (batch.attempt !== null && batch.attempt !== run.attempt)
      throw new RunAttemptStaleError(batch.runId, batch.attempt, run.attempt);
    if (isFinalRunStatus(run.status)) throw new RunFinishedError(batch.runId, run.status);
    throw new IllegalRunMoveError(batch.runId, run.status, moves.to, batch.onlyFrom);
  }

  async #earlierSeq(batch: EventBatch, options: StoreOptions | undefined): Promise<number | null> {
    if (batch.batchId === undefined) return null;
    const [earlier] = await this.#database.rows<{ last_seq: number }>(
      sql`select last_seq from dagwright.run_batches where run_id = ${batch.runId}::uuid and batch_id = ${batch.batchId}`,
      options,
    );
    return earlier?.last_seq ?? null;
  }

  async read(runId: RunId, page: LogPage, options?: StoreOptions): Promise<readonly StoredEntry[]> {
    if (!isRunId(runId) || page.types?.length === 0) return [];
    const rows = await this.#database.rows<StoredEntryRow>(readStatement(runId, page), options);
    return rows.map(toStoredEntry);
  }

  async readTypes(
    runIds: readonly RunId[],
    types: readonly RunEventType[],
    options?: StoreOptions,
  ): Promise<readonly StoredEntry[]> {
    if (runIds.length === 0 || types.length === 0) return [];
    const rows = await this.#database.rows<StoredEntryRow>(
      sql`
        select run_id, seq, type, step_key, at_ms, null as level, message, data from dagwright.run_events
        where run_id = any(${runIds.filter(isRunId)}::uuid[]) and type = any(${types}::text[]) order by run_id, seq`,
      options,
    );
    return rows.map(toStoredEntry);
  }

  async stepStats(runIds: readonly RunId[], options?: StoreOptions): Promise<readonly StepStats[]> {
    if (runIds.length === 0) return [];
    const rows = await this.#database.rows<StepStatsRow>(stepStatsStatement(runIds.filter(isRunId)), options);
    return rows.map(toStepStats);
  }

  readStream(
    cursor: StreamCursor | null,
    query: { readonly types: readonly RunEventType[]; readonly limit: number },
    options?: StoreOptions,
  ): ReturnType<EventStore["readStream"]> {
    return readStream(this.#database, cursor, query, options);
  }

  readMaterialized(cursor: StreamCursor, limit: number, options?: StoreOptions): ReturnType<EventStore["readMaterialized"]> {
    return readMaterialized(this.#database, cursor, limit, options);
  }

  streamLag(cursor: StreamCursor, types: readonly RunEventType[], options?: StoreOptions): Promise<StreamLag> {
    return streamLag(this.#database, cursor, types, options);
  }

  streamEnd(options?: StoreOptions): Promise<StreamCursor> {
    return streamEnd(this.#database, options);
  }

  /** Sends what the writers' interval still holds back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#notifier[Symbol.asyncDispose]();
  }
}

/** Two ranges of two primary keys, merged; each ends at the page's limit by itself. */
export function readStatement(runId: RunId, page: LogPage): SqlFragment<StoredEntryRow> {
  const place = sql`run_id = ${runId}::uuid and seq > ${page.afterSeq}`;
  const steps = page.stepKeys === undefined ? sql`` : sql`and step_key = any(${page.stepKeys}::text[])`;
  const end = sql`order by seq limit ${page.limit}`;
  const sources: SqlFragment<unknown>[] = [];
  const eventTypes = page.types?.filter((type) => type !== "LOG_LINE");
  if (eventTypes === undefined || eventTypes.length > 0) {
    const types = eventTypes === undefined ? sql`` : sql`and type = any(${eventTypes}::text[])`;
    sources.push(sql`
      (select run_id, seq, type, step_key, at_ms, null::text as level, message, data from dagwright.run_events where ${place} ${steps} ${types} ${end})`);
  }
  if (page.types === undefined || page.types.includes("LOG_LINE")) {
    const levels = page.levels === undefined ? sql`` : sql`and level = any(${page.levels}::text[])`;
    sources.push(sql`
      (select run_id, seq, 'LOG_LINE' as type, step_key, at_ms, level, message, null::jsonb as data from dagwright.run_logs where ${place} ${steps} ${levels} ${end})`);
  }
  return sql<StoredEntryRow>`select * from (${sql.join(sources, sql` union all `)}) entries ${end}`;
}
