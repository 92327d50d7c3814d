"""Answers, with Dagster's own code, when the schedules on stdin are due. One JSON document in, one out."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

from dagster._utils.schedules import schedule_execution_time_iterator


def times(case):
    # String by string: a list's iterator takes the two midnights of a day that begins twice for one, unless it is started between them, as
    # the daemon does after each tick.
    end = case["endMs"] / 1000
    found = set()
    for cron in case["cron"]:
        for moment in schedule_execution_time_iterator(case["startMs"] / 1000, cron, case["timeZone"]):
            seconds = moment.timestamp()
            if seconds >= end:
                break
            found.add(round(seconds))
    return sorted(found)


def answer(case):
    try:
        return {"answer": times(case)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
