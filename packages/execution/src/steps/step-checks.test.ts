import {
  asset,
  assetCheck,
  buildColumnSchemaChangeChecks,
  buildLastUpdateFreshnessChecks,
  buildMetadataBoundsChecks,
  buildTimePartitionFreshnessChecks,
  checkResult,
  checkSpec,
  externalAsset,
  InMemoryInstance,
  metadata,
  multiAssetCheck,
} from "@dagwright/definitions";
import type { AssetMaterializationEvent, AssetObservationEvent, MetadataInput } from "@dagwright/model";
import { toMetadata } from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";
import { materialize } from "../index.ts";

const orders = asset("orders", () => [1, 2, 3]);
const report = asset("report", { ins: { orders } }, ({ orders }) => orders.length);

test("a check's outcome is an event that names the materialization that it looked at", async () => {
  const instance = new InMemoryInstance();
  const check = assetCheck("sound", { asset: orders, ins: { orders } }, ({ orders }) =>
    checkResult({ passed: orders.length === 2, severity: "WARN", description: "three", metadata: { rows: orders.length } }),
  );
  const result = await materialize([orders, check], { instance });
  const [made] = result.eventsOf("ASSET_MATERIALIZATION");
  const [evaluation] = result.eventsOf("ASSET_CHECK_EVALUATION");
  expect(evaluation).toMatchObject({
    stepKey: "orders_sound",
    assetKey: ["orders"],
    checkName: "sound",
    success: false,
    severity: "WARN",
    description: "three",
    metadata: { rows: { type: "int", int: "3" } },
    blocking: false,
    partition: null,
    target: { runId: result.runId, atMs: made?.atMs },
    message: 'Asset check "sound" on "orders" did not pass: three',
  });
  expect(result.success).toBe(true);
  const [execution] = await instance.checkExecutions({ check: { assetKey: ["orders"], name: "sound" }, limit: 1 });
  expect(execution).toMatchObject({
    status: "FAILED",
    runId: result.runId,
    evaluation: { target: { id: evaluation?.target?.id } },
  });
});

test("checks of several assets are evaluated after all of them, also by an asynchronous generator", async () => {
  const both = multiAssetCheck(
    "both",
    { specs: [checkSpec("a", { asset: orders }), checkSpec("b", { asset: report })] },
    async function* (_, { checks }) {
      for (const { assetKey, name } of checks) yield checkResult({ passed: true, asset: assetKey, check: name });
    },
  );
  const result = await materialize([orders, report, both]);
  expect(result.eventsOf("ASSET_CHECK_EVALUATION").map(({ assetKey, checkName }) => [assetKey[0], checkName])).toEqual([
    ["orders", "a"],
    ["report", "b"],
  ]);
});

test("a check of an asset of another location runs without it", async () => {
  const remote = externalAsset("remote");
  const result = await materialize([assetCheck("there", { asset: remote }, () => true)]);
  expect(result.eventsOf("ASSET_CHECK_EVALUATION")[0]).toMatchObject({ assetKey: ["remote"], success: true, target: null });
});

test("a blocking failure fails its step without a retry, names the checks, and skips what is downstream", async () => {
  const stops = assetCheck("stops", { asset: orders, blocking: true, retryPolicy: { maxRetries: 3 } }, () => false);
  const result = await materialize([orders, report, stops], { raiseOnError: false });
  expect(result.outcome).toMatchObject({ status: "FAILURE", failedStepKeys: ["orders_stops"] });
  const [failure] = result.eventsOf("STEP_FAILURE");
  expect(failure).toMatchObject({
    errorSource: "FRAMEWORK_ERROR",
    error: { name: "AssetCheckFailedError", message: '1 blocking asset check failed with the severity ERROR: "orders:stops"' },
  });
  expect(result.eventsOf("STEP_UP_FOR_RETRY")).toEqual([]);
  expect(result.eventsOf("STEP_SKIPPED").map(({ stepKey }) => stepKey)).toEqual(["report"]);
});

const two = [checkSpec("a", { asset: orders }), checkSpec("b", { asset: orders })];

test.each([
  [
    "text",
    assetCheck("c", { asset: orders }, (() => "yes") as never),
    "returned string; an asset check's function returns checkResult",
  ],
  ["a list of something else", multiAssetCheck("m", { specs: two }, (() => [1]) as never), "yielded number among its results"],
  [
    "too few results",
    multiAssetCheck("m", { specs: two }, () => [checkResult({ passed: true, check: "a" })]),
    'returned no result of "orders:b"',
  ],
  [
    "a result that could be of either",
    multiAssetCheck("m", { specs: two }, () => checkResult({ passed: true })),
    "may be of several checks",
  ],
  [
    "two results of one check",
    multiAssetCheck("m", { specs: two }, () => [
      checkResult({ passed: true, check: "a" }),
      checkResult({ passed: true, check: "a" }),
    ]),
    'returned two results of "orders:a"',
  ],
  [
    "a result of no check of its own",
    multiAssetCheck("m", { specs: two }, () => [checkResult({ passed: true, check: "x", asset: "report" })]),
    'returned a result of check "x" of asset "report", which it does not declare; its checks are "orders:a", "orders:b"',
  ],
])("a check that returns %s fails by name", async (_, check, problem) => {
  const result = await materialize([orders, check], { raiseOnError: false });
  const [failure] = result.eventsOf("STEP_FAILURE");
  expect(failure).toMatchObject({ errorSource: "USER_CODE_ERROR", error: { name: "CheckResultError" } });
  expect(failure?.error?.message).toContain(problem);
});

// ---- ready-made checks ----------------------------------------------------------------------------------------------------------------

const hourMs = 3_600_000;
const event = (
  type: "ASSET_MATERIALIZATION" | "ASSET_OBSERVATION",
  given: { readonly atMs?: number; readonly partition?: string; readonly metadata?: Readonly<Record<string, MetadataInput>> },
): AssetMaterializationEvent | AssetObservationEvent => ({
  type,
  atMs: given.atMs ?? Date.now(),
  message: "",
  stepKey: null,
  assetKey: ["orders"],
  partition: given.partition ?? null,
  description: null,
  metadata: toMetadata(given.metadata),
  tags: {},
});
const made = (given: Parameters<typeof event>[1]) => event("ASSET_MATERIALIZATION", given);
const seen = (given: Parameters<typeof event>[1]) => event("ASSET_OBSERVATION", given);

async function evaluate(
  checks: readonly Parameters<typeof materialize>[0][number][],
  ...events: readonly ReturnType<typeof event>[]
) {
  const instance = new InMemoryInstance();
  for (const each of events) instance.record(null, each);
  const result = await materialize(checks, { instance });
  return result.eventsOf("ASSET_CHECK_EVALUATION")[0]!;
}

const schemaOf = (...columns: Parameters<typeof metadata.tableSchema>[0]["columns"]) => ({
  metadata: { "dagster/column_schema": metadata.tableSchema({ columns }) },
});

test.each([
  ["never updated", [], false, "never been materialized"],
  ["updated within the hour", [made({ atMs: Date.now() - hourMs / 2 })], true, "30 minutes ago"],
  ["updated before that", [made({ atMs: Date.now() - 26 * hourMs })], false, "1 day, 2 hours ago"],
  ["seen, and nothing told", [seen({})], false, "never been materialized"],
  [
    "seen to be new",
    [made({ atMs: 0 }), seen({ metadata: { "dagster/last_updated_timestamp": metadata.timestamp(new Date()) } })],
    true,
    "fresh",
  ],
])("freshness: an asset that was %s", async (_, events, passed, description) => {
  const checks = buildLastUpdateFreshnessChecks({ assets: [orders], lowerBoundDeltaSeconds: 3600 });
  const evaluation = await evaluate(checks, ...events);
  expect(evaluation).toMatchObject({ checkName: "freshness_check", success: passed, severity: "WARN" });
  expect(evaluation.description).toContain(description);
  expect(evaluation.metadata["dagster/freshness_params"]).toEqual({
    type: "json",
    json: { timezone: "UTC", lower_bound_delta_seconds: 3600 },
  });
  expect(Object.hasOwn(evaluation.metadata, "dagster/fresh_until_timestamp")).toBe(passed);
});

test("freshness: with a deadline only what came before the cron's latest time counts against it", async () => {
  const checks = buildLastUpdateFreshnessChecks({ assets: [orders], lowerBoundDeltaSeconds: 60, deadlineCron: "0 0 1 1 *" });
  const newYearMs = Date.UTC(new Date().getUTCFullYear(), 0, 1);
  expect(await evaluate(checks, made({ atMs: newYearMs - 30_000 }))).toMatchObject({ success: true });
  const late = await evaluate(checks, made({ atMs: newYearMs - 90_000 }));
  expect(late).toMatchObject({
    success: false,
    metadata: { "dagster/latest_cron_tick_timestamp": { type: "timestamp", epochSeconds: newYearMs / 1_000 } },
  });
});

test("freshness: the partition that ended last must have arrived", async () => {
  const daily = asset("orders", { partitions: dailyPartitions({ startDate: "2026-01-01" }) }, () => 1);
  const checks = buildTimePartitionFreshnessChecks({ assets: [daily], deadlineCron: "* * * * *" });
  const yesterday = new Date(Date.now() - 24 * hourMs).toISOString().slice(0, 10);
  expect(await evaluate(checks)).toMatchObject({ success: false, description: expect.stringContaining("never been") as string });
  expect(await evaluate(checks, made({ partition: "2026-01-01" }))).toMatchObject({
    success: false,
    description: expect.stringContaining(`partition ${yesterday} is expected`) as string,
  });
  expect(await evaluate(checks, made({ partition: yesterday }))).toMatchObject({ success: true });
});

test.each([
  ["materialized once", [made(schemaOf("a"))], true, "fewer than two times"],
  ["the same columns", [made(schemaOf("a")), made(schemaOf("a"))], true, "of the previous"],
  ["no schema", [made(schemaOf("a")), made({})], false, "latest materialization tells of no"],
  ["no schema before", [made({}), made(schemaOf("a"))], false, "previous materialization tells of no"],
  [
    "other columns",
    [made(schemaOf("kept", "gone", "other")), made(schemaOf("kept", "new", { name: "other", type: "int" }))],
    false,
    "Added columns: new\n\nRemoved columns: gone\n\nChanged types:\n- other: string -> int",
  ],
])("column schema: %s", async (_, events, passed, description) => {
  const evaluation = await evaluate(buildColumnSchemaChangeChecks({ assets: [orders] }), ...events);
  expect(evaluation).toMatchObject({ checkName: "column_schema_change", success: passed });
  expect(evaluation.description).toContain(description);
});

test.each([
  [{ minValue: 1 }, {}, null, "not been materialized"],
  [{ minValue: 1 }, { rows: 1 }, true, "1 is within"],
  [{ minValue: 1, exclusiveMin: true }, { rows: 1 }, false, "1 is less than or equal to 1"],
  [{ maxValue: 2 }, { rows: 2.5 }, false, "2.5 is greater than 2"],
  [{ maxValue: 2, exclusiveMax: true }, { rows: 2 }, false, "2 is greater than or equal to 2"],
  [{ maxValue: 2 }, { others: 2 }, false, "has no metadata `rows`"],
  [{ maxValue: 2 }, { rows: "2" }, false, "is text, not a number"],
])("metadata bounds: %j of %j", async (bounds, told, passed, description) => {
  const checks = buildMetadataBoundsChecks({ assets: [orders], metadataKey: "rows", severity: "ERROR", ...bounds });
  const evaluation = await evaluate(checks, ...(passed === null ? [] : [made({ metadata: told })]));
  expect(evaluation).toMatchObject({ checkName: "rows_bounds_check", success: passed ?? false, severity: "ERROR" });
  expect(evaluation.description).toContain(description);
});

test("a check with the asset's partitions reads the run's partition; one without reads all of them", async () => {
  const partitions = dailyPartitions({ startDate: "2026-01-01", endDate: "2026-01-03" });
  const daily = asset("daily", { partitions }, (_, { partition }) => [partition.key]);
  const ofDay = assetCheck("of_day", { asset: daily, partitions, ins: { daily } }, ({ daily }, { partition }) =>
    checkResult({ passed: daily.includes(partition.key), metadata: { day: partition.key } }),
  );
  const [evaluation] = (await materialize([daily, ofDay], { partitionKey: "2026-01-02" })).eventsOf("ASSET_CHECK_EVALUATION");
  expect(evaluation).toMatchObject({ success: true, metadata: { day: { text: "2026-01-02" } } });

  const ofAll = assetCheck("of_all", { asset: daily, ins: { daily } }, ({ daily }) => Object.keys(daily).length === 2);
  const assetValues = { daily: { "2026-01-01": ["a"], "2026-01-02": ["b"] } };
  const [whole] = (await materialize([ofAll], { assetValues })).eventsOf("ASSET_CHECK_EVALUATION");
  expect(whole?.success).toBe(true);
});
