import { assetKeyToString } from "@dagwright/model";
import type { AssetSelectionExpression } from "./asset-selection.ts";

/**
 * The keys that a selection spells out, as text. Assets that are only observed are observed by a selection that names them, and not by
 * one that they merely fall under.
 */
export function namedKeys(expression: AssetSelectionExpression): ReadonlySet<string> {
  switch (expression.kind) {
    case "keys":
      return new Set(expression.keys.map(assetKeyToString));
    case "keyPattern":
      return new Set([assetKeyToString(expression.pattern.split("/"))]);
    case "or":
    case "and":
    case "minus":
      return new Set([...namedKeys(expression.left), ...namedKeys(expression.right)]);
    default:
      return "of" in expression ? namedKeys(expression.of) : new Set();
  }
}
