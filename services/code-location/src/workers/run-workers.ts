import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { crashPoint, type JsonObject, type RunId, runId, type SerializedError } from "@dagwright/model";
import { CodeLocationStoppingError, type LaunchRequest, type WorkerEvent } from "@dagwright/rpc";
import { type FromRunWorker, type RunAssignment, runWorkerExitCodes, type RunWorkerSettings } from "@dagwright/worker/protocol";
import type { Logger } from "pino";
import { createBroadcast } from "../broadcast.ts";
import { RunLaunchError, RunNotTakenError } from "../errors.ts";
import type { CodeCopies, CodeCopy } from "../generations/code-copies.ts";
import type { Generation } from "../generations/generation.ts";
import type { Presence } from "../presence.ts";
import { workerIdVariable } from "./process-group.ts";
import { listWorkerRecords, workerFiles } from "./worker-files.ts";
import { isWorkerReachable } from "./worker-socket.ts";
import { adoptWorker, buryWorker, spawnWorker, type WorkerExit, type WorkerProcess } from "./worker-process.ts";

export interface WarmWorkerOptions {
  /** How many are started with a new generation, and kept however long nothing runs. Default 1. */
  readonly atStart: number;
  /** How many are kept ready while runs come. Default 2. */
  readonly max: number;
  /** How long one beyond `atStart` waits for a run. Default ten minutes. */
  readonly idleMs: number;
}

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

interface Worker {
  readonly process: WorkerProcess;
  readonly copy: CodeCopy;
  state: "starting" | "ready" | "executing" | "retiring";
  run: HandedRun | null;
  idle: NodeJS.Timeout | null;
  /** It was started with; null when another front had started it. */
  readonly environment: Readonly<Record<string, string>> | null;
  /** It said that its run has ended. */
  hasFinished: boolean;
}

interface HandedRun {
  readonly runId: RunId;
  readonly attempt: number;
  readonly fence: number;
  readonly handle: JsonObject;
  /** Whether the worker took it up; a refusal rejects. */
  readonly taken: PromiseWithResolvers<void>;
  isTaken: boolean;
}

interface WaitingLaunch {
  readonly runId: RunId;
  readonly generation: Generation;
  readonly worker: PromiseWithResolvers<Worker>;
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
/** How long a worker whose run has ended may take to end itself. */
const lingerMs = 15_000;
/** A launch's first steps have the processor before the next warm worker is started. */
const refillAfterMs = 250;
const rememberedExits = 256;

export async function openRunWorkers(options: RunWorkersOptions): Promise<RunWorkers> {
  const { locationName, serverId, home, runtimeDirectory, copies, warm, log } = options;
  const workers = new Set<Worker>();
  const waiting: WaitingLaunch[] = [];
  const launches = new Map<RunId, Launch>();
  /** Runs whose worker has ended lately, so that a launch that comes late starts none. */
  const ended = new Map<RunId, HandedRun>();
  const exits: Extract<WorkerEvent, { kind: "exited" }>[] = [];
  const news = createBroadcast<WorkerEvent>();
  let live: Generation | null = null;
  let isStopping = false;
  let mayRefill = true;
  let refill: NodeJS.Timeout | null = null;
  /** The instance's settings as the last worker that read them found them, and the environment that it had. */
  let known: { readonly environment: Worker["environment"]; readonly settings: RunWorkerSettings } | null = null;
  const maxStarting = Math.max(2, availableParallelism() * 2);

  const withRun = (id: RunId): Worker | undefined => [...workers].find(({ run }) => run?.runId === id);
  const free = (state: "starting" | "ready"): Worker[] =>
    [...workers].filter((worker) => worker.state === state && worker.process.record.generation === live?.ref);
  const remember = (exit: (typeof exits)[number]): void => {
    exits.push(exit);
    if (exits.length > rememberedExits) exits.shift();
    news.send(exit);
  };

  // ---- starting and ending ------------------------------------------------------------------------------------------------------------------

  const start = (generation: Generation): void => {
    const id = randomBytes(6).toString("hex");
    const files = workerFiles(runtimeDirectory, id, true);
    const environment = options.environment();
    const settings = known !== null && isDeepStrictEqual(known.environment, environment) ? known.settings : null;
    const spawned = spawnWorker({
      id,
      generation,
      locationName,
      serverId,
      home,
      files,
      environment,
      settings,
      onMessage: (message) => hear(worker, message),
    });
    const worker = keep(spawned, generation.copy.hold(), "starting", environment);
  };
  const keep = (
    process: WorkerProcess,
    copy: CodeCopy,
    state: Worker["state"],
    environment: Worker["environment"] = null,
  ): Worker => {
    const worker: Worker = { process, copy, state, run: null, idle: null, environment, hasFinished: false };
    workers.add(worker);
    void process.exited.then((exit) => bury(worker, exit));
    return worker;
  };
  const bury = (worker: Worker, exit: WorkerExit): void => {
    workers.delete(worker);
    if (worker.idle !== null) clearTimeout(worker.idle);
    worker.copy.release();
    const { run } = worker;
    if (run !== null) {
      const { runId: id, attempt } = run;
      const isRefusal = exit.exitCode === runWorkerExitCodes.notMine || exit.exitCode === runWorkerExitCodes.unavailable;
      run.taken.reject(isRefusal ? new RunNotTakenError(id, describeExit(exit)) : new RunLaunchError(id, describeExit(exit)));
      if (run.isTaken) {
        if (launches.get(id)?.attempt === attempt) launches.delete(id);
        ended.set(id, run);
        if (ended.size > rememberedExits) ended.delete([...ended.keys()][0] ?? id);
      }
      // An adopted worker's exit code is nobody's to see, but not its last word.
      const exitCode = exit.exitCode === -1 && exit.signal === null && worker.hasFinished ? 0 : exit.exitCode;
      remember({ kind: "exited", runId: id, attempt, ...exit, exitCode, atMs: Date.now() });
      log.info({ runId: id, attempt, exitCode: exit.exitCode, signal: exit.signal }, "run worker ended");
    } else if (worker.state === "starting") {
      // Nobody's run, but the next worker would fare no better: the next launch finds out, not a loop.
      mayRefill = false;
      if (!isStopping) log.error({ ...exit }, "a run worker ended before it was ready");
      failWaiting(worker.process.record.generation, describeExit(exit));
    }
    serve();
  };
  const failWaiting = (ref: Generation["ref"], reason: string): void => {
    const index = waiting.findIndex(({ generation }) => generation.ref === ref);
    const [launch] = index < 0 ? [] : waiting.splice(index, 1);
    launch?.worker.reject(new RunLaunchError(launch.runId, reason));
  };

  const hear = (worker: Worker, message: FromRunWorker): void => {
    switch (message.type) {
      case "ready":
        if (worker.state === "starting") becomeReady(worker);
        // Its front died between noting the run and handing it over. The exit tells hosts that nobody has it.
        else if (worker.run !== null) retire(worker);
        break;
      case "failed-to-load":
        // It has no code to execute, but it can still write why into the run that waits for it.
        mayRefill = false;
        log.error({ error: message.error satisfies SerializedError }, "a run worker could not load the code");
        if (worker.state === "starting" && !giveNext(worker)) retire(worker);
        break;
      case "executing":
        if (worker.run !== null) {
          worker.run.isTaken = true;
          worker.run.taken.resolve();
        }
        break;
      case "finished":
        worker.hasFinished = true;
        setTimeout(() => {
          if (workers.has(worker)) worker.process.kill();
        }, lingerMs).unref();
        break;
      case "settings":
        if (worker.environment !== null) known = { environment: worker.environment, settings: message.settings };
        break;
      default:
        // What later versions say besides.
        break;
    }
  };
  /** From here on nobody counts it or hands it a run, though it takes a moment to leave. */
  const retire = (worker: Worker): void => {
    worker.state = "retiring";
    worker.process.send({ type: "retire" });
  };
  const becomeReady = (worker: Worker): void => {
    mayRefill = true;
    if (giveNext(worker)) return;
    worker.state = "ready";
    if (isStopping || worker.process.record.generation !== live?.ref) {
      retire(worker);
      return;
    }
    waitForRun(worker);
  };
  const waitForRun = (worker: Worker): void => {
    worker.idle = setTimeout(() => {
      const spare = free("ready").length + free("starting").length > warm.atStart;
      if (spare) retire(worker);
      else waitForRun(worker);
    }, warm.idleMs).unref();
  };
  const giveNext = (worker: Worker): boolean => {
    const index = waiting.findIndex(({ generation }) => generation.ref === worker.process.record.generation);
    const [launch] = index < 0 ? [] : waiting.splice(index, 1);
    // Taken at once, before anybody else can have it.
    if (launch !== undefined) worker.state = "executing";
    launch?.worker.resolve(worker);
    return launch !== undefined;
  };

  /** Starts what launches wait for, then what should be warm. */
  const serve = (): void => {
    const starting = [...workers].filter(({ state }) => state === "starting");
    let room = maxStarting - starting.length;
    for (const [ref, launchesOf] of Map.groupBy(waiting, ({ generation }) => generation.ref)) {
      const coming = starting.filter(({ process }) => process.record.generation === ref).length;
      for (let missing = launchesOf.length - coming; missing > 0 && room > 0; missing--, room--) {
        const [first] = launchesOf;
        if (first !== undefined) start(first.generation);
      }
    }
  };
  const keepWarm = (count: number): void => {
    if (live === null || isStopping || !mayRefill) return;
    for (let missing = count - free("ready").length - free("starting").length; missing > 0; missing--) start(live);
  };

  // ---- runs ---------------------------------------------------------------------------------------------------------------------------------

  const takeWorker = async (id: RunId, generation: Generation): Promise<Worker> => {
    const ready = [...workers].find(({ state, process }) => state === "ready" && process.record.generation === generation.ref);
    if (ready !== undefined) {
      ready.state = "executing";
      return ready;
    }
    const launch: WaitingLaunch = { runId: id, generation, worker: Promise.withResolvers<Worker>() };
    // Its code may be replaced before a worker has loaded it.
    const copy = generation.copy.hold();
    waiting.push(launch);
    serve();
    try {
      return await launch.worker.promise;
    } finally {
      copy.release();
    }
  };

  const hand = async (request: LaunchRequest, generation: Generation, launch: Launch): Promise<JsonObject> => {
    const { attempt, jobSnapshotId } = request;
    const worker = await takeWorker(request.runId, generation);
    const { fence } = launch;
    if (worker.idle !== null) clearTimeout(worker.idle);
    const { record, files } = worker.process;
    const handle = { launcher: "default", location: locationName, host: hostname(), worker: record.id, pid: record.pid };
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
    refill ??= setTimeout(() => {
      refill = null;
      keepWarm(warm.max);
    }, refillAfterMs).unref();
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

  // ---- what earlier fronts left -----------------------------------------------------------------------------------------------------------------

  const spared = new Set<string>();
  for (const record of listWorkerRecords(runtimeDirectory)) {
    if (await options.presence.isAlive(record.serverId)) continue;
    const files = workerFiles(runtimeDirectory, record.id);
    if (record.locationName !== locationName) {
      // For the front of that location to take over, when it comes.
      if (await isWorkerReachable(files.socket)) spared.add(record.copyDirectory);
      continue;
    }
    const early: FromRunWorker[] = [];
    let listener = (message: FromRunWorker): void => void early.push(message);
    const adopted = await adoptWorker(record, files, (message) => listener(message));
    if (adopted === null) {
      const exit = await buryWorker(record, files);
      if (record.run !== null)
        remember({ kind: "exited", runId: runId(record.run.runId), attempt: record.run.attempt, ...exit, atMs: Date.now() });
      continue;
    }
    files.save({ ...record, serverId });
    const worker = keep(adopted, copies.adopt(record.copyDirectory), record.run === null ? "ready" : "executing");
    listener = (message) => hear(worker, message);
    if (record.run === null) {
      // Warm for code that may not be what lies on disk now.
      adopted.send({ type: "retire" });
      continue;
    }
    const handle = { launcher: "default", location: locationName, host: hostname(), worker: record.id, pid: record.pid };
    const id = runId(record.run.runId);
    worker.run = {
      runId: id,
      attempt: record.run.attempt,
      fence: 0,
      handle,
      taken: Promise.withResolvers<void>(),
      isTaken: true,
    };
    worker.run.taken.resolve();
    launches.set(id, { attempt: record.run.attempt, fence: 0, handed: Promise.resolve(handle) });
    log.info({ runId: id, pid: record.pid }, "took over a run worker");
    for (const message of early) hear(worker, message);
  }
  await copies.removeStale((owner) => options.presence.isAlive(owner), spared);

  return {
    setGeneration(generation) {
      live = generation;
      mayRefill = true;
      for (const worker of workers) {
        if (worker.state === "ready" && worker.process.record.generation !== generation.ref) retire(worker);
      }
      keepWarm(warm.atStart);
    },

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
      if (isStopping) throw new CodeLocationStoppingError(locationName);
      signal?.throwIfAborted();
      // The run's earlier attempt was given up by whoever asks for this one.
      withRun(id)?.process.kill();
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
      const index = waiting.findIndex((launch) => launch.runId === id);
      if (index >= 0) {
        const [launch] = waiting.splice(index, 1);
        launch?.worker.reject(new RunLaunchError(id, "it was terminated before a worker was ready"));
        return true;
      }
      const worker = withRun(id);
      if (worker === undefined) return false;
      worker.process.send({ type: "terminate", graceMs });
      setTimeout(() => {
        if (workers.has(worker)) worker.process.kill();
      }, graceMs + killAfterGraceMs).unref();
      return true;
    },

    watch(signal) {
      const living = [...workers].flatMap(({ run }): WorkerEvent[] =>
        run === null ? [] : [{ kind: "started", runId: run.runId, attempt: run.attempt, atMs: Date.now() }],
      );
      return news.listen([...living, ...exits, { kind: "current" }], signal);
    },

    async [Symbol.asyncDispose]() {
      isStopping = true;
      if (refill !== null) clearTimeout(refill);
      await Promise.allSettled([...launches.values()].map(({ handed }) => handed));
      const leaving: Promise<unknown>[] = [];
      for (const worker of workers) {
        if (worker.idle !== null) clearTimeout(worker.idle);
        if (worker.run !== null) {
          worker.process.leave();
          continue;
        }
        // One that is still loading hears of it too late.
        if (worker.state === "starting") worker.process.kill();
        else retire(worker);
        leaving.push(worker.process.exited);
      }
      // The workers do not keep this process alive, and it must live to see them end.
      const awake = setInterval(() => undefined, retireMs);
      await Promise.race([Promise.allSettled(leaving), new Promise((resolve) => setTimeout(resolve, retireMs).unref())]);
      for (const { run, process } of workers) if (run === null) process.kill();
      await Promise.allSettled(leaving);
      clearInterval(awake);
    },
  };
}

/** How long warm workers may take to close their connections. */
const retireMs = 2_000;

function describeExit({ exitCode, signal, stderrTail }: WorkerExit): string {
  const how = signal !== null ? `was ended by ${signal}` : exitCode === -1 ? "ended" : `exited with code ${exitCode}`;
  return `its worker ${how}${stderrTail === "" ? "" : `; its last words were:\n${stderrTail}`}`;
}
