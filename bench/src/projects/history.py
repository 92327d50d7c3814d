"""What the GraphQL benchmark serves, for Dagster; history.ts is the same."""

import dagster as dg


def make(name, deps):
    @dg.asset(name=name, deps=deps, group_name="nightly", tags={"tier": "1"}, description=f"What is {name}")
    def made(context):
        context.log.info(f"{name} is made")
        return 1

    return made


assets = []
for each in ["raw", "cleaned", "joined", "scored", "reported"]:
    assets.append(make(each, assets[-1:]))
nightly = dg.define_asset_job("nightly", selection=assets, executor_def=dg.in_process_executor)


class OneConfig(dg.Config):
    table: str = "numbers"
    rows: int = 10


@dg.op
def one(config: OneConfig) -> int:
    return 1


def make_job(index):
    @dg.job(name=f"job_{index}", executor_def=dg.in_process_executor)
    def made():
        one()

    return made


jobs = [make_job(index) for index in range(20)]
schedules = [dg.ScheduleDefinition(name=f"schedule_{index}", job=each, cron_schedule="0 * * * *") for index, each in enumerate(jobs)]


def make_sensor(index, target):
    @dg.sensor(name=f"sensor_{index}", job=target)
    def made(_context):
        return dg.SkipReason("nothing to do")

    return made


defs = dg.Definitions(
    assets=assets,
    jobs=[nightly, *jobs],
    schedules=schedules,
    sensors=[make_sensor(index, each) for index, each in enumerate(jobs[:5])],
)
