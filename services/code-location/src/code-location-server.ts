import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { EvaluationResult, ExecutionPlan, PartitionConfig, RunConfigValidation, SnapshotId } from "@dagwright/model";
import { openRuntimeDir } from "@dagwright/instance/runtime-dir";
import type { GenerationRef } from "@dagwright/worker/protocol";
import {
  type CallOptions,
  type CodeLocationHandlers,
  type CodeLocationRpcServerOptions,
  CodeLocationStoppingError,
  LocationSnapshotNotFoundError,
  ShutdownNotSupportedError,
  startCodeLocationRpcServer,
  type TickEvaluation,
} from "@dagwright/rpc";
import { type Logger, pino } from "pino";
import type { CodeTarget } from "./code-target.ts";
import { createComputeLogs } from "./compute-logs.ts";
import { userEnvironment } from "./environment.ts";
import type { EvaluatorCall } from "./evaluators/evaluator-pool.ts";
import { openCodeCopies } from "./generations/code-copies.ts";
import type { Generation } from "./generations/generation.ts";
import { answersTogether } from "./evaluators/answers-together.ts";
import { type Location, openLocation } from "./location.ts";
import { openPresence } from "./presence.ts";
import { openRunWorkers, type RunWorkers } from "./workers/run-workers.ts";
import type { WarmWorkerOptions } from "./workers/worker-pool.ts";

export interface CodeLocationServerOptions extends Pick<CodeLocationRpcServerOptions, "token" | "tls" | "insecure"> {
  /** The instance's home. */
  readonly home: string;
  /** Home of the instance that schedules and sensors ask; null: there is none. Default: the same. */
  readonly instanceHome?: string | null;
  readonly locationName: string;
  readonly target: CodeTarget;
  /** `host:port` (port 0: a free one) or `unix:PATH`. Default `127.0.0.1:0`. */
  readonly listen?: string;
  /** Of this process; user code sees it with the working directory's `.env` added. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Load anew when a file changes. Default true. */
  readonly watch?: boolean;
  readonly warmWorkers?: Partial<WarmWorkerOptions>;
  /** Most evaluators of a generation. Default 4. */
  readonly maxEvaluators?: number;
  /** How long loading the user's code may take, in milliseconds. Default 180,000. */
  readonly loadTimeoutMs?: number;
  /** How long one evaluation may take when its caller sets no deadline, in milliseconds. Default 60,000. */
  readonly evaluationTimeoutMs?: number;
  /** How long an evaluator may be stuck in synchronous code before its other calls are made again elsewhere. Default 2,000. */
  readonly stuckAfterMs?: number;
  readonly log?: Logger;
  /** Ends the process, when a host asks for it. Default: nobody may ask, as the server belongs to the process that it is in. */
  readonly onShutdown?: () => void;
}

export interface CodeLocationServer extends AsyncDisposable {
  /** Where it listens. */
  readonly address: string;
  readonly serverId: string;
  /** Until the first load has succeeded or failed. */
  readonly loaded: Promise<void>;
  /**
   * The code that serves now, for a host that executes it itself. The copy stays until the server stops.
   *
   * @throws LocationNotLoadedError while none does
   */
  generation(): GenerationRef;
}

const defaultWarmWorkers: WarmWorkerOptions = { atStart: 1, max: 2, idleMs: 600_000 };
/** So much before the caller's deadline the answer is given, that it still arrives. */
const answerMarginMs = 200;

/**
 * Serves a code location: owns the port, the evaluators and the run workers, and never loads user code itself.
 *
 * Disposing drains: no new runs are taken, calls in flight come to their end, evaluators and warm workers are ended. Workers that execute
 * a run go on; the next server of the same location and home takes them over.
 *
 * @throws AddressError, InsecureListenError, ListenError, InstanceHomeError
 */
export async function startCodeLocationServer(options: CodeLocationServerOptions): Promise<CodeLocationServer> {
  const { locationName, target, evaluationTimeoutMs = 60_000 } = options;
  const home = resolve(options.home);
  mkdirSync(home, { recursive: true });
  const log = options.log ?? pino({ name: "code-location" });
  const serverId = randomBytes(5).toString("hex");
  const environment = userEnvironment(options.environment, workingDirectoryOf(target));

  await using starting = new AsyncDisposableStack();
  const runtimeDirectory = await openRuntimeDir(home, options.environment);
  const presence = starting.use(await openPresence(runtimeDirectory, serverId));
  const copies = openCodeCopies(home, runtimeDirectory, serverId);
  const warm = { ...defaultWarmWorkers, ...options.warmWorkers };
  const workers = starting.use(
    await openRunWorkers({ locationName, serverId, home, runtimeDirectory, copies, presence, environment, warm, log }),
  );
  const location = starting.use(
    openLocation({
      name: locationName,
      serverId,
      target,
      home,
      ...(options.instanceHome !== undefined && { instanceHome: options.instanceHome }),
      copies,
      environment,
      watches: options.watch ?? true,
      maxEvaluators: options.maxEvaluators ?? 4,
      stuckAfterMs: options.stuckAfterMs ?? 2_000,
      loadTimeoutMs: options.loadTimeoutMs ?? 180_000,
      log,
      onGeneration: (generation) => workers.setGeneration(generation),
    }),
  );
  const stopping = new AbortController();
  const rpc = starting.use(
    await startCodeLocationRpcServer({
      ...(options.token !== undefined && { token: options.token }),
      ...(options.tls !== undefined && { tls: options.tls }),
      ...(options.insecure !== undefined && { insecure: options.insecure }),
      listen: options.listen ?? "127.0.0.1:0",
      handlers: handlersOf({
        locationName,
        location,
        workers,
        evaluationTimeoutMs,
        stopping: stopping.signal,
        onShutdown: options.onShutdown ?? null,
        logs: createComputeLogs(home, environment),
      }),
      onError: (error, method) => log.error({ err: error, method }, "a call failed unexpectedly"),
    }),
  );
  rpc.health.setServing(true);
  const running = starting.move();
  log.info({ address: rpc.address, location: locationName }, `code location "${locationName}" serves at ${rpc.address}`);

  return {
    address: rpc.address,
    serverId,
    loaded: location.loaded,
    generation: () => location.current().ref,
    async [Symbol.asyncDispose]() {
      stopping.abort(new CodeLocationStoppingError(locationName));
      rpc.health.setServing(false);
      location.stop();
      // So that hosts hear of it before their watches end.
      await setImmediate();
      await running.disposeAsync();
    },
  };
}

interface Parts {
  readonly locationName: string;
  readonly location: Location;
  readonly workers: RunWorkers;
  readonly logs: ReturnType<typeof createComputeLogs>;
  readonly evaluationTimeoutMs: number;
  readonly stopping: AbortSignal;
  readonly onShutdown: (() => void) | null;
}

function handlersOf({
  locationName,
  location,
  workers,
  logs,
  evaluationTimeoutMs,
  stopping,
  onShutdown,
}: Parts): CodeLocationHandlers {
  const evaluate = (
    generation: Generation,
    call: Omit<EvaluatorCall, "timeoutMs" | "signal">,
    options: CallOptions = {},
    ownTimeoutMs = evaluationTimeoutMs,
  ): Promise<unknown> => {
    const { signal, timeoutMs = Infinity } = options;
    const deadlineMs = Math.max(1, Math.min(ownTimeoutMs, timeoutMs - answerMarginMs));
    return generation.evaluators.call({ ...call, timeoutMs: deadlineMs, ...(signal !== undefined && { signal }) });
  };
  const evaluateTick = async (tick: TickEvaluation, options?: CallOptions): Promise<EvaluationResult> => {
    const { kind, ...params } = tick;
    const call =
      kind === "SCHEDULE"
        ? ({ method: "evaluateSchedule", params, what: `Schedule "${params.name}"` } as const)
        : ({ method: "evaluateSensor", params, what: `Sensor "${params.name}"` } as const);
    const ownTimeoutMs = tick.kind === "SENSOR" ? tick.context.timeoutMs : undefined;
    return (await evaluate(location.current(), call, options, ownTimeoutMs)) as EvaluationResult;
  };
  /** What a caller knows by its hash is answered by that code or not at all. */
  const generationOf = (snapshotId: SnapshotId | null): Generation => {
    const generation = location.current();
    if (snapshotId === null || snapshotId === generation.snapshotId) return generation;
    throw new LocationSnapshotNotFoundError(locationName, snapshotId, generation.snapshotId);
  };

  return {
    getLocation: async () => location.state(),
    watchLocation: (options) => location.changes.listen([location.state()], options?.signal),
    getSnapshot: (id, { acceptsShared }) => location.snapshot(id, acceptsShared),
    reload: () => location.reload(),
    async shutdown() {
      if (onShutdown === null) throw new ShutdownNotSupportedError(locationName);
      onShutdown();
    },

    async validateRunConfig({ snapshotId, ...params }, options) {
      const call = { method: "validateRunConfig", params, what: `The run config of job "${params.jobName}"` } as const;
      return (await evaluate(generationOf(snapshotId), call, options)) as RunConfigValidation;
    },
    async getExecutionPlan({ snapshotId, ...params }, options) {
      const call = { method: "executionPlan", params, what: `The execution plan of job "${params.jobName}"` } as const;
      return (await evaluate(generationOf(snapshotId), call, options)) as ExecutionPlan;
    },
    async getPartitionConfig({ snapshotId, ...params }, options) {
      const call = { method: "partitionConfig", params, what: `The partitioned config of job "${params.jobName}"` } as const;
      return (await evaluate(generationOf(snapshotId), call, options)) as PartitionConfig;
    },
    evaluateSchedule: (params, options) => evaluateTick({ kind: "SCHEDULE", ...params }, options),
    evaluateSensor: (params, options) => evaluateTick({ kind: "SENSOR", ...params }, options),
    evaluateMany: (evaluations, options) => answersTogether(evaluations.map((one) => evaluateTick(one, options))),

    async launchRun(request, options) {
      stopping.throwIfAborted();
      return workers.launch(request, location.current(), options?.signal);
    },
    terminateRun: async ({ runId, graceMs }) => workers.terminate(runId, graceMs),
    watchWorkers: (options) => workers.watch(options?.signal),
    readComputeLog: (request, options) => logs.read(request, options?.signal),
  };
}

function workingDirectoryOf(target: CodeTarget): string {
  return resolve(target.workingDirectory ?? (target.kind === "ts_file" ? dirname(resolve(target.file)) : "."));
}
