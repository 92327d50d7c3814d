import {
  assetKeyToUserString,
  type AutomationConditionSnapshot,
  type AutomationOperator,
  type RunTagFilter,
} from "@dagwright/model";

/** How the parts of a condition are joined, for those who draw it. */
export type OperatorType = "and" | "or" | "not" | "identity";

/** The conditions that a condition is made of. */
export function childrenOf(condition: AutomationConditionSnapshot): readonly AutomationConditionSnapshot[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.operands;
    case "since":
      return [condition.trigger, condition.reset];
    case "not":
    case "newlyTrue":
    case "anyDepsMatch":
    case "allDepsMatch":
    case "assetMatches":
    case "anyJobRootAssetsMatch":
    case "allJobRootAssetsMatch":
      return [condition.operand];
    default:
      // What is asked of checks is asked of each of them, which is known only when the graph is: Dagster shows none.
      return [];
  }
}

/** The name under which Dagster shows a kind of condition; ids are made of it, so that it must not change. */
export function conditionName(condition: AutomationConditionSnapshot): string {
  switch (condition.kind) {
    case "cronTickPassed":
      return `cron_tick_passed(cron_schedule=${condition.cron}, cron_timezone=${condition.timeZone})`;
    case "inLatestTimeWindow":
      return condition.lookbackSeconds === null
        ? "in_latest_time_window"
        : `in_latest_time_window(lookback_timedelta=${duration(condition.lookbackSeconds)})`;
    case "checkResult":
      return condition.passed ? "check_passed" : "check_failed";
    case "freshness":
      return `freshness_result(state=FreshnessState.${condition.state})`;
    case "executedWithTags":
    case "anyNewUpdateHasRunTags":
    case "allNewUpdatesHaveRunTags":
      return `${snakeCase(condition.kind)}${tagFilter(condition)}`;
    case "custom":
      return condition.name;
    case "assetMatches":
      return assetKeyToUserString(condition.key);
    case "and":
    case "or":
    case "not":
    case "since":
    case "anyDownstreamConditions":
    case "newlyTrue":
    case "anyJobRootAssetsMatch":
    case "allJobRootAssetsMatch":
      return snakeCase(condition.kind).toUpperCase();
    case "anyDepsMatch":
    case "allDepsMatch":
    case "anyChecksMatch":
    case "allChecksMatch":
      return `${baseName(condition)}${narrowing(condition)}`;
    default:
      return snakeCase(condition.kind);
  }
}

/** The name without its arguments, of which an operator's id is made: narrowing it keeps what it remembers. */
export function baseName(condition: AutomationConditionSnapshot): string {
  switch (condition.kind) {
    case "anyDepsMatch":
    case "allDepsMatch":
    case "anyChecksMatch":
    case "allChecksMatch":
      return snakeCase(condition.kind).toUpperCase();
    default:
      return conditionName(condition);
  }
}

export function conditionDescription(condition: AutomationConditionSnapshot): string {
  switch (condition.kind) {
    case "and":
      return "All of";
    case "or":
      return "Any of";
    case "not":
      return "Not";
    case "willBeRequested":
      return "Will be requested this tick";
    case "anyDownstreamConditions":
      return "Any downstream conditions";
    case "inLatestTimeWindow":
      return condition.lookbackSeconds === null
        ? "Within latest time window"
        : `Within ${duration(condition.lookbackSeconds)} of the end of the latest time window`;
    case "custom":
      return condition.description;
    default:
      return "";
  }
}

export function operatorType(condition: AutomationConditionSnapshot): OperatorType {
  switch (condition.kind) {
    case "and":
    case "allDepsMatch":
    case "allChecksMatch":
    case "allJobRootAssetsMatch":
      return "and";
    case "or":
    case "anyDepsMatch":
    case "anyChecksMatch":
    case "anyJobRootAssetsMatch":
      return "or";
    case "not":
      return "not";
    default:
      return "identity";
  }
}

function narrowing(condition: Extract<AutomationOperator, { readonly allow?: string }>): string {
  const parts = [
    ...("blockingOnly" in condition && condition.blockingOnly ? ["blocking_only=True"] : []),
    ...(condition.allow === undefined ? [] : [`allow_selection=${condition.allow}`]),
    ...(condition.ignore === undefined ? [] : [`ignore_selection=${condition.ignore}`]),
  ];
  return parts.length === 0 ? "" : `(${parts.join(",")})`;
}

function tagFilter({ tagKeys, tagValues }: RunTagFilter): string {
  const parts = [
    ...(tagKeys === undefined ? [] : [`tag_keys={${[...tagKeys].sort().join(",")}}`]),
    ...(tagValues === undefined
      ? []
      : [
          `tag_values={${Object.entries(tagValues)
            .map(([key, value]) => `${key}:${value}`)
            .sort()
            .join(",")}}`,
        ]),
  ];
  return parts.length === 0 ? "" : `(${parts.join(", ")})`;
}

/** A length of time as Dagster writes it: `1 day, 2:00:00`. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${Math.floor(rest / 3600)}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`;
  return days === 0 ? clock : `${days} ${days === 1 ? "day" : "days"}, ${clock}`;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
