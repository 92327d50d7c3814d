import { type AssetKey, assetKeysEqual, assetKeyToString, assetKeyToUserString } from "@dagwright/model";
import type { AnyAsset, AssetDependency, AssetInputs } from "../asset.ts";
import { brandOf } from "../brand.ts";
import type { DefinitionSite } from "../definition-site.ts";
import { CircularImportError, InvalidOptionError } from "../errors.ts";
import { checkName, parseAssetKey } from "../names.ts";
import { opNameOf } from "../op-name.ts";
import type { InputDefinition } from "../op.ts";
import { isSelfIn, type SelfInDefinition, toPartitionRead } from "../partitions/asset-in.ts";
import { hasDefault } from "../value-type.ts";
import type { MultiAssetDefinition } from "./multi-asset-definition.ts";

/** Whether a value is an asset, of this location or another. */
export function isAsset(value: unknown): value is AnyAsset {
  const kind = brandOf(value)?.kind;
  return kind === "asset" || kind === "assetSpec";
}

/** Whether a value is several assets that are made together. */
export const isMultiAsset = (value: unknown): value is MultiAssetDefinition => brandOf(value)?.kind === "multiAsset";

/** Answers whether an asset, named by definition or key, is among some. */
export function selectionTest(keys: readonly AssetKey[]): (asset: AnyAsset | string | readonly string[]) => boolean {
  const ids = new Set(keys.map(assetKeyToString));
  return (asset) => ids.has(assetKeyToString(isAsset(asset) ? asset.key : parseAssetKey(asset, null)));
}

/** The assets of a list in which those that are made together may stand as one. */
export const eachAsset = (list: readonly (AnyAsset | MultiAssetDefinition)[]): readonly AnyAsset[] =>
  list.flatMap((one) => (isMultiAsset(one) ? Object.values(one.assets) : [one]));

/**
 * The inputs of what makes assets: other assets, or earlier partitions of its own. `owner` is what has them, for messages: `asset "a"`.
 *
 * @param own - keys of what it makes
 * @throws InvalidNameError, InvalidOptionError, CircularImportError
 */
export const valueInputs = (
  owner: string,
  ins: AssetInputs | undefined,
  own: readonly AssetKey[],
  site: DefinitionSite,
): readonly InputDefinition[] =>
  Object.entries(ins ?? {}).map(([name, entry]) => {
    if (isSelfIn(entry)) return selfInput(owner, name, entry, own, site);
    const input = valueInput(owner, name, entry, site);
    const made = own.length === 1 ? undefined : own.find((key) => assetKeysEqual(key, input.assetKey!));
    if (made === undefined) return input;
    throw new InvalidOptionError(
      owner,
      `its input "${name}" is the asset "${assetKeyToUserString(made)}", which it makes itself; earlier partitions of that are read with selfIn(…)`,
      site,
    );
  });

/** An input that reads an asset. `owner` is what has the input, for messages: `asset "a"`. */
export function valueInput(owner: string, name: string, entry: unknown, site: DefinitionSite): InputDefinition {
  const { asset: upstream, read, inputManagerKey = null } = toPartitionRead(entry);
  checkName("input", name, site, owner);
  if (upstream === undefined) throw new CircularImportError(`input "${name}" of ${owner}`, site);
  if (!isAsset(upstream)) {
    if (isSelfIn(entry))
      throw new InvalidOptionError(owner, `its input "${name}" is a selfIn(…), which goes with what makes assets`, site);
    throw new InvalidOptionError(
      owner,
      isMultiAsset(upstream)
        ? `its input "${name}" is the multi-asset "${upstream.name}"; read one of its \`assets\``
        : `its input "${name}" is no asset. Inputs of assets are other assets, or externalAsset(key, schema)`,
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
    ...(inputManagerKey !== null && { inputManagerKey }),
  });
}

/** An input that reads earlier partitions of what is made. */
function selfInput(
  owner: string,
  name: string,
  { asset, schema, read, inputManagerKey }: SelfInDefinition,
  own: readonly AssetKey[],
  site: DefinitionSite,
): InputDefinition {
  checkName("input", name, site, owner);
  const named = asset === null ? null : parseAssetKey(asset, site, `selfIn of ${owner}`);
  const assetKey = named === null ? (own.length === 1 ? own[0] : undefined) : own.find((key) => assetKeysEqual(key, named));
  if (assetKey === undefined) {
    const listed = own.map((key) => `"${assetKeyToUserString(key)}"`).join(", ");
    throw new InvalidOptionError(
      owner,
      named === null
        ? `its input "${name}" is a selfIn(…) that does not say of which of its assets; name one as \`asset\`: ${listed}`
        : `its input "${name}" is a selfIn(…) of "${assetKeyToUserString(named)}", which it does not make; it makes ${listed}`,
      site,
    );
  }
  return Object.freeze({
    name,
    schema,
    description: null,
    metadata: {},
    hasDefault: hasDefault(schema),
    isOrderOnly: false,
    assetKey,
    read,
    ...(inputManagerKey !== null && { inputManagerKey }),
  });
}

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
    const keys = isMultiAsset(dep)
      ? Object.values(dep.assets).map(({ key }) => key)
      : [isAsset(dep) ? dep.key : parseAssetKey(dep as string, site, `dependency of ${owner}`)];
    return keys.flatMap((key) => {
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
  });
}

/** The assets that `ins` and `deps` name as objects. */
export const referencesOf = (options: {
  readonly ins?: AssetInputs | undefined;
  readonly deps?: readonly AssetDependency[] | undefined;
}): readonly AnyAsset[] =>
  Object.freeze(
    [...Object.values(options.ins ?? {}), ...(options.deps ?? [])].flatMap((entry) => {
      const { asset } = toPartitionRead(entry);
      return isMultiAsset(asset) ? Object.values(asset.assets) : isAsset(asset) ? [asset] : [];
    }),
  );

/** The assets of some inputs: one may be read under two names. */
export const uniqueKeys = (reads: readonly InputDefinition[]): readonly AssetKey[] => [
  ...new Map(reads.map(({ assetKey }) => [assetKeyToString(assetKey!), assetKey!])).values(),
];
