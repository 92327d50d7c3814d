import { ask, change, type Step } from "../frame/step.ts";
import { key, launching, repository } from "./selectors.ts";
import { launch, look } from "./launches.ts";

const materialize = (name: string, assetSelection: readonly object[], more: object = {}): readonly Step[] => [
  launch(name, launching("__ASSET_JOB", { assetSelection, ...more })),
  ...look(name),
];
const all = ["generated_numbers", "filtered_even_numbers", "filtered_odd_numbers"].map((name) => key(name));

/** Assets and their checks: made, reported, wiped. */
export const assetSteps: readonly Step[] = [
  launch("the asset job", launching("process_numbers_asset")),
  ...look("the asset job"),
  ...materialize("some assets", all),
  ...materialize("the checked", [key("stock"), key("shipped")]),
  ...materialize("one check", [], { assetCheckSelection: [{ assetKey: key("stock"), name: "complete" }] }),
  ...materialize("without checks", [key("shipped")], { assetCheckSelection: [] }),
  ...materialize("a partition", [key("orders")], { given: { "dagster/partition": "2026-01-05" } }),
  ...materialize("a range of partitions", [key("targets")], {
    given: { "dagster/asset_partition_range_start": "de", "dagster/asset_partition_range_end": "fr" },
  }),
  ask("assetOrError", "one that was made", { assetKey: key("filtered_even_numbers") }, { depth: 3 }),
  ask("assetOrError", "one with checks", { assetKey: key("stock") }, { depth: 3 }),
  ask("assetNodeOrError", "one that was made", { assetKey: key("generated_numbers") }, { depth: 2 }),
  ask("assetNodeOrError", "one with checks that were run", { assetKey: key("stock") }, { depth: 2 }),
  ask("assetNodeOrError", "one with partitions of which one was made", { assetKey: key("orders") }, { depth: 2 }),
  ask("assetsOrError", "after runs", { limit: 3, cursor: '["filtered_even_numbers"]' }, { depth: 2 }),
  ask("assetRecordsOrError", "after runs", {}, { depth: 2 }),
  ask("assetRecordsOrError", "two", { limit: 2 }, { depth: 2 }),
  {
    title: "partitions of an asset, by partition",
    operation: `{
      assetNodeOrError(assetKey: { path: ["orders"] }) {
        ... on AssetNode { dataVersionByPartition staleStatusByPartition staleCausesByPartition { key { path } category } }
      }
    }`,
  },
  ask("assetsLatestInfo", "after runs", { assetKeys: [...all, key("stock"), key("orders")] }, { depth: 3 }),
  ask("assetCheckExecutions", "of a check that passed", { assetKey: key("stock"), checkName: "inside", limit: 10 }, { depth: 3 }),
  ask(
    "assetCheckExecutions",
    "of a check that failed",
    { assetKey: key("stock"), checkName: "complete", limit: 10 },
    { depth: 3 },
  ),
  ask(
    "assetCheckExecutions",
    "of a check that broke",
    { assetKey: key("stock"), checkName: "breaking", limit: 10 },
    { depth: 3 },
  ),

  change("reportRunlessAssetEvents", "a materialization", {
    eventParams: { eventType: "ASSET_MATERIALIZATION", assetKey: key("filtered_odd_numbers"), description: "by hand" },
  }),
  change("reportRunlessAssetEvents", "observations of partitions", {
    eventParams: { eventType: "ASSET_OBSERVATION", assetKey: key("orders"), partitionKeys: ["2026-01-04", "2026-01-06"] },
  }),
  change("reportRunlessAssetEvents", "an asset that there is not", {
    eventParams: { eventType: "ASSET_MATERIALIZATION", assetKey: key("nothing") },
  }),
  change("reportAssetCheckEvaluations", "one", {
    eventParams: {
      assetKey: key("stock"),
      checkName: "complete",
      passed: true,
      severity: "ERROR",
      serializedMetadata: '{"rows": 1}',
    },
  }),
  change("reportAssetCheckEvaluations", "a check that there is not", {
    eventParams: { assetKey: key("stock"), checkName: "nothing", passed: true },
  }),
  ask("assetOrError", "one that was reported", { assetKey: key("filtered_odd_numbers") }, { depth: 3 }),
  ask("assetOrError", "one whose partitions were observed", { assetKey: key("orders") }, { depth: 3 }),
  ask(
    "assetCheckExecutions",
    "of a check that was reported",
    { assetKey: key("stock"), checkName: "complete", limit: 1 },
    { depth: 3 },
  ),

  change("wipeAssets", "one", { assetPartitionRanges: [{ assetKey: key("filtered_odd_numbers") }] }),
  change("wipeAssets", "one that there is not", { assetPartitionRanges: [{ assetKey: key("nothing") }] }),
  change("wipeAssets", "a range of one that there is not", {
    assetPartitionRanges: [{ assetKey: key("nothing"), partitions: { range: { start: "2026-01-07", end: "2026-01-07" } } }],
  }),
  change(
    "wipeAssets",
    "a range",
    {
      assetPartitionRanges: [{ assetKey: key("orders"), partitions: { range: { start: "2026-01-07", end: "2026-01-07" } } }],
    },
    { tolerated: { wipeAssets: "Dagster cannot on its SQLite" } },
  ),
  ask("assetOrError", "one that was wiped", { assetKey: key("filtered_odd_numbers") }, { depth: 2 }),
  ask("assetOrError", "one of which a range was wiped", { assetKey: key("orders") }, { depth: 2 }),
  ask("repositoriesOrError", "after all", { repositorySelector: repository }, { depth: 1 }),
];
