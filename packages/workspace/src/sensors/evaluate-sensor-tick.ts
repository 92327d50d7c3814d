import type { EvaluationResult, Instigator, SensorEvaluation, SensorSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { LastTick } from "@dagwright/storage";
import type { RunStatusEvaluation } from "./run-status-evaluation.ts";
import { sensorHistory } from "./sensor-history.ts";
import type { SettledReactions } from "./settle-reactions.ts";

/** Time for an answer's way back, beyond an evaluation's own. */
const answerMs = 2_000;

/** A sensor's tick that is to be evaluated. */
export interface SensorTick {
  readonly sensor: SensorSnapshot;
  readonly instigator: Pick<Instigator, "id" | "location" | "cursor" | "lastStartedAtMs">;
  readonly last: LastTick | undefined;
  readonly nowMs: number;
  /** How long the tick may take, the way of its answer included, in milliseconds. */
  readonly timeoutMs: number;
}

/** How long a tick may take whose code may take so long. */
export const sensorTickTimeoutMs = ({ timeoutSeconds }: SensorSnapshot, defaultMs = 60_000): number =>
  (timeoutSeconds === undefined ? defaultMs : timeoutSeconds * 1_000) + answerMs;

/** Evaluates one tick of a sensor of any type; nothing of it is written. */
export function evaluateSensorTick(
  { sensor, instigator, last, nowMs, timeoutMs }: SensorTick,
  { client, runStatus }: { readonly client: Pick<CodeLocationClient, "evaluateSensor">; readonly runStatus: RunStatusEvaluation },
  signal: AbortSignal,
): Promise<SettledReactions> {
  const evaluate = (context: SensorEvaluation): Promise<EvaluationResult> =>
    client.evaluateSensor({ name: sensor.name, context }, { signal, timeoutMs });
  const codeTimeoutMs = timeoutMs - answerMs;
  if (sensor.monitoredRuns !== undefined)
    return runStatus.tick({ sensor, claim: { instigator, nowMs }, timeoutMs: codeTimeoutMs, evaluate }, signal);
  return evaluate({ cursor: instigator.cursor, ...sensorHistory(instigator, last), timeoutMs: codeTimeoutMs });
}
