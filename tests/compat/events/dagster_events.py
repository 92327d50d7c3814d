"""Runs the cases of each program given by path and prints, as JSON, each case's events as lines by step."""

import importlib.util
import json
import logging
import sys
import traceback
import warnings

from dagster import DagsterInstance

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def outcome(type_check):
    return "ok" if type_check.success else "bad"


def details(event):
    data = event.event_specific_data
    kind = event.event_type_value
    if kind == "STEP_INPUT":
        return [data.input_name, outcome(data.type_check_data)]
    if kind == "STEP_OUTPUT":
        handle = data.step_output_handle
        name = handle.output_name + (f"[{handle.mapping_key}]" if handle.mapping_key else "")
        return [name, outcome(data.type_check_data)]
    if kind == "HANDLED_OUTPUT":
        return [data.output_name]
    if kind == "LOADED_INPUT":
        return [data.input_name]
    if kind == "STEP_UP_FOR_RETRY":
        return [str(float(data.seconds_to_wait or 0))]
    if kind == "ASSET_MATERIALIZATION":
        made = data.materialization
        return ["/".join(made.asset_key.path), made.partition or "-"]
    if kind == "ASSET_OBSERVATION":
        seen = data.asset_observation
        return ["/".join(seen.asset_key.path), seen.partition or "-"]
    if kind == "ASSET_CHECK_EVALUATION":
        return ["/".join(data.asset_key.path), data.check_name, "passed" if data.passed else "failed", data.severity.value]
    return []


def lines(result):
    by_step = {}
    for event in result.all_events:
        if event.step_key is None:
            continue
        by_step.setdefault(event.step_key, []).append(" ".join([event.event_type_value, *details(event)]))
    return {"success": result.success, "steps": by_step}


def load(path):
    spec = importlib.util.spec_from_file_location(path.rsplit("/", 1)[1][:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


answers = {}
for path in sys.argv[1:]:
    try:
        answers[path] = {}
        for title, run in load(path).cases.items():
            with DagsterInstance.ephemeral() as instance:
                answers[path][title] = lines(run(instance))
    except Exception:
        answers[path] = {"error": traceback.format_exc()}
json.dump(answers, sys.stdout)
