import {
  activeBackfillStatuses,
  type Backfill,
  type BackfillId,
  crashPoint,
  runId,
  type RunPartition,
  type RunStatus,
} from "@dagwright/model";
import type { Database } from "../database/database.ts";
import { failureCode } from "../database/postgres-failure.ts";
import { sql, type SqlFragment } from "../database/sql.ts";
import { toMs } from "../database/time.ts";
import { BackfillConflictError, BackfillEndedError, BackfillNotFoundError } from "../errors.ts";
import type { PostgresRunStore } from "../runs/postgres-run-store.ts";
import type { LaunchClaim, StoreOptions } from "../runs/run-store.ts";
import { backfillColumns, type BackfillRow, type TargetRow, toBackfill, toTarget } from "./backfill-row.ts";
import {
  claimDueBackfillsStatement,
  createStatement,
  holdStatement,
  logStatement,
  moveStatement,
  newsStatement,
  noticeEndedStatement,
  nextDueStatement,
  progressStatement,
  seeStatement,
  writeRunsStatement,
} from "./backfill-statements.ts";
import { countBackfillsStatement, listBackfillsStatement } from "./list-backfills-statement.ts";
import type {
  BackfillClaim,
  BackfillCommit,
  BackfillFilter,
  BackfillLogLine,
  BackfillPage,
  BackfillRunNews,
  BackfillStore,
  BackfillTarget,
  NewBackfill,
} from "./backfill-store.ts";

const defaultCountAtMost = 100_000;
const uniqueViolation = "23505";

/** Backfills on Postgres. */
export class PostgresBackfillStore implements BackfillStore {
  readonly #database: Database;
  readonly #runs: PostgresRunStore;

  constructor(database: Database, runs: PostgresRunStore) {
    this.#database = database;
    this.#runs = runs;
  }

  async create(backfill: NewBackfill, options?: StoreOptions): Promise<Backfill> {
    try {
      const [row] = await this.#database.rows(createStatement(backfill), options);
      if (row === undefined) throw new TypeError("A backfill was written and is not told of");
      return toBackfill(row);
    } catch (error) {
      if (failureCode(error) === uniqueViolation) throw new BackfillConflictError(backfill.id, { cause: error });
      throw error;
    }
  }

  async log(
    id: BackfillId,
    { after, limit }: Parameters<BackfillStore["log"]>[1],
    options?: StoreOptions,
  ): Promise<readonly BackfillLogLine[]> {
    return this.#database.rows<BackfillLogLine>(
      sql`
        select id::text as id, ${toMs(sql`at`)} as "atMs", level, message from dagwright.backfill_log
        where backfill_id = ${id} and id > ${after ?? "0"}::bigint order by id limit ${limit}`,
      options,
    );
  }

  async get(id: BackfillId, options?: StoreOptions): Promise<Backfill> {
    const [row] = await this.#database.rows<BackfillRow>(
      sql`select ${backfillColumns("b")} from dagwright.backfills b where b.id = ${id}`,
      options,
    );
    if (row === undefined) throw new BackfillNotFoundError(id);
    return toBackfill(row);
  }

  async list(filter: BackfillFilter, page: BackfillPage, options?: StoreOptions): Promise<readonly Backfill[]> {
    return (await this.#database.rows(listBackfillsStatement(filter, page), options)).map(toBackfill);
  }

  async count(filter: BackfillFilter, options?: StoreOptions & { readonly atMost?: number }): Promise<number> {
    const [row] = await this.#database.rows(countBackfillsStatement(filter, options?.atMost ?? defaultCountAtMost), options);
    return row?.count ?? 0;
  }

  async targets(id: BackfillId, options?: StoreOptions): Promise<readonly BackfillTarget[]> {
    const rows = await this.#database.rows<TargetRow>(
      sql`select * from dagwright.backfill_targets where backfill_id = ${id} order by place`,
      options,
    );
    return rows.map(toTarget);
  }

  async dynamicKeys(id: BackfillId, options?: StoreOptions): Promise<BackfillClaim["dynamicKeys"]> {
    const [row] = await this.#database.rows<{ dynamic_keys: BackfillClaim["dynamicKeys"] }>(
      sql`select dynamic_keys from dagwright.backfills where id = ${id}`,
      options,
    );
    if (row === undefined) throw new BackfillNotFoundError(id);
    return row.dynamic_keys;
  }

  async runCounts(id: BackfillId, options?: StoreOptions): Promise<readonly { status: RunStatus; count: number }[]> {
    return this.#database.rows<{ status: RunStatus; count: number }>(
      sql`
        select coalesce(r.status, 'CANCELED') as status, sum(b.partition_count)::int as count from (
          select distinct on (unit) run_id, partition_count from dagwright.backfill_runs where backfill_id = ${id} order by unit, attempt desc) b
        left join dagwright.runs r on r.id = b.run_id
        group by 1 order by 1`,
      options,
    );
  }

  async runs(
    id: BackfillId,
    { isOpen, after, limit }: Parameters<BackfillStore["runs"]>[1],
    options?: StoreOptions,
  ): ReturnType<BackfillStore["runs"]> {
    const rows = await this.#database.rows<{ run_id: string; partition: RunPartition | null; status: RunStatus | null }>(
      sql`
        select b.run_id, b.partition, r.status from dagwright.backfill_runs b left join dagwright.runs r on r.id = b.run_id
        where b.backfill_id = ${id} ${isOpen === true ? sql`and b.settled_as is null` : sql``}
          ${after === undefined ? sql`` : sql`and b.run_id > ${after}::uuid`}
        order by b.run_id limit ${limit}`,
      options,
    );
    return rows.map(({ run_id, partition, status }) => ({ runId: runId(run_id), partition, status }));
  }

  async cancel(id: BackfillId, options?: StoreOptions): Promise<Backfill> {
    return this.#move(id, "canceled", activeBackfillStatuses, [sql`status = 'CANCELING'`, sql`waiting_reason = null`], options);
  }

  async resume(id: BackfillId, options?: StoreOptions): Promise<Backfill> {
    const assignments = [sql`status = 'REQUESTED'`, sql`ended_at = null`, sql`error = null`, sql`waiting_reason = null`];
    return this.#move(id, "resumed", ["FAILED", "CANCELED"], assignments, options);
  }

  async change(
    id: BackfillId,
    { isPaused, maxRunsInFlight }: Parameters<BackfillStore["change"]>[1],
    options?: StoreOptions,
  ): Promise<Backfill> {
    const assignments = [
      ...(isPaused === undefined ? [] : [sql`is_paused = ${isPaused}`]),
      ...(maxRunsInFlight === undefined ? [] : [sql`max_runs_in_flight = ${maxRunsInFlight}::int`]),
    ];
    return this.#move(id, "changed", activeBackfillStatuses, assignments, options);
  }

  async #move(
    id: BackfillId,
    what: "canceled" | "resumed" | "changed",
    from: readonly string[],
    assignments: readonly SqlFragment<unknown>[],
    options: StoreOptions | undefined,
  ): Promise<Backfill> {
    const [row] = await this.#database.rows(moveStatement(id, from, assignments), options);
    if (row !== undefined) return toBackfill(row);
    throw new BackfillEndedError(await this.get(id, options), what);
  }

  async claimDue(query: Parameters<BackfillStore["claimDue"]>[0], options?: StoreOptions): Promise<readonly BackfillClaim[]> {
    const rows = await this.#database.rows(claimDueBackfillsStatement(query), options);
    return rows.map((row) => ({ backfill: toBackfill(row), fence: row.fence, dynamicKeys: row.dynamic_keys }));
  }

  async news(
    id: BackfillId,
    { withMaterializations, limit }: Parameters<BackfillStore["news"]>[1],
    options?: StoreOptions,
  ): Promise<readonly BackfillRunNews[]> {
    const rows = await this.#database.rows(newsStatement(id, withMaterializations, limit), options);
    return rows.map((row) => ({
      runId: runId(row.run_id),
      places: row.places,
      partition: row.partition as RunPartition | null,
      status: row.status as RunStatus | null,
      mayBeRetried: row.may_be_retried === true && !row.is_retried,
      isRetried: row.is_retried,
      made: row.made ?? [],
      changes: row.changes,
      seq: row.seq ?? 0,
    }));
  }

  async noticeEnded(id: BackfillId, options?: StoreOptions): Promise<number> {
    return (await this.#database.rows(noticeEndedStatement(id), options)).length;
  }

  async commit(
    claim: BackfillClaim,
    commit: BackfillCommit,
    options?: StoreOptions,
  ): Promise<{ readonly launches: readonly LaunchClaim[]; readonly backfill: Backfill } | null> {
    const { id } = claim.backfill;
    const { runs, seen, targets } = commit;
    const items = runs?.items ?? [];
    const written = await this.#database.transaction(async (transaction) => {
      const rows = <Row>(query: SqlFragment<Row>): Promise<Row[]> => transaction.rows(query);
      const [held] = await rows(holdStatement(claim, commit));
      if (held === undefined) return null;
      crashPoint("backfill-commit.held");
      const launches =
        runs === undefined
          ? []
          : await this.#runs.submitIn(
              transaction,
              items.map(({ run }) => run),
              runs.mode,
            );
      crashPoint("backfill-commit.runs-written");
      if (items.length > 0)
        await rows(
          writeRunsStatement(
            id,
            items,
            launches.map(({ run }) => run),
          ),
        );
      if (seen !== undefined && seen.length > 0) await rows(seeStatement(seen));
      if (commit.log !== undefined && commit.log.length > 0) await rows(logStatement(id, commit.log));
      if (targets !== undefined && targets.length > 0) await rows(progressStatement(id, targets));
      crashPoint("backfill-commit.before-commit");
      return { launches, backfill: toBackfill(held) };
    }, options);
    if (written !== null) this.#runs.rememberSnapshots(items.map(({ run }) => run));
    return written;
  }

  async nextDueAtMs(options?: StoreOptions): Promise<number | null> {
    return (await this.#database.rows(nextDueStatement, options))[0]?.ms ?? null;
  }
}
