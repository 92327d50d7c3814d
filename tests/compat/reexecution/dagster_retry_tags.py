"""Executes the runs that come as JSON, lets Dagster's daemon retry those that failed, and tells the tags that all of them have at the end."""

import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableJob, ReconstructableRepository
from dagster._core.definitions.selector import JobSubsetSelector
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster._core.storage.dagster_run import RunsFilter
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import consume_new_runs_for_automatic_reexecution

folder = os.path.dirname(os.path.abspath(__file__))
origin = InProcessCodeLocationOrigin(
    loadable_target_origin=LoadableTargetOrigin(
        executable_path=sys.executable, python_file=os.path.join(folder, "retrying_program.py"), working_directory=folder
    ),
    location_name="project",
)


def launch(instance, context, case):
    workspace = context.create_request_context()
    location = workspace.get_code_location("project")
    repository = next(iter(location.get_repositories().values()))
    selector = JobSubsetSelector(
        location_name="project", repository_name=repository.name, job_name=case["job"], op_selection=None
    )
    job = location.get_job(selector)
    plan = location.get_execution_plan(job, {}, step_keys_to_execute=None, known_state=None, instance=instance)
    return instance.create_run(
        job_name=job.name,
        run_id=None,
        run_config={},
        status=dg.DagsterRunStatus.NOT_STARTED,
        tags={**job.tags, **case["tags"]},
        root_run_id=None,
        parent_run_id=None,
        step_keys_to_execute=None,
        execution_plan_snapshot=plan.execution_plan_snapshot,
        job_snapshot=job.job_snapshot,
        parent_job_snapshot=job.parent_job_snapshot,
        asset_selection=None,
        asset_check_selection=None,
        resolved_op_selection=None,
        op_selection=None,
        remote_job_origin=job.get_remote_origin(),
        job_code_origin=job.get_python_origin(),
        asset_graph=workspace.asset_graph,
    )


def execute(instance, run):
    recon = ReconstructableJob(
        repository=ReconstructableRepository.for_file(os.path.join(folder, "retrying_program.py"), "defs"),
        job_name=run.job_name,
        asset_selection=run.asset_selection,
    )
    execute_run(
        recon,
        instance.get_run_by_id(run.run_id).with_status(dg.DagsterRunStatus.NOT_STARTED),
        instance,
        raise_on_error=False,
    )


def retried(case):
    config = {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": case.get("onStepFailure", True)}
    with instance_for_test(overrides={"run_retries": config}) as instance:
        instance._run_coordinator = QueuedRunCoordinator()
        instance._run_coordinator.register_instance(instance)
        with WorkspaceProcessContext(instance, InProcessTestWorkspaceLoadTarget(origin)) as context:
            waiting = [launch(instance, context, case)]
            while waiting:
                for run in waiting:
                    execute(instance, run)
                done = [record for run in waiting for record in instance.get_run_records(RunsFilter(run_ids=[run.run_id]))]
                list(consume_new_runs_for_automatic_reexecution(context, done, logging.getLogger("retries")))
                waiting = instance.get_runs(RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]))
            runs = list(reversed(instance.get_runs()))
            names = {run.run_id: f"run {place}" for place, run in enumerate(runs)}
            return [{key: names.get(value, value) for key, value in run.tags.items()} for run in runs]


print(json.dumps([retried(case) for case in json.load(sys.stdin)]))
