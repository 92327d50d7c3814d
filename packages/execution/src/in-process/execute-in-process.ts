import { randomUUID } from "node:crypto";
import {
  type AnyAsset,
  type AnyJob,
  type AssetCheckDefinition,
  boundResources,
  brandOf,
  buildRepository,
  type ComposedNode,
  type Definitions,
  definitions,
  hooksOf,
  eachAsset,
  InMemoryInstance,
  type InMemoryRun,
  isAsset,
  type LoggerDefinition,
  type MultiAssetDefinition,
  type OpDefinition,
  type Repository,
  resource,
  type ResourceDefinition,
  withInputValues,
  checkOptions,
} from "@dagwright/definitions";
import { PastRun, PastRuns, planExecution, resolveOpSelection } from "@dagwright/graph";
import {
  type AssetCheckKey,
  type AssetKey,
  assetKeyFromUserString,
  assetKeyToString,
  assetKeyToUserString,
  type ExecutionPlan,
  type JobSnapshot,
  type JsonObject,
  type RunId,
  type RunLogEntry,
  runId,
  runPartitionOf,
  type StepKey,
  stepKey,
  systemTags,
  type Tags,
  nearestWord,
  type OptionNames,
} from "@dagwright/model";
import type { PartitionKeyRange } from "@dagwright/partitions";
import { RunFailedError } from "../errors.ts";
import { InMemoryIOManager } from "../io/in-memory-io-manager.ts";
import { partitionedRun } from "../partitions/partitioned-run.ts";
import { executeRun } from "../run/execute-run.ts";
import type { IoManager } from "../io/io-manager.ts";
import { TestInstance } from "./test-instance.ts";
import { InProcessResult, stepValueId } from "./in-process-result.ts";
import { MappedValues } from "./mapped-values.ts";

export interface ExecuteInProcessOptions {
  /** As in a run: `ops:`, `resources:`, … */
  readonly runConfig?: JsonObject;
  readonly tags?: Tags;
  /**
   * What stands for resources and I/O managers, by name: a resource definition, or a value as it is. Resources that are not named
   * here are made as in a run; I/O managers that are not keep values in memory.
   */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** Loggers that run config may name, besides the job's own. */
  readonly loggers?: readonly LoggerDefinition[];
  /** The partition that the run is for. A job's partitioned config is evaluated for it, unless `runConfig` is given. */
  readonly partitionKey?: string;
  /** The partitions that the run is for, from one key to another. */
  readonly partitionRange?: PartitionKeyRange;
  /** Values of assets that the run reads and does not make, by key (`"a/b"`); of a partitioned asset a record by partition key. */
  readonly assetValues?: Readonly<Record<string, unknown>>;
  /** Further assets, for a job made with `defineAssetJob`. */
  readonly assets?: readonly (AnyAsset | MultiAssetDefinition)[];
  /** Checks of those assets, for a job made with `defineAssetJob`. */
  readonly assetChecks?: readonly AssetCheckDefinition[];
  /** Values of the inputs of the job's graph, for a job made with `toJob`; beside those that it has, and before them. */
  readonly inputValues?: Readonly<Record<string, unknown>>;
  /**
   * Which of the job's ops are executed: `["*total"]`, `["filter+2"]`; default all. Inputs whose op is left out have their values from run
   * config: `ops: {total: {inputs: {numbers: [1, 2]}}}`.
   */
  readonly opSelection?: readonly string[];
  /** Reject when a step fails, with what it threw as the cause. Default true. */
  readonly raiseOnError?: boolean;
  /** What the steps find in `context.instance`, and what they write is added to; default: a new one. */
  readonly instance?: InMemoryInstance;
  readonly signal?: AbortSignal;
}

const executeNames: OptionNames<ExecuteInProcessOptions> = {
  runConfig: true,
  tags: true,
  resources: true,
  loggers: "list",
  partitionKey: "text",
  partitionRange: true,
  assetValues: true,
  assets: "list",
  assetChecks: "list",
  inputValues: true,
  opSelection: "list",
  raiseOnError: "flag",
  instance: true,
  signal: true,
};

/**
 * Runs a job in this process, in memory, without any instance: for tests and scripts.
 *
 * @throws DefinitionError for what is wrong in the definitions; RunFailedError when a step fails, unless `raiseOnError` is false
 */
export async function executeInProcess(job: AnyJob, options: ExecuteInProcessOptions = {}): Promise<InProcessResult> {
  requireJob("executeInProcess", job);
  checkOptions("executeInProcess", options, executeNames, executeInProcess);
  return executeParts(job, options, { assetKeys: null }, options);
}

async function executeParts(
  job: AnyJob,
  { inputValues }: Pick<ExecuteInProcessOptions, "inputValues">,
  selection: Selection,
  options: Options,
): Promise<InProcessResult> {
  const used = inputValues === undefined ? job : withInputValues(job, inputValues);
  return execute(job.name, partsOfJob(used, options), selection, options);
}

/**
 * The definitions that a run of a job in this process has: its own, and resources as a test gives them.
 *
 * @throws DefinitionError
 */
export function repositoryOfJob(
  job: AnyJob,
  options: Pick<ExecuteInProcessOptions, "resources" | "loggers" | "assets" | "assetChecks"> = {},
): Repository {
  return repositoryOf(partsOfJob(job, options), options, new InMemoryIOManager()).repository;
}

function partsOfJob(job: AnyJob, options: Pick<ExecuteInProcessOptions, "assets" | "assetChecks">): Parts {
  const nodes = "graph" in job ? job.graph.nodes : [];
  const ops = opsOf(nodes);
  const hooks = [...hooksOf(job.hooks, nodes)];
  const checks = options.assetChecks ?? [];
  const assets = withUpstream(eachAsset(options.assets ?? []), checks);
  return {
    jobs: [job],
    assets,
    checks,
    ops: [...ops, ...opsOfAssets(assets), ...checks.map((one) => one.op)],
    ownResources: [...job.resources, ...hooks.flatMap(({ resources }) => Object.values(resources))],
  };
}

/**
 * Materializes assets in this process, in memory, without any instance: for tests and scripts. Assets that they read and that are
 * not among them are not made: give their values as `assetValues`. Asset checks may stand among them, and are evaluated.
 *
 * @throws as {@link executeInProcess}
 */
export async function materialize(
  assets: readonly (AnyAsset | MultiAssetDefinition | AssetCheckDefinition)[],
  options: ExecuteInProcessOptions = {},
): Promise<InProcessResult> {
  checkOptions("materialize", options, executeNames, materialize);
  return make(assets, options);
}

async function make(assets: Parameters<typeof materialize>[0], options: Options): Promise<InProcessResult> {
  requireAssets("materialize", assets);
  const checks = assets.filter(isAssetCheck);
  const given = eachAsset(assets.filter((one): one is AnyAsset | MultiAssetDefinition => !isAssetCheck(one)));
  const all = withUpstream([...given, ...eachAsset(options.assets ?? [])], checks);
  const keys = given.filter((asset) => isMade(asset)).map(({ key }) => key);
  const observed = given.find((asset) => "isObserved" in asset && asset.isObserved);
  if (keys.length === 0 && checks.length === 0 && observed !== undefined) {
    const shown = assetKeyToUserString(observed.key);
    throw new RunFailedError(`Nothing is made here: others make "${shown}". Look at it with observe([…])`, undefined);
  }
  const ops = [...opsOfAssets(all), ...checks.map(({ op }) => op)];
  return execute("__ASSET_JOB", { jobs: [], assets: all, checks, ops, ownResources: [] }, { assetKeys: keys }, options);
}

/**
 * As {@link materialize}, with every value in memory: I/O managers that `resources` or the assets' own resources bind are left out.
 */
export async function materializeToMemory(
  assets: Parameters<typeof materialize>[0],
  options: ExecuteInProcessOptions = {},
): Promise<InProcessResult> {
  checkOptions("materializeToMemory", options, executeNames, materializeToMemory);
  return make(assets, { ...options, ioManagers: "memory" });
}

/**
 * Executes a job as a run of a throw-away instance: values go through its files, so that they are what a later run finds, and the run,
 * its log and its assets are what the instance remembers. Steps are executed in this process, whatever the job's executor.
 *
 * @throws as {@link executeInProcess}
 */
export async function executeJob(job: AnyJob, options: ExecuteJobOptions = {}): Promise<InProcessResult> {
  requireJob("executeJob", job);
  checkOptions("executeJob", options, executeJobNames, executeJob);
  const { instance, reexecution, ...rest } = options;
  using own = instance === undefined ? new TestInstance() : null;
  const used = instance ?? own!;
  const selection = { assetKeys: null, ...(reexecution && { reexecution }) };
  return await executeParts(job, rest, selection, { ...rest, instance: used });
}

export interface ExecuteJobOptions extends Omit<ExecuteInProcessOptions, "instance"> {
  /** Made by `instanceForTest`. Default: one of its own, which is gone afterwards. */
  readonly instance?: TestInstance;
  /** Which run to execute again, and what of it; values of the steps that are left out come from it. */
  readonly reexecution?: Reexecution;
}

const executeJobNames: OptionNames<ExecuteJobOptions> = { ...executeNames, reexecution: true };

export interface Reexecution {
  readonly of: InProcessResult;
  /** Default `fromFailure`: the steps that have not succeeded. */
  readonly steps?: "all" | "fromFailure" | readonly string[];
}

/** What only this package may ask for. */
interface Options extends ExecuteInProcessOptions {
  readonly ioManagers?: "memory";
}

interface Selection {
  /** Null: the job's own. */
  readonly assetKeys: readonly AssetKey[] | null;
  readonly reexecution?: Reexecution;
}

/** The run and those that it re-executes. */
function pastOf({ of }: Reexecution, whole: ExecutionPlan): PastRuns {
  const runs: PastRun[] = [];
  for (let one: InProcessResult | null = of; one !== null; one = one.reexecutionOf) runs.push(new PastRun(one.runId, one.events));
  return new PastRuns(runs, whole);
}

function stepKeysOf({ of, steps = "fromFailure" }: Reexecution, past: PastRuns): readonly StepKey[] | null {
  if (steps === "all") return null;
  return steps === "fromFailure" ? past.stepsToRetry(of.plan) : steps.map(stepKey);
}

/**
 * Observes assets that others make, in this process, in memory, without any instance: for tests and scripts.
 *
 * @throws as {@link executeInProcess}
 */
export async function observe(
  assets: readonly (AnyAsset | MultiAssetDefinition)[],
  options: ExecuteInProcessOptions = {},
): Promise<InProcessResult> {
  checkOptions("observe", options, executeNames, observe);
  requireAssets("observe", assets);
  const given = eachAsset(assets);
  const other = given.find((asset) => !("isObserved" in asset && asset.isObserved));
  if (other !== undefined) {
    const shown = assetKeyToUserString(other.key);
    throw new RunFailedError(`The asset "${shown}" cannot be observed: it was not made by observableSourceAsset(…)`, undefined);
  }
  const all = withUpstream(given, []);
  const parts = { jobs: [], assets: all, checks: [], ops: opsOfAssets(all), ownResources: [] };
  return execute("__ASSET_JOB", parts, { assetKeys: given.map(({ key }) => key) }, options);
}

/** Tells of what is no list of assets, as it is, and not by what goes wrong with it later. */
function requireAssets(called: string, given: unknown): void {
  if (!Array.isArray(given)) throw new RunFailedError(`${called} takes a list of assets: ${called}([orders])`, undefined);
  const kinds = ["asset", "assetSpec", "multiAsset", "assetCheck"];
  for (const [index, one] of given.entries())
    if (!kinds.includes(brandOf(one)?.kind ?? ""))
      throw new RunFailedError(`${called} takes a list of assets, and entry ${index} of this one is none`, undefined);
}

function requireJob(called: string, given: unknown): void {
  const kind = brandOf(given)?.kind;
  if (kind === "job" || kind === "assetJob") return;
  const hint =
    kind === "graph" ? "; a graph becomes one by `.toJob()`" : kind === "asset" ? "; assets are made by materialize([…])" : "";
  throw new RunFailedError(`${called} takes a job${hint}`, undefined);
}

const isMade = (asset: AnyAsset): boolean => brandOf(asset)?.kind === "asset" && !("isObserved" in asset && asset.isObserved);

const isAssetCheck = (one: AnyAsset | MultiAssetDefinition | AssetCheckDefinition): one is AssetCheckDefinition =>
  brandOf(one)?.kind === "assetCheck";

interface Parts {
  readonly jobs: readonly AnyJob[];
  readonly assets: readonly AnyAsset[];
  readonly checks: readonly AssetCheckDefinition[];
  readonly ops: readonly OpDefinition[];
  readonly ownResources: readonly ResourceDefinition[];
}

async function execute(
  jobName: string,
  parts: Parts,
  { assetKeys, reexecution }: Selection,
  options: Options,
): Promise<InProcessResult> {
  const { raiseOnError = true, signal = new AbortController().signal } = options;
  const instance = options.instance ?? new InMemoryInstance();
  const memory = instance instanceof TestInstance ? instance.values : new InMemoryIOManager();
  const id = runId(randomUUID());
  const { repository, overrides } = repositoryOf(parts, options, memory, options.ioManagers === "memory");
  const job = repository.jobs.get(jobName);
  if (job === undefined)
    throw new RunFailedError("There is nothing to execute: no asset among those given is made here.", undefined);

  for (const [key, value] of Object.entries(options.assetValues ?? {})) {
    const assetKey = assetKeyFromUserString(key);
    if (!repository.assets.has(assetKeyToString(assetKey))) {
      const known = [...repository.assets.values()].map((one) => assetKeyToUserString(one.key));
      const near = nearestWord(key, known);
      throw new RunFailedError(
        `\`assetValues\` has a value of "${key}", which this run has nothing to do with${near === null ? "" : `; did you mean "${near}"?`}`,
        undefined,
      );
    }
    const isPartitioned = (repository.assets.get(assetKeyToString(assetKey))?.partitions ?? null) !== null;
    const values: readonly (readonly [string | null, unknown])[] = isPartitioned
      ? Object.entries(value as object)
      : [[null, value]];
    for (const [partition, one] of values) {
      const address = { runId: id, stepKey: stepKey(""), outputName: "result", assetKey, partition };
      await memory.handleOutput(
        { address, jobName, outputName: "result", signal, partition: null, definitionMetadata: {}, addMetadata: () => {} },
        one,
      );
    }
  }
  const checkKeys = assetKeys === null || parts.checks.length === 0 ? null : checksAmong(job.snapshot, assetKeys, parts.checks);
  const whole = planExecution(job.snapshot, { stepKeys: null, assetKeys, checkKeys });
  const past = reexecution === undefined ? null : pastOf(reexecution, planExecution(job.snapshot));
  const stepKeys =
    reexecution !== undefined && past !== null
      ? stepKeysOf(reexecution, past)
      : options.opSelection === undefined
        ? null
        : resolveOpSelection(job.snapshot, options.opSelection);
  const selection = { stepKeys, assetKeys, checkKeys };
  const selected = stepKeys === null ? whole : planExecution(job.snapshot, selection, past?.mappingKeysOf);
  const plan = past?.locateIn(selected) ?? selected;
  const partitioned = await partitionedRun({ ...options, job, plan, repository, instance });
  const { runConfig } = partitioned;
  const tags = reexecution === undefined ? partitioned.tags : { ...partitioned.tags, ...lineageTags(reexecution.of) };

  const events: RunLogEntry[] = [];
  const values = new Map<string, unknown>();
  const mapped = new MappedValues();
  const thrown: unknown[] = [];
  const noted = notedRun({ id, tags, plan });
  instance.noteRun({ ...noted, status: "STARTED" });
  const outcome = await executeRun({
    plan,
    repository,
    run: { runId: id, jobName, runConfig, tags, attempt: 1, parentRunId: reexecution?.of.runId ?? null, selection },
    events: {
      emit(entry) {
        events.push(entry);
        instance.record(id, entry);
        if (entry.type === "STEP_UP_FOR_RETRY" && entry.stepKey !== null) mapped.forget(entry.stepKey);
      },
      flush: () => Promise.resolve(),
    },
    instance,
    ioManager: () => memory,
    signal,
    resourceOverrides: overrides,
    observer: {
      output({ stepKey: step, outputName, assetKey, mappingKey }, value) {
        if (mappingKey === undefined) values.set(stepValueId(step, outputName), value);
        else mapped.add(step, outputName, mappingKey, value);
        if (assetKey !== null) values.set(assetKeyToString(assetKey), value);
      },
      failure: (_, error) => void thrown.push(error),
    },
  });
  instance.noteRun({ ...noted, status: outcome.status });
  const result = new InProcessResult({
    runId: id,
    outcome,
    events,
    plan,
    reexecutionOf: reexecution?.of ?? null,
    tags,
    values: new Map([...values, ...mapped.records()]),
  });
  if (instance instanceof TestInstance) instance.addRun({ jobName, tags, runConfig, result });
  if (raiseOnError && outcome.status !== "SUCCESS") throw new RunFailedError(outcome.message, thrown[0]);
  return result;
}

/** As a run has them that the API, or a daemon, launches to execute another one again. */
function lineageTags(parent: InProcessResult): Tags {
  let root = parent;
  while (root.reexecutionOf !== null) root = root.reexecutionOf;
  return { [systemTags.parentRunId]: parent.runId, [systemTags.rootRunId]: root.runId };
}

/** What conditions of automation may ask about the run. */
function notedRun({
  id,
  tags,
  plan,
}: {
  readonly id: RunId;
  readonly tags: Tags;
  readonly plan: ExecutionPlan;
}): Omit<InMemoryRun, "status"> {
  const outputs = plan.steps.flatMap((step) => step.outputs);
  const partition = runPartitionOf(tags);
  return {
    id,
    tags,
    assetKeys: outputs.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey])),
    checkKeys: outputs.flatMap(({ check }) => check ?? []),
    partitions: partition === null ? null : partition.kind === "one" ? [partition.key] : [partition.start, partition.end],
  };
}

/** A repository of what the run needs and no more: resources are found by who needs them. */
function repositoryOf(
  { jobs, assets, checks, ops, ownResources }: Parts,
  given: Pick<ExecuteInProcessOptions, "resources" | "loggers">,
  memory: IoManager,
  allInMemory = false,
): { readonly repository: Repository; readonly overrides: ReadonlyMap<string, unknown> } {
  const resources = new Map<string, ResourceDefinition>();
  const overrides = new Map<string, unknown>();
  const collect = (needed: readonly ResourceDefinition[]): void => {
    for (const one of needed) {
      if (resources.has(one.name)) continue;
      resources.set(one.name, one);
      collect(Object.values(one.resources));
    }
  };
  for (const [name, value] of Object.entries(given.resources ?? {})) {
    if (brandOf(value)?.kind === "resource") {
      collect(boundResources({ [name]: value }, (value as ResourceDefinition).site));
      continue;
    }
    overrides.set(name, value);
    // Only its name counts: the value stands for what it would make.
    resources.set(
      name,
      resource(name, () => value),
    );
  }
  collect(ownResources);
  for (const op of ops) collect(Object.values(op.resources));
  // One that an input names reads what others have stored, as only it can.
  for (const { inputManagerKey } of ops.flatMap(({ ins }) => ins)) {
    if (inputManagerKey !== undefined && !resources.has(inputManagerKey)) {
      resources.set(
        inputManagerKey,
        resource(inputManagerKey, () => memory),
      );
    }
  }
  for (const { ioManagerKey } of [...assets, ...ops.flatMap(({ outs }) => outs)]) {
    if (allInMemory) overrides.delete(ioManagerKey);
    if (allInMemory || !resources.has(ioManagerKey))
      resources.set(
        ioManagerKey,
        resource(ioManagerKey, () => memory),
      );
  }
  const all: Definitions = definitions({
    jobs,
    assets,
    assetChecks: checks,
    resources: [...resources.values()],
    loggers: given.loggers ?? [],
  });
  return { repository: buildRepository(all), overrides };
}

function opsOf(nodes: readonly ComposedNode[]): readonly OpDefinition[] {
  return nodes.flatMap(({ definition }) => ("nodes" in definition ? opsOf(definition.nodes) : [definition]));
}

const opsOfAssets = (assets: readonly AnyAsset[]): readonly OpDefinition[] =>
  assets.flatMap((asset) => {
    if (!("node" in asset)) return [];
    return "nodes" in asset.node ? opsOf(asset.node.nodes) : [asset.node];
  });

/** The checks of these assets, and those that are evaluated by these definitions. */
function checksAmong(
  { checks = [] }: JobSnapshot,
  assetKeys: readonly AssetKey[],
  definitions: readonly AssetCheckDefinition[],
): readonly AssetCheckKey[] {
  const assets = new Set(assetKeys.map(assetKeyToString));
  const nodes = new Set(definitions.map(({ op }) => op.name));
  return checks
    .filter(({ assetKey, node }) => assets.has(assetKeyToString(assetKey)) || nodes.has(node))
    .map(({ assetKey, name }) => ({ assetKey, name }));
}

/** With all they read from, directly or not: what is read must be known, though it is not made. */
function withUpstream(assets: readonly AnyAsset[], checks: readonly AssetCheckDefinition[]): readonly AnyAsset[] {
  const all = new Set(assets);
  for (const { references } of checks) for (const one of references) all.add(one);
  for (const one of all) {
    for (const other of one.references) if (isAsset(other)) all.add(other);
    if ("multi" in one && one.multi !== null) for (const other of eachAsset([one.multi])) all.add(other);
  }
  // What describes an asset that is made here is no asset of its own.
  for (const one of all) if ("spec" in one && one.spec !== null) all.delete(one.spec);
  return [...all];
}
