"""The sensors of program.ts in Dagster."""

import dagster as dg

orders = dg.AssetSpec("orders")
customers = dg.AssetSpec("customers")
regions = dg.DynamicPartitionsDefinition(name="regions")


@dg.op
def work():
    pass


@dg.job
def report():
    work()


@dg.job(partitions_def=regions)
def by_region():
    work()


running = {"default_status": dg.DefaultSensorStatus.RUNNING, "minimum_interval_seconds": 1}


@dg.sensor(job=report, **running)
def keys(context):
    place = int(context.cursor or 0)
    if place >= 3:
        return dg.SkipReason("all keys are asked for")
    context.update_cursor(str(place + 1))
    return [dg.RunRequest(run_key=f"key {at}") for at in (place - 1, place) if at >= 0]


@dg.sensor(job=report, **running)
def without_keys(context):
    if context.cursor is not None:
        yield dg.SkipReason("done")
        return
    context.update_cursor("done")
    yield dg.RunRequest(tags={"which": "first"})
    yield dg.RunRequest(tags={"which": "second", "team": "data"})


@dg.sensor(job=by_region, **running)
def partitions(context):
    place = context.cursor or "none"
    if place == "none":
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key="eu", partition_key="eu")],
            dynamic_partitions_requests=[regions.build_add_request(["eu", "us"])],
            cursor="added",
        )
    if place == "added":
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key="eu again", partition_key="eu")],
            dynamic_partitions_requests=[regions.build_delete_request(["us", "unknown"]), regions.build_add_request(["eu"])],
            cursor="deleted",
        )
    return dg.SkipReason("nothing to do")


@dg.sensor(job=report, **running)
def failing(context):
    if context.cursor is None:
        context.update_cursor("one")
        return dg.RunRequest(run_key="one")
    context.update_cursor("two")
    raise ValueError("cannot go on")


@dg.sensor(job=report, **running)
def seen_keys(context):
    place = int(context.cursor or 0)
    if place >= 2:
        return dg.SkipReason("done")
    context.update_cursor(str(place + 1))
    return dg.RunRequest(run_key="the same")


@dg.asset_sensor(asset_key=dg.AssetKey("orders"), job=report, **running)
def of_orders(context, event):
    return dg.RunRequest(tags={"rows": str(event.asset_materialization.metadata["rows"].value)})


@dg.multi_asset_sensor(monitored_assets=[dg.AssetKey("orders"), dg.AssetKey("customers")], job=report, **running)
def of_both(context):
    newest = context.latest_materialization_records_by_key()
    if not all(newest.values()):
        return dg.SkipReason("one of them is not there")
    context.advance_all_cursors()
    return dg.RunRequest(tags={"assets": ",".join(sorted(key.to_user_string() for key in newest))})


defs = dg.Definitions(
    assets=[orders, customers],
    jobs=[report, by_region],
    sensors=[keys, without_keys, partitions, failing, seen_keys, of_orders, of_both],
)
