"""Answers, with Dagster's own queue, in which order the runs on stdin leave it. One JSON document in, one out."""

import json
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")

from dagster import DagsterEvent, DagsterEventType, DagsterInstance
from dagster._core.instance.config import ConcurrencyConfig, PoolConfig, PoolGranularity
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator, RunQueueConfig
from dagster._core.storage.dagster_run import DagsterRun, DagsterRunStatus, RunOpConcurrency
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon


def limit_of(given):
    limit = {"key": given["key"], "limit": given["limit"]}
    if given["perUniqueValue"]:
        limit["value"] = {"applyLimitPerUniqueValue": True}
    elif given["value"] is not None:
        limit["value"] = given["value"]
    return limit


def config_of(case):
    return ConcurrencyConfig(
        pool_config=PoolConfig(
            pool_granularity=PoolGranularity.RUN,
            default_pool_limit=case["defaultPoolLimit"],
            op_granularity_run_buffer=None,
        ),
        run_queue_config=RunQueueConfig(
            max_concurrent_runs=-1 if case["maxConcurrentRuns"] is None else case["maxConcurrentRuns"],
            tag_concurrency_limits=[limit_of(each) for each in case["tagLimits"]],
            max_user_code_failure_retries=0,
            user_code_failure_retry_delay=60,
            should_block_op_concurrency_limited_runs=True,
            op_concurrency_slot_buffer=0,
            explicitly_enabled_concurrency_run_blocking=True,
        ),
    )


def add(instance, index, given):
    tags = dict(given["tags"])
    if given["priority"] is not None:
        tags["dagster/priority"] = str(given["priority"])
    pools = given["pools"]
    run = DagsterRun(
        job_name="job",
        run_id=str(uuid.UUID(int=index + 1)),
        status=DagsterRunStatus.QUEUED,
        tags=tags,
        remote_job_origin=RemoteJobOrigin(
            RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "repository"), "job"
        ),
        run_op_concurrency=RunOpConcurrency(
            root_key_counts={pool: 1 for pool in pools},
            has_unconstrained_root_nodes=not pools,
            all_pools=set(pools),
        )
        if pools
        else None,
    )
    instance.add_run(run)


def move(instance, run_id, event_type):
    event = DagsterEvent(event_type_value=event_type.value, job_name="job", message="")
    instance.report_dagster_event(event, run_id=run_id)


def rounds(instance, case):
    """What starts in each round; after each the one that has run longest ends."""
    instance.wipe()
    storage = instance.event_log_storage
    for pool in ["a", "b", "c"]:
        storage.delete_concurrency_limit(pool)
    for pool, limit in case["poolLimits"].items():
        storage.set_concurrency_slots(pool, limit)
    if case["defaultPoolLimit"] is not None:
        # As executions do that meet a pool for the first time.
        for pool in sorted({pool for run in case["runs"] for pool in run["pools"]} - set(case["poolLimits"])):
            storage.set_concurrency_slots(pool, case["defaultPoolLimit"])
    for index, given in enumerate(case["runs"]):
        add(instance, index, given)
    daemon = QueuedRunCoordinatorDaemon(interval_seconds=5)
    config = config_of(case)
    running, answers = [], []
    while True:
        started = [run.run_id for run in daemon._get_runs_to_dequeue(instance, config, fixed_iteration_time=None)]
        for run_id in started:
            move(instance, run_id, DagsterEventType.PIPELINE_STARTING)
        running += started
        answers.append([uuid.UUID(run_id).int - 1 for run_id in started])
        if not running:
            return answers
        move(instance, running.pop(0), DagsterEventType.PIPELINE_SUCCESS)


with DagsterInstance.ephemeral() as instance:
    # In memory, which is ten times as quick; the queue asks for nothing else of its coordinator than that it is one.
    instance._run_coordinator = QueuedRunCoordinator()
    instance._run_coordinator.register_instance(instance)
    found = []
    for case in json.load(sys.stdin):
        try:
            found.append({"answer": rounds(instance, case)})
        except Exception as error:
            found.append({"error": f"{type(error).__name__}: {error}"})
json.dump(found, sys.stdout)
