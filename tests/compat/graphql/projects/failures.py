"""What fails, is tried again, or does not end; the same as failures.ts."""

import os
import time

import dagster as dg


def is_first_time(name):
    marker = os.environ["COMPAT_MARKER"] + name
    if os.path.exists(marker):
        return False
    open(marker, "w").close()
    return True


@dg.op
def sound() -> int:
    return 1


@dg.op
def broken(n: int) -> int:
    if is_first_time("broken"):
        raise Exception("broken")
    return n


@dg.op
def after(n: int) -> int:
    return n


@dg.job(executor_def=dg.in_process_executor)
def failing():
    after(broken(sound()))


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
def flaky_op():
    if is_first_time("flaky"):
        raise Exception("not yet")


@dg.op
def asks_again():
    if is_first_time("asks"):
        raise dg.RetryRequested(max_retries=1)


@dg.op
def gives_up():
    raise dg.Failure("given up", metadata={"rows": 0}, allow_retries=False)


@dg.job(executor_def=dg.in_process_executor)
def flaky():
    flaky_op()
    asks_again()


@dg.job(executor_def=dg.in_process_executor)
def giving_up():
    gives_up()


@dg.op
def wait_long():
    for _ in range(600):
        time.sleep(0.1)


@dg.job(executor_def=dg.in_process_executor)
def endless():
    wait_long()


definitions = dict(jobs=[failing, flaky, giving_up, endless])
