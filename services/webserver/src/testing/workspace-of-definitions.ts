import {
  buildRepository,
  evaluatePartitionedConfig,
  evaluateSchedule,
  evaluateSensor,
  toLocationSnapshot,
  validateRunConfig,
} from "@dagwright/definitions";
import { codeLocationName, type JsonObject, type Run, serializeError, snapshotId } from "@dagwright/model";
import { type CodeLocationClient, CodeLocationUnreachableError, ShutdownNotSupportedError, UserCodeError } from "@dagwright/rpc";
import type { LaunchClaim } from "@dagwright/storage";
import { CodeLocationNotFoundError, type LocationEntry, type Workspace } from "@dagwright/workspace";

export interface TestWorkspace extends Workspace {
  readonly launched: LaunchClaim[];
  readonly terminated: Run[];
  /** Makes calls to the location fail, as when its server is away. */
  isAway: boolean;
  /** Whether a worker of the run to terminate is there. */
  hasWorkers: boolean;
  change(change: Partial<LocationEntry>): void;
}

/** One code location of real definitions in this process, in place of a server behind the wire. It starts no workers; it notes what was asked. */
export function workspaceOfDefinitions(exported: unknown, name = "numbers"): TestWorkspace {
  const repository = buildRepository(exported);
  const snapshot = toLocationSnapshot(repository);
  const listeners = new Set<Parameters<Workspace["onChange"]>[0]>();
  const launched: LaunchClaim[] = [];
  const terminated: Run[] = [];

  const client: Partial<CodeLocationClient> = {
    validateRunConfig: ({ jobName, runConfig, part }) => {
      requireServer();
      const checked = validateRunConfig(repository, jobName, runConfig, part === undefined ? {} : { part });
      return Promise.resolve(
        checked.ok
          ? { ok: true, runConfig: runConfig as JsonObject }
          : {
              ok: false,
              errors: checked.errors.map(({ reason, message, path }) => ({ reason, message, path: path.map(String) })),
            },
      );
    },
    getPartitionConfig: async ({ jobName, partitionKey }) => {
      requireServer();
      const config = repository.jobs.get(jobName)?.partitionedConfig ?? null;
      return config === null ? { runConfig: {}, tags: {} } : evaluatePartitionedConfig(jobName, config, partitionKey);
    },
    evaluateSchedule: async ({ name, context: { scheduledAtMs } }) => {
      requireServer();
      try {
        return await evaluateSchedule(repository.schedules.get(name)!, { scheduledAtMs });
      } catch (error) {
        throw new UserCodeError(serializeError(error));
      }
    },
    evaluateSensor: async ({ name: sensorName, context }) => {
      requireServer();
      try {
        return await evaluateSensor(repository.sensors.get(sensorName)!, { ...context, definitions: repository });
      } catch (error) {
        throw new UserCodeError(serializeError(error));
      }
    },
    readComputeLog: async function* ({ logKey, stream, offset = 0 }) {
      requireServer();
      const isKnown = logKey[2] === "remote";
      const data = Buffer.from(stream === "stdout" && isKnown ? "printed far away\n" : "").subarray(offset);
      yield { data, nextOffset: offset + data.length, complete: isKnown };
    },
    shutdown: async () => {
      requireServer();
      await Promise.resolve();
      throw new ShutdownNotSupportedError(name);
    },
    reload: () => {
      requireServer();
      workspace.change({ codeHash: `${entry.codeHash}+`, versionKey: `${entry.versionKey}+` });
      return Promise.resolve({
        ...entry,
        snapshotId: entry.snapshotId,
        protocolVersion: 1,
        loadedAtMs: 0,
        loading: false,
        stopping: false,
      });
    },
  };
  let entry: LocationEntry = {
    name: codeLocationName(name),
    status: "LOADED",
    isReachable: true,
    isServing: true,
    snapshot,
    snapshotId: snapshotId("0".repeat(64)),
    codeHash: "code-1",
    versionKey: "version-1",
    loadError: null,
    serverId: "server-1",
    sdkVersion: "0.1.0",
    workingDirectory: "/project",
    entryFile: "/project/src/definitions.ts",
    updatedAtMs: 1_700_000_000_000,
    address: "unix:/nowhere",
    client: client as CodeLocationClient,
  };
  const requireServer = (): void => {
    if (workspace.isAway) throw new CodeLocationUnreachableError("unix:/nowhere", "connection refused");
  };

  const workspace: TestWorkspace = {
    launched,
    terminated,
    isAway: false,
    hasWorkers: true,
    entries: () => [entry],
    location: (wanted) => {
      if (wanted !== name) throw new CodeLocationNotFoundError(wanted, [name]);
      return entry;
    },
    client: (wanted) => {
      if (wanted !== name) throw new CodeLocationNotFoundError(wanted, [name]);
      return client as CodeLocationClient;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    change: (change) => {
      entry = { ...entry, ...change };
      for (const listener of listeners) listener(entry, entry.name);
    },
    waitUntilLoaded: () => Promise.resolve(),
    setLocations: () => Promise.resolve(),
    launchRun: async (claim) => {
      requireServer();
      launched.push(claim);
      return { launcher: "test" };
    },
    terminateRun: async (run) => {
      terminated.push(run);
      return workspace.hasWorkers;
    },
    watchWorkers: async function* () {
      // No worker ever lives here.
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return workspace;
}
