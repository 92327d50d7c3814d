"""Schedules, sensors and a condition; the same as triggers.ts."""

import dagster as dg


@dg.op
def ping_op():
    pass


@dg.job(executor_def=dg.in_process_executor)
def ping():
    ping_op()


every_minute = dg.ScheduleDefinition(name="every_minute", job=ping, cron_schedule="* * * * *", description="Each minute")
new_year = dg.ScheduleDefinition(
    name="new_year", job=ping, cron_schedule="0 0 1 1 *", execution_timezone="Europe/Paris", tags={"when": "yearly"}
)


@dg.schedule(job=ping, cron_schedule=["0 6 * * 1", "0 9 * * 6"], default_status=dg.DefaultScheduleStatus.RUNNING)
def with_tags(context):
    return dg.RunRequest(tags={"day": context.scheduled_execution_time.strftime("%Y-%m-%d")})


@dg.schedule(job=ping, cron_schedule="0 0 * * *")
def skipping_schedule():
    return dg.SkipReason("not today")


@dg.schedule(job=ping, cron_schedule="0 0 * * *")
def breaking_schedule():
    raise Exception("the schedule broke")


@dg.sensor(job=ping, minimum_interval_seconds=1, description="Once")
def requesting(context):
    context.update_cursor("seen")
    return dg.RunRequest(run_key="once", tags={"by": "requesting"})


@dg.sensor(job=ping, minimum_interval_seconds=1)
def skipping():
    return dg.SkipReason("nothing there")


@dg.sensor(job=ping, minimum_interval_seconds=1)
def breaking_sensor():
    raise Exception("the sensor broke")


@dg.sensor(minimum_interval_seconds=1)
def adding():
    partitions = dg.DynamicPartitionsDefinition(name="customers")
    return dg.SensorResult(dynamic_partitions_requests=[partitions.build_add_request(["globex"])])


@dg.asset_sensor(asset_key=dg.AssetKey("generated_numbers"), job=ping)
def when_generated():
    return dg.RunRequest()


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, request_job=ping)
def when_done():
    return dg.SkipReason("seen")


@dg.asset(group_name="automated", automation_condition=dg.AutomationCondition.on_missing())
def automated():
    pass


definitions = dict(
    assets=[automated],
    jobs=[ping],
    schedules=[every_minute, new_year, with_tags, skipping_schedule, breaking_schedule],
    sensors=[
        requesting,
        skipping,
        breaking_sensor,
        adding,
        when_generated,
        when_done,
        dg.AutomationConditionSensorDefinition("automation", target=dg.AssetSelection.groups("automated"), minimum_interval_seconds=1),
    ],
)
