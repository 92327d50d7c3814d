import type { ExecutorSnapshot, JsonObject, JsonValue } from "@dagwright/model";
import { configField, type ConfigTypes } from "../config-types.ts";

/** What run config may say under `execution: {config}` for a job with this executor; the type's key. */
export function executorConfigType(executor: ExecutorSnapshot, types: ConfigTypes): string {
  const retries = configField(
    "retries",
    types.shape([configField("enabled", types.shape([])), configField("disabled", types.shape([]))], "selector"),
    { description: "Whether steps that fail are tried again as their retry policies say." },
  );
  const concurrent = (): readonly ReturnType<typeof configField>[] => [
    configField("max_concurrent", types.noneable(types.scalar("Int")), {
      description: "Most steps at the same time. 0 stands for the default.",
    }),
    configField("tag_concurrency_limits", types.noneable(types.array(tagLimitType(types))), {
      description: "Most steps at the same time that have a tag.",
    }),
    retries,
  ];
  const inProcess = (): string => types.shape([retries]);
  const multiprocess = (): string => types.shape([...concurrent(), configField("isolation", types.enum(["worker", "step"]))]);
  if (executor.name === "in_process") return inProcess();
  if (executor.name === "async") return types.shape(concurrent());
  if (executor.options["isDefault"] === true)
    return types.shape([configField("in_process", inProcess()), configField("multiprocess", multiprocess())], "selector");
  return executor.name === "multiprocess" ? multiprocess() : types.any();
}

function tagLimitType(types: ConfigTypes): string {
  const perValue = types.shape([configField("applyLimitPerUniqueValue", types.scalar("Bool"), { isRequired: true })]);
  return types.shape([
    configField("key", types.scalar("String"), { isRequired: true }),
    configField("value", types.scalarUnion(types.scalar("String"), perValue)),
    configField("limit", types.scalar("Int"), { isRequired: true }),
  ]);
}

/** How a run's steps run: the job's executor, with what its checked run config says under `execution:`. */
export function resolveExecutor(executor: ExecutorSnapshot, config: { readonly execution: JsonObject }): ExecutorSnapshot {
  const { isDefault, ...options } = executor.options;
  const given = recordOf(config.execution["config"]) ?? {};
  if (isDefault === true) {
    const inProcess = recordOf(given["in_process"]);
    if (inProcess !== null) return { name: "in_process", options: overrides(inProcess) };
    return { name: executor.name, options: { ...options, ...overrides(recordOf(given["multiprocess"]) ?? {}) } };
  }
  return { name: executor.name, options: { ...options, ...overrides(given) } };
}

/** Options as executors have them, from their spelling in run config. */
function overrides(given: JsonObject): JsonObject {
  const { max_concurrent: maxConcurrent, isolation, tag_concurrency_limits: limits } = given;
  const retries = recordOf(given["retries"]);
  return {
    // 0 stands for the default in Dagster's config.
    ...(typeof maxConcurrent === "number" && { maxConcurrent: maxConcurrent > 0 ? maxConcurrent : null }),
    ...(typeof isolation === "string" && { isolation }),
    ...(Array.isArray(limits) && { tagConcurrencyLimits: limits }),
    ...(retries !== null && { retries: "disabled" in retries ? "disabled" : "enabled" }),
  };
}

const recordOf = (value: JsonValue | undefined): JsonObject | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
