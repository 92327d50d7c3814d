from dagster import In, Nothing, Out, job, op


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


@op(out=Out(Nothing))
def prepare():
    pass


@op(out=Out(int))
def load():
    return 1


@op(ins={"ready": In(Nothing)}, out=Out(int))
def work():
    return 2


@op(ins={"ready": In(Nothing), "number": In(int)}, out=Out(int))
def work_on(number):
    return number


@op(ins={"done": In(Nothing)}, out=Out(Nothing))
def clean_up():
    pass


@op(out=Out(Nothing))
def broken():
    raise ValueError("broken")



@job
def in_order():
    clean_up(work(prepare()))


@job
def after_several():
    first = prepare()
    second = load()
    clean_up([first, second, work_on(ready=first, number=second)])


@job
def after_failure():
    clean_up(work(broken()))


cases = {
    "an order without values": run(in_order),
    "after several, beside a value": run(after_several),
    "after a failure": run(after_failure),
}
