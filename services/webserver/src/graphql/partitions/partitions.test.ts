import { asset, assetIn, defineAssetJob, definitions, job, op, partitionedConfig, singleRun } from "@dagwright/definitions";
import type { AssetEvent } from "@dagwright/model";
import { dailyPartitions, dynamicPartitions, multiPartitions, staticPartitions, timeWindowMapping } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { z } from "zod";

import { serveNumbers } from "../../testing/served-numbers.ts";

const daily = dailyPartitions({ startDate: "2026-01-01", endDate: "2026-01-06" });
const regions = staticPartitions(["eu", "us"]);
const orders = asset("orders", { partitions: daily, backfillPolicy: singleRun() }, () => 1);
const previous = timeWindowMapping({ startOffset: -1, endOffset: -1 });
const change = asset(
  "change",
  { partitions: daily, ins: { orders: assetIn(orders, { partitionMapping: previous, byPartition: false }) } },
  () => 1,
);
const region = asset("region", { partitions: regions }, () => 1);
const cube = asset("cube", { partitions: multiPartitions({ date: daily, region: regions }) }, () => 1);
const customer = asset("customer", { partitions: dynamicPartitions("customers") }, () => 1);
const plain = asset("plain", () => 1);
const load = op("load", { config: z.object({ day: z.string() }) }, () => {});
const nightly = job(
  "nightly",
  {
    config: partitionedConfig(daily, (day) => ({ ops: { load: { config: { day } } } }), { tags: (day) => ({ day }) }),
  },
  () => {
    load();
  },
);
const dailyJob = defineAssetJob("daily_job", { selection: [orders, change] });
const project = definitions({ assets: [orders, change, region, cube, customer, plain], jobs: [nightly, dailyJob] });

const repositorySelector = { repositoryName: "__repository__", repositoryLocationName: "numbers" };

const made = (key: string, partition: string): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: Date.parse("2026-02-01"),
  message: "made",
  stepKey: null,
  assetKey: [key],
  partition,
  description: null,
  metadata: {},
  tags: {},
});

const launch = `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId tags { key value } runConfigYaml } } ... on PythonError { message }
} }`;
const paramsOf = (jobName: string, assets: readonly string[], tags: Readonly<Record<string, string>>) => ({
  params: {
    selector: { ...repositorySelector, jobName, assetSelection: assets.map((path) => ({ path: [path] })) },
    executionMetadata: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  },
});

test("an asset's node tells its partitions, their keys a page at a time, and how they are read", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(`{
    orders: assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode {
      isPartitioned backfillPolicy { policyType maxPartitionsPerRun }
      partitionDefinition { type description fmt name dimensionTypes { name type isPrimaryDimension } } partitionKeys
      first: partitionKeyConnection(limit: 2, ascending: true) { results cursor hasMore }
      last: partitionKeyConnection(limit: 2, ascending: false) { results hasMore }
      partitionKeysByDimension(startIdx: 1, endIdx: 3) { name type partitionKeys }
      dependedBy { asset { id } partitionMapping { className } }
    } }
    cube: assetNodeOrError(assetKey: {path: ["cube"]}) { ... on AssetNode {
      partitionDefinition { type dimensionTypes { name type isPrimaryDimension } } partitionKeysByDimension { name partitionKeys }
    } }
    plain: assetNodeOrError(assetKey: {path: ["plain"]}) { ... on AssetNode {
      isPartitioned partitionDefinition { type } partitionStats { numPartitions } partitionKeys assetPartitionStatuses { __typename }
    } }
  }`);
  expect(data.orders).toMatchObject({
    isPartitioned: true,
    backfillPolicy: { policyType: "SINGLE_RUN", maxPartitionsPerRun: null },
    partitionDefinition: {
      type: "TIME_WINDOW",
      description: "Daily, starting 2026-01-01 UTC, until 2026-01-06.",
      fmt: "%Y-%m-%d",
      dimensionTypes: [{ name: "default", type: "TIME_WINDOW", isPrimaryDimension: true }],
    },
    partitionKeys: ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"],
    first: { results: ["2026-01-01", "2026-01-02"], hasMore: true },
    last: { results: ["2026-01-05", "2026-01-04"], hasMore: true },
    partitionKeysByDimension: [{ name: "default", type: "TIME_WINDOW", partitionKeys: ["2026-01-02", "2026-01-03"] }],
    dependedBy: [{ partitionMapping: { className: "TimeWindowPartitionMapping" } }],
  });
  const next = await served.graphql(
    `query ($cursor: String) { assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode {
      partitionKeyConnection(limit: 9, ascending: true, cursor: $cursor) { results hasMore } } } }`,
    { cursor: data.orders.first.cursor },
  );
  expect(next.data.assetNodeOrError.partitionKeyConnection).toEqual({
    results: ["2026-01-03", "2026-01-04", "2026-01-05"],
    hasMore: false,
  });
  expect(data.cube.partitionDefinition).toEqual({
    type: "MULTIPARTITIONED",
    dimensionTypes: [
      { name: "date", type: "TIME_WINDOW", isPrimaryDimension: true },
      { name: "region", type: "STATIC", isPrimaryDimension: false },
    ],
  });
  expect(data.plain).toEqual({
    isPartitioned: false,
    partitionDefinition: null,
    partitionStats: null,
    partitionKeys: [],
    assetPartitionStatuses: { __typename: "DefaultPartitionStatuses" },
  });
});

const statuses = `{ __typename
  ... on TimePartitionStatuses { ranges { startKey endKey startTime endTime status } }
  ... on DefaultPartitionStatuses { materializedPartitions failedPartitions unmaterializedPartitions materializingPartitions }
  ... on MultiPartitionStatuses { primaryDimensionName ranges { primaryDimStartKey primaryDimEndKey secondaryDim { ... on DefaultPartitionStatuses { materializedPartitions unmaterializedPartitions } } } } }`;

test("statuses of partitions follow what runs make, in ranges of time, lists and grids", async () => {
  await using served = await serveNumbers({ project });
  const ask = async (key: string) =>
    (
      await served.graphql(`{ assetNodeOrError(assetKey: {path: ["${key}"]}) { ... on AssetNode {
        partitionStats { numMaterialized numPartitions numFailed numMaterializing } assetPartitionStatuses ${statuses} } } }`)
    ).data.assetNodeOrError;
  expect((await ask("orders")).assetPartitionStatuses).toEqual({ __typename: "TimePartitionStatuses", ranges: [] });

  await served.storage.assets.report(["2026-01-01", "2026-01-02", "2026-01-04"].map((day) => made("orders", day)));
  const range = (startKey: string, endKey: string, status: string) => expect.objectContaining({ startKey, endKey, status });
  expect((await ask("orders")).assetPartitionStatuses.ranges).toEqual([
    { ...range("2026-01-01", "2026-01-02", "MATERIALIZED").sample, startTime: 1767225600, endTime: 1767398400 },
    range("2026-01-04", "2026-01-04", "MATERIALIZED"),
  ]);

  const { data } = await served.graphql(
    launch,
    paramsOf("__ASSET_JOB", ["orders"], {
      "dagster/asset_partition_range_start": "2026-01-03",
      "dagster/asset_partition_range_end": "2026-01-04",
    }),
  );
  expect((await ask("orders")).assetPartitionStatuses.ranges).toEqual([
    range("2026-01-01", "2026-01-02", "MATERIALIZED"),
    range("2026-01-03", "2026-01-04", "MATERIALIZING"),
  ]);
  await served.storage.events.append({
    runId: data.launchRun.run.runId,
    attempt: null,
    entries: [
      made("orders", "2026-01-03"),
      { type: "RUN_FAILURE", atMs: 1, message: "failed", stepKey: null, error: null, reason: "STEP_FAILURE" },
    ],
  });
  expect(await ask("orders")).toMatchObject({
    partitionStats: { numMaterialized: 3, numPartitions: 5, numFailed: 1, numMaterializing: 0 },
    assetPartitionStatuses: {
      ranges: [range("2026-01-01", "2026-01-03", "MATERIALIZED"), range("2026-01-04", "2026-01-04", "FAILED")],
    },
  });

  await served.storage.assets.report([
    made("region", "us"),
    made("region", "gone"),
    made("cube", "2026-01-02|eu"),
    made("cube", "2026-01-03|eu"),
  ]);
  expect((await ask("region")).assetPartitionStatuses).toEqual({
    __typename: "DefaultPartitionStatuses",
    materializedPartitions: ["us"],
    failedPartitions: [],
    unmaterializedPartitions: ["eu"],
    materializingPartitions: [],
  });
  expect((await ask("cube")).assetPartitionStatuses).toEqual({
    __typename: "MultiPartitionStatuses",
    primaryDimensionName: "date",
    ranges: [
      {
        primaryDimStartKey: "2026-01-02",
        primaryDimEndKey: "2026-01-03",
        secondaryDim: { materializedPartitions: ["eu"], unmaterializedPartitions: ["us"] },
      },
    ],
  });
});

test("a launched partition is checked, planned, tagged, and known by its newest materialization", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(launch, paramsOf("__ASSET_JOB", ["cube"], { "dagster/partition": "2026-01-02|us" }));
  expect(data.launchRun.run.tags).toEqual(
    expect.arrayContaining([
      { key: "dagster/partition", value: "2026-01-02|us" },
      { key: "dagster/partition/date", value: "2026-01-02" },
      { key: "dagster/partition/region", value: "us" },
    ]),
  );
  const messageOf = async (...args: Parameters<typeof paramsOf>) =>
    (await served.graphql(launch, paramsOf(...args))).data.launchRun.message;
  expect(await messageOf("daily_job", [], { "dagster/partition": "2026-01-09" })).toMatch(
    /no partition "2026-01-09".*2026-01-05/,
  );
  expect(await messageOf("daily_job", [], {})).toMatch(/makes the asset "orders", which has partitions: say which/);
  expect(await messageOf("__ASSET_JOB", ["orders", "region"], { "dagster/partition": "eu" })).toMatch(
    /different partitions.*orders, region/,
  );

  const planned = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["cube"]}) { ... on AssetNode {
    latestRunForPartition(partition: "2026-01-02|us") { runId } } } }`);
  expect(planned.data.assetNodeOrError.latestRunForPartition).toEqual({ runId: data.launchRun.run.runId });

  await served.storage.assets.report([made("orders", "2026-01-02")]);
  const node = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode {
    latestMaterializationByPartition(partitions: ["2026-01-01", "2026-01-02"]) { partition }
    assetMaterializations(partitions: ["2026-01-02"]) { partition } } } }`);
  expect(node.data.assetNodeOrError).toEqual({
    latestMaterializationByPartition: [null, { partition: "2026-01-02" }],
    assetMaterializations: [{ partition: "2026-01-02" }],
  });
});

test("a job's partition set pages its partitions, with the run config and tags of each; a launch makes the same", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(
    `query ($repositorySelector: RepositorySelector!) {
      partitionSetsOrError(repositorySelector: $repositorySelector, pipelineName: "nightly") { ... on PartitionSets { results {
        name pipelineName
        partitionsOrError(limit: 2, reverse: true) { ... on Partitions { results { name runConfigOrError { ... on PartitionRunConfig { yaml } } tagsOrError { ... on PartitionTags { results { key value } } } } } }
        after: partitionsOrError(cursor: "2026-01-04") { ... on Partitions { results { name } } }
      } } }
      absent: partitionSetOrError(repositorySelector: $repositorySelector, partitionSetName: "nope") { __typename }
      named: partitionSetOrError(repositorySelector: $repositorySelector, partitionSetName: "daily_job_partition_set") { ... on PartitionSet { pipelineName } }
    }`,
    { repositorySelector },
  );
  const [set] = data.partitionSetsOrError.results;
  expect(set).toMatchObject({ name: "nightly_partition_set", pipelineName: "nightly" });
  expect(set.partitionsOrError.results.map(({ name }: { name: string }) => name)).toEqual(["2026-01-05", "2026-01-04"]);
  expect(set.partitionsOrError.results[0]).toMatchObject({
    runConfigOrError: { yaml: "ops:\n  load:\n    config:\n      day: 2026-01-05\n" },
    tagsOrError: {
      results: [
        { key: "day", value: "2026-01-05" },
        { key: "dagster/partition", value: "2026-01-05" },
        { key: "dagster/partition_set", value: "nightly_partition_set" },
      ],
    },
  });
  expect(set.after.results).toEqual([{ name: "2026-01-05" }]);
  expect(data.absent.__typename).toBe("PartitionSetNotFoundError");
  expect(data.named.pipelineName).toBe("daily_job");
  const launched = await served.graphql(launch, paramsOf("nightly", [], { "dagster/partition": "2026-01-03" }));
  expect(launched.data.launchRun.run.runConfigYaml).toContain("2026-01-03");
  expect(launched.data.launchRun.run.tags).toContainEqual({ key: "day", value: "2026-01-03" });
  const latest = await served.graphql(
    `query ($repositorySelector: RepositorySelector!) {
      partitionSetOrError(repositorySelector: $repositorySelector, partitionSetName: "nightly_partition_set") { ... on PartitionSet {
        partitionStatusesOrError { ... on PartitionStatuses { results { id partitionName runId runStatus runDuration } } }
        partitionRuns { id partitionName run { runId } }
      } }
    }`,
    { repositorySelector },
  );
  const { partitionStatusesOrError: statuses, partitionRuns } = latest.data.partitionSetOrError;
  const { runId } = launched.data.launchRun.run;
  expect(statuses.results).toHaveLength(5);
  expect(statuses.results[2]).toEqual({
    id: "nightly_partition_set:2026-01-03",
    partitionName: "2026-01-03",
    runId,
    runStatus: "STARTING",
    runDuration: null,
  });
  expect(statuses.results[3]).toMatchObject({ partitionName: "2026-01-04", runId: null, runStatus: null });
  expect(partitionRuns.slice(1, 3)).toEqual([
    { id: "nightly_partition_set:2026-01-02", partitionName: "2026-01-02", run: null },
    { id: "nightly_partition_set:2026-01-03", partitionName: "2026-01-03", run: { runId } },
  ]);
});

test("dynamic partitions are added once and deleted, with what was made of them when asked", async () => {
  await using served = await serveNumbers({ project });
  const add = async (partitionKey: string, partitionsDefName = "customers") =>
    (
      await served.graphql(
        `mutation ($key: String!, $name: String!, $repositorySelector: RepositorySelector!) {
          addDynamicPartition(partitionKey: $key, partitionsDefName: $name, repositorySelector: $repositorySelector) {
            __typename ... on PythonError { message } } }`,
        { key: partitionKey, name: partitionsDefName, repositorySelector },
      )
    ).data.addDynamicPartition;
  expect(await add("acme")).toEqual({ __typename: "AddDynamicPartitionSuccess" });
  expect(await add("globex")).toEqual({ __typename: "AddDynamicPartitionSuccess" });
  expect(await add("acme")).toEqual({ __typename: "DuplicateDynamicPartitionError" });
  expect((await add("x", "nope")).message).toMatch(/has the dynamic partitions "nope"/);
  await served.storage.assets.report([made("customer", "acme"), made("customer", "globex")]);
  const ask = async () =>
    (
      await served.graphql(
        `{ assetNodeOrError(assetKey: {path: ["customer"]}) { ... on AssetNode { partitionKeys partitionStats { numMaterialized } } } }`,
      )
    ).data.assetNodeOrError;
  expect(await ask()).toEqual({ partitionKeys: ["acme", "globex"], partitionStats: { numMaterialized: 2 } });
  await served.graphql(
    `mutation ($repositorySelector: RepositorySelector!) { deleteDynamicPartitions(partitionKeys: ["acme"], partitionsDefName: "customers",
      repositorySelector: $repositorySelector, wipeMaterializations: true) { __typename } }`,
    { repositorySelector },
  );
  expect(await ask()).toEqual({ partitionKeys: ["globex"], partitionStats: { numMaterialized: 1 } });
  await add("acme");
  expect(await ask()).toEqual({ partitionKeys: ["globex", "acme"], partitionStats: { numMaterialized: 1 } });
});
