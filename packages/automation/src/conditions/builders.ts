import type { AssetKey, AutomationConditionSnapshot, FreshnessState, RunTagFilter } from "@dagwright/model";
import { conditionName } from "./condition-node.ts";

type Condition = AutomationConditionSnapshot;

/** Both hold. An unlabelled `and` takes further operands in, so that a chain is one node. */
const both = (left: Condition, right: Condition): Condition => join("and", left, right);
const either = (left: Condition, right: Condition): Condition => join("or", left, right);

function join(kind: "and" | "or", ...sides: readonly Condition[]): Condition {
  return {
    kind,
    operands: sides.flatMap((side) => (side.kind === kind && side.label === undefined ? side.operands : [side])),
  };
}

const all = (...operands: readonly Condition[]): Condition => ({ kind: "and", operands });
const any = (...operands: readonly Condition[]): Condition => ({ kind: "or", operands });

const negated = (operand: Condition): Condition => ({ kind: "not", operand });
const labeled = (condition: Condition, label: string): Condition => ({ ...condition, label });
const since = (trigger: Condition, reset: Condition): Condition => ({ kind: "since", trigger, reset });
const newlyTrue = (operand: Condition): Condition => ({ kind: "newlyTrue", operand });
const sinceLastHandled = (condition: Condition): Condition =>
  since(condition, labeled(any({ kind: "newlyRequested" }, { kind: "newlyUpdated" }, { kind: "initialEvaluation" }), "handled"));

const anyDepsMatch = (operand: Condition): Condition => ({ kind: "anyDepsMatch", operand });
const allDepsMatch = (operand: Condition): Condition => ({ kind: "allDepsMatch", operand });
const anyChecksMatch = (operand: Condition, blockingOnly = false): Condition => ({
  kind: "anyChecksMatch",
  operand,
  blockingOnly,
});
const allChecksMatch = (operand: Condition, blockingOnly = false): Condition => ({
  kind: "allChecksMatch",
  operand,
  blockingOnly,
});
const assetMatches = (key: AssetKey, operand: Condition): Condition => ({ kind: "assetMatches", key, operand });
const ofJobRoots = (kind: "anyJobRootAssetsMatch" | "allJobRootAssetsMatch", operand: Condition): Condition =>
  labeled(
    { kind, operand },
    `${kind === "anyJobRootAssetsMatch" ? "any" : "all"}_job_root_assets_match(${operand.label ?? conditionName(operand)})`,
  );

const cronTickPassed = (cron: string, timeZone: string): Condition => ({ kind: "cronTickPassed", cron, timeZone });
const inLatestTimeWindow = (lookbackSeconds: number | null = null): Condition => ({
  kind: "inLatestTimeWindow",
  lookbackSeconds,
});
const freshnessIs = (state: FreshnessState, label: string): Condition => labeled({ kind: "freshness", state }, label);
const withTags = (
  kind: "executedWithTags" | "anyNewUpdateHasRunTags" | "allNewUpdatesHaveRunTags",
  filter: RunTagFilter,
): Condition => ({ kind, ...filter });

const inProgress = (): Condition => labeled(any({ kind: "runInProgress" }, { kind: "backfillInProgress" }), "in_progress");
const newlyMissing = (): Condition => labeled(newlyTrue({ kind: "missing" }), "newly_missing");

const anyDepsUpdated = (): Condition =>
  labeled(
    anyDepsMatch(
      any(labeled(all({ kind: "newlyUpdated" }, negated({ kind: "executedWithRootTarget" })), "newly_updated_without_root"), {
        kind: "willBeRequested",
      }),
    ),
    "any_deps_updated",
  );
const anyDepsMissing = (): Condition =>
  labeled(anyDepsMatch(all({ kind: "missing" }, negated({ kind: "willBeRequested" }))), "any_deps_missing");
const anyDepsInProgress = (): Condition => labeled(anyDepsMatch(inProgress()), "any_deps_in_progress");

const allDepsBlockingChecksPassed = (): Condition =>
  labeled(
    allDepsMatch(
      labeled(
        allChecksMatch(any({ kind: "checkResult", passed: true }, { kind: "willBeRequested" }), true),
        "all_blocking_checks_passed",
      ),
    ),
    "all_deps_blocking_checks_passed",
  );

const allDepsUpdatedSinceCron = (cron: string, timeZone: string): Condition =>
  labeled(
    allDepsMatch(any(since({ kind: "newlyUpdated" }, cronTickPassed(cron, timeZone)), { kind: "willBeRequested" })),
    `all_deps_updated_since_cron(${cron}, ${timeZone})`,
  );

const eager = (): Condition =>
  labeled(
    all(
      inLatestTimeWindow(),
      sinceLastHandled(any(newlyMissing(), anyDepsUpdated())),
      negated(anyDepsMissing()),
      negated(anyDepsInProgress()),
      negated(inProgress()),
    ),
    "eager",
  );

const onCron = (cron: string, timeZone: string): Condition =>
  labeled(
    all(inLatestTimeWindow(), sinceLastHandled(cronTickPassed(cron, timeZone)), allDepsUpdatedSinceCron(cron, timeZone)),
    `on_cron(${cron}, ${timeZone})`,
  );

const onMissing = (): Condition =>
  labeled(
    all(
      inLatestTimeWindow(),
      labeled(sinceLastHandled(newlyTrue({ kind: "missing" })), "missing_since_last_handled"),
      negated(anyDepsMissing()),
    ),
    "on_missing",
  );

/** Dagster's conditions as data, those with a name of their own made of the others as there. */
export const conditions = {
  both,
  either,
  negated,
  labeled,
  since,
  newlyTrue,
  sinceLastHandled,
  anyDepsMatch,
  allDepsMatch,
  anyChecksMatch,
  allChecksMatch,
  assetMatches,
  ofJobRoots,
  cronTickPassed,
  inLatestTimeWindow,
  freshnessIs,
  withTags,
  inProgress,
  newlyMissing,
  anyDepsUpdated,
  anyDepsMissing,
  anyDepsInProgress,
  allDepsBlockingChecksPassed,
  allDepsUpdatedSinceCron,
  eager,
  onCron,
  onMissing,
} as const;
