from dagster import (
    AssetIn,
    In,
    InputManager,
    IOManager,
    Out,
    RetryPolicy,
    asset,
    input_manager,
    io_manager,
    job,
    materialize,
    op,
)


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


class Memory(IOManager):
    def __init__(self):
        self.values = {}

    def handle_output(self, context, obj):
        self.values[tuple(context.get_identifier())] = obj
        context.add_output_metadata({"stored": True})

    def load_input(self, context):
        context.add_input_metadata({"loaded": True})
        return self.values[tuple(context.upstream_output.get_identifier())]


@io_manager
def memory():
    return Memory()


class CannotStore(IOManager):
    def handle_output(self, context, obj):
        raise ValueError("disk is full")

    def load_input(self, context):
        return 1


@io_manager
def cannot_store():
    return CannotStore()


class CannotLoad(IOManager):
    def handle_output(self, context, obj):
        pass

    def load_input(self, context):
        raise ValueError("gone")


@io_manager
def cannot_load():
    return CannotLoad()


class SecondTime(IOManager):
    def __init__(self):
        self.tries = 0

    def handle_output(self, context, obj):
        self.tries += 1
        if self.tries == 1:
            raise ValueError("not yet")

    def load_input(self, context):
        return 1


@io_manager
def second_time():
    return SecondTime()


@input_manager
def seven():
    return 7


class Broken(InputManager):
    def load_input(self, context):
        raise ValueError("no such reader")


@input_manager
def broken():
    raise ValueError("no such reader")


@op(out=Out(int))
def make():
    return 1


@op(out=Out(int, io_manager_key="other"))
def make_elsewhere():
    return 1


@op(ins={"number": In(int)}, out=Out(int))
def read(number):
    return number + 1


@op(ins={"number": In(int, input_manager_key="reader")}, out=Out(int))
def read_otherwise(number):
    assert number == 7
    return number


@op(retry_policy=RetryPolicy(max_retries=1), out=Out(int))
def make_again():
    return 1


@op(ins={"first": In(int), "second": In(int)})
def read_both(first, second):
    return None


@job(resource_defs={"io_manager": memory})
def plain():
    read(make())


@job(resource_defs={"io_manager": memory, "other": memory})
def for_one_output():
    read(make_elsewhere())


@job(resource_defs={"io_manager": cannot_store})
def storing_fails():
    read(make())


@job(resource_defs={"io_manager": cannot_load})
def loading_fails():
    read(make())


@job(resource_defs={"io_manager": second_time})
def storing_is_tried_again():
    read(make_again())


@job(resource_defs={"io_manager": memory, "reader": seven})
def other_reader():
    read_otherwise(make())


@job(resource_defs={"io_manager": memory, "reader": broken})
def other_reader_fails():
    read_otherwise(make())


@job(resource_defs={"io_manager": memory})
def the_same_value_twice():
    one = make()
    read_both(one, one)


@asset(io_manager_key="io_manager")
def numbers():
    return [1]


@asset(ins={"numbers": AssetIn(input_manager_key="reader")})
def reader_of_numbers(numbers):
    assert numbers == 7
    return numbers


@asset
def stores_nothing() -> None:
    pass


@asset(deps=[stores_nothing])
def after_nothing():
    return 1


cases = {
    "a manager that tells of what it does": run(plain),
    "another manager for one output": run(for_one_output),
    "storing fails": run(storing_fails),
    "loading fails": run(loading_fails),
    "storing fails once, and the step is tried again": run(storing_is_tried_again),
    "another manager reads the input": run(other_reader),
    "another manager cannot read the input": run(other_reader_fails),
    "one value, read twice": run(the_same_value_twice),
    "an asset that another manager reads": lambda instance: materialize(
        [numbers, reader_of_numbers],
        instance=instance,
        raise_on_error=False,
        resources={"io_manager": memory, "reader": seven},
    ),
    "an asset without a value": lambda instance: materialize(
        [stores_nothing, after_nothing], instance=instance, raise_on_error=False, resources={"io_manager": memory}
    ),
}
