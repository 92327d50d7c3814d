import type { AssetKey } from "../asset-key.ts";

/** How fresh an asset is by its policy. */
export type FreshnessState = "PASS" | "WARN" | "FAIL" | "UNKNOWN" | "NOT_APPLICABLE";

/** Which dependencies, or checks, an operator looks at; selections as text. */
interface Narrowing {
  /** Only these. */
  readonly allow?: string;
  /** Not these. */
  readonly ignore?: string;
}

/** Which tags a run must have. */
export interface RunTagFilter {
  /** All of these, whatever their values. */
  readonly tagKeys?: readonly string[];
  /** All of these, with these values. */
  readonly tagValues?: Readonly<Record<string, string>>;
}

/** A condition that looks at an asset or check itself. */
export type AutomationOperand =
  | {
      readonly kind:
        | "missing"
        | "runInProgress"
        | "backfillInProgress"
        | "executionFailed"
        | "newlyUpdated"
        | "newlyRequested"
        | "willBeRequested"
        | "codeVersionChanged"
        | "dataVersionChanged"
        | "initialEvaluation"
        | "executedWithRootTarget";
    }
  | { readonly kind: "cronTickPassed"; readonly cron: string; readonly timeZone: string }
  /** `lookbackSeconds`: how far before the end of the latest window a partition may begin; null: the latest one only. */
  | { readonly kind: "inLatestTimeWindow"; readonly lookbackSeconds: number | null }
  | { readonly kind: "checkResult"; readonly passed: boolean }
  | { readonly kind: "freshness"; readonly state: FreshnessState }
  | ({ readonly kind: "executedWithTags" | "anyNewUpdateHasRunTags" | "allNewUpdatesHaveRunTags" } & RunTagFilter)
  /** A function of the code location, known by its name. */
  | { readonly kind: "custom"; readonly name: string; readonly description: string };

/** A condition made of others. */
export type AutomationOperator =
  | { readonly kind: "and" | "or"; readonly operands: readonly AutomationConditionSnapshot[] }
  | { readonly kind: "not" | "newlyTrue"; readonly operand: AutomationConditionSnapshot }
  | { readonly kind: "since"; readonly trigger: AutomationConditionSnapshot; readonly reset: AutomationConditionSnapshot }
  | ({ readonly kind: "anyDepsMatch" | "allDepsMatch"; readonly operand: AutomationConditionSnapshot } & Narrowing)
  | ({
      readonly kind: "anyChecksMatch" | "allChecksMatch";
      readonly operand: AutomationConditionSnapshot;
      readonly blockingOnly: boolean;
    } & Narrowing)
  | { readonly kind: "assetMatches"; readonly key: AssetKey; readonly operand: AutomationConditionSnapshot }
  | { readonly kind: "anyDownstreamConditions" }
  /** Asked about a job: of those of its assets that read no other asset of it. */
  | { readonly kind: "anyJobRootAssetsMatch" | "allJobRootAssetsMatch"; readonly operand: AutomationConditionSnapshot };

/** When an asset or check is to be made, or a job to be run, by itself: an immutable tree as data. */
export type AutomationConditionSnapshot = (AutomationOperand | AutomationOperator) & {
  /** The name that people know it by; absent: its own. */
  readonly label?: string;
};
