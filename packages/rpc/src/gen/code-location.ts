// Made from protos/ by `pnpm gen`; not edited by hand.

/** The methods of `dagwright.v1.CodeLocation`; `streams` when the answer is a stream. */
export interface CodeLocationMethods {
  readonly getLocation: { readonly request: GetLocationRequest; readonly response: Location; readonly streams: false };
  readonly watchLocation: { readonly request: GetLocationRequest; readonly response: Location; readonly streams: true };
  readonly getSnapshot: { readonly request: GetSnapshotRequest; readonly response: Chunk; readonly streams: true };
  readonly reload: { readonly request: ReloadRequest; readonly response: Location; readonly streams: false };
  readonly shutdown: { readonly request: ShutdownRequest; readonly response: ShutdownResponse; readonly streams: false };
  readonly validateRunConfig: { readonly request: ValidateRunConfigRequest; readonly response: Chunk; readonly streams: true };
  readonly getExecutionPlan: { readonly request: GetExecutionPlanRequest; readonly response: Chunk; readonly streams: true };
  readonly getPartitionConfig: { readonly request: GetPartitionConfigRequest; readonly response: Chunk; readonly streams: true };
  readonly evaluateSchedule: { readonly request: EvaluateRequest; readonly response: Chunk; readonly streams: true };
  readonly evaluateSensor: { readonly request: EvaluateRequest; readonly response: Chunk; readonly streams: true };
  readonly evaluateMany: { readonly request: EvaluateManyRequest; readonly response: EvaluationAnswers; readonly streams: true };
  readonly launchRun: { readonly request: LaunchRunRequest; readonly response: LaunchRunResponse; readonly streams: false };
  readonly terminateRun: { readonly request: TerminateRunRequest; readonly response: TerminateRunResponse; readonly streams: false };
  readonly watchWorkers: { readonly request: WatchWorkersRequest; readonly response: WorkerEvent; readonly streams: true };
  readonly readComputeLog: { readonly request: ReadComputeLogRequest; readonly response: ComputeLogChunk; readonly streams: true };
}

export type GetLocationRequest = Readonly<Record<string, never>>;

export interface Location {
  readonly name: string;
  readonly serverId: string;
  readonly protocolVersion: number;
  readonly snapshotId: string;
  readonly codeHash: string;
  readonly loadError: LoadError | null;
  readonly sdkVersion: string;
  readonly loadedAtMs: number;
  readonly loading: boolean;
  readonly stopping: boolean;
  readonly workingDirectory: string;
  readonly entryFile: string;
}

export interface LoadError {
  readonly error: Buffer;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface GetSnapshotRequest {
  readonly snapshotId: string;
  readonly acceptsShared: boolean;
}

export type ReloadRequest = Readonly<Record<string, never>>;

export type ShutdownRequest = Readonly<Record<string, never>>;

export type ShutdownResponse = Readonly<Record<string, never>>;

export interface Chunk {
  readonly data: Buffer;
}

export interface ValidateRunConfigRequest {
  readonly snapshotId: string;
  readonly jobName: string;
  readonly runConfig: Buffer;
  readonly part: Buffer;
}

export interface GetExecutionPlanRequest {
  readonly snapshotId: string;
  readonly jobName: string;
  readonly selection: Buffer;
}

export interface GetPartitionConfigRequest {
  readonly snapshotId: string;
  readonly jobName: string;
  readonly partitionKey: string;
}

export interface EvaluateRequest {
  readonly name: string;
  readonly context: Buffer;
}

export interface EvaluateManyRequest {
  readonly evaluations: Buffer;
}

export interface EvaluationAnswers {
  readonly answers: Buffer;
}

export interface LaunchRunRequest {
  readonly runId: string;
  readonly attempt: number;
  readonly fence: number;
  readonly jobName: string;
  readonly jobSnapshotId: string;
}

export interface LaunchRunResponse {
  readonly worker: Buffer;
}

export interface TerminateRunRequest {
  readonly runId: string;
  readonly graceMs: number;
}

export interface TerminateRunResponse {
  readonly found: boolean;
}

export type WatchWorkersRequest = Readonly<Record<string, never>>;

export interface WorkerEvent {
  readonly kind: WorkerEventKind;
  readonly runId: string;
  readonly attempt: number;
  readonly exitCode: number;
  readonly signal: string;
  readonly stderrTail: string;
  readonly atMs: number;
}

export type WorkerEventKind = "KIND_UNSPECIFIED" | "STARTED" | "EXITED" | "CURRENT";

export interface ReadComputeLogRequest {
  readonly logKey: readonly string[];
  readonly stream: ReadComputeLogRequestStream;
  readonly offset: number;
  readonly maxBytes: number;
  readonly follow: boolean;
}

export type ReadComputeLogRequestStream = "STREAM_UNSPECIFIED" | "STDOUT" | "STDERR";

export interface ComputeLogChunk {
  readonly data: Buffer;
  readonly nextOffset: number;
  readonly complete: boolean;
}
