"""Jobs whose shape and runs the API tells of; the same as program.ts."""

import os
import time

import dagster as dg


@dg.op(out=dg.DynamicOut(int))
def parts():
    yield dg.DynamicOutput(1, "one")
    yield dg.DynamicOutput(2, "two")


@dg.op
def double(n: int) -> int:
    return n * 2


@dg.op
def once_broken(n: int) -> int:
    """Fails at 2, the first time of all."""
    marker = os.environ["COMPAT_MARKER"]
    if n == 2 and not os.path.exists(marker):
        open(marker, "w").close()
        raise Exception("not yet")
    return n + 1


@dg.op
def seed() -> int:
    return 1


@dg.op
def total(numbers: dg.List[int]) -> int:
    return sum(numbers)




@dg.graph
def twice(n: int):
    return double.alias("second")(double.alias("first")(n))


@dg.success_hook
def told(context):
    pass


@dg.job(executor_def=dg.in_process_executor)
def mapped():
    made = parts()
    changed = made.map(lambda n: once_broken(double(n)))
    total(changed.collect())
    total.alias("total_of_parts")(made.collect())
    double.alias("apart").with_hooks({told})(seed())


@dg.job(executor_def=dg.in_process_executor, hooks={told})
def within():
    total(parts().map(twice).collect())


def wait():
    time.sleep(0.5)


@dg.op(pool="db")
def left():
    wait()


@dg.op(pool="db")
def right():
    wait()


@dg.job(executor_def=dg.multiprocess_executor)
def pooled():
    left()
    right()


definitions = dict(jobs=[mapped, within, pooled])
