import { AsyncLocalStorage } from "node:async_hooks";
import type { InputSource, RetryPolicySnapshot, Tags } from "@dagwright/model";
import { brandOf } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { directContext } from "./direct-context.ts";
import { AsyncCompositionError, ForeignHandleError, MisplacedCallError, OpCalledInsideOpError, WiringError } from "./errors.ts";
import type { GraphDefinition } from "./graph.ts";
import { dynamicHandle } from "./dynamic-handle.ts";
import { type DynamicSource, type Handle, handleTarget, makeHandle } from "./handle.ts";
import type { HookDefinition } from "./hook.ts";
import { NodeWiring, targetOf } from "./node-wiring.ts";
import type { OpDefinition, OutputDefinition } from "./op.ts";

/** One use of an op or graph in a composed graph. */
export interface ComposedNode {
  /** Unique among its siblings. */
  readonly name: string;
  readonly definition: OpDefinition | GraphDefinition;
  /** Tags of this use, beside those of the definition. */
  readonly tags: Tags;
  /** Hooks of this use, and of all within it when it is a graph; absent: none. */
  readonly hooks?: readonly HookDefinition[];
  /** Stands for the op's own in this use; absent: the op's own. */
  readonly retryPolicy?: RetryPolicySnapshot;
  readonly inputs: readonly ComposedInput[];
}

/** What a use of an op or graph has of its own. */
export interface NodeUse extends Pick<ComposedNode, "hooks" | "retryPolicy"> {
  readonly alias?: string;
  readonly tags?: Tags;
}

/** What an input of a node is wired to. */
export interface ComposedInput {
  readonly input: string;
  readonly isFanIn: boolean;
  /** Empty: the input has its default, or run config gives its value. */
  readonly sources: readonly InputSource[];
}

/** The job or graph that is being composed right now. */
interface Composition {
  /** For people: `job "a"`. */
  readonly label: string;
  readonly nodes: ComposedNode[];
  readonly names: Map<string, number>;
  readonly calls: WiredCall[];
  /** The nodes that run once for each value of a dynamic output. */
  readonly mapped: Map<string, DynamicSource>;
}

/** Where a call that wired a node stands in the user's code. */
export interface WiredCall {
  readonly node: string;
  readonly site: DefinitionSite;
}

type Activity =
  | { readonly kind: "op"; readonly label: string }
  | { readonly kind: "composition"; readonly composition: Composition };

/** Shared by all copies of this package in a process: a job of one may use ops of another. */
interface Shared {
  readonly compositions: Composition[];
  readonly activity: AsyncLocalStorage<Activity>;
}
const sharedKey = Symbol.for("dagwright.composition");
const globals = globalThis as { [sharedKey]?: Shared };
const shared: Shared = (globals[sharedKey] ??= { compositions: [], activity: new AsyncLocalStorage<Activity>() });

/**
 * Calls a composing function and collects the nodes that its calls wire. Nothing of the user's ops runs.
 *
 * @throws AsyncCompositionError when the function is asynchronous or a generator
 */
export function compose<T>(
  label: string,
  site: DefinitionSite,
  body: (composition: object) => T,
): {
  readonly nodes: readonly ComposedNode[];
  readonly returned: T;
  readonly composition: object;
  readonly calls: readonly WiredCall[];
} {
  const composition: Composition = { label, nodes: [], names: new Map(), calls: [], mapped: new Map() };
  shared.compositions.push(composition);
  let returned: T;
  try {
    returned = shared.activity.run({ kind: "composition", composition }, () => body(composition));
  } finally {
    shared.compositions.pop();
  }
  if (isThenable(returned)) {
    // What goes on in it is refused call by call; its own rejection would only repeat this error.
    Promise.resolve(returned).catch(() => undefined);
    throw new AsyncCompositionError(label, "returned a promise", site);
  }
  return { nodes: Object.freeze(composition.nodes), returned, composition, calls: composition.calls };
}

/** Refuses `async` and generator functions before they are called. */
export function checkComposable(label: string, body: unknown, site: DefinitionSite): void {
  if (typeof body !== "function") throw new WiringError(`${label}: its last argument must be the function that wires it`, site);
  const kind = Object.prototype.toString.call(body);
  if (kind === "[object AsyncFunction]") throw new AsyncCompositionError(label, "is composed by an async function", site);
  if (kind !== "[object Function]") throw new AsyncCompositionError(label, "is composed by a generator function", site);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" &&
  value !== null &&
  brandOf(value) === undefined &&
  typeof (value as { then?: unknown }).then === "function";

/**
 * Runs an op's function such that a call of another op from within it is recognised, also after an `await`. Step runners call
 * every op's function through this.
 */
export function insideOp<T>(label: string, run: () => T): T {
  return shared.activity.run({ kind: "op", label }, run);
}

interface Call<Definition> {
  readonly definition: Definition;
  readonly use: NodeUse;
  readonly args: readonly unknown[];
  /** The function that the user called; the stack below it is the user's. */
  readonly below: (...args: never[]) => unknown;
}

/** A user's call of an op: wires it while composing, else runs its function. */
export function callOp({ definition, use, args, below }: Call<OpDefinition>): unknown {
  const label = opLabel(definition);
  const composition = openComposition(label, below);
  if (composition) {
    if (definition.assetWork || definition.outs.some(({ check }) => check)) {
      throw new MisplacedCallError(
        `${label} was called in ${composition.label}. Jobs wire ops; a job of assets is made with defineAssetJob`,
        captureSite(below),
      );
    }
    const node = wire(composition, { definition, use, args, below });
    return outputHandles(composition, node, definition);
  }
  const activity = shared.activity.getStore();
  if (activity?.kind === "op") throw new OpCalledInsideOpError(label, activity.label, captureSite(below));
  const [inputs = {}, context] = args;
  refuseHandles(label, inputs, below);
  return insideOp(label, () => definition.compute(inputs as never, (context ?? directContext(definition)) as never));
}

/** A user's call of a graph: wires it as one node. */
export function callGraph({ definition, use, args, below }: Call<GraphDefinition>): unknown {
  const label = `graph "${definition.name}"`;
  const composition = openComposition(label, below);
  if (!composition) {
    throw new MisplacedCallError(
      `${label} was called outside of a job. Graphs are wired in jobs and other graphs; in a test, make a job of it`,
      captureSite(below),
    );
  }
  const node = wire(composition, { definition, use, args, below });
  return definition.outs.length === 0 ? undefined : outputHandles(composition, node, definition);
}

/** How messages name an op: an asset's by the asset. */
export const opLabel = (definition: OpDefinition): string =>
  definition.assetKey
    ? `asset "${definition.assetKey.join("/")}"`
    : `${definition.assetWork ? "multi-asset" : definition.outs.some(({ check }) => check) ? "asset check" : "op"} "${definition.name}"`;

/** The composition that a call belongs to; undefined outside. Refuses calls from what is left of an asynchronous one. */
function openComposition(label: string, below: (...args: never[]) => unknown): Composition | undefined {
  const current = shared.compositions.at(-1);
  const activity = shared.activity.getStore();
  if (activity?.kind === "composition" && activity.composition !== current) {
    throw new AsyncCompositionError(activity.composition.label, `called ${label} after it had returned`, captureSite(below));
  }
  return current;
}

/** What an op's and a graph's outputs have in common. */
type NodeOutput = Pick<OutputDefinition, "name" | "isDynamic" | "isNothing">;

/** The handle of a node's only output, or a record of handles. */
function outputHandles(composition: Composition, node: string, { outs, returnsRecord }: OpDefinition | GraphDefinition): unknown {
  const handle = ({ name, isDynamic, isNothing }: NodeOutput): Handle<unknown> => {
    const label = `the handle of ${outs.length > 1 ? `output "${name}" of ` : ""}"${node}" in ${composition.label}`;
    const source = { kind: "output", node, output: name } as const;
    const mappedOver = composition.mapped.get(node);
    if (isDynamic) return dynamicHandle({ composition, source, label, ...(mappedOver && { within: mappedOver }) });
    return makeHandle({ composition, source, label, ...(mappedOver && { mappedOver }), ...(isNothing && { isNothing: true }) });
  };
  const [first]: readonly NodeOutput[] = outs;
  if (!returnsRecord && first !== undefined) return handle(first);
  return Object.freeze(Object.fromEntries(outs.map((out) => [out.name, handle(out)])));
}

/** Adds a node to the composition; returns its name. */
function wire(composition: Composition, { definition, use, args, below }: Call<OpDefinition | GraphDefinition>): string {
  const name = use.alias ?? freeName(composition, definition.name);
  if (use.alias !== undefined) {
    if (composition.nodes.some((node) => node.name === name)) {
      throw new WiringError(
        `${composition.label} has two nodes named "${name}". Give one of them another alias`,
        captureSite(below),
      );
    }
    composition.names.set(name, composition.names.get(name) ?? 1);
  }
  const wires = args[0] ?? {};
  const what = `"${name}" in ${composition.label}`;
  if (typeof wires !== "object" || handleTarget(wires)) {
    throw new WiringError(
      `${what} takes its inputs as a record by name, e.g. {${definition.ins.map((input) => input.name).join(", ")}}`,
      captureSite(below),
    );
  }
  for (const input of Object.keys(wires)) {
    if (!definition.ins.some((known) => known.name === input)) {
      const known = definition.ins.map((one) => `"${one.name}"`).join(", ");
      throw new WiringError(
        `${what} has no input "${input}"; ${known === "" ? "it has no inputs" : `its inputs are ${known}`}`,
        captureSite(below),
      );
    }
  }
  const wiring = new NodeWiring(what, below);
  const inputs = definition.ins.map((input): ComposedInput => {
    const value = (wires as Readonly<Record<string, unknown>>)[input.name];
    if (value === undefined) {
      if (input.hasDefault || input.isOrderOnly) return { input: input.name, isFanIn: false, sources: [] };
      throw new WiringError(`Input "${input.name}" of ${what} is not wired and has no default`, captureSite(below));
    }
    const isList = Array.isArray(value);
    const where = `input "${input.name}" of ${what}`;
    const targets = (isList ? (value as readonly unknown[]) : [value]).map((one) => targetOf(one, composition, where, below));
    for (const target of targets) wiring.take(target, where, isList, input.isOrderOnly);
    const isFanIn = isList || targets.some(({ collects }) => collects !== undefined);
    return { input: input.name, isFanIn, sources: targets.map(({ source }) => source) };
  });
  const mappedOver = wiring.mappedOver();
  if (mappedOver !== undefined) composition.mapped.set(name, mappedOver);
  const { hooks, retryPolicy } = use;
  composition.nodes.push(
    Object.freeze({
      name,
      definition,
      tags: Object.freeze({ ...use.tags }),
      ...(hooks && { hooks }),
      ...(retryPolicy && { retryPolicy }),
      inputs,
    }),
  );
  composition.calls.push({ node: name, site: captureSite(below) });
  return name;
}

/** `name`, or `name_2`, `name_3` … for further uses; steps over names that aliases took. */
function freeName(composition: Composition, name: string): string {
  const uses = (composition.names.get(name) ?? 0) + 1;
  composition.names.set(name, uses);
  const candidate = uses === 1 ? name : `${name}_${uses}`;
  return composition.nodes.some((node) => node.name === candidate) ? freeName(composition, name) : candidate;
}

function refuseHandles(label: string, inputs: unknown, below: (...args: never[]) => unknown): void {
  if (typeof inputs !== "object" || inputs === null) return;
  const values = handleTarget(inputs) ? [inputs] : Object.values(inputs as Record<string, unknown>);
  for (const value of values) {
    const target = handleTarget(value);
    if (target) throw new ForeignHandleError(target.label, `to ${label} outside of a job`, captureSite(below));
  }
}
