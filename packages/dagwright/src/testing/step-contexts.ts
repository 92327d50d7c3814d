import {
  type AssetCheckContext,
  buildOpContext,
  checkOptions,
  type DirectContext,
  directContextNames,
  type DirectContextOptions,
} from "@dagwright/definitions";
import { type AssetCheckKey, type AssetKey, assetKeyFromUserString, type OptionNames } from "@dagwright/model";

/** What to put into a context for an asset's function. */
export interface AssetContextOptions extends DirectContextOptions {
  /** `"a/b"` and `["a", "b"]` are the same. Default: none. */
  readonly assetKey?: string | AssetKey;
}

const assetContextNames: OptionNames<AssetContextOptions> = { ...directContextNames, assetKey: true };

/** Makes a context to call an asset's function with: `await orders({}, buildAssetContext({ assetKey: "orders", partition: "2026-11-21" }))`. */
export function buildAssetContext(options: AssetContextOptions = {}): DirectContext {
  checkOptions("buildAssetContext", options, assetContextNames, buildAssetContext);
  const { assetKey = [], ...rest } = options;
  return changed(buildOpContext(rest), { asset: { key: toKey(assetKey) } });
}

/** What to put into a context for an asset check's function. */
export interface AssetCheckContextOptions extends Omit<DirectContextOptions, "checks"> {
  /** The checks that are wanted; default none. */
  readonly checks?: readonly { readonly asset: string | AssetKey; readonly name: string }[];
}

const assetCheckContextNames: OptionNames<AssetCheckContextOptions> = { ...directContextNames, checks: "list" };

/** Makes a context to call an asset check's function with. */
export function buildAssetCheckContext(options: AssetCheckContextOptions = {}): DirectContext & AssetCheckContext<never, never> {
  checkOptions("buildAssetCheckContext", options, assetCheckContextNames, buildAssetCheckContext);
  const { checks = [], ...rest } = options;
  const keys = checks.map(({ asset, name }): AssetCheckKey => ({ assetKey: toKey(asset), name }));
  return changed(buildOpContext(rest), { checks: keys });
}

const toKey = (key: string | AssetKey): AssetKey => (typeof key === "string" ? assetKeyFromUserString(key) : key);

/** With its getters, which ask for what may not be there, left alone. */
const changed = <Context extends object, Change extends object>(context: Context, change: Change): Context & Change =>
  Object.defineProperties(context, Object.getOwnPropertyDescriptors(change)) as Context & Change;
