"""The run status sensors of run-status-program.ts in Dagster."""

import dagster as dg


@dg.op
def work():
    pass


@dg.job
def report():
    work()


@dg.job
def nightly():
    work()


@dg.job
def follow_up():
    work()


running = {"default_status": dg.DefaultSensorStatus.RUNNING}
SUCCESS = dg.DagsterRunStatus.SUCCESS


def label(context):
    return context.dagster_run.tags["label"]


def asking(context, **more):
    return dg.RunRequest(tags={"of": label(context)}, **more)


@dg.run_status_sensor(run_status=SUCCESS, **running)
def each_success(context):
    pass


@dg.run_failure_sensor(**running)
def each_failure(context):
    assert context.failure_event.message == "it failed"


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.STARTED, monitored_jobs=[nightly], **running)
def nightly_starts(context):
    pass


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.CANCELED, monitor_all_code_locations=True, **running)
def canceled_anywhere(context):
    pass


@dg.run_status_sensor(
    run_status=SUCCESS, monitored_jobs=[dg.JobSelector(location_name="other", repository_name="__repository__", job_name="nightly")], **running
)
def other_nightly(context):
    pass


@dg.run_failure_sensor(monitored_jobs=[dg.CodeLocationSelector("other"), report], **running)
def other_location_and_report(context):
    pass


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], request_job=follow_up, **running)
def asks_after_report(context):
    return asking(context)


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report, nightly], request_jobs=[follow_up, nightly], **running)
def asks_by_name(context):
    yield asking(context, job_name="follow_up", run_key=f"key {label(context)[0]}")
    yield asking(context, job_name="nightly")


@dg.run_failure_sensor(request_job=follow_up, **running)
def asks_after_failure(context):
    return dg.SensorResult(run_requests=[asking(context, run_key=label(context))])


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], request_job=follow_up, **running)
def skips(context):
    return dg.SkipReason(f"not for {label(context)}")


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], **running)
def throws_at_second(context):
    if label(context) == "r2":
        raise ValueError("cannot go on")


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], request_job=follow_up, **running)
def sets_cursor(context):
    return dg.SensorResult(run_requests=[asking(context)], cursor="mine")


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], **running)
def asks_without_a_job(context):
    return asking(context)


@dg.run_status_sensor(run_status=SUCCESS, monitored_jobs=[report], request_job=follow_up, **running)
def asks_for_another_job(context):
    return asking(context, job_name="nightly")


defs = dg.Definitions(
    jobs=[report, nightly, follow_up],
    sensors=[
        each_success,
        each_failure,
        nightly_starts,
        canceled_anywhere,
        other_nightly,
        other_location_and_report,
        asks_after_report,
        asks_by_name,
        asks_after_failure,
        skips,
        throws_at_second,
        sets_cursor,
        asks_without_a_job,
        asks_for_another_job,
    ],
)
