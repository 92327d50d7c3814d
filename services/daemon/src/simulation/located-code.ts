import type { CodeLocationName, LocationSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";

/** A code location whose triggers are simulated. */
export interface LocatedCode {
  readonly location: CodeLocationName;
  readonly snapshot: LocationSnapshot;
}

/** The code of a location that may be asked; null: functions of users are not called. */
export type AskableCode = Pick<
  CodeLocationClient,
  "evaluateSchedule" | "evaluateSensor" | "getPartitionConfig" | "validateRunConfig"
> | null;
