import type { Tags } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { callGraph, checkComposable, type ComposedNode, compose } from "./composition.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { ForeignHandleError, WiringError } from "./errors.ts";
import { refuseTestedHandles } from "./handle-conditions.ts";
import { type Handle, handleTarget, makeHandle, type Wire } from "./handle.ts";
import { checkName, checkTags } from "./names.ts";
import { type InputDefinition, inputDefinition } from "./op.ts";
import type { InputOf, OutputOf, Schemas } from "./schema.ts";

/** A graph's output and the node within it that makes it. */
export interface GraphOutput {
  readonly name: string;
  readonly source: { readonly node: string; readonly output: string };
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
  readonly site: DefinitionSite;
}

/** What a graph's inputs are wired to: all of them, since nothing inside could stand in. */
export type GraphWires<I extends Schemas> = { readonly [K in keyof I]: Wire<InputOf<I[K]>> };

/** What a composing function may return: a handle, a record of handles, or nothing. */
export type GraphResult = Handle<unknown> | Readonly<Record<string, Handle<unknown>>> | void;

/** A graph that can be called inside a job or another graph; a call gives what its composing function returned. */
export interface Graph<I extends Schemas, Result> extends GraphDefinition {
  (...wires: keyof I extends never ? [] : [wires: GraphWires<I>]): Result;
  /** The same graph under another name within the graph that uses it. */
  alias(name: string): Graph<I, Result>;
  /** The same graph with further tags on this use of it. */
  tag(tags: Tags): Graph<I, Result>;
}

/** What {@link graph} takes beside name and composing function. */
export interface GraphOptions<I extends Schemas = Schemas> {
  readonly description?: string;
  readonly tags?: Tags;
  /** A schema for each input; the composing function gets a handle for each. */
  readonly ins?: I;
}

/** What the composing function gets for each input. */
export type GraphInputs<I extends Schemas> = { readonly [K in keyof I]: Handle<OutputOf<I[K]>> };

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
 * @throws InvalidNameError, CompositionError
 */
export function graph<Result extends GraphResult, I extends Schemas = Record<never, never>>(
  name: string,
  options: GraphOptions<I>,
  body: (inputs: GraphInputs<I>) => Result,
): Graph<I, Result>;
export function graph(name: string, ...rest: [body: Body] | [options: GraphOptions, body: Body]): GraphDefinition {
  const site = captureSite(graph);
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("graph", name, site);
  checkTags("graph", name, options.tags, site);
  const ins = Object.entries(options.ins ?? {}).map(([input, schema]) => inputDefinition("graph", name, input, schema, site));
  return callable(
    composeGraph({
      label: `graph "${name}"`,
      name,
      site,
      ins,
      description: options.description ?? null,
      tags: options.tags ?? {},
      body,
    }),
    {},
  );
}

type Body = (inputs: never) => unknown;

interface GraphParts extends Pick<GraphDefinition, "name" | "site" | "ins" | "description" | "tags"> {
  readonly label: string;
  readonly body: Body;
  /** The function as the user wrote it, when `body` wraps it. */
  readonly source?: (...args: never[]) => unknown;
}

/** Runs a composing function and makes the graph of it. Jobs use it too, for their root graph. */
export function composeGraph({ label, name, site, ins, description, tags, body, source = body }: GraphParts): GraphDefinition {
  checkComposable(label, source, site);
  const { nodes, returned, composition, calls } = compose(label, site, (own) => {
    const handle = (input: InputDefinition): readonly [string, Handle<unknown>] => [
      input.name,
      makeHandle({
        composition: own,
        source: { kind: "graphInput", input: input.name },
        label: `the handle of input "${input.name}" of ${label}`,
      }),
    ];
    return body(Object.freeze(Object.fromEntries(ins.map(handle))) as never);
  });
  refuseTestedHandles({ label, body: source, calls });
  const isOneHandle = handleTarget(returned) !== undefined;
  const outs = outputsOf(label, returned, composition, site);
  return Object.freeze({
    ...brand("graph"),
    name,
    description,
    tags: Object.freeze({ ...tags }),
    ins: Object.freeze(ins),
    outs,
    returnsRecord: !isOneHandle,
    nodes,
    site,
  });
}

function outputsOf(label: string, returned: unknown, composition: object, site: DefinitionSite): readonly GraphOutput[] {
  if (returned === undefined || returned === null) return [];
  const isRecord = typeof returned === "object" && !handleTarget(returned) && !Array.isArray(returned);
  const entries: readonly (readonly [string, unknown])[] = isRecord ? Object.entries(returned) : [["result", returned]];
  return entries.map(([name, value]) => {
    const target = handleTarget(value);
    if (!target)
      throw new WiringError(
        `${label} returned something that is no handle${isRecord ? ` for "${name}"` : ""}. It may return a handle, a record of handles, or nothing`,
        site,
      );
    if (target.composition !== composition) throw new ForeignHandleError(target.label, `to the output of ${label}`, site);
    if (target.source.kind !== "output")
      throw new WiringError(`${label} returned its own input "${name}". An output must come from an op`, site);
    checkName("output", name, site, label);
    return Object.freeze({ name, source: Object.freeze({ node: target.source.node, output: target.source.output }) });
  });
}

/** One way to call a graph: `alias` and `tag` return another callable of the same definition. */
function callable(definition: GraphDefinition, use: { readonly alias?: string; readonly tags?: Tags }): GraphDefinition {
  const call = (...args: readonly unknown[]): unknown => callGraph({ definition: identity, use, args, below: call });
  const alias = (name: string): GraphDefinition => {
    checkName("node", name, captureSite(alias));
    return callable(identity, { ...use, alias: name });
  };
  const tag = (tags: Tags): GraphDefinition => {
    checkTags("node", definition.name, tags, captureSite(tag));
    return callable(identity, { ...use, tags: { ...use.tags, ...tags } });
  };
  const identity: GraphDefinition = typeof definition === "function" ? definition : (call as unknown as GraphDefinition);
  return makeCallable(call, { ...definition, alias, tag });
}
