import {
  type AnyAsset,
  asset,
  assetCheck,
  type AssetCheckDefinition,
  AssetSelection,
  checkResult,
  checkSpec,
  defineAssetJob,
  executeInProcess,
  inProcessExecutor,
  multiAssetCheck,
} from "dagwright";
import type { Cases } from "../cases.ts";

const orders = asset("orders", () => [1, 2, 3]);
const report = asset("report", { ins: { orders } }, ({ orders }) => orders.length);
const mail = asset("mail", { deps: [orders] }, () => undefined);

interface Parts {
  readonly assets?: readonly AnyAsset[];
  readonly selection?: AssetSelection;
}

const run =
  (checks: readonly AssetCheckDefinition[], { assets = [orders, report, mail], selection = AssetSelection.all() }: Parts = {}) =>
  () =>
    executeInProcess(defineAssetJob("checked", { selection, executor: inProcessExecutor }), {
      assets,
      assetChecks: checks,
      raiseOnError: false,
    });

const checkOf = (name: string, outcome: () => ReturnType<typeof checkResult>, blocking = false) =>
  assetCheck(name, { asset: orders, ins: { orders }, blocking }, ({ orders }) => {
    if (orders.join() !== "1,2,3") throw new Error("other orders");
    return outcome();
  });

const good = () => checkResult({ passed: true });
const warned = () => checkResult({ passed: false, severity: "WARN" });
const failed = () => checkResult({ passed: false });
const broken = (): never => {
  throw new Error("the check broke");
};

const withoutValue = assetCheck("without_value", { asset: orders, blocking: true }, good);

const several = multiAssetCheck(
  "several",
  {
    specs: [checkSpec("first", { asset: orders }), checkSpec("second", { asset: report }), checkSpec("third", { asset: report })],
  },
  function* () {
    yield checkResult({ asset: orders, check: "first", passed: true });
    yield checkResult({ asset: report, check: "second", passed: false, severity: "WARN" });
    yield checkResult({ asset: report, check: "third", passed: false });
  },
);

const severalBlocking = multiAssetCheck(
  "several_blocking",
  { specs: [checkSpec("stops", { asset: orders, blocking: true }), checkSpec("only_tells", { asset: orders })] },
  () => [checkResult({ check: "stops", passed: false }), checkResult({ check: "only_tells", passed: false })],
);

const retriedCheck = () => {
  let attempts = 0;
  return assetCheck("retried", { asset: orders, retryPolicy: { maxRetries: 1 } }, () => {
    attempts += 1;
    if (attempts === 1) throw new Error("once more");
    return true;
  });
};

const retriedBlocking = assetCheck("sound", { asset: orders, blocking: true, retryPolicy: { maxRetries: 2 } }, failed);

export const cases: Cases = {
  "a check passes": run([checkOf("sound", good)]),
  "a check fails with a warning": run([checkOf("sound", warned)]),
  "a check fails with an error": run([checkOf("sound", failed)]),
  "a check raises": run([checkOf("sound", broken)]),
  "a blocking check passes": run([checkOf("sound", good, true)]),
  "a blocking check fails with a warning": run([checkOf("sound", warned, true)]),
  "a blocking check fails with an error": run([checkOf("sound", failed, true)]),
  "a blocking check raises": run([checkOf("sound", broken, true)]),
  "a check that does not read the value": run([withoutValue]),
  "several checks in one": run([several]),
  "several checks in one, one of them blocking": run([severalBlocking]),
  "a check is retried": run([retriedCheck()]),
  "a blocking check that fails is not retried": run([retriedBlocking]),
  "an asset job without checks": run([checkOf("sound", failed, true)], {
    selection: AssetSelection.all().minus(AssetSelection.allChecks()),
  }),
  "the checks alone": run([withoutValue, several], {
    assets: [orders, report],
    selection: AssetSelection.checksForAssets(orders).or(AssetSelection.checks(several)),
  }),
};
