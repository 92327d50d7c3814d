import pg from "pg";
import { expect, test, vi } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { selector, type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

async function list(served: ServedNumbers, args: object) {
  const { data } = await served.graphql(
    `query($filter: RunsFilter, $cursor: String, $limit: Int) {
      runsOrError(filter: $filter, cursor: $cursor, limit: $limit) { __typename ... on Runs { results { runId } count } ... on Error { message } }
    }`,
    args,
  );
  const { results, ...rest } = data.runsOrError;
  return { ...rest, ids: results?.map(({ runId }: { runId: string }) => runId) };
}

test("runs are filtered and paged, newest first, and counted whatever the page", async () => {
  await using served = await serveNumbers();
  const first = await launch(served, "process_numbers", { executionMetadata: { tags: [{ key: "team", value: "a" }] } });
  const second = await launch(served, "process_numbers", { executionMetadata: { tags: [{ key: "team", value: "b" }] } });
  const third = await launch(served, "process_numbers_asset");
  await work(served, served.workspace.launched[0]!, everyEntry);

  expect(await list(served, {})).toEqual({ __typename: "Runs", ids: [third, second, first], count: 3 });
  expect(await list(served, { limit: 1, cursor: third })).toMatchObject({ ids: [second], count: 3 });
  expect((await list(served, { filter: { pipelineName: "process_numbers_asset" } })).ids).toEqual([third]);
  expect((await list(served, { filter: { statuses: ["FAILURE"] } })).ids).toEqual([first]);
  const { jobSnapshotId } = await served.storage.runs.get(second);
  expect((await list(served, { filter: { snapshotId: jobSnapshotId } })).ids).toEqual([second, first]);
  expect((await list(served, { filter: { snapshotId: "none" } })).ids).toEqual([]);
  expect((await list(served, { filter: { statuses: ["SUSPENDED"] } })).ids).toEqual([]);
  expect(
    (
      await list(served, {
        filter: {
          tags: [
            { key: "team", value: "a" },
            { key: "team", value: "b" },
          ],
        },
      })
    ).ids,
  ).toEqual([second, first]);
  expect(
    (await list(served, { filter: { tags: [{ key: ".dagster/repository", value: "__repository__@numbers" }] } })).ids,
  ).toHaveLength(3);
  expect((await list(served, { filter: { runIds: [second, "nonsense"] } })).ids).toEqual([second]);
  expect((await list(served, { filter: { runIds: ["nonsense"] } })).ids).toEqual([]);
  expect((await list(served, { filter: { createdAfter: Date.now() / 1000 + 3600 } })).ids).toEqual([]);
  expect(await list(served, { cursor: "nonsense" })).toMatchObject({ __typename: "InvalidPipelineRunsFilterError" });

  const { data } = await served.graphql(`{
    runTagKeysOrError { ... on RunTagKeys { keys } }
    runTagsOrError(tagKeys: ["team"], valuePrefix: "a") { ... on RunTags { tags { key values } } }
    runIdsOrError(limit: 2) { ... on RunIds { results } }
  }`);
  expect(data.runTagKeysOrError.keys).toContain("team");
  expect(data.runTagsOrError.tags).toEqual([{ key: "team", values: ["a"] }]);
  expect(data.runIdsOrError.results).toEqual([third, second]);
});

const everythingOfRuns = `{ runsOrError { ... on Runs { results {
  runId status tags { key value } stats { ... on RunStatsSnapshot { stepsSucceeded materializations } }
  stepStats { stepKey status materializations { label } attempts { startTime } markers { startTime } }
  assets { id latestMaterializationTimestamp definition { groupName assetMaterializations(limit: 1) { timestamp runOrError { ... on Run { status } } } } }
  assetMaterializations { assetKey { path } stepStats { status } }
  pipeline { name ... on PipelineSnapshot { tags { key } solids { name } } }
  executionPlan { steps { key } } allPools
} count } } schedulesOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "numbers"}) {
  ... on Schedules { results { scheduleState { status nextTick { timestamp } } canReset } } } }`;

async function countStatements(served: ServedNumbers): Promise<number> {
  await served.graphql(everythingOfRuns);
  const spy = vi.spyOn(pg.Client.prototype, "query");
  try {
    const { errors } = await served.graphql(everythingOfRuns);
    expect(errors).toBeUndefined();
    return spy.mock.calls.length;
  } finally {
    spy.mockRestore();
  }
}

test("a list of a hundred runs costs as many statements as a list of two", async () => {
  await using served = await serveNumbers();
  const many = async (count: number) => {
    const launches = Array.from({ length: count }, () => ({ selector: selector("process_numbers_asset") }));
    await served.graphql(
      `mutation($list: [ExecutionParams!]!) { launchMultipleRuns(executionParamsList: $list) { __typename } }`,
      { list: launches },
    );
  };
  await many(2);
  await work(served, served.workspace.launched[0]!, everyEntry);
  const few = await countStatements(served);
  expect(few).toBeGreaterThan(2);
  await many(98);
  await Promise.all(served.workspace.launched.slice(2).map((claim) => work(served, claim, everyEntry)));
  expect(await countStatements(served)).toBe(few);
});
