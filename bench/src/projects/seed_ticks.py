"""A tick of each schedule of the history, in Dagster's own words: rows that the benchmark multiplies."""

import sys
import time

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickData, TickStatus
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget

with dg.DagsterInstance.get() as instance, WorkspaceProcessContext(instance, WorkspaceFileTarget([sys.argv[1]])) as process:
    repository = process.create_request_context().get_code_location("project").get_repository("__repository__")
    for schedule in repository.get_schedules():
        instance.create_tick(
            TickData(
                instigator_origin_id=schedule.get_remote_origin_id(),
                selector_id=schedule.selector_id,
                instigator_name=schedule.name,
                instigator_type=InstigatorType.SCHEDULE,
                status=TickStatus.SKIPPED,
                timestamp=time.time(),
                end_timestamp=time.time(),
                skip_reason="nothing to do",
            )
        )
