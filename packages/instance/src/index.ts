export { type ComputeLogsSetting } from "./components/compute-logs.ts";
export type { CustomComponent } from "./components/component.ts";
export type { ComponentContext } from "./components/load-component.ts";
export type { RunCoordinatorSetting } from "./components/run-coordinators.ts";
export type { RunLauncherSetting } from "./components/run-launchers.ts";
export {
  type ComputeLogManager,
  type LogCapture,
  type LogChunk,
  type LogKey,
  type LogStream,
  logStreams,
  type ReadLogOptions,
  stepLogKey,
} from "./compute-logs/compute-log-manager.ts";
export { LocalComputeLogManager } from "./compute-logs/local-compute-log-manager.ts";
export { NoOpComputeLogManager } from "./compute-logs/noop-compute-log-manager.ts";
export { block, list, oneOf, orText } from "./config-file/block.ts";
export type { ConfigProblem } from "./config-file/config-problem.ts";
export { suggest } from "./config-file/did-you-mean.ts";
export type { Environment } from "./config-file/env-reference.ts";
export { parseConfigFile, type ParseConfigFileOptions, type RuleBreach } from "./config-file/parse-config-file.ts";
export { refused } from "./config-file/refused.ts";
export { boolean, decimal, integer, name, opaqueMapping, text, textMapping, word } from "./config-file/scalars.ts";
export type { AutoMaterializeConfig } from "./config/auto-materialize.ts";
export type { CodeServersConfig } from "./config/code-servers.ts";
export type { ConcurrencyConfig } from "./config/concurrency.ts";
export type { DaemonWorkersConfig } from "./config/daemon-workers.ts";
export { type InstanceConfig, parseInstanceConfig } from "./config/instance-config.ts";
export type { PythonLogsConfig } from "./config/python-logs.ts";
export { readInstanceConfig } from "./config/read-instance-config.ts";
export type { RetentionConfig, TickRetention } from "./config/retention.ts";
export type { RunMonitoringConfig } from "./config/run-monitoring.ts";
export type { RunQueueConfig } from "./config/run-queue.ts";
export type { RunRetriesConfig } from "./config/run-retries.ts";
export type { StorageConfig } from "./config/storage.ts";
export type { TagConcurrencyLimit } from "./config/tag-concurrency-limits.ts";
export { connectWithRetry } from "./connect-with-retry.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, openEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
export { ComponentLoadError, ConfigFileError, EmbeddedPostgresError, InstanceHomeError, InvalidLogKeyError } from "./errors.ts";
export { homeFromEnvironment, instanceFileName } from "./home.ts";
export type { Instance, InstanceSettings } from "./instance.ts";
export type { InstanceLog } from "./instance-log.ts";
export { openInstance, type OpenInstanceOptions } from "./open-instance.ts";
export { planRetention } from "./plan-retention.ts";
export { ConnectionUrl } from "./postgres/connection-url.ts";
export type { RunLauncher, WorkerHealth } from "./run-launcher.ts";
export { openRuntimeDir } from "./runtime-dir.ts";
