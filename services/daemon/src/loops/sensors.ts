import { systemTags, type SensorSnapshot } from "@dagwright/model";
import { createInstigatorLoop, type InstigatorLoopOptions } from "../instigator-loop.ts";
import { readLastTicks } from "../last-ticks.ts";
import type { Loop } from "../loop.ts";
import type { ChangedStatuses } from "../run-status/changed-statuses.ts";
import { RunStatusEvaluation } from "../run-status/run-status-evaluation.ts";
import { sensorHistory } from "../sensor-history.ts";

export interface SensorLoopOptions extends InstigatorLoopOptions {
  /** Statuses to which runs have come; run status sensors that wait for them are due at once. */
  readonly changedStatuses?: ChangedStatuses;
}

/** Time for an answer's way back, beyond an evaluation's own. */
const answerMs = 2_000;

/** Evaluates sensors whose interval has passed, and those that runs have woken. */
export function createSensorLoop(options: SensorLoopOptions): Loop {
  const { storage, workspace, changedStatuses } = options;
  const ownTimeoutMs = ({ timeoutSeconds }: SensorSnapshot): number | undefined =>
    timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
  const lastTickOf = readLastTicks(storage);
  const runStatus = new RunStatusEvaluation(storage);
  return createInstigatorLoop<SensorSnapshot>(options, {
    name: "sensors",
    daemonType: "SENSOR",
    kind: "SENSOR",
    maxTickRetries: null,
    // Sensors are due at all moments; this many milliseconds later they are evaluated and committed together.
    gatherMs: 50,
    wakesOn: ["run-status"],
    async beforePass(signal) {
      const entries = workspace.entries();
      if (changedStatuses?.concerns(entries) === true) await changedStatuses.hurry(entries, storage, signal);
    },
    find: (snapshot, name) => snapshot.sensors.find((sensor) => sensor.name === name),
    jobNames: (sensor) => sensor.jobNames,
    // The deadline of the whole tick leaves the code its own in full.
    timeoutMs: (sensor) => (ownTimeoutMs(sensor) ?? options.evaluationTimeoutMs ?? 60_000) + answerMs,
    // From the time it was claimed, not from the time it was due: a sensor that was held up does not hurry after itself.
    timing: (sensor, claim) => ({
      scheduledAtMs: claim.scheduledAtMs,
      nextAtMs: claim.nowMs + sensor.minimumIntervalSeconds * 1000,
    }),
    async evaluate(client, sensor, { claim, timeoutMs }, signal) {
      const { name, monitoredRuns } = sensor;
      const codeTimeoutMs = timeoutMs - answerMs;
      const call = { signal, timeoutMs };
      if (monitoredRuns !== undefined) {
        const evaluate = (context: Parameters<typeof client.evaluateSensor>[0]["context"]) =>
          client.evaluateSensor({ name, context }, call);
        return runStatus.tick({ sensor, claim, timeoutMs: codeTimeoutMs, evaluate }, signal);
      }
      const context = {
        cursor: claim.instigator.cursor,
        ...sensorHistory(claim.instigator, await lastTickOf(claim.instigator.id)),
        timeoutMs: codeTimeoutMs,
      };
      return client.evaluateSensor({ name, context }, call);
    },
    tags: (sensor) => ({ [systemTags.sensorName]: sensor.name }),
  });
}
