import {
  type AssetSelectionExpression,
  parseAssetSelection,
  resolveAssetSelection,
  type SelectableAsset,
  SelectionSyntaxError,
} from "@dagwright/graph";
import { type AssetKey, assetKeyToUserString, nearestWord } from "@dagwright/model";
import { UsageError } from "../errors.ts";

/**
 * Which assets `--select` names, in the selection language that projects use too (`AssetSelection.fromText`).
 *
 * @throws UsageError for what the language has not, for keys that no asset has, and when nothing is selected
 */
export function selectAssets(text: string, assets: readonly SelectableAsset[]): readonly AssetKey[] {
  const expression = parse(text);
  const { keys, unknownKeys } = resolveAssetSelection(expression, assets);
  const [unknown] = unknownKeys;
  if (unknown !== undefined) {
    const known = assets.map(({ key }) => assetKeyToUserString(key));
    const nearest = nearestWord(assetKeyToUserString(unknown), known);
    const others = unknownKeys.length === 1 ? "" : ` (nor ${unknownKeys.slice(1).map(assetKeyToUserString).join(", ")})`;
    const hint = nearest === null ? `See them all with: dagwright asset list` : `Did you mean ${nearest}?`;
    throw new UsageError(`--select: there is no asset ${assetKeyToUserString(unknown)}${others}. ${hint}`);
  }
  if (keys.length === 0) throw new UsageError(`--select ${JSON.stringify(text)} selects nothing.`);
  return keys;
}

function parse(text: string): AssetSelectionExpression {
  try {
    return parseAssetSelection(text);
  } catch (error) {
    if (!(error instanceof SelectionSyntaxError)) throw error;
    throw new UsageError(
      `--select: ${error.message}. It takes keys (a/b, or key:"a/*"), group:NAME, tag:NAME=VALUE, kind:, owner:, code_location:, is:external, roots(…), sinks(…), * for all, + before or after for what lies above or below (+a/b, a/b+1), and, or, not, commas and brackets.`,
    );
  }
}
