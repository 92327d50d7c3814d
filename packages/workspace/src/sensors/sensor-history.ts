import type { Instigator, SensorEvaluation } from "@dagwright/model";
import type { LastTick } from "@dagwright/storage";

/** What a sensor's function is told of its ticks before. */
export const sensorHistory = (
  { lastStartedAtMs }: Pick<Instigator, "lastStartedAtMs">,
  last: LastTick | undefined,
): Pick<SensorEvaluation, "lastTickAtMs" | "lastRunKey" | "lastTickCompletedAtMs" | "lastStartedAtMs"> => ({
  lastTickAtMs: last?.scheduledAtMs ?? null,
  lastRunKey: last?.runKey ?? null,
  lastTickCompletedAtMs: last?.endedAtMs ?? null,
  lastStartedAtMs,
});
