import type { StepsBefore } from "@dagwright/graph";
import type { TagConcurrencyLimit } from "@dagwright/definitions";
import type { ExecutionPlan, PlannedStep, RunLogEntry, StepKey } from "@dagwright/model";
import type { StepExecutor } from "../executors/step-executor.ts";
import { describeFailure } from "../steps/failure.ts";
import { decideRetry } from "../steps/decide-retry.ts";
import type { StepOutcome } from "../steps/step-outcome.ts";
import { formatDuration } from "./duration.ts";
import { ReadySteps } from "./ready-steps.ts";
import type { RunOutcome } from "./run-outcome.ts";
import type { RunPools } from "./run-pools.ts";
import { type StepFate, type WalkedStep, WalkedSteps } from "./walked-steps.ts";

export interface PlanWalk {
  readonly plan: ExecutionPlan;
  readonly executor: StepExecutor;
  readonly emit: (entry: RunLogEntry) => void;
  /** Aborting starts no further step; those that run are waited for as long as the executor takes. */
  readonly signal: AbortSignal;
  /** Default: none. */
  readonly tagLimits?: readonly TagConcurrencyLimit[];
  /** Without it, pools limit nothing. */
  readonly pools?: RunPools | null;
  /** Among the runs that wait for a pool; default 0. */
  readonly priority?: number;
  /** Whether steps that fail are tried again. Default true. */
  readonly retries?: boolean;
  /** For the jitter of retries; from 0 up to 1. */
  readonly random?: () => number;
  /** Default: the run has no earlier attempt. */
  readonly before?: StepsBefore | null;
}

/**
 * How long steps that never wait may follow one another before the event loop gets a turn, in milliseconds: a termination, a limit of time, a
 * heartbeat are heard there. A turn costs what a few events do, so one in that time is not felt.
 */
const turnEveryMs = 20;

/**
 * Executes the steps of a plan, each when all it reads from has ended, as many at the same time as the executor allows.
 *
 * A failed step takes along what depends on it, and only that; an optional output that was not made skips what needs it.
 */
export function walkPlan(walk: PlanWalk): Promise<RunOutcome> {
  const { promise, resolve } = Promise.withResolvers<RunOutcome>();
  new Walk(walk, resolve).start();
  return promise;
}

class Walk {
  readonly #walk: PlanWalk;
  readonly #finished: (outcome: RunOutcome) => void;
  readonly #steps: WalkedSteps;
  readonly #failed: StepKey[];
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  readonly #ready: ReadySteps<WalkedStep>;
  #running = 0;
  #turnedAt = performance.now();
  #nextTurn: NodeJS.Immediate | null = null;

  constructor(walk: PlanWalk, finished: (outcome: RunOutcome) => void) {
    this.#walk = walk;
    this.#finished = finished;
    this.#ready = new ReadySteps({
      tagLimits: walk.tagLimits ?? [],
      pools: walk.pools ?? null,
      runPriority: walk.priority ?? 0,
      onReady: () => this.#proceed(),
      onBlocked: (step, pool, isFirst) => this.#blocked(step, pool, isFirst),
    });
    this.#steps = new WalkedSteps(walk.plan, walk.before);
    this.#failed = [...(walk.before?.failed ?? [])];
  }

  start(): void {
    const roots = this.#steps.roots();
    for (const walked of roots) this.#isDue(walked);
    this.#passOn(roots.filter(({ fate }) => fate !== "waiting"));
    this.#walk.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#proceed();
  }

  readonly #onAbort = (): void => {
    for (const timer of this.#retryTimers) clearTimeout(timer);
    this.#retryTimers.clear();
    if (this.#nextTurn !== null) clearImmediate(this.#nextTurn);
    this.#nextTurn = null;
    this.#ready.close();
    this.#proceed();
  };

  #proceed(): void {
    const { executor, signal } = this.#walk;
    if (this.#waitsForTurn()) return;
    while (!signal.aborted && this.#running < executor.maxConcurrent) {
      const next = this.#ready.next();
      if (next === undefined) break;
      this.#execute(next);
    }
    if (!signal.aborted) this.#ready.askPools(executor.maxConcurrent - this.#running);
    const idle = this.#running === 0 && this.#retryTimers.size === 0;
    if (idle && (signal.aborted || this.#ready.isEmpty)) this.#finish();
  }

  /** Steps that never wait would hold the event loop from the first to the last. */
  #waitsForTurn(): boolean {
    if (this.#nextTurn !== null) return true;
    if (performance.now() - this.#turnedAt < turnEveryMs || this.#walk.signal.aborted || this.#ready.isEmpty) return false;
    this.#nextTurn = setImmediate(() => {
      this.#nextTurn = null;
      this.#turnedAt = performance.now();
      this.#proceed();
    });
    return true;
  }

  #blocked({ key }: PlannedStep, pool: string, isFirst: boolean): void {
    this.#walk.emit({
      type: "ENGINE_EVENT",
      atMs: Date.now(),
      stepKey: key,
      error: null,
      metadata: { pool: { type: "pool", pool } },
      markerStart: null,
      markerEnd: null,
      message: `Step ${isFirst ? "blocked" : "still blocked"} by limit for pool ${pool}`,
    });
  }

  #execute(walked: WalkedStep): void {
    this.#running += 1;
    this.#walk.executor.execute(walked.step, walked.retryNumber).then(
      (outcome) => this.#ended(walked, outcome),
      // An executor that breaks is our fault; the step fails and the run goes on to its end.
      (error: unknown) => this.#ended(walked, { kind: "failure", error: describeFailure(error), errorSource: "FRAMEWORK_ERROR" }),
    );
  }

  #ended(walked: WalkedStep, outcome: StepOutcome): void {
    this.#running -= 1;
    if (outcome.kind === "success") this.#succeeded(walked, outcome);
    else if (!this.#retriesLater(walked, outcome)) this.#failedForGood(walked, outcome);
    // After the event, so that who gets its slots begins later than it ended.
    this.#ready.ended(walked);
    this.#proceed();
  }

  #succeeded(walked: WalkedStep, outcome: StepOutcome & { kind: "success" }): void {
    const { durationMs, outputs, mappingKeys = {}, endedAtMs = Date.now() } = outcome;
    const { key } = walked.step;
    this.#walk.emit({
      type: "STEP_SUCCESS",
      atMs: endedAtMs,
      stepKey: key,
      durationMs,
      message: `Finished execution of step "${key}" in ${formatDuration(durationMs)}.`,
    });
    this.#tellAfterwards(outcome);
    walked.outputs = outputs;
    this.#steps.unfold(walked, mappingKeys);
    this.#settle(walked, "succeeded");
  }

  #failedForGood(walked: WalkedStep, outcome: StepOutcome & { kind: "failure" }): void {
    const { error, errorSource, metadata = {}, endedAtMs = Date.now() } = outcome;
    const { key } = walked.step;
    this.#walk.emit({
      type: "STEP_FAILURE",
      atMs: endedAtMs,
      stepKey: key,
      error,
      errorSource,
      failureMetadata: metadata,
      message: `Execution of step "${key}" failed.`,
    });
    this.#tellAfterwards(outcome);
    this.#failed.push(key);
    // What follows an interrupted step did not fail to run: the run was stopped before its turn.
    if (!this.#walk.signal.aborted) this.#settle(walked, "failed");
  }

  #retriesLater(walked: WalkedStep, outcome: StepOutcome & { kind: "failure" }): boolean {
    const { signal, emit, retries = true, random = Math.random } = this.#walk;
    if (!retries || signal.aborted) return false;
    const secondsToWait = decideRetry(walked.step, walked.retryNumber, outcome, random);
    if (secondsToWait === null) return false;
    walked.retryNumber += 1;
    emit({
      type: "STEP_UP_FOR_RETRY",
      atMs: outcome.endedAtMs ?? Date.now(),
      stepKey: walked.step.key,
      error: outcome.error,
      // A step that asks for another try says how long to wait or nothing; a policy always says.
      secondsToWait: secondsToWait === 0 && outcome.requested !== undefined ? null : secondsToWait,
      message: `Execution of step "${walked.step.key}" failed and has requested a retry${secondsToWait === 0 ? "" : ` in ${secondsToWait} seconds`}.`,
    });
    this.#tellAfterwards(outcome);
    const again = (): void => {
      this.#ready.add(walked);
      this.#proceed();
    };
    if (secondsToWait === 0) this.#ready.add(walked);
    else {
      const timer = setTimeout(() => {
        this.#retryTimers.delete(timer);
        again();
      }, secondsToWait * 1_000);
      this.#retryTimers.add(timer);
    }
    return true;
  }

  #tellAfterwards({ afterwards = [] }: StepOutcome): void {
    for (const entry of afterwards) this.#walk.emit(entry);
  }

  /** Notes how a step ended and passes it on. */
  #settle(walked: WalkedStep, fate: StepFate): void {
    walked.fate = fate;
    this.#passOn([walked]);
  }

  /** Without recursion: chains may be long. */
  #passOn(ended: readonly WalkedStep[]): void {
    const settled = [...ended];
    for (const { dependents } of settled) {
      for (const dependent of dependents) {
        dependent.waitingFor -= 1;
        if (dependent.waitingFor > 0 || dependent.isReplaced) continue;
        if (!this.#isDue(dependent)) settled.push(dependent);
      }
    }
  }

  /** Whether a step runs, now that all that it depends on has ended; its fate is told otherwise. */
  #isDue(walked: WalkedStep): boolean {
    const absent = this.#steps.takeWhatIsThere(walked);
    const failed = [...walked.upstream].filter(({ fate }) => fate === "failed");
    if (absent.length === 0 && failed.length === 0) {
      this.#ready.add(walked);
      return true;
    }
    // What is missing on purpose goes before what has failed.
    walked.fate = absent.length > 0 ? "skipped" : "failed";
    const { key, mappedOver } = walked.step;
    const message =
      absent.length > 0
        ? `Skipping step ${key} due to skipped dependencies: ${absent.join(", ")}.`
        : `Dependencies for step ${key} failed: ${listKeys(failed)}. Not executing.`;
    // Steps that were never mapped are none.
    if (mappedOver === undefined) this.#walk.emit({ type: "STEP_SKIPPED", atMs: Date.now(), stepKey: key, message });
    return false;
  }

  #finish(): void {
    const { plan, signal } = this.#walk;
    signal.removeEventListener("abort", this.#onAbort);
    const run = `run for "${plan.jobName}"`;
    if (signal.aborted) return this.#finished({ status: "CANCELED", message: `Execution of ${run} canceled.` });
    const [first] = this.#failed;
    if (first === undefined) return this.#finished({ status: "SUCCESS", message: `Finished execution of ${run}.` });
    return this.#finished({
      status: "FAILURE",
      reason: "STEP_FAILURE",
      message: `Execution of ${run} failed. Steps failed: [${this.#failed.map((key) => `'${key}'`).join(", ")}].`,
      firstFailedStepKey: first,
      failedStepKeys: this.#failed,
      error: null,
    });
  }
}

const listKeys = (steps: readonly WalkedStep[]): string => `[${steps.map(({ step }) => `'${step.key}'`).join(", ")}]`;
