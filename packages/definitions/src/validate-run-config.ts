import { type ConfigTypeSnapshot, type JsonObject, SecretMask } from "@dagwright/model";
import { type ConfigError, checkConfig, mismatch } from "./check-config.ts";
import type { ComposedNode } from "./composition.ts";
import { UnknownRunJobError } from "./errors.ts";
import type { ConfigMapping, GraphDefinition } from "./graph.ts";
import type { Repository, ResolvedJob } from "./repository.ts";
import { type Configurable, hasConfig, readConfigOf } from "./config-preset.ts";
import type { Environment } from "./env-reference.ts";

/** What run config says for an op, resource or nested graph, checked and with its defaults. */
interface NodeConfig {
  readonly config?: unknown;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly ops?: Readonly<Record<string, NodeConfig>>;
}

type Configs = Readonly<Record<string, { readonly config?: unknown }>>;

/** A run config that was checked: every op and resource that takes config has it, defaults filled in. */
export interface ResolvedRunConfig {
  readonly ops: Readonly<Record<string, NodeConfig>>;
  readonly resources: Configs;
  readonly execution: JsonObject;
  /** The loggers that the run uses: those that run config names. `console` has its config as it is. */
  readonly loggers: Configs;
}

/** The checked config, or everything that is wrong with it. */
export type RunConfigValidation =
  | {
      readonly ok: true;
      readonly config: ResolvedRunConfig;
      /** Texts of the values at secret places: nobody may see them. */
      readonly secrets: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

export interface ValidateRunConfigOptions {
  /**
   * Where `{env: NAME}` is looked up. Without it references stay unread, as before a launch: what depends on them is checked when the
   * run starts, and the config of the op or resource around them is undefined.
   */
  readonly env?: Environment;
}

/**
 * Checks a run config against a job and fills in defaults. All problems are told at once, each with its path.
 *
 * @throws UnknownRunJobError when the code location has no such job
 */
export function validateRunConfig(
  repository: Repository,
  jobName: string,
  runConfig: unknown,
  options: ValidateRunConfigOptions = {},
): RunConfigValidation {
  const job = repository.jobs.get(jobName);
  if (!job) throw new UnknownRunJobError(jobName, repository.jobs.keys());
  const { snapshot } = job;
  const given = runConfig ?? {};
  const errors = [...checkConfig(given, snapshot.runConfigType, typesOf(job))];
  if (!isRecord(given)) return { ok: false, errors };

  const secrets: string[] = [];
  const parse: Parse = (configurable, value, path) => {
    // A part whose types are wrong is told already; its schema would say the same in other words.
    if (errors.some((error) => path.every((part, index) => error.path[index] === part))) return undefined;
    const read = readConfigOf(configurable, value, options.env ?? null);
    secrets.push(...read.secrets);
    errors.push(...read.problems.map(({ path: below, problem }) => mismatch([...path, ...below], null, problem)));
    return read.value;
  };

  const refuse: Refuse = (path, problem) => void errors.push(mismatch([...path], null, problem));
  const ops = resolveNodes(job.nodes, recordAt(given, "ops"), ["ops"], { parse, refuse });
  const resources = configsOf(job.resources, recordAt(given, "resources"), ["resources"], parse);
  const givenLoggers = recordAt(given, "loggers");
  const named = [...job.loggers].filter(([name]) => name in givenLoggers);
  const loggers: Configs = {
    ...("console" in givenLoggers ? { console: recordAt(givenLoggers, "console") } : {}),
    ...configsOf(new Map(named), givenLoggers, ["loggers"], parse),
  };
  if (errors.length > 0) {
    const mask = new SecretMask(secrets);
    return { ok: false, errors: errors.map((error) => ({ ...error, message: mask.hide(error.message) })) };
  }
  return {
    ok: true,
    config: {
      ops,
      resources,
      execution: recordAt(given, "execution") as JsonObject,
      loggers,
    },
    secrets,
  };
}

/** Reads the config of something under its name; undefined without anything to read. */
type Parse = (configurable: Configurable, value: unknown, path: readonly (string | number)[]) => unknown;

/** Notes a problem at a place. */
type Refuse = (path: readonly (string | number)[], problem: string) => void;

function configsOf(
  all: ReadonlyMap<string, Configurable>,
  given: Readonly<Record<string, unknown>>,
  path: readonly string[],
  parse: Parse,
): Configs {
  const entries = [...all].map(([name, one]) => {
    const value = recordAt(given, name)["config"];
    return [name, hasConfig(one) ? { config: parse(one, value, [...path, name, "config"]) } : {}] as const;
  });
  return Object.fromEntries(entries);
}

/** Only nodes that have config, inputs or nested nodes with such get an entry. */
function resolveNodes(
  nodes: readonly ComposedNode[],
  given: Readonly<Record<string, unknown>>,
  path: readonly string[],
  { parse, refuse }: { readonly parse: Parse; readonly refuse: Refuse },
): Readonly<Record<string, NodeConfig>> {
  const resolved: Record<string, NodeConfig> = {};
  for (const { name, definition } of nodes) {
    const own = recordAt(given, name);
    if ("nodes" in definition) {
      const { configMapping } = definition;
      const inner =
        configMapping === undefined
          ? resolveNodes(definition.nodes, recordAt(own, "ops"), [...path, name, "ops"], { parse, refuse })
          : throughMapping(definition, configMapping, own["config"], [...path, name, "config"], { parse, refuse });
      if (Object.keys(inner).length > 0) resolved[name] = { ops: inner };
      continue;
    }
    const config = hasConfig(definition) ? { config: parse(definition, own["config"], [...path, name, "config"]) } : {};
    const inputs = isRecord(own["inputs"]) ? { inputs: own["inputs"] } : {};
    if (hasConfig(definition) || isRecord(own["inputs"])) resolved[name] = { ...config, ...inputs };
  }
  return resolved;
}

/** What a graph's own config makes of the config of the nodes within it. Problems of that are told at the graph's config. */
function throughMapping(
  { name: graph, nodes }: GraphDefinition,
  mapping: ConfigMapping,
  given: unknown,
  path: readonly string[],
  { parse, refuse }: { readonly parse: Parse; readonly refuse: Refuse },
): Readonly<Record<string, NodeConfig>> {
  const config = parse({ config: mapping.config }, given, path);
  if (config === undefined) return {};
  let mapped: unknown;
  try {
    mapped = mapping.map(config as never);
  } catch (error) {
    refuse(path, `mapConfig of graph "${graph}" threw an error: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
  if (!isRecord(mapped)) {
    refuse(path, `mapConfig of graph "${graph}" must return a record of what its nodes get, by their names`);
    return {};
  }
  const unknown = Object.keys(mapped).find((name) => !nodes.some((node) => node.name === name));
  if (unknown !== undefined) refuse(path, `mapConfig of graph "${graph}" gives config to "${unknown}", which is no node of it`);
  return resolveNodes(nodes, mapped, path, { parse, refuse });
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

/** The checked config of a logger that the run uses; undefined when it takes none. */
export const loggerConfigAt = (config: ResolvedRunConfig, name: string): unknown => config.loggers[name]?.config;

/** The checked config of a resource; undefined when it takes none. */
export const resourceConfigAt = (config: ResolvedRunConfig, name: string): unknown => config.resources[name]?.config;
