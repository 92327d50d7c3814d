"""Answers the operations that come as JSON on stdin, in their order, about the program in the folder given.

An operation is GraphQL, or the execution of a job, whose run has the id by which later operations name it:
`{"execute": "mapped", "as": "first"}`, `{"reexecute": "first", "job": "mapped", "as": "again"}`.
"""

import json
import logging
import os
import sys
import warnings

import dagster as dg
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import PythonFileTarget
from dagster_graphql.test.utils import execute_dagster_graphql

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

# Servers that Dagster starts log to stdout.
stdout = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
folder = sys.argv[1]
file = os.path.join(folder, "program.py")
runs = {}


def with_run_ids(value):
    return {key: runs.get(each, each) if isinstance(each, str) else each for key, each in value.items()}


def answer(operation, instance, context):
    if "execute" in operation:
        with dg.execute_job(reconstruct(operation["execute"]), instance=instance) as result:
            runs[operation["as"]] = result.run_id
            return {"success": result.success}
    if "reexecute" in operation:
        options = dg.ReexecutionOptions.from_failure(runs[operation["reexecute"]], instance)
        with dg.execute_job(reconstruct(operation["job"]), instance=instance, reexecution_options=options) as result:
            runs[operation["as"]] = result.run_id
            return {"success": result.success}
    result = execute_dagster_graphql(
        context.create_request_context(), operation["query"], with_run_ids(operation.get("variables", {}))
    )
    if result.errors:
        raise Exception(str(result.errors))
    return result.data


def reconstruct(name):
    from dagster._core.code_pointer import FileCodePointer
    from dagster._core.definitions.reconstruct import ReconstructableRepository

    return ReconstructableRepository(FileCodePointer(file, "definitions", folder)).get_reconstructable_job(name)


if __name__ == "__main__":
    with dg.DagsterInstance.local_temp(overrides={"telemetry": {"enabled": False}}) as instance:
        target = PythonFileTarget(
            python_file=file, attribute="definitions", working_directory=folder, location_name="project"
        )
        with WorkspaceProcessContext(instance, target) as context:
            answers = [answer(operation, instance, context) for operation in json.load(sys.stdin)]
    json.dump(answers, stdout)
    stdout.close()
