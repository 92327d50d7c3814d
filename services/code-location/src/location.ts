import { dirname, resolve } from "node:path";
import { serializeError, type SnapshotId } from "@dagwright/model";
import {
  type CompressedJson,
  type LoadError,
  LocationNotLoadedError,
  LocationSnapshotNotFoundError,
  type LocationState,
  protocolVersion,
} from "@dagwright/rpc";
import type { Logger } from "pino";
import { type Broadcast, createBroadcast } from "./broadcast.ts";
import { type CodeTarget, type ResolvedTarget, resolveTarget } from "./code-target.ts";
import { CodeLoadError, TargetNotFoundError } from "./errors.ts";
import { buildWithSdk } from "./generations/build-with-sdk.ts";
import type { CodeCopies } from "./generations/code-copies.ts";
import { type Generation, loadGeneration } from "./generations/generation.ts";
import { createReadFiles, type ReadFiles } from "./generations/user-module-graph.ts";
import { createSourceWatcher } from "./watching/source-watcher.ts";

export interface LocationOptions {
  readonly name: string;
  readonly serverId: string;
  readonly target: CodeTarget;
  readonly home: string;
  /** Home of the instance that schedules and sensors ask; null: there is none. Default: the same. */
  readonly instanceHome?: string | null;
  readonly copies: CodeCopies;
  readonly environment: () => Readonly<Record<string, string>>;
  /** Load anew when a file changes. */
  readonly watches: boolean;
  readonly maxEvaluators: number;
  readonly stuckAfterMs: number;
  readonly loadTimeoutMs: number;
  readonly log: Logger;
  /** The code that serves from now on. */
  readonly onGeneration: (generation: Generation) => void;
}

/**
 * The user's code over time: one generation serves, the next one is built and loaded beside it and takes its place only when that succeeded.
 */
export interface Location extends AsyncDisposable {
  state(): LocationState;
  readonly changes: Broadcast<LocationState>;
  /** @throws LocationNotLoadedError while no generation serves */
  current(): Generation;
  /** @throws LocationSnapshotNotFoundError */
  snapshot(id: SnapshotId, acceptsShared: boolean): Promise<CompressedJson>;
  /** Builds and loads what lies on disk now; resolves when that serves or has failed. */
  reload(): Promise<LocationState>;
  /** Until the first load has succeeded or failed. */
  readonly loaded: Promise<void>;
  /** Says that no new runs are taken. */
  stop(): void;
}

export function openLocation(options: LocationOptions): Location {
  const { name, serverId, log } = options;
  const closing = new AbortController();
  const changes = createBroadcast<LocationState>();
  let generation: Generation | null = null;
  let loadError: LoadError | null = null;
  let failedHash: string | null = null;
  let loading = false;
  let stopping = false;
  let entry: ResolvedTarget | null = null;
  /** Replaced generations that still evaluate. */
  const retiring = new Map<Generation, Promise<void>>();

  const state = (): LocationState => ({
    name,
    serverId,
    protocolVersion,
    snapshotId: generation?.snapshotId ?? null,
    codeHash: generation?.ref.codeHash ?? "",
    loadError,
    sdkVersion: generation?.programs.sdkVersion ?? "",
    loadedAtMs: generation?.loadedAtMs ?? 0,
    loading,
    stopping,
    workingDirectory: entry?.workingDirectory ?? options.target.workingDirectory ?? "",
    entryFile: entry?.sourceFile ?? "",
  });
  const tell = (): void => changes.send(state());

  const swap = (next: Generation): void => {
    const before = generation;
    generation = next;
    options.onGeneration(next);
    if (before === null) return;
    const reason = new LocationNotLoadedError(name, "that code was replaced; ask again");
    retiring.set(
      before,
      before.retire(reason).finally(() => retiring.delete(before)),
    );
  };

  /** @param isAsked - somebody asked for it: also when no file changed, for what the code imports or reads may have */
  const load = async (isAsked: boolean): Promise<void> => {
    const startedAt = performance.now();
    let read: ReadFiles = createReadFiles();
    try {
      entry = namingTheTarget(options.target, read);
      const outcome = await buildWithSdk(entry, options.copies.directory, log);
      ({ read } = outcome);
      const { built, programs } = outcome;
      if (built instanceof CodeLoadError) throw built;
      if (!isAsked && built.codeHash === generation?.ref.codeHash) {
        loadError = null;
        return;
      }
      // What loading the same code writes into its own folder must not start it again and again.
      if (!isAsked && built.codeHash === failedHash) return;
      failedHash = built.codeHash;
      if (programs instanceof CodeLoadError) throw programs;
      const more = { locationName: name, target: entry, programs, signal: closing.signal, onOutput };
      swap(await loadGeneration(built, { ...options, ...more }));
      failedHash = null;
      loadError = null;
      log.info({ codeHash: built.codeHash.slice(0, 12), ms: Math.round(performance.now() - startedAt) }, "code loaded");
    } catch (error) {
      if (closing.signal.aborted) return;
      loadError = toLoadError(error);
      // A missing dagwright is mended by installing it, which changes none of the code.
      if (error instanceof CodeLoadError && error.cause !== undefined) failedHash = null;
      const { file, line, column } = loadError;
      const place = [file, line, column].filter((part) => part !== null).join(":");
      log.error({ file, line, column, serving: generation !== null }, `code does not load: ${place}: ${loadError.error.message}`);
    } finally {
      if (options.watches && !closing.signal.aborted) watcher.follow(read, loadError !== null);
    }
  };
  const onOutput = (line: string): void => log.info({ from: "evaluator" }, line);

  let tail: Promise<void> = Promise.resolve();
  let waiting: { readonly done: Promise<void>; isAsked: boolean } | null = null;
  /** One load at a time; requests that come while one is under way share the next. */
  const request = (isAsked: boolean): Promise<void> => {
    if (waiting !== null) {
      waiting.isAsked ||= isAsked;
      return waiting.done;
    }
    const start = async (): Promise<void> => {
      await tail;
      const { isAsked: isAskedNow } = next;
      waiting = null;
      if (closing.signal.aborted) return;
      loading = true;
      tell();
      await load(isAskedNow);
      loading = false;
      tell();
    };
    const next = { isAsked, done: Promise.resolve() };
    waiting = next;
    tail = next.done = start();
    return next.done;
  };

  const watcher = createSourceWatcher({
    onChange: () => void request(false),
    onError: (error) => log.warn({ error: serializeError(error) }, "changes of some files will not be noticed; reload by hand"),
  });
  const loaded = request(true);

  return {
    state,
    changes,
    loaded,
    current() {
      if (generation !== null) return generation;
      throw new LocationNotLoadedError(name, loadError?.error.message ?? "it is being loaded");
    },
    async snapshot(id, acceptsShared) {
      if (generation?.snapshotId === id) return acceptsShared ? generation.snapshot : await generation.wholeSnapshot();
      throw new LocationSnapshotNotFoundError(name, id, generation?.snapshotId ?? "");
    },
    async reload() {
      await request(true);
      return state();
    },
    stop() {
      stopping = true;
      tell();
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      closing.abort(new Error(`Code location "${name}" is stopping`));
      watcher[Symbol.dispose]();
      await tail;
      const reason = new LocationNotLoadedError(name, "its server is stopping");
      if (generation !== null) retiring.set(generation, generation.retire(reason));
      for (const { evaluators } of retiring.keys()) evaluators.close(reason);
      await Promise.all(retiring.values());
    },
  };
}

/** A target that is not there is looked for again when something appears in its folder. */
function namingTheTarget(target: CodeTarget, read: ReadFiles): ResolvedTarget {
  try {
    return resolveTarget(target);
  } catch (error) {
    if (target.kind === "ts_file") read.directories.add(dirname(resolve(target.workingDirectory ?? ".", target.file)));
    throw error;
  }
}

function toLoadError(error: unknown): LoadError {
  if (error instanceof CodeLoadError) return error.loadError;
  if (error instanceof TargetNotFoundError) return { error: serializeError(error), file: null, line: null, column: null };
  return { error: serializeError(error), file: null, line: null, column: null };
}
