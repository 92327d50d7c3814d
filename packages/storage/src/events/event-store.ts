import type { AssetKey, LogLevel, RunEventType, RunId, RunLogEntry, RunStatus, StoredEntry } from "@dagwright/model";
import type { StoreOptions } from "../runs/run-store.ts";

/** Entries to write at the end of one run's log. */
export interface EventBatch {
  readonly runId: RunId;
  /**
   * The writer's attempt; the batch is refused when the run has moved on to another one.
   * Null for writers that are no worker (termination, monitoring): only the run's status is checked then.
   */
  readonly attempt: number | null;
  /** In order. Status events among them move the run's status in the same transaction. */
  readonly entries: readonly RunLogEntry[];
  /** A random id that makes a re-sent batch harmless: sent twice, it is written once. */
  readonly batchId?: string;
  /** Only move when the run has one of these statuses; otherwise the batch is refused with `IllegalRunMoveError`. */
  readonly onlyFrom?: readonly RunStatus[];
  /** Extends the worker's lease by the way, in milliseconds from now. */
  readonly leaseMs?: number;
}

export interface LogPage {
  /** Entries after this one; 0 starts at the beginning. */
  readonly afterSeq: number;
  readonly limit: number;
  readonly types?: readonly (RunEventType | "LOG_LINE")[];
  readonly stepKeys?: readonly string[];
  /** Narrows the log lines; events have no level and stay. */
  readonly levels?: readonly LogLevel[];
}

/** A place in the stream of events of all runs that never skips one that commits late. Opaque text for callers. */
export type StreamCursor = string;

/** How far a reader of the stream is behind. */
export interface StreamLag {
  /** How long the oldest event of its types that it has not read has been there, in milliseconds; 0 when there is none. */
  readonly behindMs: number;
  /** How many it has not read; counted up to 10,000. */
  readonly unread: number;
  /** How long the horizon has been held, in milliseconds: no event of a transaction behind it can be read yet. */
  readonly heldMs: number;
  /** The open transaction that holds it: application name and pid; null when none does. */
  readonly blocker: string | null;
}

/** Time and outcome of one step of a run, from its events. Times in milliseconds. */
export interface StepStats {
  readonly runId: RunId;
  readonly stepKey: string;
  readonly status: "IN_PROGRESS" | "SUCCESS" | "FAILURE" | "SKIPPED";
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly attempts: number;
}

/** The log of each run, and the stream of events over all of them. */
export interface EventStore {
  /**
   * Writes a batch: locks the run's row, checks attempt and status, takes the next seqs there, moves the status if the batch says so.
   * Asset events go to `asset_events` and the assets' latest state in the same transaction.
   * @returns the seq of the batch's last entry
   * @throws RunNotFoundError, RunAttemptStaleError, RunFinishedError, IllegalRunMoveError; StorageUnavailableError (send it again, with its batchId)
   */
  append(batch: EventBatch, options?: StoreOptions): Promise<number>;
  /** One run's log in order of seq; events and log lines merged. Never waits for other runs' transactions. */
  read(runId: RunId, page: LogPage, options?: StoreOptions): Promise<readonly StoredEntry[]>;
  /** Several runs at once, for batching; each run's newest status or step events as asked. */
  readTypes(runIds: readonly RunId[], types: readonly RunEventType[], options?: StoreOptions): Promise<readonly StoredEntry[]>;
  stepStats(runIds: readonly RunId[], options?: StoreOptions): Promise<readonly StepStats[]>;
  /**
   * Events of all runs behind the cursor, oldest first, exact: none is ever skipped, even when transactions commit out of order.
   * It carries changes of runs' statuses, STEP_FAILURE and everything about assets. Asset events from outside any run have an empty `runId` and seq 0.
   * `lagMs` tells how far the horizon is behind, and `blocker` which open transaction holds it (application name, pid). `isHeldUp`: there are events
   * of these types beyond the horizon, to be read as soon as it moves.
   */
  readStream(
    cursor: StreamCursor | null,
    query: { readonly types: readonly RunEventType[]; readonly limit: number },
    options?: StoreOptions,
  ): Promise<{
    readonly entries: readonly StoredEntry[];
    /** The place behind each of the entries, for a reader that does not get to the end of the page. */
    readonly places: readonly StreamCursor[];
    readonly cursor: StreamCursor;
    readonly lagMs: number;
    readonly blocker: string | null;
    readonly isHeldUp: boolean;
  }>;
  /** Which assets were made, behind the cursor: what {@link readStream} would tell, without reading the events themselves. */
  readMaterialized(
    cursor: StreamCursor,
    limit: number,
    options?: StoreOptions,
  ): Promise<{
    /** Each once. */
    readonly assetKeys: readonly AssetKey[];
    readonly cursor: StreamCursor;
    /** There is more behind the cursor than was read. */
    readonly hasMore: boolean;
    readonly isHeldUp: boolean;
  }>;
  /** How far a reader that stands at the cursor is behind. */
  streamLag(cursor: StreamCursor, types: readonly RunEventType[], options?: StoreOptions): Promise<StreamLag>;
  /** A cursor that stands at the end of the stream as it is now; what transactions that are open at this moment write comes after it. */
  streamEnd(options?: StoreOptions): Promise<StreamCursor>;
}
