import type { AssetKey, MetadataInput, Metadata, RetryPolicySnapshot, Tags } from "@dagwright/model";
import { toMetadata } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { ResolvedAssetCheckSpec } from "./asset-checks/check-spec.ts";
import { brand, type Branded } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { callOp } from "./composition.ts";
import type { ConfigPreset } from "./config-preset.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import type { Handle, Wire } from "./handle.ts";
import { checkName, checkTags } from "./names.ts";
import type { OpContext } from "./op-context.ts";
import type { PartitionRead } from "./partitions/asset-in.ts";
import { type PoolUse, resolvePool } from "./pool.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "./resource.ts";
import type { InputOf, MaybePromise, OutputOf, Schema, Schemas } from "./schema.ts";
import { hasDefault } from "./value-type.ts";

/** An input of an op or graph. */
export interface InputDefinition {
  readonly name: string;
  /** Checks the value before the function gets it; null: anything. */
  readonly schema: Schema | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  /** An unwired input gets what its schema makes of `undefined`. */
  readonly hasDefault: boolean;
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
  readonly isRequired: boolean;
  /** The asset that it is. */
  readonly assetKey?: AssetKey;
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

/** How often and when a failed step is tried again. */
export interface RetryPolicy {
  /** Default 1. */
  readonly maxRetries?: number;
  /** Seconds before the first retry; default none. */
  readonly delaySeconds?: number;
  readonly backoff?: "LINEAR" | "EXPONENTIAL";
  readonly jitter?: "FULL" | "PLUS_MINUS";
}

/** The values of a record of schemas, as a function gets them. */
export type Values<I extends Schemas> = { readonly [K in keyof I]: OutputOf<I[K]> };

type OptionalKeys<I extends Schemas> = {
  [K in keyof I]: unknown extends InputOf<I[K]> ? never : undefined extends InputOf<I[K]> ? K : never;
}[keyof I];

/** What can be wired to a record of schemas. Inputs whose schema accepts `undefined` may stay unwired. */
export type Wires<I extends Schemas> = { readonly [K in Exclude<keyof I, OptionalKeys<I>>]: Wire<InputOf<I[K]>> } & {
  readonly [K in OptionalKeys<I>]?: Wire<InputOf<I[K]>>;
};

/** The arguments of a call inside a job: none without inputs; optional when all inputs are. */
export type WireArguments<I extends Schemas> = keyof I extends never
  ? []
  : Record<never, never> extends Wires<I>
    ? [wires?: Wires<I>]
    : [wires: Wires<I>];

/** What a call inside a job gives: one handle, or one for each of several outputs. */
export type Handles<Out, Outs extends Schemas | undefined> = Outs extends Schemas
  ? { readonly [K in keyof Outs]: Handle<OutputOf<Outs[K]>> }
  : Handle<Out>;

/**
 * An op that can be called. Inside a job or graph a call wires it and returns a handle; elsewhere a call runs the function, so
 * that a unit test needs nothing else.
 */
export interface Op<
  I extends Schemas,
  Out,
  Outs extends Schemas | undefined = undefined,
  Returned = unknown,
> extends OpDefinition {
  (...wires: WireArguments<I>): Handles<Out, Outs>;
  (inputs: keyof I extends never ? Record<string, never> : Values<I>, context?: OpContext<never, never>): Returned;
  /** The same op under another name within the graph that uses it. */
  alias(name: string): Op<I, Out, Outs, Returned>;
  /** The same op with further tags on this use of it. */
  tag(tags: Tags): Op<I, Out, Outs, Returned>;
}

/** What {@link op} takes beside name and function. */
export interface OpOptions<
  I extends Schemas = Schemas,
  O extends Schema | undefined = Schema | undefined,
  Outs extends Schemas | undefined = Schemas | undefined,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
> {
  readonly description?: string;
  readonly tags?: Tags;
  /** A schema for each input; the function gets a record with the same names. */
  readonly ins?: I;
  /** A schema for what the function returns. Without it the type is inferred and the value is not checked. */
  readonly out?: O;
  /** Several outputs: the function returns a record with a value for each name. */
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
}

type ReturnFor<O extends Schema | undefined, Outs extends Schemas | undefined> = Outs extends Schemas
  ? MaybePromise<{ readonly [K in keyof Outs]: InputOf<Outs[K]> }>
  : O extends Schema
    ? MaybePromise<InputOf<O>>
    : unknown;

type Empty = Record<never, never>;

/** The short form: without options. */
export function op<T>(
  name: string,
  compute: (inputs: Empty, context: OpContext<undefined, Empty>) => T,
): Op<Empty, Awaited<T>, undefined, T>;
/**
 * Declares a unit of work.
 *
 * @param name - letters, digits and underscores; unique in the code location
 * @param compute - gets the inputs by name and a context; what it returns (or resolves to) is the output
 * @throws InvalidNameError, InvalidOptionError
 */
export function op<
  T extends ReturnFor<O, Outs>,
  I extends Schemas = Empty,
  O extends Schema | undefined = undefined,
  Outs extends Schemas | undefined = undefined,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
>(
  name: string,
  options: OpOptions<I, O, Outs, C, R>,
  compute: (inputs: Values<I>, context: OpContext<ConfigValue<C>, ResourceValues<R>>) => T,
): Op<I, O extends Schema ? OutputOf<O> : Awaited<T>, Outs, T>;
export function op(name: string, ...rest: [compute: Compute] | [options: OpOptions, compute: Compute]): OpDefinition {
  const site = captureSite(op);
  const [options, compute] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("op", name, site);
  checkTags("op", name, options.tags, site);
  if (typeof compute !== "function")
    throw new InvalidOptionError(`op "${name}"`, "its last argument must be the function to run", site);
  if (options.out && options.outs) throw new InvalidOptionError(`op "${name}"`, "it has both `out` and `outs`; keep one", site);
  const ins = Object.entries(options.ins ?? {}).map(([input, schema]) => inputDefinition("op", name, input, schema, site));
  return makeOp({ name, site, compute, ins, outs: outputs(name, options, site), options, assetKey: null });
}

type Compute = (inputs: never, context: never) => unknown;

interface OpParts {
  readonly name: string;
  readonly site: DefinitionSite;
  readonly compute: Compute;
  readonly ins: readonly InputDefinition[];
  readonly outs: readonly OutputDefinition[];
  readonly options: Pick<OpOptions, "description" | "tags" | "config" | "resources" | "pool" | "retryPolicy" | "outs">;
  readonly assetKey: AssetKey | null;
  readonly assetWork?: AssetWork;
  readonly partitions?: Partitions | null;
}

/** Builds the frozen, callable op. Assets use it too, for the op that makes them. */
export function makeOp({ name, site, compute, ins, outs, options, assetKey, assetWork, partitions = null }: OpParts): OpDefinition {
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
    retryPolicy: retryPolicySnapshot(options.retryPolicy),
    assetKey,
    ...(assetWork && { assetWork }),
    partitions,
    compute,
    site,
  };
  return callable(definition, {});
}

interface Use {
  readonly alias?: string;
  readonly tags?: Tags;
}

/** One way to call an op: `alias` and `tag` return another callable of the same definition. */
export function callable(definition: OpDefinition, use: Use): OpDefinition {
  const call = (...args: readonly unknown[]): unknown => callOp({ definition: identity, use, args, below: call });
  const alias = (name: string): OpDefinition => {
    checkName("node", name, captureSite(alias));
    return callable(identity, { ...use, alias: name });
  };
  const tag = (tags: Tags): OpDefinition => {
    checkTags("node", definition.name, tags, captureSite(tag));
    return callable(identity, { ...use, tags: { ...use.tags, ...tags } });
  };
  // An aliased callable wires the op it came from: snapshots and executors know one object per op.
  const identity: OpDefinition = typeof definition === "function" ? definition : (call as unknown as OpDefinition);
  return makeCallable(call, { ...definition, alias, tag });
}

/** Checks and describes one entry of `ins`. */
export function inputDefinition(
  kind: "op" | "graph",
  owner: string,
  name: string,
  schema: Schema,
  site: DefinitionSite,
): InputDefinition {
  checkName("input", name, site, `${kind} "${owner}"`);
  if (typeof schema?.["~standard"]?.validate !== "function") {
    throw new InvalidOptionError(
      `${kind} "${owner}"`,
      `its input "${name}" has no schema; give a zod schema or one of another Standard Schema library`,
      site,
    );
  }
  return Object.freeze({
    name,
    schema,
    description: null,
    metadata: {},
    // Inside a graph nothing could stand in for a value that the outside does not wire.
    hasDefault: kind === "op" && hasDefault(schema),
    isOrderOnly: false,
    assetKey: null,
  });
}

function outputs(op: string, options: OpOptions, site: DefinitionSite): readonly OutputDefinition[] {
  const ioManagerKey = options.ioManagerKey ?? "io_manager";
  const output = (name: string, schema: Schema | null): OutputDefinition =>
    Object.freeze({ name, schema, description: null, metadata: toMetadata(options.metadata), ioManagerKey, isRequired: true });
  if (!options.outs) return [output("result", options.out ?? null)];
  const outs = Object.entries(options.outs);
  if (outs.length === 0)
    throw new InvalidOptionError(`op "${op}"`, "`outs` is empty; leave it out or name at least one output", site);
  for (const [name] of outs) checkName("output", name, site, `op "${op}"`);
  return outs.map(([name, schema]) => output(name, schema));
}

function retryPolicySnapshot(policy: RetryPolicy | undefined): RetryPolicySnapshot | null {
  if (!policy) return null;
  return Object.freeze({
    maxRetries: policy.maxRetries ?? 1,
    delaySeconds: policy.delaySeconds ?? null,
    backoff: policy.backoff ?? null,
    jitter: policy.jitter ?? null,
  });
}
