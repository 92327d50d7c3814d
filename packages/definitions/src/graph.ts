import type { AssetKey, Tags } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { ResolvedAssetCheckSpec } from "./asset-checks/check-spec.ts";
import type { Branded } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { composeGraph } from "./compose-graph.ts";
import { callGraph, type ComposedNode, type NodeUse } from "./composition.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { DynamicHandle, Handle, Wire } from "./handle.ts";
import { checkHooks, type HookDefinition } from "./hook.ts";
import { type GraphJobOptions, type JobDefinition, jobOfGraph } from "./job.ts";
import { checkName, checkTags } from "./names.ts";
import { inputDefinition } from "./op-definitions.ts";
import type { GivenOf, InEntries, Nothing, TakenOf } from "./op-io.ts";
import type { InputDefinition } from "./op.ts";
import type { OutputOf, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A graph's output and the node within it that makes it. */
export interface GraphOutput {
  readonly name: string;
  readonly source: { readonly node: string; readonly output: string };
  /** It has any number of values: a dynamic output within it, or what was mapped over one. */
  readonly isDynamic?: true;
  /** It has no value, only an order. */
  readonly isNothing?: true;
  /** The asset that it is, where the graph makes assets. */
  readonly assetKey?: AssetKey;
  /** The asset check that it stands for: its value is how the check came out, and is not stored. */
  readonly check?: ResolvedAssetCheckSpec;
}

/** What run config says for one node, as a graph's `mapConfig` gives it for those within it. */
export interface NodeRunConfig {
  /** Of an op, or of a graph that maps its config. */
  readonly config?: unknown;
  /** Values of unwired inputs. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Of a graph: what it says for the nodes within. */
  readonly ops?: Readonly<Record<string, NodeRunConfig>>;
}

/** How a graph's own config becomes that of the nodes within it. */
export interface ConfigMapping {
  readonly config: Schema;
  readonly map: (config: never) => Readonly<Record<string, NodeRunConfig>>;
}

/** A composed graph as planners see it. */
export interface GraphDefinition extends Branded<"graph"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  readonly ins: readonly InputDefinition[];
  /** One named `result`, or several, or none. */
  readonly outs: readonly GraphOutput[];
  readonly returnsRecord: boolean;
  readonly nodes: readonly ComposedNode[];
  /** Absent: run config speaks to the nodes within it. */
  readonly configMapping?: ConfigMapping;
  /** A run may ask for some of the assets that it makes: the nodes that only the others need are then left out. */
  readonly canSubset?: true;
  /** Those of the assets that it makes, which its ops work for; absent: they have none, or it makes no assets. */
  readonly partitions?: Partitions;
  readonly site: DefinitionSite;
}

type WireOf<E> = E extends Nothing ? Handle<unknown> | readonly Handle<unknown>[] : Wire<GivenOf<E>>;

/** What a graph's inputs are wired to: all of them, since nothing inside could stand in. */
export type GraphWires<I extends InEntries> = { readonly [K in keyof I]: WireOf<I[K]> };

/** What a composing function may return: a handle, a record of handles, or nothing. */
export type GraphResult = AnyHandle | Readonly<Record<string, AnyHandle>> | void;

type AnyHandle = Handle<unknown> | DynamicHandle<unknown>;

/** A graph that can be called inside a job or another graph; a call gives what its composing function returned. */
export interface Graph<I extends InEntries, Result> extends GraphDefinition {
  (...wires: keyof I extends never ? [] : [wires: GraphWires<I>]): Result;
  /** The same graph under another name within the graph that uses it. */
  alias(name: string): Graph<I, Result>;
  /** The same graph with further tags on this use of it. */
  tag(tags: Tags): Graph<I, Result>;
  /** The same graph with hooks for every op within it, in this use of it. */
  withHooks(...hooks: readonly HookDefinition[]): Graph<I, Result>;
  /**
   * A job that runs this graph. One graph can make several, with other resources, config, executor, tags and values of its inputs.
   *
   * @throws InvalidNameError, InvalidOptionError
   */
  toJob(options?: GraphJobOptions<GraphValues<I>>): JobDefinition;
}

/** What {@link graph} takes beside name and composing function. */
export interface GraphOptions<I extends InEntries = InEntries, C extends Schema | undefined = Schema | undefined> {
  readonly description?: string;
  readonly tags?: Tags;
  /** A schema for each input, or `nothing`; the composing function gets a handle for each. */
  readonly ins?: I;
  /** Schema (zod) of what run config says for the graph, instead of speaking to the ops within it; goes with `mapConfig`. */
  readonly config?: C;
  /** Makes of the graph's config what the nodes within it get, by their names: `({factor}) => ({multiply: {config: {factor}}})`. */
  readonly mapConfig?: C extends Schema ? (config: OutputOf<C>) => Readonly<Record<string, NodeRunConfig>> : never;
}

const graphOptions: OptionNames<GraphOptions> = { description: "text", tags: true, ins: true, config: true, mapConfig: true };

/** A value for each input. */
export type GraphValues<I extends InEntries> = {
  readonly [K in keyof I as I[K] extends Nothing ? never : K]: GivenOf<I[K]>;
};

/** What the composing function gets for each input. */
export type GraphInputs<I extends InEntries> = {
  readonly [K in keyof I]: Handle<I[K] extends Nothing ? unknown : TakenOf<I[K]>>;
};

/** The short form: without options. */
export function graph<Result extends GraphResult>(
  name: string,
  body: (inputs: Record<never, never>) => Result,
): Graph<Record<never, never>, Result>;
/**
 * Declares a graph of ops that is used like one op.
 *
 * The composing function runs once, here; it wires ops by calling them, and what it returns becomes the graph's output.
 *
 * @throws InvalidNameError, InvalidOptionError, CompositionError
 */
export function graph<
  Result extends GraphResult,
  I extends InEntries = Record<never, never>,
  C extends Schema | undefined = undefined,
>(name: string, options: GraphOptions<I, C>, body: (inputs: GraphInputs<I>) => Result): Graph<I, Result>;
export function graph(name: string, ...rest: [body: Body] | [options: GraphOptions, body: Body]): GraphDefinition {
  const site = captureSite(graph);
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  const label = `graph "${name}"`;
  checkName("graph", name, site);
  checkOptions(label, options, graphOptions, site);
  checkTags("graph", name, options.tags, site);
  const ins = Object.entries(options.ins ?? {}).map(([input, entry]) => inputDefinition("graph", name, input, entry, site));
  const composed = composeGraph({
    label,
    name,
    site,
    ins,
    description: options.description ?? null,
    tags: options.tags ?? {},
    body,
  });
  const configMapping = configMappingOf(label, options, site);
  return callable(configMapping === null ? composed : { ...composed, configMapping }, {});
}

type Body = (inputs: never) => unknown;

/** @throws InvalidOptionError when one of both is missing */
export function configMappingOf(
  label: string,
  { config, mapConfig }: Pick<GraphOptions, "config" | "mapConfig">,
  site: DefinitionSite,
): ConfigMapping | null {
  if (config === undefined && mapConfig === undefined) return null;
  if (config === undefined) throw new InvalidOptionError(label, "it has `mapConfig` and no `config` schema to map", site);
  if (typeof mapConfig !== "function")
    throw new InvalidOptionError(label, "it has a `config` schema and no `mapConfig` that says which op gets what of it", site);
  return Object.freeze({ config, map: mapConfig as ConfigMapping["map"] });
}

/** One way to call a graph: `alias`, `tag` and the like return another callable of the same definition. */
function callable(definition: GraphDefinition, use: NodeUse): GraphDefinition {
  const call = (...args: readonly unknown[]): unknown => callGraph({ definition: identity, use, args, below: call });
  const alias = (name: string): GraphDefinition => {
    checkName("node", name, captureSite(alias));
    return callable(identity, { ...use, alias: name });
  };
  const tag = (tags: Tags): GraphDefinition => {
    checkTags("node", definition.name, tags, captureSite(tag));
    return callable(identity, { ...use, tags: { ...use.tags, ...tags } });
  };
  const withHooks = (...hooks: readonly HookDefinition[]): GraphDefinition => {
    const checked = checkHooks(`node "${definition.name}"`, hooks, captureSite(withHooks));
    return callable(identity, { ...use, hooks: [...(use.hooks ?? []), ...checked] });
  };
  const toJob = (options: GraphJobOptions = {}): JobDefinition => jobOfGraph(identity, options, use, captureSite(toJob));
  const identity: GraphDefinition = typeof definition === "function" ? definition : (call as unknown as GraphDefinition);
  return makeCallable(call, { ...definition, alias, tag, withHooks, toJob });
}
