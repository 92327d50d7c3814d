"""Calls every method of Dagster's published client, and its command line, against the server at the address given.

Prints what each call came to as JSON: its value, or the error with what it carries.
"""

import json
import sys
import time
from urllib.parse import urlparse

from click.testing import CliRunner
from dagster_graphql import DagsterGraphQLClient, DagsterGraphQLClientError
from dagster_graphql.cli import ui

url = sys.argv[1]
address = urlparse(url)
client = DagsterGraphQLClient(address.hostname, port_number=address.port)
nobody = "00000000-0000-4000-8000-000000000000"
calls = {}


def told(value):
    return value.name if hasattr(value, "name") else value


def call(title, method, *args, **options):
    """Remembers what came of it; ids are told as such."""
    try:
        value = getattr(client, method)(*args, **options)
        calls[title] = "id" if method.startswith("submit") else told(getattr(value, "status", value))
        return value
    except DagsterGraphQLClientError as error:
        calls[title] = {"error": error.args[0] if len(error.args) > 1 else "DagsterGraphQLClientError"}
    except KeyError as error:
        # Of some answers the client reads what it has not asked for.
        calls[title] = {"error": f"KeyError {error}"}


def ended(run_id):
    for _ in range(600):
        status = client.get_run_status(run_id)
        if status.name in ("SUCCESS", "FAILURE", "CANCELED"):
            return status.name
        time.sleep(0.1)


config = {
    "resources": {"warehouse": {"config": {"url": "a"}}},
    "ops": {"write": {"config": {"table": "a", "target": {"file": {"path": "b"}}}}},
}
here = {"repository_location_name": "project", "repository_name": "__repository__"}

calls["a job ends with"] = ended(call("a job", "submit_job_execution", "process_numbers", tags={"by": "client"}))
call("a job of a place", "submit_job_execution", "configured", **here, run_config=config)
call("a part of a job", "submit_job_execution", "process_numbers", op_selection=["generate_numbers"])
call("some assets", "submit_job_execution", "process_numbers_asset", asset_selection=["generated_numbers"])
call("a job that there is not", "submit_job_execution", "nothing")
call("a job that there is not at that place", "submit_job_execution", "nothing", **here)
call("wrong config", "submit_job_execution", "configured", run_config={"ops": {}})
call("a part that there is not", "submit_job_execution", "process_numbers", op_selection=["nothing"])
call("the status of no run", "get_run_status", nobody)

endless = call("an endless job", "submit_job_execution", "endless", tags={"compat/process": "yes"})
while client.get_run_status(endless).name != "STARTED":
    time.sleep(0.1)
call("terminate a run", "terminate_run", endless)
calls["it ends with"] = ended(endless)
call("terminate it again", "terminate_run", endless)
call("terminate no run", "terminate_run", nobody)
call("terminate several", "terminate_runs", [endless, nobody])

call("reload a location", "reload_repository_location", "project")
call("reload one that cannot be loaded", "reload_repository_location", "broken")
call("reload no location", "reload_repository_location", "nowhere")
call("shut no location down", "shutdown_repository_location", "nowhere")

nowhere = DagsterGraphQLClient("127.0.0.1", port_number=9)
try:
    nowhere.get_run_status(nobody)
except DagsterGraphQLClientError as error:
    calls["nobody listens"] = "Error when connecting" in str(error)

query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
result = CliRunner().invoke(ui, ["--remote", url, "-t", query])
calls["the command line"] = [result.exit_code, result.output.strip()]

json.dump(calls, sys.stdout)
