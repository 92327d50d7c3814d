import { availableParallelism } from "node:os";
import { resolveExecutor, type ResolvedRunConfig } from "@dagwright/definitions";
import type { ExecutorSnapshot } from "@dagwright/model";
import { InvalidExecutorError } from "../errors.ts";

/** How one run's steps run: its job's executor, as its run config has it. */
export type ExecutorSettings =
  | { readonly kind: "in_process" }
  | { readonly kind: "multiprocess"; readonly maxConcurrent: number; readonly isolation: "worker" | "step" };

/**
 * Settles an executor's options with what run config says under `execution:`.
 *
 * @throws InvalidExecutorError
 */
export function executorSettings(executor: ExecutorSnapshot, config: ResolvedRunConfig): ExecutorSettings {
  const { name, options } = resolveExecutor(executor, config);
  if (name === "in_process") return { kind: "in_process" };
  if (name !== "multiprocess") {
    throw new InvalidExecutorError(`There is no executor "${name}" here; choose inProcessExecutor or multiprocessExecutor`);
  }
  const { maxConcurrent = null, isolation = "worker" } = options;
  const processes = maxConcurrent ?? availableParallelism();
  if (typeof processes !== "number" || !Number.isSafeInteger(processes) || processes < 1) {
    throw new InvalidExecutorError(
      `maxConcurrent of the multiprocess executor is ${JSON.stringify(maxConcurrent)}; it must be a whole number of at least 1`,
    );
  }
  if (isolation !== "worker" && isolation !== "step") {
    throw new InvalidExecutorError(
      `isolation of the multiprocess executor is ${JSON.stringify(isolation)}; it must be "worker" or "step"`,
    );
  }
  return { kind: "multiprocess", maxConcurrent: processes, isolation };
}
