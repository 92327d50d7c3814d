import { crashPoint, type HolderId } from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { Connection, Database } from "../database/database.ts";
import { toStoredJson } from "../database/stored-text.ts";
import { interval, toMs } from "../database/time.ts";
import type { StoreOptions } from "../runs/run-store.ts";
import {
  deleteDefaultRows,
  deleteBackfills,
  deleteEvaluations,
  deleteRuns,
  deleteStreamRows,
  deleteTicks,
  dropPartition,
  oldDefaultRows,
  oldBackfills,
  oldEvaluations,
  oldPartitions,
  oldRuns,
  oldStreamRows,
  oldTicks,
  tablesOf,
} from "./purge-statements.ts";
import type { Purgeable, Purged, RetentionReport, RetentionStep, RetentionStore, RetentionTurn } from "./retention-store.ts";

/** What a pass has done so far. */
type Progress = Omit<RetentionReport, "endedAtMs">;
type Batch = Omit<Purged, "step"> & { readonly isDone: boolean };

const defaultLeaseMs = 60_000;
const countAtMost = 100_000;
const partitionsAtMost = 1_000;

/** Retention on Postgres. */
export class PostgresRetentionStore implements RetentionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(
    holder: HolderId,
    leaseMs: number,
    { isAskedFor = false, ...options }: StoreOptions & { readonly isAskedFor?: boolean } = {},
  ): Promise<RetentionTurn | null> {
    // The pass of a holder that died is gone on with.
    const [row] = await this.#database.rows<{ fence: number }>(
      sql`
        update dagwright.retention set holder = ${holder}, lease_until = now() + ${interval(leaseMs)}, fence = fence + 1,
          progress = coalesce(progress, jsonb_build_object('startedAtMs', ${toMs(sql`now()`)}, 'purged', '[]'::jsonb))
        where (${isAskedFor} or next_at <= now()) and (holder is null or holder = ${holder} or lease_until < now())
        returning fence`,
      options,
    );
    return row === undefined ? null : { holder, fence: row.fence };
  }

  async purge(
    turn: RetentionTurn,
    step: RetentionStep,
    limit: number,
    options: StoreOptions & { readonly leaseMs?: number } = {},
  ): Promise<(Purged & { readonly isDone: boolean }) | null> {
    return await this.#database.transaction(async (transaction) => {
      const [held] = await transaction.rows<{ progress: Progress }>(sql`
        update dagwright.retention set lease_until = now() + ${interval(options.leaseMs ?? defaultLeaseMs)}
        where holder = ${turn.holder} and fence = ${turn.fence} returning progress`);
      if (held === undefined) return null;
      const batch = await purgeBatch(transaction, step, limit);
      if (batch.rows + batch.partitions.length > 0) crashPoint("retention.rows-gone");
      const progress = { ...held.progress, purged: added(held.progress.purged, { step, ...batch }) };
      await transaction.rows(sql`update dagwright.retention set progress = ${toStoredJson(progress)}::jsonb`);
      return { step, ...batch };
    }, options);
  }

  async end(turn: RetentionTurn, everyMs: number, options?: StoreOptions): Promise<boolean> {
    const ended = await this.#database.rows(
      sql`
        update dagwright.retention set holder = null, lease_until = null, next_at = now() + ${interval(everyMs)}, progress = null,
          report = progress || jsonb_build_object('endedAtMs', ${toMs(sql`now()`)})
        where holder = ${turn.holder} and fence = ${turn.fence} returning 1`,
      options,
    );
    return ended.length > 0;
  }

  async nextDueAtMs(options?: StoreOptions): Promise<number> {
    const [row] = await this.#database.rows<{ at_ms: number }>(
      sql`select ${toMs(sql`greatest(next_at, lease_until)`)} as at_ms from dagwright.retention`,
      options,
    );
    return row?.at_ms ?? Number.NaN;
  }

  async lastReport(options?: StoreOptions): Promise<RetentionReport | null> {
    const [row] = await this.#database.rows<{ report: RetentionReport | null }>(
      sql`select report from dagwright.retention`,
      options,
    );
    return row?.report ?? null;
  }

  async preview(step: RetentionStep, options?: StoreOptions): Promise<Purgeable> {
    const count = async (rows: SqlFragment): Promise<number> => {
      const [row] = await this.#database.rows<{ count: number }>(sql`select count(*)::int as count from (${rows}) old`, options);
      return row?.count ?? 0;
    };
    switch (step.kind) {
      case "ticks":
        return { step, rows: await count(oldTicks(step, countAtMost)), partitions: [] };
      case "runs":
        return { step, rows: await count(oldRuns(step, countAtMost)), partitions: [] };
      case "backfills":
        return { step, rows: await count(oldBackfills(step, countAtMost)), partitions: [] };
      case "evaluations":
        return { step, rows: await count(oldEvaluations(step, countAtMost)), partitions: [] };
      case "event_stream":
        return { step, rows: await count(oldStreamRows(step, countAtMost)), partitions: [] };
      case "events": {
        const partitions = await this.#database.rows(oldPartitions(step.class, step.beforeMs, partitionsAtMost), options);
        let rows = 0;
        for (const table of tablesOf[step.class]) rows += await count(oldDefaultRows(table, step.beforeMs, countAtMost));
        return {
          step,
          rows,
          partitions: partitions.map(({ parent, suffix, size_bytes }) => ({
            name: `${parent}_${suffix}`,
            sizeBytes: size_bytes,
          })),
        };
      }
    }
  }
}

async function purgeBatch(transaction: Connection, step: RetentionStep, limit: number): Promise<Batch> {
  const deleted = async (statement: SqlFragment<{ count: number }>): Promise<Batch> => {
    const [row] = await transaction.rows(statement);
    const rows = row?.count ?? 0;
    return { rows, partitions: [], isDone: rows < limit };
  };
  switch (step.kind) {
    case "ticks":
      return await deleted(deleteTicks(step, limit));
    case "runs":
      return await deleted(deleteRuns(step, limit));
    case "backfills": {
      const batch = await deleted(deleteBackfills(step, limit));
      // The rows of several tables: only when nothing is left is it known that nothing is.
      return { ...batch, isDone: batch.rows === 0 };
    }
    case "evaluations":
      return await deleted(deleteEvaluations(step, limit));
    case "event_stream":
      return await deleted(deleteStreamRows(step, limit));
    case "events": {
      const [oldest] = await transaction.rows(oldPartitions(step.class, step.beforeMs, 1));
      if (oldest !== undefined) {
        const [answer] = await transaction.rows(dropPartition(oldest));
        // Busy tables are left for the next pass; what lies in the default partition does not wait for them.
        if (answer?.is_dropped) return { rows: 0, partitions: [`${oldest.parent}_${oldest.suffix}`], isDone: false };
      }
      for (const table of tablesOf[step.class]) {
        const batch = await deleted(deleteDefaultRows(table, step.beforeMs, limit));
        if (batch.rows > 0) return { ...batch, isDone: false };
      }
      return { rows: 0, partitions: [], isDone: true };
    }
  }
}

/** Batches of one step are told as one. */
function added(before: readonly Purged[], { step, rows, partitions }: Purged): readonly Purged[] {
  if (rows === 0 && partitions.length === 0) return before;
  const id = nameOf(step);
  const known = before.find((one) => nameOf(one.step) === id);
  if (known === undefined) return [...before, { step, rows, partitions }];
  return before.map((one) =>
    one === known ? { step, rows: known.rows + rows, partitions: [...known.partitions, ...partitions] } : one,
  );
}

const nameOf = (step: RetentionStep): string =>
  step.kind === "ticks" ? `${step.instigatorKind} ${step.status}` : step.kind === "events" ? step.class : step.kind;
