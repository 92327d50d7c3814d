import { asset, assetCheck, checkSpec, defineAssetJob, definitions, multiAssetCheck } from "@dagwright/definitions";
import type { AssetCheckEvaluationEvent, AssetEvent, RunId } from "@dagwright/model";
import { stepKey } from "@dagwright/model";
import { expect, test } from "vitest";

import { launch, runEvent, work } from "../../testing/run-history.ts";
import { selector, type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const orders = asset("orders", () => 1);
const report = asset("report", { deps: [orders] }, () => 1);
const sound = assetCheck("sound", { asset: orders, description: "Sound orders", blocking: true }, () => true);
const several = multiAssetCheck(
  "several",
  { specs: [checkSpec("a", { asset: orders }), checkSpec("b", { asset: report })], deps: [] },
  () => [],
);
const project = definitions({
  assets: [orders, report],
  assetChecks: [sound, several],
  jobs: [defineAssetJob("orders_only", { selection: "without_checks(orders) or check:orders:sound" })],
});

const execution = `id runId status timestamp partition stepKey run { id }
  evaluation { timestamp checkName assetKey { path } severity description success partition
    targetMaterialization { storageId runId timestamp } metadataEntries { label ... on IntMetadataEntry { intValue } } }`;
const checks = `query($key: AssetKeyInput!, $pipeline: PipelineSelector) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  hasAssetChecks assetChecksOrError(pipeline: $pipeline) { __typename ... on AssetChecks { checks {
    name assetKey { path } description blocking canExecuteIndividually jobNames additionalAssetKeys { path }
    executionForLatestMaterialization { ${execution} } } } } } } }`;
const executions = `query($checkName: String!, $limit: Int!, $cursor: String, $partition: String) {
  assetCheckExecutions(assetKey: {path: ["orders"]}, checkName: $checkName, limit: $limit, cursor: $cursor, partition: $partition) { ${execution} } }`;

const evaluated = (
  name: string,
  success: boolean,
  target: AssetCheckEvaluationEvent["target"] = null,
): AssetCheckEvaluationEvent => ({
  type: "ASSET_CHECK_EVALUATION",
  atMs: Date.now(),
  message: "evaluated",
  stepKey: stepKey("orders_sound"),
  assetKey: ["orders"],
  checkName: name,
  success,
  severity: "WARN",
  description: "told",
  metadata: { rows: { type: "int", int: "3" } },
  blocking: true,
  partition: null,
  target,
});
const made = (): AssetEvent => ({
  type: "ASSET_MATERIALIZATION",
  atMs: Date.now(),
  message: "made",
  stepKey: null,
  assetKey: ["orders"],
  partition: null,
  description: null,
  metadata: {},
  tags: {},
});

const latestOf = async (served: ServedNumbers) => {
  const { data } = await served.graphql(checks, { key: { path: ["orders"] } });
  const found = data.assetNodeOrError.assetChecksOrError.checks as { name: string; executionForLatestMaterialization: unknown }[];
  return found.find(({ name }) => name === "sound")?.executionForLatestMaterialization;
};
const end = (served: ServedNumbers, runId: RunId, type: "RUN_SUCCESS") =>
  served.storage.events.append({ runId, attempt: 1, entries: [runEvent(type, "ended")] });

test("an asset tells of its checks as its code location defines them", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(checks, { key: { path: ["orders"] } });
  expect(data.assetNodeOrError).toEqual({
    hasAssetChecks: true,
    assetChecksOrError: {
      __typename: "AssetChecks",
      checks: [
        {
          name: "a",
          assetKey: { path: ["orders"] },
          description: null,
          blocking: false,
          canExecuteIndividually: "REQUIRES_MATERIALIZATION",
          jobNames: ["__ASSET_JOB"],
          additionalAssetKeys: [{ path: ["report"] }],
          executionForLatestMaterialization: null,
        },
        {
          name: "sound",
          assetKey: { path: ["orders"] },
          description: "Sound orders",
          blocking: true,
          canExecuteIndividually: "CAN_EXECUTE",
          jobNames: ["__ASSET_JOB", "orders_only"],
          additionalAssetKeys: [],
          executionForLatestMaterialization: null,
        },
      ],
    },
  });
  const ofJob = await served.graphql(checks, {
    key: { path: ["orders"] },
    pipeline: { pipelineName: "orders_only", repositoryName: "__repository__", repositoryLocationName: "numbers" },
  });
  expect(ofJob.data.assetNodeOrError.assetChecksOrError.checks.map(({ name }: { name: string }) => name)).toEqual(["sound"]);
  const one = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode {
    known: assetCheckOrError(checkName: "a") { __typename } unknown: assetCheckOrError(checkName: "z") { __typename ... on Error { message } } } } }`);
  expect(one.data.assetNodeOrError).toMatchObject({
    known: { __typename: "AssetCheck" },
    unknown: { __typename: "AssetCheckNotFoundError", message: expect.stringContaining('"z"') },
  });
});

test("an execution is in progress, then what its evaluation says, and tells of the materialization that it looked at", async () => {
  await using served = await serveNumbers({ project });
  const id = await launch(served, "__ASSET_JOB", {
    selector: { ...selector("__ASSET_JOB"), assetSelection: [{ path: ["orders"] }] },
  });
  expect(await latestOf(served)).toMatchObject({
    runId: id,
    status: "IN_PROGRESS",
    evaluation: null,
    stepKey: "orders_sound",
    run: { id },
  });

  await work(served, served.workspace.launched[0]!, [made()]);
  const [record] = await served.storage.assets.events(["orders"], { types: ["ASSET_MATERIALIZATION"], limit: 1 });
  const target = { id: record!.id, runId: id, atMs: record!.event.atMs };
  await served.storage.events.append({ runId: id, attempt: 1, entries: [evaluated("sound", false, target)] });
  expect(await latestOf(served)).toMatchObject({
    status: "FAILED",
    evaluation: {
      checkName: "sound",
      severity: "WARN",
      success: false,
      description: "told",
      partition: null,
      targetMaterialization: { storageId: record!.id, runId: id, timestamp: target.atMs / 1_000 },
      metadataEntries: [{ label: "rows", intValue: 3 }],
    },
  });
  await end(served, id, "RUN_SUCCESS");
  // The other check of the run was never evaluated.
  expect((await served.graphql(executions, { checkName: "a", limit: 5 })).data.assetCheckExecutions).toMatchObject([
    { status: "SKIPPED", evaluation: null },
  ]);

  await served.storage.assets.report([made()]);
  expect(await latestOf(served)).toBeNull();
  const [newest] = await served.storage.assets.events(["orders"], { types: ["ASSET_MATERIALIZATION"], limit: 1 });
  await served.storage.assets.report([evaluated("sound", true, { id: newest!.id, runId: null, atMs: newest!.event.atMs })]);
  expect(await latestOf(served)).toMatchObject({ status: "SUCCEEDED", runId: "", run: null });
});

test("executions come newest first, page by page", async () => {
  await using served = await serveNumbers({ project });
  for (const success of [true, false, true]) await served.storage.assets.report([evaluated("sound", success)]);
  const read = async (page: object) =>
    (await served.graphql(executions, { checkName: "sound", limit: 2, ...page })).data.assetCheckExecutions as {
      id: string;
      status: string;
    }[];
  const first = await read({});
  expect(first.map(({ status }) => status)).toEqual(["SUCCEEDED", "FAILED"]);
  expect((await read({ cursor: first[1]!.id })).map(({ status }) => status)).toEqual(["SUCCEEDED"]);
  expect(await read({ partition: "" })).toHaveLength(2);
  expect(await read({ partition: "p" })).toEqual([]);
});

test("a launch names checks: alone, with assets, or none", async () => {
  await using served = await serveNumbers({ project });
  const mutation = `mutation($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
    ... on LaunchRunSuccess { run { runId stepKeysToExecute assetSelection { path } assetCheckSelection { name assetKey { path } }
      assetCheckSelectionCount assetChecks { name } } } ... on Error { message } } }`;
  const launched = async (given: object) =>
    (await served.graphql(mutation, { params: { selector: { ...selector("__ASSET_JOB"), ...given } } })).data.launchRun;
  const handle = { assetKey: { path: ["orders"] }, name: "sound" };
  const alone = await launched({ assetCheckSelection: [handle] });
  expect(alone.run).toMatchObject({
    stepKeysToExecute: ["orders_sound"],
    assetSelection: null,
    assetCheckSelection: [handle],
    assetCheckSelectionCount: 1,
    assetChecks: [{ name: "sound" }],
  });
  expect(await served.storage.assetChecks.latest([{ assetKey: ["orders"], name: "sound" }])).toMatchObject([
    { runId: alone.run.runId, status: "PLANNED" },
  ]);
  const assetSelection = [{ path: ["orders"] }];
  expect((await launched({ assetSelection, assetCheckSelection: [handle] })).run.stepKeysToExecute).toEqual([
    "orders",
    "orders_sound",
  ]);
  expect((await launched({ assetSelection, assetCheckSelection: [] })).run.stepKeysToExecute).toEqual(["orders"]);
  expect((await launched({ assetSelection })).run.assetCheckSelection).toBeNull();
  expect(await launched({ assetCheckSelection: [{ ...handle, name: "z" }] })).toMatchObject({
    __typename: "InvalidSubsetError",
    message: expect.stringContaining("orders:z"),
  });
});

test("events of checks are told in the run's log", async () => {
  await using served = await serveNumbers({ project });
  const id = await launch(served, "__ASSET_JOB");
  await work(served, served.workspace.launched[0]!, [evaluated("sound", true)]);
  const { data } = await served.graphql(`{ logsForRun(runId: "${id}") { ... on EventConnection { events { __typename
    ... on MessageEvent { message stepKey }
    ... on AssetCheckEvaluationPlannedEvent { assetKey { path } checkName }
    ... on AssetCheckEvaluationEvent { evaluation { checkName success targetMaterialization { storageId } } } } } } }`);
  const events = data.logsForRun.events as { __typename: string; checkName?: string }[];
  expect(events.filter(({ __typename }) => __typename === "AssetCheckEvaluationPlannedEvent")).toContainEqual({
    __typename: "AssetCheckEvaluationPlannedEvent",
    message: '__ASSET_JOB intends to execute asset check sound on asset ["orders"]',
    stepKey: "orders_sound",
    assetKey: { path: ["orders"] },
    checkName: "sound",
  });
  expect(events.find(({ __typename }) => __typename === "AssetCheckEvaluationEvent")).toMatchObject({
    evaluation: { checkName: "sound", success: true, targetMaterialization: null },
  });
});
