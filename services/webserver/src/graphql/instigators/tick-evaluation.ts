import {
  DomainError,
  type DynamicPartitionsRequest,
  type EvaluationResult,
  type RunRequest,
  type SerializedError,
  serializeError,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { isTransientCallError, UserCodeError } from "@dagwright/rpc";
import type { SettledReactions } from "@dagwright/workspace";
import { stringify } from "yaml";

import type * as gql from "../../gen/types.ts";
import { toPythonError } from "../errors/python-error.ts";

/**
 * What one evaluation came to, as clients see it; what the code threw is part of it.
 *
 * @param tags - given to every run by the kind of its schedule or sensor
 */
export async function evaluatedTick(
  { kind, name }: { readonly kind: "SCHEDULE" | "SENSOR"; readonly name: string },
  tags: Tags,
  evaluate: () => Promise<SettledReactions>,
): Promise<gql.TickEvaluation> {
  try {
    const result = await evaluate();
    return {
      // A schedule cannot ask for any.
      dynamicPartitionsRequests: kind === "SCHEDULE" ? null : (result.dynamicPartitions ?? []).map(toDynamicPartitionRequest),
      runRequests: result.runRequests.map((request, index) => toRunRequest(request, result.configs?.[index] ?? null, tags)),
      skipReason: result.skipReason,
      error: result.failure ? toPythonError(result.failure) : misfit(name, result),
      cursor: result.cursor ?? null,
    };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    const none = { dynamicPartitionsRequests: null, runRequests: null, skipReason: null, cursor: null };
    return { ...none, error: toPythonError(failure) };
  }
}

/** What a tick would fail of: what its code threw, answered or did not come to; null: its code could not be asked, or we have a bug. */
function failureOf(error: unknown): SerializedError | null {
  if (error instanceof UserCodeError) return error.error;
  if (!(error instanceof DomainError) || isTransientCallError(error)) return null;
  return { ...serializeError(error), stack: [] };
}

/** What a tick would fail of: run config that does not fit its job. */
function misfit(name: string, { configs = [], runRequests }: EvaluationResult): gql.PythonError | null {
  for (const [index, config] of configs.entries()) {
    if (config === null || config.ok) continue;
    const problems = config.errors.map(({ message }) => `- ${message}`).join("\n");
    const job = runRequests[index]?.jobName;
    const message = `The run config that "${name}" asks for does not fit job "${job}":\n${problems}`;
    return toPythonError({ ...serializeError(new Error(message)), name: "RunRequestConfigError", stack: [] });
  }
  return null;
}

function toRunRequest(
  request: RunRequest,
  config: NonNullable<EvaluationResult["configs"]>[number],
  given: Tags,
): gql.RunRequest {
  const { runKey, jobName, partition, assetKeys, checkKeys } = request;
  const tags = {
    ...config?.tags,
    ...request.tags,
    ...given,
    ...(partition !== null && { [systemTags.partition]: partition }),
  };
  return {
    runKey,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    runConfigYaml: stringify(config?.ok === true ? config.runConfig : request.runConfig),
    assetSelection: assetKeys?.map((path) => ({ path })) ?? null,
    assetChecks: checkKeys?.map(({ assetKey, name }) => ({ name, assetKey: { path: assetKey } })) ?? null,
    jobName,
  };
}

/** A wish to change dynamic partitions, by Dagster's names. */
export const toDynamicPartitionRequest = ({ kind, name, keys }: DynamicPartitionsRequest): gql.DynamicPartitionRequest => ({
  partitionKeys: [...keys],
  partitionsDefName: name,
  type: kind === "add" ? "ADD_PARTITIONS" : "DELETE_PARTITIONS",
});
