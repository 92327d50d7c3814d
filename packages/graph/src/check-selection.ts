import { type AssetCheckKey, assetCheckKeyToString, assetKeyToString } from "@dagwright/model";
import { type AssetSelectionExpression, resolveAssetSelection, type SelectableAsset } from "./asset-selection.ts";

export interface ResolvedCheckSelection {
  /** In the order of the checks given. */
  readonly keys: readonly AssetCheckKey[];
  /** Checks that the selection names and that are not among those given. */
  readonly unknownKeys: readonly AssetCheckKey[];
}

/**
 * Which asset checks a selection selects: those that it names, and those of the assets that it selects, unless it is one without checks.
 *
 * @throws as {@link resolveAssetSelection}
 */
export function resolveCheckSelection(
  expression: AssetSelectionExpression,
  assets: readonly SelectableAsset[],
  checks: readonly AssetCheckKey[],
): ResolvedCheckSelection {
  const ids = checks.map(assetCheckKeyToString);
  const known = new Set(ids);
  const unknown = new Map<string, AssetCheckKey>();
  const checksOf = (of: AssetSelectionExpression): ReadonlySet<string> => {
    const keys = new Set(resolveAssetSelection(of, assets).keys.map(assetKeyToString));
    return new Set(ids.filter((_, index) => keys.has(assetKeyToString(checks[index]!.assetKey))));
  };
  const resolve = (node: AssetSelectionExpression): ReadonlySet<string> => {
    switch (node.kind) {
      case "checks": {
        const wanted = node.checks.map((key) => [assetCheckKeyToString(key), key] as const);
        for (const [id, key] of wanted) if (!known.has(id)) unknown.set(id, key);
        return new Set(wanted.map(([id]) => id).filter((id) => known.has(id)));
      }
      case "checksOf":
        return checksOf(node.of);
      case "withoutChecks":
        return new Set();
      case "or":
        return resolve(node.left).union(resolve(node.right));
      case "and":
        return resolve(node.left).intersection(resolve(node.right));
      case "minus":
        return resolve(node.left).difference(resolve(node.right));
      default:
        return checksOf(node);
    }
  };
  const selected = resolve(expression);
  return { keys: checks.filter((_, index) => selected.has(ids[index]!)), unknownKeys: [...unknown.values()] };
}
