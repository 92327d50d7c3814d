from dagster import DynamicOut, DynamicOutput, In, Out, Output, graph, job, op


def run(one):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False)


@op(out=DynamicOut(int))
def pieces():
    for number in (1, 2, 3):
        yield DynamicOutput(number, mapping_key=f"piece_{number}")


@op(out=DynamicOut(int))
def no_pieces():
    if False:
        yield DynamicOutput(1, mapping_key="never")


@op(out=DynamicOut(int, is_required=False))
def no_optional_pieces():
    if False:
        yield DynamicOutput(1, mapping_key="never")


@op(out=DynamicOut(int))
def twice_the_same():
    yield DynamicOutput(1, mapping_key="same")
    yield DynamicOutput(2, mapping_key="same")


@op(out=DynamicOut(int))
def broken_pieces():
    yield DynamicOutput(1, mapping_key="first")
    raise ValueError("broken")


@op(out={"numbers": DynamicOut(int), "total": Out(int)})
def numbers_and_total():
    yield DynamicOutput(1, mapping_key="a", output_name="numbers")
    yield Output(3, output_name="total")
    yield DynamicOutput(2, mapping_key="b", output_name="numbers")


@op(ins={"number": In(int)}, out=Out(int))
def double(number):
    return number * 2


@op(ins={"number": In(int)}, out=Out(int))
def increment(number):
    return number + 1


@op(ins={"number": In(int)}, out=Out(int))
def fail_on_two(number):
    if number == 2:
        raise ValueError("two")
    return number


@op(ins={"number": In(int)}, out=Out(int, is_required=False))
def only_odd(number):
    if number % 2 == 1:
        yield Output(number)


@op(ins={"number": In(int), "total": In(int)}, out=Out(int))
def share(number, total):
    return number + total


@op(ins={"numbers": In(list)}, out=Out(int))
def total(numbers):
    return sum(numbers)


@op(ins={"number": In(int)}, out=Out(int))
def after(number):
    return number


@graph
def double_and_increment(number):
    return increment(double(number))


@job
def map_and_collect():
    after(total(pieces().map(double).collect()))


@job
def collect_at_once():
    total(pieces().collect())


@job
def chained_maps():
    total(pieces().map(double).map(increment).collect())


@job
def map_several():
    found = pieces()
    total(found.map(lambda number: increment(double(number))).collect())
    total.alias("total_again")(found.collect())


@job
def nothing_to_map():
    after(total(no_pieces().map(double).collect()))


@job
def optional_nothing_to_map():
    after(total(no_optional_pieces().map(double).collect()))


@job
def same_key_twice():
    total(twice_the_same().map(double).collect())


@job
def failing_source():
    total(broken_pieces().map(double).collect())


@job
def one_fails():
    after(total(pieces().map(fail_on_two).map(increment).collect()))


@job
def some_absent():
    total(pieces().map(only_odd).map(increment).collect())


@job
def beside_plain_output():
    numbers, all_of_them = numbers_and_total()
    total(numbers.map(lambda number: share(number, all_of_them)).collect())


@job
def mapped_graph():
    total(pieces().map(double_and_increment).collect())


cases = {
    "mapped and collected": run(map_and_collect),
    "collected without a map": run(collect_at_once),
    "maps one after the other": run(chained_maps),
    "two ops in one map, and a second collect": run(map_several),
    "no pieces: collect gets an empty list": run(nothing_to_map),
    "no pieces of an optional output: collect is skipped": run(optional_nothing_to_map),
    "a mapping key that comes twice": run(same_key_twice),
    "a dynamic op that fails half-way": run(failing_source),
    "one mapped step fails": run(one_fails),
    "some mapped steps make nothing": run(some_absent),
    "beside a plain output, which every mapped step reads": run(beside_plain_output),
    "a graph that is mapped": run(mapped_graph),
}
