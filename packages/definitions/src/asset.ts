import type { AssetKey, BackfillPolicySnapshot, Metadata, MetadataInput, Tags } from "@dagwright/model";
import { assetKeysEqual, assetKeyToString, toMetadata } from "@dagwright/model";
import { checkOutput, checkOutputName } from "./asset-checks/check-output.ts";
import type { AssetCheckSpec } from "./asset-checks/check-spec.ts";
import type { Partitions } from "@dagwright/partitions";
import { brand, type Branded, brandOf } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import { checkAssetTags, checkGroup, checkKinds, checkName, checkOwners, parseAssetKey } from "./names.ts";
import type { AssetContext } from "./op-context.ts";
import { opNameOf } from "./op-name.ts";
import { type InputDefinition, makeOp, type OpDefinition, type OutputDefinition, type RetryPolicy } from "./op.ts";
import { type AssetDepDefinition, type AssetInDefinition, type ByPartition, toPartitionRead } from "./partitions/asset-in.ts";
import type { PartitionContext } from "./partitions/partition-context.ts";
import { toPartitions } from "./partitions/to-partitions.ts";
import type { ConfigValue, ResourceMap, ResourceValues } from "./resource.ts";
import type { InputOf, MaybePromise, OutputOf, Schema } from "./schema.ts";
import { hasDefault } from "./value-type.ts";

/** An asset that this code location makes. */
export interface AssetDefinition extends Branded<"asset"> {
  readonly key: AssetKey;
  readonly description: string | null;
  readonly group: string;
  readonly kinds: readonly string[];
  readonly owners: readonly string[];
  readonly tags: Tags;
  readonly metadata: Metadata;
  readonly codeVersion: string | null;
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
  /** The op that makes it. Its inputs are `ins`, then one without a value for each of `deps`. */
  readonly op: OpDefinition;
  readonly site: DefinitionSite;
}

/** An asset that something else makes: known by key, read through its I/O manager. */
export interface ExternalAssetDefinition extends Branded<"externalAsset"> {
  readonly key: AssetKey;
  readonly description: string | null;
  readonly group: string;
  readonly metadata: Metadata;
  readonly ioManagerKey: string;
  readonly schema: Schema | null;
  /** Null: it has none, or nobody said. */
  readonly partitions: Partitions | null;
  readonly site: DefinitionSite;
}

/** An asset of this location or of another. */
export type AnyAsset = AssetDefinition | ExternalAssetDefinition;

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

/** What can be an input of an asset: another asset, one of another code location, or either with a way to read its partitions. */
export type AssetInputs = Readonly<Record<string, AnyAsset | AssetInDefinition>>;

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

/** Another location's asset whose value is a `T`. */
export interface ExternalAsset<T> extends ExternalAssetDefinition, HasValue<T> {}

/** What {@link asset} takes beside key and function. */
export interface AssetOptions<
  I extends AssetInputs = AssetInputs,
  O extends Schema | undefined = Schema | undefined,
  C extends Schema | undefined = Schema | undefined,
  R extends ResourceMap = ResourceMap,
  P extends Partitions | undefined = Partitions | undefined,
> {
  readonly description?: string;
  /** How it is cut into partitions; its function then learns of its partition from `context.partition`. */
  readonly partitions?: P;
  /** How a backfill packs its partitions into runs: `singleRun()` or `multiRun(n)`. Default: one run for each. */
  readonly backfillPolicy?: BackfillPolicySnapshot;
  /** Default `default`. */
  readonly group?: string;
  /** What it is made with or made of, e.g. `typescript`, `duckdb`; shown as badges. */
  readonly kinds?: readonly string[];
  /** E-mail addresses, or `team:name`. */
  readonly owners?: readonly string[];
  readonly tags?: Tags;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Changes when the function does, so that what is outdated can be shown. */
  readonly codeVersion?: string;
  /** The assets it reads; the function gets their values under the same names. */
  readonly ins?: I;
  /** Assets that must be made before it, whose values it does not get: definitions, or keys of this location's assets. */
  readonly deps?: readonly (AnyAsset | AssetDepDefinition | string | readonly string[])[];
  /** A schema for what the function returns. Without it the type is inferred and the value is not checked. */
  readonly out?: O;
  /** Schema (zod) of what run config may say under `ops: {<name>: {config}}`. */
  readonly config?: C;
  readonly resources?: R;
  /** Name of the I/O manager that stores its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
  readonly pool?: string;
  readonly retryPolicy?: RetryPolicy;
  /** Checks that its function evaluates while it makes the asset: it returns `materializeResult({value, checkResults})`. */
  readonly checks?: readonly AssetCheckSpec[];
}

type Empty = Record<never, never>;
type ReturnFor<O extends Schema | undefined> = O extends Schema ? MaybePromise<InputOf<O>> : unknown;

/** The short form: without options. */
export function asset<T>(
  key: string | readonly string[],
  compute: (inputs: Empty, context: AssetContext<undefined, Empty>) => T,
): Asset<Awaited<T>, Empty, T>;
/**
 * Declares an asset and the function that makes it.
 *
 * @param key - its name; `"a/b"` and `["a", "b"]` are a key of two parts. Parts may have any printable character
 * @param compute - gets the values of its inputs by name and a context; what it returns (or resolves to) is the asset's value
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
): Asset<O extends Schema ? OutputOf<O> : Awaited<T>, AssetValues<I, P>, T> & (P extends Partitions ? IsPartitioned : unknown);
export function asset(
  name: string | readonly string[],
  ...rest: [compute: Compute] | [options: AssetOptions, compute: Compute]
): AssetDefinition {
  const site = captureSite(asset);
  const [options, compute] = rest.length === 1 ? [{}, rest[0]] : rest;
  const key = parseAssetKey(name, site);
  const shown = key.join("/");
  if (typeof compute !== "function")
    throw new InvalidOptionError(`asset "${shown}"`, "its last argument must be the function that makes it", site);
  const { group = "default", kinds = [], owners = [], ioManagerKey = "io_manager" } = options;
  checkGroup(shown, group, site);
  checkKinds(shown, kinds, site);
  checkOwners(`Asset "${shown}"`, owners, site);
  checkAssetTags(shown, options.tags, site);
  const partitions = toPartitions(options, `asset "${shown}"`, site);
  const ins = Object.entries(options.ins ?? {}).map(([input, upstream]) => valueInput(`asset "${shown}"`, input, upstream, site));
  const deps = orderInputs(`asset "${shown}"`, options.deps ?? [], ins, site);
  const out: OutputDefinition = Object.freeze({
    name: "result",
    schema: options.out ?? null,
    description: options.description ?? null,
    metadata: {},
    ioManagerKey,
    isRequired: true,
  });
  const own = makeOp({
    name: opNameOf(key),
    site,
    compute,
    ins: [...ins, ...deps],
    outs: [out, ...checksOf(key, options.checks ?? [], site)],
    options: { ...options, tags: {} },
    assetKey: key,
    partitions,
  });
  const definition: AssetDefinition = {
    ...brand("asset"),
    key,
    description: options.description ?? null,
    group,
    kinds: Object.freeze([...kinds]),
    owners: Object.freeze([...owners]),
    tags: Object.freeze({ ...options.tags }),
    metadata: toMetadata(options.metadata),
    codeVersion: options.codeVersion ?? null,
    ioManagerKey,
    schema: options.out ?? null,
    partitions,
    backfillPolicy: options.backfillPolicy ?? null,
    ins: Object.freeze(
      Object.fromEntries(
        Object.entries(options.ins ?? {}).map(([input, entry]) => [input, toPartitionRead(entry).asset as AnyAsset]),
      ),
    ),
    references: referencesOf(options),
    dependencies: Object.freeze(uniqueKeys(own.ins.map((input) => input.assetKey!))),
    op: own,
    site,
  };
  const call = (...args: readonly unknown[]): unknown => (own as unknown as (...args: readonly unknown[]) => unknown)(...args);
  return makeCallable(call, definition);
}

type Compute = (inputs: never, context: never) => unknown;

/** What {@link externalAsset} takes beside key and schema. */
export interface ExternalAssetOptions {
  readonly description?: string;
  readonly group?: string;
  readonly metadata?: Readonly<Record<string, MetadataInput>>;
  /** Name of the I/O manager that reads its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
  /** How it is cut into partitions where it is made. */
  readonly partitions?: Partitions;
}

/**
 * Stands for an asset that another code location makes, so that this one's assets can read it.
 *
 * @param schema - what its value is; checked when it is read
 */
export function externalAsset<S extends Schema>(
  key: string | readonly string[],
  schema: S,
  options: ExternalAssetOptions & { readonly partitions: Partitions },
): ExternalAsset<OutputOf<S>> & IsPartitioned;
/** Without partitions. */
export function externalAsset<S extends Schema>(
  key: string | readonly string[],
  schema: S,
  options?: ExternalAssetOptions,
): ExternalAsset<OutputOf<S>>;
/** The short form: without a schema its value is not checked, and is `unknown`. */
export function externalAsset(key: string | readonly string[]): ExternalAsset<unknown>;
export function externalAsset(
  name: string | readonly string[],
  schema: Schema | null = null,
  options: ExternalAssetOptions = {},
): ExternalAssetDefinition {
  const site = captureSite(externalAsset);
  const key = parseAssetKey(name, site, "external asset");
  const { group = "default" } = options;
  checkGroup(key.join("/"), group, site);
  return Object.freeze({
    ...brand("externalAsset"),
    key,
    description: options.description ?? null,
    group,
    metadata: toMetadata(options.metadata),
    ioManagerKey: options.ioManagerKey ?? "io_manager",
    schema,
    partitions: toPartitions(options, `external asset "${key.join("/")}"`, site),
    site,
  }) as unknown as ExternalAsset<unknown>;
}

/** An input that reads an asset. `owner` is what has the input, for messages: `asset "a"`. */
export function valueInput(owner: string, name: string, entry: unknown, site: DefinitionSite): InputDefinition {
  const { asset: upstream, read } = toPartitionRead(entry);
  checkName("input", name, site, owner);
  if (upstream === undefined) throw new CircularImportError(`input "${name}" of ${owner}`, site);
  if (!isAsset(upstream)) {
    throw new InvalidOptionError(
      owner,
      `its input "${name}" is no asset. Inputs of assets are other assets, or externalAsset(key, schema)`,
      site,
    );
  }
  const { schema } = upstream;
  return Object.freeze({
    name,
    schema,
    description: null,
    metadata: {},
    hasDefault: schema !== null && hasDefault(schema),
    isOrderOnly: false,
    assetKey: upstream.key,
    ...(read !== null && { read }),
  });
}

/** An output for each check that an asset's own function evaluates. */
export function checksOf(key: AssetKey, checks: readonly AssetCheckSpec[], site: DefinitionSite): readonly OutputDefinition[] {
  const owner = `asset "${key.join("/")}"`;
  const names = new Set<string>();
  return checks.map((given, index) => {
    if (given === undefined) throw new CircularImportError(`entry ${index} of \`checks\` of ${owner}`, site);
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

/** An asset may be read under two names. */
const uniqueKeys = (keys: readonly AssetKey[]): readonly AssetKey[] => [
  ...new Map(keys.map((key) => [assetKeyToString(key), key])).values(),
];

/** One input without a value for each of `deps` that is not read or listed already. */
export function orderInputs(
  owner: string,
  deps: readonly unknown[],
  ins: readonly InputDefinition[],
  site: DefinitionSite,
): readonly InputDefinition[] {
  const known = new Set(ins.map((input) => assetKeyToString(input.assetKey!)));
  const names = new Set(ins.map((input) => input.name));
  return deps.flatMap((entry, index) => {
    const { asset: dep, read } = toPartitionRead(entry);
    if (dep === undefined) throw new CircularImportError(`entry ${index} of \`deps\` of ${owner}`, site);
    const key = isAsset(dep) ? dep.key : parseAssetKey(dep as string, site, `dependency of ${owner}`);
    if (known.has(assetKeyToString(key))) return [];
    known.add(assetKeyToString(key));
    let name = `dep_${opNameOf(key)}`;
    while (names.has(name)) name += "_";
    names.add(name);
    return [
      Object.freeze({
        name,
        schema: null,
        description: null,
        metadata: {},
        hasDefault: false,
        isOrderOnly: true,
        assetKey: key,
        ...(read !== null && { read }),
      }),
    ];
  });
}

/** The assets that `ins` and `deps` name as objects. */
export const referencesOf = (options: Pick<AssetOptions, "ins" | "deps">): readonly AnyAsset[] =>
  Object.freeze(
    [...Object.values(options.ins ?? {}), ...(options.deps ?? [])].map((entry) => toPartitionRead(entry).asset).filter(isAsset),
  );

/** Whether a value is an asset, of this location or another. */
export function isAsset(value: unknown): value is AnyAsset {
  const kind = brandOf(value)?.kind;
  return kind === "asset" || kind === "externalAsset";
}
