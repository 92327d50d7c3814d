import type { RunWorkerSettings } from "@dagwright/instance/run-worker";
import {
  type EvaluationResult,
  type ExecutionPlan,
  type JsonObject,
  type JsonValue,
  type PartitionConfig,
  type RunConfigPart,
  type RunConfigValidation,
  type RunId,
  type RunSelection,
  type ScheduleEvaluation,
  type SensorEvaluation,
  type SerializedError,
  type SnapshotId,
  type SharedLocationSnapshot,
} from "@dagwright/model";

/**
 * What a code-location server's front and the programs that import user code say to one another.
 *
 * The programs come from the `dagwright` in the user's project, the front from the installed service, so the two may differ by some versions:
 * the protocol evolves by adding optional fields, and a front refuses a program whose version is outside its range, by name.
 */
export const workerProtocolVersion = 1;

/** Which versions of the programs a front of this version can talk to. */
export const supportedWorkerProtocols = { oldest: 1, newest: 1 } as const;

/** One loaded state of a project: an immutable copy of its module graph. */
export interface GenerationRef {
  /** Hash of the code. */
  readonly codeHash: string;
  /** The copy's entry module, absolute. */
  readonly entryFile: string;
  /** The user's own entry, absolute; errors and `import.meta.url` speak of it. */
  readonly sourceFile: string;
  /** Export that holds the definitions; `default` unless the workspace says otherwise. */
  readonly attribute: string;
  readonly workingDirectory: string;
}

// ---- evaluator: Node IPC (`child_process.fork`), one request answered by one reply of the same id --------------------------------------------

export interface EvaluatorMethods {
  /** First call. Imports the generation and validates its definitions. */
  load(params: {
    readonly generation: GenerationRef;
    readonly locationName: string;
    /** The caller reads what `sharePartitions` gives; absent in those of before. */
    readonly acceptsShared?: boolean;
    /** The caller wants the snapshot as it was written, and does not look into it; absent in those of before. */
    readonly acceptsText?: boolean;
  }): {
    readonly protocolVersion: number;
    readonly sdkVersion: string;
  } & (
    | { readonly snapshot: SharedLocationSnapshot }
    /** The same as JSON, if the caller accepts that. */
    | { readonly snapshotText: string }
  );
  validateRunConfig(params: {
    readonly jobName: string;
    readonly runConfig: JsonValue;
    /** Default: all of the job. */
    readonly part?: RunConfigPart;
  }): RunConfigValidation;
  executionPlan(params: { readonly jobName: string; readonly selection: RunSelection }): ExecutionPlan;
  partitionConfig(params: { readonly jobName: string; readonly partitionKey: string }): PartitionConfig;
  evaluateSchedule(params: { readonly name: string; readonly context: ScheduleEvaluation }): EvaluationResult;
  evaluateSensor(params: { readonly name: string; readonly context: SensorEvaluation }): EvaluationResult;
}
export type EvaluatorMethod = keyof EvaluatorMethods;

export type EvaluatorRequest =
  | { readonly id: number; readonly method: EvaluatorMethod; readonly params: unknown }
  | { readonly abort: number };
export type EvaluatorReply =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly error: SerializedError & {
        readonly kind?: string;
        readonly file?: string;
        readonly line?: number;
        readonly column?: number;
      };
    };

// ---- run worker: a Unix socket that the worker listens on, one JSON document per line each way --------------------------------------------------

/**
 * The environment variables and arguments that start a run worker:
 * `node …/run-worker/main.js --id ID --socket PATH --generation JSON [--home DIR [--settings-fd N]] [--lease-ms N] [--idle-ms N]`.
 *
 * - Its stdout and stderr are files (they must outlive the front), it leads its own process group (`detached`), and the socket's directory
 *   belongs to the front.
 * - `--home`: lets it open the database's connection before it has a run.
 * - `--settings-fd`: a pipe that holds {@link RunWorkerSettings} as JSON, as an earlier worker has read them in the same environment; they are
 *   taken when the instance's file still has that text. Reading them anew takes 30 ms of processor time, most of it for libraries.
 * - `--lease-ms`: its run's lease; 30,000 by default. `--idle-ms`: how long it stays without a run and without any connection; 300,000 by default.
 * - It writes `{"type":"settings"}` with settings that it had to read itself.
 * - It writes `{"type":"ready"}` to everyone who connects once the user's code is imported, `{"type":"failed-to-load"}` when that failed.
 * - It ends with one of {@link runWorkerExitCodes}, or with SIGKILL by its own hand when user code holds the main thread. Its last line on
 *   stderr says why. What the group's leader left behind in the group is the front's to kill.
 */
export type ToRunWorker =
  | { readonly type: "execute"; readonly assignment: RunAssignment }
  | { readonly type: "terminate"; readonly graceMs: number }
  /** Ends a warm worker that has no run. */
  | { readonly type: "retire" };

export type FromRunWorker =
  | {
      readonly type: "ready";
      readonly protocolVersion: number;
      readonly pid: number;
      readonly codeHash: string;
      readonly rssBytes: number;
    }
  /** Told to every new connection of a worker that has its run, and when it takes one. */
  | { readonly type: "executing"; readonly runId: RunId; readonly attempt: number }
  | { readonly type: "finished"; readonly runId: RunId; readonly attempt: number; readonly status: string }
  | { readonly type: "failed-to-load"; readonly error: SerializedError }
  | { readonly type: "settings"; readonly settings: RunWorkerSettings };

export interface RunAssignment {
  readonly runId: RunId;
  readonly attempt: number;
  readonly fence: number | null;
  /** The instance's home; its settings are read anew at run start. */
  readonly home: string;
  /** The environment at run start, replacing the one the warm worker was started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly jobSnapshotId: SnapshotId;
  /** What the worker writes as its handle in the run's row. */
  readonly worker: JsonObject;
  /** The files that hold its stdout and stderr since it was started. */
  readonly stdoutFile: string;
  readonly stderrFile: string;
  /** How long the run's lease holds unrenewed; the worker's own `--lease-ms` when absent. */
  readonly leaseMs?: number;
}

export type { RunWorkerSettings } from "@dagwright/instance/run-worker";
export { runWorkerExitCodes } from "@dagwright/model";
