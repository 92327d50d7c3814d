import type { AutomationConditionSnapshot } from "@dagwright/model";
import { childrenOf, conditionName } from "./condition-node.ts";

/** A condition in words, part by part: `["(eager)", "AND", "(NOT (missing))"]`. Parts that have a label are shown by it. */
export function expandedLabel(condition: AutomationConditionSnapshot): readonly string[] {
  return expandLabel(conditionName(condition), childrenOf(condition).map(shortLabel));
}

/**
 * A node in words.
 *
 * @param children - the words of each of its parts
 */
export function expandLabel(name: string, children: readonly (readonly string[])[]): readonly string[] {
  const parts = children.map((words) => `(${words.join(" ")})`);
  if (parts.length < 2) return [name, ...parts];
  return parts.flatMap((part, index) => (index === 0 ? [part] : [name, part]));
}

const shortLabel = (condition: AutomationConditionSnapshot): readonly string[] =>
  condition.label === undefined ? expandedLabel(condition) : [condition.label];
