import { hostname } from "node:os";
import { crashPoint, type JsonObject, type RunId } from "@dagwright/model";
import { CodeLocationStoppingError, type LaunchRequest, type WorkerEvent } from "@dagwright/rpc";
import { type RunAssignment, runWorkerExitCodes } from "@dagwright/worker/protocol";
import type { Logger } from "pino";
import { createBroadcast } from "../broadcast.ts";
import { RunLaunchError, RunNotTakenError } from "../errors.ts";
import type { CodeCopies } from "../generations/code-copies.ts";
import type { Generation } from "../generations/generation.ts";
import type { Presence } from "../presence.ts";
import { adoptWorkers } from "./adopt-workers.ts";
import { workerIdVariable } from "./process-group.ts";
import type { WorkerRecord } from "./worker-files.ts";
import { type HandedRun, type WarmWorkerOptions, WorkerPool } from "./worker-pool.ts";
import { describeExit, type WorkerExit } from "./worker-process.ts";

export interface RunWorkersOptions {
  readonly locationName: string;
  readonly serverId: string;
  readonly home: string;
  readonly runtimeDirectory: string;
  readonly copies: CodeCopies;
  readonly presence: Presence;
  /** Read anew at each launch. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly warm: WarmWorkerOptions;
  readonly log: Logger;
}

/**
 * The run workers of this front.
 *
 * 1. A worker executes one run and ends. A run has one worker per attempt, however often it is launched.
 * 2. A run is handed to a warm worker when one is ready; otherwise to the next one that has loaded, in the order of the launches.
 * 3. Warm workers have the code of the live generation; a new generation retires the others. Runs go on with the code they began with.
 * 4. Workers outlive this process. One that starts takes over what dead fronts of the same location left.
 */
export interface RunWorkers extends AsyncDisposable {
  /** New runs get this code from now on. */
  setGeneration(generation: Generation): void;
  /** @throws RunLaunchError, CodeLocationStoppingError */
  launch(request: LaunchRequest, generation: Generation, signal: AbortSignal | undefined): Promise<JsonObject>;
  /** False when no worker of that run lives here. */
  terminate(id: RunId, graceMs: number): boolean;
  watch(signal: AbortSignal | undefined): AsyncIterable<WorkerEvent>;
}

/** A run that was launched here and has not ended. */
interface Launch {
  readonly attempt: number;
  /** Of the newest claim; a worker that was started for an older one is refused by the database. */
  fence: number;
  handed: Promise<JsonObject>;
}

/** How long a worker that was handed a run may take to say that it took it up; the database may be slow, and then it still has the run. */
const takeUpMs = 10_000;
/** After its own grace period a worker ends its run; only one that cannot is killed from here. */
const killAfterGraceMs = 2_000;
const rememberedExits = 256;

export async function openRunWorkers(options: RunWorkersOptions): Promise<RunWorkers> {
  const { locationName, home, log } = options;
  const launches = new Map<RunId, Launch>();
  /** Runs whose worker has ended lately, so that a launch that comes late starts none. */
  const ended = new Map<RunId, HandedRun>();
  const exits: Extract<WorkerEvent, { kind: "exited" }>[] = [];
  const news = createBroadcast<WorkerEvent>();

  const remember = (exit: (typeof exits)[number]): void => {
    exits.push(exit);
    if (exits.length > rememberedExits) exits.shift();
    news.send(exit);
  };
  const pool = new WorkerPool({
    ...options,
    onRunEnded({ hasFinished }, run, exit) {
      const { runId: id, attempt } = run;
      const isRefusal = exit.exitCode === runWorkerExitCodes.notMine || exit.exitCode === runWorkerExitCodes.unavailable;
      run.taken.reject(isRefusal ? new RunNotTakenError(id, describeExit(exit)) : new RunLaunchError(id, describeExit(exit)));
      if (run.isTaken) {
        if (launches.get(id)?.attempt === attempt) launches.delete(id);
        ended.set(id, run);
        if (ended.size > rememberedExits) ended.delete([...ended.keys()][0] ?? id);
      }
      // An adopted worker's exit code is nobody's to see, but not its last word.
      const exitCode = exit.exitCode === -1 && exit.signal === null && hasFinished ? 0 : exit.exitCode;
      remember({ kind: "exited", runId: id, attempt, ...exit, exitCode, atMs: Date.now() });
      log.info({ runId: id, attempt, exitCode: exit.exitCode, signal: exit.signal }, "run worker ended");
    },
  });
  const handleOf = ({ id, pid }: Pick<WorkerRecord, "id" | "pid">): JsonObject => ({
    launcher: "default",
    location: locationName,
    host: hostname(),
    worker: id,
    pid,
  });

  const hand = async (request: LaunchRequest, generation: Generation, launch: Launch): Promise<JsonObject> => {
    const { attempt, jobSnapshotId } = request;
    const worker = await pool.take(request.runId, generation);
    const { fence } = launch;
    const { record, files } = worker.process;
    const handle = handleOf(record);
    const run: HandedRun = { runId: request.runId, attempt, fence, handle, taken: Promise.withResolvers<void>(), isTaken: false };
    worker.run = run;
    crashPoint("front.before-hand");
    worker.process.assign({ runId: request.runId, attempt });
    crashPoint("front.after-note");
    const assignment: RunAssignment = {
      runId: request.runId,
      attempt,
      fence,
      home,
      // The mark too: it replaces the environment that the worker was started with.
      env: { ...options.environment(), [workerIdVariable]: record.id },
      jobSnapshotId,
      worker: handle,
      stdoutFile: files.stdout,
      stderrFile: files.stderr,
    };
    worker.process.send({ type: "execute", assignment });
    news.send({ kind: "started", runId: request.runId, attempt, atMs: Date.now() });
    pool.refillSoon();
    const patience = setTimeout(() => run.taken.resolve(), takeUpMs);
    try {
      await run.taken.promise;
      crashPoint("front.after-hand");
    } catch (error) {
      // It was refused because its launch was claimed anew meanwhile, by somebody who waits for it here.
      if (error instanceof RunNotTakenError && launch.fence > fence) return await hand(request, generation, launch);
      throw error;
    } finally {
      clearTimeout(patience);
    }
    return handle;
  };

  await adoptWorkers({
    ...options,
    pool,
    handleOf,
    onAdopted({ runId: id, attempt, handle }) {
      launches.set(id, { attempt, fence: 0, handed: Promise.resolve(handle) });
    },
    onLost: (id, attempt, exit: WorkerExit) => remember({ kind: "exited", runId: id, attempt, ...exit, atMs: Date.now() }),
  });

  return {
    setGeneration: (generation) => pool.setGeneration(generation),

    async launch(request, generation, signal) {
      const { runId: id, attempt, fence } = request;
      const present = launches.get(id);
      if (present?.attempt === attempt) {
        present.fence = Math.max(present.fence, fence);
        return present.handed;
      }
      const over = ended.get(id);
      const newest = Math.max(present?.attempt ?? 0, over?.attempt ?? 0);
      if (newest > attempt) throw new RunLaunchError(id, `attempt ${attempt} is over, a worker had attempt ${newest}`);
      if (over?.attempt === attempt && over.fence >= fence) return over.handle;
      if (pool.isStopping) throw new CodeLocationStoppingError(locationName);
      signal?.throwIfAborted();
      // The run's earlier attempt was given up by whoever asks for this one.
      pool.withRun(id)?.process.kill();
      const launch: Launch = { attempt, fence, handed: Promise.resolve({}) };
      launch.handed = hand(request, generation, launch);
      launches.set(id, launch);
      try {
        return await launch.handed;
      } catch (error) {
        if (launches.get(id) === launch) launches.delete(id);
        throw error;
      }
    },

    terminate(id, graceMs) {
      if (pool.giveUp(id, "it was terminated before a worker was ready")) return true;
      const worker = pool.withRun(id);
      if (worker === undefined) return false;
      worker.process.send({ type: "terminate", graceMs });
      setTimeout(() => {
        if (pool.has(worker)) worker.process.kill();
      }, graceMs + killAfterGraceMs).unref();
      return true;
    },

    watch(signal) {
      const living = pool.runs.map(({ runId, attempt }): WorkerEvent => ({ kind: "started", runId, attempt, atMs: Date.now() }));
      return news.listen([...living, ...exits, { kind: "current" }], signal);
    },

    async [Symbol.asyncDispose]() {
      pool.stop();
      await Promise.allSettled([...launches.values()].map(({ handed }) => handed));
      await pool[Symbol.asyncDispose]();
    },
  };
}
