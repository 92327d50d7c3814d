import { systemTags } from "@dagwright/model";
import { CodeLocationUnreachableError } from "@dagwright/rpc";
import { evaluateSensorTick, RunStatusEvaluation, sensorTickTimeoutMs } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { oneOf } from "../errors/one-of.ts";
import { ofSensor, requireSensor } from "./find-instigators.ts";
import { evaluatedTick } from "./tick-evaluation.ts";

interface DryRunArgs {
  readonly selectorData: gql.SensorSelector;
  readonly cursor?: string | null | undefined;
}

export const sensorDryRunMutations = {
  /** Evaluates a sensor as if its cursor was the given one. Nothing is written; what its code does by itself is done. */
  sensorDryRun: oneOf("SensorDryRunResult", async (_root, { selectorData, cursor = null }: DryRunArgs, context) => {
    const { storage, loaders } = context;
    const found = requireSensor(selectorData, context);
    const { sensor, entry } = found;
    const { id, location } = ofSensor(found);
    const { client, address } = entry;
    if (client === null) throw new CodeLocationUnreachableError(address ?? "no address", "it has not been up yet");
    const nowMs = await storage.nowMs({ signal: context.signal });
    const evaluationResult = await evaluatedTick(
      { kind: "SENSOR", name: sensor.name },
      { [systemTags.sensorName]: sensor.name },
      async () => {
        const lastStartedAtMs = (await loaders.instigator.load(id))?.lastStartedAtMs ?? null;
        const last = (await storage.instigators.lastTicks([id], { signal: context.signal })).get(id);
        const instigator = { id, location, cursor, lastStartedAtMs };
        const timeoutMs = sensorTickTimeoutMs(sensor);
        const signal = AbortSignal.any([context.signal ?? new AbortController().signal, AbortSignal.timeout(timeoutMs)]);
        const runStatus = new RunStatusEvaluation(storage);
        return evaluateSensorTick({ sensor, instigator, last, nowMs, timeoutMs }, { client, runStatus }, signal);
      },
    );
    // A sensor that leaves its cursor as it is keeps the one that was given.
    const kept = { ...evaluationResult, cursor: evaluationResult.error === null ? (evaluationResult.cursor ?? cursor) : null };
    return { __typename: "DryRunInstigationTick", timestamp: nowMs / 1_000, evaluationResult: kept };
  }),
} satisfies Partial<gql.Mutation>;
