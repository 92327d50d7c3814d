import type { PoolAsk } from "@dagwright/execution";
import type { StepsBefore } from "@dagwright/graph";
import type {
  ExecutionPlan,
  InstanceAnswer,
  InstanceRequest,
  LogLevel,
  Run,
  RunLogEntry,
  RunStatus,
  SerializedError,
  StepKey,
} from "@dagwright/model";
import type { RunAssignment } from "../protocol.ts";

/** What the engine thread is started with. */
export interface EngineData {
  /** Null: nobody but the main thread talks to this engine. */
  readonly socket: string | null;
  /** An instance's home whose database is connected early; null: once there is a run. */
  readonly home: string | null;
  /** The environment for {@link home}'s settings, until a run brings its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A pipe from which the front's {@link RunWorkerSettings} can be read, for `home` and `env`; null when there is none. */
  readonly settingsFd: number | null;
  readonly codeHash: string;
  readonly leaseMs: number;
  /** How long a worker stays without a run and without a connection; null: for ever. */
  readonly idleMs: number | null;
  /** See {@link sharedCells}. */
  readonly shared: SharedArrayBuffer;
}

/** Cells of the memory that both threads see, as 32-bit integers. */
export const sharedCells = {
  /** Weight of the entries that were handed over and are not written yet; the main thread waits here when it is too much. */
  outstanding: 0,
  /** 1 once the engine has dealt with the exit of the process; the main thread's exit waits here. */
  exitReported: 1,
  /** 1 once the main thread has heard that it must leave. */
  leaving: 2,
} as const;
export const sharedBytes = 12;

/** How long a terminated run may take when nobody said how long. Shorter than the ten seconds that `docker stop` allows. */
export const defaultGraceMs = 8_000;

/** What a run wants of concurrency pools: slots for a step, or to give back what a step has or waits for. */
export type PoolOrder = { readonly ask: PoolAsk } | { readonly free: StepKey };

/** What became of it. */
export type PoolNews =
  | { readonly granted: StepKey }
  | { readonly blocked: StepKey; readonly pool: string; readonly isFirst: boolean };

/** From the main thread (user's code) to the engine thread. */
export type ToEngine =
  /** Of the run's log, in order. What is posted arrives even if user code never yields again; a message wakes the engine's thread, so several share one. */
  | { readonly kind: "entries"; readonly entries: readonly RunLogEntry[] }
  | { readonly kind: "flush"; readonly id: number }
  /** A question to the instance, which must know the entries that were posted before it. */
  | { readonly kind: "ask"; readonly id: number; readonly request: InstanceRequest }
  | { readonly kind: "pool"; readonly order: PoolOrder }
  | { readonly kind: "loaded" }
  | { readonly kind: "failed-to-load"; readonly error: SerializedError }
  | { readonly kind: "assign"; readonly assignment: RunAssignment }
  | { readonly kind: "terminate"; readonly graceMs: number }
  /** The run's last entries, its final status among them. */
  | { readonly kind: "finish"; readonly entries: readonly RunLogEntry[] }
  | { readonly kind: "exiting"; readonly exitCode: number; readonly error: SerializedError | null };

/** From the engine thread to the main thread. */
export type FromEngine =
  /** Sent before the run is begun, so that the environment is in place when its code starts. */
  | { readonly kind: "assigned"; readonly assignment: RunAssignment }
  | { readonly kind: "begin"; readonly begun: BegunRun }
  /** Steps may go on for that long; then the engine writes the run's end and kills the process. */
  | { readonly kind: "cancel"; readonly graceMs: number }
  | { readonly kind: "flushed"; readonly id: number }
  /** To an `ask` of the same id. */
  | { readonly kind: "answer"; readonly id: number; readonly answer: InstanceAnswer }
  | { readonly kind: "pool"; readonly news: PoolNews }
  /** The run's end is written. */
  | { readonly kind: "ended"; readonly status: RunStatus }
  /** Leave at once with this exit code. */
  | { readonly kind: "die"; readonly exitCode: number; readonly reason: string };

/** A run that this worker has taken up. */
export interface BegunRun {
  readonly run: Run;
  readonly plan: ExecutionPlan;
  /** What earlier attempts have settled; null for the first. */
  readonly before: StepsBefore | null;
  readonly home: string;
  /** Where values of this instance's file-based I/O managers lie. */
  readonly artifactDirectory: string;
  /** Where compute logs of this instance lie; null when they are not kept. */
  readonly computeLogDirectory: string | null;
  /** Least level of the lines that user code logs for which they are kept; null: all are. */
  readonly logLevel: LogLevel | null;
  /** Whether its steps take the slots of concurrency pools. */
  readonly poolsCountSteps: boolean;
  /** Under which the process's own output is kept; null when it is not. */
  readonly logKey: readonly string[] | null;
}
