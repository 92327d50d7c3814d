import { dataVersionTags, inputVersionTags, type Tags } from "@dagwright/model";
import { expect, test } from "vitest";

import { selector, type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const report = (served: ServedNumbers, name: string, atMs: number, tags: Tags): Promise<void> =>
  served.storage.assets.report([
    {
      type: "ASSET_MATERIALIZATION",
      atMs,
      message: "made",
      stepKey: null,
      assetKey: [name],
      partition: null,
      description: null,
      metadata: {},
      tags,
    },
  ]);

const versions = (codeVersion: string, dataVersion: string): Tags => ({
  [dataVersionTags.codeVersion]: codeVersion,
  [dataVersionTags.dataVersion]: dataVersion,
});

test("an asset says whether and why it is out of date", async () => {
  await using served = await serveNumbers();
  await report(served, "generated_numbers", 1_000, versions("run 1", "v1"));
  await report(served, "filtered_even_numbers", 2_000, {
    ...versions("run 1", "v2"),
    ...inputVersionTags(["generated_numbers"], "v1", null),
  });
  const ask = async (name: string): Promise<unknown> => {
    const { data } = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["${name}"]}) { ... on AssetNode {
      dataVersion staleStatus staleCauses { key { path } category reason dependency { path } }
    } } }`);
    return data.assetNodeOrError;
  };
  expect(await ask("filtered_even_numbers")).toEqual({ dataVersion: "v2", staleStatus: "FRESH", staleCauses: [] });
  expect(await ask("summed_even_numbers")).toEqual({ dataVersion: null, staleStatus: "MISSING", staleCauses: [] });

  await report(served, "generated_numbers", 3_000, versions("run 2", "v3"));
  expect(await ask("filtered_even_numbers")).toEqual({
    dataVersion: "v2",
    staleStatus: "STALE",
    staleCauses: [
      { key: { path: ["generated_numbers"] }, category: "DATA", reason: "has a new materialization", dependency: null },
    ],
  });
});

test("a launch can leave out what is not stale", async () => {
  await using served = await serveNumbers();
  const launch = async (): Promise<Record<string, unknown>> => {
    const { data } = await served.graphql(
      `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
        __typename ... on LaunchRunSuccess { run { assetSelection { path } } } ... on InvalidSubsetError { message }
      } }`,
      {
        params: {
          selector: selector("process_numbers_asset"),
          executionMetadata: { tags: [{ key: "dagwright/only_stale", value: "true" }] },
        },
      },
    );
    return data.launchRun;
  };
  const names = ["generated_numbers", "filtered_even_numbers", "summed_even_numbers"];
  for (const [index, name] of names.entries()) {
    const upstream = names[index - 1];
    const inputs = upstream === undefined ? {} : inputVersionTags([upstream], `${upstream} 1`, null);
    await report(served, name, index, { ...versions("run 1", `${name} 1`), ...inputs });
  }
  expect(await launch()).toEqual({
    __typename: "InvalidSubsetError",
    message: expect.stringContaining("leaves nothing to do: all 3 assets are fresh"),
  });
  await report(served, "generated_numbers", 9, versions("run 2", "generated_numbers 2"));
  expect(await launch()).toEqual({
    __typename: "LaunchRunSuccess",
    run: { assetSelection: [{ path: ["filtered_even_numbers"] }, { path: ["summed_even_numbers"] }] },
  });
});

test("a materialization says how old the data is that it was made from", async () => {
  await using served = await serveNumbers();
  const start = Date.now() - 100_000;
  const idOfNewest = async (name: string): Promise<string> =>
    (await served.storage.assets.events([name], { types: ["ASSET_MATERIALIZATION"], limit: 1 }))[0]!.id;
  const from = async (name: string): Promise<Tags> => inputVersionTags([name], "v", await idOfNewest(name));
  await report(served, "generated_numbers", start + 10_000, versions("1", "v"));
  await report(served, "filtered_even_numbers", start + 20_000, { ...versions("1", "v"), ...(await from("generated_numbers")) });
  await report(served, "generated_numbers", start + 30_000, versions("1", "v2"));
  await report(served, "summed_even_numbers", start + 40_000, {
    ...versions("1", "v"),
    ...(await from("filtered_even_numbers")),
  });
  const ask = async (name: string, afterMs: number): Promise<unknown> => {
    const { data } = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["${name}"]}) { ... on AssetNode {
      assetMaterializationUsedData(timestampMillis: "${start + afterMs}") { assetKey { path } downstreamAssetKey { path } timestamp }
    } } }`);
    return data.assetNodeOrError.assetMaterializationUsedData;
  };
  const of = (name: string) => [
    { assetKey: { path: ["generated_numbers"] }, downstreamAssetKey: { path: [name] }, timestamp: String(start + 10_000) },
  ];
  expect(await ask("summed_even_numbers", 40_000)).toEqual(of("summed_even_numbers"));
  expect(await ask("filtered_even_numbers", 20_000)).toEqual(of("filtered_even_numbers"));
  expect(await ask("generated_numbers", 10_000)).toEqual([]);
  expect(await ask("summed_even_numbers", 90_000)).toEqual([]);

  await report(served, "filtered_even_numbers", start + 50_000, {});
  expect(await ask("filtered_even_numbers", 50_000)).toEqual([
    {
      assetKey: { path: ["generated_numbers"] },
      downstreamAssetKey: { path: ["filtered_even_numbers"] },
      timestamp: String(start + 30_000),
    },
  ]);
});
