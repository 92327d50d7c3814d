import { type AssetKey, assetKeyToUserString } from "./asset-key.ts";
import type { AssetCheckEvaluationEvent } from "./events/asset-events.ts";
import type { RunId, StepKey } from "./ids.ts";

/** An asset check: its asset, and its name among that asset's checks. */
export interface AssetCheckKey {
  readonly assetKey: AssetKey;
  readonly name: string;
}

/** How bad a check that did not pass is; only an `ERROR` of a blocking check stops what is downstream. */
export type AssetCheckSeverity = "WARN" | "ERROR";

/** The key as text: equal for equal keys. */
export const assetCheckKeyToString = ({ assetKey, name }: AssetCheckKey): string => JSON.stringify([assetKey, name]);

/** The key as people write it: `asset/key:check_name`. */
export const assetCheckKeyToUserString = ({ assetKey, name }: AssetCheckKey): string =>
  `${assetKeyToUserString(assetKey)}:${name}`;

/**
 * One execution of an asset check: planned with its run, ended by its evaluation. Whether a planned one still may come to an end
 * is told by its run.
 */
export interface AssetCheckExecution {
  /** Grows with time, among all executions of the instance. */
  readonly id: string;
  readonly check: AssetCheckKey;
  /** Null: reported from outside any run. */
  readonly runId: RunId | null;
  readonly status: "PLANNED" | "SUCCEEDED" | "FAILED";
  readonly partition: string | null;
  readonly stepKey: StepKey | null;
  /** When it was planned; for one that nobody planned, when it was evaluated. */
  readonly createdAtMs: number;
  /** Null while it is planned. */
  readonly evaluation: AssetCheckEvaluationEvent | null;
}
