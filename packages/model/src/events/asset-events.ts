import type { AssetKey } from "../asset-key.ts";
import type { Metadata } from "../metadata.ts";
import type { Tags } from "../tags.ts";
import type { SerializedError } from "../serialized-error.ts";
import type { RunId } from "../ids.ts";
import type { FreshnessState } from "../snapshots/automation-condition.ts";
import type { EventBase } from "./event-base.ts";

/** Events about assets. They lie in the run's log and, for longer, in `asset_events`. */
export interface AssetMaterializationPlannedEvent extends EventBase {
  readonly type: "ASSET_MATERIALIZATION_PLANNED";
  readonly assetKey: AssetKey;
  readonly partition: string | null;
}
export interface AssetMaterializationEvent extends EventBase {
  readonly type: "ASSET_MATERIALIZATION";
  readonly assetKey: AssetKey;
  readonly partition: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly tags: Tags;
}
export interface AssetObservationEvent extends EventBase {
  readonly type: "ASSET_OBSERVATION";
  readonly assetKey: AssetKey;
  readonly partition: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly tags: Tags;
}
export interface AssetFailedToMaterializeEvent extends EventBase {
  readonly type: "ASSET_FAILED_TO_MATERIALIZE";
  readonly assetKey: AssetKey;
  readonly partition: string | null;
  readonly failureType: "FAILED" | "SKIPPED";
  readonly reason: "FAILED_TO_MATERIALIZE" | "UPSTREAM_FAILED_TO_MATERIALIZE" | "RUN_TERMINATED" | "SKIPPED_OPTIONAL" | "UNKNOWN";
  readonly error: SerializedError | null;
}
export interface AssetCheckEvaluationPlannedEvent extends EventBase {
  readonly type: "ASSET_CHECK_EVALUATION_PLANNED";
  readonly assetKey: AssetKey;
  readonly checkName: string;
  readonly partition: string | null;
}
export interface AssetCheckEvaluationEvent extends EventBase {
  readonly type: "ASSET_CHECK_EVALUATION";
  readonly assetKey: AssetKey;
  readonly checkName: string;
  readonly success: boolean;
  readonly severity: "WARN" | "ERROR";
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly blocking: boolean;
  readonly partition: string | null;
  /** The asset's latest materialization when the check was evaluated; null when there was none. */
  readonly target: AssetCheckTarget | null;
}

/** An asset has come to be more or less fresh by its policy; told by the daemon, of no run. */
export interface FreshnessStateChangeEvent extends EventBase {
  readonly type: "FRESHNESS_STATE_CHANGE";
  readonly assetKey: AssetKey;
  readonly previousState: FreshnessState;
  readonly newState: FreshnessState;
}

/** The materialization that a check looked at. */
export interface AssetCheckTarget {
  /** Its id among the instance's asset events. */
  readonly id: string;
  readonly runId: RunId | null;
  readonly atMs: number;
}

export type AssetEvent =
  | AssetMaterializationPlannedEvent
  | AssetMaterializationEvent
  | AssetObservationEvent
  | AssetFailedToMaterializeEvent
  | AssetCheckEvaluationPlannedEvent
  | AssetCheckEvaluationEvent
  | FreshnessStateChangeEvent;
