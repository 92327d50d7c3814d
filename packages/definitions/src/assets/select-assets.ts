import { namedKeys, resolveAssetSelection, type SelectableAsset } from "@dagwright/graph";
import { assetKeyToString, assetKeyToUserString, nearestWord } from "@dagwright/model";
import type { AnyAsset, AssetDefinition } from "../asset.ts";
import type { AssetJobDefinition } from "../asset-job.ts";
import { brandOf } from "../brand.ts";
import { UnknownSelectionKeyError } from "../errors.ts";

/**
 * The assets that an asset job makes. Observable ones are observed only by a job that names their keys.
 *
 * @throws UnknownSelectionKeyError
 */
export function selectAssets(job: AssetJobDefinition, executable: readonly AssetDefinition[]): readonly AssetDefinition[] {
  const { expression } = job.selection;
  const { keys, unknownKeys } = resolveAssetSelection(expression, executable.map(selectable));
  const [unknown] = unknownKeys;
  if (unknown) {
    const key = assetKeyToUserString(unknown);
    const suggestion = nearestWord(
      key,
      executable.map((one) => assetKeyToUserString(one.key)),
    );
    throw new UnknownSelectionKeyError(`asset job "${job.name}"`, key, suggestion, job.site);
  }
  const chosen = new Set(keys.map(assetKeyToString));
  const named = executable.some(({ isObserved }) => isObserved) ? namedKeys(expression) : new Set();
  return executable.filter(({ key, isObserved }) => {
    const id = assetKeyToString(key);
    return chosen.has(id) && (!isObserved || named.has(id));
  });
}

/** What selections ask of an asset. */
export const selectable = (one: AnyAsset): SelectableAsset => {
  const { key, group, dependencies, tags, kinds, owners } = one;
  const isExternal = brandOf(one)?.kind !== "asset" || (one as AssetDefinition).isObserved;
  return { key, group, dependencies, tags, kinds, owners, isExternal, location: null };
};
