"""Answers, with Dagster's own code, what the cases on stdin ask about automation conditions. One JSON document in, one out."""

import datetime
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import dagster as dg
from dagster._core.definitions.declarative_automation.operands import FreshnessResultCondition
from dagster._core.definitions.declarative_automation.serialized_objects import get_expanded_label
from dagster._core.definitions.freshness import FreshnessState

AC = dg.AutomationCondition

PLAIN = {
    "missing": AC.missing,
    "runInProgress": AC.run_in_progress,
    "backfillInProgress": AC.backfill_in_progress,
    "executionFailed": AC.execution_failed,
    "newlyUpdated": AC.newly_updated,
    "newlyRequested": AC.newly_requested,
    "willBeRequested": AC.will_be_requested,
    "codeVersionChanged": AC.code_version_changed,
    "dataVersionChanged": AC.data_version_changed,
    "initialEvaluation": AC.initial_evaluation,
    "executedWithRootTarget": AC.executed_with_root_target,
}
TAGS = {
    "executedWithTags": AC.executed_with_tags,
    "anyNewUpdateHasRunTags": AC.any_new_update_has_run_tags,
    "allNewUpdatesHaveRunTags": AC.all_new_updates_have_run_tags,
}


def condition(tree):
    made = unlabeled(tree)
    return made.with_label(tree["label"]) if "label" in tree else made


def unlabeled(tree):
    kind = tree["kind"]
    if kind in PLAIN:
        return PLAIN[kind]()
    if kind in TAGS:
        keys = tree.get("tagKeys")
        return TAGS[kind](tag_keys=None if keys is None else set(keys), tag_values=tree.get("tagValues"))
    if kind == "cronTickPassed":
        return AC.cron_tick_passed(tree["cron"], tree["timeZone"])
    if kind == "inLatestTimeWindow":
        seconds = tree["lookbackSeconds"]
        return AC.in_latest_time_window(None if seconds is None else datetime.timedelta(seconds=seconds))
    if kind == "checkResult":
        return AC.check_passed() if tree["passed"] else AC.check_failed()
    if kind == "freshness":
        return FreshnessResultCondition(state=FreshnessState(tree["state"]))
    if kind in ("and", "or"):
        # One by one: what has a label is not taken apart.
        from dagster._core.definitions.declarative_automation.operators import AndAutomationCondition, OrAutomationCondition

        operator = AndAutomationCondition if kind == "and" else OrAutomationCondition
        return operator(operands=[condition(each) for each in tree["operands"]])
    if kind == "not":
        return ~condition(tree["operand"])
    if kind == "newlyTrue":
        return condition(tree["operand"]).newly_true()
    if kind == "since":
        return condition(tree["trigger"]).since(condition(tree["reset"]))
    if kind in ("anyDepsMatch", "allDepsMatch"):
        operator = AC.any_deps_match if kind == "anyDepsMatch" else AC.all_deps_match
        return narrowed(operator(condition(tree["operand"])), tree)
    if kind in ("anyChecksMatch", "allChecksMatch"):
        operator = AC.any_checks_match if kind == "anyChecksMatch" else AC.all_checks_match
        return narrowed(operator(condition(tree["operand"]), blocking_only=tree["blockingOnly"]), tree)
    if kind == "assetMatches":
        return AC.asset_matches(dg.AssetKey(tree["key"]), condition(tree["operand"]))
    if kind == "anyDownstreamConditions":
        return AC.any_downstream_conditions()
    raise ValueError(kind)


def narrowed(operator, tree):
    if "allow" in tree:
        operator = operator.allow(dg.AssetSelection.from_string(tree["allow"]))
    if "ignore" in tree:
        operator = operator.ignore(dg.AssetSelection.from_string(tree["ignore"]))
    return operator


def describe(snapshot):
    node = snapshot.node_snapshot
    return {
        "id": node.unique_id,
        "name": node.name,
        "label": node.label,
        "description": node.description,
        "operatorType": node.operator_type,
        "expandedLabel": list(get_expanded_label(snapshot)),
        "children": [describe(child) for child in snapshot.children],
    }


def answer(case):
    if case["ask"] == "tree":
        made = condition(case["condition"])
        return {"conditionId": made.get_unique_id(), "tree": describe(made.get_snapshot())}
    if case["ask"] == "builder":
        made = getattr(AC, case["builder"])(*case["arguments"])
        return {"conditionId": made.get_unique_id(), "tree": describe(made.get_snapshot())}
    raise ValueError(case["ask"])


if __name__ == "__main__":
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
