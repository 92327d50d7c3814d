import { setTimeout as delay } from "node:timers/promises";
import {
  asset,
  type AssetJobDefinition,
  AutomationCondition,
  automationConditionSensor,
  buildRepository,
  defineAssetJob,
  definitions,
  evaluateCustomCondition,
  type Repository,
  toLocationSnapshot,
} from "@dagwright/definitions";
import {
  type AssetKey,
  assetKeyToString,
  assetJobName,
  type EvaluationResult,
  holderId,
  instigatorIdOf,
  type JsonObject,
  type SensorEvaluation,
  serializeError,
} from "@dagwright/model";
import { dailyPartitions } from "@dagwright/partitions";
import { type Storage, StorageUnavailableError } from "@dagwright/storage";
import { prepareRun } from "@dagwright/workspace";
import { expect, onTestFinished, test } from "vitest";
import { declaredInstigators } from "../instigator-sync.ts";
import { locationName, serveLocation } from "../testing/served-location.ts";
import { openTestStorage, openTestStorages } from "../testing/test-storage.ts";
import { createAutomationLoop } from "./automation.ts";

const AC = AutomationCondition;
const never = new AbortController().signal;
const sensorId = instigatorIdOf(locationName, "auto");

/** A sensor that evaluates as often as it is asked to. */
const everythingWith = (...jobs: readonly AssetJobDefinition[]) =>
  automationConditionSensor("auto", {
    target: "*",
    jobs,
    minimumIntervalSeconds: 0.001,
    defaultStatus: "RUNNING",
    runTags: { team: "blue" },
  });
const everything = everythingWith();

const repositoryOf = (...assets: readonly unknown[]): Repository =>
  buildRepository(definitions({ assets, sensors: [everything] } as never));

/** Answers for functions of the code location, as its evaluator does. */
const evaluatorOf =
  (repository: Repository) =>
  async (_: string, context: JsonObject): Promise<EvaluationResult> => {
    const { conditions = [] } = context as unknown as SensorEvaluation;
    const answers = conditions.map((request) =>
      evaluateCustomCondition(repository.customConditions.get(request.name)!, request).catch((error: unknown) => ({
        error: serializeError(error),
      })),
    );
    return { runRequests: [], skipReason: null, logs: [], conditions: await Promise.all(answers) };
  };

async function replica(storage: Storage, repository: Repository, holder = "me") {
  const snapshot = toLocationSnapshot(repository);
  const workspace = serveLocation({ snapshot, evaluate: evaluatorOf(repository) });
  await storage.instigators.sync(locationName, declaredInstigators(locationName, snapshot, await storage.nowMs()));
  const loop = createAutomationLoop({
    storage,
    workspace,
    holder: holderId(holder),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
    runTags: { from: "dagster.yaml" },
  });
  /** Passes until there is nothing to do. */
  const settle = async (): Promise<void> => {
    for (let pass = 0; pass < 1_000; pass += 1) {
      const { handled, errors, nextDueAtMs } = await loop.runOnce(never);
      expect(errors ?? []).toEqual([]);
      if (handled > 0) continue;
      // What is due in a moment: an interval, or news behind a transaction that is still open.
      if (nextDueAtMs === null || nextDueAtMs > (await storage.nowMs()) + 5_000) return;
      await delay(Math.max(1, nextDueAtMs - (await storage.nowMs())));
    }
    throw new Error("it never comes to rest");
  };
  return { loop, settle, workspace };
}

const made = (key: AssetKey, partition: string | null = null) => ({
  type: "ASSET_MATERIALIZATION" as const,
  atMs: Date.now(),
  message: "",
  stepKey: null,
  assetKey: key,
  partition,
  description: null,
  metadata: {},
  tags: {},
});

const requestedRuns = async (storage: Storage) =>
  (await storage.runs.list({}, { limit: 100 })).map(({ selection, partition, tags }) => ({
    assets: selection.assetKeys?.map((key) => key.join("/")),
    partition,
    tags,
  }));

test("news of an asset makes a run of what is made from it, with state, history and tick in one transaction", async () => {
  const storage = await openTestStorage();
  const raw = asset("raw", {}, () => 1);
  const clean = asset("clean", { deps: [raw], automationCondition: AC.eager() }, () => 2);
  const report = asset("report", { deps: [clean], automationCondition: AC.eager() }, () => 3);
  const { settle } = await replica(storage, repositoryOf(raw, clean, report));
  await settle();
  expect(await requestedRuns(storage)).toEqual([]);

  await storage.assets.report([made(["raw"])]);
  await settle();
  const [run, ...others] = await requestedRuns(storage);
  expect(others).toEqual([]);
  expect(run?.assets?.toSorted()).toEqual(["clean", "report"]);
  expect(run?.tags).toMatchObject({
    team: "blue",
    from: "dagster.yaml",
    "dagster/sensor_name": "auto",
    "dagster/from_automation_condition": "true",
  });

  const [evaluation] = (await storage.automation.evaluations(assetKeyToString(["clean"]), { limit: 5 })).filter(
    ({ requestedCount }) => requestedCount > 0,
  );
  const [stored] = await storage.runs.list({}, { limit: 1 });
  expect(evaluation).toMatchObject({ requestedCount: 1, runIds: [stored!.id], explanation: { label: "eager", heldCount: 1 } });
  expect(run?.tags["dagster/asset_evaluation_id"]).toBe(evaluation?.evaluationId);
  const ticks = await storage.instigators.ticks(sensorId, { limit: 10, statuses: ["SUCCESS"] });
  expect(ticks.map(({ runIds }) => runIds)).toEqual([[stored!.id]]);
});

test("without news nothing is due, and a pass makes no tick", async () => {
  const storage = await openTestStorage();
  const clean = asset("clean", { automationCondition: AC.eager() }, () => 2);
  const { loop, settle } = await replica(storage, repositoryOf(clean));
  await settle();
  const before = await storage.instigators.ticks(sensorId, { limit: 100 });
  const pass = () => loop.runOnce(never);
  let { handled, nextDueAtMs } = await pass();
  // Transactions of others may hide what came last, and then it looks again soon.
  for (let again = 0; again < 20 && handled === 0 && (nextDueAtMs ?? Infinity) < Date.now() + 5_000; again += 1) {
    await delay(100);
    ({ handled, nextDueAtMs } = await pass());
  }
  expect(handled).toBe(0);
  // Never, as far as time alone goes.
  expect(nextDueAtMs ?? Infinity).toBeGreaterThan(Date.now() + 365 * 86_400_000);
  expect(await storage.instigators.ticks(sensorId, { limit: 100 })).toEqual(before);
});

test("two daemons at once request each thing once", async () => {
  const [one, two] = await openTestStorages(2);
  const raw = asset("raw", {}, () => 1);
  const clean = Array.from({ length: 5 }, (_, index) =>
    asset(`clean_${index}`, { deps: [raw], automationCondition: AC.eager() }, () => 2),
  );
  const repository = repositoryOf(raw, ...clean);
  const first = await replica(one!, repository, "one");
  const second = await replica(two!, repository, "two");
  await first.settle();
  for (let round = 0; round < 3; round += 1) {
    await one!.assets.report([made(["raw"])]);
    await Promise.all([first.settle(), second.settle()]);
    await first.settle();
  }
  const runs = await requestedRuns(one!);
  expect(runs.every(({ assets }) => assets?.length === 5)).toBe(true);
  // While it is being made it is not requested again.
  expect(runs).toHaveLength(1);
});

test("a run that has ended counts, and what failed is told apart from what is missing", async () => {
  const storage = await openTestStorage();
  const raw = asset("raw", { automationCondition: AC.onMissing() }, () => 1);
  const alarm = asset("alarm", { automationCondition: AC.assetMatches("raw", AC.executionFailed()).newlyTrue() }, () => 1);
  const { settle } = await replica(storage, repositoryOf(raw, alarm));
  await settle();
  expect(await requestedRuns(storage)).toEqual([]);
  const workspaceRun = await submitRun(storage, repositoryOf(raw, alarm), ["raw"]);
  await settle();
  await storage.events.append({
    runId: workspaceRun,
    attempt: null,
    entries: [{ type: "RUN_FAILURE", atMs: 0, message: "", stepKey: null, error: null, reason: "UNKNOWN" }],
  });
  await settle();
  expect((await requestedRuns(storage)).map(({ assets }) => assets)).toContainEqual(["alarm"]);
});

test("partitions that are requested are runs of their own, or ranges by a backfill policy", async () => {
  const storage = await openTestStorage();
  const partitions = dailyPartitions({ startDate: "2024-01-01", endDate: "2024-01-05" });
  const once = AC.newlyUpdated().or(AC.missing().newlyTrue()).since(AC.newlyRequested());
  const each = asset("each", { partitions, automationCondition: once }, () => 1);
  const ranged = asset(
    "ranged",
    { partitions, automationCondition: once, backfillPolicy: { kind: "singleRun" } } as never,
    () => 1,
  );
  const { settle } = await replica(storage, repositoryOf(each, ranged));
  await settle();
  const runs = await requestedRuns(storage);
  expect(runs.flatMap(({ assets, partition }) => (assets?.[0] === "each" ? [partition] : [])).toSorted()).toEqual([
    "2024-01-01",
    "2024-01-02",
    "2024-01-03",
    "2024-01-04",
  ]);
  const [range] = runs.filter(({ assets }) => assets?.[0] === "ranged");
  expect(range?.tags).toMatchObject({
    "dagster/asset_partition_range_start": "2024-01-01",
    "dagster/asset_partition_range_end": "2024-01-04",
  });
});

test("a new condition is found when the code is loaded, one that is gone is forgotten, and a code version is news", async () => {
  const storage = await openTestStorage();
  const gone = asset("gone", { automationCondition: AC.eager() }, () => 1);
  const versioned = (codeVersion: string) =>
    asset("versioned", { codeVersion, automationCondition: AC.codeVersionChanged() }, () => 1);
  const first = await replica(storage, repositoryOf(gone, versioned("1")));
  await first.settle();
  const repository = repositoryOf(
    versioned("2"),
    asset("added", { automationCondition: AC.initialEvaluation() }, () => 1),
  );
  const second = await replica(storage, repository);
  const [entry] = second.workspace.entries();
  Object.assign(entry!, { snapshotId: "second" });
  await second.settle();
  expect((await requestedRuns(storage)).flatMap(({ assets }) => assets).toSorted()).toEqual(["added", "versioned"]);
  const states = await storage.automation.allStates(sensorId, { after: "", limit: 10 });
  expect(states.map(({ entity }) => entity)).toEqual(['["added"]', '["versioned"]']);
});

test("functions of the code location are asked at every tick", async () => {
  const storage = await openTestStorage();
  let asked = 0;
  const third = AC.custom("third", () => (asked += 1) === 3);
  const one = asset("one", { automationCondition: third }, () => 1);
  const { loop } = await replica(storage, repositoryOf(one));
  for (let pass = 0; pass < 50 && (await requestedRuns(storage)).length === 0; pass += 1) {
    await loop.runOnce(never);
    await delay(5);
  }
  expect(asked).toBeGreaterThanOrEqual(3);
  expect((await requestedRuns(storage)).map(({ assets }) => assets)).toEqual([["one"]]);
});

test("a function that throws holds up its own asset alone, which misses no news and makes up for it once", async () => {
  const storage = await openTestStorage();
  let broken = false;
  const ready = AC.custom("ready", () => {
    if (broken) throw new Error("no connection");
    return true;
  });
  const raw = asset("raw", {}, () => 1);
  const other = asset("other", {}, () => 1);
  const plain = asset("plain", { deps: [raw], automationCondition: AC.anyDepsUpdated() }, () => 1);
  // An error is no answer: neither is what it denies true.
  const picky = asset("picky", { deps: [raw], automationCondition: AC.anyDepsUpdated().and(ready) }, () => 1);
  const contrary = asset("contrary", { deps: [raw], automationCondition: AC.anyDepsUpdated().and(ready.not().not()) }, () => 1);
  const repository = repositoryOf(raw, other, plain, picky, contrary);
  const { loop } = await replica(storage, repository);
  const errors: string[] = [];
  const requested = async () => (await requestedRuns(storage)).flatMap(({ assets = [] }) => assets).toSorted();
  const pass = async (): Promise<void> => {
    const { errors: told = [] } = await loop.runOnce(never);
    errors.push(...told.map(String));
    await delay(5);
  };
  /** News may stand behind open transactions for a while. A few more passes show that it stays at that. */
  const comesTo = async (...assets: readonly string[]): Promise<void> => {
    for (let count = 0; count < 5_000 && (await requested()).length < assets.length; count += 1) await pass();
    for (let count = 0; count < 10; count += 1) await pass();
    expect(await requested()).toEqual(assets);
  };
  while ((await storage.automation.allStates(sensorId, { after: "", limit: 10 })).length < 3) await pass();
  await comesTo();

  broken = true;
  await storage.assets.report([made(["raw"])]);
  await comesTo("plain");
  const failed = await storage.instigators.ticks(sensorId, { limit: 100, statuses: ["FAILURE"] });
  expect(failed.flatMap(({ runIds }) => runIds)).toHaveLength(1);
  expect(failed[0]?.error?.message).toContain("no connection");
  expect(failed[0]?.error?.message).toContain("2 conditions could not be evaluated");
  expect(errors.join()).toContain("no connection");
  const evaluations = await storage.automation.evaluations(assetKeyToString(["picky"]), { limit: 100 });
  const labels = evaluations.map(({ explanation }) => JSON.stringify(explanation["label"]));
  // Told when it began, not at each attempt.
  expect(labels.filter((label) => label.includes("no connection"))).toHaveLength(1);
  expect(evaluations.every(({ requestedCount }) => requestedCount === 0)).toBe(true);
  await storage.assets.report([made(["raw"])]);
  await comesTo("plain", "plain");

  broken = false;
  // It is tried again with whatever is due next.
  await storage.assets.report([made(["other"])]);
  await storage.instigators.hurry([sensorId]);
  await comesTo("contrary", "picky", "plain", "plain");
  await storage.assets.report([made(["raw"])]);
  await comesTo("contrary", "contrary", "picky", "picky", "plain", "plain", "plain");
});

test("a job whose condition holds of its root assets is run as a whole, and says why", async () => {
  const storage = await openTestStorage();
  const raw = asset("raw", {}, () => 1);
  const other = asset("other", {}, () => 1);
  const clean = asset("clean", { deps: [raw] }, () => 2);
  const report = asset("report", { deps: [clean, other] }, () => 3);
  const together = defineAssetJob("together", {
    selection: [clean, report],
    tags: { color: "red" },
    automationCondition: AC.anyJobRootAssetsMatch(AC.anyDepsUpdated()),
  });
  const repository = buildRepository(
    definitions({ assets: [raw, other, clean, report], jobs: [together], sensors: [everythingWith(together)] }),
  );
  const { settle } = await replica(storage, repository);
  await settle();
  // Not of a root: the job's own assets are between it and the rest.
  await storage.assets.report([made(["other"])]);
  await settle();
  expect(await requestedRuns(storage)).toEqual([]);
  await storage.assets.report([made(["raw"])]);
  await settle();
  const [run, ...more] = await storage.runs.list({}, { limit: 10 });
  expect(more).toEqual([]);
  expect(run).toMatchObject({ jobName: "together", selection: { assetKeys: null }, partition: null });
  expect(run?.tags).toMatchObject({
    color: "red",
    team: "blue",
    from: "dagster.yaml",
    "dagster/from_automation_condition": "true",
    "dagster/sensor_name": "auto",
  });
  const evaluations = await storage.automation.evaluations('{"jobName":"together"}', { limit: 5 });
  const evaluation = evaluations.find(({ requestedCount }) => requestedCount > 0);
  expect(evaluation).toMatchObject({ requestedCount: 1, runIds: [run!.id], explanation: { name: "ANY_JOB_ROOT_ASSETS_MATCH" } });
  expect(run?.tags["dagster/asset_evaluation_id"]).toBe(evaluation?.evaluationId);
});

test("the partitions of a job that are requested are runs of their own, with the config that it makes for each", async () => {
  const storage = await openTestStorage();
  const partitions = dailyPartitions({ startDate: "2024-01-01", endDate: "2024-01-04" });
  const raw = asset("raw", { partitions }, () => 1);
  const clean = asset("clean", { partitions, deps: [raw] }, () => 2);
  const daily = defineAssetJob("daily", {
    selection: [clean],
    automationCondition: AC.allJobRootAssetsMatch(AC.missing().and(AC.anyDepsMissing().not())).newlyTrue(),
  });
  const { settle } = await replica(
    storage,
    buildRepository(definitions({ assets: [raw, clean], jobs: [daily], sensors: [everythingWith(daily)] })),
  );
  await settle();
  await storage.assets.report([made(["raw"], "2024-01-01"), made(["raw"], "2024-01-03")]);
  await settle();
  const runs = await storage.runs.list({}, { limit: 10 });
  expect(runs.map(({ jobName, partition }) => [jobName, partition]).toSorted()).toEqual([
    ["daily", "2024-01-01"],
    ["daily", "2024-01-03"],
  ]);
});

test("a daemon that dies between two pieces of a large tick leaves nothing of it, and the next one makes it once", async () => {
  const storage = await openTestStorage();
  const assets = Array.from({ length: 1_100 }, (_, index) =>
    asset(`a${index}`, { automationCondition: AC.initialEvaluation() }, () => 1),
  );
  const { loop, settle } = await replica(storage, repositoryOf(...assets));
  let pieces = 0;
  const hook = Symbol.for("dagwright.testing.crash-point");
  onTestFinished(() => void delete (globalThis as Record<symbol, unknown>)[hook]);
  (globalThis as Record<symbol, unknown>)[hook] = (name: string) => {
    if (name !== "tick-commit.automation-written") return;
    pieces += 1;
    if (pieces === 1) throw new StorageUnavailableError("StorageUnavailableError", "as if it had died");
  };
  // However many passes it takes until it is due.
  for (const giveUpAt = Date.now() + 20_000; pieces === 0 && Date.now() < giveUpAt;) await loop.runOnce(never);
  await loop.drain?.();
  expect(pieces).toBe(1);
  expect(await storage.automation.allStates(sensorId, { after: "", limit: 5 })).toEqual([]);
  expect(await storage.runs.list({}, { limit: 5 })).toEqual([]);
  expect((await storage.instigators.get(sensorId))?.cursor).toBeNull();

  // Its lease would run out; here it is given back.
  await storage.instigators.setCursor(sensorId, null);
  await settle();
  const runs = await requestedRuns(storage);
  expect(runs.map((run) => run.assets?.length)).toEqual([1_100]);
  const states = await storage.automation.allStates(sensorId, { after: "", limit: 5_000 });
  expect(states).toHaveLength(1_100);
  const evaluations = await storage.automation.evaluations(assetKeyToString(["a1099"]), { limit: 5 });
  const evaluation = evaluations.find(({ requestedCount }) => requestedCount > 0);
  expect(evaluation).toMatchObject({
    requestedCount: 1,
    explanation: { name: "initial_evaluation", heldCount: 1, children: [] },
  });
  // The tick that was committed is told of in two pieces, and settled by those that followed.
  expect(pieces).toBeGreaterThanOrEqual(3);
});

async function submitRun(storage: Storage, repository: Repository, assetKey: AssetKey) {
  const job = repository.jobs.get(assetJobName)!.snapshot;
  const run = prepareRun({ location: locationName, job, runConfig: {}, selection: { stepKeys: null, assetKeys: [assetKey] } });
  const [claim] = await storage.runs.submit([run], { kind: "queue" });
  return claim!.run.id;
}
