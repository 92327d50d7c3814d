import {
  asset,
  checkResult,
  type CheckResult,
  checkSpec,
  defineAssetJob,
  executeInProcess,
  inProcessExecutor,
  materializeResult,
} from "dagwright";
import type { Cases, Difference } from "../cases.ts";

const passed = checkResult({ passed: true });
const failed = checkResult({ passed: false });
const warned = checkResult({ passed: false, severity: "WARN" });

const run = (checkResults: readonly CheckResult[], blocking = false, maxRetries = 1) => {
  const orders = asset("orders", { checks: [checkSpec("inside", { blocking })], retryPolicy: { maxRetries } }, () =>
    materializeResult({ value: [1, 2, 3], checkResults }),
  );
  const report = asset("report", { ins: { orders } }, ({ orders }) => orders.length);
  const job = defineAssetJob("checked", { executor: inProcessExecutor });
  return () => executeInProcess(job, { assets: [orders, report], raiseOnError: false });
};

export const cases: Cases = {
  "a check inside an asset passes": run([passed]),
  "a check inside an asset fails": run([failed]),
  "a blocking check inside an asset fails with an error": run([failed], true),
  "a blocking check inside an asset fails with a warning": run([warned], true),
  "an asset forgets its check": run([], false, 0),
};

export const differences: Readonly<Record<string, Difference>> = {
  "an asset forgets its check": {
    reason: "What was made is stored and told before its checks are looked at, as it is when a check fails",
    onlyOurs: [
      "orders 2 STEP_OUTPUT result ok",
      "orders 3 ASSET_MATERIALIZATION orders -",
      "orders 4 HANDLED_OUTPUT result",
      "orders 5 STEP_FAILURE",
    ],
    onlyDagster: ["orders 2 STEP_FAILURE"],
  },
};
