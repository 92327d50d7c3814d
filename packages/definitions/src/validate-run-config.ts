import type { ConfigTypeSnapshot, ExecutorSnapshot, JsonObject } from "@dagwright/model";
import { type ConfigError, checkConfig, mismatch } from "./check-config.ts";
import type { ComposedNode } from "./composition.ts";
import { UnknownRunJobError } from "./errors.ts";
import type { Repository, ResolvedJob } from "./repository.ts";
import type { Schema } from "./schema.ts";
import { zodDefinition } from "./zod-structure.ts";

/** What run config says for an op, resource or nested graph, checked and with its defaults. */
interface NodeConfig {
  readonly config?: unknown;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly ops?: Readonly<Record<string, NodeConfig>>;
}

/** A run config that was checked: every op and resource that takes config has it, defaults filled in. */
export interface ResolvedRunConfig {
  readonly ops: Readonly<Record<string, NodeConfig>>;
  readonly resources: Readonly<Record<string, { readonly config?: unknown }>>;
  readonly execution: JsonObject;
  readonly loggers: JsonObject;
}

/** The checked config, or everything that is wrong with it. */
export type RunConfigValidation =
  | { readonly ok: true; readonly config: ResolvedRunConfig }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/**
 * Checks a run config against a job and fills in defaults. All problems are told at once, each with its path.
 *
 * @throws UnknownRunJobError when the code location has no such job
 */
export function validateRunConfig(repository: Repository, jobName: string, runConfig: unknown): RunConfigValidation {
  const job = repository.jobs.get(jobName);
  if (!job) throw new UnknownRunJobError(jobName, repository.jobs.keys());
  const { snapshot } = job;
  const given = runConfig ?? {};
  const errors = [...checkConfig(given, snapshot.runConfigType, typesOf(job))];
  if (!isRecord(given)) return { ok: false, errors };

  const parse = (schema: Schema, value: unknown, path: readonly (string | number)[]): unknown => {
    // A part whose types are wrong is told already; its schema would say the same in other words.
    if (errors.some((error) => path.every((part, index) => error.path[index] === part))) return undefined;
    const result = schema["~standard"].validate(value ?? absent(schema, value));
    if (result instanceof Promise) {
      result.catch(() => undefined);
      errors.push(mismatch(path, null, "its schema is asynchronous, which config schemas cannot be"));
      return undefined;
    }
    if (!result.issues) return result.value;
    for (const issue of result.issues) {
      const below = (issue.path ?? [])
        .map((part) => (typeof part === "object" ? part.key : part))
        .map((part) => (typeof part === "number" ? part : String(part)));
      errors.push(mismatch([...path, ...below], null, issue.message));
    }
    return undefined;
  };

  const ops = resolveNodes(job.nodes, recordAt(given, "ops"), ["ops"], parse);
  const givenResources = recordAt(given, "resources");
  const resources = [...job.resources.values()].map((one) => {
    const own = recordAt(givenResources, one.name);
    return [one.name, one.config ? { config: parse(one.config, own["config"], ["resources", one.name, "config"]) } : {}] as const;
  });
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    config: {
      ops,
      resources: Object.fromEntries(resources),
      execution: recordAt(given, "execution") as JsonObject,
      loggers: recordAt(given, "loggers") as JsonObject,
    },
  };
}

type Parse = (schema: Schema, value: unknown, path: readonly (string | number)[]) => unknown;

/** Only nodes that have config, inputs or nested nodes with such get an entry. */
function resolveNodes(
  nodes: readonly ComposedNode[],
  given: Readonly<Record<string, unknown>>,
  path: readonly string[],
  parse: Parse,
): Readonly<Record<string, NodeConfig>> {
  const resolved: Record<string, NodeConfig> = {};
  for (const { name, definition } of nodes) {
    const own = recordAt(given, name);
    if ("nodes" in definition) {
      const inner = resolveNodes(definition.nodes, recordAt(own, "ops"), [...path, name, "ops"], parse);
      if (Object.keys(inner).length > 0) resolved[name] = { ops: inner };
      continue;
    }
    const config = definition.config ? { config: parse(definition.config, own["config"], [...path, name, "config"]) } : {};
    const inputs = isRecord(own["inputs"]) ? { inputs: own["inputs"] } : {};
    if (definition.config || isRecord(own["inputs"])) resolved[name] = { ...config, ...inputs };
  }
  return resolved;
}

/** An object's config that is not given, or empty in YAML, is an empty object; anything else stays as it is. */
function absent(schema: Schema, value: null | undefined): unknown {
  return zodDefinition(schema)?.type === "object" ? {} : value;
}

const typesByJob = new WeakMap<ResolvedJob, ReadonlyMap<string, ConfigTypeSnapshot>>();

function typesOf(job: ResolvedJob): ReadonlyMap<string, ConfigTypeSnapshot> {
  const known = typesByJob.get(job);
  if (known) return known;
  const types = new Map(job.snapshot.configTypes.map((type) => [type.key, type]));
  typesByJob.set(job, types);
  return types;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function recordAt(value: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const inner = value[name];
  return isRecord(inner) ? inner : {};
}

/** The checked config of the op at this path of node names; undefined when it takes none. */
export function opConfigAt(config: ResolvedRunConfig, handle: readonly string[]): unknown {
  return nodeAt(config, handle)?.config;
}

/** The values that run config gives to unwired inputs of the op at this path of node names. */
export function opInputsAt(config: ResolvedRunConfig, handle: readonly string[]): Readonly<Record<string, unknown>> {
  return nodeAt(config, handle)?.inputs ?? {};
}

function nodeAt(config: ResolvedRunConfig, handle: readonly string[]): NodeConfig | undefined {
  let node: NodeConfig | undefined = { ops: config.ops };
  for (const name of handle) node = node?.ops?.[name];
  return node;
}

/** The checked config of a resource; undefined when it takes none. */
export const resourceConfigAt = (config: ResolvedRunConfig, name: string): unknown => config.resources[name]?.config;

/** How a run's steps run: the job's executor, with what run config says under `execution:`. */
export function resolveExecutor(executor: ExecutorSnapshot, config: Pick<ResolvedRunConfig, "execution">): ExecutorSnapshot {
  const { isDefault, ...options } = executor.options;
  const given = recordAt(config.execution, "config");
  if (isDefault === true && isRecord(given["in_process"])) return { name: "in_process", options: {} };
  if (executor.name !== "multiprocess") return executor;
  const own = isDefault === true ? recordAt(given, "multiprocess") : given;
  return {
    name: executor.name,
    options: {
      ...options,
      // 0 stands for the default in Dagster's config.
      ...(typeof own["max_concurrent"] === "number"
        ? { maxConcurrent: own["max_concurrent"] > 0 ? own["max_concurrent"] : null }
        : {}),
      ...(typeof own["isolation"] === "string" ? { isolation: own["isolation"] } : {}),
    },
  };
}
