import { definitions, job, op, partitionedConfig } from "@dagwright/definitions";
import { staticPartitions } from "@dagwright/partitions";
import pg from "pg";
import { expect, test } from "vitest";

import { launch } from "../../testing/run-history.ts";
import { serveNumbers, type ServedNumbers } from "../../testing/served-numbers.ts";

const load = op("load", () => {});
const nightly = job(
  "nightly",
  { config: partitionedConfig(staticPartitions(["a", "b"]), () => ({})), tags: { team: "data" } },
  () => {
    load();
  },
);
const hello = job("hello", () => {
  load();
});
const project = definitions({ jobs: [nightly, hello] });

async function backfill(served: ServedNumbers, tags: readonly { key: string; value: string }[] = []): Promise<string> {
  const { data } = await served.graphql(
    `mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
      ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }`,
    {
      params: {
        selector: {
          partitionSetName: "nightly_partition_set",
          repositorySelector: { repositoryName: "__repository__", repositoryLocationName: "numbers" },
        },
        partitionNames: ["a", "b"],
        tags,
      },
    },
  );
  return data.launchPartitionBackfill.backfillId;
}

const ofBackfill = (id: string) => ({ executionMetadata: { tags: [{ key: "dagster/backfill", value: id }] } });

async function page(served: ServedNumbers, variables: object) {
  const { data } = await served.graphql(
    `query ($limit: Int!, $cursor: String, $view: RunsFeedView!, $filter: RunsFilter) {
      runsFeedOrError(limit: $limit, cursor: $cursor, view: $view, filter: $filter) {
        __typename
        ... on RunsFeedConnection { cursor hasMore results { __typename id runStatus creationTime jobName tags { key value } } }
        ... on PythonError { message }
      }
      runsFeedCountOrError(view: $view, filter: $filter) { ... on RunsFeedCount { count } }
    }`,
    { limit: 100, view: "ROOTS", ...variables },
  );
  const { results, ...rest } = data.runsFeedOrError;
  return {
    ...rest,
    ids: results?.map(({ id }: { id: string }) => id),
    results,
    count: data.runsFeedCountOrError.count,
  };
}

async function everyId(served: ServedNumbers, variables: object): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const { ids: more, cursor: next, hasMore } = await page(served, { ...variables, cursor, limit: 1 });
    ids.push(...more);
    if (!hasMore) return ids;
    cursor = next;
  }
}

test("runs and backfills are one list, newest first; runs of backfills stand behind them or are listed flat", async () => {
  await using served = await serveNumbers({ project });
  const first = await launch(served, "hello");
  const filled = await backfill(served, [{ key: "why", value: "late" }]);
  const part = await launch(served, "nightly", ofBackfill(filled));
  const last = await launch(served, "hello");
  const all = [last, filled, first];

  expect(await page(served, {})).toMatchObject({
    ids: all,
    hasMore: false,
    count: 3,
    results: [
      { __typename: "Run", jobName: "hello" },
      { __typename: "PartitionBackfill", jobName: "nightly", runStatus: "STARTED", tags: [{ key: "why", value: "late" }] },
      { __typename: "Run" },
    ],
  });
  expect(await everyId(served, {})).toEqual(all);
  expect(await page(served, { view: "RUNS" })).toMatchObject({ ids: [last, part, first], count: 3 });
  expect(await page(served, { view: "BACKFILLS" })).toMatchObject({ ids: [filled], count: 1 });
  expect(await page(served, { limit: 2 })).toMatchObject({ ids: [last, filled], hasMore: true });
  expect(await page(served, { limit: 0 })).toMatchObject({ ids: [], hasMore: true, cursor: "" });

  const filtered = (filter: object, view = "ROOTS") => page(served, { filter, view });
  expect(await filtered({ pipelineName: "nightly" })).toMatchObject({ ids: [filled], count: 1 });
  expect(await filtered({ statuses: ["STARTED"] })).toMatchObject({ ids: [filled], count: 1 });
  expect(await filtered({ statuses: ["STARTING"] })).toMatchObject({ ids: [last, first], count: 2 });
  expect(await filtered({ tags: [{ key: "why", value: "late" }] })).toMatchObject({ ids: [filled], count: 1 });
  expect(await filtered({ tags: [{ key: "dagster/backfill", value: filled }] })).toMatchObject({ ids: [filled], count: 1 });
  expect(await filtered({ tags: [{ key: "dagster/backfill", value: filled }] }, "RUNS")).toMatchObject({ ids: [part] });
  expect(await filtered({ runIds: [first] })).toMatchObject({ ids: [first], count: 1 });
  expect(await filtered({ runIds: ["nonsense"] })).toMatchObject({ ids: [], count: 0 });
  expect(await page(served, { cursor: "nonsense" })).toMatchObject({
    __typename: "PythonError",
    message: expect.stringContaining('"nonsense" is no cursor of the feed of runs'),
  });
});

test("a page goes on where the one before ended, whatever has come since and however many are of one moment", async () => {
  await using served = await serveNumbers({ project });
  const before = [
    await launch(served, "hello"),
    await backfill(served),
    await launch(served, "hello"),
    await backfill(served),
    await launch(served, "hello"),
  ];
  await using database = Object.assign(new pg.Client(served.connectionString), {
    async [Symbol.asyncDispose]() {
      await database.end();
    },
  });
  await database.connect();
  for (const table of ["runs", "backfills"]) {
    await database.query(`update dagwright.${table} set created_at = '2030-01-01T00:00:00.123457Z'`);
  }
  const { cursor, ids } = await page(served, { limit: 2 });
  await launch(served, "hello");
  await database.query(`update dagwright.runs set created_at = '2030-01-02' where created_at < '2030-01-01'`);
  const rest = await page(served, { cursor });
  expect([...ids, ...rest.ids].toSorted()).toEqual(before.toSorted());
  expect(rest.hasMore).toBe(false);
  expect((await everyId(served, {})).toSorted()).toEqual((await page(served, {})).ids.toSorted());
});
