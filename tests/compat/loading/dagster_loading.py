"""Loads the definitions of each case and prints, as JSON, what each was refused with, or null."""

import json
import logging
import sys
import warnings

import dagster as dg

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

cases = {}


def case(title):
    def note(make):
        cases[title] = make
        return make

    return note


def op(name, **options):
    @dg.op(name=name, **options)
    def compute():
        return 1

    return compute


def job(name, *nodes, **options):
    @dg.job(name=name, **options)
    def body():
        for node in nodes:
            node()

    return body


def graph(name, *nodes):
    @dg.graph(name=name)
    def body():
        for node in nodes:
            node()

    return body


def asset(name, **options):
    @dg.asset(name=name, **options)
    def compute():
        return 1

    return compute


def check(name, on, **options):
    @dg.asset_check(name=name, asset=on, **options)
    def evaluate():
        return dg.AssetCheckResult(passed=True)

    return evaluate


def schedule(name, target, cron="0 0 * * *", **options):
    return dg.ScheduleDefinition(name=name, job=target, cron_schedule=cron, **options)


def sensor(name, **options):
    @dg.sensor(name=name, **options)
    def evaluate():
        pass

    return evaluate


daily = dg.DailyPartitionsDefinition("2026-01-01")
earlier = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)

# Names of ops and graphs.


@case("two ops in two jobs")
def _():
    return dict(jobs=[job("a", op("x")), job("b", op("x"))])


@case("two ops in one job, one of them in a graph")
def _():
    return dict(jobs=[job("a", op("x"), graph("g", op("x")))])


@case("one op in two jobs")
def _():
    one = op("x")
    return dict(jobs=[job("a", one), job("b", one)])


@case("one op under two names, with tags, hooks and retries")
def _():
    one = op("x")
    return dict(jobs=[job("a", one, one.alias("y"), one.alias("z").tag({"a": "b"}), one.with_retry_policy(dg.RetryPolicy()))])


@case("an alias that is another op's name elsewhere")
def _():
    return dict(jobs=[job("a", op("x").alias("y")), job("b", op("y"))])


@case("an alias that is another op's name in the job")
def _():
    return dict(jobs=[job("a", op("x").alias("y"), op("y"))])


@case("an op and an asset")
def _():
    return dict(assets=[asset("x")], jobs=[job("a", op("x"))])


@case("an op in a graph and an asset")
def _():
    return dict(assets=[asset("x")], jobs=[job("a", graph("g", op("x")))])


@case("an op and an asset check")
def _():
    return dict(assets=[asset("a")], asset_checks=[check("fine", "a")], jobs=[job("j", op("a_fine"))])


@case("an asset and an asset check")
def _():
    return dict(assets=[asset("a"), asset("a_fine")], asset_checks=[check("fine", "a")])


@case("assets whose keys are alike")
def _():
    return dict(assets=[asset("b", key_prefix="a"), asset("a__b")])


@case("two graphs in two jobs")
def _():
    return dict(jobs=[job("a", graph("g", op("x"))), job("b", graph("g", op("y")))])


@case("a graph and an op")
def _():
    return dict(jobs=[job("a", graph("x", op("y"))), job("b", op("x"))])


@case("a graph in a job of its name")
def _():
    return dict(jobs=[job("a", graph("a", op("x")))])


@case("a graph in another job than that of its name")
def _():
    return dict(jobs=[job("a", graph("b", op("x"))), job("b", op("y"))])


@case("two jobs of one graph")
def _():
    one = graph("g", op("x"))
    return dict(jobs=[one.to_job(name="a"), one.to_job(name="b")])


@case("a job of a graph that is also part of another")
def _():
    one = graph("g", op("x"))
    return dict(jobs=[one.to_job(), job("b", one)])


@case("presets of an op under other names")
def _():
    one = op("x", config_schema={"n": int})
    return dict(jobs=[job("a", dg.configured(one, name="y")({"n": 1}), dg.configured(one, name="z")({"n": 2}))])


@case("presets of an op under its own name")
def _():
    one = op("x", config_schema={"n": int})
    return dict(jobs=[job("a", dg.configured(one, name="x")({"n": 1})), job("b", dg.configured(one, name="x")({"n": 2}))])


@case("an op of a graph asset, and the same op in a job")
def _():
    one = op("x")

    @dg.graph_asset
    def made():
        return one()

    return dict(assets=[made], jobs=[job("a", one)])


@case("an op of a graph asset and another asset")
def _():
    one = op("x")

    @dg.graph_asset
    def made():
        return one()

    return dict(assets=[made, asset("x")])


@case("ops of two graph assets")
def _():
    @dg.graph_asset
    def first():
        return op("x")()

    @dg.graph_asset
    def second():
        return op("x")()

    return dict(assets=[first, second])


@case("a multi-asset and an asset")
def _():
    @dg.multi_asset(name="m", specs=[dg.AssetSpec("a")])
    def several():
        pass

    return dict(assets=[several, asset("m")])


@case("an op in a job of its name")
def _():
    return dict(jobs=[job("x", op("x"))])


@case("an asset and a job")
def _():
    return dict(assets=[asset("x")], jobs=[job("x", op("y"))])


@case("an asset job and its asset")
def _():
    return dict(assets=[asset("x")], jobs=[dg.define_asset_job("x", selection="x")])


@case("a name that Python keeps for itself")
def _():
    return dict(jobs=[job("a", op("class"))])


# Names of jobs, schedules, sensors, assets, checks.


@case("two jobs")
def _():
    return dict(jobs=[job("a", op("x")), job("a", op("y"))])


@case("a job and an asset job")
def _():
    return dict(assets=[asset("z")], jobs=[job("a", op("x")), dg.define_asset_job("a")])


@case("a schedule and a sensor")
def _():
    one = job("a", op("x"))
    return dict(jobs=[one], schedules=[schedule("s", one)], sensors=[sensor("s", job=one)])


@case("a schedule and its job")
def _():
    one = job("a", op("x"))
    return dict(jobs=[one], schedules=[schedule("a", one)])


@case("two assets of one key")
def _():
    return dict(assets=[asset("a"), asset("a")])


@case("two checks of one name on one asset")
def _():
    return dict(assets=[asset("a")], asset_checks=[check("fine", "a"), check("fine", "a")])


@case("checks of one name on two assets")
def _():
    return dict(assets=[asset("a"), asset("b")], asset_checks=[check("fine", "a"), check("fine", "b")])


@case("a name with a hyphen")
def _():
    return dict(jobs=[job("a-b", op("x"))])


@case("a group with a space")
def _():
    return dict(assets=[asset("a", group_name="my group")])


@case("an owner that is neither address nor team")
def _():
    return dict(assets=[asset("a", owners=["bob"])])


@case("an asset tag with a space")
def _():
    return dict(assets=[asset("a", tags={"a b": "c"})])


# What refers to what.


@case("assets in a circle")
def _():
    return dict(assets=[asset("a", deps=["b"]), asset("b", deps=["a"])])


@case("an asset that follows itself")
def _():
    return dict(assets=[asset("a", deps=["a"])])


@case("a partition that follows itself")
def _():
    return dict(assets=[asset("a", partitions_def=daily, deps=["a"])])


@case("a partition that follows the one before")
def _():
    return dict(assets=[asset("a", partitions_def=daily, deps=[dg.AssetDep("a", partition_mapping=earlier)])])


@case("a partition that follows itself and the one before")
def _():
    mapping = dg.TimeWindowPartitionMapping(start_offset=-1)
    return dict(assets=[asset("a", partitions_def=daily, deps=[dg.AssetDep("a", partition_mapping=mapping)])])


@case("a partition of two dimensions that follows the day before")
def _():
    both = dg.MultiPartitionsDefinition({"date": daily, "region": dg.StaticPartitionsDefinition(["eu", "us"])})
    mapping = dg.MultiPartitionMapping(
        {
            "date": dg.DimensionPartitionMapping("date", earlier),
            "region": dg.DimensionPartitionMapping("region", dg.IdentityPartitionMapping()),
        }
    )
    return dict(assets=[asset("a", partitions_def=both, deps=[dg.AssetDep("a", partition_mapping=mapping)])])


@case("a dependency that nobody has")
def _():
    return dict(assets=[asset("a", deps=["b"])])


@case("a selected key that nobody has")
def _():
    return dict(assets=[asset("a")], jobs=[dg.define_asset_job("j", selection="b")])


@case("a selection of nothing")
def _():
    return dict(assets=[asset("a")], jobs=[dg.define_asset_job("j", selection="group:nobody")])


@case("a selection that cannot be read")
def _():
    return dict(assets=[asset("a")], jobs=[dg.define_asset_job("j", selection="key:(a")])


@case("a check of an asset that nobody has")
def _():
    return dict(asset_checks=[check("fine", "a")])


@case("an op whose resource nobody has")
def _():
    return dict(jobs=[job("a", op("x", required_resource_keys={"db"}))])


@case("an asset whose I/O manager nobody has")
def _():
    return dict(assets=[asset("a", io_manager_key="lake")])


@case("a schedule of a job that nobody has")
def _():
    return dict(schedules=[dg.ScheduleDefinition(name="s", job_name="a", cron_schedule="0 0 * * *")])


@case("a sensor of a job that nobody has")
def _():
    return dict(sensors=[sensor("s", job_name="a")])


@case("an asset job of assets with different partitions")
def _():
    hourly = dg.HourlyPartitionsDefinition("2026-01-01-00:00")
    return dict(
        assets=[asset("a", partitions_def=daily), asset("b", partitions_def=hourly)], jobs=[dg.define_asset_job("j", selection="*")]
    )


# Timing and config.


@case("a cron string with a minute that there is not")
def _():
    return dict(jobs=[job("a", op("x"))], schedules=[dg.ScheduleDefinition(name="s", job_name="a", cron_schedule="61 * * * *")])


@case("a cron string of words")
def _():
    return dict(jobs=[job("a", op("x"))], schedules=[dg.ScheduleDefinition(name="s", job_name="a", cron_schedule="every day")])


@case("a time zone that there is not")
def _():
    one = job("a", op("x"))
    return dict(jobs=[one], schedules=[schedule("s", one, execution_timezone="Europe/Pariss")])


@case("a job's config that fits")
def _():
    return dict(jobs=[job("a", op("x", config_schema={"n": int}), config={"ops": {"x": {"config": {"n": 1}}}})])


@case("a job's config of a wrong type")
def _():
    return dict(jobs=[job("a", op("x", config_schema={"n": int}), config={"ops": {"x": {"config": {"n": "one"}}}})])


@case("a job's config that leaves something out")
def _():
    return dict(jobs=[job("a", op("x", config_schema={"n": int, "m": int}), config={"ops": {"x": {"config": {"n": 1}}}})])


@case("a job's config with a field too many")
def _():
    return dict(jobs=[job("a", op("x", config_schema={"n": int}), config={"ops": {"x": {"config": {"n": 1}}, "y": {}}})])


@case("a job's config with a reference to the environment")
def _():
    return dict(jobs=[job("a", op("x", config_schema={"n": str}), config={"ops": {"x": {"config": {"n": {"env": "NOT_SET"}}}}})])


@case("an asset job's config of a wrong type")
def _():
    return dict(
        assets=[asset("x", config_schema={"n": int})],
        jobs=[dg.define_asset_job("a", config={"ops": {"x": {"config": {"n": "one"}}}})],
    )


answers = {}
for title, make in cases.items():
    try:
        definitions = dg.Definitions(**make())
        dg.Definitions.validate_loadable(definitions)
        definitions.get_repository_def().get_all_jobs()
        answers[title] = None
    except Exception as error:
        answers[title] = f"{type(error).__name__}: {error}"
json.dump(answers, sys.stdout)
