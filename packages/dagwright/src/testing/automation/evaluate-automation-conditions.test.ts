import { expect, test } from "vitest";
import {
  asset,
  assetCheck,
  AutomationCondition,
  checkResult,
  dailyPartitions,
  evaluateAutomationConditions,
  freshnessPolicy,
  InMemoryInstance,
  materialize,
  multiAsset,
} from "../../index.ts";

const AC = AutomationCondition;
const at = (text: string): Date => new Date(`2024-01-05T${text}Z`);

test("an eager asset is requested once what it is made from is there, and once for each news of it", async () => {
  const raw = asset("raw", {}, () => 1);
  const clean = asset("clean", { deps: [raw], automationCondition: AC.eager() }, () => 2);
  const report = asset("report", { deps: [clean], automationCondition: AC.eager() }, () => 3);
  const instance = new InMemoryInstance();
  const defs = [raw, clean, report];
  const first = await evaluateAutomationConditions({ definitions: defs, instance });
  expect(first.totalRequested).toBe(0);

  await materialize([raw], { instance });
  const second = await evaluateAutomationConditions({ definitions: defs, instance, cursor: first.cursor });
  // In one run: what is downstream need not wait.
  expect(second.requestedPartitions("clean")).toEqual([null]);
  expect(second.requestedPartitions(report)).toEqual([null]);
  expect(second.explanation("clean")).toMatchObject({ label: "eager", heldCount: 1, operatorType: "and" });

  await materialize([clean, report], { instance });
  const third = await evaluateAutomationConditions({ definitions: defs, instance, cursor: second.cursor });
  expect(third.totalRequested).toBe(0);
});

test("only what something has happened to is looked at", async () => {
  const pairs = Array.from({ length: 20 }, (_, index) => {
    const raw = asset(`raw_${index}`, {}, () => 1);
    return [raw, asset(`clean_${index}`, { deps: [raw], automationCondition: AC.eager() }, () => 2)] as const;
  });
  const definitions = pairs.flat();
  const instance = new InMemoryInstance();
  let { cursor } = await evaluateAutomationConditions({ definitions, instance });
  ({ cursor } = await evaluateAutomationConditions({ definitions, instance, cursor }));
  await materialize([pairs[7]![0]], { instance });
  const result = await evaluateAutomationConditions({ definitions, instance, cursor });
  expect(result.totalRequested).toBe(1);
  const looked = pairs.map(([, { key }]) => result.explanation(key)).filter((one) => one !== undefined);
  expect(looked).toHaveLength(1);
});

test("partitions come with time, and only the latest is asked for", async () => {
  const daily = asset(
    "daily",
    { partitions: dailyPartitions({ startDate: "2024-01-01" }), automationCondition: AC.onMissing() },
    () => 1,
  );
  const instance = new InMemoryInstance();
  const first = await evaluateAutomationConditions({ definitions: [daily], instance, evaluationTime: at("12:00:00") });
  expect(first.totalRequested).toBe(0);
  const tomorrow = new Date(at("00:00:10").getTime() + 86_400_000);
  const next = await evaluateAutomationConditions({
    definitions: [daily],
    instance,
    evaluationTime: tomorrow,
    cursor: first.cursor,
  });
  expect(next.requestedPartitions(daily)).toEqual(["2024-01-05"]);
});

test("assets that can only be made together are requested together", async () => {
  const both = multiAsset(
    "both",
    { outs: { left: { automationCondition: AC.cronTickPassed("0 * * * *") }, right: {} } } as never,
    () => ({ left: 1, right: 2 }) as never,
  );
  const instance = new InMemoryInstance();
  const first = await evaluateAutomationConditions({ definitions: [both], instance, evaluationTime: at("00:30:00") });
  const { cursor } = first;
  const next = await evaluateAutomationConditions({ definitions: [both], instance, evaluationTime: at("01:30:00"), cursor });
  expect(next.requestedPartitions("left")).toEqual([null]);
  expect(next.requestedPartitions("right")).toEqual([null]);
});

test("checks have conditions, and conditions ask for checks", async () => {
  const orders = asset("orders", {}, () => 1);
  const good = assetCheck(
    "good",
    { asset: orders, blocking: true, automationCondition: AC.newlyMissing().since(AC.newlyUpdated()) },
    () => checkResult({ passed: true }),
  );
  const report = asset("report", { deps: [orders], automationCondition: AC.allDepsBlockingChecksPassed() }, () => 2);
  const instance = new InMemoryInstance();
  const defs = [orders, good, report];
  const first = await evaluateAutomationConditions({ definitions: defs, instance });
  expect(first.totalRequested).toBe(1);
  await materialize([orders, good], { instance });
  const second = await evaluateAutomationConditions({ definitions: defs, instance, cursor: first.cursor });
  expect(second.requestedCount("report")).toBe(1);
});

test("a function of one's own is asked at every evaluation, and keeps a cursor for each asset", async () => {
  const asked: (string | null)[] = [];
  const everySecond = AC.custom("every_second", ({ cursor, updateCursor }) => {
    asked.push(cursor);
    updateCursor(String(Number(cursor ?? "0") + 1));
    return Number(cursor ?? "0") % 2 === 1;
  });
  const one = asset("one", { automationCondition: everySecond.and(AC.missing()) }, () => 1);
  const instance = new InMemoryInstance();
  let result = await evaluateAutomationConditions({ definitions: [one], instance });
  expect(result.totalRequested).toBe(0);
  result = await evaluateAutomationConditions({ definitions: [one], instance, cursor: result.cursor });
  expect(result.totalRequested).toBe(1);
  expect(asked).toEqual([null, "1"]);
});

test("freshness is asked by its policy", async () => {
  const policy = freshnessPolicy.timeWindow({ failWindowSeconds: 3600 });
  const one = asset("one", { freshnessPolicy: policy, automationCondition: AC.freshnessFailed() }, () => 1);
  const instance = new InMemoryInstance();
  await materialize([one], { instance });
  const first = await evaluateAutomationConditions({ definitions: [one], instance });
  expect(first.totalRequested).toBe(0);
  const later = new Date(Date.now() + 2 * 3_600_000);
  const next = await evaluateAutomationConditions({ definitions: [one], instance, evaluationTime: later, cursor: first.cursor });
  expect(next.totalRequested).toBe(1);
});
