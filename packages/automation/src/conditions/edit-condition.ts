import type { AutomationConditionSnapshot } from "@dagwright/model";
import { conditionId } from "./condition-ids.ts";
import { conditionName } from "./condition-node.ts";

/**
 * The tree with another condition in each place where the old one stands.
 *
 * @param old - a condition, or the label or name of one
 */
export function replaceCondition(
  condition: AutomationConditionSnapshot,
  old: AutomationConditionSnapshot | string,
  by: AutomationConditionSnapshot,
): AutomationConditionSnapshot {
  const isOld =
    typeof old === "string"
      ? old === condition.label || old === conditionName(condition)
      : conditionId(old) === conditionId(condition) && old.label === condition.label;
  return isOld ? by : mapChildren(condition, (child) => replaceCondition(child, old, by));
}

/**
 * The tree with all of its operators over dependencies or checks looking at more (`allow`), or less (`ignore`), of them. Reaches through
 * `and`, `or`, `not` and `since`, as Dagster does.
 *
 * @param selection - as text
 */
export function narrowCondition(
  condition: AutomationConditionSnapshot,
  how: "allow" | "ignore",
  selection: string,
): AutomationConditionSnapshot {
  switch (condition.kind) {
    case "anyDepsMatch":
    case "allDepsMatch":
    case "anyChecksMatch":
    case "allChecksMatch": {
      const before = condition[how];
      return { ...condition, [how]: before === undefined ? selection : `(${selection}) or (${before})` };
    }
    case "and":
    case "or":
    case "not":
    case "since":
      return mapChildren(condition, (child) => narrowCondition(child, how, selection));
    default:
      return condition;
  }
}

function mapChildren(
  condition: AutomationConditionSnapshot,
  map: (child: AutomationConditionSnapshot) => AutomationConditionSnapshot,
): AutomationConditionSnapshot {
  switch (condition.kind) {
    case "and":
    case "or":
      return { ...condition, operands: condition.operands.map(map) };
    case "since":
      return { ...condition, trigger: map(condition.trigger), reset: map(condition.reset) };
    case "not":
    case "newlyTrue":
    case "anyDepsMatch":
    case "allDepsMatch":
    case "anyChecksMatch":
    case "allChecksMatch":
    case "assetMatches":
    case "anyJobRootAssetsMatch":
    case "allJobRootAssetsMatch":
      return { ...condition, operand: map(condition.operand) };
    default:
      return condition;
  }
}
