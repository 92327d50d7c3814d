import { asset, assetCheck, checkResult, checkSpec, materializeResult } from "dagwright";

const group = { group: "checked" };
const stock = asset("stock", { ...group, checks: [checkSpec("inside", { description: "Is told with the asset" })] }, () =>
  materializeResult({ checkResults: [checkResult({ check: "inside", passed: true, metadata: { rows: 3 } })] }),
);
const shipped = asset("shipped", { ...group, deps: [stock] }, () => undefined);

export const assets = [stock, shipped];
export const assetChecks = [
  assetCheck("not_empty", { asset: stock, description: "Has a row" }, () => checkResult({ passed: true })),
  assetCheck("complete", { asset: stock }, () => checkResult({ passed: false, severity: "WARN", description: "one is missing" })),
  assetCheck("sound", { asset: stock, blocking: true }, () => checkResult({ passed: false })),
  assetCheck("breaking", { asset: stock }, () => {
    throw new Error("the check broke");
  }),
];
