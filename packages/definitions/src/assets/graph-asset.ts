import { assetKeyToUserString } from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { type AssetDefinition, type AssetInputs, checksOf, type HasValue, type IsPartitioned } from "../asset.ts";
import { brand } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";
import type { Handle } from "../handle.ts";
import { opNameOf } from "../op-name.ts";
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
import { checkOptions, type OptionNames } from "../option-names.ts";

/** An asset that a graph of ops makes. */
export type GraphAsset<T, P extends Partitions | undefined = undefined> = AssetDefinition &
  HasValue<T> &
  (P extends Partitions ? IsPartitioned : unknown);

/** What {@link graphAsset} takes beside key and composing function. */
export interface GraphAssetOptions<
  I extends AssetInputs = AssetInputs,
  P extends Partitions | undefined = Partitions | undefined,
  C extends Schema | undefined = Schema | undefined,
>
  extends AssetAttributeOptions, AssetGraphOptions<I, P, C> {
  readonly keyPrefix?: string | readonly string[];
}

/** What the composing function of an asset with `checks` returns: the handle of its value, and of how each check came out. */
export interface GraphAssetResult {
  readonly result: Handle<unknown>;
  readonly [check: string]: Handle<unknown>;
}

type ValueOfResult<R> = R extends Handle<infer T> ? T : R extends { readonly result: Handle<infer T> } ? T : never;
type Empty = Record<never, never>;

/**
 * Declares an asset that a graph of ops makes: each op is a step of its own, and the asset is what the last of them returns.
 *
 * @param body - runs once, here; it wires ops by calling them and returns the handle of the asset's value; with `checks`, a record with
 * that as `result` and a handle for each check
 * @throws InvalidNameError, InvalidOptionError, CircularImportError, CompositionError
 */
export function graphAsset<
  R extends Handle<unknown> | GraphAssetResult,
  I extends AssetInputs = Empty,
  P extends Partitions | undefined = undefined,
  C extends Schema | undefined = undefined,
>(
  key: string | readonly string[],
  options: GraphAssetOptions<I, P, C>,
  body: (inputs: InputHandles<I, P>) => R,
): GraphAsset<ValueOfResult<R>, P>;
export function graphAsset(
  name: string | readonly string[],
  options: GraphAssetOptions,
  body: (inputs: never) => unknown,
): AssetDefinition {
  const site = captureSite(graphAsset);
  const key = prefixedKey(options.keyPrefix, name, site);
  const shown = assetKeyToUserString(key);
  const owner = `asset "${shown}"`;
  checkOptions(owner, options, graphAssetOptions, site);
  const attributes = assetAttributes(options, shown, site);
  const { description } = attributes;
  const graph = composeAssetGraph({ owner, name: opNameOf(key), description, options, keys: [key], body, site });
  const checks = checksOf(key, options.checks ?? [], site);
  if (checks.length === 0 && (graph.outs.length !== 1 || graph.returnsRecord))
    throw new InvalidOptionError(
      owner,
      "its function must return the handle of what an op makes; graphMultiAsset makes several assets",
      site,
    );
  const node = withAssetOutputs(owner, graph, new Map([["result", key]]), checks, site);
  return Object.freeze({
    ...brand("asset"),
    ...attributes,
    key,
    ...madeBy(owner, node, key, "result", options, site),
    multi: null,
    site,
  });
}

const graphAssetOptions: OptionNames<GraphAssetOptions> = { ...assetAttributeNames, ...assetGraphNames, keyPrefix: true };
