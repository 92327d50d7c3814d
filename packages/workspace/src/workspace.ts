import type { CodeLocationName, JsonObject, Run, SnapshotId } from "@dagwright/model";
import { type CallOptions, type CodeLocationClient, CodeLocationUnreachableError, type WorkerEvent } from "@dagwright/rpc";
import type { LaunchClaim } from "@dagwright/storage";
import { createBackoff } from "./backoff.ts";
import { CodeLocationNotFoundError, DuplicateCodeLocationError } from "./errors.ts";
import { type LocationConnection, type LocationSource, openLocationConnection } from "./location-connection.ts";
import type { LocationEntry } from "./location-entry.ts";
import type { RunLauncher } from "./run-submission.ts";
import type { RunTerminator } from "./run-termination.ts";
import { createSnapshotCache } from "./snapshot-cache.ts";

/** The code locations that a host process (webserver, daemon, command line) knows. A location that is away stays listed. */
export interface Workspace extends RunLauncher, RunTerminator, AsyncDisposable {
  /** The present state of every location, in the order of the workspace file. */
  entries(): readonly LocationEntry[];
  /** @throws CodeLocationNotFoundError */
  location(name: CodeLocationName | string): LocationEntry;
  /**
   * Calls a location's server.
   *
   * @throws CodeLocationNotFoundError
   * @throws CodeLocationUnreachableError while its server is still being started
   */
  client(name: CodeLocationName | string): CodeLocationClient;
  /** Called with the new entry at every change, and with `null` and the name when a location was removed. */
  onChange(listener: (entry: LocationEntry | null, name: CodeLocationName) => void): Disposable;
  /** Until every location has been loaded or has failed to; at once when there is none. Rejects when the signal aborts. */
  waitUntilLoaded(signal?: AbortSignal): Promise<void>;
  /** Makes these the locations; connections to those that stay as they are are kept. */
  setLocations(sources: readonly LocationSource[]): Promise<void>;
  /** Hands a claimed run to a worker of its location. */
  launchRun(claim: LaunchClaim, options?: CallOptions): Promise<JsonObject>;
  /** Asks the run's worker to stop; false when its location has none for it. */
  terminateRun(run: Run, graceMs: number, options?: CallOptions): Promise<boolean>;
  /**
   * The workers of a location for as long as the signal allows, over lost connections. After each connection come the workers that
   * live there, the exits that happened lately, and `current`; a run that was not among them has no worker there.
   */
  watchWorkers(name: CodeLocationName | string, options: { readonly signal: AbortSignal }): AsyncIterable<WorkerEvent>;
}

/**
 * Opens the connections to code locations. It returns at once; {@link Workspace.waitUntilLoaded} waits.
 *
 * @throws DuplicateCodeLocationError
 */
export function openWorkspace(sources: readonly LocationSource[]): Workspace {
  const connections = new Map<string, LocationConnection>();
  const listeners = new Set<(entry: LocationEntry | null, name: CodeLocationName) => void>();
  const snapshots = createSnapshotCache();

  const entries = (): readonly LocationEntry[] => [...connections.values()].map(({ entry }) => entry);
  const connection = (name: string): LocationConnection => {
    const found = connections.get(name);
    if (found === undefined) throw new CodeLocationNotFoundError(name, [...connections.keys()]);
    return found;
  };
  const client = (name: string): CodeLocationClient => {
    const { entry } = connection(name);
    if (entry.client === null) {
      throw new CodeLocationUnreachableError(
        `code location "${name}"`,
        entry.loadError?.error.message ?? "its server is being started",
      );
    }
    return entry.client;
  };
  const tell = (entry: LocationEntry | null, name: CodeLocationName): void => {
    for (const listener of listeners) listener(entry, name);
  };
  const open = (source: LocationSource): LocationConnection =>
    openLocationConnection(source, snapshots, (entry) => {
      snapshots.retain(new Set(entries().flatMap(({ snapshotId }): SnapshotId[] => (snapshotId === null ? [] : [snapshotId]))));
      tell(entry, entry.name);
    });
  const setLocations = async (wanted: readonly LocationSource[]): Promise<void> => {
    refuseDuplicates(wanted);
    const before = new Map(connections);
    connections.clear();
    for (const source of wanted) {
      const same = before.get(source.name);
      if (same !== undefined && isSameSource(same.source, source)) {
        connections.set(source.name, same);
        before.delete(source.name);
      } else {
        connections.set(source.name, open(source));
      }
    }
    for (const { source } of before.values()) if (!connections.has(source.name)) tell(null, source.name);
    await Promise.all([...before.values()].map((gone) => gone[Symbol.asyncDispose]()));
  };

  refuseDuplicates(sources);
  for (const source of sources) connections.set(source.name, open(source));

  return {
    entries,
    location: (name) => connection(name).entry,
    client,
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    async waitUntilLoaded(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const check = (): void => {
        if (entries().every(({ status }) => status !== "LOADING")) resolve();
      };
      const abort = (): void => reject(signal?.reason as Error);
      listeners.add(check);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        signal?.throwIfAborted();
        check();
        await promise;
      } finally {
        listeners.delete(check);
        signal?.removeEventListener("abort", abort);
      }
    },
    setLocations,
    async launchRun({ run, fence }, options) {
      const { id, attempt, jobName, jobSnapshotId } = run;
      return client(run.location).launchRun({ runId: id, attempt, fence, jobName, jobSnapshotId }, options);
    },
    async terminateRun(run, graceMs, options) {
      return client(run.location).terminateRun({ runId: run.id, graceMs }, options);
    },
    async *watchWorkers(name, { signal }) {
      const backoff = createBackoff();
      while (!signal.aborted) {
        try {
          for await (const event of client(name).watchWorkers({ signal })) {
            backoff.reset();
            yield event;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof CodeLocationNotFoundError) throw error;
        }
        await backoff.wait(signal).catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      await Promise.all([...connections.values()].map((open) => open[Symbol.asyncDispose]()));
    },
  };
}

function refuseDuplicates(sources: readonly LocationSource[]): void {
  const names = new Set<string>();
  for (const { name } of sources) {
    if (names.has(name)) throw new DuplicateCodeLocationError(name);
    names.add(name);
  }
}

/** A server to be started is the same when the same function starts it. */
function isSameSource(a: LocationSource, b: LocationSource): boolean {
  if (typeof a.server === "function" || typeof b.server === "function") return a.server === b.server;
  return a.server.address === b.server.address && a.server.token === b.server.token && a.server.tls === b.server.tls;
}
