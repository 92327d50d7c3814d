from dagster import Nothing, In, Out, Output, job, op


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


@op(out={"left": Out(int, is_required=False), "right": Out(int, is_required=False)})
def branch():
    yield Output(1, "left")


@op(ins={"number": In(int)}, out=Out(int))
def on_left(number):
    return number


@op(ins={"number": In(int)}, out=Out(int))
def on_right(number):
    return number


@op(ins={"number": In(int)}, out=Out(int))
def after_right(number):
    return number


@op(ins={"parts": In(list)}, out=Out(int))
def join(parts):
    return sum(parts)


@op(ins={"first": In(int), "second": In(int)}, out=Out(int))
def need_both(first, second):
    return first + second


@op(out=Out(int, is_required=False))
def nothing_made():
    if False:
        yield Output(1)


@op(out={"first": Out(int), "second": Out(int)})
def forgets_one():
    yield Output(1, "first")


@op(out=Out(int), ins={"number": In(int)})
def broken(number):
    raise ValueError("broken")


@job
def branching():
    left, right = branch()
    on_left(left)
    after_right(on_right(right))


@job
def joining():
    left, right = branch()
    join([on_left(left), on_right(right)])
    need_both(on_left.alias("left_again")(left), on_right.alias("right_again")(right))


@job
def all_absent():
    number = nothing_made()
    join([on_left(number), on_right(number)])


@job
def one_missing():
    first, second = forgets_one()
    on_left(first)
    on_right(second)


@job
def skipped_and_failed():
    left, right = branch()
    need_both(broken(left), on_right(right))


cases = {
    "what needs an absent output is skipped, and what needs that": run(branching),
    "a fan-in takes what there is": run(joining),
    "a fan-in of nothing is skipped": run(all_absent),
    "a required output that is not made fails the step": run(one_missing),
    "an absent output goes before a failed step": run(skipped_and_failed),
}
