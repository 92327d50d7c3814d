import type { AutomationConditionSnapshot } from "@dagwright/model";
import { nextTimeMs } from "@dagwright/partitions";
import { brand, type Branded } from "../brand.ts";
import { captureSite } from "../definition-site.ts";
import { InvalidOptionError } from "../errors.ts";

/** When an asset is to be made by itself. */
export interface AutomationCondition extends Branded<"automationCondition"> {
  readonly expression: AutomationConditionSnapshot;
  /** When both hold (Dagster's `&`). */
  and(other: AutomationCondition): AutomationCondition;
  /** When either holds (Dagster's `|`). */
  or(other: AutomationCondition): AutomationCondition;
  /** When it does not hold (Dagster's `~`). */
  not(): AutomationCondition;
}

function condition(expression: AutomationConditionSnapshot): AutomationCondition {
  const join =
    (kind: "and" | "or") =>
    (other: AutomationCondition): AutomationCondition =>
      condition({ kind, operands: [expression, other.expression] });
  return Object.freeze({
    ...brand("automationCondition"),
    expression: Object.freeze(expression),
    and: join("and"),
    or: join("or"),
    not: () => condition({ kind: "not", operand: expression }),
  });
}

/** Ways to say when an asset is to be made by itself. Combine them with `.and()`, `.or()`, `.not()`. */
export const AutomationCondition: {
  /** When something that it depends on was made, or it is missing, and nothing that it depends on is missing or being made. */
  eager(): AutomationCondition;
  /** When everything that it depends on was made since the newest time of a cron line. */
  onCron(cron: string, options?: { readonly timeZone?: string }): AutomationCondition;
  /** When it has never been made, and everything that it depends on has. */
  onMissing(): AutomationCondition;
} = Object.freeze({
  eager: () => condition({ kind: "eager" }),
  onCron(cron: string, { timeZone = "UTC" }: { readonly timeZone?: string } = {}) {
    try {
      nextTimeMs({ cron: [cron], timeZone }, 0);
    } catch (error) {
      const problem = `${JSON.stringify(cron)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw new InvalidOptionError("AutomationCondition.onCron", problem, captureSite(AutomationCondition.onCron));
    }
    return condition({ kind: "onCron", cron, timeZone });
  },
  onMissing: () => condition({ kind: "onMissing" }),
});
