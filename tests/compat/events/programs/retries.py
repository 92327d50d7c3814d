from dagster import Backoff, Failure, In, Jitter, Out, RetryPolicy, RetryRequested, job, op


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


@op(out=Out(int), retry_policy=RetryPolicy(max_retries=2))
def third_time(context):
    if context.retry_number < 2:
        raise ValueError("not yet")
    return context.retry_number


@op(retry_policy=RetryPolicy(max_retries=1))
def never():
    raise ValueError("never")


@op(retry_policy=RetryPolicy(max_retries=2, delay=0.25, backoff=Backoff.LINEAR))
def linear():
    raise ValueError("never")


@op(retry_policy=RetryPolicy(max_retries=2, delay=0.25, backoff=Backoff.EXPONENTIAL))
def exponential():
    raise ValueError("never")


@op(out=Out(int))
def asks_for_it(context):
    if context.retry_number < 2:
        raise RetryRequested(max_retries=3, seconds_to_wait=0.25)
    return 1


@op
def asks_too_often():
    raise RetryRequested(max_retries=1)


@op(retry_policy=RetryPolicy(max_retries=5))
def asks_against_policy():
    raise RetryRequested(max_retries=1)


@op
def fails():
    raise Failure(description="on purpose", metadata={"rows": 3})


@op(retry_policy=RetryPolicy(max_retries=1))
def fails_with_retries():
    raise Failure(description="on purpose")


@op(retry_policy=RetryPolicy(max_retries=1))
def fails_without_retries():
    raise Failure(description="on purpose", allow_retries=False)


@op(out=Out(int), retry_policy=RetryPolicy(max_retries=1))
def wrong_type():
    return "text"


@op(out={"first": Out(int), "second": Out(int)}, retry_policy=RetryPolicy(max_retries=1))
def forgets_one():
    from dagster import Output

    yield Output(1, "first")


@op(ins={"number": In(int)}, out=Out(int))
def after(number):
    return number


@op
def plain():
    raise ValueError("never")


@job
def succeeds_later():
    after(third_time())


@job
def gives_up():
    never()


@job
def backs_off():
    linear()
    exponential()


@job
def requested():
    after(asks_for_it())


@job
def requested_too_often():
    asks_too_often()


@job
def requested_against_policy():
    asks_against_policy()


@job
def failures():
    fails()
    fails_with_retries()
    fails_without_retries()


@job
def wrong():
    wrong_type()
    forgets_one()


@job(op_retry_policy=RetryPolicy(max_retries=1))
def of_the_job():
    plain()
    never()
    plain.with_retry_policy(RetryPolicy(max_retries=2)).alias("of_its_own")()


cases = {
    "a policy, and success in the end": run(succeeds_later),
    "a policy, and no success": run(gives_up),
    "delays that grow": run(backs_off),
    "requested by the op": run(requested),
    "requested too often": run(requested_too_often),
    "a request goes before the policy": run(requested_against_policy),
    "failures on purpose": run(failures),
    "what is wrong with outputs is not tried again": run(wrong),
    "policies of job, op and use": run(of_the_job),
}
