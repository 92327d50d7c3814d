"""Jobs whose parts ask for different config; the same as program.ts."""

import dagster as dg


@dg.resource(config_schema={"token": str})
def for_b(_):
    return 1


@dg.resource(config_schema={"token": str})
def for_check(_):
    return 1


@dg.asset(config_schema={"n": int})
def a(context):
    return 1


@dg.asset(config_schema={"m": int}, required_resource_keys={"for_b"})
def b(context):
    return 2


@dg.asset(config_schema={"k": int})
def c(context, b):
    return 3


@dg.asset_check(asset="b", required_resource_keys={"for_check"})
def fine(context):
    return dg.AssetCheckResult(passed=True)


@dg.op(config_schema={"n": int})
def make(context) -> int:
    return 1


@dg.op(config_schema={"n": int})
def use(context, x: int, y: int = 3) -> int:
    return x


@dg.op
def add(numbers: dg.List[int]) -> int:
    return sum(numbers)


@dg.op
def free(x):
    return x


@dg.graph
def inner(x: int):
    return use.alias("deep")(x)


@dg.job
def ops():
    made = make()
    used = use(made)
    add([used, inner(make.alias("other")())])
    free(used)


@dg.op(config_schema={"n": int})
def times(context, x: int) -> int:
    return x * context.op_config["n"]


@dg.op
def plus(x: int, y: int) -> int:
    return x + y


@dg.graph
def with_inputs(x: int, y: int):
    return plus(times(x), y)


@dg.config_mapping(config_schema={"factor": int})
def factor(config):
    return {"times": {"config": {"n": config["factor"]}}}


@dg.graph(config=factor)
def mapped(x: int):
    return times(x)


@dg.config_mapping(config_schema={"factor": int})
def whole(config):
    return {"ops": {"times": {"config": {"n": config["factor"]}}}}


definitions = dg.Definitions(
    assets=[a, b, c],
    asset_checks=[fine],
    resources={"for_b": for_b, "for_check": for_check},
    jobs=[
        dg.define_asset_job("assets"),
        ops,
        with_inputs.to_job(name="two_inputs"),
        with_inputs.to_job(name="one_input", input_values={"y": 5}),
        mapped.to_job(name="graph_mapping", input_values={"x": 2}),
        with_inputs.to_job(name="job_mapping", input_values={"x": 2, "y": 1}, config=whole),
    ],
)
