import { join, resolve } from "node:path";
import { migrateStorage, openStorage, SchemaVersionError, type Storage, type StorageOptions } from "@dagwright/storage";
import type { CustomComponent } from "./components/component.ts";
import { loadComponent } from "./components/load-component.ts";
import type { ComputeLogsSetting } from "./components/compute-logs.ts";
import type { ComputeLogManager } from "./compute-logs/compute-log-manager.ts";
import { LocalComputeLogManager } from "./compute-logs/local-compute-log-manager.ts";
import { NoOpComputeLogManager } from "./compute-logs/noop-compute-log-manager.ts";
import type { Environment } from "./config-file/env-reference.ts";
import type { InstanceConfig } from "./config/instance-config.ts";
import { readInstanceConfig } from "./config/read-instance-config.ts";
import { keysWithoutEffect } from "./config/without-effect.ts";
import { connectWithRetry } from "./connect-with-retry.ts";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { ensureHome } from "./home.ts";
import type { Instance, InstanceSettings } from "./instance.ts";
import type { InstanceLog } from "./instance-log.ts";
import type { ConnectionUrl } from "./postgres/connection-url.ts";
import { withSslFallback } from "./postgres/ssl-fallback.ts";
import type { RunLauncher } from "./run-launcher.ts";
import { openRuntimeDir } from "./runtime-dir.ts";

export interface OpenInstanceOptions {
  /** An absolute path; made when it is missing. */
  readonly home: string;
  /** Where `{env: NAME}` values are looked up. */
  readonly env: Environment;
  /** Who opens it; shown in `pg_stat_activity`. A `run-worker` keeps to one connection and never changes the schema. */
  readonly role: StorageOptions["role"];
  /** Told what goes on: a database that is awaited, a port that changed. Default: nobody. */
  readonly log?: InstanceLog;
  /** Most connections of the storage's pool. Default: the storage's. */
  readonly maxConnections?: number;
  /** Server-side limit for a statement that has none of its own, in milliseconds. Default: the storage's. */
  readonly statementTimeoutMs?: number;
  /** How old a connection of the pool may get, in seconds, before another takes its place. Default: as old as it likes. */
  readonly maxConnectionAgeSeconds?: number;
  /** Whether to hold a connection for notifications. Default: true, false for a `run-worker`. */
  readonly listen?: boolean;
  /** Whether to bring an older schema to this build's version, as `dev` does. Default: only the embedded Postgres's. */
  readonly migrate?: boolean;
  /** How long to await a database that is away; default: until the signal aborts. */
  readonly retryForMs?: number;
  /** Where the embedded Postgres goes when its account cannot enter the home. Default `/var/lib/dagwright`. */
  readonly passableDir?: string;
}

/**
 * Opens the instance of a home: reads `dagster.yaml`, starts or adopts the embedded Postgres where no database is named, connects, and loads
 * what else the file names. A database without tables gets them, unless `should_autocreate_tables` is false.
 *
 * @throws ConfigFileError with everything that is wrong with the file
 * @throws InstanceHomeError, ComponentLoadError, EmbeddedPostgresError
 * @throws SchemaVersionError, StorageRefusedError of the storage; StorageUnavailableError after `retryForMs`
 */
export async function openInstance(options: OpenInstanceOptions, signal: AbortSignal): Promise<Instance> {
  const { home, env, role, log = () => undefined } = options;
  ensureHome(home);
  const { config, configFile } = await readInstanceConfig(home, env);
  // The daemon is who would act upon them; the other processes need not say it again.
  if (role === "daemon") warnOfKeysWithoutEffect(config, log);
  await using opening = new AsyncDisposableStack();

  const runtimeDir = await openRuntimeDir(home, env);
  const artifactDir = resolve(home, config.localArtifactStorage.baseDir ?? "storage");
  const computeLogDir = localComputeLogDir(config.computeLogs, home);
  const context = { home, log, signal };
  const computeLogs = opening.adopt(await openComputeLogs(config.computeLogs, computeLogDir, context), disposeIfDisposable);
  const runLauncher = config.runLauncher.name === "custom" ? await openLauncher(config.runLauncher, context) : null;
  if (runLauncher !== null) opening.adopt(runLauncher, disposeIfDisposable);

  const embedded =
    config.storage.kind === "embedded" ? opening.use(await openEmbeddedPostgres({ ...options, log }, signal)) : null;
  const database = config.storage.kind === "postgres" ? config.storage : { ...defaultsOfEmbedded, url: embedded!.url };
  const storage = opening.use(
    await connectWithRetry(
      () =>
        withSslFallback(database.url, (url) =>
          openMigrated({ ...options, log }, { ...database, url }, options.migrate ?? embedded !== null),
        ),
      { log, ...(options.retryForMs !== undefined && { retryForMs: options.retryForMs }) },
      signal,
    ),
  );
  if (embedded !== null && role === "run-worker") await leaveToPool(embedded, storage);

  const settings: InstanceSettings = {
    home,
    configFile,
    storage: { kind: config.storage.kind, url: String(database.url) },
    artifactDir,
    computeLogDir,
    runtimeDir,
  };
  const open = opening.move();
  return {
    home,
    config,
    settings,
    storage,
    computeLogs,
    runLauncher,
    artifactDir,
    runtimeDir,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function warnOfKeysWithoutEffect(config: InstanceConfig, log: InstanceLog): void {
  const keys = keysWithoutEffect(config);
  if (keys.length > 0) log("warn", `dagster.yaml sets what has no effect yet: ${keys.join(", ")}`);
}

interface DatabaseSettings {
  readonly url: ConnectionUrl;
  readonly listenUrl: ConnectionUrl | null;
  readonly shouldAutocreateTables: boolean;
}

const defaultsOfEmbedded = { listenUrl: null, shouldAutocreateTables: true } as const;

/** Opens the storage, and makes or migrates its tables first where that is allowed. */
async function openMigrated(
  options: OpenInstanceOptions & { readonly log: InstanceLog },
  database: DatabaseSettings,
  mayMigrate: boolean,
): Promise<Storage> {
  const { role, log, maxConnections, listen, statementTimeoutMs, maxConnectionAgeSeconds } = options;
  const storageOptions: StorageOptions = {
    connectionString: database.url.reveal(),
    role,
    log,
    listen: listen ?? role !== "run-worker",
    ...(maxConnections !== undefined && { maxConnections }),
    ...(statementTimeoutMs !== undefined && { statementTimeoutMs }),
    ...(maxConnectionAgeSeconds !== undefined && { maxConnectionAgeSeconds }),
    ...(database.listenUrl !== null && { listenConnectionString: database.listenUrl.reveal() }),
  };
  try {
    return await openStorage(storageOptions);
  } catch (error) {
    if (!(error instanceof SchemaVersionError) || role === "run-worker") throw error;
    const isEmpty = error.databaseVersion === null;
    const isOlder = error.databaseVersion !== null && error.databaseVersion < error.buildVersion;
    if (!(isEmpty && database.shouldAutocreateTables) && !(isOlder && mayMigrate)) throw error;
    log(
      "info",
      isEmpty
        ? "Making the database's tables"
        : `Migrating the database's tables from version ${error.databaseVersion} to ${error.buildVersion}`,
    );
  }
  await migrateStorage({ connectionString: storageOptions.connectionString, log });
  return await openStorage(storageOptions);
}

/** A run worker has one connection, its pool's; that one then stands for the worker, so it must be there before the hold goes. */
async function leaveToPool(embedded: EmbeddedPostgres, storage: Storage): Promise<void> {
  await storage.nowMs();
  await embedded.giveHoldBack();
}

interface LoadContext {
  readonly home: string;
  readonly log: InstanceLog;
  readonly signal: AbortSignal;
}

const openLauncher = (component: CustomComponent, context: LoadContext): Promise<RunLauncher> =>
  loadComponent<RunLauncher>("run_launcher", component, ["launchRun", "terminateRun", "checkHealth"], context);

/** Components of the user's own may hold something or nothing. */
async function disposeIfDisposable(component: object): Promise<void> {
  await (component as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
}

function localComputeLogDir(setting: ComputeLogsSetting, home: string): string | null {
  return setting.name === "LocalComputeLogManager" ? resolve(home, setting.baseDir ?? join(home, "storage")) : null;
}

async function openComputeLogs(
  setting: ComputeLogsSetting,
  baseDir: string | null,
  context: LoadContext,
): Promise<ComputeLogManager> {
  switch (setting.name) {
    case "LocalComputeLogManager":
      return new LocalComputeLogManager({
        baseDir: baseDir!,
        pollMs: setting.pollingTimeoutSeconds * 1000,
        maxStreamBytes: setting.maxStreamBytes,
      });
    case "NoOpComputeLogManager":
      return new NoOpComputeLogManager();
    case "custom":
      return await loadComponent<ComputeLogManager>(
        "compute_logs",
        setting,
        ["openCapture", "read", "follow", "isComplete", "list", "delete", "location"],
        context,
      );
  }
}
