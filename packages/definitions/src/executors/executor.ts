import type { ExecutorSnapshot, JsonObject } from "@dagwright/model";
import { brand, type Branded, isDefinition } from "../brand.ts";
import { makeCallable } from "../callable.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkedTagLimits, type TagConcurrencyLimit } from "./tag-concurrency-limit.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";
import type { DefinitionSite } from "../definition-site.ts";

/** How a job's steps run. */
export interface ExecutorDefinition extends Branded<"executor"> {
  readonly snapshot: ExecutorSnapshot;
}

/** What all executors take. */
export interface ExecutorOptions {
  /** `disabled`: a step that fails has failed, whatever its retry policy says and its function asks for. Default `enabled`. */
  readonly retries?: "enabled" | "disabled";
}

/** What executors take that run several steps at the same time. */
export interface ConcurrentExecutorOptions extends ExecutorOptions {
  /** Most steps of one run at the same time. */
  readonly maxConcurrent?: number;
  /** Most steps of one run at the same time that have a tag. A step has to fit into all limits that its tags fall under. */
  readonly tagConcurrencyLimits?: readonly TagConcurrencyLimit[];
}

/** {@link inProcessExecutor}, as it is or called with options. */
export interface InProcessExecutor extends ExecutorDefinition {
  /** @throws InvalidOptionError */
  (options: ExecutorOptions): ExecutorDefinition;
}

/** What {@link asyncExecutor} takes. */
export interface AsyncExecutorOptions extends ConcurrentExecutorOptions {
  /** Default 16. */
  readonly maxConcurrent?: number;
}

/** What {@link multiprocessExecutor} takes. */
export interface MultiprocessExecutorOptions extends ConcurrentExecutorOptions {
  /** Default: as many as the machine has processors. */
  readonly maxConcurrent?: number;
  /**
   * `worker` (default): step processes are used again for further steps of the same run. `step`: each step has a fresh process,
   * so that nothing a step leaves in memory reaches another.
   */
  readonly isolation?: "worker" | "step";
}

const executorNames: OptionNames<ExecutorOptions> = { retries: "text" };
const asyncOptions: OptionNames<AsyncExecutorOptions> = { ...executorNames, maxConcurrent: true, tagConcurrencyLimits: "list" };
const multiprocessOptions: OptionNames<MultiprocessExecutorOptions> = { ...asyncOptions, isolation: "text" };

const definition = (name: string, options: JsonObject): ExecutorDefinition => ({
  ...brand("executor"),
  snapshot: Object.freeze({ name, options: Object.freeze(options) }),
});

/** Runs all steps of a run one after the other in the run worker's own process. Can be called with options. */
export const inProcessExecutor: InProcessExecutor = makeCallable(
  (options: ExecutorOptions) => {
    checkOptions("inProcessExecutor", options, executorNames, inProcessExecutor);
    return Object.freeze(definition("in_process", sharedOptions("inProcessExecutor", options)));
  },
  definition("in_process", {}),
) as InProcessExecutor;

/**
 * Runs steps in the run worker's own process, several at the same time on its one event loop: for steps that wait for others, such as
 * services and databases, most of their time. While one of them computes, the others stand still.
 *
 * @throws InvalidOptionError
 */
export function asyncExecutor(options: AsyncExecutorOptions = {}): ExecutorDefinition {
  checkOptions("asyncExecutor", options, asyncOptions, asyncExecutor);
  const { maxConcurrent = 16 } = options;
  checkMaxConcurrent("asyncExecutor", maxConcurrent);
  return Object.freeze(definition("async", { maxConcurrent, ...concurrentOptions("asyncExecutor", options) }));
}

/**
 * Runs steps in processes of their own, several at the same time.
 *
 * @throws InvalidOptionError
 */
export function multiprocessExecutor(options: MultiprocessExecutorOptions = {}): ExecutorDefinition {
  checkOptions("multiprocessExecutor", options, multiprocessOptions, multiprocessExecutor);
  const { maxConcurrent = null, isolation = "worker" } = options;
  if (maxConcurrent !== null) checkMaxConcurrent("multiprocessExecutor", maxConcurrent);
  if (isolation !== "worker" && isolation !== "step") {
    throw new InvalidOptionError(
      "multiprocessExecutor",
      `isolation is ${JSON.stringify(isolation)}; it must be "worker" or "step"`,
    );
  }
  return Object.freeze(
    definition("multiprocess", { maxConcurrent, isolation, ...concurrentOptions("multiprocessExecutor", options) }),
  );
}

/**
 * What a job runs with when neither it nor `definitions` names an executor: several processes, and run config may choose
 * one process instead (`execution: {config: {in_process: {}}}`), as Dagster's default executor does.
 */
export const defaultExecutor: ExecutorDefinition = Object.freeze(
  definition("multiprocess", { maxConcurrent: null, isolation: "worker", isDefault: true }),
);

/**
 * The `executor` option of a definition, checked; null when it has none.
 *
 * @throws InvalidOptionError
 */
export function executorOf(
  owner: string,
  { executor }: { readonly executor?: ExecutorDefinition },
  site: DefinitionSite,
): ExecutorDefinition | null {
  if (executor === undefined || executor === null) return null;
  if (isDefinition(executor, "executor")) return executor;
  throw new InvalidOptionError(
    owner,
    "its `executor` must be inProcessExecutor, asyncExecutor(…) or multiprocessExecutor(…)",
    site,
  );
}

function checkMaxConcurrent(executor: string, maxConcurrent: number): void {
  if (Number.isSafeInteger(maxConcurrent) && maxConcurrent >= 1) return;
  throw new InvalidOptionError(executor, `maxConcurrent is ${maxConcurrent}; it must be a whole number of at least 1`);
}

/** Only what is not the default, so that snapshots stay as they were before there was the option. */
function sharedOptions(executor: string, { retries = "enabled" }: ExecutorOptions): JsonObject {
  if (retries !== "enabled" && retries !== "disabled")
    throw new InvalidOptionError(executor, `retries is ${JSON.stringify(retries)}; it must be "enabled" or "disabled"`);
  return retries === "enabled" ? {} : { retries };
}

function concurrentOptions(executor: string, options: ConcurrentExecutorOptions): JsonObject {
  const limits = checkedTagLimits(executor, options.tagConcurrencyLimits ?? []);
  return { ...sharedOptions(executor, options), ...(limits.length > 0 && { tagConcurrencyLimits: limits }) };
}
