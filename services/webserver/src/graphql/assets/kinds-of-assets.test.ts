import {
  asset,
  assetSpec,
  AutomationCondition,
  defineAssetJob,
  definitions,
  freshnessPolicy,
  graphAsset,
  mapAssetSpecs,
  materializeResult,
  multiAsset,
  observableSourceAsset,
  op,
  resource,
} from "@dagwright/definitions";
import type { RunId } from "@dagwright/model";
import { expect, test } from "vitest";
import { z } from "zod";

import { serveNumbers } from "../../testing/served-numbers.ts";

const rates = resource("rates", () => ({ euro: 1 }));
const add = op("add", { ins: { x: z.number() }, out: z.number(), resources: { rates }, pool: "adders" }, ({ x }) => x + 1);
const feed = assetSpec("vendor/feed", { kinds: ["csv"], owners: ["team:vendor"], tags: { tier: "raw" } });
const page = observableSourceAsset("page", { group: "outside" }, () => "1");
const raw = asset(
  "raw",
  {
    keyPrefix: ["shop"],
    deps: [feed],
    description: "Orders as they come",
    codeVersion: "3",
    opTags: { team: "orders" },
    freshnessPolicy: freshnessPolicy.timeWindow({ failWindowSeconds: 3600, warnWindowSeconds: 600 }),
    automationCondition: AutomationCondition.onCron("0 6 * * *", { timeZone: "Europe/Paris" }),
  },
  () => 1,
);
const total = graphAsset("total", { ins: { raw }, metadata: { unit: "EUR" } }, ({ raw: x }) => add({ x: add({ x }) }));
const left = assetSpec("left", { deps: [raw] });
const sides = multiAsset("sides", { specs: [left, assetSpec("right", { deps: [left] })], canSubset: true, group: "both" }, () => [
  materializeResult({ asset: "left" }),
]);
const mapped = mapAssetSpecs(
  () => ({
    owners: ["ada@example.com"],
    freshnessPolicy: freshnessPolicy.cron({ deadlineCron: "0 9 * * *", lowerBoundDeltaSeconds: 7200 }),
    automationCondition: AutomationCondition.eager().and(AutomationCondition.onMissing().not()),
  }),
  [sides],
);
const project = definitions({
  assets: [page, raw, total, ...mapped],
  resources: [rates],
  jobs: [defineAssetJob("everything"), defineAssetJob("look", { selection: [page] })],
});

test("an asset node tells how its asset comes about", async () => {
  await using served = await serveNumbers({ project });
  const { data } = await served.graphql(`{
    assetNodes {
      assetKey { path } groupName isExecutable isMaterializable isObservable computeKind opVersion description jobNames
      opName opNames graphName pools requiredResources { resourceKey } opTags { key value } tags { key value } op { name }
      owners { ... on UserAssetOwner { email } ... on TeamAssetOwner { team } } kinds metadataEntries { label }
      dependencyKeys { path } dependedByKeys { path } automationCondition { label expandedLabel }
      internalFreshnessPolicy {
        ... on TimeWindowFreshnessPolicy { failWindowSeconds warnWindowSeconds }
        ... on CronFreshnessPolicy { deadlineCron lowerBoundDeltaSeconds timezone }
      }
    }
  }`);
  const nodes = Object.fromEntries(
    (data.assetNodes as { assetKey: { path: string[] } }[]).map((node) => [node.assetKey.path.join("/"), node]),
  );
  expect(Object.keys(nodes)).toEqual(["left", "page", "right", "shop/raw", "total", "vendor/feed"]);
  expect(nodes["vendor/feed"]).toMatchObject({
    isExecutable: false,
    isMaterializable: false,
    isObservable: false,
    jobNames: [],
    opName: null,
    opNames: [],
    op: null,
    kinds: ["csv"],
    owners: [{ team: "vendor" }],
    tags: [
      { key: "dagster/kind/csv", value: "" },
      { key: "tier", value: "raw" },
    ],
    dependedByKeys: [{ path: ["shop", "raw"] }],
  });
  expect(nodes["page"]).toMatchObject({
    groupName: "outside",
    isExecutable: true,
    isMaterializable: false,
    isObservable: true,
    jobNames: ["__ASSET_JOB", "look"],
    opName: "page",
  });
  expect(nodes["shop/raw"]).toMatchObject({
    description: "Orders as they come",
    isMaterializable: true,
    opVersion: "3",
    opName: "shop__raw",
    op: { name: "shop__raw" },
    opTags: [{ key: "team", value: "orders" }],
    jobNames: ["__ASSET_JOB", "everything"],
    dependencyKeys: [{ path: ["vendor", "feed"] }],
    internalFreshnessPolicy: { failWindowSeconds: 3600, warnWindowSeconds: 600 },
    automationCondition: { label: "on_cron(0 6 * * *, Europe/Paris)" },
  });
  expect(nodes["total"]).toMatchObject({
    graphName: "total",
    opName: "total",
    opNames: ["add"],
    op: null,
    pools: ["adders"],
    requiredResources: [{ resourceKey: "rates" }],
    metadataEntries: [{ label: "unit" }],
    dependencyKeys: [{ path: ["shop", "raw"] }],
  });
  expect(nodes["right"]).toMatchObject({
    groupName: "both",
    opName: "sides",
    opNames: ["sides"],
    owners: [{ email: "ada@example.com" }],
    dependencyKeys: [{ path: ["left"] }],
    internalFreshnessPolicy: { deadlineCron: "0 9 * * *", lowerBoundDeltaSeconds: 7200, timezone: "UTC" },
    automationCondition: { label: null, expandedLabel: ["(eager)", "AND", "(NOT (on_missing))"] },
  });
});

test("a run may observe, and may make some of several assets; what is observed is not planned to be made", async () => {
  await using served = await serveNumbers({ project });
  const launch = async (assets: readonly string[]): Promise<{ steps: unknown; planned: unknown }> => {
    const { data } = await served.graphql(
      `mutation($selector: JobOrPipelineSelector!) { launchRun(executionParams: {selector: $selector}) {
        __typename ... on PythonError { message } ... on LaunchRunSuccess { run { runId executionPlan { steps { key outputs { name } } } } } } }`,
      {
        selector: {
          pipelineName: "__ASSET_JOB",
          repositoryName: "__repository__",
          repositoryLocationName: "numbers",
          assetSelection: assets.map((key) => ({ path: key.split("/") })),
        },
      },
    );
    expect(data.launchRun).toMatchObject({ __typename: "LaunchRunSuccess" });
    const { run } = data.launchRun;
    const stored = await served.storage.events.read(run.runId as RunId, { afterSeq: 0, limit: 100 });
    const planned = stored.flatMap((entry) => (entry.type === "ASSET_MATERIALIZATION_PLANNED" ? [entry.assetKey.join("/")] : []));
    return { steps: run.executionPlan.steps, planned };
  };
  expect(await launch(["page"])).toEqual({ steps: [{ key: "page", outputs: [{ name: "result" }] }], planned: [] });
  expect(await launch(["right"])).toEqual({ steps: [{ key: "sides", outputs: [{ name: "right" }] }], planned: ["right"] });
  expect(await launch(["total"])).toMatchObject({ steps: [{ key: "total.add" }, { key: "total.add_2" }], planned: ["total"] });
});
