"""Assets and a job with partitions of every kind; the same as partitions.ts."""

import time

import dagster as dg

days = dg.DailyPartitionsDefinition(start_date="2026-01-04", end_date="2026-01-08")
regions = dg.StaticPartitionsDefinition(["de", "fr"])
grid = dg.MultiPartitionsDefinition({"day": dg.DailyPartitionsDefinition("2026-01-04", end_date="2026-01-06"), "region": regions})
customers = dg.DynamicPartitionsDefinition(name="customers")

SALES = {"group_name": "sales"}


@dg.asset(**SALES, partitions_def=days)
def orders(context: dg.AssetExecutionContext):
    if context.run.tags.get("fail") == context.partition_key:
        raise Exception("as asked for")


@dg.asset(**SALES, partitions_def=days, deps=[orders])
def revenue():
    pass


@dg.asset(**SALES, partitions_def=regions, backfill_policy=dg.BackfillPolicy.single_run())
def targets() -> None:
    pass


@dg.asset(**SALES, partitions_def=grid)
def cells():
    pass


@dg.asset(**SALES, partitions_def=customers)
def invoices():
    pass


@dg.asset(**SALES, deps=[revenue])
def sales_total():
    pass


config_of_day = dg.PartitionedConfig(
    partitions_def=days, run_config_for_partition_key_fn=lambda day: {"ops": {"load": {"config": {"day": day}}}}
)


@dg.op(config_schema={"day": str})
def load(context):
    if context.run.tags.get("fail") == context.op_config["day"]:
        raise Exception("as asked for")
    for _ in range(600 if "wait" in context.run.tags else 0):
        time.sleep(0.1)


@dg.job(config=config_of_day, executor_def=dg.in_process_executor)
def nightly():
    load()


sales_job = dg.define_asset_job("sales_job", selection=[orders, revenue], executor_def=dg.in_process_executor)

definitions = dict(assets=[orders, revenue, targets, cells, invoices, sales_total], jobs=[nightly, sales_job])
