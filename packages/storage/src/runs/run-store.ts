import type {
  AssetCheckKey,
  AssetKey,
  CodeLocationName,
  ExecutionPlan,
  HolderId,
  JobSnapshot,
  JsonObject,
  Run,
  RunId,
  RunLogEntry,
  RunSelection,
  RunStatus,
  SnapshotId,
  Tags,
  StepKey,
} from "@dagwright/model";
import type { Dequeued, Dequeuer, QueueDecision, QueuePlace } from "./run-queue.ts";

/** A run to be written. Snapshots are stored by their hash in the same transaction, once each. */
export interface NewRun {
  /** Given by the client, or made by the database (uuid v7 with the database's time) when absent. */
  readonly id?: RunId;
  readonly jobName: string;
  readonly location: CodeLocationName;
  readonly tags: Tags;
  readonly runConfig: JsonObject;
  readonly selection: RunSelection;
  readonly jobSnapshot: JobSnapshot;
  readonly plan: ExecutionPlan;
  readonly parentRunId?: RunId;
  readonly rootRunId?: RunId;
  readonly partition?: string;
  /** The failed run that it retries automatically: a run is retried once. */
  readonly retryOf?: RunId;
  /** What its log begins with. */
  readonly notes?: readonly RunLogEntry[];
  /** Assets the plan will make; each gets its ASSET_MATERIALIZATION_PLANNED events in the same transaction. */
  readonly plannedAssets?: readonly PlannedAsset[];
  /** Asset checks the plan will evaluate; each gets its ASSET_CHECK_EVALUATION_PLANNED event likewise. */
  readonly plannedChecks?: readonly PlannedCheck[];
}

/** An asset check that a run is to evaluate, and in which step. */
export interface PlannedCheck {
  readonly check: AssetCheckKey;
  readonly stepKey: StepKey;
}

/** An asset that a run is to make, and which of its partitions; null: it has none. */
export interface PlannedAsset {
  readonly assetKey: AssetKey;
  readonly partitions: readonly string[] | null;
}

/**
 * How a new run starts its life. A run whose job says so by `whenRunning` may begin otherwise beside another one of its job: CANCELED, or
 * QUEUED although it was to be launched.
 */
export type SubmitMode =
  /** QUEUED, with RUN_ENQUEUED; the run-queue loop takes it from there. */
  | { readonly kind: "queue" }
  /** STARTING, with RUN_STARTING, its launch already claimed by the caller, who must launch it now. */
  | { readonly kind: "launch"; readonly holder: HolderId; readonly claimMs: number }
  /** NOT_STARTED; nobody launches it until asked. */
  | { readonly kind: "hold" };

/** A run whose worker the holder is to start. Void once `claimedUntil` has passed and somebody else claimed it. */
export interface LaunchClaim {
  readonly run: Run;
  /** Fencing number: grows with each claim of this run's launch. */
  readonly fence: number;
}

/** Where a run's worker lives, as its launcher needs to find it again. Plain JSON, e.g. `{launcher: "default", serverId, pid, socket}`. */
export type WorkerHandle = JsonObject;

export interface RunFilter {
  readonly ids?: readonly RunId[];
  readonly statuses?: readonly RunStatus[];
  readonly jobName?: string;
  readonly location?: CodeLocationName;
  /** All must match; of one tag any of its values. */
  readonly tags?: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly createdAfterMs?: number;
  readonly createdBeforeMs?: number;
  readonly updatedAfterMs?: number;
  readonly updatedBeforeMs?: number;
  readonly rootRunId?: RunId;
  /** Of the job as this snapshot has it. */
  readonly jobSnapshotId?: SnapshotId;
  /** Leaves out those that a backfill asked for, and their retries. */
  readonly outsideBackfills?: true;
}

/** A moment among what is listed newest first, and the one of that moment which has been told last; without an id, none of it has. */
export interface ListPlace<Id> {
  readonly createdAtMs: number;
  readonly id?: Id;
}

export interface RunPage {
  /** Newest first. Start after this run. */
  readonly cursor?: RunId;
  /** The same for lists that tell of more than runs; newest first only. */
  readonly behind?: ListPlace<RunId>;
  readonly limit: number;
  readonly ascending?: boolean;
}

/** An automatic retry. */
export interface RunRetry {
  readonly failedRunId: RunId;
  readonly run: NewRun;
}

/** What is noted on a failed run that is not retried. */
export interface RetryRefusal {
  /** For its log; null: nothing. */
  readonly message: string | null;
  /** Not decided yet: it is looked at again after so long, in milliseconds. */
  readonly againAfterMs?: number;
}

/** A worker's claim on its run at the start of its work. */
export interface WorkBegin {
  readonly runId: RunId;
  readonly attempt: number;
  /** The launch claim's fence that the worker was started for; null for a worker started by hand (`dagwright api execute-run`). */
  readonly fence: number | null;
  readonly worker: WorkerHandle;
  readonly leaseMs: number;
  readonly entries: readonly RunLogEntry[];
}

/** A run whose worker's lease ran out, or that never got a worker in time. */
export interface OverdueRun {
  readonly run: Run;
  readonly reason: "lease-expired" | "start-timeout" | "cancel-timeout" | "max-runtime";
  readonly worker: WorkerHandle | null;
}

/** When a run is overdue. In milliseconds, by the database's clock. */
export interface OverdueLimits {
  readonly startTimeoutMs: number;
  readonly cancelTimeoutMs: number;
  /** Longest that a run may be STARTED whose tag `dagster/max_runtime` does not say so itself; null or absent: any time. */
  readonly maxRuntimeMs?: number | null;
  /** How much later than that, or than its tag says, a run is overdue: until then its worker is to end it. Default 0. */
  readonly maxRuntimeGraceMs?: number;
  readonly limit: number;
}

/** Runs of one status and code location that have not ended. */
export interface UnfinishedCount {
  readonly status: RunStatus;
  readonly location: CodeLocationName;
  readonly count: number;
  readonly oldestCreatedAtMs: number;
}

/**
 * Runs and their statuses. A status moves only by {@link EventStore.append}, with its event in the same transaction,
 * along the legal moves of the model.
 */
export interface RunStore {
  /**
   * Inserts runs, tags, snapshots and first events in one transaction.
   * @throws RunConflictError when a run of that id is there already; nothing is written then
   */
  submit(runs: readonly NewRun[], mode: SubmitMode, options?: StoreOptions): Promise<readonly LaunchClaim[]>;
  /** @throws RunNotFoundError */
  get(id: RunId, options?: StoreOptions): Promise<Run>;
  /** Those that exist, in no particular order; for batching. */
  getMany(ids: readonly RunId[], options?: StoreOptions): Promise<readonly Run[]>;
  list(filter: RunFilter, page: RunPage, options?: StoreOptions): Promise<readonly Run[]>;
  /** Counts up to `atMost` (default 100,000), so that it stays cheap on large instances. */
  count(filter: RunFilter, options?: StoreOptions & { readonly atMost?: number }): Promise<number>;
  /** The newest run of each of these partitions of a job that has one. */
  latestOfPartitions(
    of: { readonly jobName: string; readonly location: CodeLocationName; readonly withCanceled: boolean },
    partitions: readonly string[],
    options?: StoreOptions,
  ): Promise<ReadonlyMap<string, Run>>;
  /** How many runs have not ended, by status and code location, and since when the oldest of them is there. */
  unfinishedCounts(options?: StoreOptions): Promise<readonly UnfinishedCount[]>;
  /** Tag keys, or the values of one key, that occur on runs; for filters in clients. */
  tagKeys(options?: StoreOptions): Promise<readonly string[]>;
  tagValues(
    key: string,
    options?: StoreOptions & { readonly prefix?: string; readonly limit?: number },
  ): Promise<readonly string[]>;

  /** Claims launches that are overdue: their claim of before ran out without a worker. Longest overdue first. */
  claimLaunches(holder: HolderId, limit: number, claimMs: number, options?: StoreOptions): Promise<readonly LaunchClaim[]>;
  /**
   * Takes runs from the queue under the queue's lock: reads how things stand, asks the decision, and moves the chosen runs to STARTING
   * (RUN_DEQUEUED, RUN_STARTING) with their launches claimed, all in one transaction. Runs that others replace are canceled likewise.
   */
  dequeue(dequeuer: Dequeuer, decision: QueueDecision, options?: StoreOptions): Promise<Dequeued>;
  /** Queued ones of these runs, with all that a decision would see; in no particular order. */
  queuePlaces(ids: readonly RunId[], limitedTags: readonly string[], options?: StoreOptions): Promise<readonly QueuePlace[]>;
  /** Nothing of a code location leaves the queue for so long: it could not be reached. */
  pauseLocation(location: CodeLocationName, forMs: number, options?: StoreOptions): Promise<void>;
  /** Active runs that have a tag (null: whatever its value), or of which a step is in a pool; longest under way first. */
  activeWith(
    what: { readonly tag: string; readonly value: string | null } | { readonly pool: string },
    limit: number,
    options?: StoreOptions,
  ): Promise<readonly RunId[]>;
  /**
   * Gives a queued run another priority, which its tag `dagster/priority` says from then on.
   * @throws RunNotFoundError; RunNotQueuedError once it has left the queue
   */
  setPriority(id: RunId, priority: number, options?: StoreOptions): Promise<Run>;
  /** Failed runs about which it is to be decided whether they are retried, for so long the caller's to do; longest waiting first. */
  claimRetries(limit: number, claimMs: number, options?: StoreOptions): Promise<readonly Run[]>;
  /**
   * Submits the retry of a failed run and notes it there, in tags and log, in one transaction. Null when somebody else has settled the run, or
   * retried it: whoever asks, and however often, a run is retried once.
   */
  submitRetry(retry: RunRetry, mode: SubmitMode, options?: StoreOptions): Promise<LaunchClaim | null>;
  /** A failed run is not retried: notes it there. With a time it is only put off. */
  settleRetry(id: RunId, outcome: RetryRefusal, options?: StoreOptions): Promise<void>;
  /** Nothing is retried here: forgets which runs it was to be decided about. */
  dropRetries(options?: StoreOptions): Promise<number>;
  /** When a claim of {@link claimRetries} ends next; null: there is none. */
  nextRetryDueAtMs(options?: StoreOptions): Promise<number | null>;
  /** Records that a worker was started for the claim. False when the claim was lost meanwhile (the worker is then one too many and must not go on). */
  recordLaunch(
    claim: Pick<LaunchClaim, "fence"> & { readonly runId: RunId },
    worker: WorkerHandle,
    options?: StoreOptions,
  ): Promise<boolean>;
  /**
   * Cancels those of many runs that no worker has: QUEUED or NOT_STARTED become CANCELED, each with its event.
   *
   * @returns which they were
   */
  cancelQueued(ids: readonly RunId[], message: string, options?: StoreOptions): Promise<readonly RunId[]>;
  /** Where the run's worker lives; null before its launch. */
  worker(id: RunId, options?: StoreOptions): Promise<WorkerHandle | null>;

  /**
   * A worker takes up its run: one transaction checks attempt, fence and status (STARTING or CANCELING), notes where the worker lives, ends the
   * launch's claim, sets the worker's lease and appends `entries` (RUN_START among them, which moves the run to STARTED).
   * Null when the run is not this attempt's and fence's to take, or another worker has it: the worker must end at once and write nothing.
   * The same `worker` may ask again when an answer was lost; entries are written once. A run that is CANCELING by then gets no entries, and the
   * returned run says so.
   * Returns all that a worker needs to start, in one round trip. Afterwards {@link recordLaunch} is not needed for this launch.
   */
  beginWork(
    work: WorkBegin,
    options?: StoreOptions,
  ): Promise<{ readonly run: Run; readonly plan: ExecutionPlan; readonly lastSeq: number } | null>;
  /** Extends the worker's lease. The status tells a worker about CANCELING; null: the run is no longer this attempt's, the worker must kill itself. */
  renewLease(id: RunId, attempt: number, leaseMs: number, options?: StoreOptions): Promise<RunStatus | null>;
  /** Runs of which nobody has heard in time, or that take too long; for run monitoring. */
  overdue(limits: OverdueLimits, options?: StoreOptions): Promise<readonly OverdueRun[]>;

  /**
   * Deletes a run with its tags, its log and its slots of pools; what it made of assets stays. Run keys stay taken.
   *
   * @param options - `evenActive`: also a run that has or may get a worker, which then ends by itself at its next write
   * @throws RunNotFoundError, RunActiveError
   */
  delete(id: RunId, options?: StoreOptions & { readonly evenActive?: boolean }): Promise<void>;

  jobSnapshot(id: SnapshotId, options?: StoreOptions): Promise<JobSnapshot>;
  executionPlan(id: SnapshotId, options?: StoreOptions): Promise<ExecutionPlan>;
}

/** Every call may be aborted; what the database had committed by then stays. */
export interface StoreOptions {
  readonly signal?: AbortSignal;
}
