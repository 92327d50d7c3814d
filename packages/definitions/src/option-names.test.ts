import { expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  assetCheck,
  defineAssetJob,
  definitions,
  graph,
  graphAsset,
  job,
  multiAsset,
  op,
  resource,
  schedule,
  sensor,
} from "./index.ts";

const one = asset("one", () => 1);
const noop = job("noop", () => {
  op("nothing", () => null)();
});

test.each<[string, () => unknown, RegExp]>([
  [
    "asset",
    () => asset("a", { dep: ["b"] } as never, () => 1),
    /^Asset "a": there is no option `dep`; did you mean `deps`\? \(at /,
  ],
  [
    "op",
    () => op("o", { cofnig: z.string() } as never, () => 1),
    /^Op "o": there is no option `cofnig`; did you mean `config`\?/,
  ],
  ["job", () => job("j", { runConfig: {} } as never, () => {}), /^Job "j": there is no option `runConfig`/],
  ["asset job", () => defineAssetJob("j", { select: "*" } as never), /^Asset job "j": there is no option `select`/],
  ["graph", () => graph("g", { in: {} } as never, () => {}), /^Graph "g": there is no option `in`; did you mean `ins`\?/],
  [
    "job of a graph",
    () => graph("g", () => {}).toJob({ names: "j" } as never),
    /there is no option `names`; did you mean `name`\?/,
  ],
  [
    "resource",
    () => resource("r", { lifetim: "run" } as never, () => 1),
    /^Resource "r": there is no option `lifetim`; did you mean `lifetime`\?/,
  ],
  [
    "schedule",
    () => schedule("s", { job: noop, cron: "@daily", timezone: "UTC" } as never),
    /^Schedule "s": there is no option `timezone`; did you mean `timeZone`\?/,
  ],
  ["sensor", () => sensor("s", { job: noop, interval: 3 } as never, () => null), /^Sensor "s": there is no option `interval`/],
  [
    "definitions",
    () => definitions({ asset: [one] } as never),
    /^definitions: there is no option `asset`; did you mean `assets`\?/,
  ],
  [
    "asset check",
    () => assetCheck("c", { asset: one, block: true } as never, () => true),
    /^Asset check "c": there is no option `block`/,
  ],
  [
    "multi-asset",
    () => multiAsset("m", { spec: [] } as never, () => {}),
    /^Multi-asset "m": there is no option `spec`; did you mean `specs`\?/,
  ],
  [
    "graph asset",
    () => graphAsset("g", { ioManagerKey: "x" } as never, () => noop as never),
    /^Asset "g": there is no option `ioManagerKey`/,
  ],
  ["options that are none", () => op("o", 3 as never, () => 1), /^Op "o": its options must be an object, not number/],
])("an option with a slip in its name is refused, with the nearest one: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
