import type { InstanceRequest, RunLogEntry, RunStatus, SerializedError } from "@dagwright/model";
import {
  answerRequest,
  crashPoint,
  isRunStatusEvent,
  runStatusOfEvent,
  serializeError,
  settleInstanceRequest,
} from "@dagwright/model";
import { instanceBackend, type Storage } from "@dagwright/storage";
import { CodeOverdueError, WorkerExitedError, WorkerKilledError } from "../errors.ts";
import { type RunAssignment, runWorkerExitCodes, type ToRunWorker } from "../protocol.ts";
import { beginWork, planOfRest } from "./begin-run.ts";
import { type ComputeLogFiles, linkComputeLogFiles, processLogKey } from "./compute-log-files.ts";
import { untilAnswered, withDeadline } from "./database-calls.ts";
import { describe, log } from "./engine-log.ts";
import type { EngineData, FromEngine, ToEngine } from "./engine-messages.ts";
import { defaultGraceMs, sharedCells } from "./engine-messages.ts";
import { EventOutbox, entryWeight } from "./event-outbox.ts";
import type { InstanceConnection, InstanceConnector } from "./instance-connection.ts";
import { canceledEntry, cancelingEntry, failedEntry } from "./last-entries.ts";
import { killOwnGroup } from "../process/process-group.ts";
import { PoolClaims } from "./pool-claims.ts";
import { type Overdue, OverdueCode } from "./overdue-code.ts";
import { RunLease } from "./run-lease.ts";
import { UnfinishedSteps } from "./unfinished-steps.ts";
import { WorkerPresence } from "./worker-presence.ts";
import { writeBatch } from "./write-batch.ts";

export interface RunEngineOptions {
  readonly data: EngineData;
  readonly tellMain: (message: FromEngine) => void;
  readonly connector: InstanceConnector;
}

/** How much later than the grace the process is killed: executors end their own step processes then, and tell more of it. */
const executorsMarginMs = 250;
/** How much later than the grace code is found overdue: executors have left or killed it by then, and told so, unless their thread is held. */
const overdueMarginMs = 2_000;
/** How long the main thread has to answer when it is told to leave; user code may hold it for ever. */
const answerMs = 250;
/** How long it then has for leaving: exit handlers of user code, and Node's own (it writes its compile cache). */
const departureMs = 5_000;
type Phase = "waiting" | "beginning" | "running" | "ending" | "over";

/**
 * One run worker's engine: it owns the run's lease, its one database connection, its log and its control, on a thread of its own, so that all of them
 * go on while user code holds the main thread.
 *
 * Invariants: (1) an engine has at most one run in its life; (2) nothing is written before `beginWork` gave it the run, nor after a refusal;
 * (3) the run's final status is the last entry it writes; (4) once its lease may have run out, user code does not go on: the process is killed.
 */
export class RunEngine {
  readonly #options: RunEngineOptions;
  readonly #shared: Int32Array;
  readonly #steps = new UnfinishedSteps();
  readonly #presence: WorkerPresence;
  #overdue: OverdueCode | null = null;
  #phase: Phase = "waiting";
  #assignment: RunAssignment | null = null;
  #begun = Promise.resolve();
  #connection: InstanceConnection | null = null;
  #outbox: EventOutbox | null = null;
  #computeLogs: ComputeLogFiles | null = null;
  #pools: PoolClaims | null = null;
  #leaseMs: number;
  #lease: RunLease | null = null;
  #kill: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null;
  #canceling = false;
  #lastStatus: RunStatus = "STARTED";

  constructor(options: RunEngineOptions) {
    this.#options = options;
    this.#leaseMs = options.data.leaseMs;
    this.#shared = new Int32Array(options.data.shared);
    this.#presence = new WorkerPresence({
      data: options.data,
      isWaiting: () => this.isWaiting,
      onForgotten: (exitCode) => this.#leave(exitCode, "nobody has connected for a while"),
    });
  }

  /** What fronts are told of it. */
  get presence(): Omit<WorkerPresence, "assigned"> {
    return this.#presence;
  }

  /** Whether it has no run yet. */
  get isWaiting(): boolean {
    return this.#phase === "waiting";
  }

  hearMain(message: ToEngine): void {
    switch (message.kind) {
      case "entries":
        if (this.#phase === "running") for (const entry of message.entries) this.#add(entry);
        // User code that is left behind, or about to be killed, goes on writing. It is too late: nothing comes after a run's end.
        else this.#forget(message.entries);
        break;
      case "flush":
        void this.#flushFor(message.id);
        break;
      case "ask":
        void this.#answer(message.id, message.request);
        break;
      case "pool":
        this.#pools?.hear(message.order);
        break;
      case "loaded":
        this.#presence.loaded();
        break;
      case "failed-to-load":
        this.#presence.failedToLoad(message.error);
        break;
      case "assign":
        this.#execute(message.assignment);
        break;
      case "terminate":
        if (this.#phase === "waiting") this.#leave(runWorkerExitCodes.done, "it was terminated and has no run");
        else this.#terminate(message.graceMs);
        break;
      case "finish":
        void this.#finish(message.entries);
        break;
      case "exiting":
        void this.#reportExit(message.exitCode, message.error);
        break;
      default:
        message satisfies never;
    }
  }

  hearFront(message: ToRunWorker): void {
    switch (message.type) {
      case "execute":
        this.#execute(message.assignment);
        break;
      case "terminate":
        // Without a run there is nothing to terminate, and the run that the front means may have ended just now.
        if (this.#phase !== "waiting") this.#terminate(message.graceMs);
        break;
      case "retire":
        if (this.#phase === "waiting") this.#leave(runWorkerExitCodes.done, "it was retired");
        break;
      default:
        message satisfies never;
    }
  }

  // ---- the run's beginning ----------------------------------------------------------------------------------------------------------------

  #execute(assignment: RunAssignment): void {
    if (this.#phase !== "waiting") {
      const current = this.#assignment;
      const isSame = current?.runId === assignment.runId && current.attempt === assignment.attempt;
      if (!isSame)
        log(`it was given run ${assignment.runId}, but it has run ${current?.runId ?? "none"} already and takes no second one`);
      return;
    }
    this.#phase = "beginning";
    this.#assignment = assignment;
    this.#leaseMs = assignment.leaseMs ?? this.#leaseMs;
    this.#presence.assigned(assignment);
    this.#options.tellMain({ kind: "assigned", assignment });
    this.#begun = this.#begin(assignment).catch((error: unknown) => {
      this.#leave(runWorkerExitCodes.unavailable, `run ${assignment.runId} could not begin: ${describe(error)}`);
    });
  }

  async #begin(assignment: RunAssignment): Promise<void> {
    const connection = await this.#options.connector.connect(assignment.home, assignment.env);
    this.#connection = connection;
    crashPoint("worker.before-begin");
    const { begun, sentAt } = await beginWork(connection.storage, assignment, this.#leaseMs);
    crashPoint("worker.after-begin");
    if (begun === null) {
      this.#leave(
        runWorkerExitCodes.notMine,
        `run ${assignment.runId}, attempt ${assignment.attempt}, is not this worker's to take`,
      );
      return;
    }
    const lease = this.#holdLease(connection.storage, assignment, sentAt);
    this.#lease = lease;
    const writer = {
      storage: connection.storage,
      assignment,
      leaseMs: this.#leaseMs,
      onWritten: (writtenAt: number) => lease.renewed(writtenAt),
    };
    this.#outbox = new EventOutbox({
      write: (batch) => writeBatch(writer, batch),
      onWritten: (batch) => this.#settle(batch.entries),
      onRefused: (error) => this.#lose(describe(error)),
      onRetry: (error, attempt) => this.#mourn(error, attempt),
    });
    const { plan, before } =
      begun.run.attempt > 1 ? await planOfRest(begun, connection.storage, this.#leaseMs) : { plan: begun.plan, before: null };
    this.#phase = "running";
    this.#overdue = new OverdueCode({
      plan,
      tags: begun.run.tags,
      graceMs: defaultGraceMs + overdueMarginMs,
      onOverdue: (overdue) => void this.#killOverdue(overdue),
    });
    this.#presence.tellExecuting(assignment);
    if (begun.run.status === "CANCELING" || this.#canceling) {
      this.#canceling = true;
      const asked = begun.run.status === "CANCELING" ? [] : [cancelingEntry()];
      await this.#finish([...asked, canceledEntry(begun.run.jobName)]);
      return;
    }
    if (connection.poolsCountSteps && plan.steps.some(({ pool }) => pool !== null))
      this.#pools = this.#openPools(connection, assignment);
    const logKey = connection.computeLogDirectory === null ? null : processLogKey(assignment.runId);
    const { artifactDirectory, computeLogDirectory, logLevel, poolsCountSteps } = connection;
    this.#options.tellMain({
      kind: "begin",
      begun: {
        run: begun.run,
        plan,
        before,
        home: assignment.home,
        artifactDirectory,
        computeLogDirectory,
        logLevel,
        poolsCountSteps,
        logKey,
      },
    });
    if (computeLogDirectory === null || logKey === null) return;
    const { stdoutFile, stderrFile } = assignment;
    try {
      this.#computeLogs = await linkComputeLogFiles({ directory: computeLogDirectory, logKey, stdoutFile, stderrFile });
    } catch (error) {
      log(`the run's output is not kept as compute logs: ${describe(error)}`);
    }
  }

  #openPools({ storage, defaultPoolLimit }: InstanceConnection, { runId, attempt }: RunAssignment): PoolClaims {
    return new PoolClaims({
      pools: storage.pools,
      claimant: { runId, attempt, leaseMs: this.#leaseMs, defaultLimit: defaultPoolLimit },
      tell: (news) => this.#options.tellMain({ kind: "pool", news }),
      call: (call) => withDeadline(this.#leaseMs, call),
      log,
    });
  }

  #holdLease(storage: Storage, assignment: RunAssignment, sentAt: number): RunLease {
    return new RunLease({
      storage,
      assignment,
      leaseMs: this.#leaseMs,
      sentAt,
      pools: () => this.#pools,
      isRunning: () => this.#phase === "running",
      onCanceling: () => {
        if (!this.#canceling) this.#terminate(defaultGraceMs);
      },
      onLost: (reason) => this.#lose(reason),
    });
  }

  // ---- the run's log ------------------------------------------------------------------------------------------------------------------------

  #add(entry: RunLogEntry): void {
    this.#steps.observe(entry);
    this.#overdue?.observe(entry);
    this.#outbox?.push(entry);
  }

  async #flushFor(id: number): Promise<void> {
    await this.#outbox?.flush();
    if (this.#phase !== "over") this.#options.tellMain({ kind: "flushed", id });
  }

  /** Asks again while the database is away: the step waits for its answer as its events wait to be written. */
  async #answer(id: number, request: InstanceRequest): Promise<void> {
    await this.#outbox?.flush();
    const storage = this.#connection?.storage;
    if (storage === undefined || this.#phase !== "running") return;
    const ask = (): Promise<unknown> =>
      untilAnswered(
        () => withDeadline(this.#leaseMs, (signal) => answerRequest(instanceBackend(storage, { signal }), request)),
        (error) => {
          if (this.#phase !== "running") throw error;
          this.#lease?.check(error);
        },
      );
    const answer = await settleInstanceRequest(ask);
    this.#options.tellMain({ kind: "answer", id, answer });
  }

  #settle(entries: readonly RunLogEntry[]): void {
    for (const entry of entries) if (isRunStatusEvent(entry)) this.#lastStatus = runStatusOfEvent[entry.type];
    this.#forget(entries);
  }

  /** The main thread waits for them no longer. */
  #forget(entries: readonly RunLogEntry[]): void {
    const weight = entries.reduce((sum, entry) => sum + entryWeight(entry), 0);
    Atomics.sub(this.#shared, sharedCells.outstanding, weight);
    Atomics.notify(this.#shared, sharedCells.outstanding);
  }

  #mourn(error: unknown, attempt: number): void {
    if (attempt === 1) log(`the database does not answer, events wait: ${describe(error)}`);
    this.#lease?.check(error);
  }

  // ---- the run's end ----------------------------------------------------------------------------------------------------------------------------

  #terminate(graceMs: number): void {
    if (this.#phase === "ending" || this.#phase === "over") return;
    const at = performance.now() + graceMs;
    if (this.#kill === null || at < this.#kill.at) {
      if (this.#kill !== null) clearTimeout(this.#kill.timer);
      this.#kill = { timer: setTimeout(() => void this.#killCanceled(graceMs), graceMs + executorsMarginMs), at };
    }
    if (this.#canceling) return;
    this.#canceling = true;
    if (this.#phase !== "running") return;
    this.#options.tellMain({ kind: "cancel", graceMs });
    this.#add(cancelingEntry());
  }

  /** The grace is over and user code is still at it: the end is written from here, then the process is killed. */
  async #killCanceled(graceMs: number): Promise<void> {
    await this.#begun;
    if (this.#phase !== "running") return;
    const error = new WorkerKilledError(graceMs);
    const steps = this.#steps.failures(error, "INTERRUPT");
    const canceled = {
      ...canceledEntry(this.#assignment?.runId ?? ""),
      message: error.message,
      error: { ...serializeError(error), stack: [] },
    };
    if (!(await this.#writeEnd([...steps, canceled]))) return;
    await this.#sayFarewell();
    log(error.message);
    killOwnGroup();
  }

  /** A limit of time has passed, and user code holds the main thread: nobody there could end it. */
  async #killOverdue(overdue: Overdue): Promise<void> {
    if (this.#phase !== "running" || this.#canceling) return;
    const { limitSeconds } = overdue;
    const limit =
      overdue.what === "run"
        ? `The run exceeded its maximum runtime of ${limitSeconds} seconds`
        : `Step "${overdue.stepKey}" took longer than its timeout of ${limitSeconds} s`;
    const error = new CodeOverdueError(limit, defaultGraceMs + overdueMarginMs);
    const end = failedEntry(`${error.message}.`, { ...serializeError(error), stack: [] });
    if (!(await this.#writeEnd([...this.#steps.failures(error, "USER_CODE_ERROR"), end]))) return;
    await this.#sayFarewell();
    log(error.message);
    killOwnGroup();
  }

  async #finish(entries: readonly RunLogEntry[]): Promise<void> {
    if (!(await this.#writeEnd(entries))) return;
    await this.#sayFarewell();
    await this.#disconnect();
    this.#options.tellMain({ kind: "ended", status: this.#lastStatus });
  }

  async #reportExit(exitCode: number, cause: SerializedError | null): Promise<void> {
    await this.#begun;
    if (this.#phase === "running") {
      const error = new WorkerExitedError(exitCode, cause === null ? undefined : cause);
      const serialized = { message: error.message, name: error.name, stack: [], ...(cause === null ? {} : { cause }) };
      const end: RunLogEntry = this.#canceling
        ? canceledEntry(this.#assignment?.runId ?? "")
        : failedEntry(error.message, serialized);
      if (await this.#writeEnd([...this.#steps.failures(error, this.#canceling ? "INTERRUPT" : "USER_CODE_ERROR"), end])) {
        await this.#sayFarewell();
      }
    }
    Atomics.store(this.#shared, sharedCells.exitReported, 1);
    Atomics.notify(this.#shared, sharedCells.exitReported);
  }

  /** Writes the last entries; false when the run turned out to be somebody else's, or when its end is being written already. */
  async #writeEnd(entries: readonly RunLogEntry[]): Promise<boolean> {
    if (this.#phase !== "running" || this.#outbox === null) return false;
    this.#phase = "ending";
    if (this.#kill !== null) clearTimeout(this.#kill.timer);
    this.#overdue?.[Symbol.dispose]();
    this.#pools?.[Symbol.dispose]();
    await this.#computeLogs?.complete().catch((error: unknown) => log(`compute logs were not completed: ${describe(error)}`));
    for (const entry of entries) this.#add(entry);
    await this.#outbox.flush();
    return (this.#phase as Phase) !== "over";
  }

  async #sayFarewell(): Promise<void> {
    this.#phase = "over";
    this.#lease?.[Symbol.dispose]();
    this.#presence.tellFinished(this.#assignment as RunAssignment, this.#lastStatus);
    await this.#presence[Symbol.asyncDispose]();
  }

  async #disconnect(): Promise<void> {
    try {
      await this.#connection?.[Symbol.asyncDispose]();
    } catch (error) {
      log(`its database connection did not close: ${describe(error)}`);
    }
  }

  #lose(reason: string): void {
    this.#leave(runWorkerExitCodes.lost, `run ${this.#assignment?.runId ?? ""} was taken from it: ${reason}`);
  }

  /** Ends the process without writing anything more; by force when user code holds the main thread. */
  #leave(exitCode: number, reason: string): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#outbox?.close();
    this.#overdue?.[Symbol.dispose]();
    this.#pools?.[Symbol.dispose]();
    this.#lease?.[Symbol.dispose]();
    if (this.#kill !== null) clearTimeout(this.#kill.timer);
    if (exitCode !== runWorkerExitCodes.done) log(`it ends with code ${exitCode} (${reason})`);
    void this.#presence[Symbol.asyncDispose]();
    this.#options.tellMain({ kind: "die", exitCode, reason });
    setTimeout(() => {
      if (Atomics.load(this.#shared, sharedCells.leaving) === 0) killOwnGroup();
      setTimeout(killOwnGroup, departureMs - answerMs);
    }, answerMs);
  }
}
