import { expandedLabel } from "@dagwright/automation";
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

export const toAutomationCondition = (condition: AutomationConditionSnapshot | undefined): gql.AutomationCondition | null =>
  condition === undefined ? null : { label: condition.label ?? null, expandedLabel: [...expandedLabel(condition)] };
