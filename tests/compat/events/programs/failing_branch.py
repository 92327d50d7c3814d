from dagster import job, op


@op
def start():
    return 1


@op
def broken(number):
    raise ValueError("broken")


@op
def after_broken(number):
    return number


@op
def sound(number):
    return number + 1


@op
def join(left, right):
    return left + right


@job
def failing_branch():
    number = start()
    after_broken(broken(number))


@job
def failing_side():
    number = start()
    join(broken(number), sound(number))


cases = {
    "what depends on a failed step is skipped": lambda instance: failing_branch.execute_in_process(
        instance=instance, raise_on_error=False
    ),
    "the other branch finishes": lambda instance: failing_side.execute_in_process(instance=instance, raise_on_error=False),
}
