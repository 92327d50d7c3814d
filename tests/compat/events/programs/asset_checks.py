from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetSelection,
    Definitions,
    RetryPolicy,
    asset,
    asset_check,
    define_asset_job,
    multi_asset_check,
)


@asset
def orders():
    return [1, 2, 3]


@asset
def report(orders):
    return len(orders)


@asset(deps=[orders])
def mail():
    return None


def job_of(checks, assets=(orders, report, mail), selection=None):
    definitions = Definitions(
        assets=list(assets),
        asset_checks=list(checks),
        jobs=[define_asset_job("checked", selection=selection)],
    )
    return definitions.get_job_def("checked")


def run(checks, **parts):
    job = job_of(checks, **parts)
    return lambda instance: job.execute_in_process(instance=instance, raise_on_error=False)


def check_of(name, result, **options):
    @asset_check(asset=orders, name=name, **options)
    def a_check(orders):
        assert orders == [1, 2, 3]
        return result() if callable(result) else result

    return a_check


def broken():
    raise ValueError("the check broke")


def failed(severity=AssetCheckSeverity.ERROR):
    return AssetCheckResult(passed=False, severity=severity)


@asset_check(asset=orders, name="without_value", blocking=True)
def without_value():
    return AssetCheckResult(passed=True)


@multi_asset_check(
    specs=[AssetCheckSpec("first", asset=orders), AssetCheckSpec("second", asset=report), AssetCheckSpec("third", asset=report)]
)
def several():
    yield AssetCheckResult(passed=True, asset_key="orders", check_name="first")
    yield AssetCheckResult(passed=False, asset_key="report", check_name="second", severity=AssetCheckSeverity.WARN)
    yield AssetCheckResult(passed=False, asset_key="report", check_name="third")


@multi_asset_check(
    specs=[AssetCheckSpec("stops", asset=orders, blocking=True), AssetCheckSpec("only_tells", asset=orders)]
)
def several_blocking():
    yield AssetCheckResult(passed=False, asset_key="orders", check_name="stops")
    yield AssetCheckResult(passed=False, asset_key="orders", check_name="only_tells")


attempts = []


@asset_check(asset=orders, retry_policy=RetryPolicy(max_retries=1))
def retried():
    attempts.append(1)
    if len(attempts) == 1:
        raise ValueError("once more")
    return AssetCheckResult(passed=True)


@asset_check(asset=orders, name="sound", blocking=True, retry_policy=RetryPolicy(max_retries=2))
def retried_blocking():
    return failed()


cases = {
    "a check passes": run([check_of("sound", AssetCheckResult(passed=True))]),
    "a check fails with a warning": run([check_of("sound", failed(AssetCheckSeverity.WARN))]),
    "a check fails with an error": run([check_of("sound", failed())]),
    "a check raises": run([check_of("sound", broken)]),
    "a blocking check passes": run([check_of("sound", AssetCheckResult(passed=True), blocking=True)]),
    "a blocking check fails with a warning": run([check_of("sound", failed(AssetCheckSeverity.WARN), blocking=True)]),
    "a blocking check fails with an error": run([check_of("sound", failed(), blocking=True)]),
    "a blocking check raises": run([check_of("sound", broken, blocking=True)]),
    "a check that does not read the value": run([without_value]),
    "several checks in one": run([several]),
    "several checks in one, one of them blocking": run([several_blocking]),
    "a check is retried": run([retried]),
    "a blocking check that fails is not retried": run([retried_blocking]),
    "an asset job without checks": run(
        [check_of("sound", failed(), blocking=True)], selection=AssetSelection.all() - AssetSelection.all_asset_checks()
    ),
    "the checks alone": run(
        [without_value, several],
        assets=[orders, report],
        selection=AssetSelection.checks_for_assets(orders) | AssetSelection.checks(several),
    ),
}
