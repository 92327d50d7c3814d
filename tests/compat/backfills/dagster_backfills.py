"""Runs the backfills that stdin lists as JSON with real Dagster's daemon code, and prints what runs each made.

Nothing is executed: a run that was submitted succeeds at once, with the materializations that it was to make, or fails without any.
"""

import asyncio
import inspect
import json
import logging
import os
import sys
import time

import dagster as dg
from dagster._core.definitions.partitions.partition_key_range import PartitionKeyRange
from dagster._core.definitions.selector import PartitionRangeSelector, PartitionsByAssetSelector, PartitionsSelector
from dagster._core.events import DagsterEvent, DagsterEventType, JobFailureData, RunFailureReason, StepMaterializationData
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.test_utils import create_test_daemon_workspace_context, instance_for_test
from dagster._core.workspace.load_target import PythonFileTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._utils.caching_instance_queryer import CachingInstanceQueryer

logging.disable(logging.CRITICAL)
# Dagster's servers print to the stdout that they inherit; the answer has one of its own.
answer_file = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
definitions = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "definitions.py")
terminal = {"COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED"}


def keys_of(assets, asset_key, tags):
    partitions = assets.get(asset_key).partitions_def
    if partitions is None:
        return [None]
    one = tags.get("dagster/partition")
    if one is not None:
        return [one]
    start, end = tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]
    return list(partitions.get_partition_keys_in_range(PartitionKeyRange(start, end)))


def finish(instance, assets, run, fails):
    for asset_key in [] if fails else sorted(run.asset_selection or []):
        for partition in keys_of(assets, asset_key, run.tags):
            instance.report_dagster_event(
                DagsterEvent(
                    event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
                    job_name=run.job_name,
                    step_key="step",
                    event_specific_data=StepMaterializationData(dg.AssetMaterialization(asset_key, partition=partition)),
                ),
                run.run_id,
            )
    ended = DagsterEventType.RUN_FAILURE if fails else DagsterEventType.RUN_SUCCESS
    why = JobFailureData(error=None, failure_reason=RunFailureReason.STEP_FAILURE) if fails else None
    instance.report_dagster_event(DagsterEvent(ended.value, run.job_name, message="", event_specific_data=why), run.run_id)


def new_backfill(case, name, instance, context):
    common = dict(backfill_id=name, backfill_timestamp=time.time(), tags=case.get("tags", {}), title=None, description=None, run_config=None)
    if "job" in case:
        repository = next(iter(context.get_code_location(context.code_location_names[0]).get_repositories().values()))
        partition_set = next(each for each in repository.get_partition_sets() if each.job_name == case["job"])
        names = case.get("names") or partition_set.get_partition_names(instance)
        return PartitionBackfill(
            status=BulkActionStatus.REQUESTED,
            from_failure=False,
            partition_set_origin=partition_set.get_remote_origin(),
            partition_names=names,
            reexecution_steps=None,
            **common,
        )
    graph = context.asset_graph
    store = CachingInstanceQueryer(instance=instance, asset_graph=graph, loading_context=context)
    keys = [dg.AssetKey(asset) for asset in case["assets"]]
    if "ranges" in case:
        selectors = [
            PartitionsByAssetSelector(asset_key=key, partitions=PartitionsSelector(ranges=[PartitionRangeSelector(start=each[0], end=each[1]) for each in case["ranges"]]))
            if graph.get(key).is_partitioned
            else PartitionsByAssetSelector(asset_key=key, partitions=None)
            for key in keys
        ]
        return PartitionBackfill.from_partitions_by_assets(
            asset_graph=graph, dynamic_partitions_store=store, partitions_by_assets=selectors, **common
        )
    return PartitionBackfill.from_asset_partitions(
        asset_graph=graph,
        asset_selection=keys,
        partition_names=case.get("names"),
        dynamic_partitions_store=store,
        all_partitions="names" not in case,
        **common,
    )


def text_of(run, backfill_id, wave):
    names = "+".join(sorted(key.to_user_string() for key in run.asset_selection or [])) or run.job_name
    tags = {key: value for key, value in run.tags.items() if key != "dagster/backfill" and not key.startswith(".dagster")}
    assert run.tags["dagster/backfill"] == backfill_id
    return {"makes": names, "tags": tags, "wave": wave}


def run_case(case, index, instance, workspace):
    name = f"case{index}"
    context = workspace.create_request_context()
    instance.add_backfill(new_backfill(case, name, instance, context))
    logger = logging.getLogger("backfill")
    waves = {}
    for _ in range(60):
        iteration = execute_backfill_iteration(workspace, logger)
        if inspect.isgenerator(iteration):
            list(iteration)
        elif inspect.isawaitable(iteration):
            asyncio.run(iteration)
        runs = instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": name}))
        wave = len(set(waves.values()))
        for run in runs:
            waves.setdefault(run.run_id, wave)
            if not run.is_finished:
                first = run.tags.get("dagster/partition") or run.tags.get("dagster/asset_partition_range_start")
                fails = first is not None and run.tags.get("fail") == first
                finish(instance, context.asset_graph, run, fails)
        backfill = instance.get_backfill(name)
        if backfill.status.value in terminal:
            runs = instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": name}))
            return {"status": backfill.status.value, "runs": [text_of(run, name, waves[run.run_id]) for run in runs], "error": backfill.error and backfill.error.message}
    raise Exception(f"{case} does not end")


def main():
    cases = json.load(sys.stdin)
    launcher = {"run_launcher": {"module": "dagster._core.test_utils", "class": "MockedRunLauncher"}}
    answers = []
    with instance_for_test(overrides=launcher) as instance:
        with create_test_daemon_workspace_context(PythonFileTarget(definitions, None, None, "shop"), instance) as workspace:
            for index, case in enumerate(cases):
                try:
                    answers.append(run_case(case, index, instance, workspace))
                except Exception as error:  # noqa: BLE001
                    answers.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(answers, answer_file)
    answer_file.flush()


main()
