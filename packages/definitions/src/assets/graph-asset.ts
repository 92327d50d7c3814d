import { assetKeyToUserString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import {
  type AnyAsset,
  type AssetDefinition,
  type AssetInputs,
  type HasValue,
  insOf,
  type IsPartitioned,
  type ValueOf,
} from "../asset.ts";
import { brand } from "../brand.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import { composeGraph } from "../compose-graph.ts";
import type { GraphDefinition } from "../graph.ts";
import type { Handle } from "../handle.ts";
import { checkName } from "../names.ts";
import { opNameOf } from "../op-name.ts";
import { toPartitions } from "../partitions/to-partitions.ts";
import { opOutputOf } from "../resolve-job.ts";
import { type AssetAttributeOptions, type AssetAttributes, assetAttributes, prefixedKey } from "./asset-attributes.ts";
import { referencesOf, uniqueKeys, valueInput } from "./asset-inputs.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";

/** An asset that a graph of ops makes. */
export type GraphAsset<T, P extends Partitions | undefined = undefined> = AssetDefinition &
  HasValue<T> &
  (P extends Partitions ? IsPartitioned : unknown);

/** What {@link graphAsset} takes beside key and composing function. */
export interface GraphAssetOptions<
  I extends AssetInputs = AssetInputs,
  P extends Partitions | undefined = Partitions | undefined,
> extends AssetAttributeOptions {
  readonly keyPrefix?: string | readonly string[];
  /** The assets it reads; the composing function gets a handle for each. */
  readonly ins?: I;
  readonly partitions?: P;
  readonly backfillPolicy?: AssetDefinition["backfillPolicy"];
}

/** One of the assets that {@link graphMultiAsset} makes. */
export interface GraphAssetOut extends AssetAttributeOptions {
  /** Default: the name of the output. */
  readonly key?: string | readonly string[];
  readonly keyPrefix?: string | readonly string[];
}

/** What {@link graphMultiAsset} takes beside name and composing function. */
export interface GraphMultiAssetOptions<
  I extends AssetInputs = AssetInputs,
  Outs extends Readonly<Record<string, GraphAssetOut>> = Readonly<Record<string, GraphAssetOut>>,
  P extends Partitions | undefined = Partitions | undefined,
> extends Omit<GraphAssetOptions<I, P>, keyof AssetAttributeOptions | "keyPrefix"> {
  readonly description?: string;
  /** The assets it makes, by the name under which the composing function returns the handle of each. */
  readonly outs: Outs;
  /** For those of its assets that name no group. */
  readonly group?: string;
}

type InputHandles<I extends AssetInputs> = { readonly [K in keyof I]: Handle<ValueOf<I[K]>> };
type ValueOfHandle<H> = H extends Handle<infer T> ? T : never;
type Empty = Record<never, never>;

/**
 * Declares an asset that a graph of ops makes: each op is a step of its own, and the asset is what the last of them returns.
 *
 * @param body - runs once, here; it wires ops by calling them and returns the handle of the asset's value
 * @throws InvalidNameError, InvalidOptionError, CircularImportError, CompositionError
 */
export function graphAsset<
  H extends Handle<unknown>,
  I extends AssetInputs = Empty,
  P extends Partitions | undefined = undefined,
>(
  key: string | readonly string[],
  options: GraphAssetOptions<I, P>,
  body: (inputs: InputHandles<I>) => H,
): GraphAsset<ValueOfHandle<H>, P>;
export function graphAsset(name: string | readonly string[], options: GraphAssetOptions, body: Body): AssetDefinition {
  const site = captureSite(graphAsset);
  const key = prefixedKey(options.keyPrefix, name, site);
  const shown = assetKeyToUserString(key);
  const attributes = assetAttributes(options, shown, site);
  const owner = `asset "${shown}"`;
  const { description } = attributes;
  const graph = graphOf({ owner, name: opNameOf(key), description, options, body, site });
  const [out] = graph.outs;
  if (out === undefined || graph.returnsRecord)
    throw new InvalidOptionError(
      owner,
      "its function must return the handle of what an op makes; graphMultiAsset makes several assets",
      site,
    );
  return Object.freeze({
    ...brand("asset"),
    ...attributes,
    key,
    ...madeBy(owner, graph, out.name, options, site),
    multi: null,
    site,
  });
}

/** Several assets that one graph makes. */
export interface GraphMultiAsset<Outs, Result, P extends Partitions | undefined> extends Omit<MultiAssetDefinition, "assets"> {
  readonly assets: {
    readonly [K in keyof Outs]: GraphAsset<K extends keyof Result ? ValueOfHandle<Result[K]> : never, P>;
  };
}

/**
 * Declares several assets that one graph of ops makes together.
 *
 * @param name - letters, digits and underscores; the name of its graph
 * @param body - runs once, here; it returns a record with a handle for each of `outs`
 * @throws InvalidNameError, InvalidOptionError, CircularImportError, CompositionError
 */
export function graphMultiAsset<
  Result extends { readonly [K in keyof Outs]: Handle<unknown> },
  Outs extends Readonly<Record<string, GraphAssetOut>>,
  I extends AssetInputs = Empty,
  P extends Partitions | undefined = undefined,
>(
  name: string,
  options: GraphMultiAssetOptions<I, Outs, P>,
  body: (inputs: InputHandles<I>) => Result,
): GraphMultiAsset<Outs, Result, P>;
export function graphMultiAsset(name: string, options: GraphMultiAssetOptions, body: Body): MultiAssetDefinition {
  const site = captureSite(graphMultiAsset);
  checkName("graph of assets", name, site);
  const owner = `graph of assets "${name}"`;
  const graph = graphOf({ owner, name, description: options.description ?? null, options, body, site });
  const wanted = Object.keys(options.outs);
  const returned = graph.returnsRecord ? graph.outs.map((out) => out.name) : [];
  const absent = wanted.find((one) => !returned.includes(one));
  const unknown = returned.find((one) => !wanted.includes(one));
  if (wanted.length === 0) throw new InvalidOptionError(owner, "it makes no asset; name at least one in `outs`", site);
  if (absent !== undefined || unknown !== undefined) {
    const problem =
      absent === undefined
        ? `returns "${unknown!}", which is not among its \`outs\``
        : `must return a record with a handle for "${absent}"`;
    throw new InvalidOptionError(owner, `its function ${problem}`, site);
  }
  const assets: Record<string, AssetDefinition> = {};
  const multi: MultiAssetDefinition = Object.freeze({ ...brand("multiAsset"), name, assets, node: graph, site });
  for (const [output, out] of Object.entries(options.outs)) {
    const key = prefixedKey(out.keyPrefix, out.key ?? output, site);
    const shown = assetKeyToUserString(key);
    const same = Object.values(assets).find((one) => assetKeyToUserString(one.key) === shown);
    if (same !== undefined) throw new InvalidOptionError(owner, `it makes the asset "${shown}" twice`, site);
    const attributes: AssetAttributes = assetAttributes(
      { ...(options.group !== undefined && { group: options.group }), ...out },
      shown,
      site,
    );
    assets[output] = Object.freeze({
      ...brand("asset"),
      ...attributes,
      key,
      ...madeBy(owner, graph, output, options, site),
      multi,
      site,
    });
  }
  Object.freeze(assets);
  return multi;
}

type Body = (inputs: never) => unknown;

interface GraphParts {
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly options: { readonly ins?: AssetInputs };
  readonly body: Body;
  readonly site: DefinitionSite;
}

function graphOf({ owner, name, description, options, body, site }: GraphParts): GraphDefinition {
  const ins = Object.entries(options.ins ?? {}).map(([input, upstream]) => valueInput(owner, input, upstream, site));
  return composeGraph({ label: owner, name, site, ins, description, tags: {}, body });
}

type HowItIsMade = Omit<AssetDefinition, keyof AssetAttributes | "key" | "multi" | "site" | keyof ReturnType<typeof brand>>;

/** What an asset is from its graph: its value is that of the op output behind the graph's. */
function madeBy(
  owner: string,
  node: GraphDefinition,
  output: string,
  options: GraphAssetOptions | GraphMultiAssetOptions,
  site: DefinitionSite,
): HowItIsMade {
  const out = node.outs.find(({ name }) => name === output)!;
  if (out.isDynamic)
    throw new InvalidOptionError(owner, `its output "${output}" has any number of values; return what collects them`, site);
  const { schema, ioManagerKey } = opOutputOf(node, out.source);
  const references: readonly AnyAsset[] = referencesOf(options);
  return {
    ioManagerKey,
    schema,
    partitions: toPartitions(options, owner, site),
    backfillPolicy: options.backfillPolicy ?? null,
    ins: insOf(options.ins),
    references,
    dependencies: Object.freeze(uniqueKeys(node.ins.map(({ assetKey }) => assetKey!))),
    node,
    output,
    isObserved: false,
    isOptional: false,
    spec: null,
  };
}
