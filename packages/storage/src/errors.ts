import { type Backfill, type BackfillId, DomainError, type RunId, type RunStatus } from "@dagwright/model";

/** No run of this id is in the instance. */
export class RunNotFoundError extends DomainError<"RunNotFoundError"> {
  readonly runId: RunId;
  constructor(runId: RunId) {
    super("RunNotFoundError", `This instance has no run ${runId}`);
    this.runId = runId;
  }
}

/** No backfill of this id is in the instance. */
export class BackfillNotFoundError extends DomainError<"BackfillNotFoundError"> {
  readonly backfillId: BackfillId;
  constructor(backfillId: BackfillId) {
    super("BackfillNotFoundError", `This instance has no backfill ${backfillId}`);
    this.backfillId = backfillId;
  }
}

/** A backfill of this id is there already. */
export class BackfillConflictError extends DomainError<"BackfillConflictError"> {
  constructor(backfillId: BackfillId, options?: ErrorOptions) {
    super("BackfillConflictError", `A backfill ${backfillId} is in this instance already; nothing was written`, options);
  }
}

/** The backfill's status does not allow what was asked of it. */
export class BackfillEndedError extends DomainError<"BackfillEndedError"> {
  constructor({ id, status }: Backfill, what: "canceled" | "resumed" | "changed") {
    const advice = {
      canceled: "there is nothing left to cancel",
      resumed: "only one that is FAILED or CANCELED can go on; re-execute it to make what is missing in a new one",
      changed: "only one that is still at work can be changed",
    };
    super("BackfillEndedError", `Backfill ${id} is ${status} and cannot be ${what}: ${advice[what]}`);
  }
}

/** A run of this id is there already; nothing was written. */
export class RunConflictError extends DomainError<"RunConflict"> {
  readonly runId: RunId | null;
  constructor(runId: RunId | null, options?: ErrorOptions) {
    super(
      "RunConflict",
      runId === null
        ? "One of the submitted run ids is taken; nothing was written"
        : `A run ${runId} is in this instance already; nothing was written`,
      options,
    );
    this.runId = runId;
  }
}

/** The run went on under a newer attempt: the writer is a worker of the past and must end at once. */
export class RunAttemptStaleError extends DomainError<"RunAttemptStaleError"> {
  readonly runId: RunId;
  readonly attempt: number;
  readonly currentAttempt: number;
  constructor(runId: RunId, attempt: number, currentAttempt: number) {
    super(
      "RunAttemptStaleError",
      `Run ${runId} is at attempt ${currentAttempt}; a batch of attempt ${attempt} was refused. Its worker must end at once`,
    );
    this.runId = runId;
    this.attempt = attempt;
    this.currentAttempt = currentAttempt;
  }
}

/** The run has its final status; nothing can be added to its log. */
export class RunFinishedError extends DomainError<"RunFinishedError"> {
  readonly runId: RunId;
  readonly status: RunStatus;
  constructor(runId: RunId, status: RunStatus) {
    super(
      "RunFinishedError",
      `Run ${runId} has ended with ${status}; a batch for it was refused. Its worker, if it lives, must end at once`,
    );
    this.runId = runId;
    this.status = status;
  }
}

/** The move is not among the legal ones, or the run had none of the statuses that the writer asked for. */
export class IllegalRunMoveError extends DomainError<"IllegalRunMoveError"> {
  readonly runId: RunId;
  readonly from: RunStatus;
  readonly to: readonly RunStatus[];
  constructor(runId: RunId, from: RunStatus, to: readonly RunStatus[], onlyFrom?: readonly RunStatus[]) {
    const wanted = onlyFrom === undefined ? "" : ` (asked only from ${onlyFrom.join(" or ")})`;
    super(
      "IllegalRunMoveError",
      to.length === 0
        ? `Run ${runId} is ${from}; a batch was refused${wanted}`
        : `Run ${runId} cannot go from ${from} to ${to.join(", ")}${wanted}`,
    );
    this.runId = runId;
    this.from = from;
    this.to = to;
  }
}

/** The run is not in the queue: it was launched already, or has ended. */
export class RunNotQueuedError extends DomainError<"RunNotQueuedError"> {
  readonly runId: RunId;
  readonly status: RunStatus;
  constructor(runId: RunId, status: RunStatus) {
    super("RunNotQueuedError", `Run ${runId} is ${status}; only a run that is QUEUED can be given another priority`);
    this.runId = runId;
    this.status = status;
  }
}

/** A run was to be deleted that has a worker, or is about to get one. */
export class RunActiveError extends DomainError<"RunActiveError"> {
  readonly runId: RunId;
  readonly status: RunStatus;
  constructor(runId: RunId, status: RunStatus) {
    super("RunActiveError", `Run ${runId} is ${status} and cannot be deleted; terminate it first`);
    this.runId = runId;
    this.status = status;
  }
}

/** A snapshot that a run names is not stored. */
export class SnapshotNotFoundError extends DomainError<"SnapshotNotFoundError"> {
  readonly snapshotId: string;
  constructor(snapshotId: string) {
    super("SnapshotNotFoundError", `This instance has no snapshot ${snapshotId}`);
    this.snapshotId = snapshotId;
  }
}

/** A schedule or sensor of this id is not in the instance. */
export class InstigatorNotFoundError extends DomainError<"InstigatorNotFoundError"> {
  readonly instigatorId: string;
  constructor(instigatorId: string) {
    super(
      "InstigatorNotFoundError",
      `This instance has no schedule or sensor ${instigatorId}; switch it on or load its code location first`,
    );
    this.instigatorId = instigatorId;
  }
}

/** A cursor of the event stream that this store did not write. */
export class StreamCursorError extends DomainError<"StreamCursorError"> {
  readonly cursor: string;
  constructor(cursor: string) {
    super("StreamCursorError", `"${cursor}" is no cursor of the event stream; start from null or from streamEnd()`);
    this.cursor = cursor;
  }
}

/** Event types that the stream over all runs does not carry were asked of it. */
export class StreamTypeError extends DomainError<"StreamTypeError"> {
  readonly types: readonly string[];
  constructor(types: readonly string[], known: readonly string[]) {
    super("StreamTypeError", `The event stream does not carry ${types.join(", ")}; it carries ${known.join(", ")}`);
    this.types = types;
  }
}

/** The database's schema is older than this build needs, newer than it can work with, or not there at all. */
export class SchemaVersionError extends DomainError<"SchemaVersionError"> {
  /** Null: the database holds no Dagwright schema. */
  readonly databaseVersion: number | null;
  readonly buildVersion: number;
  constructor(databaseVersion: number | null, buildVersion: number) {
    super("SchemaVersionError", schemaVersionMessage(databaseVersion, buildVersion));
    this.databaseVersion = databaseVersion;
    this.buildVersion = buildVersion;
  }
}

function schemaVersionMessage(database: number | null, build: number): string {
  if (database === null) {
    return `The database has no Dagwright schema yet; this process needs version ${build}. Run "dagwright instance migrate" once`;
  }
  return database < build
    ? `The database's schema is older (version ${database}) than this process needs (version ${build}). Run "dagwright instance migrate" with this version of Dagwright, then start again`
    : `The database's schema is newer (version ${database}) than this process knows (version ${build}). Upgrade this process to the version of Dagwright that migrated the database`;
}

/** The database cannot be reached or broke off. The same call may succeed later; whether it was committed is unknown. */
export class StorageUnavailableError extends DomainError<"StorageUnavailableError"> {
  readonly retryable = true;
}

/** A statement took longer than it may, or somebody had it canceled; nothing of it was written. */
export class StatementTimeoutError extends StorageUnavailableError {
  readonly timeoutMs: number;
  constructor(where: string, what: string, timeoutMs: number, options?: ErrorOptions) {
    super("StorageUnavailableError", `${where}: ${what} (its limit is ${timeoutMs} ms). It may be tried again`, options);
    this.name = "StatementTimeoutError";
    this.timeoutMs = timeoutMs;
  }
}

/** The database was reached and refuses us: wrong password, unknown database, missing rights, bad URL. Trying again will not help. */
export class StorageRefusedError extends DomainError<"StorageRefusedError"> {
  readonly retryable = false;
}
