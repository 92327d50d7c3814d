"""The same program as program.ts."""

import dagster as dg


def is_first(context):
    return context.run.parent_run_id is None


@dg.op
def a():
    return 1


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
def b(context, n):
    if is_first(context):
        raise ValueError("not yet")
    return n


@dg.op
def c(n):
    return n


@dg.op
def apart():
    return 1


@dg.op(out=dg.DynamicOut())
def parts():
    for key in ("x", "y", "z"):
        yield dg.DynamicOutput(key, mapping_key=key)


@dg.op
def m(context, part):
    if part == "y" and is_first(context):
        raise ValueError("not yet")
    return part


@dg.op
def total(all):
    return len(all)


@dg.job(executor_def=dg.in_process_executor)
def chain():
    apart()
    c(b(a()))


@dg.job(executor_def=dg.in_process_executor)
def mapped():
    total(parts().map(m).collect())


@dg.repository
def program():
    return [chain, mapped]
