import type {
  ExecutionPlan,
  GraphSnapshot,
  InputSnapshot,
  JobSnapshot,
  NodeSnapshot,
  OpSnapshot,
  OutputSnapshot,
} from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { findAssetNodes } from "../assets/find-assets.ts";
import type { GraphContext } from "../context.ts";
import { configTypesOf, toNamelessField } from "../config/config-types.ts";
import { toMetadataEntries } from "../metadata/metadata-entries.ts";
import { listRuns } from "../runs/list-runs.ts";
import { toRunStepStats } from "../runs/step-stats.ts";
import { toModes } from "./modes.ts";
import { toDagsterType } from "./value-types.ts";

/** A graph of a job and the way to it from the job's own graph. */
interface Place {
  readonly job: JobSnapshot;
  readonly graph: GraphSnapshot;
  readonly path: readonly string[];
  /** Null: the whole job. */
  readonly part: PartOfJob | null;
}

/** Handles of the nodes that a part of a job has, graphs around them included. */
export type PartOfJob = ReadonlySet<string>;

/** What is left of a job when it does these steps only. */
export const partOfSteps = ({ steps }: ExecutionPlan): PartOfJob =>
  new Set(steps.flatMap(({ handle }) => handle.map((_, depth) => handle.slice(0, depth + 1).join("."))));

/** The nodes of a job's graph, or of another one in it, under the older names of GraphQL: op and graph are solids there. */
export const toSolids = (
  job: JobSnapshot,
  graph = job.rootGraph,
  part: PartOfJob | null = null,
): Pick<gql.SolidContainer, "solids" | "solidHandle" | "solidHandles"> =>
  container({ job, graph: requireGraph(job, graph), path: [], part });

export const nodeNames = (job: JobSnapshot, part: PartOfJob | null = null): string[] =>
  nodesOf({ job, graph: requireGraph(job, job.rootGraph), path: [], part }).map(({ name }) => name);

/** By name, as clients know them from Dagster. */
const nodesOf = (place: Place): readonly NodeSnapshot[] => keptNodes(place).toSorted((a, b) => (a.name < b.name ? -1 : 1));

const keptNodes = ({ graph, path, part }: Place): readonly NodeSnapshot[] =>
  part === null ? graph.nodes : graph.nodes.filter(({ name }) => part.has([...path, name].join(".")));

function container(place: Place): Pick<gql.SolidContainer, "solids" | "solidHandle" | "solidHandles"> {
  return {
    solids: () => nodesOf(place).map((node) => toSolid(node, place)),
    solidHandle: ({ handleID }: { readonly handleID: string }) =>
      allHandles(place).find(({ handleID: each }) => each === handleID) ?? null,
    solidHandles: ({ parentHandleID }: { readonly parentHandleID?: string | null | undefined }) => {
      const handles = allHandles(place);
      // Without the argument all handles are told; with an empty one those at the top.
      if (parentHandleID === null || parentHandleID === undefined) return handles;
      return handles.filter(({ handleID }) => handleID.split(".").slice(0, -1).join(".") === parentHandleID);
    },
  };
}

/** A use of an op or graph somewhere within a job. */
export interface NodePlace {
  readonly handleId: string;
  readonly node: NodeSnapshot;
  readonly place: Place;
}

/** Every use of an op or graph within a job, parents first. */
export function nodePlaces(job: JobSnapshot): NodePlace[] {
  const within = (place: Place): NodePlace[] =>
    nodesOf(place).flatMap((node) => {
      const path = [...place.path, node.name];
      const here: NodePlace = { handleId: path.join("."), node, place };
      return node.isGraph ? [here, ...within({ job, graph: requireGraph(job, node.definition), path, part: null })] : [here];
    });
  return within({ job, graph: requireGraph(job, job.rootGraph), path: [], part: null });
}

/** A graph where a job uses it. */
export const toPlacedGraph = ({ node, place }: NodePlace): gql.CompositeSolidDefinition => toGraphDefinition(node, place);

/** The use as a handle, whose parents are those of its place in the job. */
export function toPlacedHandle({ handleId, place: { job } }: NodePlace): gql.SolidHandle {
  const root = { job, graph: requireGraph(job, job.rootGraph), path: [], part: null };
  const handle = allHandles(root).find(({ handleID }) => handleID === handleId);
  if (handle === undefined) throw new TypeError(`Job "${job.name}" has no node "${handleId}"`);
  return handle;
}

/** What a node is a use of. */
export const toPlacedDefinition = ({ node, place }: NodePlace): gql.ISolidDefinition => toDefinition(node, place);

type Handle = gql.SolidHandle & { readonly handleID: string };

/** Handles of a graph's nodes and of those within them, parents first. */
function allHandles(place: Place, parent: Handle | null = null): Handle[] {
  return nodesOf(place).flatMap((node) => {
    const path = [...place.path, node.name];
    const handleID = path.join(".");
    const handle: Handle = {
      handleID,
      solid: () => toSolid(node, place),
      parent,
      stepStats: ({ limit }, context) => toHandleStats(handleID, node, place, limit, context),
    };
    return node.isGraph
      ? [handle, ...allHandles({ ...place, graph: requireGraph(place.job, node.definition), path }, handle)]
      : [handle];
  });
}

/** How the node's step fared in the job's latest runs. */
async function toHandleStats(
  handleID: string,
  node: NodeSnapshot,
  { job, graph }: Place,
  limit: number | null | undefined,
  context: GraphContext,
): Promise<gql.SolidStepStatsOrError> {
  const unavailable = (message: string) => ({ __typename: "SolidStepStatusUnavailableError", message }) as const;
  if (mappedNodes(graph, job).has(node.name))
    return unavailable("A mapped op has a step for each value, and no one step to tell of");
  if (node.isGraph) return unavailable("A graph has no step of its own");
  const runs = await listRuns({ jobName: job.name }, null, limit, context);
  const stats = await Promise.all(runs.map(async ({ id }) => toRunStepStats(id, context)));
  return {
    __typename: "SolidStepStatsConnection",
    nodes: stats.flatMap((steps) => steps.filter(({ stepKey }) => stepKey === handleID).slice(0, 1)),
  };
}

function toSolid(node: NodeSnapshot, place: Place): gql.Solid {
  const { ins, outs } = node.isGraph ? requireGraph(place.job, node.definition) : requireOp(place.job, node.definition);
  return {
    name: node.name,
    definition: () => toDefinition(node, place),
    inputs: () => ins.map((input) => toInput(input, node, place)),
    outputs: () => outs.map((output) => toOutput(output, node, place)),
    isDynamicMapped: () => mappedNodes(place.graph, place.job).has(node.name),
  };
}

function toInput(input: InputSnapshot, node: NodeSnapshot, place: Place): gql.Input {
  const wired = node.inputs.find((each) => each.input === input.name);
  return {
    solid: () => toSolid(node, place),
    definition: () => toInputDefinition(input),
    isDynamicCollect: () => wired?.sources.some((source) => source.kind === "output" && source.isCollected === true) === true,
    dependsOn: () =>
      (wired?.sources ?? []).flatMap((source) => {
        if (source.kind !== "output") return [];
        const upstream = keptNodes(place).find(({ name }) => name === source.node);
        const output =
          upstream === undefined ? undefined : outputsOf(upstream, place.job).find(({ name }) => name === source.output);
        return upstream === undefined || output === undefined ? [] : [toOutput(output, upstream, place)];
      }),
  };
}

function toOutput(output: OutputSnapshot, node: NodeSnapshot, place: Place): gql.Output {
  return {
    solid: () => toSolid(node, place),
    definition: () => toOutputDefinition(output),
    dependedBy: () =>
      keptNodes(place).flatMap((downstream) =>
        downstream.inputs
          .filter(({ sources }) =>
            sources.some((source) => source.kind === "output" && source.node === node.name && source.output === output.name),
          )
          .flatMap(({ input }) => {
            const definition = inputsOf(downstream, place.job).find(({ name }) => name === input);
            return definition === undefined ? [] : [toInput(definition, downstream, place)];
          }),
      ),
  };
}

const toInputDefinition = (input: InputSnapshot): gql.InputDefinition => ({
  name: input.name,
  description: input.description,
  type: () => toDagsterType(input.type),
  metadataEntries: () => toMetadataEntries(input.metadata),
});

const toOutputDefinition = (output: OutputSnapshot): gql.OutputDefinition => ({
  name: output.name,
  description: output.description,
  isDynamic: output.isDynamic,
  type: () => toDagsterType(output.type),
  metadataEntries: () => toMetadataEntries(output.metadata),
});

function toDefinition(node: NodeSnapshot, place: Place): gql.ISolidDefinition {
  return node.isGraph ? toGraphDefinition(node, place) : toOpDefinition(requireOp(place.job, node.definition), place.job);
}

export function toOpDefinition(op: OpSnapshot, job: JobSnapshot): gql.SolidDefinition {
  return {
    __typename: "SolidDefinition",
    name: op.name,
    description: op.description,
    metadata: Object.entries(op.tags).map(([key, value]) => ({ key, value })),
    inputDefinitions: () => op.ins.map(toInputDefinition),
    outputDefinitions: () => op.outs.map(toOutputDefinition),
    assetNodes: (_, context) => findAssetNodes(context, assetsOfOp(op.name, job)),
    configField: () => toNamelessField(op.configType, configTypesOf(job)),
    requiredResources: op.requiredResourceKeys.map((resourceKey) => ({ resourceKey })),
    pool: op.pool,
    pools: op.pool === null ? [] : [op.pool],
  };
}

function toGraphDefinition(node: NodeSnapshot, place: Place): gql.CompositeSolidDefinition {
  const { job } = place;
  const graph = requireGraph(job, node.definition);
  const inner = { ...place, graph, path: [...place.path, node.name] };
  return {
    __typename: "CompositeSolidDefinition",
    id: `${job.name}:${inner.path.join(".")}`,
    name: graph.name,
    description: graph.description,
    metadata: Object.entries(graph.tags).map(([key, value]) => ({ key, value })),
    inputDefinitions: () => graph.ins.map(toInputDefinition),
    outputDefinitions: () => graph.outs.map(toOutputDefinition),
    assetNodes: (_, context) =>
      findAssetNodes(
        context,
        job.assets.filter((asset) => asset.node === inner.path.join(".")).map(({ assetKey }) => assetKey),
      ),
    pools: () => [...new Set(opsWithin(graph, job).flatMap(({ pool }) => (pool === null ? [] : [pool])))],
    ...container(inner),
    modes: () => toModes(job),
    inputMappings: () =>
      graph.ins.flatMap((definition) =>
        graph.nodes.flatMap((each) =>
          each.inputs
            .filter(({ sources }) => sources.some((source) => source.kind === "graphInput" && source.input === definition.name))
            .flatMap(({ input }) => {
              const mapped = inputsOf(each, job).find(({ name }) => name === input);
              return mapped === undefined
                ? []
                : [{ definition: () => toInputDefinition(definition), mappedInput: () => toInput(mapped, each, inner) }];
            }),
        ),
      ),
    outputMappings: () =>
      graph.outs.flatMap((definition) => {
        const source = graph.nodes.find(({ name }) => name === definition.source.node);
        const mapped =
          source === undefined ? undefined : outputsOf(source, job).find(({ name }) => name === definition.source.output);
        return source === undefined || mapped === undefined
          ? []
          : [{ definition: () => toOutputDefinition(definition), mappedOutput: () => toOutput(mapped, source, inner) }];
      }),
  };
}

/** The nodes of a graph that run once for each value of a dynamic output above them. */
function mappedNodes(graph: GraphSnapshot, job: JobSnapshot): ReadonlySet<string> {
  const known = mappedNodesOf.get(graph);
  if (known !== undefined) return known;
  const readers = new Map<string, string[]>();
  const mapped = new Set<string>();
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  for (const { name, inputs } of graph.nodes) {
    for (const { isFanIn, sources } of inputs) {
      for (const source of sources) {
        if (isFanIn || source.kind !== "output") continue;
        const upstream = nodes.get(source.node);
        if (upstream === undefined) continue;
        if (outputsOf(upstream, job).some((output) => output.name === source.output && output.isDynamic)) mapped.add(name);
        const others = readers.get(source.node);
        if (others === undefined) readers.set(source.node, [name]);
        else others.push(name);
      }
    }
  }
  // A set hands out what is added to it on the way.
  for (const name of mapped) for (const reader of readers.get(name) ?? []) mapped.add(reader);
  mappedNodesOf.set(graph, mapped);
  return mapped;
}
const mappedNodesOf = new WeakMap<GraphSnapshot, ReadonlySet<string>>();

const assetsOfOp = (opName: string, job: JobSnapshot) => {
  const uses = new Set(
    requireGraph(job, job.rootGraph)
      .nodes.filter(({ definition }) => definition === opName)
      .map(({ name }) => name),
  );
  return job.assets.filter(({ node }) => uses.has(node)).map(({ assetKey }) => assetKey);
};

const opsWithin = (graph: GraphSnapshot, job: JobSnapshot): OpSnapshot[] =>
  graph.nodes.flatMap((node) =>
    node.isGraph ? opsWithin(requireGraph(job, node.definition), job) : [requireOp(job, node.definition)],
  );

const inputsOf = (node: NodeSnapshot, job: JobSnapshot): readonly InputSnapshot[] =>
  (node.isGraph ? requireGraph(job, node.definition) : requireOp(job, node.definition)).ins;
const outputsOf = (node: NodeSnapshot, job: JobSnapshot): readonly OutputSnapshot[] =>
  (node.isGraph ? requireGraph(job, node.definition) : requireOp(job, node.definition)).outs;

function requireGraph(job: JobSnapshot, name: string): GraphSnapshot {
  const graph = job.graphs.find((each) => each.name === name);
  if (graph === undefined) throw new TypeError(`The snapshot of job "${job.name}" has no graph "${name}"`);
  return graph;
}

function requireOp(job: JobSnapshot, name: string): OpSnapshot {
  const op = job.ops.find((each) => each.name === name);
  if (op === undefined) throw new TypeError(`The snapshot of job "${job.name}" has no op "${name}"`);
  return op;
}
