from dagster import DagsterType, In, Out, asset, job, materialize, op

Positive = DagsterType(lambda _, value: isinstance(value, int) and value > 0, name="Positive")


@op(out=Out(Positive))
def wrong_output():
    return -1


@op(out=Out(Positive))
def sound():
    return 1


@op
def negative():
    return -1


@op(ins={"number": In(Positive)})
def reads(number):
    return number


@op(out={"good": Out(Positive), "bad": Out(Positive)})
def one_of_two():
    return 1, -1


@job
def output_that_does_not_fit():
    reads(wrong_output())


@job
def input_that_does_not_fit():
    reads(negative())


@job
def all_fits():
    reads(sound())


@job
def second_output():
    one_of_two()


@asset(dagster_type=Positive)
def wrong_asset():
    return -1


@asset
def downstream(wrong_asset):
    return wrong_asset


def run(program):
    return lambda instance: program.execute_in_process(instance=instance, raise_on_error=False)


cases = {
    "values that fit": run(all_fits),
    "an output that does not fit": run(output_that_does_not_fit),
    "an input that does not fit": run(input_that_does_not_fit),
    "the second of two outputs does not fit": run(second_output),
    "an asset whose value does not fit": lambda instance: materialize(
        [wrong_asset, downstream], instance=instance, raise_on_error=False
    ),
}
