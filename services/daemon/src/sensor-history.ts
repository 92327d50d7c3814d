import type { Instigator, SensorEvaluation, TickStatus } from "@dagwright/model";
import type { Storage, Tick } from "@dagwright/storage";

/** What a sensor's function is told of its ticks before. */
export async function sensorHistory(
  storage: Pick<Storage, "instigators">,
  { id, lastStartedAtMs }: Instigator,
  signal: AbortSignal,
): Promise<Pick<SensorEvaluation, "lastTickAtMs" | "lastRunKey" | "lastTickCompletedAtMs" | "lastStartedAtMs">> {
  const newest = async (...statuses: readonly TickStatus[]): Promise<Tick | undefined> =>
    (await storage.instigators.ticks(id, { limit: 1, ...(statuses.length > 0 && { statuses }) }, { signal }))[0];
  const any = await newest();
  // Ticks that failed say nothing, and those that skipped started no run.
  const last = any === undefined || any.status !== "FAILURE" ? any : await newest("SUCCESS", "SKIPPED");
  const lastWithRuns = last === undefined || last.status === "SUCCESS" ? last : await newest("SUCCESS");
  return {
    lastTickAtMs: last?.scheduledAtMs ?? null,
    lastRunKey: lastWithRuns?.runKeys.at(-1) ?? null,
    lastTickCompletedAtMs: any?.endedAtMs ?? null,
    lastStartedAtMs,
  };
}
