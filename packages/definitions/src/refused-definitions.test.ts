import { dailyPartitions, timeWindowMapping } from "@dagwright/partitions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  assetCheck,
  AssetSelection,
  buildRepository,
  defineAssetJob,
  definitions,
  type DefinitionsOptions,
  externalAsset,
  graph,
  job,
  op,
  resource,
  schedule,
  selfIn,
  sensor,
} from "./index.ts";

const load = (options: DefinitionsOptions) => buildRepository(definitions(options), { file: "shop/definitions.ts" });
const one = asset("one", () => 1);
const two = asset("two", { ins: { one }, group: "g" }, ({ one: n }) => n + 1);
const noop = job("noop", () => {
  op("nothing", () => null)();
});
const here = String.raw`refused-definitions\.test\.ts:\d+`;

/** What loading these definitions is refused with. */
const refusal = (options: DefinitionsOptions): Error & { readonly kind?: string; readonly problems?: readonly Error[] } => {
  try {
    load(options);
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
};

describe("loading refuses, naming object and file:", () => {
  test.each<[string, DefinitionsOptions, string, RegExp]>([
    [
      "two jobs of one name",
      { jobs: [noop, job("noop", () => {})] },
      "DuplicateNameError",
      new RegExp(`^Two jobs are named "noop": one at \\S+${here}, one at \\S+${here}\\. Rename one of them`),
    ],
    [
      "a job and an asset job of one name",
      { assets: [one], jobs: [noop, defineAssetJob("noop")] },
      "DuplicateNameError",
      /^Two jobs are named "noop"/,
    ],
    ["two assets of one key", { assets: [one, asset("one", () => 2)] }, "DuplicateNameError", /^Two assets are named "one"/],
    [
      "two resources of one name",
      { resources: [resource("r", () => 1), resource("r", () => 2)] },
      "DuplicateNameError",
      /^Two resources are named "r"/,
    ],
    [
      "a schedule and a sensor of one name",
      {
        jobs: [noop],
        schedules: [schedule("s", { job: noop, cron: "* * * * *" })],
        sensors: [sensor("s", { job: noop }, () => null)],
      },
      "DuplicateNameError",
      /^Two schedules or sensors are named "s"/,
    ],
    [
      "two ops of one name in different jobs",
      {
        jobs: [
          job("a", () => {
            op("x", () => 1)();
          }),
          job("b", () => {
            op("x", () => 2)();
          }),
        ],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "x"/,
    ],
    [
      "two ops of one name in one job, one in a graph",
      {
        jobs: [
          job("a", () => {
            op("x", () => 1)();
            graph("g", () => {
              op("x", () => 2)();
            })();
          }),
        ],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "x"/,
    ],
    [
      "a graph named as its job",
      {
        jobs: [
          job("a", () => {
            graph("a", () => {
              op("x", () => 2)();
            })();
          }),
        ],
      },
      "DuplicateNameError",
      /named "a"/,
    ],
    [
      "two assets whose ops would have one name",
      { assets: [asset("a/b", () => 1), asset("a__b", () => 1)] },
      "DuplicateNameError",
      /^Two ops or graphs are named "a__b": one at \S+, one at \S+ \(the op of an asset is named after its key, with "__" for "\/"/,
    ],
    [
      "an op that has the name of an asset's",
      { assets: [one], jobs: [job("j", () => void op("one", () => 1)())] },
      "DuplicateNameError",
      /^Two ops or graphs are named "one"/,
    ],
    [
      "an op that has the name of a check's",
      {
        assets: [one],
        assetChecks: [assetCheck("fine", { asset: one }, () => true)],
        jobs: [job("j", () => void op("one_fine", () => 1)())],
      },
      "DuplicateNameError",
      /^Two ops or graphs are named "one_fine"/,
    ],
    [
      "an asset whose op has the name of a check's",
      { assets: [one, asset("one_fine", () => 1)], assetChecks: [assetCheck("fine", { asset: one }, () => true)] },
      "DuplicateNameError",
      /^Two ops or graphs are named "one_fine"/,
    ],
    [
      "a graph named as another job",
      {
        jobs: [
          job("a", () => {
            graph("b", () => {
              op("x", () => 2)();
            })();
          }),
          job("b", () => {}),
        ],
      },
      "DuplicateNameError",
      /^Two jobs or graphs are named "b"/,
    ],
    [
      "assets in a circle",
      {
        assets: [
          asset("a", { deps: ["c"] }, () => 1),
          asset("b", { deps: ["a"] }, () => 1),
          asset("c", { deps: ["b"] }, () => 1),
        ],
      },
      "AssetCycleError",
      new RegExp(
        `^These assets need one another in a circle: a → c → b → a\\. Remove one of these inputs or deps \\(at \\S+${here}\\)$`,
      ),
    ],
    [
      "an asset that needs itself",
      { assets: [asset("a", { deps: ["a"] }, () => 1)] },
      "AssetSelfReadError",
      new RegExp(`^Asset "a" needs itself, so it could never be made\\. Only partitions of time .* \\(at \\S+${here}\\)$`),
    ],
    [
      "an asset whose partitions need themselves",
      { assets: [asset("a", { partitions: dailyPartitions({ startDate: "2026-01-01" }), deps: ["a"] }, () => 1)] },
      "AssetSelfReadError",
      /^Asset "a" needs itself/,
    ],
    [
      "an asset whose partitions need themselves and earlier ones",
      {
        assets: [
          asset(
            "a",
            {
              partitions: dailyPartitions({ startDate: "2026-01-01" }),
              ins: { a: selfIn(z.number(), { partitionMapping: timeWindowMapping({ startOffset: -1 }) }) },
            },
            () => 1,
          ),
        ],
      },
      "AssetSelfReadError",
      /negative `startOffset` and a negative `endOffset`/,
    ],
    [
      "an input that is not in definitions",
      { assets: [two] },
      "UnknownAssetError",
      new RegExp(
        `^Asset "two" reads, as "one", the asset "one", which is not in \`definitions\\(\\{assets\\}\\)\`\\. Add it there, or name another code location's asset with externalAsset\\("one", schema\\) \\(at \\S+${here}\\)$`,
      ),
    ],
    [
      "a dependency by key that nobody has",
      { assets: [one, asset("b", { deps: ["onee"] }, () => 1)] },
      "UnknownAssetError",
      /^Asset "b" depends on the asset "onee".*did you mean "one"\?/,
    ],
    [
      "an external asset that is made here",
      { assets: [one, asset("b", { ins: { one: externalAsset("one", z.number()) } }, () => 1)] },
      "DuplicateNameError",
      /^Two assets are named "one"/,
    ],
    [
      "a selection that selects nothing",
      { assets: [one], jobs: [defineAssetJob("j", { selection: AssetSelection.groups("gone").and(AssetSelection.all()) })] },
      "EmptySelectionError",
      new RegExp(`^Asset job "j": its selection group:gone and \\* selects no asset of this code location \\(at \\S+${here}\\)$`),
    ],
    [
      "a selected key that nobody has",
      { assets: [one], jobs: [defineAssetJob("j", { selection: AssetSelection.keys("ome") })] },
      "UnknownSelectionKeyError",
      /^Asset job "j" selects the asset "ome", which is not in `definitions`; did you mean "one"\?/,
    ],
    [
      "a schedule of an unknown job",
      { schedules: [schedule("s", { job: noop, cron: "* * * * *" })] },
      "UnknownJobError",
      new RegExp(`^Schedule "s" starts the job "noop", which is not in \`definitions\\(\\{jobs\\}\\)\` \\(at \\S+${here}\\)$`),
    ],
    [
      "a sensor of an unknown job",
      { jobs: [noop], sensors: [sensor("s", { job: "noob" }, () => null)] },
      "UnknownJobError",
      /^Sensor "s" starts the job "noob".*did you mean "noop"\?/,
    ],
    [
      "an op whose resource is not bound",
      {
        jobs: [
          job("j", () => {
            op("x", { resources: { db: resource("db", () => 1) } }, () => 1)();
          }),
        ],
      },
      "UnknownResourceError",
      /^Op "x" needs the resource "db", which is neither in `definitions\(\{resources\}\)` nor in its job's `resources`/,
    ],
    [
      "an I/O manager that is not bound",
      { assets: [asset("a", { ioManagerKey: "lake" }, () => 1)] },
      "UnknownResourceError",
      /^Asset "a" needs the resource "lake"/,
    ],
    [
      "a config schema that run config cannot express",
      {
        jobs: [
          job("j", () => {
            op("x", { config: z.object({ from: z.date() }) }, () => 1)();
          }),
        ],
      },
      "UnsupportedConfigSchemaError",
      /^Op "x": its config schema at from is of the kind "date", which run config \(YAML or JSON\) cannot express\. Take a string/,
    ],
    [
      "config of a job that its runs could not use",
      {
        jobs: [
          job("j", { config: { ops: { configured: { config: { n: "one" } } } } }, () => {
            op("configured", { config: z.object({ n: z.int(), mode: z.string() }) }, () => 1)();
          }),
        ],
      },
      "InvalidOptionError",
      /^Job "j": its `config` does not fit it: ops\.configured\.config\.n: expected a whole number, got 'one'; ops\.configured\.config\.mode: is missing; it needs text \(at \S+:\d+\)$/,
    ],
    [
      "an undefined entry",
      { jobs: [noop, undefined as never] },
      "CircularImportError",
      /^Entry 1 of `jobs` in definitions is undefined\. Most likely two modules import one another/,
    ],
    [
      "an entry of another kind",
      { jobs: [one as never] },
      "InvalidOptionError",
      /^definitions: entry 0 of `jobs` is of the kind asset/,
    ],
    [
      "an entry that is no definition",
      { assets: [3 as never] },
      "InvalidOptionError",
      /^definitions: entry 0 of `assets` is no definition but number/,
    ],
  ])("%s", (_, options, kind, message) => {
    const error = refusal(options);
    expect(error.message).toMatch(message);
    expect(error.kind).toBe(kind);
  });

  test("several problems at once, each named", () => {
    const error = refusal({
      assets: [two],
      jobs: [noop, job("noop", () => {})],
      schedules: [schedule("s", { job: "none", cron: "* * * * *" })],
    });
    expect(error.kind).toBe("InvalidDefinitionsError");
    expect(error.problems?.map(({ name }) => name)).toEqual(["DuplicateNameError", "UnknownAssetError", "UnknownJobError"]);
    expect(error.message).toMatch(/^3 problems in the definitions of shop\/definitions\.ts:\n {2}DuplicateNameError: Two jobs/);
  });
});
