import type { AssetKey, Metadata, MetadataInput, Tags } from "@dagwright/model";
import { assetKeyToString, toMetadata } from "@dagwright/model";
import { createHash } from "node:crypto";
import { brand, type Branded, brandOf } from "./brand.ts";
import { makeCallable } from "./callable.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import { checkAssetTags, checkGroup, checkKinds, checkName, checkOwners, parseAssetKey } from "./names.ts";
import type { AssetContext } from "./op-context.ts";
import { type InputDefinition, makeOp, type OpDefinition, type OutputDefinition, type RetryPolicy } from "./op.ts";
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
  readonly site: DefinitionSite;
}

/** An asset of this location or of another. */
export type AnyAsset = AssetDefinition | ExternalAssetDefinition;

declare const assetValue: unique symbol;

/** Something whose value is a `T`; types only. */
interface HasValue<out T> {
  readonly [assetValue]: () => T;
}

/** What can be an input of an asset: another asset, or one of another code location. */
export type AssetInputs = Readonly<Record<string, AnyAsset>>;

/** The values of an asset's inputs, as its function gets them. */
export type AssetValues<I extends AssetInputs> = { readonly [K in keyof I]: I[K] extends HasValue<infer T> ? T : unknown };

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
> {
  readonly description?: string;
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
  readonly deps?: readonly (AnyAsset | string | readonly string[])[];
  /** A schema for what the function returns. Without it the type is inferred and the value is not checked. */
  readonly out?: O;
  /** Schema (zod) of what run config may say under `ops: {<name>: {config}}`. */
  readonly config?: C;
  readonly resources?: R;
  /** Name of the I/O manager that stores its value. Default `io_manager`. */
  readonly ioManagerKey?: string;
  readonly pool?: string;
  readonly retryPolicy?: RetryPolicy;
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
>(
  key: string | readonly string[],
  options: AssetOptions<I, O, C, R>,
  compute: (inputs: AssetValues<I>, context: AssetContext<ConfigValue<C>, ResourceValues<R>>) => T,
): Asset<
  O extends Schema ? OutputOf<O> : Awaited<T>,
  { readonly [K in keyof I]: I[K] extends HasValue<infer V> ? V : unknown },
  T
>;
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
  const ins = Object.entries(options.ins ?? {}).map(([input, upstream]) => valueInput(shown, input, upstream, site));
  const deps = orderInputs(shown, options.deps ?? [], ins, site);
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
    outs: [out],
    options: { ...options, tags: {} },
    assetKey: key,
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
    ins: Object.freeze({ ...options.ins }),
    references: Object.freeze([...Object.values(options.ins ?? {}), ...(options.deps ?? []).filter(isAsset)]),
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
}

/**
 * Stands for an asset that another code location makes, so that this one's assets can read it.
 *
 * @param schema - what its value is; checked when it is read
 */
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
    site,
  }) as unknown as ExternalAsset<unknown>;
}

/**
 * The name of an asset's op: its key's parts joined by `__`. Characters that op names cannot have become `_`; then, except for a
 * plain `-`, a hash of the key follows, so that different keys keep different names.
 */
export function opNameOf(key: AssetKey): string {
  const plain = key.join("__").replaceAll("-", "_");
  if (/^[A-Za-z0-9_]+$/.test(plain)) return plain;
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 8);
  return `${plain.replace(/[^A-Za-z0-9_]/gu, "_")}_${hash}`;
}

function valueInput(owner: string, name: string, upstream: unknown, site: DefinitionSite): InputDefinition {
  checkName("input", name, site, `asset "${owner}"`);
  if (upstream === undefined) throw new CircularImportError(`input "${name}" of asset "${owner}"`, site);
  if (!isAsset(upstream)) {
    throw new InvalidOptionError(
      `asset "${owner}"`,
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
  });
}

/** An asset may be read under two names. */
const uniqueKeys = (keys: readonly AssetKey[]): readonly AssetKey[] => [
  ...new Map(keys.map((key) => [assetKeyToString(key), key])).values(),
];

/** One input without a value for each of `deps` that is not read or listed already. */
function orderInputs(
  owner: string,
  deps: readonly unknown[],
  ins: readonly InputDefinition[],
  site: DefinitionSite,
): readonly InputDefinition[] {
  const known = new Set(ins.map((input) => assetKeyToString(input.assetKey!)));
  const names = new Set(ins.map((input) => input.name));
  return deps.flatMap((dep, index) => {
    if (dep === undefined) throw new CircularImportError(`entry ${index} of \`deps\` of asset "${owner}"`, site);
    const key = isAsset(dep) ? dep.key : parseAssetKey(dep as string, site, `dependency of asset "${owner}"`);
    if (known.has(assetKeyToString(key))) return [];
    known.add(assetKeyToString(key));
    let name = `dep_${opNameOf(key)}`;
    while (names.has(name)) name += "_";
    names.add(name);
    return [
      Object.freeze({ name, schema: null, description: null, metadata: {}, hasDefault: false, isOrderOnly: true, assetKey: key }),
    ];
  });
}

/** Whether a value is an asset, of this location or another. */
export function isAsset(value: unknown): value is AnyAsset {
  const kind = brandOf(value)?.kind;
  return kind === "asset" || kind === "externalAsset";
}
