from dagster import (
    DynamicOut,
    DynamicOutput,
    Out,
    Output,
    ResourceDefinition,
    RetryPolicy,
    RetryRequested,
    failure_hook,
    graph,
    job,
    op,
    success_hook,
)


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


@success_hook
def tell_success(context):
    pass


@failure_hook
def tell_failure(context):
    pass


@success_hook
def broken_hook(context):
    raise ValueError("broken hook")


@op
def good():
    return 1


@op
def bad():
    raise ValueError("bad")


@op(retry_policy=RetryPolicy(max_retries=1))
def second_time(context):
    if context.retry_number == 0:
        raise ValueError("not yet")


@op(retry_policy=RetryPolicy(max_retries=2))
def never():
    raise ValueError("never")


@failure_hook
def broken_failure_hook(context):
    raise ValueError("broken hook")


@success_hook(required_resource_keys={"bell"})
def ring(context):
    assert context.resources.bell == "bell"


@op
def asks_again(context):
    if context.retry_number == 0:
        raise RetryRequested(max_retries=1)


@op(out=DynamicOut(int))
def several():
    yield DynamicOutput(1, "a")
    yield DynamicOutput(2, "b")


@op
def after(number):
    return number


@op(out=Out(int, is_required=False))
def makes_nothing():
    if False:
        yield Output(1)


@graph
def inner():
    return good()


@job(hooks={tell_success})
def success_on_job():
    good()
    after(bad())


@job(hooks={tell_failure})
def failure_on_job():
    good()
    after(bad())


@job
def on_node():
    good.with_hooks({tell_success})()
    bad.with_hooks({tell_success})()
    good.alias("without")()


@job(hooks={broken_hook})
def that_throws():
    after(good())


@job(hooks={tell_success})
def with_retry():
    second_time()


@job(hooks={tell_success})
def with_skip():
    after(makes_nothing())


@job
def on_graph():
    after(inner.with_hooks({tell_success})())


@job(hooks={tell_failure})
def gives_up():
    never()


@job(hooks={tell_success})
def asks_for_it():
    asks_again()


@job(hooks={broken_failure_hook})
def that_throws_after_failure():
    never()
    good()


@job(hooks={ring}, resource_defs={"bell": ResourceDefinition.hardcoded_resource("bell")})
def with_resource():
    good()


@job(hooks={tell_success})
def mapped():
    several().map(after)


@job(hooks={tell_failure})
def behind_failure():
    after(after.alias("between")(bad()))


@job
def on_both():
    good.with_hooks({tell_failure})()


cases = {
    "of success, on a job": run(success_on_job),
    "of failure, on a job": run(failure_on_job),
    "on a node": run(on_node),
    "a hook that throws fails nothing": run(that_throws),
    "a step that is tried again": run(with_retry),
    "a step that is skipped": run(with_skip),
    "on a graph": run(on_graph),
    "a step that is tried again and gives up": run(gives_up),
    "a step that asks to be tried again": run(asks_for_it),
    "a hook that throws after a failure": run(that_throws_after_failure),
    "a hook with a resource": run(with_resource),
    "mapped steps": run(mapped),
    "steps behind a failure": run(behind_failure),
    "a hook of the other end": run(on_both),
}
