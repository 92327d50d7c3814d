import type { SerializedError } from "@dagwright/model";
import {
  type FromRunWorker,
  type RunAssignment,
  runWorkerExitCodes,
  type RunWorkerSettings,
  workerProtocolVersion,
} from "../protocol.ts";
import type { ControlSocket } from "./control-socket.ts";
import type { EngineData } from "./engine-messages.ts";

export interface WorkerPresenceOptions {
  readonly data: Pick<EngineData, "codeHash" | "idleMs">;
  /** Whether the worker has no run yet. */
  readonly isWaiting: () => boolean;
  /** Nobody has been there for as long as it waits without a run; it should end with this code. */
  readonly onForgotten: (exitCode: number) => void;
}

/**
 * What fronts know of a worker: the settings it has read, whether its code is loaded, which run it has, and that it has ended. Who comes late is told
 * the same as who was there.
 */
export class WorkerPresence implements AsyncDisposable {
  readonly #options: WorkerPresenceOptions;
  #socket: ControlSocket | null = null;
  #settings: RunWorkerSettings | null = null;
  #loading: "pending" | "loaded" | SerializedError = "pending";
  #executing: RunAssignment | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: WorkerPresenceOptions) {
    this.#options = options;
  }

  /** Where fronts connect; given after it listens, because its greeting comes from here. */
  serve(socket: ControlSocket): void {
    this.#socket = socket;
    this.watchIdleness(socket.connections);
  }

  /** What a front is told when it comes. */
  greeting(): readonly FromRunWorker[] {
    if (this.#executing !== null) return [executing(this.#executing)];
    const settings: readonly FromRunWorker[] = this.#settings === null ? [] : [{ type: "settings", settings: this.#settings }];
    if (this.#loading === "pending") return settings;
    return [...settings, this.#loading === "loaded" ? this.#ready() : { type: "failed-to-load", error: this.#loading }];
  }

  /** Settings that were read here, for workers that fronts start later. */
  tellSettings(settings: RunWorkerSettings): void {
    this.#settings = settings;
    this.#socket?.broadcast({ type: "settings", settings });
  }

  loaded(): void {
    this.#loading = "loaded";
    if (this.#options.isWaiting()) this.#socket?.broadcast(this.#ready());
  }

  failedToLoad(error: SerializedError): void {
    this.#loading = error;
    if (this.#options.isWaiting()) this.#socket?.broadcast({ type: "failed-to-load", error });
  }

  /** It was given a run, and stays whether somebody is there or not. */
  assigned(assignment: RunAssignment): void {
    this.#executing = assignment;
    this.#stopWatching();
  }

  /** The run is its own. */
  tellExecuting(assignment: RunAssignment): void {
    this.#socket?.broadcast(executing(assignment));
  }

  tellFinished({ runId, attempt }: RunAssignment, status: Extract<FromRunWorker, { type: "finished" }>["status"]): void {
    this.#socket?.broadcast({ type: "finished", runId, attempt, status });
  }

  /** A worker that nobody talks to and that has no run must not stay for ever: its front may have died. */
  watchIdleness(connections: number): void {
    const { data, isWaiting, onForgotten } = this.#options;
    this.#stopWatching();
    if (connections > 0 || data.idleMs === null || !isWaiting()) return;
    this.#idle = setTimeout(() => {
      const failed = this.#loading !== "pending" && this.#loading !== "loaded";
      if (isWaiting()) onForgotten(failed ? runWorkerExitCodes.failedToLoad : runWorkerExitCodes.done);
    }, data.idleMs);
  }

  #stopWatching(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }

  #ready(): FromRunWorker {
    const rssBytes = process.memoryUsage.rss();
    const { codeHash } = this.#options.data;
    return { type: "ready", protocolVersion: workerProtocolVersion, pid: process.pid, codeHash, rssBytes };
  }

  /** Tells what was still to be told, then nothing more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket?.[Symbol.asyncDispose]();
  }
}

const executing = ({ runId, attempt }: RunAssignment): FromRunWorker => ({ type: "executing", runId, attempt });
