import { type AssetKey, assetKeyToUserString } from "@dagwright/model";
import type { AnyAsset, AssetDefinition } from "../asset.ts";
import { makeCallable } from "../callable.ts";
import { captureSite, type DefinitionSite } from "../definition-site.ts";
import { type AssetAttributeOptions, type AssetAttributes, assetAttributes } from "./asset-attributes.ts";
import { isMultiAsset } from "./asset-inputs.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";

/** An asset as {@link mapAssetSpecs} shows it. */
export interface MappedAsset extends AssetAttributes {
  readonly key: AssetKey;
  readonly dependencies: readonly AssetKey[];
}

/**
 * Says more, or something else, of assets that are declared elsewhere: the same assets, with other attributes.
 *
 * @param change - gets what is said of each asset, and returns what is to be said instead; what it leaves out stays
 * @throws InvalidNameError, InvalidOptionError
 */
export function mapAssetSpecs<A extends AnyAsset | MultiAssetDefinition>(
  change: (asset: MappedAsset) => AssetAttributeOptions,
  assets: readonly A[],
): A[] {
  const site = captureSite(mapAssetSpecs);
  return assets.map((one) => (isMultiAsset(one) ? mapMulti(one, change, site) : withAttributes(one, change, {}, site)) as A);
}

function mapMulti(
  given: MultiAssetDefinition,
  change: (asset: MappedAsset) => AssetAttributeOptions,
  site: DefinitionSite,
): MultiAssetDefinition {
  const assets: Record<string, AssetDefinition> = {};
  const multi = copyOf(given, { assets });
  for (const [name, one] of Object.entries(given.assets)) assets[name] = withAttributes(one, change, { multi }, site);
  Object.freeze(assets);
  return multi;
}

function withAttributes<A extends AnyAsset>(
  one: A,
  change: (asset: MappedAsset) => AssetAttributeOptions,
  further: { readonly multi?: MultiAssetDefinition },
  site: DefinitionSite,
): A {
  const {
    description,
    group,
    kinds,
    owners,
    tags,
    metadata,
    codeVersion,
    freshnessPolicy,
    automationCondition,
    key,
    dependencies,
  } = one;
  const changes = change({
    description,
    group,
    kinds,
    owners,
    tags,
    metadata,
    codeVersion,
    freshnessPolicy,
    automationCondition,
    key,
    dependencies,
  });
  const checked = assetAttributes(changes, assetKeyToUserString(key), site);
  const changed = Object.fromEntries(Object.entries(checked).filter(([name]) => name in changes));
  return copyOf<A>(one, { ...changed, ...further } as Partial<A>);
}

/** The same definition with some other properties; what can be called still can. */
function copyOf<D extends object>(definition: D, changes: Partial<D>): D {
  const copy: D = { ...definition, ...changes };
  if (typeof definition !== "function") return Object.freeze(copy);
  return makeCallable((...args: readonly unknown[]) => (definition as (...args: readonly unknown[]) => unknown)(...args), copy);
}
