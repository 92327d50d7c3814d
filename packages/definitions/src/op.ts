import type { AssetKey, MetadataInput, Metadata, RetryPolicySnapshot, Tags } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { ResolvedAssetCheckSpec } from "./asset-checks/check-spec.ts";
import { brand, type Branded } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { callOp, type NodeUse } from "./composition.ts";
import type { ConfigPreset } from "./config-preset.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { DynamicHandle, Handle, Wire } from "./handle.ts";
import { checkHooks, type HookDefinition } from "./hook.ts";
import { checkName, checkTags } from "./names.ts";
import type { OpContext } from "./op-context.ts";
import { inputDefinition, outputDefinitions } from "./op-definitions.ts";
import type { GivenOf, InEntries, Nothing, OpOut, OutEntries, OutEntry, TakenOf } from "./op-io.ts";
import type { Returns, ReturnsRecord, ValueFrom } from "./op-result.ts";
import type { PartitionRead } from "./partitions/asset-in.ts";
import { type PoolUse, resolvePool } from "./pool.ts";
import { checkResources, type ConfigValue, type ResourceMap, type ResourceValues } from "./resource.ts";
import { checkTimeout, type RetryPolicy, retryPolicySnapshot } from "./retry-policy.ts";
import type { Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** An input of an op or graph. */
export interface InputDefinition {
  readonly name: string;
  /** Checks the value before the function gets it; null: anything. */
  readonly schema: Schema | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  /** An unwired input gets what its schema makes of `undefined`. */
  readonly hasDefault: boolean;
  /** The I/O manager that loads it, in place of the one that stored the value. */
  readonly inputManagerKey?: string;
  /** Carries no value, only an order: nothing is loaded and the function does not get it. */
  readonly isOrderOnly: boolean;
  /** The asset that it reads, for an asset's op. */
  readonly assetKey: AssetKey | null;
  /** How it reads that asset's partitions, where the user said so. */
  readonly read?: PartitionRead;
}

/** An output of an op. */
export interface OutputDefinition {
  readonly name: string;
  /** Checks what the function returned before it is stored; null: anything. */
  readonly schema: Schema | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly ioManagerKey: string;
  /** False: the op may leave it out, and what depends on it is then skipped. */
  readonly isRequired: boolean;
  /** It has any number of values, each with a mapping key. */
  readonly isDynamic?: true;
  /** It has no value, and is not stored; it is made when the op has succeeded. */
  readonly isNothing?: true;
  /** The asset that it is. */
  readonly assetKey?: AssetKey;
  /** Of an asset without a value: nobody takes it for made when the function says nothing. */
  readonly isSkippable?: true;
  /** The asset check that it stands for: its value is how the check came out, and is not stored. */
  readonly check?: ResolvedAssetCheckSpec;
}

/** What the op of an asset, or of several, does. */
export interface AssetWork {
  /** Makes them, or looks at what others have made. */
  readonly kind: "materialize" | "observe";
  /** Whether its function is written for several, even if it has one. */
  readonly isMulti: boolean;
  /** Whether a run may ask for some of them alone. */
  readonly canSubset: boolean;
  /** False: its outputs only say that an asset was made, or seen; the function stores by itself what there is. */
  readonly hasValues: boolean;
}

/** An op as executors see it. */
export interface OpDefinition extends Branded<"op"> {
  readonly name: string;
  readonly description: string | null;
  readonly tags: Tags;
  /** In the order of their declaration. */
  readonly ins: readonly InputDefinition[];
  /** One named `result`, or those of the `outs` option in their order. */
  readonly outs: readonly OutputDefinition[];
  /** The function returns a record with a value for each output by name, instead of the only output's value. */
  readonly returnsRecord: boolean;
  readonly config: Schema | null;
  /** What its config is made of when it was made by `configured`. */
  readonly preset?: ConfigPreset;
  /** Resources it needs, by property name in its context. */
  readonly resources: ResourceMap;
  readonly pool: string | null;
  /** How many of the pool's slots a step takes. Absent: one. */
  readonly poolSlots?: number;
  readonly retryPolicy: RetryPolicySnapshot | null;
  /** Longest time of one try, in seconds; absent: no limit. */
  readonly timeoutSeconds?: number;
  /** The only asset that it makes or observes; its function then gets an `AssetContext`. Null for plain ops and multi-assets. */
  readonly assetKey: AssetKey | null;
  /** Absent for ops that make no assets. */
  readonly assetWork?: AssetWork;
  /** The partitions of what it makes; null for plain ops, which have those of their job. */
  readonly partitions: Partitions | null;
  /** The user's function: gets the inputs as a record and the context; may return a promise. */
  readonly compute: (inputs: never, context: never) => unknown;
  readonly site: DefinitionSite;
}

/** The values of named inputs, as a function gets them; those without a value are not among them. */
export type Values<I extends InEntries> = { readonly [K in Exclude<keyof I, OrderKeys<I>>]: TakenOf<I[K]> };

type OrderKeys<I extends InEntries> = { [K in keyof I]: I[K] extends Nothing ? K : never }[keyof I];

type OptionalKeys<I extends InEntries> = {
  [K in keyof I]: I[K] extends Nothing ? K : unknown extends GivenOf<I[K]> ? never : undefined extends GivenOf<I[K]> ? K : never;
}[keyof I];

type WireOf<E> = E extends Nothing ? Handle<unknown> | readonly Handle<unknown>[] : Wire<GivenOf<E>>;

/** What can be wired to named inputs. Those whose schema accepts `undefined`, or that have no value, may stay unwired. */
export type Wires<I extends InEntries> = { readonly [K in Exclude<keyof I, OptionalKeys<I>>]: WireOf<I[K]> } & {
  readonly [K in OptionalKeys<I>]?: WireOf<I[K]>;
};

/** The arguments of a call inside a job: none without inputs; optional when all inputs are. */
export type WireArguments<I extends InEntries> = keyof I extends never
  ? []
  : Record<never, never> extends Wires<I>
    ? [wires?: Wires<I>]
    : [wires: Wires<I>];

declare const dynamicValue: unique symbol;

/** Types only: what an op with one dynamic output makes. */
export interface DynamicValue<out T> {
  readonly [dynamicValue]: () => T;
}

/** What a call inside a job gives: one handle, or one for each of several outputs; of a dynamic output one to map over. */
export type Handles<Out, Outs extends OutEntries | undefined> = Outs extends OutEntries
  ? { readonly [K in keyof Outs]: Outs[K] extends DynamicEntry ? DynamicHandle<TakenOf<Outs[K]>> : Handle<TakenOf<Outs[K]>> }
  : [Out] extends [never]
    ? Handle<Out>
    : [Out] extends [DynamicValue<infer T>]
      ? DynamicHandle<T>
      : Handle<Out>;

type DynamicEntry = OpOut<OpOut["schema"], boolean, true>;

/**
 * An op that can be called. Inside a job or graph a call wires it and returns a handle; elsewhere a call runs the function, so
 * that a unit test needs nothing else.
 */
export interface Op<
  I extends InEntries,
  Out,
  Outs extends OutEntries | undefined = undefined,
  Returned = unknown,
> extends OpDefinition {
  (...wires: WireArguments<I>): Handles<Out, Outs>;
  (inputs: keyof I extends never ? Record<string, never> : Values<I>, context?: OpContext<never, never>): Returned;
  /** The same op under another name within the graph that uses it. */
  alias(name: string): Op<I, Out, Outs, Returned>;
  /** The same op with further tags on this use of it. */
  tag(tags: Tags): Op<I, Out, Outs, Returned>;
  /** The same op with hooks on this use of it. */
  withHooks(...hooks: readonly HookDefinition[]): Op<I, Out, Outs, Returned>;
  /** The same op with another retry policy for this use of it. */
  withRetryPolicy(policy: RetryPolicy): Op<I, Out, Outs, Returned>;
}

/** What {@link op} takes beside name and function. */
export interface OpOptions<
  I extends InEntries = InEntries,
  O extends OutEntry | undefined = OutEntry | undefined,
  Outs extends OutEntries | undefined = OutEntries | undefined,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
> {
  readonly description?: string;
  readonly tags?: Tags;
  /** A schema for each input, `opIn(…)`, or `nothing` for an order without a value; the function gets a record with the same names. */
  readonly ins?: I;
  /**
   * A schema for what the function returns, `opOut(…)`, `dynamicOut(…)`, or `nothing`. Without it the type is inferred and the value is not
   * checked.
   */
  readonly out?: O;
  /** Several outputs: the function returns a record with a value for each name, or yields `output(value, {outputName})`. */
  readonly outs?: Outs;
  /** Schema (zod) of what run config may say under `ops: {<name>: {config}}`. */
  readonly config?: C;
  /** Resources it needs; its context has them under the same property names. */
  readonly resources?: R;
  /** Metadata of the output, shown with its definition. */
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Name of the I/O manager that stores what it returns. Default `io_manager`. */
  readonly ioManagerKey?: string;
  /** The concurrency pool whose slots its steps take: one each, or as many as it says. */
  readonly pool?: PoolUse;
  readonly retryPolicy?: RetryPolicy;
  /**
   * Longest time of one try, in seconds: its signal aborts then, and a function that goes on is left behind or its process killed. The
   * step has then failed, and its retry policy applies.
   */
  readonly timeoutSeconds?: number;
}

type ReturnFor<O extends OutEntry | undefined, Outs extends OutEntries | undefined> = Outs extends OutEntries
  ? ReturnsRecord<Outs>
  : O extends OutEntry
    ? Returns<O>
    : unknown;

type ValueOf<O extends OutEntry | undefined, T> = O extends DynamicEntry
  ? DynamicValue<TakenOf<O>>
  : O extends OutEntry
    ? TakenOf<O>
    : ValueFrom<T>;

type Empty = Record<never, never>;

/** The short form: without options. */
export function op<T>(
  name: string,
  compute: (inputs: Empty, context: OpContext<undefined, Empty>) => T,
): Op<Empty, ValueFrom<T>, undefined, T>;
/**
 * Declares a unit of work.
 *
 * @param name - letters, digits and underscores; unique in the code location
 * @param compute - gets the inputs by name and a context; what it returns (or resolves to) is the output
 * @throws InvalidNameError, InvalidOptionError
 */
export function op<
  T extends ReturnFor<O, Outs>,
  I extends InEntries = Empty,
  O extends OutEntry | undefined = undefined,
  Outs extends OutEntries | undefined = undefined,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
>(
  name: string,
  options: OpOptions<I, O, Outs, C, R>,
  compute: (inputs: Values<I>, context: OpContext<ConfigValue<C>, ResourceValues<R>>) => T,
): Op<I, ValueOf<O, T>, Outs, T>;
export function op(name: string, ...rest: [compute: Compute] | [options: OpOptions, compute: Compute]): OpDefinition {
  const site = captureSite(op);
  const [options, compute] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("op", name, site);
  checkOptions(`op "${name}"`, options, opOptions, site);
  checkTags("op", name, options.tags, site);
  if (typeof compute !== "function")
    throw new InvalidOptionError(`op "${name}"`, "its last argument must be the function to run", site);
  checkTimeout(`op "${name}"`, "timeoutSeconds", options.timeoutSeconds, site);
  const ins = Object.entries(options.ins ?? {}).map(([input, schema]) => inputDefinition("op", name, input, schema, site));
  return makeOp({ name, site, compute, ins, outs: outputDefinitions(name, options, site), options, assetKey: null });
}

const opOptions: OptionNames<OpOptions> = {
  description: "text",
  tags: true,
  ins: true,
  out: true,
  outs: true,
  config: true,
  resources: true,
  retryPolicy: true,
  pool: true,
  timeoutSeconds: true,
  ioManagerKey: "text",
  metadata: true,
};

type Compute = (inputs: never, context: never) => unknown;

interface OpParts {
  readonly name: string;
  readonly site: DefinitionSite;
  readonly compute: Compute;
  readonly ins: readonly InputDefinition[];
  readonly outs: readonly OutputDefinition[];
  readonly options: Pick<
    OpOptions,
    "description" | "tags" | "config" | "resources" | "pool" | "retryPolicy" | "timeoutSeconds" | "outs"
  >;
  readonly assetKey: AssetKey | null;
  readonly assetWork?: AssetWork;
  readonly partitions?: Partitions | null;
}

/** Builds the frozen, callable op. Assets use it too, for the op that makes them. */
export function makeOp({
  name,
  site,
  compute,
  ins,
  outs,
  options,
  assetKey,
  assetWork,
  partitions = null,
}: OpParts): OpDefinition {
  checkResources(`op "${name}"`, options.resources, site);
  const definition: OpDefinition = {
    ...brand("op"),
    name,
    description: options.description ?? null,
    tags: Object.freeze({ ...options.tags }),
    ins: Object.freeze(ins),
    outs: Object.freeze(outs),
    returnsRecord: options.outs !== undefined,
    config: options.config ?? null,
    resources: Object.freeze({ ...options.resources }),
    ...resolvePool(`op "${name}"`, options.pool, site),
    retryPolicy: options.retryPolicy ? retryPolicySnapshot(`op "${name}"`, options.retryPolicy, site) : null,
    ...(options.timeoutSeconds !== undefined && { timeoutSeconds: options.timeoutSeconds }),
    assetKey,
    ...(assetWork && { assetWork }),
    partitions,
    compute,
    site,
  };
  return callable(definition, {});
}

/** One way to call an op: `alias`, `tag` and the like return another callable of the same definition. */
export function callable(definition: OpDefinition, use: NodeUse): OpDefinition {
  const call = (...args: readonly unknown[]): unknown => callOp({ definition: identity, use, args, below: call });
  const alias = (name: string): OpDefinition => {
    checkName("node", name, captureSite(alias));
    return callable(identity, { ...use, alias: name });
  };
  const tag = (tags: Tags): OpDefinition => {
    checkTags("node", definition.name, tags, captureSite(tag));
    return callable(identity, { ...use, tags: { ...use.tags, ...tags } });
  };
  const withHooks = (...hooks: readonly HookDefinition[]): OpDefinition => {
    const checked = checkHooks(`node "${definition.name}"`, hooks, captureSite(withHooks));
    return callable(identity, { ...use, hooks: [...(use.hooks ?? []), ...checked] });
  };
  const withRetryPolicy = (policy: RetryPolicy): OpDefinition => {
    const retryPolicy = retryPolicySnapshot(`node "${definition.name}"`, policy, captureSite(withRetryPolicy));
    return callable(identity, { ...use, retryPolicy });
  };
  // An aliased callable wires the op it came from: snapshots and executors know one object per op.
  const identity: OpDefinition = typeof definition === "function" ? definition : (call as unknown as OpDefinition);
  return makeCallable(call, { ...definition, alias, tag, withHooks, withRetryPolicy });
}
