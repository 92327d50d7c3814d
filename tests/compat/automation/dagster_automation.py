"""Answers, with Dagster's own code, what the cases on stdin ask about automation conditions. One JSON document in, one out."""

import datetime
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import dagster as dg
from dagster._core.definitions.declarative_automation.operands import FreshnessResultCondition
from dagster._core.definitions.declarative_automation.serialized_objects import get_expanded_label
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.events import (
    AssetMaterializationPlannedData,
    DagsterEvent,
    DagsterEventType,
    JobFailureData,
    StepMaterializationData,
)
from dagster_shared.serdes import deserialize_value, serialize_value
from dagster._core.test_utils import create_run_for_test, freeze_time

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
    if kind in ("anyJobRootAssetsMatch", "allJobRootAssetsMatch"):
        operator = AC.any_job_root_assets_match if kind == "anyJobRootAssetsMatch" else AC.all_job_root_assets_match
        return operator(condition(tree["operand"]))
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


def partitions_of(name):
    if name is None:
        return None
    if name == "daily":
        return dg.DailyPartitionsDefinition(start_date="2024-01-01")
    if name == "hourly":
        return dg.HourlyPartitionsDefinition(start_date="2024-01-04-20:00")
    if name == "static":
        return dg.StaticPartitionsDefinition(["x", "y", "z"])
    if name == "dynamic":
        return dg.DynamicPartitionsDefinition(name="keys")
    raise ValueError(name)


def definitions_of(scenario):
    assets = []
    for each in scenario["assets"]:
        @dg.asset(
            name=each["key"],
            deps=each["deps"],
            partitions_def=partitions_of(each["partitions"]),
            automation_condition=None if each["condition"] is None else condition(each["condition"]),
        )
        def made():
            pass

        assets.append(made)
    checks = []
    for each in scenario["checks"]:

        @dg.asset_check(
            asset=each["asset"],
            name=each["name"],
            blocking=each["blocking"],
            automation_condition=None if each["condition"] is None else condition(each["condition"]),
        )
        def checked():
            return dg.AssetCheckResult(passed=True)

        checks.append(checked)
    jobs = [
        dg.define_asset_job(
            each["name"],
            selection=[dg.AssetKey(key) for key in each["assets"]],
            automation_condition=condition(each["condition"]),
        )
        for each in scenario.get("jobs", [])
    ]
    return dg.Definitions(assets=assets, asset_checks=checks, jobs=jobs)


def moment(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, tz=datetime.timezone.utc)


class Instance:
    """What happens to assets, step by step, as runs would tell it."""

    def __init__(self):
        self.instance = dg.DagsterInstance.ephemeral()

    def start(self, step):
        keys = [dg.AssetKey(key) for key in step["assets"]]
        create_run_for_test(self.instance, 
            job_name="job",
            run_id=step["run"],
            status=dg.DagsterRunStatus.STARTED,
            asset_selection=frozenset(keys),
            tags=step["tags"],
        )
        for key in keys:
            data = AssetMaterializationPlannedData(key, partition=step["partitions"].get(key.to_user_string()))
            self.report(step, DagsterEventType.ASSET_MATERIALIZATION_PLANNED, data)

    def make(self, step):
        for key in step["assets"]:
            made = dg.AssetMaterialization(
                asset_key=key,
                partition=step["partitions"].get(key),
                tags={} if step["version"] is None else {"dagster/data_version": step["version"]},
            )
            self.report(step, DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(made))

    def end(self, step):
        event = DagsterEventType.RUN_SUCCESS if step["success"] else DagsterEventType.RUN_FAILURE
        data = None if step["success"] else JobFailureData(error=None)
        self.report(step, event, data)

    def check(self, step):
        target = self.instance.get_latest_materialization_event(dg.AssetKey(step["asset"]))
        evaluation = AssetCheckEvaluation(
            asset_key=dg.AssetKey(step["asset"]),
            check_name=step["name"],
            passed=step["passed"],
            metadata={},
            severity=dg.AssetCheckSeverity.ERROR,
            blocking=False,
            target_materialization_data=None
            if target is None
            else AssetCheckEvaluationTargetMaterializationData(
                storage_id=self.instance.get_asset_records([dg.AssetKey(step["asset"])])[0].asset_entry.last_materialization_storage_id,
                run_id=target.run_id,
                timestamp=target.timestamp,
            ),
        )
        create_run_for_test(self.instance, job_name="job", run_id=step["run"], status=dg.DagsterRunStatus.SUCCESS)
        planned = AssetCheckEvaluationPlanned(asset_key=dg.AssetKey(step["asset"]), check_name=step["name"])
        self.report(step, DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED, planned)
        self.report(step, DagsterEventType.ASSET_CHECK_EVALUATION, evaluation)

    def add(self, step):
        self.instance.add_dynamic_partitions("keys", [step["key"]])

    def report(self, step, event_type, data):
        event = DagsterEvent(
            event_type_value=event_type.value, job_name="job", message="", event_specific_data=data, step_key=None
        )
        self.instance.report_dagster_event(event, run_id=step["run"], timestamp=step["atMs"] / 1000)


def scenario(case):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        defs = definitions_of(case)
    world = Instance()
    cursor = None
    answers = []
    for step in case["steps"]:
        with freeze_time(moment(step["atMs"])):
            if step["do"] != "evaluate":
                getattr(world, step["do"])(step)
                continue
            result = dg.evaluate_automation_conditions(
                defs=defs, instance=world.instance, evaluation_time=moment(step["atMs"]), cursor=cursor
            )
        # As the daemon keeps it: what is remembered is what can be written.
        cursor = deserialize_value(serialize_value(result.cursor))
        requested = {
            each["key"]: sorted(key or "" for key in result.get_requested_partitions(dg.AssetKey(each["key"])))
            for each in case["assets"]
        }
        for subset in result._requested_subsets:
            if isinstance(subset.key, dg.AssetJobKey):
                keys = subset.expensively_compute_partition_keys() if subset.is_partitioned else [""]
                requested[f"job {subset.key.job_name}"] = sorted(keys)
        answers.append({key: keys for key, keys in requested.items() if keys})
    return answers


def answer(case):
    if case["ask"] == "tree":
        made = condition(case["condition"])
        return {"conditionId": made.get_unique_id(), "tree": describe(made.get_snapshot())}
    if case["ask"] == "builder":
        made = getattr(AC, case["builder"])(*case["arguments"])
        return {"conditionId": made.get_unique_id(), "tree": describe(made.get_snapshot())}
    if case["ask"] == "scenario":
        return scenario(case)
    raise ValueError(case["ask"])


if __name__ == "__main__":
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
