"""Checks the run configs that come as JSON on stdin, and says of each whether it is valid, and where it is not."""

import json
import logging
import sys
import warnings

import dagster as dg
from dagster._core.execution.api import create_execution_plan

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

sys.path.insert(0, sys.argv[1])
from program import definitions  # noqa: E402


def answer(case):
    job = definitions.get_job_def(case["job"])
    part = job
    if "opSelection" in case:
        part = job.get_subset(op_selection=case["opSelection"])
    if "assetSelection" in case:
        part = job.get_subset(asset_selection={dg.AssetKey(key) for key in case["assetSelection"]})
    try:
        create_execution_plan(part, case["runConfig"])
        return {"ok": True, "paths": []}
    except dg.DagsterInvalidConfigError as error:
        return {"ok": False, "paths": [".".join(path(each)) for each in error.errors]}


def path(error):
    names = []
    for entry in error.stack.entries:
        names.append(str(getattr(entry, "field_name", None) or getattr(entry, "list_index", None) or getattr(entry, "map_key", "?")))
    return names


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
