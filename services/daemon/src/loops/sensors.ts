import { systemTags, type SensorSnapshot } from "@dagwright/model";
import { evaluateSensorTick, RunStatusEvaluation, sensorTickTimeoutMs } from "@dagwright/workspace";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import { readLastTicks } from "../last-ticks.ts";
import type { Loop } from "../loop.ts";
import type { MadeAssets } from "../made-assets.ts";
import type { ChangedStatuses } from "../run-status/changed-statuses.ts";

export interface SensorLoopOptions extends InstigatorLoopOptions {
  /** Statuses to which runs have come; run status sensors that wait for them are due at once. */
  readonly changedStatuses?: ChangedStatuses;
  /** Assets that were made; sensors that watch them are due at once. */
  readonly madeAssets?: MadeAssets;
}

/** Evaluates sensors whose interval has passed, and those that runs or their assets have woken. */
export function createSensorLoop(options: SensorLoopOptions): Loop {
  const { storage, workspace, changedStatuses, madeAssets } = options;
  const lastTickOf = readLastTicks(storage);
  const runStatus = new RunStatusEvaluation(storage);
  return createInstigatorLoop<SensorSnapshot>(options, {
    name: "sensors",
    daemonType: "SENSOR",
    kind: "SENSOR",
    maxTickRetries: null,
    // Sensors are due at all moments; this many milliseconds later they are evaluated and committed together.
    gatherMs: 50,
    wakesOn: ["run-status", "asset"],
    async beforePass(signal) {
      const entries = workspace.entries();
      if (changedStatuses?.concerns(entries) === true) await changedStatuses.hurry(entries, storage, signal);
      return (await madeAssets?.hurry(entries, storage, signal)) ?? null;
    },
    find: (snapshot, name) => snapshot.sensors.find((sensor) => sensor.name === name),
    jobNames: (sensor) => sensor.jobNames,
    // The deadline of the whole tick leaves the code its own in full.
    timeoutMs: (sensor) => sensorTickTimeoutMs(sensor, options.evaluationTimeoutMs),
    // From the time it was claimed, not from the time it was due: a sensor that was held up does not hurry after itself.
    timing: (sensor, claim) => ({
      scheduledAtMs: claim.scheduledAtMs,
      nextAtMs: claim.nowMs + sensor.minimumIntervalSeconds * 1000,
    }),
    async evaluate(client, sensor, { claim: { instigator, nowMs }, timeoutMs }, signal) {
      const last = sensor.monitoredRuns === undefined ? await lastTickOf(instigator.id) : undefined;
      return evaluateSensorTick({ sensor, instigator, last, nowMs, timeoutMs }, { client, runStatus }, signal);
    },
    tags: (sensor) => ({ [systemTags.sensorName]: sensor.name }),
  });
}
