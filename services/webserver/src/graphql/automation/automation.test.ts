import {
  asset,
  AutomationCondition,
  automationConditionSensor,
  defineAssetJob,
  definitions,
  freshnessPolicy,
} from "@dagwright/definitions";
import { assetKeyToString, codeLocationName, holderId, instigatorIdOf, type JsonObject } from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { expect, test } from "vitest";

import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const partitions = dailyPartitions({ startDate: "2024-01-01", endDate: "2024-01-05" });
const fresh = freshnessPolicy.timeWindow({ failWindowSeconds: 3600, warnWindowSeconds: 600 });
const daily = asset("daily", { partitions, automationCondition: AutomationCondition.missing() }, () => 1);
const prices = asset("prices", { freshnessPolicy: fresh }, () => 1);
const nightly = defineAssetJob("nightly", {
  selection: [daily],
  automationCondition: AutomationCondition.anyJobRootAssetsMatch(AutomationCondition.missing()),
});
const sensor = automationConditionSensor("auto", { target: "*", jobs: [nightly], defaultStatus: "RUNNING" });
const defs = definitions({ assets: [daily, prices], jobs: [nightly], sensors: [sensor] });

const location = "numbers";
const id = instigatorIdOf(location as never, "auto");

/** What a tick of the daemon leaves. */
async function evaluated({ storage }: ServedNumbers, entity = assetKeyToString(["daily"])): Promise<string> {
  const nowMs = await storage.nowMs();
  await storage.instigators.sync(location as never, [
    { id, kind: "AUTOMATION", name: "auto", defaultStatus: "RUNNING", timingHash: "", nextAtMs: nowMs - 1_000 },
  ]);
  const query = {
    kind: "AUTOMATION" as const,
    locations: [location as never],
    holder: holderId("me"),
    leaseMs: 60_000,
    limit: 1,
  };
  const [claim] = await storage.instigators.claimDue(query);
  const evaluationId = await storage.automation.nextEvaluationId();
  const view = { nowMs, dynamicKeys: () => [] };
  const explanation = {
    id: "node",
    name: "missing",
    label: null,
    description: "",
    operatorType: "identity",
    about: entity,
    isPartitioned: true,
    held: partitions.subsetOf(["2024-01-02", "2024-01-03"], view).toJSON(),
    heldCount: 2,
    candidates: partitions.all(view).toJSON(),
    candidateCount: 4,
    children: [],
  } satisfies JsonObject;
  await storage.instigators.commitTicks(
    [
      {
        claim: claim!,
        status: "SUCCESS",
        runs: [],
        skipReason: null,
        error: null,
        nextAtMs: nowMs + 60_000,
        logs: [],
        startedAtMs: nowMs,
        automation: {
          evaluationId,
          states: [],
          forgotten: [],
          evaluations: [{ entity, requestedCount: 2, explanation, runs: [] }],
        },
      },
    ],
    { kind: "queue" },
  );
  return evaluationId;
}

test("evaluations are told node by node, by asset, by evaluation and by partition", async () => {
  await using served = await serveNumbers({ project: defs });
  const evaluationId = await evaluated(served);
  const { data } = await served.graphql(
    `query ($id: ID!) {
      records: assetConditionEvaluationRecordsOrError(assetKey: {path: ["daily"]}, limit: 5) {
        ... on AssetConditionEvaluationRecords { records {
          evaluationId numRequested isLegacy assetKey { path } rootUniqueId
          evaluationNodes { uniqueId expandedLabel numTrue numCandidates isPartitioned operatorType }
        } } }
      ofTick: assetConditionEvaluationsForEvaluationId(evaluationId: $id) {
        ... on AssetConditionEvaluationRecords { records { entityKey { ... on AssetKey { path } } } } }
      yes: assetConditionEvaluationForPartition(assetKey: {path: ["daily"]}, evaluationId: $id, partition: "2024-01-02") {
        evaluationNodes { ... on SpecificPartitionAssetConditionEvaluationNode { status } } }
      no: assetConditionEvaluationForPartition(assetKey: {path: ["daily"]}, evaluationId: $id, partition: "2024-01-04") {
        evaluationNodes { ... on SpecificPartitionAssetConditionEvaluationNode { status } } }
      held: truePartitionsForAutomationConditionEvaluationNode(assetKey: {path: ["daily"]}, evaluationId: $id, nodeUniqueId: "node")
      autoMaterializeTicks(limit: 5) {
        status instigationType autoMaterializeAssetEvaluationId requestedAssetMaterializationCount
        requestedMaterializationsForAssets { assetKey { path } partitionKeys }
      }
    }`,
    { id: evaluationId },
  );
  const nodes = [
    {
      uniqueId: "node",
      expandedLabel: ["missing"],
      numTrue: 2,
      numCandidates: 4,
      isPartitioned: true,
      operatorType: "identity",
    },
  ];
  expect(data).toEqual({
    records: {
      records: [
        {
          evaluationId,
          numRequested: 2,
          isLegacy: false,
          assetKey: { path: ["daily"] },
          rootUniqueId: "node",
          evaluationNodes: nodes,
        },
      ],
    },
    ofTick: { records: [{ entityKey: { path: ["daily"] } }] },
    yes: { evaluationNodes: [{ status: "TRUE" }] },
    no: { evaluationNodes: [{ status: "FALSE" }] },
    held: ["2024-01-02", "2024-01-03"],
    autoMaterializeTicks: [
      {
        status: "SUCCESS",
        instigationType: "SENSOR",
        autoMaterializeAssetEvaluationId: evaluationId,
        requestedAssetMaterializationCount: 2,
        requestedMaterializationsForAssets: [{ assetKey: { path: ["daily"] }, partitionKeys: ["2024-01-02", "2024-01-03"] }],
      },
    ],
  });
});

test("a job tells its condition, and its evaluations are those of a job", async () => {
  await using served = await serveNumbers({ project: defs });
  const evaluationId = await evaluated(served, '{"jobName":"nightly"}');
  const { data } = await served.graphql(
    `query ($id: ID!) {
      job: pipelineOrError(params: {repositoryName: "__repository__", repositoryLocationName: "numbers", pipelineName: "nightly"}) {
        ... on Pipeline { automationCondition { label } } }
      records: assetConditionEvaluationRecordsOrError(assetJobKey: {jobName: "nightly"}, limit: 5) {
        ... on AssetConditionEvaluationRecords { records { evaluationId assetKey { path } entityKey { ... on AssetJobKey { jobName } } } } }
      held: truePartitionsForAutomationConditionEvaluationNode(assetJobKey: {jobName: "nightly"}, evaluationId: $id, nodeUniqueId: "node")
    }`,
    { id: evaluationId },
  );
  expect(data).toEqual({
    job: { automationCondition: { label: "any_job_root_assets_match(missing)" } },
    records: { records: [{ evaluationId, assetKey: null, entityKey: { jobName: "nightly" } }] },
    held: ["2024-01-02", "2024-01-03"],
  });
});

test("the sensor says its type, and automation as a whole can be paused", async () => {
  await using served = await serveNumbers({ project: defs });
  const ask = async (): Promise<unknown> =>
    (await served.graphql("{ instance { autoMaterializePaused useAutoMaterializeSensors freshnessEvaluationEnabled } }")).data;
  expect(await ask()).toEqual({
    instance: { autoMaterializePaused: true, useAutoMaterializeSensors: true, freshnessEvaluationEnabled: true },
  });
  await served.graphql("mutation { setAutoMaterializePaused(paused: false) }");
  expect(await ask()).toMatchObject({ instance: { autoMaterializePaused: false } });
});

test("an asset says how fresh it is at this moment", async () => {
  await using served = await serveNumbers({ project: defs });
  const ask = async (name: string): Promise<unknown> => {
    const { data } = await served.graphql(`{ assetNodeOrError(assetKey: {path: ["${name}"]}) { ... on AssetNode {
      freshnessStatusInfo { freshnessStatus freshnessStatusMetadata { lastMaterializedTimestamp } }
    } } }`);
    return data.assetNodeOrError;
  };
  expect(await ask("daily")).toEqual({ freshnessStatusInfo: null });
  expect(await ask("prices")).toMatchObject({
    freshnessStatusInfo: { freshnessStatus: "UNKNOWN", freshnessStatusMetadata: null },
  });
  const nowMs = await served.storage.nowMs();
  for (const [agoMs, freshnessStatus] of [
    [3 * 3_600_000, "DEGRADED"],
    [30 * 60_000, "WARNING"],
    [60_000, "HEALTHY"],
  ] as const) {
    const made = {
      type: "ASSET_MATERIALIZATION",
      message: "",
      stepKey: null,
      description: null,
      metadata: {},
      tags: {},
    } as const;
    await served.storage.assets.report([{ ...made, atMs: nowMs - agoMs, assetKey: ["prices"], partition: null }]);
    expect(await ask("prices")).toMatchObject({ freshnessStatusInfo: { freshnessStatus } });
  }
});

test("an asset says since when it is as fresh as it is: what was told, and what has come about since", async () => {
  await using served = await serveNumbers({ project: defs });
  const { freshness, assets } = served.storage;
  const changedAt = async (): Promise<unknown> =>
    (await served.graphql(`{ assetOrError(assetKey: {path: ["prices"]}) { ... on Asset { freshnessStatusChangedTimestamp } } }`))
      .data.assetOrError;
  const made = { type: "ASSET_MATERIALIZATION", message: "", stepKey: null, description: null, metadata: {}, tags: {} } as const;
  const madeAtMs = Math.trunc(await served.storage.nowMs()) - 1_800_000;
  await assets.report([{ ...made, atMs: madeAtMs, assetKey: ["prices"], partition: null }]);
  // No daemon has told anything.
  expect(await changedAt()).toEqual({ freshnessStatusChangedTimestamp: null });
  const location = codeLocationName("numbers");
  await freshness.sync(location, [
    { assetKey: ["prices"], policy: { kind: "timeWindow", failWindowSeconds: 3600, warnWindowSeconds: 600 } },
  ]);
  const claims = await freshness.claimDue({ locations: [location], leaseMs: 60_000, limit: 1 });
  // As a daemon told it when it had just been made.
  await freshness.commit([{ claim: claims[0]!, state: "PASS", changedAtMs: madeAtMs, transitions: [], dueAtMs: null }]);
  expect(await changedAt()).toEqual({ freshnessStatusChangedTimestamp: madeAtMs + 600_000 });
});
