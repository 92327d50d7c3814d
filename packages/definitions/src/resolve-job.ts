import type {
  ExecutorSnapshot,
  GraphSnapshot,
  InputSnapshot,
  JobAssetSnapshot,
  JobCheckSnapshot,
  JobSnapshot,
  NodeSnapshot,
  OpSnapshot,
  OutputSnapshot,
  ResourceSnapshot,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { AssetJobDefinition } from "./asset-job.ts";
import { type ComposedNode, opLabel } from "./composition.ts";
import { presetValues, presetVariables } from "./config-preset.ts";
import { configTypeOf } from "./config-schema.ts";
import { ConfigTypes } from "./config-types.ts";
import { InvalidOptionError, ResourceCycleError, UnknownResourceError } from "./errors.ts";
import type { GraphDefinition } from "./graph.ts";
import type { HookDefinition } from "./hook.ts";
import { JobHooks } from "./job-hooks.ts";
import { marksSecret } from "./input-value.ts";
import type { JobDefinition } from "./job.ts";
import type { LoggerDefinition } from "./logger.ts";
import type { InputDefinition, OpDefinition, OutputDefinition } from "./op.ts";
import type { ResolvedJob } from "./repository.ts";
import type { ResourceDefinition } from "./resource.ts";
import { runConfigTypeOf } from "./run-config-type.ts";
import { orderOnlyType, valueType } from "./value-type.ts";

/** What of a job is the same for jobs of ops and of assets. */
type JobHead = Pick<
  JobDefinition | AssetJobDefinition,
  | "name"
  | "description"
  | "tags"
  | "metadata"
  | "owners"
  | "resources"
  | "loggers"
  | "partitionedConfig"
  | "runConfig"
  | "configMapping"
  | "inputValues"
  | "hooks"
  | "opRetryPolicy"
  | "whenRunning"
  | "site"
> &
  Pick<AssetJobDefinition, "automationCondition">;

interface JobParts {
  readonly head: JobHead;
  readonly nodes: readonly ComposedNode[];
  /** The graph that the nodes are of, when a user has made it. */
  readonly graph?: GraphDefinition;
  readonly assets: readonly JobAssetSnapshot[];
  readonly checks?: readonly JobCheckSnapshot[];
  readonly executor: ExecutorSnapshot;
  readonly partitions: Partitions | null;
  /** The code location's, by name. */
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  /** The code location's, by name. */
  readonly loggers: ReadonlyMap<string, LoggerDefinition>;
}

/**
 * Resolves a job's ops, graphs and resources. It is described when its snapshot is first asked for, which is most of the work.
 *
 * @throws UnknownResourceError, ResourceCycleError, InvalidOptionError; UnsupportedConfigSchemaError also when it is described
 */
export function resolveJob({
  head,
  nodes,
  graph,
  assets,
  checks = [],
  executor,
  partitions,
  resources,
  loggers,
}: JobParts): ResolvedJob {
  const graphs = new Map<string, GraphDefinition>();
  const ops = new Map<string, OpDefinition>();
  collect(nodes, graphs, ops);
  const bound = new Map([...resources, ...head.resources.map((one) => [one.name, one] as const)]);
  const hooks = new JobHooks(head.hooks, nodes);
  const required = requiredResources(ops.values(), hooks.all(), nodes, bound);
  const ownLoggers = new Map([...loggers, ...head.loggers.map((one) => [one.name, one] as const)]);
  const ins = graph?.ins ?? [];
  const describe = (): JobSnapshot => {
    const types = new ConfigTypes();
    const { configMapping } = head;
    const own = runConfigTypeOf(
      {
        nodes,
        graph: graph ?? null,
        inputs: ins.filter(({ name }) => !(name in head.inputValues)),
        executor,
        resources: required.values(),
        loggers: ownLoggers.values(),
      },
      types,
    );
    const mapping =
      configMapping === null
        ? null
        : configTypeOf(configMapping.config, { label: `job "${head.name}"`, site: configMapping.site }, types);
    const opSnapshots = [...ops.values()].map((one) => opSnapshot(one, types));
    const resourceSnapshots = [...required.values()].map((one) => resourceSnapshot(one, types));
    const root: GraphSnapshot = {
      name: head.name,
      description: head.description,
      tags: {},
      ins: ins.map(inputSnapshot),
      outs: [],
      nodes: nodes.map((node) => nodeSnapshot(node)),
    };
    return {
      name: head.name,
      description: head.description,
      tags: head.tags,
      metadata: head.metadata,
      owners: head.owners,
      rootGraph: root.name,
      graphs: [root, ...[...graphs.values()].map((one) => graphSnapshot(one))],
      ops: opSnapshots,
      assets,
      ...(checks.length > 0 && { checks }),
      executor,
      ...(head.opRetryPolicy !== null && { opRetryPolicy: head.opRetryPolicy }),
      ...(head.runConfig !== null && { runConfig: head.runConfig }),
      ...(head.automationCondition != null && { automationCondition: head.automationCondition.expression }),
      ...(head.whenRunning !== null && { whenRunning: head.whenRunning }),
      resources: resourceSnapshots,
      ...hookResourceKeys(head.hooks),
      configTypes: types.list(),
      runConfigType: mapping ?? own,
      ...(mapping !== null && { mappedRunConfigType: own }),
      ...(partitions !== null && { partitions: partitions.snapshot }),
      ...(head.partitionedConfig !== null && { hasPartitionedConfig: true }),
    };
  };
  let snapshot: JobSnapshot | undefined;
  return Object.freeze({
    name: head.name,
    get snapshot() {
      return (snapshot ??= describe());
    },
    opsByName: ops,
    nodes,
    graph: { name: graph?.name ?? head.name, ins, nodes },
    graphConfig: graph?.configMapping ?? null,
    inputValues: head.inputValues,
    configMapping: head.configMapping,
    hooksAt: (handle: readonly string[]) => hooks.at(handle),
    resources: required,
    loggers: ownLoggers,
    partitions,
    partitionedConfig: head.partitionedConfig,
    runConfig: head.runConfig,
    site: head.site,
  });
}

function collect(nodes: readonly ComposedNode[], graphs: Map<string, GraphDefinition>, ops: Map<string, OpDefinition>): void {
  for (const { definition } of nodes) {
    if (!("nodes" in definition)) {
      ops.set(definition.name, definition);
    } else if (!graphs.has(definition.name)) {
      graphs.set(definition.name, definition);
      collect(definition.nodes, graphs, ops);
    }
  }
}

/** The key under which values are stored in files unless a resource of that name says otherwise. */
const defaultIoManagerKey = "io_manager";

/** Resources that the ops need, those that these are built from, and I/O managers; by name, each after what it is built from. */
function requiredResources(
  ops: Iterable<OpDefinition>,
  hooks: Iterable<HookDefinition>,
  nodes: readonly ComposedNode[],
  bound: ReadonlyMap<string, ResourceDefinition>,
): ReadonlyMap<string, ResourceDefinition> {
  const required = new Map<string, ResourceDefinition>();
  const need = (name: string, owner: string, site: OpDefinition["site"], path: readonly string[]): void => {
    if (required.has(name)) return;
    if (path.includes(name)) throw new ResourceCycleError([...path.slice(path.indexOf(name)), name], site);
    const found = bound.get(name);
    if (!found) throw new UnknownResourceError(owner, name, site);
    for (const inner of Object.values(found.resources)) {
      need(inner.name, `resource "${name}"`, found.site, [...path, name]);
      if (found.lifetime !== "step" && required.get(inner.name)?.lifetime === "step") {
        throw new InvalidOptionError(
          `resource "${name}"`,
          `it lives as long as the run, and is built from "${inner.name}", which is gone after a step. Give it \`lifetime: "step"\` as well, or that one \`lifetime: "run"\``,
          found.site,
        );
      }
    }
    required.set(name, found);
  };
  for (const one of hooks) for (const { name } of Object.values(one.resources)) need(name, `hook "${one.name}"`, one.site, []);
  for (const one of ops) {
    for (const { name } of Object.values(one.resources)) need(name, opLabel(one), one.site, []);
    const keys = [
      ...one.outs.flatMap(({ ioManagerKey, check }) => (check === undefined ? [ioManagerKey] : [])),
      ...one.ins.flatMap(({ inputManagerKey }) => inputManagerKey ?? []),
    ];
    for (const key of keys) if (key !== defaultIoManagerKey || bound.has(key)) need(key, opLabel(one), one.site, []);
  }
  // What the job reads and does not make lies where its own manager has put it; that of another location may not be there.
  for (const { name, definition, inputs } of nodes) {
    for (const source of inputs.flatMap(({ sources }) => sources)) {
      if (source.kind !== "asset" || !bound.has(source.ioManagerKey)) continue;
      need(source.ioManagerKey, `node "${name}"`, definition.site, []);
    }
  }
  return required;
}

const inputSnapshot = (input: InputDefinition): InputSnapshot => ({
  name: input.name,
  description: input.description,
  type: input.isOrderOnly ? orderOnlyType : valueType(input.schema),
  metadata: input.metadata,
  hasDefault: input.hasDefault,
  ...(input.isOrderOnly && { isOrderOnly: true }),
  ...(marksSecret(input.schema) && { isSecret: true }),
  ...(input.inputManagerKey !== undefined && { inputManagerKey: input.inputManagerKey }),
});

const outputSnapshot = ({
  name,
  description,
  schema,
  metadata,
  isRequired,
  ioManagerKey,
  isDynamic,
  isNothing,
}: OutputDefinition): OutputSnapshot => ({
  name,
  description,
  type: isNothing ? orderOnlyType : valueType(schema),
  metadata,
  isRequired,
  isDynamic: isDynamic === true,
  ioManagerKey,
});

const opSnapshot = (op: OpDefinition, types: ConfigTypes): OpSnapshot => ({
  name: op.name,
  description: op.description,
  tags: op.tags,
  ins: op.ins.map(inputSnapshot),
  outs: op.outs.map((out) => ({
    ...outputSnapshot(out),
    ...(op.assetWork?.hasValues === false && out.check === undefined && { type: orderOnlyType }),
  })),
  configType: op.config && configTypeOf(op.config, { label: opLabel(op), site: op.site }, types),
  requiredResourceKeys: [...new Set(Object.values(op.resources).map((one) => one.name))].sort(),
  pool: op.pool,
  ...(op.poolSlots !== undefined && { poolSlots: op.poolSlots }),
  retryPolicy: op.retryPolicy,
  ...(op.timeoutSeconds !== undefined && { timeoutSeconds: op.timeoutSeconds }),
  ...(op.assetWork?.canSubset && { canSubset: true }),
});

/** A resource as snapshots show it. */
export function resourceSnapshot(one: ResourceDefinition, types: ConfigTypes): ResourceSnapshot {
  const resources = Object.values(one.resources).map(({ name }) => name);
  const envVars = presetVariables(one);
  const configured = presetValues(one);
  return {
    key: one.name,
    description: one.description,
    configType: one.config && configTypeOf(one.config, { label: `resource "${one.name}"`, site: one.site }, types),
    ...(resources.length > 0 && { resources: [...new Set(resources)].sort() }),
    ...(envVars.length > 0 && { envVars }),
    ...(configured.length > 0 && { configured }),
    ...(one.isInMemory === true && { isInMemory: true }),
  };
}

/** What hooks need, when they need any. */
function hookResourceKeys(hooks: readonly HookDefinition[] = []): Pick<NodeSnapshot, "hookResourceKeys"> {
  const keys = [...new Set(hooks.flatMap(({ resources }) => Object.values(resources).map(({ name }) => name)))].sort();
  return keys.length === 0 ? {} : { hookResourceKeys: keys };
}

const nodeSnapshot = ({ name, definition, tags, hooks, retryPolicy, inputs }: ComposedNode): NodeSnapshot => ({
  name,
  definition: definition.name,
  isGraph: "nodes" in definition,
  tags,
  ...(retryPolicy && { retryPolicy }),
  ...hookResourceKeys(hooks),
  inputs,
});

function graphSnapshot(graph: GraphDefinition): GraphSnapshot {
  return {
    name: graph.name,
    description: graph.description,
    tags: graph.tags,
    ins: graph.ins.map(inputSnapshot),
    outs: graph.outs.map(({ name, source, isDynamic, assetKey }) => ({
      ...outputSnapshot(opOutputOf(graph, source)),
      name,
      isDynamic: isDynamic === true,
      source,
      ...(assetKey !== undefined && { assetKey }),
    })),
    ...(graph.canSubset && { canSubset: true as const }),
    nodes: graph.nodes.map(nodeSnapshot),
  };
}

/** The op output behind an output of a graph, through nested graphs. */
export function opOutputOf(graph: GraphDefinition, source: { readonly node: string; readonly output: string }): OutputDefinition {
  const { definition } = graph.nodes.find((node) => node.name === source.node)!;
  if (!("nodes" in definition)) return definition.outs.find((out) => out.name === source.output)!;
  return opOutputOf(definition, definition.outs.find((out) => out.name === source.output)!.source);
}
