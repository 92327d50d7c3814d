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
}
