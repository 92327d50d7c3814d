import type {
  AssetKey,
  Backfill,
  BackfillId,
  BackfillStatus,
  CodeLocationName,
  HolderId,
  JsonObject,
  JsonValue,
  PartitionsSnapshot,
  RunId,
  RunPartition,
  RunStatus,
  SerializedError,
  Tags,
} from "@dagwright/model";
import type { LaunchClaim, ListPlace, NewRun, StoreOptions, SubmitMode } from "../runs/run-store.ts";

/** A set of partitions as data, and how many they are. */
export interface StoredSubset {
  readonly subset: JsonValue;
  readonly count: number;
}

/** What a backfill is to make of one asset, or of its job. */
export interface NewBackfillTarget {
  /** The text of the asset's key; empty for a job. */
  readonly name: string;
  readonly location: CodeLocationName;
  /** As they were when the backfill was made; null: it has none. */
  readonly partitions: PartitionsSnapshot | null;
  readonly target: StoredSubset;
  /** No partition of it. */
  readonly none: JsonValue;
}

export interface BackfillTarget extends Omit<NewBackfillTarget, "none"> {
  /** Its place among the targets, by which runs refer to it. */
  readonly place: number;
  readonly requested: StoredSubset;
  readonly done: StoredSubset;
  readonly failed: StoredSubset;
}

export interface NewBackfill {
  readonly id: BackfillId;
  readonly job?: { readonly name: string; readonly location: CodeLocationName };
  readonly assetKeys?: readonly AssetKey[];
  readonly tags: Tags;
  readonly runConfig: JsonObject;
  readonly title?: string;
  readonly description?: string;
  readonly fromFailure?: boolean;
  readonly stepKeys?: readonly string[];
  readonly isPaused?: boolean;
  readonly maxRunsInFlight?: number;
  /** The moment whose partitions its targets are of. */
  readonly createdAtMs: number;
  readonly dynamicKeys: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly NewBackfillTarget[];
}

/** A backfill with work to do, leased to one daemon. */
export interface BackfillClaim {
  readonly backfill: Backfill;
  /** Fencing number; grows with each claim. */
  readonly fence: number;
  /** The keys of dynamic partitions at the moment of the backfill. */
  readonly dynamicKeys: Readonly<Record<string, readonly string[]>>;
}

/** A run of a backfill, on its way into the database. */
export interface NewBackfillRun {
  readonly run: NewRun;
  /** Names what it makes, among all that the backfill makes. At most 64 characters. */
  readonly unit: string;
  /** Of the targets. */
  readonly places: readonly number[];
  readonly partition: RunPartition | null;
  readonly partitionCount: number;
  /** Whether to tell of each materialization, and not only of the run's end. */
  readonly isWatched: boolean;
}

/** What has become of a run since it was looked at last. */
export interface BackfillRunNews {
  readonly runId: RunId;
  readonly places: readonly number[];
  readonly partition: RunPartition | null;
  /** Null: the run was deleted. */
  readonly status: RunStatus | null;
  /** It failed, and whether it is tried again is still to be decided. */
  readonly mayBeRetried: boolean;
  /** It failed and another run tries again. */
  readonly isRetried: boolean;
  /** What it materialized since then. */
  readonly made: readonly { readonly assetKey: AssetKey; readonly partition: string | null }[];
  /** To be given back with the commit. */
  readonly changes: number;
  readonly seq: number;
}

/** News that became part of the progress. */
export interface SeenBackfillRun extends Pick<BackfillRunNews, "runId" | "changes" | "seq"> {
  /** How it ended; null: it goes on. */
  readonly settledAs: RunStatus | "DELETED" | null;
}

/** What is written together. All of it, or nothing when the claim was lost or the backfill is no longer as it was claimed. */
/** A line of what became of a backfill. */
export interface BackfillLogLine {
  readonly id: string;
  readonly atMs: number;
  readonly level: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
}

export interface BackfillCommit {
  readonly runs?: { readonly items: readonly NewBackfillRun[]; readonly mode: SubmitMode };
  readonly seen?: readonly SeenBackfillRun[];
  readonly targets?: readonly {
    readonly place: number;
    readonly requested?: StoredSubset;
    readonly done?: StoredSubset;
    readonly failed?: StoredSubset;
  }[];
  readonly status?: BackfillStatus;
  readonly error?: SerializedError;
  /** What its log is to say of this. */
  readonly log?: readonly Omit<BackfillLogLine, "id" | "atMs">[];
  /** In place of those that there were. */
  readonly problems?: readonly string[];
  /** Undefined keeps it. */
  readonly waitingReason?: string | null;
  /** When there is work although no run has news: in so many milliseconds; null: never; undefined keeps it. */
  readonly dueInMs?: number | null;
  /** How long the claim goes on. */
  readonly leaseMs: number;
  /** Gives the claim back, and nobody takes it for so long; absent: it goes on. */
  readonly restMs?: number;
}

export interface BackfillFilter {
  readonly ids?: readonly BackfillId[];
  readonly statuses?: readonly BackfillStatus[];
  /** Of jobs of this name, in any code location. */
  readonly jobName?: string;
  /** All must match; of one tag any of its values. */
  readonly tags?: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly job?: { readonly name: string; readonly location: CodeLocationName };
  readonly createdAfterMs?: number;
  readonly createdBeforeMs?: number;
}

export interface BackfillPage {
  readonly cursor?: BackfillId;
  /** The same for lists that tell of more than backfills. */
  readonly behind?: ListPlace<BackfillId>;
  readonly limit: number;
}

/** Backfills. A daemon that deals with one holds its lease; every write of it checks the fence, in the transaction that submits the runs. */
export interface BackfillStore {
  /** @throws BackfillConflictError when the id is taken */
  create(backfill: NewBackfill, options?: StoreOptions): Promise<Backfill>;
  /** What became of it so far, oldest first, behind the line with that id. */
  log(
    id: BackfillId,
    page: { readonly after?: string; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly BackfillLogLine[]>;
  /** @throws BackfillNotFoundError */
  get(id: BackfillId, options?: StoreOptions): Promise<Backfill>;
  /** Newest first, behind the cursor's. */
  list(filter: BackfillFilter, page: BackfillPage, options?: StoreOptions): Promise<readonly Backfill[]>;
  /** Counts up to `atMost` (default 100,000). */
  count(filter: BackfillFilter, options?: StoreOptions & { readonly atMost?: number }): Promise<number>;
  /** In their order; sets of partitions can be long, so there is no list of them over backfills. */
  targets(id: BackfillId, options?: StoreOptions): Promise<readonly BackfillTarget[]>;
  /** The keys of dynamic partitions at its moment. @throws BackfillNotFoundError */
  dynamicKeys(id: BackfillId, options?: StoreOptions): Promise<Readonly<Record<string, readonly string[]>>>;
  /** How many partitions have a run of which status, the newest try of each. */
  runCounts(id: BackfillId, options?: StoreOptions): Promise<readonly { readonly status: RunStatus; readonly count: number }[]>;
  /**
   * Its runs and the partitions that they are for, behind a run, in the order of their ids.
   *
   * @param query.isOpen - only those that have not ended, as far as the backfill knows
   */
  runs(
    id: BackfillId,
    query: { readonly isOpen?: boolean; readonly after?: RunId; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly { readonly runId: RunId; readonly partition: RunPartition | null; readonly status: RunStatus | null }[]>;

  /**
   * Moves an active one to CANCELING. One that is canceling already stays so.
   *
   * @throws BackfillNotFoundError, BackfillEndedError
   */
  cancel(id: BackfillId, options?: StoreOptions): Promise<Backfill>;
  /**
   * Lets one go on that FAILED or was CANCELED before it had submitted everything.
   *
   * @throws BackfillNotFoundError, BackfillEndedError
   */
  resume(id: BackfillId, options?: StoreOptions): Promise<Backfill>;
  /** @throws BackfillNotFoundError, BackfillEndedError */
  change(
    id: BackfillId,
    change: { readonly isPaused?: boolean; readonly maxRunsInFlight?: number | null },
    options?: StoreOptions,
  ): Promise<Backfill>;

  /** Claims active ones that are due or have runs with news. */
  claimDue(
    query: { readonly holder: HolderId; readonly leaseMs: number; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly BackfillClaim[]>;
  /** @param withMaterializations - false where only ends matter */
  news(
    id: BackfillId,
    query: { readonly withMaterializations: boolean; readonly limit: number },
    options?: StoreOptions,
  ): Promise<readonly BackfillRunNews[]>;
  /**
   * Counts as news what became of runs without being counted: a run that was deleted before it ended.
   *
   * @returns how many there were
   */
  noticeEnded(id: BackfillId, options?: StoreOptions): Promise<number>;
  /**
   * Writes runs, progress and status in one transaction. Null, and nothing is written, when the claim was lost, or the backfill was paused,
   * canceled or resumed since it was claimed.
   */
  commit(
    claim: BackfillClaim,
    commit: BackfillCommit,
    options?: StoreOptions,
  ): Promise<{ readonly launches: readonly LaunchClaim[]; readonly backfill: Backfill } | null>;
  /** When the next one is due that nobody holds, by the database's clock; null: none, until a notification tells. */
  nextDueAtMs(options?: StoreOptions): Promise<number | null>;
}
