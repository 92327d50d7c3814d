import { asset, assetCheck, assetSpec, checkResult, definitions, multiAsset } from "@dagwright/definitions";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";

import { serveNumbers } from "../../testing/served-numbers.ts";

const repository = `repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "numbers"}`;

const orders = asset(
  "orders",
  {
    group: "shop",
    owners: ["team:data", "ann@example.com"],
    tags: { tier: "1" },
    kinds: ["duckdb"],
    partitions: dailyPartitions({ startDate: "2026-01-01" }),
    metadata: { "dagster/table_name": '"Shop".Orders', "dagster/storage_kind": "duckdb" },
  },
  () => 1,
);
const copied = asset(
  "copied",
  { deps: [orders], metadata: { "dagster/table_name": "shop.orders", "dagster/storage_kind": "duckdb" } },
  () => 1,
);
const sides = multiAsset("sides", { specs: [assetSpec("left"), assetSpec("right")] }, () => {});
const parts = multiAsset("parts", { specs: [assetSpec("upper"), assetSpec("lower")], canSubset: true }, () => {});
const positive = assetCheck("positive", { asset: orders }, () => checkResult({ passed: true }));
const project = definitions({ assets: [orders, copied, sides, parts], assetChecks: [positive] });

/** What the catalog of clients reads of an asset node, in the words of a query. */
const nodeFields = `__typename id groupName opNames graphName isMaterializable isObservable isExecutable isPartitioned isAutoCreatedStub hasAssetChecks
  computeKind hasMaterializePermission hasReportRunlessAssetEventPermission description jobNames kinds changedReasons
  assetKey { __typename path } dependencyKeys { __typename path } owners { __typename ... on UserAssetOwner { email } ... on TeamAssetOwner { team } }
  tags { __typename key value } storageAddress { __typename storageKind tableName } automationCondition { __typename }
  partitionDefinition { __typename dimensionTypes { __typename type dynamicPartitionsDefinitionName } }
  internalFreshnessPolicy { __typename }`;

test("the manifest says of every asset what a query of its node says", async () => {
  await using served = await serveNumbers({ project });
  const { data, errors } = await served.graphql(
    `{ repositoryOrError(${repository}) { ... on Repository { assetManifest assetNodes { ${nodeFields} } } } }`,
  );
  expect(errors).toBeUndefined();
  const { assetManifest, assetNodes } = data.repositoryOrError;
  expect(assetManifest).toHaveLength(6);
  expect(assetManifest).toMatchObject(assetNodes);
  const ofOrders = assetNodes.find(
    ({ assetKey }: { readonly assetKey: { readonly path: readonly string[] } }) => assetKey.path[0] === "orders",
  );
  expect(ofOrders).toMatchObject({ hasAssetChecks: true, isPartitioned: true, storageAddress: { tableName: "shop.orders" } });
});

test("assets in one table know of one another; assets that are made together ask for one another", async () => {
  await using served = await serveNumbers({ project });
  const { data, errors } = await served.graphql(`{
    assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode { assetsForSameStorageAddress { assetKey { path } } } }
    together: assetNodeAdditionalRequiredKeys(assetKeys: [{path: ["left"]}, {path: ["orders"]}]) { path }
    apart: assetNodeAdditionalRequiredKeys(assetKeys: [{path: ["upper"]}, {path: ["nope"]}]) { path }
  }`);
  expect(errors).toBeUndefined();
  expect(data.assetNodeOrError.assetsForSameStorageAddress).toEqual([{ assetKey: { path: ["copied"] } }]);
  expect([data.together, data.apart]).toEqual([[{ path: ["right"] }], []]);
});
