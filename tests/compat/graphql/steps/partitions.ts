import { ask, change, type Step } from "../frame/step.ts";
import { job, key, launching, nowhere, repository, tags } from "./selectors.ts";
import { launch, look } from "./launches.ts";

const customers = { repositorySelector: repository, partitionsDefName: "customers" };
const nightly = { partitionSetName: "nightly_partition_set", repositorySelector: repository };
const hasEnded = ({ partitionBackfillOrError: { status } }: { partitionBackfillOrError: { status: string } }): boolean =>
  ["COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "CANCELED", "FAILED"].includes(status);

const backfill = (name: string, backfillParams: object): readonly Step[] => [
  change(
    "launchPartitionBackfill",
    name,
    { backfillParams },
    { depth: 1, remember: { [name]: "launchPartitionBackfill.backfillId" } },
  ),
  ask("partitionBackfillOrError", `${name}, at its end`, (known) => ({ backfillId: known(name) }), {
    depth: 3,
    until: { daemon: "backfills", is: hasEnded },
  }),
];

const mayHaveEnded = "all of its runs had begun before it was canceled, and so it may have ended as soon as it went on";

/** How many of its runs had begun by then is chance. */
const canceled = (name: string, title: string): Step => ({
  title: `partitionBackfillOrError: ${name}, ${title}`,
  operation: `query ($backfillId: String!) {
    partitionBackfillOrError(backfillId: $backfillId) {
      __typename
      ... on PartitionBackfill { id status isValidSerialization numPartitions partitionNames hasCancelPermission hasResumePermission numCancelable }
    }
  }`,
  variables: (known) => ({ backfillId: known(name) }),
  until: { daemon: "backfills", is: hasEnded },
});

const unknownPartitions = "says that there are none of that name, rather than that they may not be changed";

/** Partitions, and backfills of them. */
export const partitionSteps: readonly Step[] = [
  change("addDynamicPartition", "a new one", { ...customers, partitionKey: "acme" }),
  change("addDynamicPartition", "it again", { ...customers, partitionKey: "acme" }),
  change(
    "addDynamicPartition",
    "to a name that nothing has",
    { ...customers, partitionsDefName: "nothing", partitionKey: "acme" },
    { tolerated: { "": unknownPartitions } },
  ),
  change(
    "addDynamicPartition",
    "in no repository",
    { ...customers, repositorySelector: nowhere, partitionKey: "acme" },
    { tolerated: { "": unknownPartitions } },
  ),
  change("addDynamicPartition", "a second one", { ...customers, partitionKey: "globex" }),
  change("deleteDynamicPartitions", "one", { ...customers, partitionKeys: ["globex"] }),
  change("deleteDynamicPartitions", "one that is not there", { ...customers, partitionKeys: ["nobody"] }),
  change(
    "deleteDynamicPartitions",
    "of a name that nothing has",
    { ...customers, partitionsDefName: "nothing", partitionKeys: ["acme"] },
    { tolerated: { "": unknownPartitions } },
  ),
  ask("assetNodeOrError", "of dynamic partitions", { assetKey: key("invoices") }, { depth: 2 }),

  launch(
    "a night",
    launching("nightly", {
      given: { "dagster/partition": "2026-01-05" },
      runConfig: { ops: { load: { config: { day: "2026-01-05" } } } },
    }),
  ),
  ...look("a night"),
  ...backfill("the nights", { selector: nightly, partitionNames: ["2026-01-04", "2026-01-06"], tags: tags({ team: "a" }) }),
  ...backfill("nights of which one fails", {
    selector: nightly,
    partitionNames: ["2026-01-04", "2026-01-07"],
    tags: tags({ fail: "2026-01-07" }),
    title: "Nights",
    description: "Some nights",
  }),
  ...backfill("the sales", { assetSelection: [key("orders"), key("revenue")], partitionNames: ["2026-01-04", "2026-01-05"] }),
  {
    title: "partitions of an asset that the sales are for",
    operation: `query ($backfillId: String!, $assetKey: AssetKeyInput!) {
      partitionBackfillOrError(backfillId: $backfillId) {
        ... on PartitionBackfill { partitionsTargetedForAssetKey(assetKey: $assetKey) { partitionKeys ranges { start end } } }
      }
    }`,
    variables: (known) => ({ backfillId: known("the sales"), assetKey: key("orders") }),
  },
  ...backfill("the sales of which one fails", {
    assetSelection: [key("orders"), key("revenue")],
    partitionNames: ["2026-01-06", "2026-01-07"],
    tags: tags({ fail: "2026-01-07" }),
  }),
  ...backfill("all targets", { assetSelection: [key("targets")], allPartitions: true }),
  ...backfill("assets without partitions", { assetSelection: [key("generated_numbers")], allPartitions: true }),
  ...backfill("some partitions of some assets", {
    partitionsByAssets: [{ assetKey: key("cells"), partitions: { ranges: [{ start: "2026-01-04|de", end: "2026-01-05|de" }] } }],
  }),
  change("launchPartitionBackfill", "a partition that there is not", {
    backfillParams: { selector: nightly, partitionNames: ["2020-01-01"] },
  }),
  change("launchPartitionBackfill", "an asset that there is not", {
    backfillParams: { assetSelection: [key("nothing")], partitionNames: ["a"] },
  }),
  change("launchPartitionBackfill", "a set that there is not", {
    backfillParams: { selector: { ...nightly, partitionSetName: "nothing" }, partitionNames: ["a"] },
  }),
  change("launchPartitionBackfill", "a set of no repository", {
    backfillParams: { selector: { ...nightly, repositorySelector: nowhere }, partitionNames: ["2026-01-04"] },
  }),
  change("launchPartitionBackfill", "a step that there is not", {
    backfillParams: {
      selector: nightly,
      partitionNames: ["2026-01-04"],
      reexecutionSteps: ["nothing"],
      forceSynchronousSubmission: true,
    },
  }),
  change("launchPartitionBackfill", "nothing", { backfillParams: {} }),
  change(
    "reexecutePartitionBackfill",
    "from the failure",
    (known) => ({ reexecutionParams: { parentRunId: known("the sales of which one fails"), strategy: "FROM_FAILURE" } }),
    {
      depth: 1,
      remember: { "the sales again": "reexecutePartitionBackfill.backfillId" },
    },
  ),
  ask("partitionBackfillOrError", "the sales again, at its end", (known) => ({ backfillId: known("the sales again") }), {
    depth: 2,
    until: { daemon: "backfills", is: hasEnded },
  }),
  change("reexecutePartitionBackfill", "one that there is not", {
    reexecutionParams: { parentRunId: "nothing", strategy: "ALL_STEPS" },
  }),
  change("cancelPartitionBackfill", "one that there is not", { backfillId: "nothing" }),
  change("resumePartitionBackfill", "one that there is not", { backfillId: "nothing" }),
  ask("partitionBackfillOrError", "one that there is not", { backfillId: "nothing" }),
  ask("partitionBackfillsOrError", "all", {}, { depth: 2 }),
  ask("partitionBackfillsOrError", "a page", (known) => ({ cursor: known("the sales"), limit: 1 }), { depth: 1 }),
  ask("partitionBackfillsOrError", "by status", { filters: { statuses: ["COMPLETED_FAILED"] } }, { depth: 1 }),
  ask(
    "assetBackfillPreview",
    "of two assets",
    { params: { assetSelection: [key("orders"), key("sales_total")], partitionNames: ["2026-01-04"] } },
    { depth: 3 },
  ),
  ask("partitionSetOrError", "one whose partitions were run", nightly, { depth: 3 }),
  ask(
    "partitionSetOrError",
    "one of assets whose partitions were made",
    { ...nightly, partitionSetName: "sales_job_partition_set" },
    { depth: 2 },
  ),
  ask("pipelineOrError", "one whose partitions were run", { params: job("nightly") }, { depth: 2 }),
  ...["orders", "revenue", "targets", "cells", "invoices"].map((name) =>
    ask("assetNodeOrError", `${name}, after backfills`, { assetKey: key(name) }, { depth: 2 }),
  ),
  ask(
    "runsOrError",
    "of a backfill",
    (known) => ({ filter: { tags: [{ key: "dagster/backfill", value: known("the nights") }] } }),
    { depth: 2 },
  ),
  ask("runsFeedOrError", "after backfills", { limit: 4, view: "ROOTS" }, { depth: 2 }),
  ask("runsFeedOrError", "backfills", { limit: 3, view: "BACKFILLS" }, { depth: 2 }),
  ask("runsFeedCountOrError", "after backfills", { view: "ROOTS" }),

  change(
    "launchPartitionBackfill",
    "nights that wait",
    {
      backfillParams: {
        selector: nightly,
        partitionNames: ["2026-01-04", "2026-01-05"],
        tags: tags({ wait: "yes", "compat/process": "yes" }),
      },
    },
    { depth: 1, remember: { "the nights that wait": "launchPartitionBackfill.backfillId" } },
  ),
  change("reexecutePartitionBackfill", "one at work", (known) => ({
    reexecutionParams: { parentRunId: known("the nights that wait"), strategy: "ALL_STEPS" },
  })),
  change("cancelPartitionBackfill", "one at work", (known) => ({ backfillId: known("the nights that wait") })),
  canceled("the nights that wait", "canceled"),
  change("resumePartitionBackfill", "one that was canceled", (known) => ({ backfillId: known("the nights that wait") })),
  change("cancelPartitionBackfill", "one that was resumed", (known) => ({ backfillId: known("the nights that wait") }), {
    tolerated: { "": mayHaveEnded },
  }),
  { ...canceled("the nights that wait", "canceled again"), tolerated: { "": mayHaveEnded } },
  change(
    "reexecutePartitionBackfill",
    "all of a job's",
    (known) => ({ reexecutionParams: { parentRunId: known("nights of which one fails"), strategy: "ALL_STEPS" } }),
    { depth: 1, remember: { "the nights again": "reexecutePartitionBackfill.backfillId" } },
  ),
  ask("partitionBackfillOrError", "the nights again, at their end", (known) => ({ backfillId: known("the nights again") }), {
    depth: 2,
    until: { daemon: "backfills", is: hasEnded },
  }),
];
