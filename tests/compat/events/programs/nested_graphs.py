from dagster import ConfigMapping, GraphOut, In, Out, config_mapping, graph, job, op


def run(one, **options):
    return lambda instance: one.execute_in_process(instance=instance, raise_on_error=False, **options)


@op(out=Out(int), config_schema={"start": int})
def start(context):
    return context.op_config["start"]


@op(ins={"number": In(int)}, out=Out(int), config_schema={"factor": int})
def multiply(context, number):
    return number * context.op_config["factor"]


@op(ins={"number": In(int)}, out=Out(int))
def increment(number):
    return number + 1


@op(ins={"first": In(int), "second": In(int)}, out=Out(int))
def add(first, second):
    return first + second


@op(ins={"numbers": In(list)}, out=Out(int))
def total(numbers):
    return sum(numbers)


@config_mapping(config_schema={"times": int})
def from_times(config):
    return {"multiply": {"config": {"factor": config["times"]}}}


@graph(config=from_times)
def scaled(number):
    return increment(multiply(number))


@graph(out={"low": GraphOut(), "high": GraphOut()})
def both(number):
    low = increment(number)
    return {"low": low, "high": increment.alias("more")(low)}


@graph(ins={}, config=ConfigMapping(config_schema={"n": int}, config_fn=lambda c: {"scaled": {"config": {"times": c["n"]}}, "start": {"config": {"start": c["n"]}}}))
def whole():
    return scaled(start())


@graph
def sum_of(numbers):
    return total(numbers)


@job
def mapped_config():
    scaled(start())


@job
def several_outputs():
    low, high = both(start())
    add(low, high)


@job
def within_one_another():
    increment(whole())


@job
def fan_in_of_a_graph():
    first = start()
    sum_of([increment(first), increment.alias("again")(first)])


cases = {
    "config of a graph": run(
        mapped_config,
        run_config={"ops": {"start": {"config": {"start": 2}}, "scaled": {"config": {"times": 3}}}},
    ),
    "several outputs": run(several_outputs, run_config={"ops": {"start": {"config": {"start": 2}}}}),
    "config of a graph within a graph": run(within_one_another, run_config={"ops": {"whole": {"config": {"n": 4}}}}),
    "a list wired to a graph": run(fan_in_of_a_graph, run_config={"ops": {"start": {"config": {"start": 2}}}}),
    "an op of a graph that is selected": run(
        several_outputs,
        run_config={"ops": {"start": {"config": {"start": 2}}}},
        op_selection=["start", "both.increment"],
    ),
    "an op selection": run(
        several_outputs, run_config={"ops": {"start": {"config": {"start": 2}}}}, op_selection=["*both"]
    ),
}
