import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  answerRequest,
  type InstanceBackend,
  type RunLogEntry,
  type SecretMask,
  type SerializedError,
  settleInstanceRequest,
} from "@dagwright/model";
import type { ComputeLogWriter } from "../compute-logs/compute-log-sink.ts";
import { newMarkerToken } from "../compute-logs/markers.ts";
import { StepTimeoutError, StepWorkerLostError } from "../errors.ts";
import type { RunData } from "../run/run-data.ts";
import type { FromStepWorker, ToStepWorker } from "../step-worker/protocol.ts";
import type { StepWorkerOptions } from "../step-worker/step-worker-options.ts";
import { describeFailure } from "../steps/failure.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import type { StepTask } from "../steps/step-task.ts";
import { computeLogsBroke } from "./compute-logs-broke.ts";
import { StepWorkerOutput } from "./step-worker-output.ts";

export interface StepWorkerProcessOptions {
  readonly stepWorkers: StepWorkerOptions;
  readonly run: RunData;
  readonly instance: InstanceBackend;
  readonly secrets: SecretMask;
  readonly emit: (entry: RunLogEntry) => void;
  /** How long a step may go on after its timeout. */
  readonly graceMs: number;
}

/** After a process is gone, how long to read on from pipes that its children may still hold. */
const drainMs = 250;

/** Room for all that loading makes, so that none of it is collected: some 5 of 75 ms of processor time, for 10 MB. */
const defaultExecArgv = ["--enable-source-maps", "--min-semi-space-size=16"];

/** By its name, so that it can be another file where this package is bundled. */
const program = fileURLToPath(import.meta.resolve("@dagwright/execution/step-worker"));

/**
 * How a step ended in its process. `killed`: we did it. `unstarted`: a process that had taken steps before was found dead, and this
 * one is not to blame.
 */
export type ProcessOutcome = StepOutcome | "killed" | "unstarted";

interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** It could not even be started. */
  readonly error?: Error;
}

interface CurrentStep {
  readonly task: StepTask;
  readonly finish: (outcome: ProcessOutcome) => void;
  /** The worker has said something of it. */
  hasBegun: boolean;
  /** Kills the process when its code holds the thread, or goes on, after the step's timeout. */
  deadline: NodeJS.Timeout | undefined;
  isOverdue: boolean;
}

/** One step worker, seen from the executor: its process, its pipes, and the step it has. */
export class StepWorkerProcess {
  readonly #emit: (entry: RunLogEntry) => void;
  readonly #instance: InstanceBackend;
  readonly #graceMs: number;
  readonly #child: ChildProcess;
  readonly #output: StepWorkerOutput;
  /** Resolves when the process is gone and everything it said has been heard. */
  readonly ended: Promise<void>;
  /** Resolves to null when it has loaded the user's code, or to how a step fails that needed it to. */
  readonly loaded: Promise<StepOutcome | null>;
  readonly #hasLoaded: (failure: StepOutcome | null) => void;
  #sequence = 0;
  #current: CurrentStep | undefined;
  #loadError: SerializedError | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #isRetired = false;
  #wasKilledByUs = false;

  constructor({ stepWorkers, run, instance, secrets, emit, graceMs }: StepWorkerProcessOptions) {
    this.#graceMs = graceMs;
    this.#emit = emit;
    this.#instance = instance;
    ({ promise: this.loaded, resolve: this.#hasLoaded } = Promise.withResolvers<StepOutcome | null>());
    const { entryFile, attribute = "default", storageDir, env, compileCacheDir, workingDirectory } = stepWorkers;
    const { execArgv = defaultExecArgv } = stepWorkers;
    const args = [program, entryFile, attribute, ...(compileCacheDir === undefined ? [] : [compileCacheDir])];
    this.#child = spawn(process.execPath, [...execArgv, ...args], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      ...(env !== undefined && { env }),
      ...(workingDirectory !== undefined && { cwd: workingDirectory }),
    });
    const markerToken = newMarkerToken();
    this.#output = new StepWorkerOutput(this.#child, markerToken, secrets, (error) =>
      emit(computeLogsBroke(this.#current?.task.step.key ?? null, error)),
    );
    this.#child.on("message", (message: FromStepWorker) => this.#onMessage(message));
    this.ended = this.#whenEnded();
    this.#send({ type: "start", run, storageDir, markerToken });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it takes no further step. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Whether it could take a (further) step. */
  get isReusable(): boolean {
    return !this.#isRetired && this.#current === undefined && this.#child.connected;
  }

  /** Resolves whatever happens to the process. */
  execute(task: StepTask, logs: ComputeLogWriter | null, isLast: boolean): Promise<ProcessOutcome> {
    const { promise, resolve } = Promise.withResolvers<ProcessOutcome>();
    this.#current = { task, finish: resolve, hasBegun: false, deadline: undefined, isOverdue: false };
    this.#sequence += 1;
    this.#isRetired ||= isLast;
    this.#output.begin(this.#sequence, logs);
    // A process that died idle is found out here or by its exit, whichever comes first.
    this.#send({ type: "execute", task, sequence: this.#sequence, isLast });
    return promise;
  }

  /** Aborts the signal of its step, and kills it when it is not done within the grace period. */
  abort(graceMs: number): void {
    if (this.#current === undefined) return this.#leave(graceMs);
    this.#isRetired = true;
    this.#send({ type: "abort" });
    this.#killAfter(graceMs);
  }

  /** Lets it dispose its resources and leave, or kills it when that takes longer than the grace period. */
  async end(graceMs: number): Promise<void> {
    this.#leave(graceMs);
    await this.ended;
  }

  #leave(graceMs: number): void {
    this.#isRetired = true;
    // Without a step it made no resources, so there is nothing to wait for.
    if (this.#sequence === 0) this.#child.kill("SIGKILL");
    this.#send({ type: "end" });
    this.#killAfter(graceMs);
  }

  #killAfter(graceMs: number): void {
    this.#killTimer ??= setTimeout(() => {
      this.#wasKilledByUs = true;
      this.#child.kill("SIGKILL");
    }, graceMs);
  }

  #send(message: ToStepWorker): void {
    // What cannot be sent to a process that is about to be found dead is of no use to anybody.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #onMessage(message: FromStepWorker): void {
    switch (message.type) {
      case "events":
        if (this.#current !== undefined) this.#current.hasBegun = true;
        for (const entry of message.entries) {
          this.#emit(entry);
          if (entry.type === "STEP_START" || entry.type === "STEP_RESTARTED") this.#watchDeadline();
        }
        return;
      case "ask": {
        const { id, request } = message;
        // Never rejects: what goes wrong is the answer.
        void settleInstanceRequest(() => answerRequest(this.#instance, request)).then((answer) =>
          this.#send({ type: "answer", id, answer }),
        );
        return;
      }
      case "loaded":
        return this.#hasLoaded(null);
      case "failedToLoad":
        this.#loadError = message.error;
        return;
      case "done":
        for (const entry of message.entries) this.#emit(entry);
        if (message.hasChildren && !this.#isRetired) {
          this.#isRetired = true;
          this.#send({ type: "end" });
        }
        this.#finish(message.outcome);
    }
  }

  #watchDeadline(): void {
    const current = this.#current;
    const timeoutSeconds = current?.task.step.timeoutSeconds;
    if (current === undefined || timeoutSeconds === undefined) return;
    current.deadline = setTimeout(
      () => {
        current.isOverdue = true;
        this.#isRetired = true;
        this.#child.kill("SIGKILL");
      },
      timeoutSeconds * 1_000 + this.#graceMs,
    );
  }

  #finish(outcome: ProcessOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    clearTimeout(current?.deadline);
    current?.finish(outcome);
  }

  async #whenEnded(): Promise<void> {
    const exit = await this.#exit();
    clearTimeout(this.#killTimer);
    this.#isRetired = true;
    // What it sent before it died is still in the channel, what it wrote in the pipes.
    if (this.#child.channel) await Promise.race([once(this.#child, "disconnect"), elapsed(drainMs)]);
    await Promise.race([this.#output.ended, elapsed(drainMs)]);
    this.#output.leave();
    if (this.#current !== undefined && this.#wasKilledByUs) return this.#finish("killed");
    if (this.#current?.isOverdue) return this.#finish(this.#overdue(this.#current.task));
    if (this.#current !== undefined && !this.#current.hasBegun && this.#sequence > 1) return this.#finish("unstarted");
    const failure: StepOutcome =
      this.#loadError === undefined
        ? { kind: "failure", error: this.#describeLoss(exit), errorSource: "FRAMEWORK_ERROR" }
        : { kind: "failure", error: this.#loadError, errorSource: "USER_CODE_ERROR" };
    this.#hasLoaded(failure);
    this.#finish(failure);
  }

  #overdue({ step: { key, timeoutSeconds = 0 } }: StepTask): StepOutcome {
    const left = `its process was killed when it went on for ${this.#graceMs} ms after its signal had aborted`;
    return {
      kind: "failure",
      error: describeFailure(new StepTimeoutError(key, timeoutSeconds, left)),
      errorSource: "USER_CODE_ERROR",
    };
  }

  #describeLoss(exit: ProcessExit): SerializedError {
    const doing = this.#current === undefined ? "was to load the user's code" : `executed step "${this.#current.task.step.key}"`;
    return describeFailure(exit.error ?? new StepWorkerLostError(doing, exit, this.#output.lastStderrLines()));
  }

  #exit(): Promise<ProcessExit> {
    return new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
      this.#child.once("error", (error) => {
        // Also said of messages that could not be sent; only one that never started has no exit.
        if (this.#child.pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
  }
}

/** A wait that keeps no process alive. */
const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
