import { availableParallelism } from "node:os";
import { resolveExecutor, type ResolvedRunConfig, type TagConcurrencyLimit } from "@dagwright/definitions";
import type { ExecutorSnapshot, JsonValue } from "@dagwright/model";
import { InvalidExecutorError } from "../errors.ts";

interface SharedSettings {
  readonly retries: boolean;
  readonly tagLimits: readonly TagConcurrencyLimit[];
}
export interface InProcessSettings extends SharedSettings {
  readonly kind: "in_process" | "async";
  readonly maxConcurrent: number;
}
export interface MultiprocessSettings extends SharedSettings {
  readonly kind: "multiprocess";
  readonly maxConcurrent: number;
  readonly isolation: "worker" | "step";
}

/** How one run's steps run: its job's executor, as its run config has it. */
export type ExecutorSettings = InProcessSettings | MultiprocessSettings;

const asyncMaxConcurrent = 16;

/**
 * Settles an executor's options with what run config says under `execution:`.
 *
 * @param onlyHere - no other process may be used: what would run in several runs in this one, a step after the other
 * @throws InvalidExecutorError
 */
export function executorSettings(executor: ExecutorSnapshot, config: ResolvedRunConfig, onlyHere: boolean): ExecutorSettings {
  const { name, options } = resolveExecutor(executor, config);
  const shared = { retries: options["retries"] !== "disabled", tagLimits: tagLimitsOf(options["tagConcurrencyLimits"] ?? []) };
  if (name === "in_process" || (onlyHere && name !== "async")) return { kind: "in_process", maxConcurrent: 1, ...shared };
  const { maxConcurrent = null, isolation = "worker" } = options;
  if (name === "async") {
    return { kind: "async", maxConcurrent: stepsAtOnce(name, maxConcurrent ?? asyncMaxConcurrent), ...shared };
  }
  if (name !== "multiprocess") {
    throw new InvalidExecutorError(
      `There is no executor "${name}" here; choose inProcessExecutor, asyncExecutor or multiprocessExecutor`,
    );
  }
  const processes = stepsAtOnce(name, maxConcurrent ?? availableParallelism());
  if (isolation !== "worker" && isolation !== "step") {
    throw new InvalidExecutorError(
      `isolation of the multiprocess executor is ${JSON.stringify(isolation)}; it must be "worker" or "step"`,
    );
  }
  return { kind: "multiprocess", maxConcurrent: processes, isolation, ...shared };
}

function stepsAtOnce(executor: string, given: JsonValue): number {
  if (typeof given === "number" && Number.isSafeInteger(given) && given >= 1) return given;
  throw new InvalidExecutorError(
    `maxConcurrent of the ${executor} executor is ${JSON.stringify(given)}; it must be a whole number of at least 1`,
  );
}

function tagLimitsOf(given: JsonValue): readonly TagConcurrencyLimit[] {
  const limits = given as unknown as readonly TagConcurrencyLimit[];
  const wrong = limits.find(({ limit }) => limit < 0);
  if (wrong === undefined) return limits;
  throw new InvalidExecutorError(
    `The limit of tag "${wrong.key}" among the executor's tag concurrency limits is ${wrong.limit}; it must be at least 0`,
  );
}
