"""Answers, with Dagster's own evaluators, how fresh an asset is at some moments. One JSON document in, one out."""

import asyncio
import datetime
import json
import sys
import warnings
from types import SimpleNamespace
from unittest import mock

warnings.filterwarnings("ignore")

import dagster as dg
from dagster._core.definitions.freshness_evaluator import FRESHNESS_EVALUATORS_BY_POLICY_TYPE
from dagster._core.events import DagsterEvent, DagsterEventType, StepMaterializationData
from dagster._core.loader import LoadingContextForTest

# Dagster's own way to stop its clock, set for each moment anew.
clock = SimpleNamespace(now=None)
seconds = lambda count: datetime.timedelta(seconds=count)


def policy_of(given):
    if given["kind"] == "timeWindow":
        warn = given["warnWindowSeconds"]
        return dg.FreshnessPolicy.time_window(
            fail_window=seconds(given["failWindowSeconds"]), warn_window=None if warn is None else seconds(warn)
        )
    return dg.FreshnessPolicy.cron(
        deadline_cron=given["deadlineCron"], lower_bound_delta=seconds(given["lowerBoundDeltaSeconds"]), timezone=given["timeZone"]
    )


def answer(case, instance, key):
    policy = policy_of(case["policy"])
    node = SimpleNamespace(key=key, freshness_policy_or_from_metadata=policy)
    if case["madeAtMs"] is not None:
        made = DagsterEvent(
            event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name="job",
            message="",
            event_specific_data=StepMaterializationData(dg.AssetMaterialization(asset_key=key)),
            step_key=None,
        )
        instance.report_dagster_event(made, run_id="", timestamp=case["madeAtMs"] / 1000)
    evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(policy)]()
    context = LoadingContextForTest(instance)

    async def state_at(now):
        clock.now = datetime.datetime.fromtimestamp(now / 1000, tz=datetime.timezone.utc)
        return (await evaluator.evaluate_freshness(context, node)).value

    async def states():
        return [await state_at(now) for now in case["atMs"]]

    return asyncio.run(states())


def main():
    stopped = (
        mock.patch("dagster._time._mockable_get_current_datetime", side_effect=lambda: clock.now),
        mock.patch("dagster._time._mockable_get_current_timestamp", side_effect=lambda: clock.now.timestamp()),
    )
    with dg.DagsterInstance.ephemeral() as instance, stopped[0], stopped[1]:
        clock.now = datetime.datetime.now(tz=datetime.timezone.utc)
        cases = json.load(sys.stdin)
        answers = [{"answer": answer(case, instance, dg.AssetKey(f"asset_{index}"))} for index, case in enumerate(cases)]
    json.dump(answers, sys.stdout)


main()
