"""A job that prints, and goes on when it is told to; the same as talking.ts."""

import os
import time

import dagster as dg


if os.path.exists(os.environ["COMPAT_MARKER"] + "broken"):
    raise Exception("this location cannot be loaded")


@dg.op
def talk():
    print("one", flush=True)
    print("zwei: äöü 🌳", flush=True)
    while not os.path.exists(os.environ["COMPAT_MARKER"] + "go"):
        time.sleep(0.05)
    for n in range(200):
        print(f"line {n}", flush=True)


@dg.job(executor_def=dg.in_process_executor)
def talking():
    talk()


definitions = dg.Definitions(jobs=[talking])
