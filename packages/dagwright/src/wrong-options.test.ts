import { expect, test } from "vitest";
import {
  asset,
  assetCheck,
  type AssetCheckSpec,
  type AssetSpec,
  checkResult,
  checkSpec,
  dailyPartitions,
  definitions,
  executeInProcess,
  graph,
  hourlyPartitions,
  InMemoryIOManager,
  job,
  materialize,
  materializeResult,
  multiAsset,
  observe,
  op,
  retryRequested,
  staticPartitions,
  successHook,
} from "./index.ts";

const raw = asset("raw", () => 1);
const one = op("one", () => 1);
const wrong = (value: unknown): never => value as never;

test.each<[string, () => unknown, RegExp]>([
  [
    "one asset for a list of them",
    () => asset("a", { deps: wrong(raw) }, () => 1),
    /^Asset "a": its `deps` must be a list, not a function \(at /,
  ],
  ["a key for a list of them", () => asset("a", { deps: wrong("raw") }, () => 1), /`deps` must be a list, not the string "raw"/],
  ["one check", () => asset("a", { checks: wrong(checkSpec("c")) }, () => 1), /`checks` must be a list, not an object/],
  ["one hook", () => asset("a", { hooks: wrong(successHook("h", () => {})) }, () => 1), /`hooks` must be a list/],
  ["one owner", () => asset("a", { owners: wrong("team:x") }, () => 1), /`owners` must be a list, not the string "team:x"/],
  ["one kind", () => asset("a", { kinds: wrong("duckdb") }, () => 1), /`kinds` must be a list/],
  [
    "a number for a version",
    () => asset("a", { codeVersion: wrong(1) }, () => 1),
    /`codeVersion` must be text, not the number 1/,
  ],
  [
    "an I/O manager for its name",
    () => asset("a", { ioManagerKey: wrong(new InMemoryIOManager()) }, () => 1),
    /`ioManagerKey` must be text, not an object/,
  ],
  ["text for a flag", () => checkSpec("c", { blocking: wrong("yes") }), /`blocking` must be true or false, not the string "yes"/],
  ["one asset for all", () => definitions({ assets: wrong(raw) }), /^definitions: its `assets` must be a list, not a function/],
  [
    "a check for the description of one",
    () => asset("a", { checks: [wrong(assetCheck("c", { asset: "a" }, () => true)) as AssetCheckSpec] }, () => 1),
    /entry 0 of its `checks` is none; make it with checkSpec\(name, \{…\}\)/,
  ],
  [
    "an asset for the description of one",
    () => multiAsset("m", { specs: [wrong(raw) as AssetSpec] }, () => {}),
    /^Multi-asset "m": entry 0 of its `specs` is none; make it with assetSpec\(key, \{…\}\)/,
  ],
  [
    "a class for a schema",
    () => asset("a", { out: wrong(Number) }, () => wrong(1)),
    /^Asset "a": its `out` has no schema; give a zod schema/,
  ],
  [
    "an object for a resource",
    () => op("o", { resources: { db: wrong({ query: () => 1 }) } }, () => 1),
    /^Op "o": its resource "db" is none; make it with resource\(…\)/,
  ],
  [
    "the name of an executor",
    () => job("j", { executor: wrong("multiprocess") }, () => {}),
    /^Job "j": its `executor` must be inProcessExecutor, asyncExecutor\(…\) or multiprocessExecutor\(…\)/,
  ],
  [
    "a made-up backfill policy",
    () => asset("a", { backfillPolicy: wrong({ kind: "multiRun" }) }, () => 1),
    /`backfillPolicy` must be made by singleRun\(\) or multiRun\(n\)/,
  ],
  [
    "metadata that is not there",
    () => materializeResult({ metadata: { rows: wrong(undefined) } }),
    /metadata "rows" is undefined; give data, or leave it out/,
  ],
  ["a check that did not say how it came out", () => checkResult(wrong({})), /^checkResult: it needs `passed`, true or false/],
  [
    "a severity of one's own",
    () => checkResult({ passed: true, severity: wrong("FATAL") }),
    /`severity` is "FATAL"; give "WARN" or "ERROR"/,
  ],
  [
    "a negative number of retries",
    () => retryRequested({ maxRetries: -1 }),
    /^retryRequested: its maxRetries is -1; give a whole number from 0/,
  ],
  [
    "a number for a time zone",
    () => hourlyPartitions({ startDate: "2026-01-01", timeZone: wrong(2) }),
    /^hourlyPartitions: its `timeZone` must be text/,
  ],
  [
    "assets that are not in a list",
    () => materialize(wrong(raw)),
    /^materialize takes a list of assets: materialize\(\[orders\]\)/,
  ],
  [
    "a key among assets",
    () => materialize([raw, wrong("raw2")]),
    /^materialize takes a list of assets, and entry 1 of this one is none/,
  ],
  ["one asset to observe", () => observe(wrong(raw)), /^observe takes a list of assets/],
  [
    "an asset for a job",
    () => executeInProcess(wrong(raw)),
    /^executeInProcess takes a job; assets are made by materialize\(\[…\]\)/,
  ],
  ["a graph for a job", () => executeInProcess(wrong(graph("g", () => void one()))), /a graph becomes one by `\.toJob\(\)`/],
  [
    "a number for a partition",
    () => materialize([asset("p", { partitions: staticPartitions(["1"]) }, () => 1)], { partitionKey: wrong(1) }),
    /^materialize: its `partitionKey` must be text, not the number 1/,
  ],
  [
    "the value of an asset that nobody knows",
    () => materialize([asset("reads", { ins: { raw } }, (ins) => ins.raw)], { assetValues: { rwa: 1 } }),
    /^`assetValues` has a value of "rwa", which this run has nothing to do with; did you mean "raw"\?/,
  ],
])("%s is refused with what to give instead", async (_, give, message) => {
  await expect(async () => give()).rejects.toThrow(message);
});

test("what is undefined counts as left out", () => {
  const options = { description: undefined, deps: undefined, codeVersion: undefined };
  expect(asset("a", wrong(options), () => 1).codeVersion).toBeNull();
  expect(dailyPartitions(wrong({ startDate: "2026-01-01", endDate: undefined })).snapshot.kind).toBe("timeWindow");
});
