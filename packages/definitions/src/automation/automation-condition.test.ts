import { expect, expectTypeOf, test } from "vitest";
import { asset } from "../asset.ts";
import { defineAssetJob } from "../asset-job.ts";
import { AssetSelection } from "../asset-selection.ts";
import { buildRepository } from "../build-repository.ts";
import { definitions } from "../definitions.ts";
import { toLocationSnapshot } from "../location-snapshot.ts";
import type { SensorDefinition } from "../sensors/sensor-definition.ts";
import { AutomationCondition } from "./automation-condition.ts";
import { automationConditionSensor } from "./automation-condition-sensor.ts";
import { evaluateCustomCondition } from "./evaluate-custom-condition.ts";

const AC = AutomationCondition;

test("an unlabelled chain is one node, a labelled one is kept", () => {
  const chain = AC.missing().and(AC.newlyUpdated()).and(AC.executionFailed());
  expect(chain.expression).toMatchObject({ kind: "and", operands: [{ kind: "missing" }, { kind: "newlyUpdated" }, {}] });
  expect(AC.eager().and(AC.missing()).expression).toMatchObject({ operands: [{ label: "eager" }, { kind: "missing" }] });
});

test("parts are replaced wherever they stand, by label, name or tree", () => {
  const eager = AC.eager().replace("newly_missing", AC.initialEvaluation());
  expect(JSON.stringify(eager.expression)).not.toContain("newly_missing");
  const quiet = AC.eager().replace(AC.anyDepsInProgress(), AC.missing());
  expect(JSON.stringify(quiet.expression)).not.toContain("any_deps_in_progress");
});

test("selections narrow every operator over dependencies, one after the other", () => {
  const raw = AssetSelection.groups("raw");
  const narrowed = AC.anyDepsMatch(AC.missing()).not().allow(raw).allow(AssetSelection.keys("a")).ignore(raw);
  expect(narrowed.expression).toEqual({
    kind: "not",
    operand: {
      kind: "anyDepsMatch",
      operand: { kind: "missing" },
      allow: "(key:a) or (group:raw)",
      ignore: "group:raw",
    },
  });
});

test("functions of one's own are found from any tree that they are part of", () => {
  const isHoliday = AC.custom("is_holiday", () => false, { description: "Nobody works" });
  const tree = AC.eager()
    .and(AC.anyDepsMatch(isHoliday.or(AC.missing())).not())
    .sinceLastHandled();
  expect(tree.customConditions.map(({ name }) => name)).toEqual(["is_holiday"]);
  expect(JSON.stringify(tree.expression)).toContain("Nobody works");
});

test("what a function of one's own throws, or answers with that means nothing, names it and what it was asked about", async () => {
  const ask = (evaluate: () => unknown, isPartitioned = false) =>
    evaluateCustomCondition(
      { name: "is_open", evaluate: evaluate as never },
      { key: ["shop", "orders"], isPartitioned, evaluationTimeMs: 0, cursor: null },
    );
  const cause = new RangeError("no such table: holidays");
  const failing = ask(() => {
    throw cause;
  });
  await expect(failing).rejects.toThrow(
    'Automation condition "is_open", asked about the asset "shop/orders", threw: no such table: holidays',
  );
  await expect(failing).rejects.toMatchObject({ cause });
  await expect(ask(() => Promise.reject(new Error("later")))).rejects.toThrow("threw: later");
  await expect(ask(() => undefined)).rejects.toThrow(
    'asked about the asset "shop/orders", answered with undefined; it may answer true or false, as the asset has no partitions',
  );
  await expect(ask(() => ["2024-01-01", 2], true)).rejects.toThrow("answered with 2 among the keys of partitions");
  await expect(ask(() => "2024-01-01", true)).rejects.toThrow("it may answer true, false or the keys of partitions");
  expect(await ask(() => new Set(["2024-01-01"]), true)).toMatchObject({ holds: ["2024-01-01"] });
});

test("what is asked of checks is refused for assets by its type, and the other way round", () => {
  expectTypeOf(AC.checkFailed()).not.toExtend<AutomationCondition>();
  expectTypeOf(AC.codeVersionChanged()).not.toExtend<AutomationCondition<"check">>();
  expectTypeOf(AC.missing()).toExtend<AutomationCondition>();
  expectTypeOf(AC.missing().and(AC.checkFailed())).toExtend<AutomationCondition<"check">>();
  expectTypeOf(AC.codeVersionChanged().or(AC.missing())).toExtend<AutomationCondition>();
  // @ts-expect-error a check has no code version
  AC.anyChecksMatch(AC.codeVersionChanged());
});

test("what is asked of a job is of its root assets, of time or of what was requested, and the rest is refused where it is written", () => {
  expectTypeOf(AC.anyJobRootAssetsMatch(AC.eager())).not.toExtend<AutomationCondition>();
  expectTypeOf(AC.allJobRootAssetsMatch(AC.eager()).and(AC.cronTickPassed("@daily"))).toExtend<AutomationCondition<"job">>();
  expectTypeOf(AC.eager()).not.toExtend<AutomationCondition<"job">>();
  const jobOf = (automationCondition: unknown) => () => defineAssetJob("nightly", { automationCondition } as never);
  expect(jobOf(AC.anyJobRootAssetsMatch(AC.eager()).and(AC.inLatestTimeWindow()))).not.toThrow();
  expect(jobOf(AC.eager())).toThrow(
    /sset job "nightly".*asks "missing" \(of "eager"\) of the job itself.*anyJobRootAssetsMatch/s,
  );
  expect(jobOf(AC.allJobRootAssetsMatch(AC.missing()).sinceLastHandled())).toThrow(
    /asks "newly_updated" \(of "handled"\) of the job itself/,
  );
  expect(jobOf(AC.cronTickPassed("@daily"))).toThrow("asks nothing of the job's root assets");
  expect(jobOf("eager")).toThrow("must be made by AutomationCondition");
});

test("jobs with conditions are evaluated by the sensor that comes by itself, whatever else is targeted", () => {
  const one = asset("one", { automationCondition: AC.eager() }, () => 1);
  const nightly = defineAssetJob("nightly", { automationCondition: AC.anyJobRootAssetsMatch(AC.missing()) });
  const sensorsOf = (sensors: readonly SensorDefinition[]) =>
    toLocationSnapshot(buildRepository(definitions({ assets: [one], jobs: [nightly], sensors }))).sensors.map(
      ({ name, automation }) => [name, automation?.selection, automation?.jobs],
    );
  const name = "default_automation_condition_sensor";
  expect(sensorsOf([])).toEqual([[name, "*", ["nightly"]]]);
  expect(sensorsOf([automationConditionSensor("mine", { target: "*" })])).toEqual([
    ["mine", "*", undefined],
    [name, "not *", ["nightly"]],
  ]);
  expect(sensorsOf([automationConditionSensor("mine", { target: "not *", jobs: [nightly] })])).toEqual([
    ["mine", "not *", ["nightly"]],
    [name, "not not *", undefined],
  ]);
  expect(() => automationConditionSensor("mine", { target: "*", job: [nightly] } as never)).toThrow(
    'Sensor "mine": there is no option `job`; did you mean `jobs`?',
  );
  const plain = defineAssetJob("plain");
  expect(() =>
    buildRepository(
      definitions({
        assets: [one],
        jobs: [plain],
        sensors: [automationConditionSensor("mine", { target: "*", jobs: [plain, "nihgtly"] })],
      }),
    ),
  ).toThrow(/the job "plain" among its `jobs` has no `automationCondition`.*nihgtly/s);
});

test("cron lines and names that cannot be are refused where they are written", () => {
  expect(() => AC.cronTickPassed("61 * * * *")).toThrow(/AutomationCondition\.cronTickPassed.*cannot be read/);
  expect(() => AC.inLatestTimeWindow({ lookbackSeconds: 0 })).toThrow("must be more than 0");
  expect(() => AC.custom("not a name", () => true)).toThrow("automation condition");
});
