from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    Definitions,
    MaterializeResult,
    RetryPolicy,
    asset,
    define_asset_job,
)


@asset
def report(orders):
    return len(orders)


def failed(severity=AssetCheckSeverity.ERROR):
    return AssetCheckResult(passed=False, severity=severity)


def checking(result, blocking=False):
    @asset(
        name="orders",
        check_specs=[AssetCheckSpec("inside", asset="orders", blocking=blocking)],
        retry_policy=RetryPolicy(max_retries=1),
    )
    def orders():
        return MaterializeResult(value=[1, 2, 3], check_results=[result])

    return orders


@asset(name="orders", check_specs=[AssetCheckSpec("inside", asset="orders")])
def forgetful():
    return MaterializeResult(value=[1, 2, 3])


def run(orders):
    definitions = Definitions(assets=[orders, report], jobs=[define_asset_job("checked")])
    job = definitions.get_job_def("checked")
    return lambda instance: job.execute_in_process(instance=instance, raise_on_error=False)


cases = {
    "a check inside an asset passes": run(checking(AssetCheckResult(passed=True))),
    "a check inside an asset fails": run(checking(failed())),
    "a blocking check inside an asset fails with an error": run(checking(failed(), blocking=True)),
    "a blocking check inside an asset fails with a warning": run(
        checking(failed(AssetCheckSeverity.WARN), blocking=True)
    ),
    "an asset forgets its check": run(forgetful),
}
