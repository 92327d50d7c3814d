"""Brings runs to the statuses that come as JSON, evaluates the sensors of run_status_program.py as Dagster's daemon does, and writes what came of it."""

import datetime
import json
import logging
import os
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget, create_run_for_test, freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.sensor import execute_sensor_iteration

folder = os.path.dirname(os.path.abspath(__file__))


def origin(name, file):
    target = LoadableTargetOrigin(executable_path=sys.executable, python_file=os.path.join(folder, file), working_directory=folder)
    return InProcessCodeLocationOrigin(loadable_target_origin=target, location_name=name)


def report(instance, context, case):
    location = context.create_request_context().get_code_location(case["location"])
    repository = next(iter(location.get_repositories().values()))
    job = repository.get_full_job(case["job"])
    run = create_run_for_test(
        instance,
        job_name=case["job"],
        run_id=str(uuid.uuid4()),
        status=dg.DagsterRunStatus.STARTING,
        tags={"label": case["label"]},
        remote_job_origin=job.get_remote_origin(),
    )
    for event in case["events"]:
        if event == "RUN_FAILURE":
            instance.report_run_failed(run, "it failed")
        elif event == "RUN_CANCELED":
            instance.report_run_canceled(run)
        else:
            instance.report_dagster_event(
                dg.DagsterEvent(event_type_value=event.replace("RUN_", "PIPELINE_"), job_name=case["job"]), run_id=run.run_id
            )
    return run.run_id


def ran(instance, run_id):
    run = instance.get_run_by_id(run_id)
    return {
        "job": run.job_name,
        "of": run.tags.get("of"),
        "runKey": run.tags.get("dagster/run_key"),
        "sensor": run.tags.get("dagster/sensor_name"),
    }


with instance_for_test() as instance:
    instance._run_coordinator = QueuedRunCoordinator()
    instance._run_coordinator.register_instance(instance)
    locations = InProcessTestWorkspaceLoadTarget([origin("project", "run_status_program.py"), origin("other", "other_location.py")])
    with WorkspaceProcessContext(instance, locations) as context:
        moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        labels = {}
        for step in json.load(sys.stdin):
            with freeze_time(moment):
                for case in step["runs"]:
                    labels[report(instance, context, case)] = case["label"]
            for _ in range(step["iterations"]):
                moment += datetime.timedelta(seconds=60)
                with freeze_time(moment):
                    list(execute_sensor_iteration(context, logging.getLogger("sensors"), None, None))
        answers = {"sensors": {}, "told": {}}
        repository = next(iter(context.create_request_context().get_code_location("project").get_repositories().values()))
        for sensor in repository.get_sensors():
            ticks = list(reversed(instance.get_ticks(sensor.get_remote_origin_id(), sensor.selector_id)))
            answers["sensors"][sensor.name] = {
                "requests": [ran(instance, run_id) for tick in ticks for run_id in tick.run_ids],
                "actedOn": [labels[run_id] for tick in ticks for run_id in tick.origin_run_ids],
                "skips": [tick.skip_reason for tick in ticks if tick.skip_reason],
                "errors": [
                    (tick.error.cause.message if tick.error.cause else tick.error.message).strip() for tick in ticks if tick.error
                ],
                "statuses": sorted({tick.status.value for tick in ticks}),
            }
        for run_id, label in labels.items():
            events = [log.dagster_event for log in instance.all_logs(run_id) if log.dagster_event]
            answers["told"][label] = sorted(
                event.message.replace(run_id, label) for event in events if event.event_type_value == "ENGINE_EVENT"
            )
json.dump(answers, sys.stdout)
