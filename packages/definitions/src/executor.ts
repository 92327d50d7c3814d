import type { ExecutorSnapshot } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import { InvalidOptionError } from "./errors.ts";

/** How a job's steps run. */
export interface ExecutorDefinition extends Branded<"executor"> {
  readonly snapshot: ExecutorSnapshot;
}

const executor = (snapshot: ExecutorSnapshot): ExecutorDefinition =>
  Object.freeze({ ...brand("executor"), snapshot: Object.freeze({ ...snapshot, options: Object.freeze(snapshot.options) }) });

/** Runs all steps of a run one after the other in the run worker's own process. */
export const inProcessExecutor: ExecutorDefinition = executor({ name: "in_process", options: {} });

/** What {@link multiprocessExecutor} takes. */
export interface MultiprocessExecutorOptions {
  /** Most steps of one run at the same time. Default: as many as the machine has processors. */
  readonly maxConcurrent?: number;
  /**
   * `worker` (default): step processes are used again for further steps of the same run. `step`: each step has a fresh process,
   * so that nothing a step leaves in memory reaches another.
   */
  readonly isolation?: "worker" | "step";
}

/**
 * Runs steps in processes of their own, several at the same time.
 *
 * @throws InvalidOptionError when `maxConcurrent` is not a whole number of at least 1
 */
export function multiprocessExecutor(options: MultiprocessExecutorOptions = {}): ExecutorDefinition {
  const { maxConcurrent = null, isolation = "worker" } = options;
  if (maxConcurrent !== null && (!Number.isSafeInteger(maxConcurrent) || maxConcurrent < 1)) {
    throw new InvalidOptionError(
      "multiprocessExecutor",
      `maxConcurrent is ${maxConcurrent}; it must be a whole number of at least 1`,
    );
  }
  if (isolation !== "worker" && isolation !== "step") {
    throw new InvalidOptionError(
      "multiprocessExecutor",
      `isolation is ${JSON.stringify(isolation)}; it must be "worker" or "step"`,
    );
  }
  return executor({ name: "multiprocess", options: { maxConcurrent, isolation } });
}

/**
 * What a job runs with when neither it nor `definitions` names an executor: several processes, and run config may choose
 * one process instead (`execution: {config: {in_process: {}}}`), as Dagster's default executor does.
 */
export const defaultExecutor: ExecutorDefinition = executor({
  name: "multiprocess",
  options: { maxConcurrent: null, isolation: "worker", isDefault: true },
});
