import {
  crashPoint,
  type CodeLocationName,
  type ExecutionPlan,
  type HolderId,
  isRunId,
  type JobSnapshot,
  type Run,
  type RunId,
  runId,
  type RunStatus,
  runStatuses,
  type SnapshotId,
} from "@dagwright/model";
import { sql, type SqlFragment } from "../database/sql.ts";
import type { CallOptions, Connection, Database } from "../database/database.ts";
import { failureCode } from "../database/postgres-failure.ts";
import { interval } from "../database/time.ts";
import { RunActiveError, RunConflictError, RunNotFoundError, RunNotQueuedError, SnapshotNotFoundError } from "../errors.ts";
import { beginAgainStatement, type BegunRow, beginWorkStatement, parsePlan } from "./begin-work-statement.ts";
import { deleteRunStatement } from "./delete-run-statement.ts";
import { dequeueIn } from "./dequeue.ts";
import {
  activeWithStatement,
  isAnyQueuedStatement,
  pauseLocationStatement,
  queuePlacesStatement,
  queueSurveyStatement,
  toQueuedRun,
} from "./dequeue-statements.ts";
import {
  type Beginning,
  decideBeginnings,
  exclusiveKeyOf,
  freeBeginnings,
  isOccupied,
  occupantsStatement,
} from "./exclusive-runs.ts";
import { type ClaimedRow, claimLaunchesStatement, recordLaunchStatement } from "./launch-statements.ts";
import { cancelQueuedStatement } from "./cancel-queued-statement.ts";
import { countRunsQuery, latestOfPartitionsQuery, listRunsQuery } from "./list-runs-query.ts";
import { overdueStatement, toOverdueRun } from "./overdue-statement.ts";
import {
  claimRetriesStatement,
  dropRetriesStatement,
  lockRetryStatement,
  nextRetryStatement,
  notRetried,
  putOffRetryStatement,
  retriedBy,
  retryOfStatement,
  settleRetryStatement,
} from "./retry-statements.ts";
import { setPriorityStatement } from "./priority-statement.ts";
import type { Dequeued, Dequeuer, QueueDecision, QueuePlace } from "./run-queue.ts";
import { runColumns, type RunRow, toRun } from "./run-row.ts";
import type {
  LaunchClaim,
  NewRun,
  OverdueLimits,
  OverdueRun,
  RetryRefusal,
  RunFilter,
  RunPage,
  RunRetry,
  RunStore,
  StoreOptions,
  SubmitMode,
  UnfinishedCount,
  WorkBegin,
  WorkerHandle,
} from "./run-store.ts";
import { snapshotText } from "./snapshot-text.ts";
import { type SubmittedRow, submitStatement } from "./submit-statement.ts";
import { tagKeysStatement, tagValuesStatement } from "./tag-statements.ts";
import { toUnfinishedCount, unfinishedCountsStatement } from "./unfinished-counts-statement.ts";

const uniqueViolation = "23505";
const defaultCountAtMost = 100_000;
const partitionsAtOnce = 5_000;
const defaultTagValues = 1_000;
/** How often a submission is tried whose runs find that another one of their key came first, just now. */
const mostAttempts = 5;
/** A run may have a million log lines. */
const deleteTimeoutMs = 300_000;
/** Somebody executes these, or is about to. */
const active: readonly RunStatus[] = ["MANAGED", "STARTING", "STARTED", "CANCELING"];
const mostRememberedSnapshots = 10_000;

const toLaunchClaim = (row: ClaimedRow | SubmittedRow): LaunchClaim => ({ run: toRun(row), fence: row.launch_fence });

/** The run store on Postgres. */
export class PostgresRunStore implements RunStore {
  readonly #database: Database;
  /** Snapshots that this process has seen in the database. */
  readonly #storedSnapshots = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async submit(runs: readonly NewRun[], mode: SubmitMode, options?: StoreOptions): Promise<readonly LaunchClaim[]> {
    const claims = await this.#submit(
      (query) => this.#database.rows(query, options),
      runs,
      mode,
      (write) => write(),
    );
    this.rememberSnapshots(runs);
    return claims;
  }

  /** {@link submit} in a transaction that the caller has open; for ticks, which are committed with their runs. */
  async submitIn(transaction: Connection, runs: readonly NewRun[], mode: SubmitMode): Promise<readonly LaunchClaim[]> {
    return await this.#submit(
      (query) => transaction.rows(query),
      runs,
      mode,
      async (write) => {
        await transaction.rows(sql`savepoint submit`);
        try {
          return await write();
        } catch (error) {
          await transaction.rows(sql`rollback to savepoint submit`);
          throw error;
        }
      },
    );
  }

  /**
   * Runs that stand in nobody's way are one statement. For the others it is looked first who is there; that this is still true when they are
   * written, an index guarantees, and when it is not, it is looked again.
   */
  async #submit(
    rows: Connection["rows"],
    runs: readonly NewRun[],
    mode: SubmitMode,
    withSavepoint: (write: () => Promise<readonly LaunchClaim[]>) => Promise<readonly LaunchClaim[]>,
  ): Promise<readonly LaunchClaim[]> {
    if (runs.length === 0) return [];
    const write = async (beginnings: readonly Beginning[]): Promise<readonly LaunchClaim[]> => {
      try {
        const written = await rows(submitStatement(runs, mode, beginnings, (id) => this.#storedSnapshots.has(id)));
        return written.map(toLaunchClaim);
      } catch (error) {
        if (failureCode(error) === uniqueViolation && !isOccupied(error))
          throw new RunConflictError(takenId(error, runs), { cause: error });
        throw error;
      }
    };
    const keys = [...new Set(runs.flatMap((run) => exclusiveKeyOf(run) ?? []))];
    if (keys.length === 0) return await write(freeBeginnings(runs, mode));
    for (let attempt = 1; ; attempt += 1) {
      const beginnings = decideBeginnings(runs, mode, await rows(occupantsStatement(keys)));
      try {
        return await withSavepoint(() => write(beginnings));
      } catch (error) {
        if (!isOccupied(error) || attempt === mostAttempts) throw error;
      }
    }
  }

  /** To be called once runs are committed: their snapshots need not be sent again. */
  rememberSnapshots(runs: readonly NewRun[]): void {
    if (this.#storedSnapshots.size > mostRememberedSnapshots) this.#storedSnapshots.clear();
    for (const run of runs) this.#storedSnapshots.add(snapshotText(run.plan).id).add(snapshotText(run.jobSnapshot).id);
  }

  async get(id: RunId, options?: StoreOptions): Promise<Run> {
    const [run] = await this.getMany([id], options);
    if (run === undefined) throw new RunNotFoundError(id);
    return run;
  }

  async getMany(ids: readonly RunId[], options?: StoreOptions): Promise<readonly Run[]> {
    const known = ids.filter(isRunId);
    if (known.length === 0) return [];
    const rows = await this.#database.rows<RunRow>(
      sql`select ${runColumns("r")} from dagwright.runs r where id = any(${known}::uuid[])`,
      options,
    );
    return rows.map(toRun);
  }

  async list(filter: RunFilter, page: RunPage, options?: StoreOptions): Promise<readonly Run[]> {
    const valid = withValidIds(filter);
    if (valid === null) return [];
    return (await this.#database.rows(listRunsQuery(valid, page), options)).map(toRun);
  }

  async count(filter: RunFilter, options?: StoreOptions & { readonly atMost?: number }): Promise<number> {
    const valid = withValidIds(filter);
    if (valid === null) return 0;
    const [row] = await this.#database.rows(countRunsQuery(valid, options?.atMost ?? defaultCountAtMost), options);
    return row?.count ?? 0;
  }

  async latestOfPartitions(
    of: Parameters<RunStore["latestOfPartitions"]>[0],
    partitions: readonly string[],
    options?: StoreOptions,
  ): Promise<ReadonlyMap<string, Run>> {
    const latest = new Map<string, Run>();
    for (let start = 0; start < partitions.length; start += partitionsAtOnce) {
      const some = partitions.slice(start, start + partitionsAtOnce);
      const rows = await this.#database.rows(latestOfPartitionsQuery(of, some), options);
      for (const row of rows) latest.set(row.of_partition, toRun(row));
    }
    return latest;
  }

  async unfinishedCounts(options?: StoreOptions): Promise<readonly UnfinishedCount[]> {
    return (await this.#database.rows(unfinishedCountsStatement, options)).map(toUnfinishedCount);
  }

  async tagKeys(options?: StoreOptions): Promise<readonly string[]> {
    return (await this.#database.rows(tagKeysStatement, options)).map((row) => row.key);
  }

  async tagValues(
    key: string,
    options?: StoreOptions & { readonly prefix?: string; readonly limit?: number },
  ): Promise<readonly string[]> {
    const statement = tagValuesStatement(key, options?.prefix ?? "", options?.limit ?? defaultTagValues);
    return (await this.#database.rows(statement, options)).map((row) => row.value);
  }

  async claimLaunches(holder: HolderId, limit: number, claimMs: number, options?: StoreOptions): Promise<readonly LaunchClaim[]> {
    return (await this.#database.rows(claimLaunchesStatement(holder, limit, claimMs), options)).map(toLaunchClaim);
  }

  async dequeue(dequeuer: Dequeuer, decision: QueueDecision, options?: StoreOptions): Promise<Dequeued> {
    const [queue] = await this.#database.rows(isAnyQueuedStatement, options);
    if (queue?.is_any !== true) return { launches: [], terminate: [], moved: 0, isWaiting: false };
    return await this.#database.transaction((transaction) => dequeueIn(transaction, dequeuer, decision), options);
  }

  async queuePlaces(
    ids: readonly RunId[],
    limitedTags: readonly string[],
    options?: StoreOptions,
  ): Promise<readonly QueuePlace[]> {
    const known = ids.filter(isRunId);
    if (known.length === 0) return [];
    const [[read], places] = await Promise.all([
      this.#database.rows(queueSurveyStatement(limitedTags), options),
      this.#database.rows(queuePlacesStatement(known, limitedTags), options),
    ]);
    if (read === undefined) return [];
    return places.map((row) => ({ run: toQueuedRun(row), ahead: row.ahead, survey: read.survey }));
  }

  async pauseLocation(location: CodeLocationName, forMs: number, options?: StoreOptions): Promise<void> {
    await this.#database.rows(pauseLocationStatement(location, forMs), options);
  }

  async activeWith(
    what: Parameters<RunStore["activeWith"]>[0],
    limit: number,
    options?: StoreOptions,
  ): Promise<readonly RunId[]> {
    const rows = await this.#database.rows(activeWithStatement(what, limit), options);
    return rows.map(({ id }) => id);
  }

  async setPriority(id: RunId, priority: number, options?: StoreOptions): Promise<Run> {
    if (!isRunId(id)) throw new RunNotFoundError(id);
    const [row] = await this.#database.rows(setPriorityStatement(id, priority), options);
    if (row !== undefined) return toRun(row);
    const { status } = await this.get(id, options);
    throw new RunNotQueuedError(id, status);
  }

  async claimRetries(limit: number, claimMs: number, options?: StoreOptions): Promise<readonly Run[]> {
    return (await this.#database.rows(claimRetriesStatement(limit, claimMs), options)).map(toRun);
  }

  async submitRetry({ failedRunId, run }: RunRetry, mode: SubmitMode, options?: StoreOptions): Promise<LaunchClaim | null> {
    const submitted = { ...run, retryOf: failedRunId };
    try {
      const claim = await this.#database.transaction(async (transaction) => {
        const [held] = await transaction.rows(lockRetryStatement(failedRunId));
        if (held === undefined) return null;
        const [submittedClaim] = await this.submitIn(transaction, [submitted], mode);
        if (submittedClaim === undefined) throw new TypeError("The store took a run and told of none");
        crashPoint("retries.run-written");
        const { id } = submittedClaim.run;
        await transaction.rows(
          settleRetryStatement(failedRunId, retriedBy(id), {
            message: "Retrying the run",
            metadata: { "new run": { type: "run", runId: id } },
          }),
        );
        return submittedClaim;
      }, options);
      if (claim !== null) this.rememberSnapshots([submitted]);
      return claim;
    } catch (error) {
      if (!isRetried(error)) throw error;
      const [retry] = await this.#database.rows(retryOfStatement(failedRunId), options);
      if (retry !== undefined) await this.#database.rows(settleRetryStatement(failedRunId, retriedBy(retry.id), null), options);
      return null;
    }
  }

  async settleRetry(id: RunId, { message, againAfterMs }: RetryRefusal, options?: StoreOptions): Promise<void> {
    const statement =
      againAfterMs === undefined
        ? settleRetryStatement(id, notRetried, message === null ? null : { message, metadata: {} })
        : putOffRetryStatement(id, againAfterMs);
    await this.#database.rows<unknown>(statement, options);
  }

  async dropRetries(options?: StoreOptions): Promise<number> {
    const [row] = await this.#database.rows(dropRetriesStatement, options);
    return row?.count ?? 0;
  }

  async nextRetryDueAtMs(options?: StoreOptions): Promise<number | null> {
    const [row] = await this.#database.rows(nextRetryStatement, options);
    return row?.due_ms ?? null;
  }

  async recordLaunch(
    claim: Pick<LaunchClaim, "fence"> & { readonly runId: RunId },
    worker: WorkerHandle,
    options?: StoreOptions,
  ): Promise<boolean> {
    return (await this.#database.rows(recordLaunchStatement(claim.runId, claim.fence, worker), options)).length > 0;
  }

  async cancelQueued(ids: readonly RunId[], message: string, options?: StoreOptions): Promise<readonly RunId[]> {
    if (ids.length === 0) return [];
    return (await this.#database.rows(cancelQueuedStatement(ids, message), options)).map(({ id }) => runId(id));
  }

  async worker(id: RunId, options?: StoreOptions): Promise<WorkerHandle | null> {
    const [row] = await this.#database.rows<{ worker: WorkerHandle | null }>(
      sql`select worker from dagwright.runs where id = ${id}::uuid`,
      options,
    );
    if (row === undefined) throw new RunNotFoundError(id);
    return row.worker;
  }

  async beginWork(
    work: WorkBegin,
    options?: StoreOptions,
  ): Promise<{ readonly run: Run; readonly plan: ExecutionPlan; readonly lastSeq: number } | null> {
    if (!isRunId(work.runId)) return null;
    const ask = async (statement: SqlFragment<BegunRow>): Promise<BegunRow | undefined> =>
      (await this.#database.rows(statement, options))[0];
    const row =
      (await ask(beginWorkStatement(work, "STARTING", work.entries))) ??
      // A run whose cancellation was asked for in the meantime is taken up to be canceled: nothing starts, so no entry tells that it did.
      (await ask(beginWorkStatement(work, "CANCELING", []))) ??
      (await ask(beginAgainStatement(work)));
    return row === undefined ? null : { run: toRun(row), plan: parsePlan(row.plan), lastSeq: row.last_seq };
  }

  async renewLease(id: RunId, attempt: number, leaseMs: number, options?: StoreOptions): Promise<RunStatus | null> {
    const [row] = await this.#database.rows<{ status: RunStatus }>(
      sql`
        update dagwright.runs set lease_until = now() + ${interval(leaseMs)}
        where id = ${id}::uuid and attempt = ${attempt} and status in ('STARTING', 'STARTED', 'CANCELING')
        returning status`,
      options,
    );
    return row?.status ?? null;
  }

  async overdue(limits: OverdueLimits, options?: StoreOptions): Promise<readonly OverdueRun[]> {
    return (await this.#database.rows(overdueStatement(limits), options)).map(toOverdueRun);
  }

  async delete(
    id: RunId,
    { evenActive = false, ...options }: StoreOptions & { readonly evenActive?: boolean } = {},
  ): Promise<void> {
    if (!isRunId(id)) throw new RunNotFoundError(id);
    const from = evenActive ? runStatuses : runStatuses.filter((status) => !active.includes(status));
    const [row] = await this.#database.rows(deleteRunStatement(id, from), { ...options, timeoutMs: deleteTimeoutMs });
    if (row === undefined) throw new RunNotFoundError(id);
    if (!row.is_deleted) throw new RunActiveError(id, row.status);
  }

  async jobSnapshot(id: SnapshotId, options?: StoreOptions): Promise<JobSnapshot> {
    return JSON.parse(await this.#snapshot(id, options)) as JobSnapshot;
  }

  async executionPlan(id: SnapshotId, options?: StoreOptions): Promise<ExecutionPlan> {
    return parsePlan(await this.#snapshot(id, options));
  }

  async #snapshot(id: SnapshotId, options: CallOptions | undefined): Promise<string> {
    const [row] = await this.#database.rows<{ body: string }>(
      sql`select body from dagwright.snapshots where id = ${id}`,
      options,
    );
    if (row === undefined) throw new SnapshotNotFoundError(id);
    return row.body;
  }
}

/** Whether a failure of the database says that the failed run has its retry; found through the cause when submitting told it otherwise. */
const isRetried = (error: unknown): boolean =>
  error instanceof Error &&
  (("constraint" in error && error.constraint === "runs_one_retry") || (error.cause !== undefined && isRetried(error.cause)));

/** Ids come from outside; what is no uuid names no run, and Postgres would fail the whole query over it. */
function withValidIds(filter: RunFilter): RunFilter | null {
  if (filter.rootRunId !== undefined && !isRunId(filter.rootRunId)) return null;
  if (filter.ids === undefined) return filter;
  const ids = filter.ids.filter(isRunId);
  return ids.length === 0 ? null : { ...filter, ids };
}

/** Which of the given ids the violated key names. */
function takenId(error: unknown, runs: readonly NewRun[]): RunId | null {
  const detail = error instanceof Error && "detail" in error ? String(error.detail) : "";
  return runs.find((run) => run.id !== undefined && detail.includes(run.id))?.id ?? null;
}
