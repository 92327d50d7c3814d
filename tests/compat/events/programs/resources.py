from dagster import Out, Output, job, op, resource

log = []


def made(name, needs=(), fails=None):
    @resource(required_resource_keys=set(needs))
    def definition(context):
        log.append(name)
        if fails == "init":
            raise ValueError(f"{name} cannot be made")
        yield name
        log.append(f"no_{name}")
        if fails == "teardown":
            raise ValueError(f"{name} cannot be closed")

    return definition


def order(name, output, keys):
    """Its one output is named by what happened before: any other order fails the step."""

    @op(name=name, out={output: Out()}, required_resource_keys=set(keys))
    def in_order(context):
        yield Output(1, output_name="_".join(log))

    return in_order


@op
def first():
    return 1


@op(required_resource_keys={"base"})
def failing(context):
    raise ValueError("failing")


def program(output, keys, resources, others=()):
    step = order("in_order", output, keys)

    @job(resource_defs=resources)
    def resource_order():
        first()
        step()
        for other in others:
            other()

    return resource_order


def run(*jobs):
    def case(instance):
        log.clear()
        for one in jobs:
            result = one.execute_in_process(instance=instance, raise_on_error=False)
        return result

    return case


chain = {"top": made("top", ["base"]), "base": made("base"), "other": made("other")}

cases = {
    "each is made after what it needs": run(program("base_other_top", ["top", "other"], {**chain, "other": made("other")})),
    "one that cannot be made fails the run before any step": run(
        program("none", ["top", "base"], {**chain, "top": made("top", ["base"], fails="init")})
    ),
    "what was made is torn down in reverse, also behind a failed step": run(
        program("base_top", ["top"], chain, [failing]),
        program("base_top_no_top_no_base_base", ["base"], chain),
    ),
    "a failed teardown fails nothing, and keeps no other from its own": run(
        program("base_top", ["top"], {**chain, "top": made("top", ["base"], fails="teardown")}),
        program("base_top_no_top_no_base_base", ["base"], chain),
    ),
}
