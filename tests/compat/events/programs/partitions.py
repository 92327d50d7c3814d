from dagster import (
    AllPartitionMapping,
    AssetDep,
    AssetIn,
    AssetKey,
    AssetOut,
    AssetSpec,
    BackfillPolicy,
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MultiPartitionsDefinition,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    asset,
    graph_asset,
    graph_multi_asset,
    job,
    materialize,
    multi_asset,
    op,
    static_partitioned_config,
)

daily = DailyPartitionsDefinition("2026-01-01")
hourly = HourlyPartitionsDefinition("2026-01-01-00:00")
regions = StaticPartitionsDefinition(["eu", "us"])


@asset(partitions_def=daily)
def orders(context):
    return [context.partition_key]


@asset(partitions_def=daily)
def count(orders):
    return len(orders)


@asset
def plain():
    return 1


@asset(partitions_def=daily)
def mixed(plain):
    return plain


@asset(partitions_def=hourly)
def hours(context):
    return context.partition_key


@asset(partitions_def=daily)
def day_of_hours(hours):
    return len(hours)


@asset(
    partitions_def=daily,
    ins={"orders": AssetIn(partition_mapping=TimeWindowPartitionMapping(start_offset=-1, end_offset=0))},
)
def two_days(orders):
    return len(orders)


@asset(
    partitions_def=daily,
    ins={"running": AssetIn(partition_mapping=TimeWindowPartitionMapping(start_offset=-1, end_offset=-1))},
)
def running(running):
    assert running in (None, 1, 2)
    return (running or 0) + 1


earlier = TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)


@multi_asset(
    partitions_def=daily,
    outs={"total": AssetOut(), "tally": AssetOut()},
    ins={
        "total_before": AssetIn(key="total", partition_mapping=earlier),
        "tally_before": AssetIn(key="tally", partition_mapping=earlier),
    },
    internal_asset_deps={"total": {AssetKey("total")}, "tally": {AssetKey("tally")}},
)
def ledger(total_before, tally_before):
    assert [total_before, tally_before] in ([None, None], [10, 1], [20, 2])
    return (total_before or 0) + 10, (tally_before or 0) + 1


@multi_asset(
    partitions_def=daily,
    specs=[
        AssetSpec("kept", deps=[AssetDep("kept", partition_mapping=earlier)]),
        AssetSpec("summed", deps=["kept"]),
    ],
)
def own_storage():
    pass


@op
def one_more(before):
    assert before in (None, 1, 2)
    return (before or 0) + 1


@op
def ten_more(value):
    return value + 10


@graph_asset(
    partitions_def=daily,
    ins={"grown": AssetIn(partition_mapping=earlier)},
)
def grown(grown):
    return one_more(grown)


@graph_multi_asset(
    partitions_def=daily,
    ins={"near": AssetIn(partition_mapping=earlier)},
    outs={"near": AssetOut(), "far": AssetOut()},
)
def stretched(near):
    made = one_more(near)
    return {"near": made, "far": ten_more(made)}


@op
def count_all(values):
    return len(values)


@graph_asset(partitions_def=daily)
def orders_by_graph(orders):
    return count_all(orders)


@graph_asset(
    partitions_def=daily,
    ins={"orders": AssetIn(partition_mapping=TimeWindowPartitionMapping(start_offset=-1, end_offset=0))},
)
def two_days_by_graph(orders):
    return count_all(orders)


@asset(partitions_def=regions)
def regional(context):
    return context.partition_key


@asset(ins={"regional": AssetIn(partition_mapping=AllPartitionMapping())})
def everywhere(regional):
    return len(regional)


@asset(partitions_def=MultiPartitionsDefinition({"date": daily, "region": regions}))
def cube(context):
    return context.partition_key


@asset(partitions_def=daily, backfill_policy=BackfillPolicy.single_run())
def ranged(context) -> None:
    assert len(context.partition_keys) == 3


@asset(partitions_def=daily)
def broken(context):
    raise ValueError(context.partition_key)


@asset(partitions_def=daily)
def after_broken(broken):
    return broken


@op(config_schema={"region": str})
def load(context):
    return context.op_config["region"]


@static_partitioned_config(["eu", "us"])
def by_region(key):
    return {"ops": {"load": {"config": {"region": key}}}}


@job(config=by_region)
def configured():
    load()


def make(instance, assets, key, selection=None):
    return materialize(assets, partition_key=key, instance=instance, raise_on_error=False, selection=selection)


def after(instance, assets, key, earlier, selection):
    for one, partitions in earlier:
        for partition in partitions:
            make(instance, [one], partition)
    return make(instance, assets, key, selection)


hours_of_a_day = [f"2026-01-02-{hour:02}:00" for hour in range(24)]

cases = {
    "a partition and what reads it": lambda instance: make(instance, [orders, count], "2026-01-02"),
    "with an asset that has no partitions": lambda instance: make(instance, [plain, mixed], "2026-01-02"),
    "several partitions of an hourly asset": lambda instance: after(
        instance, [hours, day_of_hours], "2026-01-02", [(hours, hours_of_a_day)], [day_of_hours]
    ),
    "the partition before, too": lambda instance: after(
        instance, [orders, two_days], "2026-01-02", [(orders, ["2026-01-01", "2026-01-02"])], [two_days]
    ),
    "the first partition of an asset that reads its own": lambda instance: make(instance, [running], "2026-01-01"),
    "the partition before, of its own": lambda instance: after(
        instance, [running], "2026-01-03", [(running, ["2026-01-01", "2026-01-02"])], [running]
    ),
    "the partition before, of its own, that was never made": lambda instance: make(instance, [running], "2026-01-03"),
    "the first partition of several assets that read their own": lambda instance: make(instance, [ledger], "2026-01-01"),
    "the partition before, of several assets": lambda instance: after(
        instance, [ledger], "2026-01-03", [(ledger, ["2026-01-01", "2026-01-02"])], None
    ),
    "the partition before, of several assets, that was never made": lambda instance: make(instance, [ledger], "2026-01-03"),
    "the partition before, of several assets, only followed": lambda instance: make(instance, [own_storage], "2026-01-02"),
    "the first partition of an asset whose graph reads its own": lambda instance: make(instance, [grown], "2026-01-01"),
    "the partition before, of an asset of a graph": lambda instance: after(
        instance, [grown], "2026-01-03", [(grown, ["2026-01-01", "2026-01-02"])], None
    ),
    "the partition before, of one of a graph's assets": lambda instance: after(
        instance, [stretched], "2026-01-02", [(stretched, ["2026-01-01"])], None
    ),
    "a partition that a graph reads": lambda instance: make(instance, [orders, orders_by_graph], "2026-01-02"),
    "partitions that a graph reads": lambda instance: after(
        instance, [orders, two_days_by_graph], "2026-01-02", [(orders, ["2026-01-01", "2026-01-02"])], [two_days_by_graph]
    ),
    "all partitions": lambda instance: after(
        instance, [regional, everywhere], None, [(regional, ["eu", "us"])], [everywhere]
    ),
    "two dimensions": lambda instance: make(instance, [cube], "2026-01-02|us"),
    "a range in one run": lambda instance: materialize(
        [ranged],
        instance=instance,
        raise_on_error=False,
        tags={
            "dagster/asset_partition_range_start": "2026-01-01",
            "dagster/asset_partition_range_end": "2026-01-03",
        },
    ),
    "a partition that fails": lambda instance: make(instance, [broken, after_broken], "2026-01-02"),
    "a partition that was never made": lambda instance: make(instance, [orders, count], "2026-01-02", [count]),
    "partitioned config": lambda instance: configured.execute_in_process(
        partition_key="eu", instance=instance, raise_on_error=False
    ),
}
