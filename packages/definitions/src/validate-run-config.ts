import { isWhole, runConfigTypeOfPart, type RunConfigTypes, SelectedPart } from "@dagwright/graph";
import { type ConfigTypeSnapshot, type JsonObject, type RunConfigPart, SecretMask } from "@dagwright/model";
import { type ConfigError, checkConfig, mismatch } from "./check-config.ts";
import type { ComposedInput, ComposedNode } from "./composition.ts";
import type { RunConfigMapping } from "./config-mapping.ts";
import { type Configurable, hasConfig, readConfigOf } from "./config-preset.ts";
import type { Environment } from "./env-reference.ts";
import { UnknownRunJobError } from "./errors.ts";
import { explainInputError } from "./explain-input-error.ts";
import type { ConfigMapping, GraphDefinition } from "./graph.ts";
import { type ListItem, listValue, readInputValue } from "./input-value.ts";
import type { InputDefinition } from "./op.ts";
import type { Repository, ResolvedJob } from "./repository.ts";

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
  /** What of the job the config is for. Default: all of it. */
  readonly part?: RunConfigPart;
}

/**
 * Checks a run config against a job and fills in defaults. All problems are told at once, each with its path. What is given for ops and
 * resources that the part does not have is checked, and is not in the result.
 *
 * @throws UnknownRunJobError when the code location has no such job; ExecutionPlanError for a part that it does not have
 */
export function validateRunConfig(
  repository: Repository,
  jobName: string,
  runConfig: unknown,
  options: ValidateRunConfigOptions = {},
): RunConfigValidation {
  const job = repository.jobs.get(jobName);
  if (!job) throw new UnknownRunJobError(jobName, repository.jobs.keys());
  const part =
    options.part === undefined || isWhole(options.part.selection) ? null : new SelectedPart(job.snapshot, options.part);
  const types: RunConfigTypes = part === null ? job.snapshot : runConfigTypeOfPart(job.snapshot, part);
  const validation = new Validation(job, part, options.env ?? null);
  const { configMapping } = job;
  const checked =
    configMapping === null
      ? validation.check(runConfig ?? {}, types.runConfigType, typesByKey(types))
      : validation.checkThrough(configMapping, runConfig ?? {}, types);
  if (checked.ok) return checked;
  const mask = new SecretMask(validation.secrets);
  return { ok: false, errors: checked.errors.map((error) => ({ ...error, message: mask.hide(error.message) })) };
}

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

/** What surrounds the nodes of a graph whose config is read. */
interface Surroundings {
  /** Path of node names down to the graph. */
  readonly handle: readonly string[];
  /** Where its nodes' config stands. */
  readonly path: Path;
  /** Values of the graph's own inputs, as far as run config gives them. */
  readonly inputs: Fields;
  /** What is left out of the run is only checked. */
  readonly isUsed: boolean;
}

/** One check of a run config. */
class Validation {
  readonly secrets: string[] = [];
  readonly #job: ResolvedJob;
  /** Null: all of the job is executed. */
  readonly #part: SelectedPart | null;
  readonly #env: Environment | null;
  readonly #errors: ConfigError[] = [];

  constructor(job: ResolvedJob, part: SelectedPart | null, env: Environment | null) {
    this.#job = job;
    this.#part = part;
    this.#env = env;
  }

  check(given: unknown, type: string, types: ReadonlyMap<string, ConfigTypeSnapshot>): RunConfigValidation {
    this.#errors.push(...checkConfig(given, type, types).map((error) => explainInputError(error, this.#job)));
    if (!isRecord(given)) return { ok: false, errors: this.#errors };
    const { graphConfig, graph, nodes, loggers: known } = this.#job;
    const inputs = this.#jobInputs(recordAt(given, "inputs"));
    const top: Surroundings = { handle: [], path: ["ops"], inputs, isUsed: true };
    const own = recordAt(given, "ops");
    const ops =
      graphConfig === null
        ? this.#nodes(nodes, own, top)
        : this.#throughMapping(graph, graphConfig, own["config"], { ...top, path: ["ops", "config"] });
    const isNeeded = (name: string): boolean => this.#part === null || this.#part.resourceKeys.has(name);
    const resources = this.#configs(this.#job.resources, recordAt(given, "resources"), ["resources"], isNeeded);
    const givenLoggers = recordAt(given, "loggers");
    const named = new Map([...known].filter(([name]) => name in givenLoggers));
    const loggers: Configs = {
      ...("console" in givenLoggers ? { console: recordAt(givenLoggers, "console") } : {}),
      ...this.#configs(named, givenLoggers, ["loggers"], () => true),
    };
    if (this.#errors.length > 0) return { ok: false, errors: this.#errors };
    const execution = recordAt(given, "execution") as JsonObject;
    return { ok: true, config: { ops, resources, execution, loggers }, secrets: this.secrets };
  }

  /** What the job's own mapping makes of the given config is the run config. Problems of that are told at the top. */
  checkThrough({ config: schema, map }: RunConfigMapping, given: unknown, types: RunConfigTypes): RunConfigValidation {
    this.#errors.push(...checkConfig(given, types.runConfigType, typesByKey(types)));
    const config = this.#errors.length > 0 ? undefined : this.#read({ config: schema }, given, [], true);
    if (this.#errors.length > 0) return { ok: false, errors: this.#errors };
    // References were left unread: what it makes of them shows when the run starts.
    if (config === undefined)
      return { ok: true, config: { ops: {}, resources: {}, execution: {}, loggers: {} }, secrets: this.secrets };
    let mapped: unknown;
    try {
      mapped = map(config as never);
    } catch (error) {
      this.#refuse([], `configMapping of job "${this.#job.name}" threw an error: ${messageOf(error)}`);
      return { ok: false, errors: this.#errors };
    }
    const checked = this.check(mapped, types.mappedRunConfigType ?? types.runConfigType, typesByKey(types));
    if (checked.ok) return checked;
    const errors = checked.errors.map(({ message }) =>
      mismatch([], null, `what its mapping makes of it does not fit: ${message}`),
    );
    return { ok: false, errors };
  }

  /** Notes a problem at a place. */
  #refuse(path: Path, problem: string): void {
    this.#errors.push(mismatch(path, null, problem));
  }

  /** Reads the config of something; undefined without anything to read. */
  #read(configurable: Configurable, value: unknown, path: Path, isUsed: boolean): unknown {
    if (!isUsed && value === undefined) return undefined;
    // A part whose types are wrong is told already; its schema would say the same in other words.
    if (this.#isRefused(path)) return undefined;
    const read = readConfigOf(configurable, value, isUsed ? this.#env : null);
    this.secrets.push(...read.secrets);
    for (const { path: below, problem } of read.problems) this.#refuse([...path, ...below], problem);
    return read.value;
  }

  #isRefused(path: Path): boolean {
    return this.#errors.some((error) => path.every((part, index) => error.path[index] === part));
  }

  #configs(all: ReadonlyMap<string, Configurable>, given: Fields, path: Path, isUsed: (name: string) => boolean): Configs {
    const resolved: Record<string, { readonly config?: unknown }> = {};
    for (const [name, one] of all) {
      const config = hasConfig(one)
        ? { config: this.#read(one, recordAt(given, name)["config"], [...path, name, "config"], isUsed(name)) }
        : {};
      if (isUsed(name)) resolved[name] = config;
    }
    return resolved;
  }

  /** Only nodes that have config, inputs or nested nodes with such get an entry. */
  #nodes(nodes: readonly ComposedNode[], given: Fields, around: Surroundings): Readonly<Record<string, NodeConfig>> {
    const resolved: Record<string, NodeConfig> = {};
    for (const node of nodes) {
      const { name, definition } = node;
      const handle = [...around.handle, name];
      const isUsed = around.isUsed && (this.#part === null || this.#part.has(handle));
      const own = recordAt(given, name);
      const path = [...around.path, name];
      const inputs = isUsed ? this.#inputs(node, recordAt(own, "inputs"), { ...around, handle, path }) : {};
      if ("nodes" in definition) {
        const { configMapping } = definition;
        const within: Surroundings = { handle, inputs, isUsed, path: [...path, configMapping === undefined ? "ops" : "config"] };
        const inner =
          configMapping === undefined
            ? this.#nodes(definition.nodes, recordAt(own, "ops"), within)
            : this.#throughMapping(definition, configMapping, own["config"], within);
        if (isUsed && Object.keys(inner).length > 0) resolved[name] = { ops: inner };
        continue;
      }
      const config = hasConfig(definition) ? { config: this.#read(definition, own["config"], [...path, "config"], isUsed) } : {};
      const hasInputs = Object.keys(inputs).length > 0;
      if (isUsed && (hasConfig(definition) || hasInputs)) resolved[name] = { ...config, ...(hasInputs && { inputs }) };
    }
    return resolved;
  }

  /** What a graph's own config makes of the config of the nodes within it. Problems of that are told at the graph's config. */
  #throughMapping(
    { name: graph, nodes }: Pick<GraphDefinition, "name" | "nodes">,
    mapping: ConfigMapping,
    given: unknown,
    within: Surroundings,
  ): Readonly<Record<string, NodeConfig>> {
    const { path } = within;
    const config = this.#read({ config: mapping.config }, given, path, within.isUsed);
    if (config === undefined) return {};
    let mapped: unknown;
    try {
      mapped = mapping.map(config as never);
    } catch (error) {
      this.#refuse(path, `mapConfig of graph "${graph}" threw an error: ${messageOf(error)}`);
      return {};
    }
    if (!isRecord(mapped)) {
      this.#refuse(path, `mapConfig of graph "${graph}" must return a record of what its nodes get, by their names`);
      return {};
    }
    const unknown = Object.keys(mapped).find((name) => !nodes.some((node) => node.name === name));
    if (unknown !== undefined)
      this.#refuse(path, `mapConfig of graph "${graph}" gives config to "${unknown}", which is no node of it`);
    return this.#nodes(nodes, mapped, within);
  }

  /** Values of the inputs of the job's graph: those in code, and those of run config. */
  #jobInputs(given: Fields): Fields {
    const values: Record<string, unknown> = { ...this.#job.inputValues };
    for (const definition of this.#job.graph.ins) {
      const { name, schema } = definition;
      if (name in values) this.secrets.push(...readInputValue(schema, values[name], null).secrets);
      if (!(name in values) && name in given) values[name] = this.#inputValue(definition, given[name], ["inputs", name]);
    }
    return values;
  }

  /** Values of a node's inputs: those that run config gives to it, and those that it gives to inputs of the graph around. */
  #inputs(node: ComposedNode, given: Fields, { handle, path, inputs: outer }: Surroundings): Fields {
    const open = this.#part?.openInputsOf(handle);
    const values: Record<string, unknown> = {};
    for (const wired of node.inputs) {
      const { input, sources } = wired;
      const definition = node.definition.ins.find(({ name }) => name === input);
      if (definition === undefined) continue;
      const isUnwired = sources.length === 0 || open?.has(input) === true;
      if (input in given && isUnwired) values[input] = this.#inputValue(definition, given[input], [...path, "inputs", input]);
      else Object.assign(values, valueFromOutside(wired, outer));
    }
    return values;
  }

  #inputValue({ schema }: InputDefinition, given: unknown, path: Path): unknown {
    const { value, path: below, problems, secrets } = readInputValue(schema, given, this.#env);
    this.secrets.push(...secrets);
    for (const problem of this.#isRefused(path) ? [] : problems) this.#refuse([...path, ...below], problem);
    return value;
  }
}

/** The value of an input that is wired to inputs of the graph around it; of a list, an item for each source. */
function valueFromOutside({ input, isFanIn, sources }: ComposedInput, outer: Fields): Fields {
  const items = sources.map((source): ListItem =>
    source.kind === "graphInput" && source.input in outer ? { value: outer[source.input] } : null,
  );
  if (items.every((item) => item === null)) return {};
  return { [input]: isFanIn ? listValue(items) : items[0]?.value };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const known = new WeakMap<RunConfigTypes, ReadonlyMap<string, ConfigTypeSnapshot>>();

function typesByKey(all: RunConfigTypes): ReadonlyMap<string, ConfigTypeSnapshot> {
  const found = known.get(all);
  if (found) return found;
  const types = new Map(all.configTypes.map((type) => [type.key, type]));
  known.set(all, types);
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
