import { Worker } from "node:worker_threads";
import { EntryBatches, type PoolListener, type RunPools } from "@dagwright/execution";
import type { InstanceBackend, RunLogEntry, RunStatus, SecretMask, SerializedError } from "@dagwright/model";
import { PendingInstanceRequests, serializeError } from "@dagwright/model";
import type { RunAssignment } from "../protocol.ts";
import type { BegunRun, EngineData, FromEngine, ToEngine } from "./engine-messages.ts";
import { sharedBytes, sharedCells } from "./engine-messages.ts";
import { hideInOwnOutput } from "./hide-own-output.ts";
import { entryWeight } from "./event-outbox.ts";
import { signalOwnGroup } from "../process/process-group.ts";

/** Entries' weight beyond which user code has to wait until the database has taken some: some 32 MB of memory. */
const maxOutstandingWeight = 16 * 1024 * 1024;
/** How long the exit of a process in mid-run may be held up until its end is written. */
const exitReportMs = 5_000;

export interface EngineLinkOptions extends Omit<EngineData, "shared"> {
  /** Ends this process; handed in because only programs may do that. */
  readonly exit: (exitCode: number) => void;
}

/** The main thread's hold on its engine thread. */
export interface EngineLink extends AsyncDisposable {
  /** The run this process was given, told before it has begun. */
  readonly assigned: Promise<RunAssignment>;
  /** Resolves when the run is this worker's. A worker that is refused its run exits instead. */
  readonly begun: Promise<BegunRun>;
  /** Resolves when the run's end is written, whoever wrote it. */
  readonly ended: Promise<RunStatus>;
  /** Aborts when the run is terminated. */
  readonly signal: AbortSignal;
  /** Asks the database of the run's instance, after everything that was written before. */
  readonly instance: InstanceBackend;
  /** The slots of concurrency pools, counted in that database. */
  readonly pools: RunPools;
  post(message: Exclude<ToEngine, { kind: "flush" | "finish" | "entries" | "ask" | "pool" }>): void;
  /** Adds to the run's log. Blocks, event loop and all, while the database is away and far too much waits for it. */
  write(entry: RunLogEntry): void;
  /** Lets go what was written and still waits for company. */
  hurry(): void;
  /** Keeps secrets out of what this process writes and of what it says of its own end. What is written to the run's log is not changed. */
  hide(secrets: SecretMask): void;
  /** Resolves when everything written before is in the database. */
  flush(): Promise<void>;
  /** Writes the run's last entries, its final status among them. Resolves when they are in the database. */
  finish(entries: readonly RunLogEntry[]): Promise<RunStatus>;
}

/** Starts the engine thread. Everything that goes wrong with the run's ownership ends the process by `exit`, never by a rejection. */
export function startEngine(options: EngineLinkOptions): EngineLink {
  const { exit, ...data } = options;
  const shared = new SharedArrayBuffer(sharedBytes);
  const cells = new Int32Array(shared);
  const worker = new Worker(new URL(import.meta.resolve("@dagwright/worker/engine")), {
    workerData: { ...data, shared } satisfies EngineData,
    name: "dagwright engine",
    // It closes the pipe with its settings, which the process was started with.
    trackUnmanagedFds: false,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const assigned = Promise.withResolvers<RunAssignment>();
  const begun = Promise.withResolvers<BegunRun>();
  const ended = Promise.withResolvers<RunStatus>();
  const flushes = new Map<number, () => void>();
  const requests = new PendingInstanceRequests();
  const terminated = new AbortController();
  let poolListener: PoolListener | undefined;
  let nextFlush = 1;
  let uncaught: unknown;
  let secrets: SecretMask | null = null;
  let isOver = false;

  const batches = new EntryBatches((entries) => worker.postMessage({ kind: "entries", entries } satisfies ToEngine));
  const post = (message: ToEngine): void => {
    batches.flush();
    worker.postMessage(message);
  };

  worker.on("message", (message: FromEngine) => {
    switch (message.kind) {
      case "assigned":
        assigned.resolve(message.assignment);
        break;
      case "begin":
        begun.resolve(message.begun);
        break;
      case "cancel":
        terminated.abort(Object.assign(new DOMException("The run was terminated", "AbortError"), { graceMs: message.graceMs }));
        break;
      case "flushed":
        flushes.get(message.id)?.();
        flushes.delete(message.id);
        break;
      case "answer":
        requests.settle(message.id, message.answer);
        break;
      case "pool": {
        const { news } = message;
        if ("granted" in news) poolListener?.granted(news.granted);
        else poolListener?.blocked(news.blocked, news.pool, news.isFirst);
        break;
      }
      case "ended":
        isOver = true;
        ended.resolve(message.status);
        break;
      case "die":
        isOver = true;
        Atomics.store(cells, sharedCells.leaving, 1);
        // Children that this process started must not go on with a run that is not its own.
        if (message.exitCode !== 0) signalOwnGroup("SIGTERM");
        exit(message.exitCode);
        break;
      default:
        message satisfies never;
    }
  });
  // The engine has no expected way to fail; without it the run's lease runs out, so the process must not linger.
  worker.on("error", (error) => {
    isOver = true;
    process.stderr.write(
      `dagwright run worker ${process.pid}: its engine failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    exit(1);
  });

  const onUncaught = (error: unknown): void => {
    uncaught = error;
  };
  // User code may end the process at any time. The exit waits, without an event loop, until the engine has written the end of the run.
  const onExit = (exitCode: number): void => {
    if (isOver) return;
    post({ kind: "exiting", exitCode, error: uncaught === undefined ? null : hidden(serializeError(uncaught)) });
    Atomics.wait(cells, sharedCells.exitReported, 0, exitReportMs);
  };
  const hidden = (error: SerializedError): SerializedError => secrets?.hideIn(error) ?? error;
  process.on("uncaughtExceptionMonitor", onUncaught);
  process.on("exit", onExit);

  return {
    assigned: assigned.promise,
    begun: begun.promise,
    ended: ended.promise,
    signal: terminated.signal,
    instance: requests.backend((id, request) => post({ kind: "ask", id, request })),
    pools: {
      listen(listener) {
        poolListener = listener;
      },
      ask: (ask) => post({ kind: "pool", order: { ask } }),
      free: (stepKey) => post({ kind: "pool", order: { free: stepKey } }),
    },
    post,
    write(entry) {
      const outstanding = Atomics.add(cells, sharedCells.outstanding, entryWeight(entry));
      batches.emit(entry);
      if (outstanding <= maxOutstandingWeight) return;
      batches.flush();
      Atomics.wait(cells, sharedCells.outstanding, Atomics.load(cells, sharedCells.outstanding));
    },
    hurry: () => batches.flush(),
    hide(given) {
      secrets = given;
      hideInOwnOutput(given, exit);
    },
    flush() {
      const id = nextFlush++;
      return new Promise((resolve) => {
        flushes.set(id, resolve);
        post({ kind: "flush", id });
      });
    },
    finish(entries) {
      for (const entry of entries) Atomics.add(cells, sharedCells.outstanding, entryWeight(entry));
      post({ kind: "finish", entries });
      return ended.promise;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      process.off("uncaughtExceptionMonitor", onUncaught);
      process.off("exit", onExit);
      await worker.terminate();
    },
  };
}
