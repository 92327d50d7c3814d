import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openStorage, type Storage } from "@dagwright/storage";
import type { Environment } from "./config-file/env-reference.ts";
import { connectWithRetry } from "./connect-with-retry.ts";
import { ServerHold } from "./embedded/server-hold.ts";
import { databaseName, databaseUser, readServerRecord } from "./embedded/server-record.ts";
import { instanceFileName } from "./home.ts";
import type { PythonLogsConfig } from "./config/python-logs.ts";
import type { InstanceLog } from "./instance-log.ts";
import { ConnectionUrl } from "./postgres/connection-url.ts";
import { withSslFallback } from "./postgres/ssl-fallback.ts";

// A run worker loads this for every run, so nothing here may import zod, yaml or what starts a Postgres, other than when it is needed.

/** What a run worker needs to know of its instance. Plain data, with the database's password in it: for this user's processes only. */
export interface RunWorkerSettings {
  /** The text of `dagster.yaml`, null where there is none: the settings hold for it and for the environment they were read with. */
  readonly fileText: string | null;
  /** Null: the embedded Postgres. */
  readonly databaseUrl: string | null;
  readonly artifactDir: string;
  /** Null when compute logs are not kept as files. */
  readonly computeLogDir: string | null;
  /** Least level of the lines that user code logs for which they are kept; null: all are. */
  readonly logLevel: PythonLogsConfig["pythonLogLevel"];
  /** Of concurrency pools that have no limit of their own; null: none. */
  readonly defaultPoolLimit: number | null;
  /** Whether steps take the slots of concurrency pools; otherwise the run queue has counted the run in. */
  readonly poolsCountSteps: boolean;
}

/** The text of a home's `dagster.yaml`; null where there is none, or where it cannot be read. */
export const readInstanceText = (home: string): Promise<string | null> =>
  readFile(join(home, instanceFileName), "utf8").catch(() => null);

/**
 * Reads a home's settings, as far as a run worker needs them.
 *
 * @throws ConfigFileError with everything that is wrong with the file; InstanceHomeError
 */
export async function readRunWorkerSettings(home: string, env: Environment): Promise<RunWorkerSettings> {
  const fileText = await readInstanceText(home);
  const { readInstanceConfig } = await import("./config/read-instance-config.ts");
  const { config } = await readInstanceConfig(home, env);
  const { storage, computeLogs, localArtifactStorage, pythonLogs, concurrency } = config;
  return {
    fileText,
    databaseUrl: storage.kind === "postgres" ? storage.url.reveal() : null,
    artifactDir: resolve(home, localArtifactStorage.baseDir ?? "storage"),
    computeLogDir: computeLogs.name === "LocalComputeLogManager" ? resolve(home, computeLogs.baseDir ?? "storage") : null,
    logLevel: pythonLogs.pythonLogLevel,
    defaultPoolLimit: concurrency.pools.defaultLimit,
    poolsCountSteps: concurrency.pools.granularity !== "run",
  };
}

export interface OpenRunWorkerStorageOptions {
  readonly home: string;
  readonly env: Environment;
  readonly log: InstanceLog;
  /** How long to await a database that is away; Infinity: until the signal aborts. */
  readonly retryForMs: number;
}

/**
 * Opens the one database connection of a run worker. It never changes the schema.
 *
 * @throws SchemaVersionError, StorageRefusedError of the storage; StorageUnavailableError after `retryForMs`; EmbeddedPostgresError
 */
export async function openRunWorkerStorage(
  { databaseUrl }: RunWorkerSettings,
  options: OpenRunWorkerStorageOptions,
  signal: AbortSignal,
): Promise<Storage> {
  const url = databaseUrl === null ? null : ConnectionUrl.parse(databaseUrl);
  if (url === null) return (await joinEmbedded(options)) ?? (await startEmbedded(options, signal));
  return await connectWithRetry(() => withSslFallback(url, (each) => connect(each, options.log)), options, signal);
}

const connect = (url: ConnectionUrl, log: InstanceLog): Promise<Storage> =>
  openStorage({ connectionString: url.reveal(), role: "run-worker", log, listen: false });

/** Connects to the embedded Postgres when it runs, which it does whenever somebody has launched a run; null when it takes more than that. */
async function joinEmbedded({ home, log }: OpenRunWorkerStorageOptions): Promise<Storage | null> {
  const record = await readServerRecord(join(home, "postgres")).catch(() => null);
  if (record === null || !record.isMade) return null;
  const { port, password } = record;
  // The hold keeps the server up until our own connection counts.
  const attempt = await ServerHold.attempt(record, port).catch(() => null);
  if (attempt?.outcome !== "held") return null;
  try {
    return await connect(
      ConnectionUrl.fromParts({ username: databaseUser, password, hostname: "127.0.0.1", port, database: databaseName }),
      log,
    );
  } catch {
    return null;
  } finally {
    await attempt.hold.end();
  }
}

async function startEmbedded({ home, env, log, retryForMs }: OpenRunWorkerStorageOptions, signal: AbortSignal): Promise<Storage> {
  const { openInstance } = await import("./open-instance.ts");
  const instance = await openInstance({ home, env, role: "run-worker", log, retryForMs }, signal);
  return { ...instance.storage, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
}
