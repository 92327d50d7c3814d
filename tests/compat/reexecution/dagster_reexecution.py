"""Carries out the cases that come as JSON on stdin, and tells what Dagster does."""

import json
import logging
import sys
import warnings

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster._core.execution.api import ReexecutionOptions, create_execution_plan
from dagster._core.execution.retries import RetryMode, auto_reexecution_should_retry_run
from dagster._core.test_utils import create_run_for_test, instance_for_test

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

sys.path.insert(0, sys.argv[1])
import program  # noqa: E402

jobs = {"chain": dg.reconstructable(program.chain), "mapped": dg.reconstructable(program.mapped)}


runs_of = {}


def failed_run(instance, job):
    if job not in runs_of:
        runs_of[job] = dg.execute_job(jobs[job], instance, raise_on_error=False).run_id
    return runs_of[job]


def told(instance, run_id):
    run = instance.get_run_by_id(run_id)
    events = [record.dagster_event for record in instance.all_logs(run_id) if record.dagster_event]
    return {
        "success": run.status.value == "SUCCESS",
        "started": sorted(event.step_key for event in events if event.event_type_value == "STEP_START"),
    }


def reexecuted(instance, case):
    job = jobs[case["job"]]
    root = parent = failed_run(instance, case["job"])
    answers = []
    for steps in case["again"]:
        if steps == "fromFailure":
            options = ReexecutionOptions.from_failure(parent, instance)
        elif steps == "all":
            options = ReexecutionOptions(parent)
        else:
            options = ReexecutionOptions(parent, steps)
        try:
            result = dg.execute_job(job, instance, raise_on_error=False, reexecution_options=options)
        except dg.DagsterError:
            answers.append(None)
            break
        run = instance.get_run_by_id(result.run_id)
        assert (run.parent_run_id, run.root_run_id) == (parent, root)
        parent = result.run_id
        answers.append(told(instance, parent))
    return answers


def resumed(instance, case):
    job = jobs[case["job"]]
    run_id = failed_run(instance, case["job"])
    events = [record.dagster_event for record in instance.all_logs(run_id) if record.dagster_event]
    steps = [event for event in events if event.step_key is not None]
    end = next(
        index
        for index, event in enumerate(steps)
        if event.step_key == case["step"] and event.event_type_value == case["event"]
    )
    plan = create_execution_plan(job)
    # Never left: it would want the rest to be executed.
    active = plan.start(retry_mode=RetryMode.ENABLED).__enter__()
    active.rebuild_from_events(steps[: end + 1])
    while abandoned := active.get_steps_to_abandon():
        for step in abandoned:
            active.mark_abandoned(step.key)
    return {
        "succeeded": sorted(key for key in active._success if key != "apart"),
        "failed": sorted(active._failed),
        "abandoned": sorted(active._abandoned),
        "retries": {key: count for key, count in active._retry_state.snapshot_attempts().items() if count > 0},
    }


def settings_of(case):
    return (case.get("maxRetries", 2), case.get("onStepFailure", True))


def retried(instance, case):
    runs = []
    for _ in range(case.get("groupSize", 1)):
        lineage = {} if not runs else {"root_run_id": runs[0].run_id, "parent_run_id": runs[-1].run_id}
        tags = {**case.get("tags", {}), **{f"dagster/{name}": run_id for name, run_id in lineage.items()}}
        runs.append(create_run_for_test(instance, status=dg.DagsterRunStatus.FAILURE, tags=tags, **lineage))
    return auto_reexecution_should_retry_run(instance, runs[-1], RunFailureReason(case["reason"]))


cases = json.load(sys.stdin)
with instance_for_test() as instance:
    reexecutions = [reexecuted(instance, case) for case in cases["reexecutions"]]
    losses = [resumed(instance, case) for case in cases["losses"]]
retries = [None] * len(cases["retries"])
for settings in {settings_of(case) for case in cases["retries"]}:
    max_retries, on_step_failure = settings
    config = {"enabled": True, "max_retries": max_retries, "retry_on_asset_or_op_failure": on_step_failure}
    with instance_for_test(overrides={"run_retries": config}) as instance:
        for index, case in enumerate(cases["retries"]):
            if settings_of(case) == settings:
                retries[index] = retried(instance, case)
print(json.dumps({"reexecutions": reexecutions, "losses": losses, "retries": retries}))
