export { type ComputeLogSink, type ComputeLogWriter, type LogStream, stepLogKey } from "./compute-logs/compute-log-sink.ts";
export { fileKeyOfStep } from "./compute-logs/file-key.ts";
export { LocalComputeLogSink } from "./compute-logs/local-compute-log-sink.ts";
export { SecretFilter } from "./compute-logs/secret-filter.ts";
export {
  AssetCheckFailedError,
  AssetResultError,
  CheckResultError,
  InvalidExecutorError,
  InvalidRunConfigError,
  IoManagerError,
  LoggerInitError,
  OutputRecordError,
  PartitionRecordError,
  ResourceInitError,
  RunFailedError,
  RunPartitionMissingError,
  StepInterruptedError,
  StepWorkerLostError,
  TypeCheckError,
  UnusableIoManagerError,
  UpstreamPartitionsError,
  ValueCodecConflictError,
  ValueNotFoundError,
  ValueNotStorableError,
  ValueUnreadableError,
} from "./errors.ts";
export {
  executeInProcess,
  type ExecuteInProcessOptions,
  executeJob,
  type ExecuteJobOptions,
  materialize,
  observe,
  materializeToMemory,
  type Reexecution,
  repositoryOfJob,
} from "./in-process/execute-in-process.ts";
export { instanceForTest, TestInstance, type TestRun } from "./in-process/test-instance.ts";
export { ResourceScope, type ResourceScopeOptions } from "./resources/resource-scope.ts";
export { checkedRunConfig, type CheckedRunConfig } from "./config/checked-run-config.ts";
export { partOfJob, type PartSelection } from "./config/part-of-job.ts";
export { InProcessResult } from "./in-process/in-process-result.ts";
export { FilesystemIOManager, type FilesystemIOManagerOptions } from "./io/filesystem-io-manager.ts";
export { InMemoryIOManager } from "./io/in-memory-io-manager.ts";
export {
  type InputContext,
  type InputManager,
  type IoManager,
  isIoManager,
  type OutputContext,
  type PartitionsInputContext,
  type ValueAddress,
} from "./io/io-manager.ts";
export { type IoPartition, ioPartition, type IoPartitionDimension, ioPartitions } from "./io/io-partition.ts";
export { JsonIOManager } from "./io/json-io-manager.ts";
export { loadEachPartition, type LoadEachOptions } from "./io/load-partitions.ts";
export { readStored, storeFile } from "./io/stored-file.ts";
export { type ColumnKind, rowsMetadata, rowsOf, type TableColumn, type TableRows, tableRows } from "./io/table-rows.ts";
export { valuePath } from "./io/value-path.ts";
export { loadRepository, type LoadRepositoryOptions } from "./repository/load-repository.ts";
export { EntryBatches } from "./run/entry-batches.ts";
export type { EventSink } from "./run/event-sink.ts";
export { executeRun, type RunExecution } from "./run/execute-run.ts";
export type { RunData } from "./run/run-data.ts";
export type { PoolAsk, PoolListener, RunPools } from "./run/run-pools.ts";
export type { RunOutcome } from "./run/run-outcome.ts";
export type { EntryModule, StepWorkerOptions } from "./step-worker/step-worker-options.ts";
export { describeFailure } from "./steps/failure.ts";
export type { StepObserver } from "./steps/step-runner.ts";
export { decodeValue } from "./values/decode-value.ts";
export { encodeValue, valueFormatVersion } from "./values/encode-value.ts";
export { registerValueCodec, type ValueCodec } from "./values/value-codec.ts";
