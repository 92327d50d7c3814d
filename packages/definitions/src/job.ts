import {
  assetJobName,
  type JsonObject,
  type Metadata,
  type MetadataInput,
  type RetryPolicySnapshot,
  systemTags,
  type Tags,
  toMetadata,
  type WhenRunningSnapshot,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { brand, type Branded, isDefinition } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidNameError, InvalidOptionError } from "./errors.ts";
import { type ExecutorDefinition, executorOf } from "./executors/executor.ts";
import { composeGraph } from "./compose-graph.ts";
import type { NodeUse } from "./composition.ts";
import type { GraphDefinition } from "./graph.ts";
import { checkHooks, type HookDefinition } from "./hook.ts";
import type { RunConfigMapping } from "./config-mapping.ts";
import { problemsOf } from "./input-value.ts";
import type { LoggerDefinition } from "./logger.ts";
import { checkName, checkOwners, checkTags } from "./names.ts";
import type { PartitionedConfig } from "./partitions/partitioned-config.ts";
import { checkPartitionedConfig } from "./partitions/check-partitions.ts";
import { toPartitions } from "./partitions/to-partitions.ts";
import type { ResourceDefinition } from "./resource.ts";
import { checkTimeout, type RetryPolicy, retryPolicySnapshot } from "./retry-policy.ts";
import { boundResources, type ResourceBindings } from "./resource-bindings.ts";
import { type WhenRunning, whenRunningSnapshot } from "./when-running.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A job of ops: a composed graph and how to run it. */
export interface JobDefinition extends Branded<"job"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly owners: readonly string[];
  /** Null: the code location's. */
  readonly executor: ExecutorDefinition | null;
  /** Resources that stand in this job for those of the same name in `definitions`. */
  readonly resources: readonly ResourceDefinition[];
  /** Loggers that runs of this job can use besides those of `definitions`. */
  readonly loggers: readonly LoggerDefinition[];
  /** Null: it has none; for asset jobs also those of the assets. */
  readonly partitions: Partitions | null;
  readonly partitionedConfig: PartitionedConfig | null;
  /** Run config of runs that are launched with none; null: there is none. */
  readonly runConfig: JsonObject | null;
  /** What is given to it in place of run config; null: run config is given as it is. */
  readonly configMapping: RunConfigMapping | null;
  /** Values of the graph's inputs; what is not among them run config gives. */
  readonly inputValues: Readonly<Record<string, unknown>>;
  /** For every op of it, after those of graphs and ops within. */
  readonly hooks: readonly HookDefinition[];
  /** For ops that have none of their own. */
  readonly opRetryPolicy: RetryPolicySnapshot | null;
  /** Null: any number of its runs may be under way at once. */
  readonly whenRunning: WhenRunningSnapshot | null;
  /** The root graph; it has the job's name. */
  readonly graph: GraphDefinition;
  readonly site: DefinitionSite;
}

/** What {@link job} takes beside name and composing function. */
export interface JobOptions {
  readonly description?: string;
  /** Given to every run of the job. */
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** E-mail addresses, or `team:name`. */
  readonly owners?: readonly string[];
  /** Default: the one that `definitions` names, else several processes. */
  readonly executor?: ExecutorDefinition;
  /** Resources that stand in this job for those of the same name in `definitions`. */
  readonly resources?: ResourceBindings;
  /** Loggers that runs of this job can use besides those of `definitions`. */
  readonly loggers?: readonly LoggerDefinition[];
  /** How its runs are cut into partitions. Default: those of `config`. */
  readonly partitions?: Partitions;
  /**
   * Run config of runs that are launched without any: as it is, or made for the run's partition by `partitionedConfig(…)`. Or what is given
   * in place of run config, by `configMapping(…)`.
   */
  readonly config?: PartitionedConfig | RunConfigMapping | JsonObject;
  /** Called after each step: `successHook(…)`, `failureHook(…)`. */
  readonly hooks?: readonly HookDefinition[];
  /** For ops that have no retry policy of their own. */
  readonly opRetryPolicy?: RetryPolicy;
  /** Longest time of a run, in seconds, from its start; a run that takes longer fails. The tag `dagster/max_runtime` says the same. */
  readonly maxRuntimeSeconds?: number;
  /**
   * What becomes of a run that is submitted while another one of this job has not ended: `skip` it, `queue` it, or `replace` the other one.
   * With `{ policy, per: "partition" }` only runs for the same partition count. Default: they run side by side.
   */
  readonly whenRunning?: WhenRunning;
}

/** What jobs of every sort take. */
export const jobOptions: OptionNames<JobOptions> = {
  description: "text",
  tags: true,
  metadata: true,
  owners: "list",
  executor: true,
  resources: true,
  loggers: "list",
  partitions: true,
  config: true,
  hooks: "list",
  opRetryPolicy: true,
  maxRuntimeSeconds: true,
  whenRunning: true,
};

/** What `graph.toJob` takes: what a job takes, another name than the graph's, and values of its inputs. */
export interface GraphJobOptions<Values extends object = Readonly<Record<string, unknown>>> extends JobOptions {
  /** Default: the graph's. */
  readonly name?: string;
  /** Values of the graph's inputs. What is not among them run config gives, as `inputs: {orders: …}`. */
  readonly inputValues?: Partial<Values>;
}

const graphJobOptions: OptionNames<GraphJobOptions> = { ...jobOptions, name: "text", inputValues: true };

/** The short form: without options. */
export function job(name: string, body: () => unknown): JobDefinition;
/**
 * Declares a job: ops wired by calling them.
 *
 * @param name - letters, digits and underscores; unique in the code location
 * @param body - runs once, here, and synchronously; a call of an op or graph in it wires a node and returns a handle
 * @throws InvalidNameError, CompositionError
 */
export function job(name: string, options: JobOptions, body: () => unknown): JobDefinition;
export function job(name: string, ...rest: [body: () => unknown] | [options: JobOptions, body: () => unknown]): JobDefinition {
  const site = captureSite(job);
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkOptions(`job "${name}"`, options, jobOptions, site);
  const common = jobCommon(name, options, site);
  const root = composeGraph({
    label: `job "${name}"`,
    name,
    site,
    ins: [],
    description: common.description,
    tags: {},
    // A job has no outputs: what its function returns, e.g. as an arrow function without braces, means nothing.
    body: () => {
      const returned = body();
      return isPromise(returned) ? returned : undefined;
    },
    source: body,
  });
  return Object.freeze({ ...brand("job"), ...common, graph: root });
}

/** The job that runs a graph as it is. */
export function jobOfGraph(graph: GraphDefinition, options: GraphJobOptions, use: NodeUse, site: DefinitionSite): JobDefinition {
  const name = options.name ?? use.alias ?? graph.name;
  const label = `job "${name}" of graph "${graph.name}"`;
  checkOptions(label, options, graphJobOptions, site);
  const inputValues = checkedInputValues(label, graph, options.inputValues ?? {}, site);
  const tags = { ...graph.tags, ...use.tags, ...options.tags };
  const hooks = [...(options.hooks ?? []), ...(use.hooks ?? [])];
  const description = options.description ?? graph.description;
  const common = jobCommon(name, { ...options, ...(description !== null && { description }), tags, hooks }, site);
  return Object.freeze({ ...brand("job"), ...common, inputValues, graph });
}

/**
 * The job with values of its graph's inputs, before those that it has.
 *
 * @throws InvalidOptionError for values that the graph has no input for, or that its schema does not take
 */
export function withInputValues<J extends Pick<JobDefinition, "name" | "inputValues" | "site">>(
  job: J,
  values: JobDefinition["inputValues"],
): J {
  const graph = "graph" in job ? (job.graph as GraphDefinition) : { ins: [] };
  const checked = checkedInputValues(`job "${job.name}"`, graph, values, job.site);
  return Object.freeze({ ...job, inputValues: { ...job.inputValues, ...checked } });
}

/** @throws InvalidOptionError for values that the graph has no input for, or that its schema does not take */
function checkedInputValues(
  label: string,
  { ins }: Pick<GraphDefinition, "ins">,
  values: Readonly<Record<string, unknown>>,
  site: DefinitionSite,
): JobDefinition["inputValues"] {
  for (const [name, value] of Object.entries(values)) {
    const input = ins.find((one) => one.name === name && !one.isOrderOnly);
    const known = ins.flatMap((one) => (one.isOrderOnly ? [] : [`"${one.name}"`])).join(", ");
    if (input === undefined)
      throw new InvalidOptionError(
        label,
        `\`inputValues\` has "${name}", and its graph has no such input; ${known === "" ? "it has none" : `it has ${known}`}`,
        site,
      );
    const [problem] = input.schema === null ? [] : problemsOf(input.schema, value);
    if (problem !== undefined)
      throw new InvalidOptionError(label, `the value of "${name}" in \`inputValues\` does not fit: ${problem}`, site);
  }
  return Object.freeze({ ...values });
}

const isPromise = (value: unknown): boolean => value instanceof Promise;

/** What jobs of ops and jobs of assets have in common. */
export function jobCommon(
  name: string,
  options: JobOptions,
  site: DefinitionSite,
): Omit<JobDefinition, "graph" | keyof Branded<"job">> {
  checkName("job", name, site);
  if (name === assetJobName)
    throw new InvalidNameError(`"${assetJobName}" is the name of the hidden job of all assets; name this job otherwise`, site);
  checkTags("job", name, options.tags, site);
  checkOwners(`Job "${name}"`, options.owners ?? [], site);
  const given = options.config ?? null;
  if (given !== null && (typeof given !== "object" || Array.isArray(given)))
    throw new InvalidOptionError(
      `job "${name}"`,
      "its `config` must be run config, or made by partitionedConfig(…) or configMapping(…)",
      site,
    );
  const config = isDefinition(given, "partitionedConfig") ? (given as PartitionedConfig) : null;
  const configMapping = isDefinition(given, "configMapping") ? (given as RunConfigMapping) : null;
  checkTimeout(`job "${name}"`, "maxRuntimeSeconds", options.maxRuntimeSeconds, site);
  const partitions = toPartitions(options, `job "${name}"`, site);
  checkPartitionedConfig({ name, site }, partitions, config);
  return {
    name,
    description: options.description ?? null,
    tags: Object.freeze({
      ...options.tags,
      ...(options.maxRuntimeSeconds !== undefined && { [systemTags.maxRuntime]: String(options.maxRuntimeSeconds) }),
    }),
    metadata: toMetadata(options.metadata),
    owners: Object.freeze([...(options.owners ?? [])]),
    executor: executorOf(`job "${name}"`, options, site),
    resources: Object.freeze([...boundResources(options.resources, site)]),
    loggers: Object.freeze([...(options.loggers ?? [])]),
    partitions: partitions ?? config?.partitions ?? null,
    partitionedConfig: config,
    runConfig: config === null && configMapping === null ? (given as JsonObject | null) : null,
    configMapping,
    inputValues: {},
    hooks: checkHooks(`job "${name}"`, options.hooks ?? [], site),
    opRetryPolicy: options.opRetryPolicy ? retryPolicySnapshot(`job "${name}"`, options.opRetryPolicy, site) : null,
    whenRunning: options.whenRunning === undefined ? null : whenRunningSnapshot(`job "${name}"`, options.whenRunning, site),
    site,
  };
}
