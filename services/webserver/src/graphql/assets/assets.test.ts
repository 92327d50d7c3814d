import { expect, test } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

test("assets are those that are defined and those that runs have recorded", async () => {
  await using served = await serveNumbers();
  await served.storage.assets.report([
    {
      type: "ASSET_MATERIALIZATION",
      atMs: 1_700_000_000_000,
      message: "reported",
      stepKey: null,
      assetKey: ["elsewhere", "table"],
      partition: null,
      description: null,
      metadata: {},
      tags: {},
    },
  ]);
  const { data } = await served.graphql(`{
    all: assetsOrError { ... on AssetConnection { nodes { id key { path } hasDefinitionOrRecord definition { groupName kinds } latestMaterializationTimestamp } cursor } }
    page: assetsOrError(limit: 2, cursor: "[\\"elsewhere\\",\\"table\\"]") { ... on AssetConnection { nodes { id } cursor } }
    prefix: assetsOrError(prefix: ["elsewhere"]) { ... on AssetConnection { nodes { id } } }
    some: assetsOrError(assetKeys: [{path: ["generated_numbers"]}, {path: ["nope"]}]) { ... on AssetConnection { nodes { id } } }
    records: assetRecordsOrError { ... on AssetRecordConnection { assets { id } } }
    absent: assetOrError(assetKey: {path: ["nope"]}) { ... on Asset { definition { id } hasDefinitionOrRecord } }
  }`);
  expect(data.all.nodes.map(({ id }: { id: string }) => id)).toEqual(
    [["elsewhere", "table"], ["filtered_even_numbers"], ["generated_numbers"], ["summed_even_numbers"]].map((key) =>
      JSON.stringify(key),
    ),
  );
  expect(data.all.nodes[0]).toMatchObject({ definition: null, latestMaterializationTimestamp: 1_700_000_000_000 });
  expect(data.all.nodes[1]).toMatchObject({
    definition: { groupName: "numbers", kinds: ["typescript"] },
    latestMaterializationTimestamp: null,
  });
  expect(data.page.nodes.map(({ id }: { id: string }) => id)).toEqual(['["filtered_even_numbers"]', '["generated_numbers"]']);
  expect(data.prefix.nodes).toEqual([{ id: '["elsewhere","table"]' }]);
  expect(data.some.nodes).toEqual([{ id: '["generated_numbers"]' }, { id: '["nope"]' }]);
  expect(data.records.assets).toEqual([{ id: '["elsewhere","table"]' }]);
  expect(data.absent).toEqual({ definition: null, hasDefinitionOrRecord: false });
});

test("an asset node knows its neighbours, jobs, and what was made of it", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served, "process_numbers_asset");
  await work(served, served.workspace.launched[0]!, everyEntry);
  const { data } = await served.graphql(`{
    assetNodes(group: {groupName: "numbers", repositoryName: "__repository__", repositoryLocationName: "numbers"}) { assetKey { path } }
    assetNodeOrError(assetKey: {path: ["generated_numbers"]}) { ... on AssetNode {
      id dependencyKeys { path } dependedByKeys { path } jobNames opName isMaterializable
      assetMaterializations { runId timestamp partition tags { key value } label metadataEntries { __typename label ... on IntMetadataEntry { intValue intRepr } } stepStats { status } }
    } }
    assetsLatestInfo(assetKeys: [{path: ["generated_numbers"]}, {path: ["filtered_even_numbers"]}]) { id latestMaterialization { runId } latestRun { runId } inProgressRunIds unstartedRunIds }
    assetOrError(assetKey: {path: ["generated_numbers"]}) { ... on Asset { assetEventHistory(limit: 1, eventTypeSelectors: [MATERIALIZATION, OBSERVATION]) { results { __typename } cursor } } }
  }`);
  expect(data.assetNodes).toHaveLength(3);
  const node = data.assetNodeOrError;
  expect(node).toMatchObject({
    id: '__repository__@numbers.["generated_numbers"]',
    dependencyKeys: [],
    dependedByKeys: [{ path: ["filtered_even_numbers"] }],
    isMaterializable: true,
    assetMaterializations: [{ runId, partition: null, tags: [{ key: "a", value: "b" }], stepStats: { status: "SUCCESS" } }],
  });
  expect(node.jobNames).toEqual(expect.arrayContaining(["__ASSET_JOB", "process_numbers_asset"]));
  expect(node.assetMaterializations[0].metadataEntries).toContainEqual({
    __typename: "IntMetadataEntry",
    label: "rows",
    intValue: null,
    intRepr: "9007199254740993",
  });
  expect(data.assetsLatestInfo[0]).toMatchObject({
    latestMaterialization: { runId },
    latestRun: { runId },
    inProgressRunIds: [],
  });
  expect(data.assetOrError.assetEventHistory.results).toEqual([{ __typename: "ObservationEvent" }]);
});
