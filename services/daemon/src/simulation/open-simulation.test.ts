import {
  asset,
  assetSensor,
  AutomationCondition,
  buildRepository,
  defineAssetJob,
  definitions,
  type Definitions,
  job,
  multiAssetSensor,
  op,
  runRequest,
  runStatusSensor,
  schedule,
  sensor,
  toLocationSnapshot,
} from "@dagwright/definitions";
import { type EvaluationResult, holderId, instigatorIdOf, type JsonObject, type SensorEvaluation } from "@dagwright/model";
import { dailyPartitions, dynamicPartitions } from "@dagwright/partitions";
import { EvaluationTimeoutError } from "@dagwright/rpc";
import { prepareRun, queueDecision, type QueueLimits } from "@dagwright/workspace";
import { expect, test } from "vitest";
import { declaredInstigators } from "../instigator-sync.ts";
import { createAutomationLoop } from "../loops/automation.ts";
import { locationName, request, result, serveLocation } from "../testing/served-location.ts";
import { openTestStorage } from "../testing/test-storage.ts";
import { type DeploymentToSimulate, openSimulation, type Simulation } from "./open-simulation.ts";
import type { SimulatedTick } from "./tick-source.ts";

const AC = AutomationCondition;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const fromMs = Date.UTC(2026, 2, 1);
const unlimited: QueueLimits = {
  maxConcurrentRuns: null,
  tagConcurrencyLimits: [],
  locationWeights: {},
  pools: { granularity: null, defaultLimit: null, runBuffer: 0 },
};
const work = op("work", () => null);
const nightly = job("nightly", () => {
  work();
});

type Evaluate = (name: string, context: JsonObject) => EvaluationResult;

function open(project: Definitions, options: Partial<DeploymentToSimulate> = {}, evaluate?: Evaluate): Promise<Simulation> {
  const snapshot = toLocationSnapshot(buildRepository(project));
  const [entry] = serveLocation({ snapshot, ...(evaluate !== undefined && { evaluate }) }).entries();
  return openSimulation({
    locations: [{ location: locationName, snapshot, entry: entry! }],
    storage: null,
    limits: unlimited,
    isOn: () => true,
    fromMs,
    untilMs: fromMs + day,
    seed: 1,
    runMs: [minute, minute],
    failures: 0,
    sensorChance: null,
    callsFunctions: evaluate !== undefined,
    ...options,
  });
}

async function ticksOf(simulation: Simulation): Promise<readonly SimulatedTick[]> {
  const ticks: SimulatedTick[] = [];
  for await (const tick of simulation.ticks) ticks.push(tick);
  return ticks;
}

/** `03-01 00:30 by_hour: raw` */
const lineOf = ({ atMs, name, outcome }: SimulatedTick): string => {
  const runs = outcome.kind === "runs" ? outcome.runs : [];
  const what = runs.map(({ job: of, assets, partition }) => [assets?.join("+") ?? of, partition].filter((part) => part !== null));
  const told = outcome.kind === "runs" ? what.map((parts) => parts.join(" for ")).join("; ") : JSON.stringify(outcome);
  return `${new Date(atMs).toISOString().slice(5, 16).replace("T", " ")} ${name}: ${told}`;
};
const simulate = async (...args: Parameters<typeof open>): Promise<readonly string[]> =>
  (await ticksOf(await open(...args))).map(lineOf);

const auto = "default_automation_condition_sensor";

test("what is eager follows the runs that schedules start, once these have ended", async () => {
  const raw = asset("raw", {}, () => 1);
  const clean = asset("clean", { deps: [raw], automationCondition: AC.eager() }, () => 2);
  const report = asset("report", { deps: [clean], automationCondition: AC.eager() }, () => 3);
  const ofRaw = defineAssetJob("make_raw", { selection: [raw] });
  const project = definitions({
    assets: [raw, clean, report],
    jobs: [ofRaw],
    schedules: [schedule("by_half_day", { job: ofRaw, cron: "0 */12 * * *" })],
  });
  expect(await simulate(project, { runMs: [5 * minute, 5 * minute] })).toEqual([
    "03-01 00:00 by_half_day: make_raw",
    `03-01 00:05 ${auto}: clean+report`,
    "03-01 12:00 by_half_day: make_raw",
    `03-01 12:05 ${auto}: clean+report`,
  ]);
});

test("jobs with conditions are run as a whole, partition by partition", async () => {
  const days = dailyPartitions({ startDate: "2026-02-27" });
  const raw = asset("raw", {}, () => 1);
  const clean = asset("clean", { deps: [raw] }, () => 2);
  const daily = asset("daily", { partitions: days }, () => 1);
  const ofRaw = defineAssetJob("make_raw", { selection: [raw] });
  const ofClean = defineAssetJob("make_clean", {
    selection: [clean],
    automationCondition: AC.anyJobRootAssetsMatch(AC.anyDepsUpdated()),
  });
  const ofDaily = defineAssetJob("make_daily", {
    selection: [daily],
    automationCondition: AC.allJobRootAssetsMatch(AC.missing()).and(AC.inLatestTimeWindow()).newlyTrue(),
  });
  const project = definitions({
    assets: [raw, clean, daily],
    jobs: [ofRaw, ofClean, ofDaily],
    schedules: [schedule("by_half_day", { job: ofRaw, cron: "0 */12 * * *" })],
  });
  expect(await simulate(project, { runMs: [5 * minute, 5 * minute], untilMs: fromMs + day + minute })).toEqual([
    "03-01 00:00 by_half_day: make_raw",
    `03-01 00:00 ${auto}: make_daily for 2026-02-28`,
    `03-01 00:05 ${auto}: make_clean`,
    "03-01 12:00 by_half_day: make_raw",
    `03-01 12:05 ${auto}: make_clean`,
    "03-02 00:00 by_half_day: make_raw",
    `03-02 00:00 ${auto}: make_daily for 2026-03-01`,
  ]);
});

test("conditions see cron ticks and windows of time, and what fails is not asked for again", async () => {
  const days = dailyPartitions({ startDate: "2026-02-25" });
  const daily = asset("daily", { partitions: days, automationCondition: AC.onMissing() }, () => 1);
  const hourly = asset("hourly", { automationCondition: AC.onCron("0 */8 * * *") }, () => 1);
  const project = definitions({ assets: [daily, hourly] });
  const untilMs = fromMs + 2 * day + minute;
  const expected = [
    `03-01 08:00 ${auto}: hourly`,
    `03-01 16:00 ${auto}: hourly`,
    `03-02 00:00 ${auto}: hourly; daily for 2026-03-01`,
    `03-02 08:00 ${auto}: hourly`,
    `03-02 16:00 ${auto}: hourly`,
    `03-03 00:00 ${auto}: hourly; daily for 2026-03-02`,
  ];
  expect(await simulate(project, { untilMs })).toEqual(expected);
  const failing = await open(project, { untilMs: untilMs + hour, failures: 1 });
  expect((await ticksOf(failing)).map(lineOf)).toEqual(expected);
  expect(failing.world.counts).toMatchObject({ requested: 8, succeeded: 0, failed: 8 });
});

test("runs wait for the limits of the queue, and jobs skip runs beside their own", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const jobs = names.map((name) =>
    job(name, { tags: { "dagster/priority": name === "e" ? "1" : "0" } }, () => {
      work();
    }),
  );
  const alone = job("alone", { whenRunning: "skip" }, () => {
    work();
  });
  const project = definitions({
    jobs: [...jobs, alone],
    schedules: [
      ...jobs.map((one) => schedule(`of_${one.name}`, { job: one, cron: "0 0 * * *" })),
      schedule("often", { job: alone, cron: "*/10 12 * * *" }),
    ],
  });
  const limits = { ...unlimited, maxConcurrentRuns: 2 };
  const simulation = await open(project, { limits, runMs: [25 * minute, 25 * minute] });
  await ticksOf(simulation);
  expect(simulation.world.counts).toEqual({
    requested: 11,
    retried: 0,
    fromBefore: 0,
    // At 12:00 and at 12:30; those between and behind them found one under way.
    succeeded: 7,
    failed: 0,
    canceled: 4,
    running: 0,
    waiting: 0,
    mostAtOnce: 2,
    mostWaiting: 5,
    longestWaitMs: 50 * minute,
  });
  const started = simulation.world.changes.flatMap((change) => (change.kind === "started" ? [change.run.run.jobName] : []));
  expect(started.slice(0, 5)).toEqual(["e", "a", "b", "c", "d"]);
});

test("durations and failures are the same for the same seed", async () => {
  const project = definitions({ jobs: [nightly], schedules: [schedule("often", { job: nightly, cron: "*/10 * * * *" })] });
  const ends = async (seed: number) => {
    const simulation = await open(project, { seed, runMs: [minute, 9 * minute], failures: 0.3 });
    await ticksOf(simulation);
    return simulation.world.changes.flatMap((change) => (change.kind === "ended" ? [[change.atMs, change.run.status]] : []));
  };
  expect(await ends(7)).toEqual(await ends(7));
  expect(await ends(8)).not.toEqual(await ends(7));
  const failed = (await ends(7)).filter(([, status]) => status === "FAILURE");
  expect(failed.length).toBeGreaterThan(20);
  expect(failed.length).toBeLessThan(70);
});

test("functions are called where that is asked for, with cursors, run keys and partitions, and nothing is written", async () => {
  await using storage = await openTestStorage();
  const regions = dynamicPartitions("regions");
  const byRegion = job("by_region", { partitions: regions }, () => {
    work();
  });
  const sales = asset("sales", { partitions: regions, automationCondition: AC.onMissing() }, () => 1);
  const project = definitions({
    assets: [sales],
    jobs: [nightly, byRegion],
    schedules: [
      schedule("asking", { job: nightly, cron: "0 */12 * * *" }, () => runRequest()),
      schedule("broken", { job: nightly, cron: "0 6 * * *" }, () => runRequest()),
    ],
    sensors: [
      sensor("files", { jobs: [nightly, byRegion], minimumIntervalSeconds: 600 }, () => null),
      runStatusSensor("after", { status: "SUCCESS", requestJob: nightly, monitoredJobs: [byRegion] }, () => runRequest()),
    ],
  });
  const snapshot = toLocationSnapshot(buildRepository(project));
  await storage.instigators.sync(locationName, declaredInstigators(locationName, snapshot, await storage.nowMs()));
  await storage.dynamicPartitions.add("regions", ["eu"]);
  const evaluate: Evaluate = (name, context) => {
    if (name === "asking") {
      const isFirst = context["scheduledAtMs"] === fromMs;
      return isFirst ? result({ runRequests: [request({ jobName: "nightly" })] }) : result({ skipReason: "not at noon" });
    }
    if (name === "broken") throw new RangeError("mine");
    if (name === "after") {
      const { statusChanges = [] } = context as unknown as SensorEvaluation;
      const reactions = statusChanges.map(({ run }) => ({
        runRequests: [request({ jobName: "nightly", tags: { after: run.partition ?? "" } })],
        skipReason: null,
        error: null,
      }));
      return result({ reactions });
    }
    if (context["cursor"] === null) return result({ cursor: "begun" });
    if (context["cursor"] === "seen") return result({ skipReason: "nothing new" });
    return result({
      cursor: "seen",
      runRequests: [
        request({ jobName: "by_region", partition: "us", runKey: "us" }),
        request({ jobName: "nightly", runKey: "us" }),
      ],
      dynamicPartitions: [{ kind: "add", name: "regions", keys: ["us"] }],
    });
  };
  const simulation = await open(project, { storage }, evaluate);
  expect((await ticksOf(simulation)).map(lineOf)).toEqual([
    "03-01 00:00 asking: nightly",
    "03-01 00:10 files: by_region for us",
    `03-01 00:10 ${auto}: sales for us`,
    "03-01 00:11 after: nightly",
    '03-01 06:00 broken: {"kind":"failure","error":"mine"}',
    '03-01 12:00 asking: {"kind":"skip","reason":"not at noon"}',
  ]);
  expect(simulation.assumptions.join("\n")).toContain("Nothing that they asked for was written to the instance");
  expect(await storage.dynamicPartitions.keys("regions")).toEqual(["eu"]);
  expect(await storage.runs.count({})).toBe(0);
  expect(await storage.instigators.ticks(instigatorIdOf(locationName, "files"), { limit: 1 })).toEqual([]);
});

test("a function that does not come to its end is called once", async () => {
  const project = definitions({
    jobs: [nightly],
    schedules: [schedule("endless", { job: nightly, cron: "0 */12 * * *" }, () => runRequest())],
    sensors: [sensor("files", { job: nightly, minimumIntervalSeconds: 600 }, () => null)],
  });
  const called: string[] = [];
  const lines = await simulate(project, {}, (name) => {
    called.push(name);
    throw new EvaluationTimeoutError(name, 60_000);
  });
  expect(called).toEqual(["endless", "files"]);
  expect(lines.filter((line) => line.includes("endless"))).toEqual([
    expect.stringContaining("endless did not finish within 60000 ms"),
    expect.stringContaining("endless did not finish within 60000 ms"),
  ]);
});

test("what is not called is told: it stands for a run, has a chance, or is left out", async () => {
  const project = definitions({
    jobs: [nightly],
    schedules: [schedule("asking", { job: nightly, cron: "0 6 * * *" }, () => runRequest())],
    sensors: [sensor("files", { job: nightly, minimumIntervalSeconds: 30 }, () => null)],
  });
  const without = await open(project);
  expect((await ticksOf(without)).map(lineOf)).toEqual(['03-01 06:00 asking: {"kind":"function","job":"nightly"}']);
  expect(without.world.counts.succeeded).toBe(1);
  expect(without.assumptions).toEqual(
    expect.arrayContaining([
      expect.stringContaining("Functions of schedules are not called (asking)"),
      expect.stringContaining("Sensors are left out (files)"),
    ]),
  );
  const some = async (seed: number) =>
    (await simulate(project, { sensorChance: 0.1, seed })).filter((line) => line.includes("files"));
  expect(await some(7)).toEqual(await some(7));
  expect(await some(8)).not.toEqual(await some(7));
  expect((await some(7)).length).toBeGreaterThan(200);
  expect((await some(7)).length).toBeLessThan(380);
});

test("conditions go on from where their last evaluations left them", async () => {
  await using storage = await openTestStorage();
  const raw = asset("raw", {}, () => 1);
  const clean = asset(
    "clean",
    { deps: [raw], automationCondition: AC.anyDepsUpdated().since(AC.newlyRequested()).newlyTrue() },
    () => 2,
  );
  const project = definitions({ assets: [raw, clean] });
  const snapshot = toLocationSnapshot(buildRepository(project));
  const workspace = serveLocation({ snapshot });
  const declared = declaredInstigators(locationName, snapshot, await storage.nowMs());
  await storage.instigators.sync(
    locationName,
    declared.map((one) => ({ ...one, defaultStatus: "RUNNING" as const })),
  );
  const loop = createAutomationLoop({
    storage,
    workspace,
    holder: holderId("me"),
    submitMode: { kind: "queue" },
    launchAll: () => Promise.resolve(),
  });
  await loop.runOnce(new AbortController().signal);
  const sensorId = instigatorIdOf(locationName, auto);
  const [kept] = await storage.automation.states(sensorId, ['["clean"]']);
  expect(Object.keys((kept?.state["nodes"] ?? {}) as object)).not.toEqual([]);
  const now = await storage.nowMs();
  expect(await simulate(project, { storage, fromMs: now, untilMs: now + hour })).toEqual([]);
});

test("assets begin as the instance has them, and their conditions as they were evaluated last", async () => {
  await using storage = await openTestStorage();
  const ifMissing = AC.missing().and(AC.inProgress().not());
  const missing = asset("missing", { automationCondition: ifMissing }, () => 1);
  const there = asset("there", { automationCondition: ifMissing }, () => 1);
  const project = definitions({ assets: [missing, there] });
  const base = { atMs: Date.now(), message: "", stepKey: null, partition: null, description: null, metadata: {}, tags: {} };
  await storage.assets.report([{ type: "ASSET_MATERIALIZATION", assetKey: ["there"], ...base }]);
  const now = Date.now();
  const lines = await simulate(project, { storage, fromMs: now, untilMs: now + day });
  expect(lines.map((line) => line.split(": ")[1])).toEqual(["missing"]);
});

test("failed runs are tried again as often as run_retries and their tags say, and their last failure is a sensor's business", async () => {
  const often = job("often", { tags: { "dagster/max_retries": "3" } }, () => {
    work();
  });
  const project = definitions({
    jobs: [nightly, often],
    schedules: [
      schedule("at_noon", { job: nightly, cron: "0 12 * * *" }),
      schedule("in_the_evening", { job: often, cron: "0 18 * * *" }),
    ],
  });
  const retries = { enabled: true, maxRetries: 1, retryOnAssetOrOpFailure: true };
  const counts = async (options: Partial<DeploymentToSimulate>) => {
    const simulation = await open(project, { failures: 1, ...options });
    await ticksOf(simulation);
    return simulation.world.counts;
  };
  expect(await counts({ retries })).toMatchObject({ requested: 2, retried: 4, failed: 6 });
  expect(await counts({ retries: { ...retries, retryOnAssetOrOpFailure: false } })).toMatchObject({ retried: 0, failed: 2 });
  expect(await counts({})).toMatchObject({ retried: 0, failed: 2 });
});

test("runs that are under way and queued now hold their places, and what they make is followed", async () => {
  await using storage = await openTestStorage();
  const raw = asset("raw", {}, () => 1);
  const clean = asset("clean", { deps: [raw], automationCondition: AC.eager() }, () => 2);
  const ofRaw = defineAssetJob("make_raw", { selection: [raw] });
  const project = definitions({
    assets: [raw, clean],
    jobs: [ofRaw, nightly],
  });
  const snapshot = toLocationSnapshot(buildRepository(project));
  const jobOf = (name: string) => snapshot.jobs.find((one) => one.name === name)!;
  const prepared = (name: string) => prepareRun({ location: locationName, job: jobOf(name), runConfig: {} });
  await storage.runs.submit([prepared("make_raw")], { kind: "queue" });
  const { launches } = await storage.runs.dequeue({ holder: holderId("me"), claimMs: minute }, queueDecision(unlimited, 10));
  expect(launches).toHaveLength(1);
  await storage.runs.submit([prepared("nightly")], { kind: "queue" });
  await storage.runs.submit([{ ...prepared("nightly"), jobName: "gone" }], { kind: "queue" });
  const now = await storage.nowMs();
  const span = { storage, fromMs: now, untilMs: now + 50 * minute, limits: { ...unlimited, maxConcurrentRuns: 1 } };
  const taking = await open(project, { ...span, runMs: [20 * minute, 20 * minute], withRunsFromBefore: true });
  // `clean` waits for the run under way, and behind the one that is queued.
  const ticks = await ticksOf(taking);
  expect(ticks.filter(({ name }) => name === auto).map(({ atMs }) => Math.round((atMs - now) / minute))).toEqual([20]);
  expect(taking.world.counts).toMatchObject({ fromBefore: 2, mostAtOnce: 1, succeeded: 2, running: 1 });
  expect(taking.assumptions.join("\n")).toContain("2 runs that are under way or queued now");
  expect(taking.assumptions.join("\n")).toContain("1 more of them is left out");
  const leaving = await open(project, span);
  await ticksOf(leaving);
  expect(leaving.world.counts.fromBefore).toBe(0);
  expect(leaving.assumptions.join("\n")).toContain("does not begin now");
});

test("sensors of assets that are called see what is made in virtual time", async () => {
  const raw = asset("raw", {}, () => 1);
  const ofRaw = defineAssetJob("make_raw", { selection: [raw] });
  const project = definitions({
    assets: [raw],
    jobs: [ofRaw, nightly],
    schedules: [schedule("by_half_day", { job: ofRaw, cron: "0 */12 * * *" })],
    sensors: [
      assetSensor("after_raw", { asset: raw, job: nightly }, () => runRequest()),
      multiAssetSensor("after_all", { monitoredAssets: [raw], job: nightly, minimumIntervalSeconds: 7_200 }, () => null),
    ],
  });
  const seen: Record<string, (readonly string[])[]> = {};
  const evaluate: Evaluate = (name, context) => {
    const { cursor, assumedMaterializations = [] } = context as unknown as SensorEvaluation;
    (seen[name] ??= []).push(assumedMaterializations.map(({ event }) => new Date(event.atMs).toISOString().slice(11, 16)));
    const newest = assumedMaterializations.at(-1);
    if (newest === undefined || newest.id === cursor) return result();
    return result({ runRequests: [request({ jobName: "nightly" })], cursor: newest.id });
  };
  const lines = await simulate(project, { runMs: [5 * minute, 5 * minute] }, evaluate);
  expect(lines.filter((line) => line.includes("after_"))).toEqual([
    "03-01 00:05 after_raw: nightly",
    // Looked at when the simulation began, and no sooner again than its interval says.
    "03-01 02:00 after_all: nightly",
    "03-01 12:05 after_raw: nightly",
    expect.stringContaining("after_all: nightly"),
  ]);
  expect(seen["after_raw"]!.at(-1)).toEqual(["00:05", "12:05"]);
});
