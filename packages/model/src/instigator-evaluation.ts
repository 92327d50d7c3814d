/** What a schedule's function is told about its tick. Times are milliseconds since the epoch. */
export interface ScheduleEvaluation {
  readonly scheduledAtMs: number;
}

/** What a sensor's function is told about its tick. */
export interface SensorEvaluation {
  readonly cursor: string | null;
  readonly lastTickAtMs: number | null;
  readonly lastRunKey: string | null;
}
