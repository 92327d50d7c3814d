import {
  asset,
  assetCheck,
  assetDep,
  type AssetOptions,
  assetSpec,
  configured,
  dailyPartitions,
  defineAssetJob,
  type DefinitionsOptions,
  graph,
  graphAsset,
  hourlyPartitions,
  identityMapping,
  job,
  type JobOptions,
  multiAsset,
  multiMapping,
  multiPartitions,
  op,
  resource,
  schedule,
  sensor,
  staticPartitions,
  timeWindowMapping,
} from "dagwright";
import { z } from "zod";

/** Definitions by title, as in `dagster_loading.py`. */
export const cases: Readonly<Record<string, () => DefinitionsOptions>> = {
  "two ops in two jobs": () => ({ jobs: [jobOf("a", opOf("x")), jobOf("b", opOf("x"))] }),
  "two ops in one job, one of them in a graph": () => ({ jobs: [jobOf("a", opOf("x"), graphOf("g", opOf("x")))] }),
  "one op in two jobs": () => {
    const one = opOf("x");
    return { jobs: [jobOf("a", one), jobOf("b", one)] };
  },
  "one op under two names, with tags, hooks and retries": () => {
    const one = opOf("x");
    const retried = one.withRetryPolicy({ maxRetries: 1 });
    return { jobs: [jobOf("a", one, one.alias("y"), one.alias("z").tag({ a: "b" }), retried)] };
  },
  "an alias that is another op's name elsewhere": () => ({ jobs: [jobOf("a", opOf("x").alias("y")), jobOf("b", opOf("y"))] }),
  "an alias that is another op's name in the job": () => ({ jobs: [jobOf("a", opOf("x").alias("y"), opOf("y"))] }),
  "an op and an asset": () => ({ assets: [assetOf("x")], jobs: [jobOf("a", opOf("x"))] }),
  "an op in a graph and an asset": () => ({ assets: [assetOf("x")], jobs: [jobOf("a", graphOf("g", opOf("x")))] }),
  "an op and an asset check": () => ({
    assets: [assetOf("a")],
    assetChecks: [checkOf("fine", "a")],
    jobs: [jobOf("j", opOf("a_fine"))],
  }),
  "an asset and an asset check": () => ({ assets: [assetOf("a"), assetOf("a_fine")], assetChecks: [checkOf("fine", "a")] }),
  "assets whose keys are alike": () => ({ assets: [assetOf("b", { keyPrefix: "a" }), assetOf("a__b")] }),
  "two graphs in two jobs": () => ({ jobs: [jobOf("a", graphOf("g", opOf("x"))), jobOf("b", graphOf("g", opOf("y")))] }),
  "a graph and an op": () => ({ jobs: [jobOf("a", graphOf("x", opOf("y"))), jobOf("b", opOf("x"))] }),
  "a graph in a job of its name": () => ({ jobs: [jobOf("a", graphOf("a", opOf("x")))] }),
  "a graph in another job than that of its name": () => ({
    jobs: [jobOf("a", graphOf("b", opOf("x"))), jobOf("b", opOf("y"))],
  }),
  "two jobs of one graph": () => {
    const one = graphOf("g", opOf("x"));
    return { jobs: [one.toJob({ name: "a" }), one.toJob({ name: "b" })] };
  },
  "a job of a graph that is also part of another": () => {
    const one = graphOf("g", opOf("x"));
    return { jobs: [one.toJob(), jobOf("b", one)] };
  },
  "presets of an op under other names": () => ({
    jobs: [jobOf("a", configured(counting, { n: 1 }, { name: "y" }), configured(counting, { n: 2 }, { name: "z" }))],
  }),
  "presets of an op under its own name": () => ({
    jobs: [jobOf("a", configured(counting, { n: 1 }, { name: "x" })), jobOf("b", configured(counting, { n: 2 }, { name: "x" }))],
  }),
  "an op of a graph asset, and the same op in a job": () => {
    const one = opOf("x");
    return { assets: [graphAsset("made", {}, () => one())], jobs: [jobOf("a", one)] };
  },
  "an op of a graph asset and another asset": () => ({
    assets: [graphAsset("made", {}, () => opOf("x")()), assetOf("x")],
  }),
  "ops of two graph assets": () => ({
    assets: [graphAsset("first", {}, () => opOf("x")()), graphAsset("second", {}, () => opOf("x")())],
  }),
  "a multi-asset and an asset": () => ({
    assets: [multiAsset("m", { specs: [assetSpec("a")] }, () => {}), assetOf("m")],
  }),
  "an op in a job of its name": () => ({ jobs: [jobOf("x", opOf("x"))] }),
  "an asset and a job": () => ({ assets: [assetOf("x")], jobs: [jobOf("x", opOf("y"))] }),
  "an asset job and its asset": () => ({ assets: [assetOf("x")], jobs: [defineAssetJob("x", { selection: "x" })] }),
  "a name that Python keeps for itself": () => ({ jobs: [jobOf("a", opOf("class"))] }),

  "two jobs": () => ({ jobs: [jobOf("a", opOf("x")), jobOf("a", opOf("y"))] }),
  "a job and an asset job": () => ({ assets: [assetOf("z")], jobs: [jobOf("a", opOf("x")), defineAssetJob("a")] }),
  "a schedule and a sensor": () => {
    const one = jobOf("a", opOf("x"));
    return {
      jobs: [one],
      schedules: [schedule("s", { job: one, cron: "0 0 * * *" })],
      sensors: [sensor("s", { job: one }, () => {})],
    };
  },
  "a schedule and its job": () => {
    const one = jobOf("a", opOf("x"));
    return { jobs: [one], schedules: [schedule("a", { job: one, cron: "0 0 * * *" })] };
  },
  "two assets of one key": () => ({ assets: [assetOf("a"), assetOf("a")] }),
  "two checks of one name on one asset": () => ({
    assets: [assetOf("a")],
    assetChecks: [checkOf("fine", "a"), checkOf("fine", "a")],
  }),
  "checks of one name on two assets": () => ({
    assets: [assetOf("a"), assetOf("b")],
    assetChecks: [checkOf("fine", "a"), checkOf("fine", "b")],
  }),
  "a name with a hyphen": () => ({ jobs: [jobOf("a-b", opOf("x"))] }),
  "a group with a space": () => ({ assets: [assetOf("a", { group: "my group" })] }),
  "an owner that is neither address nor team": () => ({ assets: [assetOf("a", { owners: ["bob"] })] }),
  "an asset tag with a space": () => ({ assets: [assetOf("a", { tags: { "a b": "c" } })] }),

  "assets in a circle": () => ({ assets: [assetOf("a", { deps: ["b"] }), assetOf("b", { deps: ["a"] })] }),
  "an asset that follows itself": () => ({ assets: [assetOf("a", { deps: ["a"] })] }),
  "a partition that follows itself": () => ({ assets: [assetOf("a", { partitions: daily, deps: ["a"] })] }),
  "a partition that follows the one before": () => ({
    assets: [assetOf("a", { partitions: daily, deps: [assetDep("a", { partitionMapping: earlier })] })],
  }),
  "a partition that follows itself and the one before": () => ({
    assets: [
      assetOf("a", { partitions: daily, deps: [assetDep("a", { partitionMapping: timeWindowMapping({ startOffset: -1 }) })] }),
    ],
  }),
  "a partition of two dimensions that follows the day before": () => ({
    assets: [
      assetOf("a", {
        partitions: multiPartitions({ date: daily, region: staticPartitions(["eu", "us"]) }),
        deps: [
          assetDep("a", {
            partitionMapping: multiMapping({
              date: { upstreamDimension: "date", mapping: earlier },
              region: { upstreamDimension: "region", mapping: identityMapping() },
            }),
          }),
        ],
      }),
    ],
  }),
  "a dependency that nobody has": () => ({ assets: [assetOf("a", { deps: ["b"] })] }),
  "a selected key that nobody has": () => ({ assets: [assetOf("a")], jobs: [defineAssetJob("j", { selection: "b" })] }),
  "a selection of nothing": () => ({ assets: [assetOf("a")], jobs: [defineAssetJob("j", { selection: "group:nobody" })] }),
  "a selection that cannot be read": () => ({ assets: [assetOf("a")], jobs: [defineAssetJob("j", { selection: "key:(a" })] }),
  "a check of an asset that nobody has": () => ({ assetChecks: [checkOf("fine", "a")] }),
  "an op whose resource nobody has": () => ({
    jobs: [
      jobOf(
        "a",
        op("x", { resources: { db: resource("db", () => 1) } }, () => 1),
      ),
    ],
  }),
  "an asset whose I/O manager nobody has": () => ({ assets: [assetOf("a", { ioManagerKey: "lake" })] }),
  "a schedule of a job that nobody has": () => ({ schedules: [schedule("s", { job: "a", cron: "0 0 * * *" })] }),
  "a sensor of a job that nobody has": () => ({ sensors: [sensor("s", { job: "a" }, () => {})] }),
  "an asset job of assets with different partitions": () => ({
    assets: [assetOf("a", { partitions: daily }), assetOf("b", { partitions: hourlyPartitions({ startDate: "2026-01-01" }) })],
    jobs: [defineAssetJob("j", { selection: "*" })],
  }),

  "a cron string with a minute that there is not": () => ({
    jobs: [jobOf("a", opOf("x"))],
    schedules: [schedule("s", { job: "a", cron: "61 * * * *" })],
  }),
  "a cron string of words": () => ({
    jobs: [jobOf("a", opOf("x"))],
    schedules: [schedule("s", { job: "a", cron: "every day" })],
  }),
  "a time zone that there is not": () => ({
    jobs: [jobOf("a", opOf("x"))],
    schedules: [schedule("s", { job: "a", cron: "0 0 * * *", timeZone: "Europe/Pariss" })],
  }),
  "a job's config that fits": () => ({ jobs: [jobWith({ ops: { x: { config: { n: 1 } } } }, counting)] }),
  "a job's config of a wrong type": () => ({ jobs: [jobWith({ ops: { x: { config: { n: "one" } } } }, counting)] }),
  "a job's config that leaves something out": () => ({
    jobs: [
      jobWith(
        { ops: { x: { config: { n: 1 } } } },
        op("x", { config: z.object({ n: z.int(), m: z.int() }) }, () => 1),
      ),
    ],
  }),
  "a job's config with a field too many": () => ({ jobs: [jobWith({ ops: { x: { config: { n: 1 } }, y: {} } }, counting)] }),
  "a job's config with a reference to the environment": () => ({
    jobs: [jobWith({ ops: { x: { config: { n: { env: "NOT_SET" } } } } }, counting)],
  }),
  "an asset job's config of a wrong type": () => ({
    assets: [assetOf("x", { config: z.object({ n: z.int() }) })],
    jobs: [defineAssetJob("a", { config: { ops: { x: { config: { n: "one" } } } } })],
  }),
};

/** What is refused on one side alone, and why. */
export const differences: Readonly<Record<string, string>> = {
  "an alias that is another op's name in the job": "a use whose name is taken becomes y_2, as the second use of one op does",
  "an op in a job of its name": "a job's graph is found among graphs alone, so an op may have its name",
  "an asset and a job": "the same: what makes an asset is an op",
  "an asset job and its asset": "the same",
  "a name that Python keeps for itself": "nothing is written in Python here",
  "a dependency that nobody has":
    "an asset of another code location is named with externalAsset(), so that a slip in a key is told",
  "a check of an asset that nobody has": "the same",
  "a selection of nothing": "a job that can do nothing is a slip in its selection",
  "a job's config with a reference to the environment": "any text, number or boolean may be one",
  "an asset job's config of a wrong type": "config is looked at for every job, in Dagster for those of ops alone",
};

const daily = dailyPartitions({ startDate: "2026-01-01" });
const earlier = timeWindowMapping({ startOffset: -1, endOffset: -1 });
const counting = op("x", { config: z.object({ n: z.int() }) }, () => 1);

const opOf = (name: string) => op(name, () => 1);
const assetOf = (
  name: string,
  options: Pick<AssetOptions, "keyPrefix" | "partitions" | "deps" | "group" | "owners" | "tags" | "ioManagerKey" | "config"> = {},
) => asset(name, options, () => 1);
const checkOf = (name: string, on: string) => assetCheck(name, { asset: on }, () => true);
const graphOf = (name: string, ...nodes: readonly (() => unknown)[]) =>
  graph(name, () => {
    for (const node of nodes) node();
  });
const jobOf = (name: string, ...nodes: readonly (() => unknown)[]) =>
  job(name, () => {
    for (const node of nodes) node();
  });
const jobWith = (config: NonNullable<JobOptions["config"]>, node: () => unknown) =>
  job("a", { config }, () => {
    node();
  });
