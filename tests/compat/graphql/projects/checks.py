"""Assets with checks, from within and from beside; the same as checks.ts."""

import dagster as dg


@dg.asset(group_name="checked", check_specs=[dg.AssetCheckSpec("inside", asset="stock", description="Is told with the asset")])
def stock():
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="inside", passed=True, metadata={"rows": 3})])


@dg.asset_check(asset=stock, description="Has a row")
def not_empty():
    return dg.AssetCheckResult(passed=True)


@dg.asset_check(asset=stock)
def complete():
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description="one is missing")


@dg.asset_check(asset=stock, blocking=True)
def sound():
    return dg.AssetCheckResult(passed=False)


@dg.asset_check(asset=stock)
def breaking():
    raise Exception("the check broke")


@dg.asset(group_name="checked", deps=[stock])
def shipped():
    pass


definitions = dict(assets=[stock, shipped], asset_checks=[not_empty, complete, sound, breaking])
