import {
  type AutomationFacts,
  type AutomationGraph,
  type AutomationNode,
  type CheckStatus,
  type CustomAnswer,
  CustomAnswers,
  type EntityId,
  type EntityState,
  type EntitySubset,
  evaluateFreshness,
  Fact,
  type Freshness,
  type RunFacts,
  type Update,
} from "@dagwright/automation";
import {
  type AssetCheckExecution,
  assetCheckKeyToString,
  type AssetCheckKey,
  type AssetKey,
  assetKeyToString,
  dataVersionOf,
  type InstigatorId,
  isFinalRunStatus,
  type Run,
  type RunId,
  type SerializedError,
} from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import type { CodeLocationClient } from "@dagwright/rpc";
import type { AssetState, Storage } from "@dagwright/storage";
import type { PartitionStatusCache, PartitionStatuses, Workspace } from "@dagwright/workspace";
import type { BackfillsInProgress } from "./active-backfills.ts";
import { targetsOfRun } from "./run-targets.ts";

export interface StoredFactsOptions {
  readonly storage: Storage;
  readonly workspace: Workspace;
  readonly client: CodeLocationClient;
  readonly sensorName: string;
  readonly instigatorId: InstigatorId;
  readonly graph: AutomationGraph;
  readonly view: PartitionsView;
  readonly updates: ReadonlyMap<EntityId, readonly Update[]>;
  readonly partitionStatuses: PartitionStatusCache;
  readonly backfills: BackfillsInProgress;
  readonly signal: AbortSignal;
}

const ofAssetState = Fact.materialized | Fact.runInProgress | Fact.failure | Fact.latestRuns | Fact.freshness | Fact.checkStatus;
const ofPartitions = Fact.materialized | Fact.runInProgress | Fact.failure;
const ofChecks = Fact.checkStatus | Fact.materialized | Fact.runInProgress | Fact.failure | Fact.latestRuns;

/** What conditions ask about, from the instance: read in a few statements for all that is evaluated together. */
export class StoredFacts implements AutomationFacts {
  readonly #options: StoredFactsOptions;
  readonly #states = new Map<EntityId, EntityState>();
  readonly #statesAsked = new Set<EntityId>();
  readonly #assets = new Map<EntityId, AssetState>();
  readonly #assetsAsked = new Set<EntityId>();
  readonly #partitions = new Map<EntityId, PartitionStatuses>();
  readonly #executions = new Map<EntityId, AssetCheckExecution>();
  readonly #checksAsked = new Set<EntityId>();
  readonly #runs = new Map<RunId, Run>();
  #updates: Map<EntityId, readonly Update[]>;
  readonly #versioned = new Set<EntityId>();
  readonly #customs: CustomAnswers;

  constructor(options: StoredFactsOptions) {
    this.#options = options;
    this.#updates = new Map(options.updates);
    this.#customs = new CustomAnswers(options.graph);
  }

  /** Other news than those that it was made with: nothing may have been loaded that depends on them. */
  useUpdates(updates: ReadonlyMap<EntityId, readonly Update[]>): void {
    this.#updates = new Map(updates);
  }

  async load(reads: ReadonlyMap<EntityId, number>, evaluated: readonly AutomationNode[]): Promise<void> {
    await Promise.all([
      this.#loadTogether(reads, evaluated),
      ...this.#wanted(reads, ofPartitions).map((node) => this.#loadPartitions(node)),
      ...this.#wanted(reads, Fact.dataVersions).map((node) => this.#loadVersions(node)),
    ]);
    await this.#loadRuns(reads.keys());
    await this.askCustoms(evaluated);
  }

  async readAhead(reads: ReadonlyMap<EntityId, number>, likely: readonly AutomationNode[]): Promise<void> {
    await this.#loadTogether(reads, likely);
    await this.#loadRuns(reads.keys());
  }

  #wanted(reads: ReadonlyMap<EntityId, number>, bits: number): readonly AutomationNode[] {
    return [...reads].flatMap(([id, asked]) => ((asked & bits) === 0 ? [] : [this.#options.graph.get(id)]));
  }

  /** What takes a statement for all of them together. */
  async #loadTogether(reads: ReadonlyMap<EntityId, number>, evaluated: readonly AutomationNode[]): Promise<void> {
    const checks = this.#wanted(reads, ofChecks).filter(({ check }) => check !== null);
    await Promise.all([
      this.#loadStates([...evaluated, ...this.#wanted(reads, Fact.requested)].map(({ id }) => id)),
      this.#loadAssets(
        [...this.#wanted(reads, ofAssetState), ...checks].flatMap(({ asset, check }) =>
          asset !== null ? [asset.key] : check !== null ? [check.assetKey] : [],
        ),
      ),
      this.#loadChecks(checks),
    ]);
  }

  state(id: EntityId): EntityState | null {
    return this.#states.get(id) ?? null;
  }

  materialized(node: AutomationNode): EntitySubset {
    if (node.partitions !== null) return this.#partitions.get(node.id)!.made;
    const state = this.#assets.get(node.id);
    // What only others make counts as there once anybody has looked at it.
    return (
      state !== undefined && (state.lastMaterialization !== null || (!node.isMaterializable && state.lastObservation !== null))
    );
  }

  runInProgress(node: AutomationNode): EntitySubset {
    if (node.partitions !== null) return this.#partitions.get(node.id)!.inProgress;
    const planned = this.#plannedRun(node);
    return planned !== null && !isFinalRunStatus(planned.status);
  }

  backfillInProgress(node: AutomationNode): EntitySubset {
    return this.#options.backfills.get(node.id) ?? (node.partitions === null ? false : node.partitions.none());
  }

  executionFailed(node: AutomationNode): EntitySubset {
    if (node.partitions !== null) return this.#partitions.get(node.id)!.failed;
    return this.#plannedRun(node)?.status === "FAILURE";
  }

  updates(node: AutomationNode): readonly Update[] {
    return this.#updates.get(node.id) ?? [];
  }

  latestRuns(node: AutomationNode): ReadonlyMap<string | null, RunFacts> {
    const newest = new Map<string | null, RunFacts>();
    const made = this.#assets.get(node.id)?.lastMaterialization ?? null;
    const note = (partition: string | null, runId: RunId | null): void => {
      const run = runId === null ? null : this.run(runId);
      if (run === null) newest.delete(partition);
      else newest.set(partition, run);
    };
    if (node.check !== null) note(null, this.#executions.get(node.id)?.runId ?? null);
    if (made !== null && made.event.type === "ASSET_MATERIALIZATION") note(made.event.partition, made.runId);
    for (const { partition, runId } of this.updates(node)) note(partition, runId);
    return newest;
  }

  run(id: RunId): RunFacts | null {
    const run = this.#runs.get(id);
    return run === undefined ? null : { tags: run.tags, targets: new Set(targetsOfRun(run, this.#options.workspace)) };
  }

  checkStatus(node: AutomationNode): CheckStatus {
    const execution = this.#executions.get(node.id);
    if (execution === undefined) return null;
    const run = execution.runId === null ? undefined : this.#runs.get(execution.runId);
    if (execution.evaluation === null)
      return run !== undefined && !isFinalRunStatus(run.status) ? "IN_PROGRESS" : "EXECUTION_FAILED";
    const made = this.#assets.get(assetKeyToString(execution.check.assetKey))?.lastMaterialization ?? null;
    const { target } = execution.evaluation;
    // What looked at older data says nothing of what is there now.
    const isOfNewest = made === null || (target === null ? BigInt(execution.id) > BigInt(made.id) : target.id === made.id);
    return isOfNewest ? (execution.status === "SUCCEEDED" ? "SUCCEEDED" : "FAILED") : null;
  }

  freshness(node: AutomationNode): Freshness {
    const madeAtMs = this.#assets.get(node.id)?.lastMaterialization?.event.atMs ?? null;
    return evaluateFreshness(node.asset?.freshnessPolicy ?? null, madeAtMs, this.#options.view.nowMs);
  }

  custom(name: string, node: AutomationNode, root: AutomationNode): CustomAnswer {
    return this.#customs.of(name, node, root);
  }

  failure(root: AutomationNode): SerializedError | null {
    return this.#customs.failureOf(root);
  }

  /** Asks the functions that conditions name, and nothing else. */
  async askCustoms(evaluated: readonly AutomationNode[]): Promise<void> {
    const { graph, client, sensorName, view, signal } = this.#options;
    const roots = evaluated.filter((root) => graph.customsOf(root).length > 0);
    await this.#loadStates(roots.map(({ id }) => id));
    await this.#customs.ask(roots, {
      nowMs: view.nowMs,
      stateOf: (id) => this.state(id),
      async evaluate(conditions) {
        const context = { cursor: null, lastTickAtMs: null, lastRunKey: null, conditions };
        return (await client.evaluateSensor({ name: sensorName, context }, { signal })).conditions ?? [];
      },
    });
  }

  /** The run that is to make an asset without partitions, unless it has done so. */
  #plannedRun({ id }: AutomationNode): Run | null {
    const state = this.#assets.get(id);
    const planned = state?.lastPlannedRunId ?? null;
    if (planned === null || state?.lastMaterialization?.runId === planned) return null;
    return this.#runs.get(planned) ?? null;
  }

  async #loadStates(ids: readonly EntityId[]): Promise<void> {
    const { storage, instigatorId, signal } = this.#options;
    const unknown = [...new Set(ids)].filter((id) => !this.#statesAsked.has(id));
    if (unknown.length === 0) return;
    for (const id of unknown) this.#statesAsked.add(id);
    for (const { entity, state } of await storage.automation.states(instigatorId, unknown, { signal }))
      this.#states.set(entity, state as unknown as EntityState);
  }

  async #loadAssets(keys: readonly AssetKey[]): Promise<void> {
    const unknown = new Map(keys.map((key) => [assetKeyToString(key), key]));
    for (const id of unknown.keys()) if (this.#assetsAsked.has(id)) unknown.delete(id);
    if (unknown.size === 0) return;
    for (const id of unknown.keys()) this.#assetsAsked.add(id);
    const { storage, signal } = this.#options;
    for (const state of await storage.assets.states([...unknown.values()], { signal }))
      this.#assets.set(assetKeyToString(state.key), state);
  }

  async #loadChecks(nodes: readonly AutomationNode[]): Promise<void> {
    const { storage, signal } = this.#options;
    const unknown = nodes.filter(({ id }) => !this.#checksAsked.has(id));
    if (unknown.length === 0) return;
    for (const { id } of unknown) this.#checksAsked.add(id);
    const keys = unknown.map(({ key }) => key as AssetCheckKey);
    for (const execution of await storage.assetChecks.latest(keys, { signal }))
      this.#executions.set(assetCheckKeyToString(execution.check), execution);
  }

  async #loadPartitions(node: AutomationNode): Promise<void> {
    if (node.partitions === null || this.#partitions.has(node.id)) return;
    const { partitionStatuses, view, signal } = this.#options;
    const statuses = await partitionStatuses.read(node.key as AssetKey, node.partitions.snapshot, view, { signal });
    this.#partitions.set(node.id, statuses);
  }

  /** Tells which updates brought another data version than the one before. */
  async #loadVersions(node: AutomationNode): Promise<void> {
    const updates = this.#updates.get(node.id) ?? [];
    if (updates.length === 0 || node.asset === null || this.#versioned.has(node.id)) return;
    this.#versioned.add(node.id);
    const { storage, signal } = this.#options;
    const newest = new Map(
      updates.map((update) => [update.partition, updates.filter((one) => one.partition === update.partition).length]),
    );
    const changed = new Set<string | null>();
    for (const [partition, count] of newest) {
      const page = {
        types: ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION"] as const,
        ...(partition !== null && { partitions: [partition] }),
        limit: count + 1,
      };
      const events = await storage.assets.events(node.asset.key, page, { signal });
      const versions = events.map(({ event }) => ("tags" in event ? dataVersionOf(event.tags) : null));
      if ((versions[0] ?? null) !== (versions[count] ?? null)) changed.add(partition);
    }
    this.#updates.set(
      node.id,
      updates.map((update) => ({ ...update, isNewVersion: changed.has(update.partition) })),
    );
  }

  async #loadRuns(ids: Iterable<EntityId>): Promise<void> {
    const wanted = new Set<RunId>();
    for (const id of ids) {
      const state = this.#assets.get(id);
      const asked = [
        state?.lastPlannedRunId,
        state?.lastMaterialization?.runId,
        this.#executions.get(id)?.runId,
        ...(this.#updates.get(id) ?? []).map(({ runId }) => runId),
      ];
      for (const runId of asked) if (runId !== null && runId !== undefined && !this.#runs.has(runId)) wanted.add(runId);
    }
    if (wanted.size === 0) return;
    const { storage, signal } = this.#options;
    for (const run of await storage.runs.getMany([...wanted], { signal })) this.#runs.set(run.id, run);
  }
}
