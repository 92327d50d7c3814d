import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { asset } from "../asset.ts";
import { AutomationCondition } from "../automation/automation-condition.ts";
import { AssetSelection } from "../asset-selection.ts";
import { defineAssetJob } from "../asset-job.ts";
import { buildRepository } from "../build-repository.ts";
import { definitions } from "../definitions.ts";
import { buildOpContext } from "../direct-context.ts";
import { job } from "../job.ts";
import { toLocationSnapshot } from "../location-snapshot.ts";
import { resource } from "../resource.ts";
import { assetCheck, multiAssetCheck } from "./asset-check.ts";
import { type CheckResult, checkResult } from "./check-result.ts";
import { checkSpec } from "./check-spec.ts";
import { buildColumnSchemaChangeChecks } from "./column-schema-checks.ts";
import { buildLastUpdateFreshnessChecks, buildTimePartitionFreshnessChecks } from "./freshness-checks.ts";
import { buildMetadataBoundsChecks } from "./metadata-bounds-checks.ts";

const orders = asset("shop/orders", () => [{ cents: 3 }]);
const report = asset("report", { ins: { orders } }, ({ orders }) => orders.length);
const good = (): CheckResult => checkResult({ passed: true });
const named = (name: string, blocking = false) => assetCheck(name, { asset: orders, blocking }, good);

test("a check gets typed values of what it names, and its resources and config", () => {
  const limit = resource("limit", () => 5);
  const check = assetCheck(
    "short",
    { asset: orders, ins: { orders, report }, resources: { limit }, config: z.object({ most: z.number() }) },
    (inputs, context) => {
      expectTypeOf(inputs).toEqualTypeOf<{ readonly orders: { cents: number }[]; readonly report: number }>();
      expectTypeOf(context.resources.limit).toEqualTypeOf<number>();
      expectTypeOf(context.op.config.most).toEqualTypeOf<number>();
      return inputs.orders.length <= context.op.config.most;
    },
  );
  expectTypeOf<ReturnType<typeof check>>().toEqualTypeOf<boolean>();
  expect(check({ orders: [{ cents: 1 }], report: 1 }, buildOpContext({ config: { most: 1 } }))).toBe(true);
  // @ts-expect-error a check returns a result or whether it passed
  assetCheck("wrong", { asset: orders }, () => "yes");
});

test("an asset job has the checks of its assets, what is downstream behind the blocking ones", () => {
  const { jobs } = buildRepository(
    definitions({ assets: [orders, report], assetChecks: [named("sound", true), named("other")], jobs: [defineAssetJob("all")] }),
  );
  const { graphs, checks } = jobs.get("all")!.snapshot;
  expect(checks).toEqual([
    { assetKey: ["shop", "orders"], name: "other", node: "shop__orders_other", output: "result", blocking: false },
    { assetKey: ["shop", "orders"], name: "sound", node: "shop__orders_sound", output: "result", blocking: true },
  ]);
  const node = graphs[0]!.nodes.find(({ name }) => name === "report");
  expect(node?.inputs[0]?.sources).toEqual([
    { kind: "output", node: "shop__orders", output: "result" },
    { kind: "check", node: "shop__orders_sound", output: "result" },
  ]);
});

test("jobs have the checks that their selections select", () => {
  const sound = named("sound");
  const several = multiAssetCheck(
    "several",
    { specs: [checkSpec("a", { asset: orders }), checkSpec("b", { asset: report })], canSubset: true },
    () => [],
  );
  const jobOf = (name: string, selection: AssetSelection | string) => defineAssetJob(name, { selection });
  const { jobs } = buildRepository(
    definitions({
      assets: [orders, report],
      assetChecks: [sound, several],
      jobs: [
        jobOf("plain", AssetSelection.keys(report)),
        jobOf("without", AssetSelection.all().withoutChecks()),
        jobOf("one", AssetSelection.checks(sound)),
        jobOf("by_name", AssetSelection.checks({ asset: "report", name: "b" })),
        jobOf("of_orders", AssetSelection.checksForAssets(orders)),
        jobOf("assets_only", AssetSelection.all().minus(AssetSelection.allChecks())),
        jobOf("text", 'key:report or check:"shop/orders:sound"'),
      ],
    }),
  );
  const partsOf = (name: string) => {
    const { assets, checks = [] } = jobs.get(name)!.snapshot;
    return [assets.map(({ node }) => node), checks.map((one) => one.name)];
  };
  expect(partsOf("plain")).toEqual([["report"], ["b"]]);
  expect(partsOf("without")).toEqual([["shop__orders", "report"], []]);
  expect(partsOf("one")).toEqual([[], ["sound"]]);
  expect(partsOf("by_name")).toEqual([[], ["b"]]);
  expect(partsOf("of_orders")).toEqual([[], ["a", "sound"]]);
  expect(partsOf("assets_only")).toEqual([["shop__orders", "report"], []]);
  expect(partsOf("text")).toEqual([["report"], ["b", "sound"]]);
});

test("the location's snapshot has every check, and says which can be evaluated alone", () => {
  const together = multiAssetCheck(
    "together",
    { specs: [checkSpec("a", { asset: orders, description: "A" }), checkSpec("b", { asset: report })] },
    () => [],
  );
  const inside = asset("made", { checks: [checkSpec("inside", { blocking: true, metadata: { why: "because" } })] }, () => 1);
  const { checks } = toLocationSnapshot(
    buildRepository(
      definitions({
        assets: [orders, report, inside],
        assetChecks: [
          assetCheck("c", { asset: report, deps: [orders], automationCondition: AutomationCondition.eager() }, good),
          together,
        ],
      }),
    ),
  );
  expect(
    checks?.map(({ assetKey, name, canExecuteIndividually, opName }) => [
      assetKey.join("/"),
      name,
      canExecuteIndividually,
      opName,
    ]),
  ).toEqual([
    ["made", "inside", "REQUIRES_MATERIALIZATION", "made"],
    ["report", "b", "REQUIRES_MATERIALIZATION", "together"],
    ["report", "c", "CAN_EXECUTE", "report_c"],
    ["shop/orders", "a", "REQUIRES_MATERIALIZATION", "together"],
  ]);
  expect(checks?.[0]).toMatchObject({
    blocking: true,
    metadata: { why: { type: "text", text: "because" } },
    jobNames: ["__ASSET_JOB"],
  });
  expect(checks?.[2]).toMatchObject({ additionalAssetKeys: [["shop", "orders"]], automationCondition: { label: "eager" } });
});

const elsewhere = asset("elsewhere", () => 1);

test.each([
  ["a name with a blank", () => named("not empty"), '"not empty" cannot be the name of an asset check'],
  ["no asset", () => assetCheck("c", {} as never, good), 'The `asset` of asset check "c" is undefined'],
  ["no specs", () => multiAssetCheck("m", { specs: [] }, () => []), "it has no `specs`"],
  ["a spec without asset", () => multiAssetCheck("m", { specs: [checkSpec("a")] }, () => []), 'its check "a" names no `asset`'],
  [
    "a check twice in one",
    () =>
      multiAssetCheck("m", { specs: [checkSpec("a", { asset: orders }), checkSpec("a", { asset: "shop/orders" })] }, () => []),
    'it has the check "shop/orders:a" twice',
  ],
  [
    "another asset's check inside",
    () => asset("x", { checks: [checkSpec("a", { asset: orders })] }, () => 1),
    "an asset's `checks` are its own",
  ],
  [
    "a check twice in a location",
    () => buildRepository(definitions({ assets: [orders], assetChecks: [named("c"), named("c")] })),
    'Two asset checks are named "shop/orders:c"',
  ],
  [
    "an unknown asset",
    () => buildRepository(definitions({ assets: [orders], assetChecks: [assetCheck("c", { asset: "shop/order" }, good)] })),
    'the asset "shop/order", which is not in `definitions({assets})`. Add it there (or did you mean "shop/orders"?)',
  ],
  [
    "an asset that is not listed",
    () => buildRepository(definitions({ assets: [orders], assetChecks: [assetCheck("c", { asset: elsewhere }, good)] })),
    'the asset "elsewhere", which is not in',
  ],
  [
    "a blocking check that waits for what waits for it",
    () =>
      buildRepository(
        definitions({
          assets: [orders, report],
          assetChecks: [assetCheck("c", { asset: orders, deps: [report], blocking: true }, good)],
        }),
      ),
    "A blocking check holds up what it needs itself",
  ],
  [
    "some of checks that go together",
    () =>
      buildRepository(
        definitions({
          assets: [orders, report],
          assetChecks: [
            multiAssetCheck("m", { specs: [checkSpec("a", { asset: orders }), checkSpec("b", { asset: report })] }, () => []),
          ],
          jobs: [defineAssetJob("j", { selection: "key:report" })],
        }),
      ),
    'selects some checks of "m" but not "shop/orders:a"',
  ],
  [
    "a selected check that is unknown",
    () =>
      buildRepository(
        definitions({
          assets: [orders],
          assetChecks: [named("sound")],
          jobs: [defineAssetJob("j", { selection: AssetSelection.checks({ asset: orders, name: "sund" }) })],
        }),
      ),
    'did you mean "shop/orders:sound"?',
  ],
  [
    "a condition that is none",
    () => assetCheck("c", { asset: orders, automationCondition: "eager" as never }, good),
    "its `automationCondition` must be made by",
  ],
  ["a check wired in a job", () => job("j", () => void (named("c") as unknown as () => unknown)()), "was called in job"],
  ["no bound", () => buildMetadataBoundsChecks({ assets: [orders], metadataKey: "n" }), "neither `minValue` nor `maxValue`"],
  [
    "bounds the wrong way round",
    () => buildMetadataBoundsChecks({ assets: [orders], metadataKey: "n", minValue: 2, maxValue: 1 }),
    "`minValue` 2 is greater than its `maxValue` 1",
  ],
  ["no assets", () => buildColumnSchemaChangeChecks({ assets: [] }), "it has no `assets`"],
  [
    "a cron that nobody understands",
    () => buildLastUpdateFreshnessChecks({ assets: [orders], lowerBoundDeltaSeconds: 1, deadlineCron: "every day" }),
    'nobody understands its `deadlineCron` "every day"',
  ],
  [
    "an asset without time partitions",
    () => buildTimePartitionFreshnessChecks({ assets: [orders], deadlineCron: "0 9 * * *" }),
    'the asset "shop/orders" is not partitioned by time',
  ],
])("%s is refused when it is declared or loaded", (_, declare, problem) => {
  expect(declare).toThrow(problem);
});
