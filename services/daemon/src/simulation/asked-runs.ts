import type { EvaluationResult } from "@dagwright/model";
import type { TickRun } from "@dagwright/storage";
import { withDynamicKeys } from "../dynamic-keys.ts";
import { prepareRequestedRun, type Requester } from "../requested-runs.ts";
import { tickError } from "../tick-error.ts";
import type { SimulatedWorld } from "./simulated-world.ts";
import type { SimulatedOutcome } from "./tick-source.ts";

/** The runs that code has asked for, as a tick of the daemon would have them. @throws what would fail that tick */
export function askedRuns(
  result: Pick<EvaluationResult, "runRequests" | "configs" | "dynamicPartitions">,
  requester: Requester,
  { scheduledAtMs, nowMs }: { readonly scheduledAtMs: number; readonly nowMs: number },
  world: SimulatedWorld | undefined,
): Promise<readonly TickRun[]> {
  const known = world?.partitionsSource(nowMs) ?? {
    nowMs: () => Promise.resolve(nowMs),
    dynamicPartitions: { keys: () => Promise.resolve([]) },
  };
  const partitions = withDynamicKeys(known, result.dynamicPartitions ?? []);
  const { signal } = new AbortController();
  return Promise.all(
    result.runRequests.map((request, index) =>
      prepareRequestedRun({ request, config: result.configs?.[index] ?? null, scheduledAtMs }, requester, partitions, signal),
    ),
  );
}

export function failureOf(error: unknown): SimulatedOutcome {
  return { kind: "failure", error: tickError(error).message };
}
