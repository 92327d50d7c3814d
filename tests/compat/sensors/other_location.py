"""A code location beside that of the sensors."""

import dagster as dg


@dg.op
def work():
    pass


@dg.job
def nightly():
    work()


defs = dg.Definitions(jobs=[nightly])
