export type {
  BackfillClaim,
  BackfillCommit,
  BackfillFilter,
  BackfillLogLine,
  BackfillPage,
  BackfillRunNews,
  BackfillStore,
  BackfillTarget,
  NewBackfill,
  NewBackfillRun,
  NewBackfillTarget,
  SeenBackfillRun,
  StoredSubset,
} from "./backfills/backfill-store.ts";
export type { AssetCheckStore } from "./asset-checks/asset-check-store.ts";
export { type AssetState, type AssetStore, latestData, type StoredAssetEvent } from "./assets/asset-store.ts";
export type { PartitionChange, PartitionChanges, UnsettledPartition } from "./assets/partition-status.ts";
export {
  type AutomationEvaluation,
  automationPausedKey,
  type AutomationState,
  type AutomationStateToKeep,
  type AutomationStore,
  type AutomationTick,
  isAutomationPaused,
} from "./automation/automation-store.ts";
export { type DaemonStore, type Heartbeat, isAlive } from "./daemons/daemon-store.ts";
export {
  BackfillConflictError,
  BackfillEndedError,
  BackfillNotFoundError,
  IllegalRunMoveError,
  InstigatorNotFoundError,
  RunActiveError,
  RunAttemptStaleError,
  RunConflictError,
  RunFinishedError,
  RunNotFoundError,
  RunNotQueuedError,
  SchemaVersionError,
  SnapshotNotFoundError,
  StorageRefusedError,
  StatementTimeoutError,
  StorageUnavailableError,
  StreamCursorError,
  StreamTypeError,
} from "./errors.ts";
export type {
  DeclaredFreshness,
  FreshnessClaim,
  FreshnessOutcome,
  FreshnessStore,
  StoredFreshness,
} from "./freshness/freshness-store.ts";
export type { EventBatch, EventStore, LogPage, StepStats, StreamCursor, StreamLag } from "./events/event-store.ts";
export { isBehind, isStreamCursor } from "./events/event-stream.ts";
export type {
  CommittedTick,
  DeclaredInstigator,
  InstigatorClaim,
  LastTick,
  InstigatorStore,
  Tick,
  TickPage,
  TickOutcome,
  TickRun,
} from "./instigators/instigator-store.ts";
export { instanceBackend } from "./instance-backend.ts";
export type { MigrationReport } from "./migrations/migrate.ts";
export type { Notification, Notifications } from "./notifications/notifications.ts";
export { migrateStorage, openStorage } from "./open-storage.ts";
export type { DynamicKeys, DynamicPartitionStore } from "./partitions/dynamic-partition-store.ts";
export type { PoolAnswer, PoolClaim, PoolClaimant, PoolGrant, PoolInfo, PoolRequest, PoolStore } from "./pools/pool-store.ts";
export type {
  ActiveRuns,
  Dequeued,
  Dequeuer,
  ExclusiveRun,
  HeldBackLine,
  PausedLocation,
  PoolUse,
  QueueDecision,
  QueuedRun,
  QueueFacts,
  QueueLine,
  QueueLook,
  QueuePlace,
  QueuePlan,
  QueueSurvey,
  ReplacementPlan,
  ReplacingRun,
  RunPools,
} from "./runs/run-queue.ts";
export { type Beginning, decideBeginnings, exclusiveKeyOf, type Occupant } from "./runs/exclusive-runs.ts";
export { priorityOf } from "./runs/new-run-row.ts";
export { poolsOfPlan } from "./runs/pools-of-plan.ts";
export type {
  LaunchClaim,
  NewRun,
  OverdueRun,
  PlannedAsset,
  RetryRefusal,
  RunFilter,
  RunPage,
  RunRetry,
  RunStore,
  StoreOptions,
  SubmitMode,
  UnfinishedCount,
  WorkBegin,
  WorkerHandle,
} from "./runs/run-store.ts";
export type {
  Purgeable,
  Purged,
  RetainedClass,
  RetentionReport,
  RetentionStep,
  RetentionStore,
  RetentionTurn,
} from "./retention/retention-store.ts";
export { describeRetention, describeRetentionStep } from "./retention/describe-retention.ts";
export type { Storage, StorageOptions } from "./storage.ts";
