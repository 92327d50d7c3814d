import type { AutomationConditionSnapshot } from "@dagwright/model";

/** What a condition may have to know of an asset or check, as bits: what changes tells which conditions have to look again. */
export const Fact = {
  /** Which partitions there ever was data of. */
  materialized: 1,
  /** What was made or observed since the evaluation before. */
  updates: 2,
  runInProgress: 4,
  failure: 8,
  backfill: 16,
  /** What the evaluation before requested. */
  requested: 32,
  /** What this evaluation requests. */
  willBeRequested: 64,
  /** The runs that made the newest data. */
  latestRuns: 128,
  dataVersions: 256,
  checkStatus: 512,
  freshness: 1024,
  codeVersion: 2048,
  custom: 4096,
  /** Which partitions there are. */
  partitions: 8192,
} as const;

const ofOperand = {
  missing: Fact.materialized,
  runInProgress: Fact.runInProgress,
  backfillInProgress: Fact.backfill,
  executionFailed: Fact.failure,
  newlyUpdated: Fact.updates,
  newlyRequested: Fact.requested,
  willBeRequested: Fact.willBeRequested,
  codeVersionChanged: Fact.codeVersion,
  dataVersionChanged: Fact.updates | Fact.dataVersions,
  initialEvaluation: 0,
  executedWithRootTarget: Fact.latestRuns,
  executedWithTags: Fact.latestRuns,
  anyNewUpdateHasRunTags: Fact.updates | Fact.latestRuns,
  allNewUpdatesHaveRunTags: Fact.updates | Fact.latestRuns,
  cronTickPassed: 0,
  inLatestTimeWindow: 0,
  checkResult: Fact.checkStatus,
  freshness: Fact.freshness,
  custom: Fact.custom,
} as const satisfies Partial<Record<AutomationConditionSnapshot["kind"], number>>;

/** What a condition that has no parts has to know of what it is asked about. */
export const factsOfOperand = ({ kind }: AutomationConditionSnapshot): number =>
  kind in ofOperand ? ofOperand[kind as keyof typeof ofOperand] : 0;

/** What may have changed of an asset, by the type of an event. */
export const factsOfEvent = {
  ASSET_MATERIALIZATION:
    Fact.materialized | Fact.updates | Fact.runInProgress | Fact.failure | Fact.latestRuns | Fact.dataVersions,
  ASSET_OBSERVATION: Fact.materialized | Fact.updates | Fact.dataVersions,
  ASSET_MATERIALIZATION_PLANNED: Fact.runInProgress | Fact.failure,
  ASSET_FAILED_TO_MATERIALIZE: Fact.runInProgress | Fact.failure,
  /** A run that is to make or check it has begun or ended. */
  RUN_CHANGED: Fact.runInProgress | Fact.failure | Fact.checkStatus | Fact.materialized,
  /** An execution of the check was planned or has ended. */
  CHECK_CHANGED: Fact.checkStatus | Fact.updates | Fact.materialized | Fact.runInProgress | Fact.failure | Fact.latestRuns,
  /** There is other data than what the check looked at. */
  CHECKED_ASSET_CHANGED: Fact.checkStatus | Fact.materialized | Fact.runInProgress | Fact.failure,
  FRESHNESS_CHANGED: Fact.freshness,
} as const;
