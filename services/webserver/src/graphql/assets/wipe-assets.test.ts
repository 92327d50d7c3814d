import { asset, definitions } from "@dagwright/definitions";
import type { AssetEvent } from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";

import { serveNumbers } from "../../testing/served-numbers.ts";

const daily = asset("daily", { partitions: dailyPartitions({ startDate: "2026-01-01" }) }, () => 1);
const whole = asset("whole", () => 1);
const project = definitions({ assets: [daily, whole] });

const made = (name: string, partition: string | null = null): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: 0,
  message: "",
  stepKey: null,
  assetKey: [name],
  partition,
  description: null,
  metadata: {},
  tags: {},
});

const wipe = (ranges: string): string => `mutation {
  wipeAssets(assetPartitionRanges: [${ranges}]) {
    __typename
    ... on AssetWipeSuccess { assetPartitionRanges { assetKey { path } partitionRange { start end } } }
    ... on Error { message }
  }
}`;
const asked = `{
  assetNodeOrError(assetKey: {path: ["daily"]}) {
    ... on AssetNode { hasWipePermission partitionStats { numMaterialized } assetMaterializations(limit: 9) { partition } }
  }
  assetOrError(assetKey: {path: ["whole"]}) { __typename ... on Asset { assetMaterializations { partition } } }
}`;

test("assets are wiped, whole or by ranges of partitions", async () => {
  await using served = await serveNumbers({ project });
  const { assets } = served.storage;
  await assets.report(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"].map((day) => made("daily", day)));
  await assets.report([made("whole")]);

  const { data } = await served.graphql(
    wipe(
      `{assetKey: {path: ["whole"]}}, {assetKey: {path: ["daily"]}, partitions: {range: {start: "2026-01-02", end: "2026-01-03"}}}`,
    ),
  );
  expect(data).toEqual({
    wipeAssets: {
      __typename: "AssetWipeSuccess",
      assetPartitionRanges: [
        { assetKey: { path: ["whole"] }, partitionRange: null },
        { assetKey: { path: ["daily"] }, partitionRange: { start: "2026-01-02", end: "2026-01-03" } },
      ],
    },
  });
  expect((await served.graphql(asked)).data).toMatchObject({
    assetNodeOrError: {
      hasWipePermission: true,
      partitionStats: { numMaterialized: 2 },
      assetMaterializations: [{ partition: "2026-01-04" }, { partition: "2026-01-01" }],
    },
    assetOrError: { assetMaterializations: [] },
  });
  await served.graphql(wipe(`{assetKey: {path: ["daily"]}}`));
  expect((await served.graphql(asked)).data).toMatchObject({
    assetNodeOrError: { partitionStats: { numMaterialized: 0 }, assetMaterializations: [] },
  });
});

test("what cannot be wiped is refused before anything is", async () => {
  await using served = await serveNumbers({ project });
  await served.storage.assets.report([made("whole")]);
  const refusals = [
    [`{assetKey: {path: ["none"]}, partitions: {range: {start: "a", end: "b"}}}`, "AssetNotFoundError", /"none" is not defined/],
    [
      `{assetKey: {path: ["whole"]}, partitions: {range: {start: "a", end: "b"}}}`,
      "UnsupportedOperationError",
      /has no partitions/,
    ],
    [
      `{assetKey: {path: ["daily"]}, partitions: {range: {start: "2025-01-01", end: "2026-01-02"}}}`,
      "PythonError",
      /no partition "2025-01-01"/,
    ],
  ] as const;
  for (const [range, __typename, message] of refusals) {
    const { data } = await served.graphql(wipe(`{assetKey: {path: ["whole"]}}, ${range}`));
    expect(data).toMatchObject({ wipeAssets: { __typename, message: expect.stringMatching(message) as string } });
  }
  expect(await served.storage.assets.states([["whole"]])).toHaveLength(1);
  // As in Dagster, nothing is known of it afterwards, and that is what was asked for.
  expect((await served.graphql(wipe(`{assetKey: {path: ["none"]}}`))).data).toMatchObject({
    wipeAssets: { __typename: "AssetWipeSuccess" },
  });
  await using readOnly = await serveNumbers({ project, readOnly: true });
  expect((await readOnly.graphql(wipe(`{assetKey: {path: ["whole"]}}`))).data).toMatchObject({
    wipeAssets: { __typename: "UnauthorizedError" },
  });
});
