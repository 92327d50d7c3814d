import type { AssetCheckKey } from "./asset-check.ts";
import type { AssetKey } from "./asset-key.ts";
import type { AssetEventRecord } from "./instance-methods.ts";
import type { SerializedError } from "./serialized-error.ts";
import type { RunStatusChange } from "./run-status-change.ts";

/** What a schedule's function is told about its tick. Times are milliseconds since the epoch. */
export interface ScheduleEvaluation {
  readonly scheduledAtMs: number;
}

/** What a sensor's function is told about its tick. */
export interface SensorEvaluation {
  readonly cursor: string | null;
  /** When its last tick that succeeded or skipped was due. */
  readonly lastTickAtMs: number | null;
  readonly lastRunKey: string | null;
  /** When its last tick ended, however it came out. */
  readonly lastTickCompletedAtMs?: number | null;
  /** When it was last switched on. */
  readonly lastStartedAtMs?: number | null;
  /** How long the evaluation may take, in milliseconds; absent: as long as the code-location server's default. */
  readonly timeoutMs?: number;
  /** Run status sensors: the changes to look at, oldest first. */
  readonly statusChanges?: readonly RunStatusChange[];
  /** Run status sensors: after so long, in milliseconds, no further change is begun. */
  readonly budgetMs?: number;
  /**
   * Simulations: materializations, oldest first, that the sensor finds in its instance beside those that are there. Their ids are greater than any
   * that is there.
   */
  readonly assumedMaterializations?: readonly AssetEventRecord[];
  /** Automation condition sensors: functions of the code location, and what they are asked about. */
  readonly conditions?: readonly CustomConditionRequest[];
}

/** A condition that is a function of the code location, and an asset or check that it is asked about. */
export interface CustomConditionRequest {
  readonly name: string;
  readonly key: AssetKey | AssetCheckKey;
  readonly isPartitioned: boolean;
  readonly evaluationTimeMs: number;
  readonly cursor: string | null;
}

/**
 * True or false for all of it, or the keys of the partitions for which it holds, and what the function wants to remember; or what it threw, which
 * says nothing about the others.
 */
export type CustomConditionAnswerData =
  | { readonly holds: boolean | readonly string[]; readonly cursor: string | null }
  | { readonly error: SerializedError };
