import type { AutomationConditionSnapshot, FreshnessPolicySnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

export function toFreshnessPolicy(policy: FreshnessPolicySnapshot | undefined): gql.InternalFreshnessPolicy | null {
  switch (policy?.kind) {
    case undefined:
      return null;
    case "timeWindow":
      return {
        __typename: "TimeWindowFreshnessPolicy",
        failWindowSeconds: policy.failWindowSeconds,
        warnWindowSeconds: policy.warnWindowSeconds,
      };
    case "cron":
      return {
        __typename: "CronFreshnessPolicy",
        deadlineCron: policy.deadlineCron,
        lowerBoundDeltaSeconds: policy.lowerBoundDeltaSeconds,
        timezone: policy.timeZone,
      };
  }
}

export function toAutomationCondition(condition: AutomationConditionSnapshot | undefined): gql.AutomationCondition | null {
  if (condition === undefined) return null;
  const isCombined = condition.kind === "and" || condition.kind === "or" || condition.kind === "not";
  return { label: isCombined ? null : spell(condition), expandedLabel: [spell(condition)] };
}

/** A condition as people read it, e.g. `(eager) AND (NOT (on_missing))`. */
function spell(condition: AutomationConditionSnapshot): string {
  switch (condition.kind) {
    case "eager":
      return "eager";
    case "onMissing":
      return "on_missing";
    case "onCron":
      return `on_cron(${condition.cron}, ${condition.timeZone})`;
    case "and":
    case "or":
      return condition.operands.map((operand) => `(${spell(operand)})`).join(` ${condition.kind.toUpperCase()} `);
    case "not":
      return `NOT (${spell(condition.operand)})`;
  }
}
