from dagster import Out, Output, RetryPolicy, failure_hook, graph, job, op, success_hook


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


cases = {
    "of success, on a job": run(success_on_job),
    "of failure, on a job": run(failure_on_job),
    "on a node": run(on_node),
    "a hook that throws fails nothing": run(that_throws),
    "a step that is tried again": run(with_retry),
    "a step that is skipped": run(with_skip),
    "on a graph": run(on_graph),
}
