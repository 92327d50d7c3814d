import type { CodeLocationName, InstigatorId } from "./ids.ts";

export const instigatorKinds = ["SCHEDULE", "SENSOR", "AUTOMATION"] as const;
export type InstigatorKind = (typeof instigatorKinds)[number];

/** DECLARED_IN_CODE: nobody switched it by hand, its `defaultStatus` holds. */
export type InstigatorStatus = "RUNNING" | "STOPPED" | "DECLARED_IN_CODE";

/**
 * What drives a sensor: its own function (STANDARD), the events of one asset (ASSET) or of several (MULTI_ASSET), the ends and other status changes
 * of runs (RUN_STATUS), or the automation conditions of assets (AUTOMATION).
 */
export type SensorType = "STANDARD" | "ASSET" | "MULTI_ASSET" | "RUN_STATUS" | "AUTOMATION";

export const tickStatuses = ["STARTED", "SUCCESS", "SKIPPED", "FAILURE"] as const;
export type TickStatus = (typeof tickStatuses)[number];

/** A schedule or sensor as the instance keeps it: its switch, its cursor, when it is next due. */
export interface Instigator {
  readonly id: InstigatorId;
  readonly kind: InstigatorKind;
  readonly location: CodeLocationName;
  readonly name: string;
  readonly status: InstigatorStatus;
  readonly cursor: string | null;
  /** When it was last switched on, by hand or by its code; null before the first time. */
  readonly lastStartedAtMs: number | null;
  /** Null while it is off. */
  readonly nextAtMs: number | null;
}
