"""Evaluates the sensors of program.py as Dagster's daemon does, in this process, and writes what their ticks came to as JSON."""

import datetime
import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget, freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.sensor import execute_sensor_iteration

folder = os.path.dirname(os.path.abspath(__file__))
origin = InProcessCodeLocationOrigin(
    loadable_target_origin=LoadableTargetOrigin(
        executable_path=sys.executable, python_file=os.path.join(folder, "program.py"), working_directory=folder
    ),
    location_name="program",
)


def told(instance, tick):
    runs = [instance.get_run_by_id(run_id) for run_id in tick.run_ids]
    return {
        "status": tick.status.value,
        "runs": [
            {
                "job": run.job_name,
                "partition": run.tags.get("dagster/partition"),
                "tags": {key: value for key, value in run.tags.items() if not key.startswith((".", "dagster/"))},
                "runKey": run.tags.get("dagster/run_key"),
                "sensor": run.tags.get("dagster/sensor_name"),
            }
            for run in runs
        ],
        "cursor": tick.cursor,
        "skipReason": tick.skip_reason,
        "error": None if tick.error is None else tick.error.cause.message.strip() if tick.error.cause else tick.error.message,
        "partitions": [
            {
                "kind": "add" if result.added_partitions is not None else "delete",
                "keys": list((result.added_partitions if result.added_partitions is not None else result.deleted_partitions) or []),
                "skipped": list(result.skipped_partitions),
            }
            for result in tick.dynamic_partitions_request_results
        ],
    }


def materialize(instance, key, rows):
    instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=key, metadata={"rows": rows}))


with instance_for_test() as instance:
    instance._run_coordinator = QueuedRunCoordinator()
    instance._run_coordinator.register_instance(instance)
    with WorkspaceProcessContext(instance, InProcessTestWorkspaceLoadTarget(origin)) as context:
        moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        for step in json.load(sys.stdin):
            for key, rows in step["materialize"]:
                with freeze_time(moment):
                    materialize(instance, key, rows)
            for _ in range(step["iterations"]):
                moment += datetime.timedelta(seconds=60)
                with freeze_time(moment):
                    list(execute_sensor_iteration(context, logging.getLogger("sensors"), None, None))
        location = context.create_request_context().code_locations[0]
        answers = {}
        for repository in location.get_repositories().values():
            for sensor in repository.get_sensors():
                ticks = instance.get_ticks(sensor.get_remote_origin_id(), sensor.selector_id)
                answers[sensor.name] = [told(instance, tick) for tick in reversed(ticks)]
        answers["keys of regions"] = list(instance.get_dynamic_partitions("regions"))
json.dump(answers, sys.stdout)
