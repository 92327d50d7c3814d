"""The same program as retrying-program.ts: what fails, fails always."""

import dagster as dg


@dg.op
def first():
    return 1


@dg.op
def second(n):
    raise ValueError("never")


@dg.job(executor_def=dg.in_process_executor, tags={"of": "the job"})
def fails():
    second(first())


@dg.asset
def good():
    return 1


@dg.asset
def bad():
    raise ValueError("never")


make = dg.define_asset_job("make", selection=[good, bad], executor_def=dg.in_process_executor)

defs = dg.Definitions(assets=[good, bad], jobs=[fails, make])
