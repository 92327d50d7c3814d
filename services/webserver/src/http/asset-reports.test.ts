import { definitions } from "@dagwright/definitions";
import { expect, test } from "vitest";

import { serveNumbers, type ServedNumbers } from "../testing/served-numbers.ts";

const json = { "content-type": "application/json" };

async function post(served: ServedNumbers, path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${served.url}${path}`, { method: "POST", ...init });
  return { status: response.status, body: await response.json() };
}

const done = { status: 200, body: {} };

test("materializations and observations are reported by path, query or body, and shown like those of runs", async () => {
  await using served = await serveNumbers();
  const body = JSON.stringify({ data_version: "v2", description: "by hand", partition: "p", metadata: { rows: 3, note: "ok" } });
  const list = encodeURIComponent('["reported","table"]');
  expect(await post(served, "/report_asset_materialization/reported/table")).toEqual(done);
  expect(await post(served, `/report_asset_materialization?asset_key=${list}&partition=q`)).toEqual(done);
  expect(await post(served, "/report_asset_materialization/reported/table", { headers: json, body })).toEqual(done);
  const inBody = JSON.stringify({ asset_key: ["reported", "table"], metadata: { seen: true } });
  expect(await post(served, "/report_asset_observation/", { headers: json, body: inBody })).toEqual(done);
  expect(await post(served, "/report_asset_observation/generated_numbers?data_version=v1&metadata=%7B%22a%22%3A1.5%7D")).toEqual(
    done,
  );

  const { data } = await served.graphql(`{
    assetOrError(assetKey: {path: ["reported", "table"]}) { ... on Asset {
      assetMaterializations { runId partition description tags { key value } metadataEntries { label __typename } }
      assetObservations { runId metadataEntries { label __typename } }
    } }
    assetNodeOrError(assetKey: {path: ["generated_numbers"]}) { ... on AssetNode { dataVersion assetObservations { tags { key value } metadataEntries { __typename } } } }
  }`);
  expect(data.assetOrError.assetMaterializations).toEqual([
    {
      runId: "",
      partition: "p",
      description: "by hand",
      tags: [
        { key: "dagster/data_version", value: "v2" },
        { key: "dagster/data_version_is_user_provided", value: "true" },
      ],
      metadataEntries: [
        { label: "note", __typename: "TextMetadataEntry" },
        { label: "rows", __typename: "IntMetadataEntry" },
      ],
    },
    { runId: "", partition: "q", description: null, tags: [], metadataEntries: [] },
    { runId: "", partition: null, description: null, tags: [], metadataEntries: [] },
  ]);
  expect(data.assetOrError.assetObservations).toEqual([
    { runId: "", metadataEntries: [{ label: "seen", __typename: "BoolMetadataEntry" }] },
  ]);
  expect(data.assetNodeOrError.assetObservations).toMatchObject([{ metadataEntries: [{ __typename: "FloatMetadataEntry" }] }]);
});

test("evaluations of checks are reported with the materialization that they are about", async () => {
  await using served = await serveNumbers();
  await post(served, "/report_asset_materialization/generated_numbers");
  const body = JSON.stringify({ check_name: "positive", passed: false, severity: "WARN", metadata: { lowest: -1 } });
  expect(await post(served, "/report_asset_check/generated_numbers", { headers: json, body })).toEqual(done);
  expect(await post(served, "/report_asset_check/generated_numbers?check_name=positive&passed=true")).toEqual(done);
  const { data } = await served.graphql(`{
    assetCheckExecutions(assetKey: {path: ["generated_numbers"]}, checkName: "positive", limit: 5) {
      status runId evaluation { success severity targetMaterialization { runId } metadataEntries { label } } }
  }`);
  expect(data.assetCheckExecutions).toMatchObject([
    { status: "SUCCEEDED", evaluation: { success: true, severity: "ERROR" } },
    { status: "FAILED", evaluation: { success: false, severity: "WARN", metadataEntries: [{ label: "lowest" }] } },
  ]);
});

test("what cannot be understood is refused by name", async () => {
  await using served = await serveNumbers({ project: definitions({}) });
  const refused = async (path: string, init?: RequestInit) => {
    const { status, body } = await post(served, path, init);
    return [status, (body as { error?: string }).error];
  };
  const mat = "/report_asset_materialization";
  expect(await refused(mat)).toEqual([400, expect.stringContaining("Empty asset key")]);
  expect(await refused(`${mat}/a?metadata={`)).toEqual([400, expect.stringContaining("Error parsing metadata json")]);
  expect(await refused(`${mat}/a`, { headers: json, body: "{" })).toEqual([
    400,
    expect.stringContaining("Error parsing the body json"),
  ]);
  expect(await refused(`${mat}/a`, { headers: json, body: "[]" })).toEqual([400, "The body must be a JSON object."]);
  expect(await refused(`${mat}/a`, { headers: json, body: '{"partition": 3}' })).toEqual([400, "'partition' must be text."]);
  expect(await refused(`${mat}/a`, { headers: json, body: '{"metadata": [1]}' })).toEqual([
    400,
    "'metadata' must be a JSON object.",
  ]);
  expect(await refused(mat, { headers: json, body: '{"asset_key": [1]}' })).toEqual([
    400,
    expect.stringContaining("list of texts"),
  ]);
  expect(await refused(`${mat}/a`, { headers: { "content-type": "text/csv" }, body: "a" })).toEqual([
    400,
    "Unhandled content type text/csv, expect no body or application/json",
  ]);
  const huge = JSON.stringify({ description: "x".repeat(17 * 1024 * 1024) });
  expect(await refused(`${mat}/a`, { headers: json, body: huge })).toEqual([413, "The body is too large."]);
  expect(await refused("/report_asset_check/a?check_name=c")).toEqual([400, "Missing required parameter 'passed'."]);
  expect(await refused("/report_asset_check/a?passed=true")).toEqual([400, "Missing required parameter 'check_name'."]);
  expect(await refused("/report_asset_check/a?check_name=c&passed=maybe")).toEqual([
    400,
    expect.stringContaining("Error parsing passed"),
  ]);
  expect(await refused("/report_asset_check/a?check_name=c&passed=true&severity=BAD")).toEqual([
    400,
    expect.stringContaining("WARN or ERROR"),
  ]);
  expect(await served.storage.assets.list({ limit: 10 })).toEqual([]);
});

test("a read-only webserver takes no reports", async () => {
  await using served = await serveNumbers({ readOnly: true });
  expect(await post(served, "/report_asset_materialization/a")).toEqual({
    status: 401,
    body: { error: "Not authorized to report runless asset events." },
  });
  const { data } = await served.graphql(
    `mutation { reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["a"]}}) { __typename } }`,
  );
  expect(data.reportRunlessAssetEvents.__typename).toBe("UnauthorizedError");
});

test("GraphQL reports events for partitions, and evaluations of checks", async () => {
  await using served = await serveNumbers();
  const { data } = await served.graphql(`mutation {
    made: reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["g", "made"]}, partitionKeys: ["a", "b"], description: "d"}) {
      ... on ReportRunlessAssetEventsSuccess { assetKey { path } } }
    seen: reportRunlessAssetEvents(eventParams: {eventType: ASSET_OBSERVATION, assetKey: {path: ["g", "made"]}}) { __typename }
    checked: reportAssetCheckEvaluations(eventParams: {assetKey: {path: ["g", "made"]}, checkName: "c", passed: true, serializedMetadata: "{\\"n\\": 1}"}) {
      ... on ReportAssetCheckEvaluationsSuccess { checkName } }
    wrong: reportAssetCheckEvaluations(eventParams: {assetKey: {path: ["g"]}, checkName: "c", passed: true, serializedMetadata: "["}) {
      ... on PythonError { message } }
  }`);
  expect(data).toMatchObject({
    made: { assetKey: { path: ["g", "made"] } },
    seen: { __typename: "ReportRunlessAssetEventsSuccess" },
    checked: { checkName: "c" },
    wrong: { message: expect.stringContaining("serializedMetadata must be a JSON object") as string },
  });
  const events = await served.storage.assets.events(["g", "made"], {
    types: ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION", "ASSET_CHECK_EVALUATION"],
    limit: 10,
  });
  expect(events.map(({ runId, event }) => [runId, event.type, "partition" in event ? event.partition : null])).toEqual([
    [null, "ASSET_CHECK_EVALUATION", null],
    [null, "ASSET_OBSERVATION", null],
    [null, "ASSET_MATERIALIZATION", "b"],
    [null, "ASSET_MATERIALIZATION", "a"],
  ]);
});
