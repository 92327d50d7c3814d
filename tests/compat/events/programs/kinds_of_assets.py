from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetOut,
    AssetSpec,
    DataVersion,
    DataVersionsByPartition,
    Definitions,
    MaterializeResult,
    ObserveResult,
    Out,
    Output,
    StaticPartitionsDefinition,
    asset,
    define_asset_job,
    graph_asset,
    graph_multi_asset,
    materialize,
    multi_asset,
    multi_observable_source_asset,
    observable_source_asset,
    op,
)


@asset
def source():
    return 1


@asset
def told():
    return MaterializeResult(value=5, metadata={"rows": 1}, tags={"shift": "late"}, data_version=DataVersion("v1"))


@asset
def stored_by_itself() -> MaterializeResult:
    return MaterializeResult(metadata={"rows": 1})


@asset(deps=[stored_by_itself])
def follows():
    return 2


@asset
def generated():
    yield MaterializeResult(value=3)


@multi_asset(outs={"good": AssetOut(), "bad": AssetOut(is_required=False)})
def split(source):
    yield Output(source, output_name="good")


@asset
def reads_good(good):
    return good


@asset
def reads_bad(bad):
    return bad


@multi_asset(specs=[AssetSpec("a"), AssetSpec("b", deps=["a"]), AssetSpec("c", skippable=True)], can_subset=True)
def made(context):
    for key in sorted(context.selected_asset_keys):
        if key != AssetKey("c"):
            yield MaterializeResult(asset_key=key)


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y")])
def silent():
    pass


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y")])
def half():
    yield MaterializeResult(asset_key="x")


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y")])
def fails():
    yield MaterializeResult(asset_key="x")
    raise ValueError("boom")


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y")])
def twice():
    yield MaterializeResult(asset_key="x")
    yield MaterializeResult(asset_key="x")


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y")], can_subset=True)
def eager():
    yield MaterializeResult(asset_key="x")
    yield MaterializeResult(asset_key="y")


@multi_asset(specs=[AssetSpec("first"), AssetSpec("last", deps=["between"])], can_subset=True)
def around(context):
    for key in context.selected_asset_keys:
        yield MaterializeResult(asset_key=key)


@asset(deps=["first"])
def between():
    return 1


@op
def add(x):
    return x + 1


@op(out={"p": Out(), "q": Out()})
def two(x):
    return x, x + 10


@graph_asset
def total(source):
    return add(add(source))


@graph_multi_asset(outs={"p": AssetOut(), "q": AssetOut()})
def pair(source):
    p, q = two(source)
    return {"p": add(p), "q": q}


@graph_multi_asset(outs={"near": AssetOut(), "far": AssetOut()}, can_subset=True)
def shape(source):
    near = add(source)
    return {"near": near, "far": add.alias("last")(add.alias("between")(near))}


@op
def is_positive(x):
    return AssetCheckResult(passed=x > 0)


@op
def is_large(x):
    return AssetCheckResult(passed=x > 100)


@graph_asset(check_specs=[AssetCheckSpec("positive", asset="checked")])
def checked(source):
    value = add(source)
    return {"result": value, "checked_positive": is_positive(value)}


@graph_asset(check_specs=[AssetCheckSpec("large", asset="blocked", blocking=True)])
def blocked(source):
    value = add(source)
    return {"result": value, "blocked_large": is_large(value)}


@asset
def after_blocked(blocked):
    return blocked


@observable_source_asset(partitions_def=StaticPartitionsDefinition(["p1", "p2"]))
def parts():
    return DataVersionsByPartition({"p1": "a", "p2": "b"})


@observable_source_asset
def page():
    return DataVersion("7")


@observable_source_asset
def table():
    return ObserveResult(data_version=DataVersion("8"), metadata={"rows": 1})


@asset(deps=[page])
def after_page():
    return 1


@multi_observable_source_asset(specs=[AssetSpec("m1"), AssetSpec("m2")], can_subset=True)
def seen(context):
    for key in sorted(context.selected_asset_keys):
        yield ObserveResult(asset_key=key)


everything = [parts, page, table, after_page, seen, source]


def made_of(assets, selection=None):
    return lambda instance: materialize(assets, instance=instance, selection=selection, raise_on_error=False)


def job_of(selection):
    def run(instance):
        job = Definitions(assets=everything, jobs=[define_asset_job("chosen", selection=selection)]).resolve_job_def("chosen")
        return job.execute_in_process(instance=instance, raise_on_error=False)

    return run


def after(first, second):
    def run(instance):
        first(instance)
        return second(instance)

    return run


cases = {
    "results with and without a value": made_of([told, stored_by_itself, follows, generated]),
    "an optional output that is not made": made_of([source, split, reads_good, reads_bad]),
    "all of several": made_of([made]),
    "some of several": made_of([made], selection=["b"]),
    "nothing returned": made_of([silent]),
    "one of several not told of": made_of([half]),
    "a generator that fails": made_of([fails]),
    "one told of twice": made_of([twice]),
    "one that was not asked for": made_of([eager], selection=["x"]),
    "an asset between two that are made together": made_of([around, between]),
    "an asset made by a graph": made_of([source, total]),
    "several made by a graph": made_of([source, pair]),
    "some of a graph's assets": made_of([source, shape], selection=["source", "near"]),
    "a graph's asset read by another of it": after(made_of([source, shape]), made_of([source, shape], selection=["far"])),
    "a check within a graph": made_of([source, checked]),
    "a blocking check within a graph": made_of([source, blocked, after_blocked]),
    "observing partitions": job_of(["parts"]),
    "observing": job_of(["page", "table"]),
    "observing and making": job_of(["page", "after_page"]),
    "observing some of several": job_of(["m2"]),
    "a job of everything observes nothing": job_of("*"),
}
