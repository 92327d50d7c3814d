import { type CodeLocationName, serializeError } from "@dagwright/model";
import {
  type CodeLocationClient,
  type CodeLocationClientOptions,
  createCodeLocationClient,
  type LocationState,
  protocolVersion,
  ProtocolVersionError,
} from "@dagwright/rpc";
import { createBackoff } from "./backoff.ts";
import type { LocationEntry } from "./location-entry.ts";
import type { SnapshotCache } from "./snapshot-cache.ts";

/** A code-location server that the workspace had started for it; disposing stops the server. */
export interface StartedServer extends AsyncDisposable {
  readonly connect: CodeLocationClientOptions;
}

/** One code location of a workspace: a name, and a server that runs already or is to be started. */
export interface LocationSource {
  readonly name: CodeLocationName;
  readonly server: CodeLocationClientOptions | ((signal: AbortSignal) => Promise<StartedServer>);
}

export interface LocationConnection extends AsyncDisposable {
  readonly entry: LocationEntry;
  readonly source: LocationSource;
}

/**
 * Keeps one code location's entry true: watches its server, connects again with growing waits when it is away, and fetches its definitions
 * when their hash is new. Every change is told to `onEntry`.
 */
export function openLocationConnection(
  source: LocationSource,
  snapshots: SnapshotCache,
  onEntry: (entry: LocationEntry) => void,
): LocationConnection {
  const closing = new AbortController();
  const { signal } = closing;
  const backoff = createBackoff();
  let entry = initialEntry(source.name);

  const update = (change: Partial<LocationEntry>): void => {
    if (signal.aborted) return;
    entry = { ...entry, ...change, updatedAtMs: Date.now() };
    onEntry(entry);
  };
  const failed = (error: unknown): void =>
    update({
      status: "ERROR",
      isReachable: false,
      isServing: false,
      loadError: { error: serializeError(error), file: null, line: null, column: null },
    });

  const follow = async (client: CodeLocationClient): Promise<void> => {
    for await (const state of client.watchLocation({ signal })) {
      if (state.protocolVersion > protocolVersion) throw newerServer(source.name, client.address, state);
      backoff.reset();
      const { snapshotId } = state;
      const snapshot =
        snapshotId === null ? null : await snapshots.get(snapshotId, () => client.getSnapshot(snapshotId, { signal }));
      update(entryChange(state, snapshot));
    }
  };
  const keepFollowing = async (client: CodeLocationClient): Promise<void> => {
    while (!signal.aborted) {
      try {
        await follow(client);
      } catch (error) {
        if (signal.aborted) return;
        // A reload while its definitions were being fetched is no failure: the next state has the new ones.
        if (!isKind(error, "LocationSnapshotNotFoundError")) failed(error);
      }
      await backoff.wait(signal);
    }
  };
  const run = async (): Promise<void> => {
    const { server } = source;
    if (typeof server !== "function") {
      await using client = createCodeLocationClient(server);
      entry = { ...entry, client, address: client.address };
      await keepFollowing(client);
      return;
    }
    while (!signal.aborted) {
      try {
        await using started = await server(signal);
        await using client = createCodeLocationClient(started.connect);
        update({ client, address: client.address });
        await keepFollowing(client);
      } catch (error) {
        if (signal.aborted) return;
        failed(error);
        await backoff.wait(signal);
      }
    }
  };
  const ended = run().catch((error: unknown) => {
    if (!signal.aborted) failed(error);
  });

  return {
    source,
    get entry() {
      return entry;
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error(`The connection to code location "${source.name}" is closing`));
      await ended;
    },
  };
}

function initialEntry(name: CodeLocationName): LocationEntry {
  return {
    name,
    status: "LOADING",
    isReachable: false,
    isServing: false,
    snapshot: null,
    snapshotId: null,
    codeHash: "",
    versionKey: "",
    loadError: null,
    serverId: "",
    sdkVersion: "",
    workingDirectory: "",
    entryFile: "",
    updatedAtMs: Date.now(),
    address: null,
    client: null,
  };
}

function entryChange(state: LocationState, snapshot: LocationEntry["snapshot"]): Partial<LocationEntry> {
  const { serverId, codeHash, loadedAtMs, loadError, sdkVersion, workingDirectory, entryFile } = state;
  const isFirstLoad = state.snapshotId === null && loadError === null;
  return {
    status: isFirstLoad ? "LOADING" : loadError === null ? "LOADED" : "ERROR",
    isReachable: !state.stopping,
    isServing: state.snapshotId !== null && !state.stopping,
    ...(snapshot !== null && { snapshot, snapshotId: state.snapshotId }),
    codeHash,
    versionKey: `${serverId}:${codeHash}:${loadedAtMs}`,
    loadError,
    serverId,
    sdkVersion,
    workingDirectory,
    entryFile,
  };
}

function newerServer(name: string, address: string, state: LocationState): ProtocolVersionError {
  return new ProtocolVersionError(
    `Code location "${name}" at ${address} speaks version ${state.protocolVersion} of the protocol, this process speaks ${protocolVersion}; update this process`,
  );
}

const isKind = (error: unknown, kind: string): boolean => error instanceof Error && "kind" in error && error.kind === kind;
