import { type AssetKey, assetKeysEqual, type BackfillPolicySnapshot, type Tags } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { checkOutput, checkOutputName } from "./asset-checks/check-output.ts";
import type { CheckResult } from "./asset-checks/check-result.ts";
import type { AssetCheckSpec } from "./asset-checks/check-spec.ts";
import {
  type AssetAttributeOptions,
  assetAttributeNames,
  type AssetAttributes,
  assetAttributes,
  prefixedKey,
} from "./assets/asset-attributes.ts";
import { orderInputs, referencesOf, uniqueKeys, valueInputs } from "./assets/asset-inputs.ts";
import type { MaterializeResult, ValueMadeBy } from "./assets/asset-result.ts";
import type { AssetSpec } from "./assets/asset-spec.ts";
import type { MultiAssetDefinition } from "./assets/multi-asset-definition.ts";
import { brand, type Branded, isDefinition } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import type { GraphDefinition } from "./graph.ts";
import { checkHooks, type HookDefinition } from "./hook.ts";
import type { AssetContext } from "./op-context.ts";
import { opNameOf } from "./op-name.ts";
import { type InputDefinition, makeOp, type OpDefinition, type OpOptions, type OutputDefinition } from "./op.ts";
import {
  type AssetDepDefinition,
  type AssetInDefinition,
  type ByPartition,
  isSelfIn,
  type SelfInDefinition,
  toPartitionRead,
} from "./partitions/asset-in.ts";
import type { PartitionContext } from "./partitions/partition-context.ts";
import { toPartitions } from "./partitions/to-partitions.ts";
import { checkTimeout } from "./retry-policy.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "./resource.ts";
import type { InputOf, MaybePromise, OutputOf, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";
import { backfillPolicyOf } from "./partitions/backfill-policy.ts";
import { checkSchema } from "./op-definitions.ts";

/** An asset that this code location makes, or observes. */
export interface AssetDefinition extends Branded<"asset">, AssetAttributes {
  readonly key: AssetKey;
  readonly ioManagerKey: string;
  readonly schema: Schema | null;
  /** Null: it has none. */
  readonly partitions: Partitions | null;
  readonly backfillPolicy: BackfillPolicySnapshot | null;
  /** The assets it reads, by input name. */
  readonly ins: Readonly<Record<string, AnyAsset>>;
  /** The assets that it names as objects, in `ins` or `deps`. */
  readonly references: readonly AnyAsset[];
  /** Keys of all it reads or follows: inputs first, in the order of their declaration, then `deps`. */
  readonly dependencies: readonly AssetKey[];
  /** How it reads or follows them, in the same order; of assets that are made together each has those that it is made from. */
  readonly reads: readonly InputDefinition[];
  /**
   * The op, or the graph, that makes it; assets that are made together share it. Its inputs are those of all of them, and then one
   * without a value for each of `deps`.
   */
  readonly node: OpDefinition | GraphDefinition;
  /** The output of `node` that it is. */
  readonly output: string;
  /** Others make it; `node` looks at what they made. */
  readonly isObserved: boolean;
  /** Whether a run may leave it out although its node runs. */
  readonly isOptional: boolean;
  /** The assets that are made together with it; null when it is made alone. */
  readonly multi: MultiAssetDefinition | null;
  /** What described it, where that was an object of its own. */
  readonly spec: AssetSpec | null;
  /** What is called after the steps that make it. */
  readonly hooks: readonly HookDefinition[];
  readonly site: DefinitionSite;
}

/** An asset of this location or of another. */
export type AnyAsset = AssetDefinition | AssetSpec;

/** What can stand among `deps`: a definition, or the key of an asset of this location. */
export type AssetDependency = AnyAsset | MultiAssetDefinition | AssetDepDefinition | string | readonly string[];

declare const assetValue: unique symbol;

/** Something whose value is a `T`; types only. */
export interface HasValue<out T> {
  readonly [assetValue]: () => T;
}

declare const assetIsPartitioned: unique symbol;

/** Something that has partitions; types only. */
export interface IsPartitioned {
  readonly [assetIsPartitioned]: true;
}

/** The value of an asset. */
export type ValueOf<A> = A extends HasValue<infer T> ? T : unknown;

/**
 * What can be an input of an asset: another asset, one of another code location, either with a way to read its partitions, or earlier partitions of its
 * own.
 */
export type AssetInputs = Readonly<Record<string, AnyAsset | AssetInDefinition | SelfInDefinition>>;

/**
 * The values of an asset's inputs, as its function gets them. An asset without partitions gets all partitions of those that it reads, by
 * their keys.
 */
export type AssetValues<I extends AssetInputs, P extends Partitions | undefined = undefined> = {
  readonly [K in keyof I]: I[K] extends IsPartitioned
    ? [P] extends [undefined]
      ? ByPartition<ValueOf<I[K]>>
      : ValueOf<I[K]>
    : ValueOf<I[K]>;
};

/**
 * An asset whose value is a `T`. In a unit test, call it with the values of its inputs.
 *
 * It carries the values of its inputs, not the assets that they are: types that nest along a chain of assets take the compiler
 * cubic time (4 s for 400 assets).
 */
export interface Asset<T, Inputs = never, Returned = unknown> extends AssetDefinition, HasValue<T> {
  (
    ...args: keyof Inputs extends never
      ? [inputs?: Record<never, never>, context?: AssetContext<never, never>]
      : [inputs: Inputs, context?: AssetContext<never, never>]
  ): Returned;
}

/** What the ways to declare assets with an op of their own have in common. */
export interface AssetOpOptions<
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
> extends Pick<OpOptions<never, undefined, undefined, C, R>, "config" | "resources" | "pool" | "retryPolicy" | "timeoutSeconds"> {
  /** How it is cut into partitions; its function then learns of its partition from `context.partition`. */
  readonly partitions?: P;
  /** How a backfill packs its partitions into runs: `singleRun()` or `multiRun(n)`. Default: one run for each. */
  readonly backfillPolicy?: BackfillPolicySnapshot;
  /** Tags of its op: what executors and limits of the run queue look at. */
  readonly opTags?: Tags;
  /** What is called after its step, made by `successHook` or `failureHook`. */
  readonly hooks?: readonly HookDefinition[];
}

export const assetOpNames: OptionNames<AssetOpOptions> = {
  config: true,
  resources: true,
  pool: true,
  retryPolicy: true,
  timeoutSeconds: true,
  partitions: true,
  backfillPolicy: true,
  opTags: true,
  hooks: "list",
};

/** What {@link asset} takes beside key and function. */
export interface AssetOptions<
  I extends AssetInputs = AssetInputs,
  O extends Schema | undefined = Schema | undefined,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
>
  extends AssetAttributeOptions, AssetOpOptions<C, R, P> {
  /** What goes before the key: `keyPrefix: "shop"` and the key `orders` make `shop/orders`. */
  readonly keyPrefix?: string | readonly string[];
  /** The assets it reads; the function gets their values under the same names. */
  readonly ins?: I;
  /** Assets that must be made before it, whose values it does not get: definitions, or keys of this location's assets. */
  readonly deps?: readonly AssetDependency[];
  /** A schema for the value that the function makes. Without it the type is inferred and the value is not checked. */
  readonly out?: O;
  /** Name of the I/O manager that stores its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
  /** Checks that its function evaluates while it makes the asset: it returns `materializeResult({value, checkResults})`. */
  readonly checks?: readonly AssetCheckSpec[];
}

type Empty = Record<never, never>;
/** What the function of an asset with the value `T` may return. */
export type AssetReturn<T> =
  | MaybePromise<T | MaterializeResult<T>>
  | Generator<MaterializeResult<T> | CheckResult>
  | AsyncGenerator<MaterializeResult<T> | CheckResult>;

type ReturnFor<O extends Schema | undefined> = O extends Schema ? AssetReturn<InputOf<O>> : unknown;

/** The short form: without options. */
export function asset<T>(
  key: string | readonly string[],
  compute: (inputs: Empty, context: AssetContext<undefined, Empty>) => T,
): Asset<ValueMadeBy<Awaited<T>>, Empty, T>;
/**
 * Declares an asset and the function that makes it.
 *
 * @param key - its name; `"a/b"` and `["a", "b"]` are a key of two parts. Parts may have any printable character
 * @param compute - gets the values of its inputs by name and a context; what it returns (or resolves to) is the asset's value, or a
 * `materializeResult({value, metadata, …})` with more to tell; a generator yields that
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export function asset<
  T extends ReturnFor<O>,
  I extends AssetInputs = Empty,
  O extends Schema | undefined = undefined,
  C extends Schema | undefined = undefined,
  R extends ResourceMap = Empty,
  P extends Partitions | undefined = undefined,
>(
  key: string | readonly string[],
  options: AssetOptions<I, O, C, R, P>,
  compute: (
    inputs: AssetValues<I, P>,
    context: AssetContext<ConfigValue<C>, ResourceValues<R>, P extends Partitions ? PartitionContext : null>,
  ) => T,
): Asset<O extends Schema ? OutputOf<O> : ValueMadeBy<Awaited<T>>, AssetValues<I, P>, T> &
  (P extends Partitions ? IsPartitioned : unknown);
export function asset(
  name: string | readonly string[],
  ...rest: [compute: Compute] | [options: AssetOptions, compute: Compute]
): AssetDefinition {
  const site = captureSite(asset);
  const [options, compute] = rest.length === 1 ? [{}, rest[0]] : rest;
  const key = prefixedKey(options.keyPrefix, name, site);
  const shown = key.join("/");
  const owner = `asset "${shown}"`;
  if (typeof compute !== "function")
    throw new InvalidOptionError(owner, "its last argument must be the function that makes it", site);
  checkOptions(owner, options, assetOptions, site);
  const { ioManagerKey = "io_manager" } = options;
  if (options.out !== undefined) checkSchema(owner, "its `out`", options.out, site);
  checkTimeout(owner, "timeoutSeconds", options.timeoutSeconds, site);
  const attributes = assetAttributes(options, shown, site);
  const partitions = toPartitions(options, owner, site);
  const ins = valueInputs(owner, options.ins, [key], site);
  const deps = orderInputs(owner, options.deps ?? [], ins, site);
  const out: OutputDefinition = Object.freeze({
    name: "result",
    schema: options.out ?? null,
    description: attributes.description,
    metadata: {},
    ioManagerKey,
    isRequired: true,
    assetKey: key,
  });
  const own = makeOp({
    name: opNameOf(key),
    site,
    compute,
    ins: [...ins, ...deps],
    outs: [out, ...checksOf(key, options.checks ?? [], site)],
    options: { ...options, tags: options.opTags ?? {} },
    assetKey: key,
    assetWork: singleAssetWork,
    partitions,
  });
  const definition: AssetDefinition = {
    ...brand("asset"),
    ...attributes,
    key,
    ioManagerKey,
    schema: options.out ?? null,
    partitions,
    backfillPolicy: backfillPolicyOf(owner, options, site),
    ins: insOf(options.ins),
    references: referencesOf(options),
    dependencies: Object.freeze(uniqueKeys(own.ins)),
    reads: own.ins,
    node: own,
    output: out.name,
    isObserved: false,
    isOptional: false,
    multi: null,
    spec: null,
    hooks: checkHooks(owner, options.hooks ?? [], site),
    site,
  };
  const call = (...args: readonly unknown[]): unknown => (own as unknown as (...args: readonly unknown[]) => unknown)(...args);
  return makeCallable(call, definition);
}

const assetOptions: OptionNames<AssetOptions> = {
  ...assetAttributeNames,
  ...assetOpNames,
  keyPrefix: true,
  ins: true,
  deps: "list",
  out: true,
  ioManagerKey: "text",
  checks: "list",
};

type Compute = (inputs: never, context: never) => unknown;

const singleAssetWork = Object.freeze({ kind: "materialize", isMulti: false, canSubset: false, hasValues: true });

/** The assets of an `ins` option. */
export const insOf = (ins: AssetInputs | undefined): Readonly<Record<string, AnyAsset>> =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(ins ?? {}).flatMap(([input, entry]) =>
        isSelfIn(entry) ? [] : [[input, toPartitionRead(entry).asset as AnyAsset]],
      ),
    ),
  );

/** An output for each check that an asset's own function evaluates. */
export function checksOf(key: AssetKey, checks: readonly AssetCheckSpec[], site: DefinitionSite): readonly OutputDefinition[] {
  const owner = `asset "${key.join("/")}"`;
  const names = new Set<string>();
  return checks.map((given, index) => {
    if (given === undefined) throw new CircularImportError(`entry ${index} of \`checks\` of ${owner}`, site);
    if (!isDefinition(given, "assetCheckSpec"))
      throw new InvalidOptionError(owner, `entry ${index} of its \`checks\` is none; make it with checkSpec(name, {…})`, site);
    if (given.assetKey !== null && !assetKeysEqual(given.assetKey, key)) {
      throw new InvalidOptionError(
        owner,
        `its check "${given.name}" is one of the asset "${given.assetKey.join("/")}"; an asset's \`checks\` are its own`,
        site,
      );
    }
    if (names.has(given.name)) throw new InvalidOptionError(owner, `it has the check "${given.name}" twice`, site);
    names.add(given.name);
    const spec = Object.freeze({ ...given, assetKey: key });
    return checkOutput(checkOutputName(spec), spec, true);
  });
}
