import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject, RunId, SerializedError } from "@dagwright/model";
import type { FromRunWorker, RunWorkerSettings } from "@dagwright/worker/protocol";
import type { Logger } from "pino";
import { RunLaunchError } from "../errors.ts";
import type { CodeCopy } from "../generations/code-copies.ts";
import type { Generation } from "../generations/generation.ts";
import { workerFiles } from "./worker-files.ts";
import { describeExit, spawnWorker, type WorkerExit, type WorkerProcess } from "./worker-process.ts";

export interface WarmWorkerOptions {
  /** How many are started with a new generation, and kept however long nothing runs. Default 1. */
  readonly atStart: number;
  /** How many are kept ready while runs come. Default 2. */
  readonly max: number;
  /** How long one beyond `atStart` waits for a run. Default ten minutes. */
  readonly idleMs: number;
}

export interface WorkerPoolOptions {
  readonly locationName: string;
  readonly serverId: string;
  readonly home: string;
  readonly runtimeDirectory: string;
  /** Read anew at each start. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly warm: WarmWorkerOptions;
  readonly log: Logger;
  /** A worker that had a run has ended. */
  readonly onRunEnded: (worker: PooledWorker, run: HandedRun, exit: WorkerExit) => void;
}

export interface PooledWorker {
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

export interface HandedRun {
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
  readonly worker: PromiseWithResolvers<PooledWorker>;
}

/** How long a worker whose run has ended may take to end itself. */
const lingerMs = 15_000;
/** A launch's first steps have the processor before the next warm worker is started. */
const refillAfterMs = 250;
/** How long warm workers may take to close their connections. */
const retireMs = 2_000;

/**
 * The run workers that are there, from their start to their end: some of them warm with the code of the live generation, the others with a run
 * or on their way. Each is taken once. A new generation retires those that have no run.
 */
export class WorkerPool implements AsyncDisposable {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<PooledWorker>();
  /** Launches that no worker was ready for, in their order. */
  readonly #waiting: WaitingLaunch[] = [];
  readonly #maxStarting = Math.max(2, availableParallelism() * 2);
  #live: Generation | null = null;
  #isStopping = false;
  #mayRefill = true;
  #refill: NodeJS.Timeout | null = null;
  /** The instance's settings as the last worker that read them found them, and the environment that it had. */
  #known: { readonly environment: PooledWorker["environment"]; readonly settings: RunWorkerSettings } | null = null;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Runs that workers have, those among them that end this moment. */
  get runs(): readonly HandedRun[] {
    return [...this.#workers].flatMap(({ run }) => (run === null ? [] : [run]));
  }

  withRun(id: RunId): PooledWorker | undefined {
    return [...this.#workers].find(({ run }) => run?.runId === id);
  }

  has(worker: PooledWorker): boolean {
    return this.#workers.has(worker);
  }

  /** What is taken from now on has this code. */
  setGeneration(generation: Generation): void {
    this.#live = generation;
    this.#mayRefill = true;
    for (const worker of this.#workers) {
      if (worker.state === "ready" && worker.process.record.generation !== generation.ref) this.#retire(worker);
    }
    this.#keepWarm(this.#options.warm.atStart);
  }

  /**
   * A warm worker, or the next one that has loaded, in the order in which they were asked for. Nobody else has it from then on.
   *
   * @throws RunLaunchError when it ends before it is ready
   */
  async take(id: RunId, generation: Generation): Promise<PooledWorker> {
    const ready = [...this.#workers].find(
      ({ state, process }) => state === "ready" && process.record.generation === generation.ref,
    );
    if (ready !== undefined) {
      ready.state = "executing";
      if (ready.idle !== null) clearTimeout(ready.idle);
      return ready;
    }
    const launch: WaitingLaunch = { runId: id, generation, worker: Promise.withResolvers<PooledWorker>() };
    // Its code may be replaced before a worker has loaded it.
    const copy = generation.copy.hold();
    this.#waiting.push(launch);
    this.#serve();
    try {
      return await launch.worker.promise;
    } finally {
      copy.release();
    }
  }

  /** Takes back that one is wanted; false when nobody waits. */
  giveUp(id: RunId, reason: string): boolean {
    const index = this.#waiting.findIndex((launch) => launch.runId === id);
    const [launch] = index < 0 ? [] : this.#waiting.splice(index, 1);
    launch?.worker.reject(new RunLaunchError(id, reason));
    return launch !== undefined;
  }

  /** Starts the next warm ones, a little later. */
  refillSoon(): void {
    this.#refill ??= setTimeout(() => {
      this.#refill = null;
      this.#keepWarm(this.#options.warm.max);
    }, refillAfterMs).unref();
  }

  /** Counts a worker among these: one that was started here, or that another front has left. */
  keep(
    process: WorkerProcess,
    copy: CodeCopy,
    state: PooledWorker["state"],
    environment: PooledWorker["environment"] = null,
  ): PooledWorker {
    const worker: PooledWorker = { process, copy, state, run: null, idle: null, environment, hasFinished: false };
    this.#workers.add(worker);
    void process.exited.then((exit) => this.#bury(worker, exit));
    return worker;
  }

  hear(worker: PooledWorker, message: FromRunWorker): void {
    const { log } = this.#options;
    switch (message.type) {
      case "ready":
        if (worker.state === "starting") this.#becomeReady(worker);
        // Its front died between noting the run and handing it over. The exit tells hosts that nobody has it.
        else if (worker.run !== null) this.#retire(worker);
        break;
      case "failed-to-load":
        // It has no code to execute, but it can still write why into the run that waits for it.
        this.#mayRefill = false;
        log.error({ error: message.error satisfies SerializedError }, "a run worker could not load the code");
        if (worker.state === "starting" && !this.#giveNext(worker)) this.#retire(worker);
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
          if (this.#workers.has(worker)) worker.process.kill();
        }, lingerMs).unref();
        break;
      case "settings":
        if (worker.environment !== null) this.#known = { environment: worker.environment, settings: message.settings };
        break;
      default:
        // What later versions say besides.
        break;
    }
  }

  // ---- starting and ending ------------------------------------------------------------------------------------------------------------------

  #start(generation: Generation): void {
    const { locationName, serverId, home, runtimeDirectory } = this.#options;
    const id = randomBytes(6).toString("hex");
    const environment = this.#options.environment();
    const known = this.#known;
    const spawned = spawnWorker({
      id,
      generation,
      locationName,
      serverId,
      home,
      files: workerFiles(runtimeDirectory, id, true),
      environment,
      settings: known !== null && isDeepStrictEqual(known.environment, environment) ? known.settings : null,
      onMessage: (message) => this.hear(worker, message),
    });
    const worker = this.keep(spawned, generation.copy.hold(), "starting", environment);
  }

  #bury(worker: PooledWorker, exit: WorkerExit): void {
    const { log, onRunEnded } = this.#options;
    this.#workers.delete(worker);
    if (worker.idle !== null) clearTimeout(worker.idle);
    worker.copy.release();
    if (worker.run !== null) onRunEnded(worker, worker.run, exit);
    else if (worker.state === "starting") {
      // Nobody's run, but the next worker would fare no better: the next launch finds out, not a loop.
      this.#mayRefill = false;
      if (!this.#isStopping) log.error({ ...exit }, "a run worker ended before it was ready");
      this.#failNext(worker.process.record.generation, describeExit(exit));
    }
    this.#serve();
  }

  /** The next launch that waits for code. */
  #nextOf(ref: Generation["ref"]): WaitingLaunch | undefined {
    const index = this.#waiting.findIndex(({ generation }) => generation.ref === ref);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #failNext(ref: Generation["ref"], reason: string): void {
    const launch = this.#nextOf(ref);
    launch?.worker.reject(new RunLaunchError(launch.runId, reason));
  }

  #giveNext(worker: PooledWorker): boolean {
    const launch = this.#nextOf(worker.process.record.generation);
    // Taken at once, before anybody else can have it.
    if (launch !== undefined) worker.state = "executing";
    launch?.worker.resolve(worker);
    return launch !== undefined;
  }

  /** From here on nobody counts it or hands it a run, though it takes a moment to leave. */
  #retire(worker: PooledWorker): void {
    worker.state = "retiring";
    worker.process.send({ type: "retire" });
  }

  #becomeReady(worker: PooledWorker): void {
    this.#mayRefill = true;
    if (this.#giveNext(worker)) return;
    worker.state = "ready";
    if (this.#isStopping || worker.process.record.generation !== this.#live?.ref) {
      this.#retire(worker);
      return;
    }
    this.#waitForRun(worker);
  }

  #waitForRun(worker: PooledWorker): void {
    const { atStart, idleMs } = this.#options.warm;
    worker.idle = setTimeout(() => {
      const spare = this.#warm("ready") + this.#warm("starting") > atStart;
      if (spare) this.#retire(worker);
      else this.#waitForRun(worker);
    }, idleMs).unref();
  }

  #warm(state: "starting" | "ready"): number {
    return [...this.#workers].filter((worker) => worker.state === state && worker.process.record.generation === this.#live?.ref)
      .length;
  }

  /** Starts what launches wait for. */
  #serve(): void {
    const starting = [...this.#workers].filter(({ state }) => state === "starting");
    let room = this.#maxStarting - starting.length;
    for (const [ref, launchesOf] of Map.groupBy(this.#waiting, ({ generation }) => generation.ref)) {
      const coming = starting.filter(({ process }) => process.record.generation === ref).length;
      for (let missing = launchesOf.length - coming; missing > 0 && room > 0; missing--, room--) {
        const [first] = launchesOf;
        if (first !== undefined) this.#start(first.generation);
      }
    }
  }

  #keepWarm(count: number): void {
    const live = this.#live;
    if (live === null || this.#isStopping || !this.#mayRefill) return;
    for (let missing = count - this.#warm("ready") - this.#warm("starting"); missing > 0; missing--) this.#start(live);
  }

  /** Nothing is started from now on. */
  stop(): void {
    this.#isStopping = true;
    if (this.#refill !== null) clearTimeout(this.#refill);
  }

  /** Ends those without a run; the others are left to the next front. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    const leaving: Promise<unknown>[] = [];
    for (const worker of this.#workers) {
      if (worker.idle !== null) clearTimeout(worker.idle);
      if (worker.run !== null) {
        worker.process.leave();
        continue;
      }
      // One that is still loading hears of it too late.
      if (worker.state === "starting") worker.process.kill();
      else this.#retire(worker);
      leaving.push(worker.process.exited);
    }
    // The workers do not keep this process alive, and it must live to see them end.
    const awake = setInterval(() => undefined, retireMs);
    await Promise.race([Promise.allSettled(leaving), new Promise((resolve) => setTimeout(resolve, retireMs).unref())]);
    for (const { run, process } of this.#workers) if (run === null) process.kill();
    await Promise.allSettled(leaving);
    clearInterval(awake);
  }
}
