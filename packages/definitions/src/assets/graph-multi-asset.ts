import { assetKeyToUserString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import type { AssetDefinition, AssetInputs } from "../asset.ts";
import { brand } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import type { Handle } from "../handle.ts";
import { checkName } from "../names.ts";
import type { Schema } from "../schema.ts";
import { type AssetAttributeOptions, assetAttributeNames, assetAttributes, prefixedKey } from "./asset-attributes.ts";
import {
  assetGraphNames,
  type AssetGraphOptions,
  composeAssetGraph,
  type InputHandles,
  madeBy,
  withAssetOutputs,
} from "./asset-graph.ts";
import type { GraphAsset } from "./graph-asset.ts";
import { checksOfSeveral } from "./multi-asset.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";
import { checkOptions, type OptionNames } from "../option-names.ts";

/** One of the assets that {@link graphMultiAsset} makes. */
export interface GraphAssetOut extends AssetAttributeOptions {
  /** Default: the name of the output. */
  readonly key?: string | readonly string[];
  readonly keyPrefix?: string | readonly string[];
}

const graphAssetOutOptions: OptionNames<GraphAssetOut> = { ...assetAttributeNames, key: true, keyPrefix: true };

/** What {@link graphMultiAsset} takes beside name and composing function. */
export interface GraphMultiAssetOptions<
  I extends AssetInputs = AssetInputs,
  Outs extends Readonly<Record<string, GraphAssetOut>> = Readonly<Record<string, GraphAssetOut>>,
  P extends Partitions | undefined = Partitions | undefined,
  C extends Schema | undefined = Schema | undefined,
> extends AssetGraphOptions<I, P, C> {
  readonly description?: string;
  /** The assets it makes, by the name under which the composing function returns the handle of each. */
  readonly outs: Outs;
  /** For those of its assets that name no group. */
  readonly group?: string;
  /**
   * Whether a run may make some of its assets alone: the ops that only the others need do not run then, and the values of others that
   * are needed on the way are read from where they were stored. Default false.
   */
  readonly canSubset?: boolean;
}

type ValueOfHandle<H> = H extends Handle<infer T> ? T : never;
type Empty = Record<never, never>;

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
 * @param body - runs once, here; it returns a record with a handle for each of `outs` and of `checks`
 * @throws InvalidNameError, InvalidOptionError, CircularImportError, CompositionError
 */
export function graphMultiAsset<
  Result extends { readonly [K in keyof Outs]: Handle<unknown> },
  Outs extends Readonly<Record<string, GraphAssetOut>>,
  I extends AssetInputs = Empty,
  P extends Partitions | undefined = undefined,
  C extends Schema | undefined = undefined,
>(
  name: string,
  options: GraphMultiAssetOptions<I, Outs, P, C>,
  body: (inputs: InputHandles<I, P>) => Result,
): GraphMultiAsset<Outs, Result, P>;
export function graphMultiAsset(
  name: string,
  options: GraphMultiAssetOptions,
  body: (inputs: never) => unknown,
): MultiAssetDefinition {
  const site = captureSite(graphMultiAsset);
  checkName("graph of assets", name, site);
  const owner = `graph of assets "${name}"`;
  checkOptions(owner, options, graphMultiAssetOptions, site);
  const fail = (problem: string): never => {
    throw new InvalidOptionError(owner, problem, site);
  };
  const members = Object.entries(options.outs ?? {}).map(([output, out]) => {
    if (out === undefined) throw new CircularImportError(`output "${output}" of ${owner}`, site);
    checkOptions(`output "${output}" of ${owner}`, out, graphAssetOutOptions, site);
    return { output, out, key: prefixedKey(out.keyPrefix, out.key ?? output, site), isOptional: false };
  });
  if (members.length === 0) fail("it makes no asset; name at least one in `outs`");
  for (const [index, { key }] of members.entries()) {
    const shown = assetKeyToUserString(key);
    if (members.slice(0, index).some((one) => assetKeyToUserString(one.key) === shown))
      fail(`it makes the asset "${shown}" twice`);
  }
  const { description = null, canSubset = false } = options;
  const keys = new Map(members.map(({ output, key }) => [output, key]));
  const graph = composeAssetGraph({ owner, name, description, options, keys: [...keys.values()], body, site });
  if (!graph.returnsRecord) fail(`its function must return a record with a handle for "${members[0]!.output}"`);
  const node = {
    ...withAssetOutputs(owner, graph, keys, checksOfSeveral(owner, options, members, site), site),
    ...(canSubset && { canSubset: true as const }),
  };
  const assets: Record<string, AssetDefinition> = {};
  const multi: MultiAssetDefinition = Object.freeze({ ...brand("multiAsset"), name, assets, node, site });
  for (const { output, out, key } of members) {
    const shown = assetKeyToUserString(key);
    assets[output] = Object.freeze({
      ...brand("asset"),
      ...assetAttributes({ ...(options.group !== undefined && { group: options.group }), ...out }, shown, site),
      key,
      ...madeBy(owner, node, key, output, options, site),
      multi,
      site,
    });
  }
  Object.freeze(assets);
  return multi;
}

const graphMultiAssetOptions: OptionNames<GraphMultiAssetOptions> = {
  ...assetGraphNames,
  description: "text",
  outs: true,
  group: "text",
  canSubset: "flag",
};
