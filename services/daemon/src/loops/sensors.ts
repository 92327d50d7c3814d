import { systemTags, type TickStatus } from "@dagwright/model";
import type { Tick } from "@dagwright/storage";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import type { Loop } from "../loop.ts";

/** Evaluates sensors whose interval has passed. */
export function createSensorLoop(options: InstigatorLoopOptions): Loop {
  return createInstigatorLoop(options, {
    name: "sensors",
    daemonType: "SENSOR",
    kind: "SENSOR",
    find: (snapshot, name) => snapshot.sensors.find((sensor) => sensor.name === name),
    jobNames: (sensor) => sensor.jobNames,
    // From the time it was claimed, not from the time it was due: a sensor that was held up does not hurry after itself.
    timing: (sensor, claim) => ({
      scheduledAtMs: claim.scheduledAtMs,
      nextAtMs: claim.nowMs + sensor.minimumIntervalSeconds * 1000,
    }),
    async evaluate(client, sensor, { claim }, signal) {
      const newest = async (...statuses: readonly TickStatus[]): Promise<Tick | undefined> =>
        (await options.storage.instigators.ticks(claim.instigator.id, { limit: 1, statuses }, { signal }))[0];
      // Ticks that failed say nothing, and those that skipped started no run.
      const last = await newest("SUCCESS", "SKIPPED");
      const lastWithRuns = last?.status === "SKIPPED" ? await newest("SUCCESS") : last;
      const context = {
        cursor: claim.instigator.cursor,
        lastTickAtMs: last?.scheduledAtMs ?? null,
        lastRunKey: lastWithRuns?.runKeys.at(-1) ?? null,
      };
      return client.evaluateSensor({ name: sensor.name, context }, { signal });
    },
    tags: (sensor) => ({ [systemTags.sensorName]: sensor.name }),
  });
}
