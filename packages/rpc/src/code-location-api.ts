import type {
  EvaluationResult,
  ExecutionPlan,
  JsonObject,
  JsonValue,
  LocationSnapshot,
  PartitionConfig,
  RunConfigPart,
  RunConfigValidation,
  RunId,
  RunSelection,
  ScheduleEvaluation,
  SensorEvaluation,
  SerializedError,
  SnapshotId,
} from "@dagwright/model";

/** Grows when hosts and servers could misunderstand one another; additions do not count. */
export const protocolVersion = 1;

/** What a code-location server says about itself. */
export interface LocationState {
  readonly name: string;
  /** Differs between two starts of the server. */
  readonly serverId: string;
  readonly protocolVersion: number;
  /** Of the live definitions; null when none could be loaded yet. */
  readonly snapshotId: SnapshotId | null;
  /** Hash of the live code; changes with every edit, also where the definitions stay the same. */
  readonly codeHash: string;
  /** Why the newest code does not serve; the generation before it may still do. */
  readonly loadError: LoadError | null;
  /** Of the `dagwright` package in the user's project. */
  readonly sdkVersion: string;
  readonly loadedAtMs: number;
  readonly loading: boolean;
  /** Draining: takes no new runs. */
  readonly stopping: boolean;
  readonly workingDirectory: string;
  readonly entryFile: string;
}

export interface LoadError {
  readonly error: SerializedError;
  /** The user's file, absolute; null when the error has no place in one. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
}

/** A worker's start or exit. After {@link CurrentWorkers} they are news; before it, what was the case when the watch began. */
export type WorkerEvent =
  | { readonly kind: "started"; readonly runId: RunId; readonly attempt: number; readonly atMs: number }
  | {
      readonly kind: "exited";
      readonly runId: RunId;
      readonly attempt: number;
      /** -1: unknown, the server was away when it happened. */
      readonly exitCode: number;
      readonly signal: string | null;
      /** The last lines that the worker wrote to stderr. */
      readonly stderrTail: string;
      readonly atMs: number;
    }
  | CurrentWorkers;

/** Every worker that lives here has been told. */
export interface CurrentWorkers {
  readonly kind: "current";
}

export interface LaunchRequest {
  readonly runId: RunId;
  readonly attempt: number;
  /** The fencing number of the launch's claim. */
  readonly fence: number;
  readonly jobName: string;
  readonly jobSnapshotId: SnapshotId;
}

/** One of the evaluations of {@link CodeLocationApi.evaluateMany}. */
export type TickEvaluation =
  | { readonly kind: "SCHEDULE"; readonly name: string; readonly context: ScheduleEvaluation }
  | { readonly kind: "SENSOR"; readonly name: string; readonly context: SensorEvaluation };

/** What one of them came to; `index` is its place in the request. */
export type TickEvaluationAnswer =
  | { readonly index: number; readonly result: EvaluationResult }
  | { readonly index: number; readonly error: Error };

export interface ComputeLogRequest {
  /** E.g. `[runId, "compute_logs", fileKey]`. */
  readonly logKey: readonly string[];
  readonly stream: "stdout" | "stderr";
  /** In bytes. Default 0. */
  readonly offset?: number;
  /** Most bytes to read; default 0, all there are. */
  readonly maxBytes?: number;
  /** Go on until the log is complete. Default false. */
  readonly follow?: boolean;
}

export interface ComputeLogPart {
  readonly data: Buffer;
  /** Where the next read starts. */
  readonly nextOffset: number;
  /** Nothing more will be written. */
  readonly complete: boolean;
}

export interface CallOptions {
  /** Aborting ends the call; the server stops working on it where it can. */
  readonly signal?: AbortSignal;
  /** Replaces the method's own deadline. */
  readonly timeoutMs?: number;
}

/** What a code location answers. The client and the server's handlers have this one shape. */
export interface CodeLocationApi {
  getLocation(options?: CallOptions): Promise<LocationState>;
  /** The present state, then every change. */
  watchLocation(options?: CallOptions): AsyncIterable<LocationState>;
  /** @throws LocationSnapshotNotFoundError when the definitions are neither live nor kept */
  getSnapshot(snapshotId: SnapshotId, options?: CallOptions): Promise<LocationSnapshot>;
  /** Builds and loads the code as it lies on disk now. A failure to load is in the state it answers, not thrown. */
  reload(options?: CallOptions): Promise<LocationState>;
  /**
   * Ends the server as SIGTERM does; whoever keeps it up starts it again.
   *
   * @throws ShutdownNotSupportedError when it belongs to the process that started it
   */
  shutdown(options?: CallOptions): Promise<void>;

  /**
   * @param request.snapshotId - the definitions that the caller knows; null for those that are live
   * @param request.part - what of the job the run config is for; default all of it
   */
  validateRunConfig(
    request: {
      readonly snapshotId: SnapshotId | null;
      readonly jobName: string;
      readonly runConfig: JsonValue;
      readonly part?: RunConfigPart;
    },
    options?: CallOptions,
  ): Promise<RunConfigValidation>;
  getExecutionPlan(
    request: { readonly snapshotId: SnapshotId | null; readonly jobName: string; readonly selection: RunSelection },
    options?: CallOptions,
  ): Promise<ExecutionPlan>;
  /** @throws UserCodeError, EvaluationTimeoutError */
  getPartitionConfig(
    request: { readonly snapshotId: SnapshotId | null; readonly jobName: string; readonly partitionKey: string },
    options?: CallOptions,
  ): Promise<PartitionConfig>;
  /** @throws UserCodeError, EvaluationTimeoutError */
  evaluateSchedule(
    request: { readonly name: string; readonly context: ScheduleEvaluation },
    options?: CallOptions,
  ): Promise<EvaluationResult>;
  /** @throws UserCodeError, EvaluationTimeoutError */
  evaluateSensor(
    request: { readonly name: string; readonly context: SensorEvaluation },
    options?: CallOptions,
  ): Promise<EvaluationResult>;
  /**
   * Evaluates many at once; a slow one holds up no other. Answers come as they are there, those that are there together in one list. What fails
   * fails for itself, with the errors of {@link evaluateSchedule}.
   *
   * @throws ProtocolVersionError when the server is too old to know this call
   */
  evaluateMany(evaluations: readonly TickEvaluation[], options?: CallOptions): AsyncIterable<readonly TickEvaluationAnswer[]>;

  /**
   * Hands a run to a worker; asked twice for the same attempt, the run has one worker.
   *
   * @returns the worker's handle
   */
  launchRun(request: LaunchRequest, options?: CallOptions): Promise<JsonObject>;
  /** @returns false when no worker of that run lives here */
  terminateRun(request: { readonly runId: RunId; readonly graceMs: number }, options?: CallOptions): Promise<boolean>;
  /** Workers that live here and exits that happened lately, then `current`, then news. */
  watchWorkers(options?: CallOptions): AsyncIterable<WorkerEvent>;

  readComputeLog(request: ComputeLogRequest, options?: CallOptions): AsyncIterable<ComputeLogPart>;
}
