import { availableParallelism } from "node:os";
import type { InstanceBackend, PlannedStep, RunLogEntry, SecretMask, StepKey } from "@dagwright/model";
import { type ComputeLogSink, type ComputeLogWriter, stepLogKey } from "../compute-logs/compute-log-sink.ts";
import { fileKeyOfStep } from "../compute-logs/file-key.ts";
import { StepInterruptedError } from "../errors.ts";
import type { RunData } from "../run/run-data.ts";
import type { StepWorkerOptions } from "../step-worker/step-worker-options.ts";
import { terminationGraceMs } from "../run/termination-grace.ts";
import { describeFailure } from "../steps/failure.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import type { StepTask, StepTasks } from "../steps/step-task.ts";
import { computeLogsBroke } from "./compute-logs-broke.ts";
import type { StepExecutor } from "./step-executor.ts";
import { StepWorkerProcess } from "./step-worker-process.ts";

export interface MultiprocessExecutorOptions {
  readonly maxConcurrent: number;
  readonly isolation: "worker" | "step";
  readonly run: RunData;
  readonly tasks: StepTasks;
  readonly stepWorkers: StepWorkerOptions;
  readonly instance: InstanceBackend;
  /** Hidden in what steps write; what they tell is the emitter's to hide. */
  readonly secrets: SecretMask;
  readonly computeLogs: ComputeLogSink | null;
  readonly emit: (entry: RunLogEntry) => void;
  readonly signal: AbortSignal;
  readonly graceMs: number;
  /** How many steps the plan has: no more processes are started ahead than could be of use. */
  readonly stepCount: number;
}

/**
 * How long a step waits for a worker that is busy or loading before another one is started. To start one costs some 100 ms of
 * processor time, so steps shorter than this are done sooner, and cheaper, by the workers that are there.
 */
const patienceMs = 15;

interface WaitingStep {
  readonly task: StepTask;
  readonly finish: (outcome: StepOutcome) => void;
}

/**
 * Runs steps in step workers: each takes the step that has waited longest as soon as it is free. With isolation `worker` it then
 * takes the next; with `step` each step gets a fresh process, and the next ones are started while steps run, so that loading the
 * user's code costs little time.
 */
export class MultiprocessExecutor implements StepExecutor {
  readonly maxConcurrent: number;
  readonly #options: MultiprocessExecutorOptions;
  readonly #workers = new Set<StepWorkerProcess>();
  /** Loaded and without a step; the one used last is the next, so that the others can be left out of small runs. */
  readonly #idle: StepWorkerProcess[] = [];
  readonly #waiting: WaitingStep[] = [];
  #loading = 0;
  #unstartedSteps: number;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: MultiprocessExecutorOptions) {
    this.maxConcurrent = options.maxConcurrent;
    this.#options = options;
    this.#unstartedSteps = options.stepCount;
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  execute(step: PlannedStep, retryNumber: number): Promise<StepOutcome> {
    const { tasks, emit } = this.#options;
    // Mapped steps were not counted: how many there are shows only now.
    if (retryNumber === 0 && this.#unstartedSteps > 0) this.#unstartedSteps -= 1;
    const { promise, resolve } = Promise.withResolvers<StepOutcome>();
    const message = `Launching subprocess for "${step.key}".`;
    emit({ type: "STEP_WORKER_STARTING", atMs: Date.now(), stepKey: step.key, metadata: {}, message });
    this.#waiting.push({ task: tasks.taskOf(step, retryNumber), finish: resolve });
    this.#dispatch();
    return promise;
  }

  #dispatch(): void {
    for (let worker = this.#nextIdle(); worker !== undefined; worker = this.#nextIdle()) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) {
        this.#idle.push(worker);
        break;
      }
      // Never rejects: what goes wrong is the step's outcome.
      void this.#executeIn(worker, waiting);
    }
    if (this.#options.isolation === "step") this.#startAhead();
    else this.#startMore();
  }

  #nextIdle(): StepWorkerProcess | undefined {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) if (worker.isReusable) return worker;
    return undefined;
  }

  async #executeIn(worker: StepWorkerProcess, waiting: WaitingStep): Promise<void> {
    const { signal, graceMs, isolation } = this.#options;
    const { task, finish } = waiting;
    const outcome = await worker.execute(task, this.#announce(task.step.key, worker.pid), isolation === "step");
    if (worker.isReusable) this.#idle.push(worker);
    if (outcome === "unstarted") this.#waiting.unshift(waiting);
    else if (outcome === "killed")
      finish(interrupted(task, `its process was killed ${terminationGraceMs(signal, graceMs)} ms after its signal aborted`));
    else finish(outcome);
    if (this.#options.signal.aborted) this.#refuseWaiting();
    else if (this.#waiting.length > 0) this.#dispatch();
  }

  /** Tells where a step runs and where its output goes. */
  #announce(stepKey: StepKey, pid: number): ComputeLogWriter | null {
    const { emit, computeLogs, run } = this.#options;
    const metadata = { pid: { type: "text", text: String(pid) } } as const;
    const started = `Executing step "${stepKey}" in subprocess.`;
    emit({ type: "STEP_WORKER_STARTED", atMs: Date.now(), stepKey, metadata, message: started });
    if (computeLogs === null) return null;
    const fileKey = fileKeyOfStep(stepKey);
    const logKey = stepLogKey(run.runId, fileKey);
    const message = `Capturing logs for process (pid: ${pid}).`;
    emit({
      type: "LOGS_CAPTURED",
      atMs: Date.now(),
      stepKey: null,
      fileKey,
      logKey,
      stepKeys: [stepKey],
      externalUrl: null,
      pid,
      message,
    });
    try {
      return computeLogs.open(logKey);
    } catch (error) {
      // A full disk costs the logs, not the step.
      emit(computeLogsBroke(stepKey, error));
      return null;
    }
  }

  // ---- starting workers ------------------------------------------------------------------------------------------------------

  /** With a fresh process for each step, some are loaded ahead: as many as the machine can load at once, for steps that are left. */
  #startAhead(): void {
    const ahead = Math.max(2, Math.min(this.maxConcurrent, availableParallelism()));
    const wanted = Math.min(this.#unstartedSteps + this.#waiting.length, Math.max(this.#waiting.length, ahead));
    while (this.#idle.length + this.#loading < wanted) this.#startWorker();
  }

  /** Workers that are used again are started when steps have waited for a while; the first one at once. */
  #startMore(): void {
    const missing = (): number => {
      const alive = [...this.#workers].filter(({ isRetired }) => !isRetired).length;
      return Math.min(this.#waiting.length - this.#loading, this.maxConcurrent - alive);
    };
    if (missing() <= 0) return;
    if (this.#loading === 0 && ![...this.#workers].some(({ isRetired }) => !isRetired)) this.#startWorker();
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined;
      for (let left = missing(); left > 0; left -= 1) this.#startWorker();
    }, patienceMs);
  }

  #startWorker(): void {
    const { stepWorkers, run, instance, secrets, emit, signal, graceMs } = this.#options;
    const worker = new StepWorkerProcess({ stepWorkers, run, instance, secrets, emit, graceMs });
    this.#workers.add(worker);
    this.#loading += 1;
    void worker.loaded.then((failure) => {
      this.#loading -= 1;
      if (failure === null) this.#idle.push(worker);
      // Whatever keeps the code from loading will keep it from loading again: the step that waits longest says so.
      else if (this.#waiting.length === 0) return;
      else this.#waiting.shift()?.finish(failure);
      if (!signal.aborted) this.#dispatch();
    });
    void worker.ended.then(() => this.#workers.delete(worker));
  }

  // ---- stopping --------------------------------------------------------------------------------------------------------------

  readonly #onAbort = (): void => {
    clearTimeout(this.#patience);
    const { signal, graceMs } = this.#options;
    for (const worker of this.#workers) worker.abort(terminationGraceMs(signal, graceMs));
    this.#refuseWaiting();
  };

  #refuseWaiting(): void {
    for (const { task, finish } of this.#waiting.splice(0)) finish(interrupted(task, "it had not started"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#patience);
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    await Promise.all(Array.from(this.#workers, (worker) => worker.end(this.#options.graceMs)));
  }
}

function interrupted({ step }: StepTask, how: string): StepOutcome {
  return { kind: "failure", error: describeFailure(new StepInterruptedError(step.key, how)), errorSource: "INTERRUPT" };
}
