import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as dagwright from "./index.ts";
import {
  allPartitionsMapping,
  asset,
  assetCheck,
  assetSpec,
  AssetSelection,
  AutomationCondition,
  checkSpec,
  dailyPartitions,
  definitions,
  InMemoryInstance,
  job,
  op,
  resource,
} from "./index.ts";

type Exports = typeof dagwright;
type FunctionName = { [K in keyof Exports]: Exports[K] extends (...args: never[]) => unknown ? K : never }[keyof Exports];
type ClassName = { [K in keyof Exports]: Exports[K] extends new (...args: never[]) => unknown ? K : never }[keyof Exports];

/** Calls with some options: whatever is wrong besides is told later. */
type Call = (options: never) => unknown;

const number = z.number();
const one = op("one", () => 1);
const raw = asset("raw", () => 1);
const made = job("made", () => void one());
const nothing = (): void => {};
const of = (call: (options: never) => unknown): Call => call;

/** Every exported function that takes options, called with nothing but them and what it needs before. */
const takesOptions = {
  addDynamicPartitions: null,
  allPartitionsMapping: null,
  asset: of((options) => dagwright.asset("a", options, nothing as never)),
  assetCheck: of((options) => dagwright.assetCheck("c", { asset: "a", ...(options as object) }, (() => true) as never)),
  assetCheckEvaluation: of(dagwright.assetCheckEvaluation),
  assetDep: of((options) => dagwright.assetDep("a", options)),
  assetIn: of((options) => dagwright.assetIn(raw, options)),
  assetMaterialization: of(dagwright.assetMaterialization),
  assetObservation: of(dagwright.assetObservation),
  assetSensor: of((options) => dagwright.assetSensor("s", options, nothing as never)),
  assetSpec: of((options) => dagwright.assetSpec("a", options)),
  asyncExecutor: of(dagwright.asyncExecutor),
  automationConditionSensor: of((options) => dagwright.automationConditionSensor("s", options)),
  buildAssetCheckContext: of(dagwright.buildAssetCheckContext),
  buildAssetContext: of(dagwright.buildAssetContext),
  buildColumnSchemaChangeChecks: of(dagwright.buildColumnSchemaChangeChecks),
  buildHookContext: of(dagwright.buildHookContext),
  buildInitLoggerContext: of(dagwright.buildInitLoggerContext),
  buildInitResourceContext: of(dagwright.buildInitResourceContext),
  buildInputContext: of(dagwright.buildInputContext),
  buildLastUpdateFreshnessChecks: of(dagwright.buildLastUpdateFreshnessChecks),
  buildMetadataBoundsChecks: of(dagwright.buildMetadataBoundsChecks),
  buildMultiAssetSensorContext: of(dagwright.buildMultiAssetSensorContext),
  buildOpContext: of(dagwright.buildOpContext),
  buildOutputContext: of(dagwright.buildOutputContext),
  buildResources: of((options) => dagwright.buildResources({}, options)),
  buildRunStatusChange: of(dagwright.buildRunStatusChange),
  buildRunStatusSensorContext: of(dagwright.buildRunStatusSensorContext),
  buildScheduleContext: of(dagwright.buildScheduleContext),
  buildScheduleFromPartitionedJob: of((options) => dagwright.buildScheduleFromPartitionedJob(made, options)),
  buildSensorContext: of(dagwright.buildSensorContext),
  buildSensorForFreshnessChecks: of(dagwright.buildSensorForFreshnessChecks),
  buildTimePartitionFreshnessChecks: of(dagwright.buildTimePartitionFreshnessChecks),
  checkResult: of(dagwright.checkResult),
  checkSpec: of((options) => dagwright.checkSpec("c", options)),
  configMapping: null,
  configured: of((options) =>
    dagwright.configured(
      resource("r", { config: number }, () => 1),
      1,
      options,
    ),
  ),
  dailyPartitions: of(dagwright.dailyPartitions),
  defineAssetJob: of((options) => dagwright.defineAssetJob("j", options)),
  definitions: of(dagwright.definitions),
  deleteDynamicPartitions: null,
  dynamicOut: of((options) => dagwright.dynamicOut(number, options)),
  dynamicOutput: of((options) => dagwright.dynamicOutput(1, options)),
  dynamicPartitions: null,
  envVar: null,
  evaluateAutomationConditions: of(dagwright.evaluateAutomationConditions),
  /** Takes the moment of a tick, and what it is given by a test. */
  evaluateSchedule: null,
  evaluateSensor: null,
  executeInProcess: of((options) => dagwright.executeInProcess(made, options)),
  executeJob: of((options) => dagwright.executeJob(made, options)),
  externalAsset: of((options) => dagwright.externalAsset("a", number, options)),
  failure: of(dagwright.failure),
  failureHook: of((options) => dagwright.failureHook("h", options, nothing)),
  graph: of((options) => dagwright.graph("g", options, nothing)),
  graphAsset: of((options) => dagwright.graphAsset("a", options, (() => one()) as never)),
  graphMultiAsset: of((options) => dagwright.graphMultiAsset("a", options, nothing as never)),
  hourlyPartitions: of(dagwright.hourlyPartitions),
  identityMapping: null,
  inProcessExecutor: of(dagwright.inProcessExecutor),
  instanceAccess: null,
  instanceForTest: of(dagwright.instanceForTest),
  job: of((options) => dagwright.job("j", options, nothing)),
  lastPartitionMapping: null,
  linkCodeReferencesToGit: of((options) => dagwright.linkCodeReferencesToGit([], options)),
  loadEachPartition: of((options) => dagwright.loadEachPartition({ partitions: [] } as never, nothing, options)),
  logger: of((options) => dagwright.logger("l", options, (() => nothing) as never)),
  mapAssetSpecs: null,
  materialize: of((options) => dagwright.materialize([raw], options)),
  materializeResult: of(dagwright.materializeResult),
  materializeToMemory: of((options) => dagwright.materializeToMemory([raw], options)),
  monthlyPartitions: of(dagwright.monthlyPartitions),
  multiAsset: of((options) => dagwright.multiAsset("m", options, nothing as never)),
  multiAssetCheck: of((options) => dagwright.multiAssetCheck("c", options, nothing as never)),
  multiAssetSensor: of((options) =>
    dagwright.multiAssetSensor("s", { monitoredAssets: [raw], ...(options as object) }, nothing as never),
  ),
  multiMapping: of((options) => dagwright.multiMapping({ day: options })),
  multiObservableSourceAsset: of((options) => dagwright.multiObservableSourceAsset("m", options, nothing as never)),
  multiPartitionKey: null,
  /** Any name is one of a dimension. */
  multiPartitions: null,
  multiRun: null,
  multiToSingleMapping: of(dagwright.multiToSingleMapping),
  multiprocessExecutor: of(dagwright.multiprocessExecutor),
  namedType: of((options) => dagwright.namedType("t", number, options)),
  observableSourceAsset: of((options) => dagwright.observableSourceAsset("a", options, nothing as never)),
  observe: of((options) => dagwright.observe([], options)),
  observeResult: of(dagwright.observeResult),
  op: of((options) => dagwright.op("o", options, nothing as never)),
  opIn: of((options) => dagwright.opIn(number, options)),
  opOut: of((options) => dagwright.opOut(number, options)),
  output: of((options) => dagwright.output(1, options)),
  parseMultiPartitionKey: null,
  partitionedConfig: of((options) =>
    dagwright.partitionedConfig(dailyPartitions({ startDate: "2026-01-01" }), () => ({}), options),
  ),
  registerValueCodec: of(dagwright.registerValueCodec),
  resource: of((options) => dagwright.resource("r", options, nothing as never)),
  retryRequested: of(dagwright.retryRequested),
  runFailureSensor: of((options) => dagwright.runFailureSensor("s", options, nothing as never)),
  runFailureText: null,
  runRequest: of(dagwright.runRequest),
  runStatusSensor: of((options) => dagwright.runStatusSensor("s", options, nothing as never)),
  schedule: of((options) => dagwright.schedule("s", options)),
  secret: null,
  selfIn: of((options) => dagwright.selfIn(number, options)),
  sensor: of((options) => dagwright.sensor("s", options, nothing as never)),
  sensorResult: of(dagwright.sensorResult),
  singleRun: null,
  skipReason: null,
  slackOnRunFailure: of((options) => dagwright.slackOnRunFailure("s", options)),
  specificPartitionsMapping: null,
  /** Any name is a key. */
  staticMapping: null,
  staticPartitions: null,
  successHook: of((options) => dagwright.successHook("h", options, nothing)),
  teamsOnRunFailure: of((options) => dagwright.teamsOnRunFailure("s", options)),
  timeWindowMapping: of(dagwright.timeWindowMapping),
  timeWindowPartitions: of(dagwright.timeWindowPartitions),
  validateRunConfig: of((options) => dagwright.validateRunConfig(made, {}, options)),
  webhookOnRunFailure: of((options) => dagwright.webhookOnRunFailure("s", options)),
  weeklyPartitions: of(dagwright.weeklyPartitions),
  withCodeReferences: null,
} satisfies Record<FunctionName, Call | null>;

const classes = {
  FilesystemIOManager: of((options) => new dagwright.FilesystemIOManager(options)),
  InMemoryIOManager: null,
  InMemoryInstance: of((options) => new InMemoryInstance(options)),
  InProcessResult: null,
  InvalidRunConfigError: null,
  JsonIOManager: of((options) => new dagwright.JsonIOManager(options)),
  RunFailedError: null,
  TestInstance: of((options) => new dagwright.TestInstance(options)),
  ValueNotFoundError: null,
} satisfies Record<ClassName, Call | null>;

/** What takes options elsewhere than at its own call. */
const within: Readonly<Record<string, Call>> = {
  "a retry policy": of((retryPolicy) => op("o", { retryPolicy }, nothing)),
  "a pool": of((pool) => op("o", { pool: { name: "p", slots: 1, ...(pool as object) } }, nothing)),
  whenRunning: of((whenRunning) => job("j", { whenRunning: { policy: "skip", ...(whenRunning as object) } }, nothing)),
  "a limit by tag": of((limit) =>
    dagwright.asyncExecutor({ tagConcurrencyLimits: [{ key: "k", limit: 1, ...(limit as object) }] }),
  ),
  "an output of a multi-asset": of((a) => dagwright.multiAsset("m", { outs: { a } }, nothing as never)),
  "an output of a graph's assets": of((a) => dagwright.graphMultiAsset("m", { outs: { a } }, (() => ({ a: one() })) as never)),
  "a backfill policy": of((policy) => asset("a", { backfillPolicy: { kind: "singleRun", ...(policy as object) } }, nothing)),
  "a job of a graph": of((options) => dagwright.graph("g", () => void one()).toJob(options)),
  "AssetSelection.upstream": of((options) => AssetSelection.all().upstream(options)),
  "AssetSelection.downstream": of((options) => AssetSelection.all().downstream(options)),
  "AutomationCondition.onCron": of((options) => AutomationCondition.onCron("@daily", options)),
  "AutomationCondition.cronTickPassed": of((options) => AutomationCondition.cronTickPassed("@daily", options)),
  "AutomationCondition.allDepsUpdatedSinceCron": of((options) => AutomationCondition.allDepsUpdatedSinceCron("@daily", options)),
  "AutomationCondition.inLatestTimeWindow": of((options) => AutomationCondition.inLatestTimeWindow(options)),
  "AutomationCondition.anyChecksMatch": of((options) =>
    AutomationCondition.anyChecksMatch(AutomationCondition.checkPassed(), options),
  ),
  "AutomationCondition.allChecksMatch": of((options) =>
    AutomationCondition.allChecksMatch(AutomationCondition.checkPassed(), options),
  ),
  "AutomationCondition.custom": of((options) => AutomationCondition.custom("c", (() => true) as never, options)),
  "freshnessPolicy.timeWindow": of(dagwright.freshnessPolicy.timeWindow),
  "freshnessPolicy.cron": of(dagwright.freshnessPolicy.cron),
  "a table's schema": of((schema) => dagwright.metadata.tableSchema({ columns: [], ...(schema as object) })),
  "a table's column": of((column) => dagwright.metadata.tableSchema({ columns: [{ name: "c", ...(column as object) }] })),
};

const withOptions = (table: Readonly<Record<string, Call | null>>): readonly (readonly [string, Call])[] =>
  Object.entries(table).flatMap(([name, call]) => (call === null ? [] : [[name, call] as const]));

test("the tables have each exported function and class", () => {
  const functions = Object.entries(dagwright).filter(
    ([name, value]) => typeof value === "function" && name !== "DefinitionError",
  );
  expect([...Object.keys(takesOptions), ...Object.keys(classes)].toSorted()).toEqual(functions.map(([name]) => name).toSorted());
});

describe("an option that does not exist is refused by name", () => {
  test.each([...withOptions(takesOptions), ...withOptions(classes), ...withOptions(within)])("%s", async (_, call) => {
    await expect(async () => call({ notAnOption: 1 } as never)).rejects.toThrow(/there is no option `notAnOption`/);
  });

  test("with the one that is meant, and where it was given", () => {
    expect(() => dagwright.materializeResult({ metdata: {} } as never)).toThrow(
      /^materializeResult: there is no option `metdata`; did you mean `metadata`\? \(at \S+option-names\.test\.ts:\d+\)$/,
    );
    expect(() => op("o", { retryPolicy: { maxRetrys: 2 } as never }, nothing)).toThrow(
      /^The retry policy of op "o": there is no option `maxRetrys`; did you mean `maxRetries`\? \(at \S+option-names\.test\.ts:\d+\)$/,
    );
    expect(() => dailyPartitions({ startDte: "2026-01-01" } as never)).toThrow(
      /^dailyPartitions: there is no option `startDte`; did you mean `startDate`\?$/,
    );
  });

  test("nor is anything else taken for options", () => {
    expect(() => dagwright.failure("no orders" as never)).toThrow(/^failure: its options must be an object, not string/);
    expect(() => dailyPartitions(undefined as never)).toThrow(/^dailyPartitions: its options must be an object, not undefined/);
  });
});

test("what exists is taken by all of them together", () => {
  const check = assetCheck("c", { asset: raw, blocking: true }, () => true);
  const spec = assetSpec("b", { deps: [raw], skippable: true });
  const many = dagwright.multiAsset("many", { specs: [spec], checks: [checkSpec("d", { asset: "b" })] }, () => {});
  const read = asset(
    "read",
    { ins: { raw: dagwright.assetIn(raw, { partitionMapping: allPartitionsMapping() }) } },
    ({ raw: value }) => value,
  );
  expect(() => definitions({ assets: [raw, many, read], assetChecks: [check], jobs: [made] })).not.toThrow();
});
