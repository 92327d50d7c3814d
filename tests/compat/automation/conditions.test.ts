import {
  childrenOf,
  conditionDescription,
  conditionId,
  conditionNodeId,
  conditionName,
  expandedLabel,
  operatorType,
} from "@dagwright/automation";
import { AutomationCondition } from "@dagwright/definitions";
import type { AutomationConditionSnapshot } from "@dagwright/model";
import { expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { askDagster } from "./ask-dagster.ts";

const AC = AutomationCondition;

/** Ours, and the name and arguments of theirs. */
const builders: readonly (readonly [AutomationConditionSnapshot, string, ...string[]])[] = [
  [AC.eager().expression, "eager"],
  [AC.onCron("0 6 * * *", { timeZone: "Europe/Paris" }).expression, "on_cron", "0 6 * * *", "Europe/Paris"],
  [AC.onMissing().expression, "on_missing"],
  [AC.inProgress().expression, "in_progress"],
  [AC.newlyMissing().expression, "newly_missing"],
  [AC.anyDepsUpdated().expression, "any_deps_updated"],
  [AC.anyDepsMissing().expression, "any_deps_missing"],
  [AC.anyDepsInProgress().expression, "any_deps_in_progress"],
  [AC.allDepsBlockingChecksPassed().expression, "all_deps_blocking_checks_passed"],
  [AC.allDepsUpdatedSinceCron("@daily").expression, "all_deps_updated_since_cron", "@daily"],
  [AC.freshnessPassed().expression, "freshness_passed"],
  [AC.freshnessWarned().expression, "freshness_warned"],
  [AC.freshnessFailed().expression, "freshness_failed"],
  [AC.anyDownstreamConditions().expression, "any_downstream_conditions"],
  [AC.checkPassed().expression, "check_passed"],
  [AC.checkFailed().expression, "check_failed"],
];

const trees: readonly AutomationConditionSnapshot[] = [
  AC.missing().and(AC.eager()).and(AC.executionFailed().not()).expression,
  AC.missing().or(AC.newlyUpdated()).or(AC.onMissing()).withLabel("mine").not().expression,
  AC.inLatestTimeWindow({ lookbackSeconds: 93_784 }).newlyTrue().expression,
  AC.inLatestTimeWindow({ lookbackSeconds: 2 * 86_400 }).expression,
  AC.codeVersionChanged().or(AC.dataVersionChanged()).since(AC.cronTickPassed("0 0 * * 1")).expression,
  AC.executedWithTags({ tagKeys: ["b", "a"], tagValues: { z: "1", y: "2" } }).expression,
  AC.allNewUpdatesHaveRunTags({ tagKeys: ["a"] }).and(AC.anyNewUpdateHasRunTags({ tagValues: { x: "y" } })).expression,
  AC.anyChecksMatch(AC.checkFailed(), { blockingOnly: true }).expression,
  AC.assetMatches(["a", "b"], AC.newlyRequested().newlyTrue()).expression,
  AC.anyDepsMatch(AC.anyDepsMatch(AC.missing().since(AC.newlyUpdated()))).expression,
  AC.eager().replace("newly_missing", AC.initialEvaluation()).expression,
  AC.eager().replace(AC.anyDepsMissing().not(), AC.willBeRequested()).expression,
  AC.anyJobRootAssetsMatch(AC.eager()).expression,
  AC.allJobRootAssetsMatch(AC.missing().and(AC.newlyUpdated())).and(AC.cronTickPassed("@daily")).expression,
];

interface Node {
  readonly id: string;
  readonly children: readonly Node[];
}

/** As Dagster describes a tree. */
function describeTree(condition: AutomationConditionSnapshot, parentId: string | null = null, index: number | null = null): Node {
  const id = conditionNodeId(condition, { parentId, index });
  const node = {
    id,
    name: conditionName(condition),
    label: condition.label ?? null,
    description: conditionDescription(condition),
    operatorType: operatorType(condition),
    expandedLabel: expandedLabel(condition),
    children: childrenOf(condition).map((child, place) => describeTree(child, id, place)),
  };
  return node;
}

describeWithEngine("python", "condition trees beside Dagster's", ({ DAGSTER_PYTHON }) => {
  test("have the same names, labels, descriptions and ids", () => {
    const theirs = askDagster(DAGSTER_PYTHON, [
      ...builders.map(([, builder, ...args]) => ({ ask: "builder", builder, arguments: args })),
      ...trees.map((condition) => ({ ask: "tree", condition })),
    ]);
    const ours = [...builders.map(([condition]) => condition), ...trees].map((condition) => ({
      conditionId: conditionId(condition),
      tree: describeTree(condition),
    }));
    expect(theirs).toHaveLength(ours.length);
    for (const [index, one] of ours.entries()) expect(one).toEqual(theirs[index]);
  });
});
