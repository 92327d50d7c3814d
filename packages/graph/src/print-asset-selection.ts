import { assetCheckKeyToUserString, assetKeyToUserString } from "@dagwright/model";
import type { AssetSelectionExpression } from "./asset-selection.ts";

/** A selection as text that {@link parseAssetSelection} reads as the same selection. */
export function printAssetSelection(expression: AssetSelectionExpression): string {
  switch (expression.kind) {
    case "all":
      return "*";
    case "keys":
      return any(expression.keys.map((key) => `key:${word(assetKeyToUserString(key))}`));
    case "keyPattern":
      return `key:${word(expression.pattern)}`;
    case "groups":
      return any(expression.groups.map((group) => `group:${word(group)}`));
    case "groupPattern":
      return `group:${word(expression.pattern)}`;
    case "tag":
      return `tag:${word(expression.key)}${expression.value === "" ? "" : `=${word(expression.value)}`}`;
    case "kind":
    case "owner":
      return `${expression.kind}:${word(expression.name)}`;
    case "codeLocation":
      return `code_location:${word(expression.name)}`;
    case "is":
      return `is:${expression.what}`;
    case "roots":
    case "sinks":
      return `${expression.kind}(${printAssetSelection(expression.of)})`;
    case "checks":
      return any(expression.checks.map((check) => `check:${word(assetCheckKeyToUserString(check))}`));
    case "checksOf":
      return `checks(${printAssetSelection(expression.of)})`;
    case "withoutChecks":
      return `without_checks(${printAssetSelection(expression.of)})`;
    case "or":
    case "and":
      return `${operand(expression.left)} ${expression.kind} ${operand(expression.right)}`;
    case "minus":
      if (expression.left.kind === "all") return `not ${operand(expression.right)}`;
      return `${operand(expression.left)} and not ${operand(expression.right)}`;
    case "upstream":
    case "downstream": {
      const of = operand(expression.of);
      const depth = expression.depth ?? "";
      const reached = expression.kind === "upstream" ? `${depth}+${of}` : `${of}+${depth}`;
      return expression.includeSelf ? reached : `(${reached} and not ${of})`;
    }
  }
}

/** Nothing is what `not *` selects. */
const any = (choices: readonly string[]): string =>
  choices.length === 0 ? "(not *)" : choices.length === 1 ? choices[0]! : `(${choices.join(" or ")})`;

const operand = (expression: AssetSelectionExpression): string =>
  isCompound(expression) ? `(${printAssetSelection(expression)})` : printAssetSelection(expression);

/** `not x` binds as closely as a name. */
const isCompound = (expression: AssetSelectionExpression): boolean =>
  expression.kind === "minus"
    ? expression.left.kind !== "all"
    : ["or", "and", "upstream", "downstream"].includes(expression.kind);

const word = (text: string): string => (/^[\w*./-]+$/u.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`);
