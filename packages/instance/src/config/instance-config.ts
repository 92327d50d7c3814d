import { block, oneOf } from "../config-file/block.ts";
import { type Environment } from "../config-file/env-reference.ts";
import { parseConfigFile } from "../config-file/parse-config-file.ts";
import { computeLogs, type ComputeLogsSetting, defaultComputeLogs } from "../components/compute-logs.ts";
import {
  defsStateStorage,
  instanceClass,
  localArtifactStorage,
  scheduler,
  type SchedulerSetting,
  secretsLoader,
} from "../components/other-components.ts";
import { runCoordinator, type RunCoordinatorSetting } from "../components/run-coordinators.ts";
import { runLauncher, type RunLauncherSetting } from "../components/run-launchers.ts";
import { eventLogStorage, runStorage, scheduleStorage } from "../components/storages.ts";
import { autoMaterialize, type AutoMaterializeConfig } from "./auto-materialize.ts";
import { codeServers, type CodeServersConfig } from "./code-servers.ts";
import { concurrency, type ConcurrencyConfig, explainNamedPool } from "./concurrency.ts";
import { daemonWorkers, type DaemonWorkersConfig } from "./daemon-workers.ts";
import { exclusiveKeyRules } from "./exclusive-keys.ts";
import type { PostgresConfig } from "./postgres.ts";
import { pythonLogs, type PythonLogsConfig } from "./python-logs.ts";
import { retention, type RetentionConfig } from "./retention.ts";
import { runMonitoring, type RunMonitoringConfig } from "./run-monitoring.ts";
import { type RunQueueConfig, runQueue } from "./run-queue.ts";
import { runRetries, type RunRetriesConfig } from "./run-retries.ts";
import { storage, type StorageConfig } from "./storage.ts";
import { freshness, nux, type SwitchConfig, telemetry } from "./switches.ts";

/** Everything `dagster.yaml` says, with defaults filled in. Frozen. */
export interface InstanceConfig {
  readonly storage: StorageConfig;
  readonly runCoordinator: RunCoordinatorSetting;
  readonly runLauncher: RunLauncherSetting;
  readonly computeLogs: ComputeLogsSetting;
  /** `baseDir` as written in the file, relative to home; null for `<home>/storage`. */
  readonly localArtifactStorage: { readonly baseDir: string | null };
  readonly scheduler: SchedulerSetting;
  readonly concurrency: ConcurrencyConfig;
  readonly runMonitoring: RunMonitoringConfig;
  readonly runRetries: RunRetriesConfig;
  readonly codeServers: CodeServersConfig;
  readonly schedules: DaemonWorkersConfig;
  readonly sensors: DaemonWorkersConfig;
  readonly backfills: DaemonWorkersConfig;
  readonly autoMaterialize: AutoMaterializeConfig;
  readonly retention: RetentionConfig;
  readonly freshness: SwitchConfig;
  readonly telemetry: SwitchConfig;
  readonly nux: SwitchConfig;
  readonly pythonLogs: PythonLogsConfig;
}

const schema = block({
  storage: storage.optional(),
  run_storage: runStorage.optional(),
  event_log_storage: eventLogStorage.optional(),
  schedule_storage: scheduleStorage.optional(),
  run_queue: runQueue.optional(),
  run_coordinator: runCoordinator.optional(),
  run_launcher: runLauncher.optional(),
  compute_logs: computeLogs.optional(),
  local_artifact_storage: localArtifactStorage.optional(),
  scheduler: scheduler.optional(),
  concurrency: concurrency.prefault({}),
  run_monitoring: runMonitoring.prefault({}),
  run_retries: runRetries.prefault({}),
  code_servers: codeServers.prefault({}),
  schedules: daemonWorkers.prefault({}),
  sensors: daemonWorkers.prefault({}),
  backfills: daemonWorkers.prefault({}),
  auto_materialize: autoMaterialize.prefault({}),
  retention: retention.prefault({}),
  freshness: freshness.prefault({}),
  telemetry: telemetry.prefault({}),
  nux: nux.prefault({}),
  python_logs: pythonLogs.prefault({}),
  secrets: oneOf({ custom: secretsLoader }).optional(),
  defs_state_storage: defsStateStorage.optional(),
  instance_class: instanceClass.optional(),
}).transform((given, context): InstanceConfig => {
  const separate = [given.run_storage, given.event_log_storage, given.schedule_storage].filter((each) => each !== undefined);
  const [first, ...others] = separate;
  const keys = ["event_log_storage", "schedule_storage"];
  for (const [index, other] of others.entries()) {
    if (first!.url.isSameDatabase(other.url)) continue;
    const message = `names the database ${other.url.describe()}, and run_storage ${first!.url.describe()}; Dagwright keeps all three in one database`;
    context.addIssue({ code: "custom", path: [keys[index]!], message });
  }
  const coordinator: RunCoordinatorSetting = given.run_coordinator ?? {
    name: "QueuedRunCoordinator",
    runQueue: given.run_queue ?? runQueue.parse({}),
  };
  return {
    storage:
      given.storage ?? (first === undefined ? { kind: "embedded" } : { kind: "postgres", ...(first satisfies PostgresConfig) }),
    runCoordinator:
      coordinator.name === "QueuedRunCoordinator"
        ? { ...coordinator, runQueue: withRunLimits(coordinator.runQueue, given.concurrency) }
        : coordinator,
    runLauncher: given.run_launcher ?? { name: "DefaultRunLauncher" },
    computeLogs: given.compute_logs ?? defaultComputeLogs,
    localArtifactStorage: given.local_artifact_storage ?? { baseDir: null },
    scheduler: given.scheduler ?? { maxCatchupRuns: 5, maxTickRetries: 0 },
    concurrency: withPoolGranularity(given.concurrency, coordinator),
    runMonitoring: given.run_monitoring,
    runRetries: given.run_retries,
    codeServers: given.code_servers,
    schedules: given.schedules,
    sensors: given.sensors,
    backfills: given.backfills,
    autoMaterialize: given.auto_materialize,
    retention: given.retention,
    freshness: given.freshness,
    telemetry: given.telemetry,
    nux: given.nux,
    pythonLogs: given.python_logs,
  };
});

/** `concurrency.runs` and `concurrency.pools` are the newer place of limits that the run queue has too, and go before it. */
function withRunLimits(queue: RunQueueConfig, { runs, pools }: ConcurrencyConfig): RunQueueConfig {
  return {
    ...queue,
    maxConcurrentRuns: runs.maxConcurrentRuns === undefined ? queue.maxConcurrentRuns : runs.maxConcurrentRuns,
    tagConcurrencyLimits: runs.tagConcurrencyLimits ?? queue.tagConcurrencyLimits,
    opConcurrencySlotBuffer: pools.opGranularityRunBuffer ?? queue.opConcurrencySlotBuffer,
  };
}

/** A queue that was told to hold runs back for their ops' sake makes pools count ops. */
function withPoolGranularity(config: ConcurrencyConfig, coordinator: RunCoordinatorSetting): ConcurrencyConfig {
  const asksForOps = coordinator.name === "QueuedRunCoordinator" && coordinator.runQueue.blockOpConcurrencyLimitedRunsExplicitly;
  if (config.pools.granularity !== null || !asksForOps) return config;
  return { ...config, pools: { ...config.pools, granularity: "op" } };
}

/**
 * Reads the text of a `dagster.yaml`.
 *
 * @param file - how messages name the file
 * @param env - where `{env: NAME}` is looked up
 * @throws ConfigFileError with every problem at once
 */
export function parseInstanceConfig(text: string, file: string, env: Environment): InstanceConfig {
  return parseConfigFile(text, file, schema, env, { rules: exclusiveKeyRules, explainUnknownKey: explainNamedPool });
}
