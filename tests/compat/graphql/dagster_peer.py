"""Dagster's webserver for the project in the folder given, in one process, with its daemons as commands.

Prints `{"url"}` when it serves. Each line on stdin is a command that is answered by one line: `{"daemon": NAME}` has that
daemon make one pass. Runs are executed where they are launched, so that a launch returns when its run has ended; those with
the tag `compat/process` get a process of their own, as in production, and can be terminated.

Beside it serves one for the same instance that is read-only, at `readOnlyUrl`. With a port as third argument the one code location is what a server
of the test's own serves there.
"""

import asyncio
import contextlib
import datetime
import json
import logging
import os
import sys
import threading
import time
import traceback
import warnings

import dagster as dg
import uvicorn
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import CompositeTarget, GrpcServerTarget, PythonFileTarget
from dagster._daemon.asset_daemon import AssetDaemon
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._daemon.types import DaemonHeartbeat
from dagster._scheduler.scheduler import launch_scheduled_runs
from dagster_webserver.app import create_app_from_workspace_process_context

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


class Launcher(DefaultRunLauncher):
    def launch_run(self, context):
        if "compat/process" in context.dagster_run.tags:
            return super().launch_run(context)
        here = SyncInMemoryRunLauncher()
        here.register_instance(self._instance)
        return here.launch_run(context)


def target(folder, name):
    return PythonFileTarget(
        python_file=os.path.join(folder, f"{name}.py"),
        attribute=None,
        working_directory=folder,
        location_name=name,
    )


class Daemons:
    def __init__(self, context):
        self._context = context
        self._instance = context.instance
        self._logger = logging.getLogger("daemons")
        self._iteration_times = {}
        self._assets = AssetDaemon(settings={}, pre_sensor_interval_seconds=0)

    def backfills(self):
        return list(execute_backfill_iteration(self._context, self._logger))

    def sensors(self):
        return list(execute_sensor_iteration(self._context, self._logger, None, None))

    def schedules(self):
        """As of the next full minute, so that nobody waits for it."""
        now = datetime.datetime.now(datetime.timezone.utc)
        until = now.replace(second=0, microsecond=0) + datetime.timedelta(seconds=61)
        return list(launch_scheduled_runs(self._context, self._logger, until, self._iteration_times))

    def automation(self):
        self._assets._run_iteration_impl(self._context, None, {}, {})
        return []

    def heartbeat(self):
        for daemon_type in self._instance.get_required_daemon_types():
            self._instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), daemon_type, "0", []))
        return []


def server_of(context):
    app = create_app_from_workspace_process_context(context)
    return uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1))


def say_when_ready(servers, tell):
    while not all(server.started for server in servers):
        time.sleep(0.02)
    url, read_only_url = [f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}" for server in servers]
    tell({"url": url, "readOnlyUrl": read_only_url})


if __name__ == "__main__":
    # What servers and runs print is not an answer.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def tell(answer):
        out.write(json.dumps(answer) + "\n")

    folder, home, *port = sys.argv[1:]
    overrides = {
        "telemetry": {"enabled": False},
        "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"},
        "run_launcher": {"module": "dagster_peer", "class": "Launcher"},
    }
    sys.modules["dagster_peer"] = sys.modules["__main__"]
    with dg.DagsterInstance.local_temp(home, overrides=overrides) as instance:
        if port:
            locations = GrpcServerTarget(host="localhost", port=int(port[0]), socket=None, location_name="project")
        else:
            locations = CompositeTarget(targets=[target(folder, "project"), target(folder, "broken")])
        with contextlib.ExitStack() as stack:
            context = stack.enter_context(WorkspaceProcessContext(instance, locations))
            daemons = Daemons(context)
            registry = context._grpc_server_registry
            read_only = stack.enter_context(
                WorkspaceProcessContext(instance, locations, read_only=True, grpc_server_registry=registry)
            )
            servers = [server_of(context), server_of(read_only)]

            def obey(line):
                try:
                    # What user code throws is recorded with its tick.
                    getattr(daemons, json.loads(line)["daemon"])()
                    tell({"problems": []})
                except Exception as error:
                    tell({"problems": ["".join(traceback.format_exception(error))]})

            async def main():
                loop = asyncio.get_running_loop()

                def commands():
                    for line in sys.stdin:
                        obey(line)
                    for server in servers:
                        server.should_exit = True

                threading.Thread(target=commands, daemon=True).start()
                threading.Thread(target=say_when_ready, args=[servers, tell], daemon=True).start()
                await asyncio.gather(*[server.serve() for server in servers])

            asyncio.run(main())
