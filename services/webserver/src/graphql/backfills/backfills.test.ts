import { asset, definitions, job, multiRun, op, partitionedConfig } from "@dagwright/definitions";
import { type AssetEvent, backfillId, codeLocationName, holderId } from "@dagwright/model";
import { dailyPartitions, staticPartitions, weeklyPartitions } from "@dagwright/partitions";
import { prepareRun } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { z } from "zod";

import { serveNumbers, type ServedNumbers } from "../../testing/served-numbers.ts";

const days = dailyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" });
const orders = asset("orders", { partitions: days, backfillPolicy: multiRun(5) }, () => 1);
const weekly = asset(
  "weekly",
  { partitions: weeklyPartitions({ startDate: "2026-01-04", endDate: "2026-01-18" }), deps: [orders] },
  () => {},
);
const report = asset("report", { deps: [weekly] }, () => {});
const stores = asset("stores", { partitions: staticPartitions(["de", "fr", "us"]) }, () => 1);
const load = op("load", { config: z.object({ day: z.string() }) }, () => {});
const nightly = job("nightly", { config: partitionedConfig(days, (day) => ({ ops: { load: { config: { day } } } })) }, () => {
  load();
});
const project = definitions({ assets: [orders, weekly, report, stores], jobs: [nightly] });

const repositorySelector = { repositoryName: "__repository__", repositoryLocationName: "numbers" };
const launch = `mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PartitionKeysNotFoundError { partitionKeys message }
  ... on ConflictingExecutionParamsError { message } ... on PythonError { message } } }`;
const paths = (...names: string[]) => names.map((name) => ({ path: [name] }));

async function launched(served: ServedNumbers, params: object): Promise<string> {
  const { data } = await served.graphql(launch, { params });
  expect(data.launchPartitionBackfill.__typename).toBe("LaunchBackfillSuccess");
  return data.launchPartitionBackfill.backfillId;
}

const materialized = (name: string, partition: string | null): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: 1,
  message: "",
  stepKey: null,
  assetKey: [name],
  partition,
  description: null,
  metadata: {},
  tags: {},
});

test("a backfill of assets targets the named partitions and what reads them, and tells how far it has come", async () => {
  await using served = await serveNumbers({ project });
  const id = await launched(served, {
    assetSelection: paths("report", "weekly", "orders"),
    partitionNames: ["2026-01-05", "2026-01-06"],
    title: "Two days",
    description: "again",
    tags: [{ key: "team", value: "data" }],
    maxRunsInFlight: 3,
  });
  expect(id).toMatch(/^[a-z]{8}$/);
  const { data } = await served.graphql(
    `query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill {
      id status runStatus isAssetBackfill title description tags { key value } numPartitions numCancelable partitionNames partitionSetName
      assetSelection { path } maxRunsInFlight isPaused waitingReason hasCancelPermission hasResumePermission error { message }
      runs(limit: 5) { runId } partitionStatusCounts { count } isValidSerialization
      partitionsTargetedForAssetKey(assetKey: {path: ["weekly"]}) { ranges { start end } partitionKeys }
      assetBackfillData { rootTargetedPartitions { ranges { start end } } assetBackfillStatuses { __typename
        ... on AssetPartitionsStatusCounts { assetKey { path } numPartitionsTargeted numPartitionsInProgress numPartitionsMaterialized numPartitionsFailed }
        ... on UnpartitionedAssetStatus { assetKey { path } inProgress materialized failed } } }
    } } }`,
    { id },
  );
  expect(data.partitionBackfillOrError).toMatchObject({
    id,
    status: "REQUESTED",
    runStatus: "STARTED",
    isAssetBackfill: true,
    title: "Two days",
    description: "again",
    tags: [{ key: "team", value: "data" }],
    numPartitions: null,
    partitionNames: null,
    numCancelable: 0,
    maxRunsInFlight: 3,
    isPaused: false,
    runs: [],
    partitionStatusCounts: [],
    partitionsTargetedForAssetKey: { ranges: [{ start: "2026-01-04", end: "2026-01-04" }], partitionKeys: null },
    assetBackfillData: {
      rootTargetedPartitions: { ranges: [{ start: "2026-01-05", end: "2026-01-06" }] },
      assetBackfillStatuses: [
        { assetKey: { path: ["orders"] }, numPartitionsTargeted: 2, numPartitionsInProgress: 0, numPartitionsFailed: 0 },
        { assetKey: { path: ["weekly"] }, numPartitionsTargeted: 1, numPartitionsMaterialized: 0 },
        { assetKey: { path: ["report"] }, inProgress: false, materialized: false, failed: false },
      ],
    },
  });
  const preview = await served.graphql(
    `query ($params: AssetBackfillPreviewParams!) { assetBackfillPreview(params: $params) { assetKey { path } partitions { ranges { start end } } } }`,
    { params: { partitionNames: ["2026-01-05", "2026-01-14"], assetSelection: paths("weekly", "orders") } },
  );
  expect(preview.data.assetBackfillPreview).toEqual([
    {
      assetKey: { path: ["orders"] },
      partitions: {
        ranges: [
          { start: "2026-01-05", end: "2026-01-05" },
          { start: "2026-01-14", end: "2026-01-14" },
        ],
      },
    },
    { assetKey: { path: ["weekly"] }, partitions: { ranges: [{ start: "2026-01-04", end: "2026-01-11" }] } },
  ]);
});

test("ranges are given asset by asset, all partitions at once, or only those that are missing or failed", async () => {
  await using served = await serveNumbers({ project });
  const countsOf = async (id: string) =>
    (await served.storage.backfills.targets(backfillId(id))).map(({ name, target }) => [JSON.parse(name)[0], target.count]);
  const byAssets = await launched(served, {
    partitionsByAssets: [
      { assetKey: { path: ["orders"] }, partitions: { ranges: [{ start: "2026-01-04", end: "2026-01-06" }] } },
      { assetKey: { path: ["weekly"] } },
      { assetKey: { path: ["report"] } },
    ],
  });
  expect(await countsOf(byAssets)).toEqual([
    ["orders", 3],
    ["weekly", 2],
    ["report", 1],
  ]);
  expect(await countsOf(await launched(served, { assetSelection: paths("orders", "stores"), allPartitions: true }))).toEqual([
    ["orders", 14],
    ["stores", 3],
  ]);
  await served.storage.assets.report([materialized("stores", "de"), materialized("stores", "us")]);
  const missing = await launched(served, {
    assetSelection: paths("stores"),
    allPartitions: true,
    onlyPartitions: ["MISSING", "FAILED"],
  });
  expect(await countsOf(missing)).toEqual([["stores", 1]]);
});

test("what cannot be is refused with a sentence", async () => {
  await using served = await serveNumbers({ project });
  const refusal = async (params: object): Promise<object> =>
    (await served.graphql(launch, { params })).data.launchPartitionBackfill;
  expect(await refusal({ assetSelection: paths("orders"), partitionNames: ["2026-01-05", "2027-01-01"] })).toMatchObject({
    __typename: "PartitionKeysNotFoundError",
    partitionKeys: ["2027-01-01"],
  });
  expect(await refusal({ assetSelection: paths("orders") })).toMatchObject({ message: expect.stringContaining("allPartitions") });
  expect(await refusal({ assetSelection: paths("nothing"), allPartitions: true })).toMatchObject({
    message: expect.stringContaining('defines the asset "nothing"'),
  });
  expect(await refusal({ assetSelection: paths("orders", "stores"), partitionNames: ["2026-01-05"] })).toMatchObject({
    __typename: "PythonError",
    message: expect.stringContaining("same partitions"),
  });
  expect(await refusal({ assetSelection: paths("orders"), allPartitions: true, fromFailure: true })).toMatchObject({
    message: expect.stringContaining("onlyPartitions"),
  });
  expect(
    await refusal({ selector: { partitionSetName: "nope_partition_set", repositorySelector }, allPartitions: true }),
  ).toMatchObject({ __typename: "PartitionSetNotFoundError" });
});

test("a job's backfill is listed with its partition set, counts its partitions, and is canceled, resumed, held and bounded", async () => {
  await using served = await serveNumbers({ project });
  const id = await launched(served, {
    selector: { partitionSetName: "nightly_partition_set", repositorySelector },
    partitionNames: ["2026-01-05", "2026-01-06"],
  });
  const ask = async () =>
    (
      await served.graphql(
        `query ($repositorySelector: RepositorySelector!) {
          partitionSetOrError(repositorySelector: $repositorySelector, partitionSetName: "nightly_partition_set") { ... on PartitionSet {
            hasCancelBackfillPermission backfills(limit: 5) { id status jobName partitionSetName numPartitions numCancelable partitionNames
              partitionStatusCounts { runStatus count } partitionStatuses { results { id partitionName runStatus } } isPaused maxRunsInFlight } } } }`,
        { repositorySelector },
      )
    ).data.partitionSetOrError.backfills[0];
  expect(await ask()).toMatchObject({
    id,
    jobName: "nightly",
    partitionSetName: "nightly_partition_set",
    numPartitions: 2,
    numCancelable: 2,
    partitionNames: ["2026-01-05", "2026-01-06"],
    partitionStatusCounts: [{ runStatus: "NOT_STARTED", count: 2 }],
    partitionStatuses: { results: [{ partitionName: "2026-01-05", runStatus: null }, { partitionName: "2026-01-06" }] },
  });
  const change = async (text: string) => (await served.graphql(`mutation { change: ${text} }`)).data.change;
  await change(`changePartitionBackfill(backfillId: "${id}", isPaused: true, maxRunsInFlight: 2) { __typename }`);
  expect(await ask()).toMatchObject({ isPaused: true, maxRunsInFlight: 2 });
  await change(`changePartitionBackfill(backfillId: "${id}", maxRunsInFlight: null) { __typename }`);
  expect(await ask()).toMatchObject({ isPaused: true, maxRunsInFlight: null });
  expect(
    await change(`cancelPartitionBackfill(backfillId: "${id}") { __typename ... on CancelBackfillSuccess { backfillId } }`),
  ).toEqual({
    __typename: "CancelBackfillSuccess",
    backfillId: id,
  });
  expect(await ask()).toMatchObject({ status: "CANCELING" });
  const resume = `resumePartitionBackfill(backfillId: "${id}") { __typename ... on PythonError { message } }`;
  expect((await change(resume)).message).toMatch(/is CANCELING and cannot be resumed/);
  await endAs(served, id, "CANCELED");
  expect(await change(resume)).toEqual({ __typename: "ResumeBackfillSuccess" });
  expect(await ask()).toMatchObject({ status: "REQUESTED" });
});

test("a launch that asks for it answers once the runs are submitted, with their ids; the log says what became of them", async () => {
  await using served = await serveNumbers({ project });
  const { backfills } = served.storage;
  const answered = served.graphql(
    `mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
      __typename ... on LaunchBackfillSuccess { backfillId launchedRunIds } } }`,
    {
      params: {
        selector: { partitionSetName: "nightly_partition_set", repositorySelector },
        partitionNames: ["2026-01-05", "2026-01-06"],
        forceSynchronousSubmission: true,
      },
    },
  );
  // As a daemon does meanwhile.
  let claims = await backfills.claimDue({ holder: holderId("daemon"), leaseMs: 60_000, limit: 1 });
  while (claims.length === 0) claims = await backfills.claimDue({ holder: holderId("daemon"), leaseMs: 60_000, limit: 1 });
  const { id } = claims[0]!.backfill;
  const [target] = await backfills.targets(id);
  const { snapshot } = served.workspace.entries()[0]!;
  const items = ["2026-01-05", "2026-01-06"].map((key) => ({
    run: prepareRun({
      location: codeLocationName("numbers"),
      job: snapshot!.jobs.find(({ name }) => name === "nightly")!,
      runConfig: {},
      tags: { "dagster/backfill": id },
      partition: key,
    }),
    unit: key,
    places: [0],
    partition: { kind: "one", key } as const,
    partitionCount: 1,
    isWatched: false,
  }));
  await backfills.commit(claims[0]!, {
    runs: { items, mode: { kind: "queue" } },
    targets: [{ place: 0, requested: target!.target }],
    log: [{ level: "INFO", message: "Submitted 2 runs, 2 so far" }],
    leaseMs: 60_000,
  });
  const { launchPartitionBackfill } = (await answered).data;
  expect(launchPartitionBackfill).toMatchObject({ __typename: "LaunchBackfillSuccess", backfillId: id });
  expect(launchPartitionBackfill.launchedRunIds.toSorted()).toEqual(
    (await backfills.runs(id, { limit: 5 })).map(({ runId }) => runId).toSorted(),
  );
  const log = await served.graphql(
    `query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill {
      logEvents { events { level message } hasMore cursor } } } }`,
    { id },
  );
  expect(log.data.partitionBackfillOrError.logEvents).toMatchObject({
    events: [{ level: "INFO", message: "Submitted 2 runs, 2 so far" }],
    hasMore: false,
  });
});

/** As a daemon would. */
async function endAs(served: ServedNumbers, id: string, status: "CANCELED" | "COMPLETED_FAILED"): Promise<void> {
  const { backfills } = served.storage;
  const claims = await backfills.claimDue({ holder: holderId("daemon"), leaseMs: 10_000, limit: 10 });
  const claim = claims.find(({ backfill }) => backfill.id === id)!;
  const [target] = await backfills.targets(backfillId(id));
  const done = target!.partitions?.kind === "static" ? { done: { subset: { runs: ["de"] }, count: 1 } } : {};
  await backfills.commit(claim, { status, targets: [{ place: 0, ...done }], leaseMs: 1, restMs: 0 });
}

test("a backfill is executed again, as a whole or without what it has made", async () => {
  await using served = await serveNumbers({ project });
  const id = await launched(served, { assetSelection: paths("stores"), allPartitions: true, title: "Stores" });
  const again = async (strategy: string) =>
    (
      await served.graphql(
        `mutation ($params: ReexecutionParams) { reexecutePartitionBackfill(reexecutionParams: $params) {
          __typename ... on LaunchBackfillSuccess { backfillId } ... on ConflictingExecutionParamsError { message } } }`,
        { params: { parentRunId: id, strategy } },
      )
    ).data.reexecutePartitionBackfill;
  expect((await again("FROM_FAILURE")).message).toMatch(/still in progress/);
  await endAs(served, id, "COMPLETED_FAILED");
  const { backfillId: all } = await again("ALL_STEPS");
  const { backfillId: rest } = await again("FROM_FAILURE");
  const targets = async (of: string) => (await served.storage.backfills.targets(backfillId(of)))[0]?.target;
  expect(await targets(all)).toMatchObject({ count: 3 });
  expect(await targets(rest)).toMatchObject({ count: 2 });
  expect(await served.storage.backfills.get(rest)).toMatchObject({
    title: "Re-execution of Stores",
    tags: { "dagster/parent_backfill_id": id, "dagster/root_backfill_id": id },
  });
  const { data } = await served.graphql(
    `{ all: partitionBackfillsOrError(limit: 2) { ... on PartitionBackfills { results { id } } }
       failed: partitionBackfillsOrError(filters: {statuses: [COMPLETED_FAILED]}) { ... on PartitionBackfills { results { id } } }
       absent: partitionBackfillOrError(backfillId: "nothingo") { __typename ... on BackfillNotFoundError { backfillId } } }`,
  );
  expect(data.all.results.map((each: { id: string }) => each.id)).toEqual([rest, all]);
  expect(data.failed.results).toEqual([{ id }]);
  expect(data.absent).toEqual({ __typename: "BackfillNotFoundError", backfillId: "nothingo" });
  const next = await served.graphql(
    `query ($cursor: String) { partitionBackfillsOrError(limit: 2, cursor: $cursor) { ... on PartitionBackfills { results { id } } } }`,
    { cursor: all },
  );
  expect(next.data.partitionBackfillsOrError.results).toEqual([{ id }]);
});

test("a launch says when no daemon is there to submit it, and a read-only server launches none", async () => {
  await using served = await serveNumbers({ project });
  const { extensions } = await served.graphql(launch, { params: { assetSelection: paths("stores"), allPartitions: true } });
  expect(extensions.warnings[0]).toMatch(/no daemon is alive to submit its runs/);
  await using closed = await serveNumbers({ project, readOnly: true });
  const { data } = await closed.graphql(launch, { params: { assetSelection: paths("stores"), allPartitions: true } });
  expect(data.launchPartitionBackfill.__typename).toBe("UnauthorizedError");
});
