export { type Backoff, createBackoff } from "./backoff.ts";
export { CodeLocationNotFoundError, DuplicateCodeLocationError, WorkspaceFileError } from "./errors.ts";
export { type LocationSource, type StartedServer } from "./location-connection.ts";
export type { LocationEntry } from "./location-entry.ts";
export { examineStaleness, onlyStale, type StalenessSources, toVersionRecord, viewOfAssets } from "./stale-assets.ts";
export {
  launchClaims,
  type LaunchOptions,
  type LaunchOutcome,
  prepareRun,
  type RunLauncher,
  type RunToPrepare,
} from "./run-submission.ts";
export {
  partitionedRunConfig,
  partitionsView,
  preparePartitions,
  RunPartitionRequiredError,
  RunPartitionsConflictError,
} from "./run-partitions.ts";
export { type RunTerminator, terminateRun, type TerminationOptions, type TerminationOutcome } from "./run-termination.ts";
export { loadPastRuns, locateStoredValues } from "./stored-values.ts";
export { openWorkspace, type Workspace } from "./workspace.ts";
export { parseWorkspaceFile, readWorkspaceFile, type WorkspaceTarget } from "./workspace-file.ts";
