import {
  type AutomationFacts,
  type AutomationGraph,
  type AutomationNode,
  type CheckStatus,
  type CustomAnswer,
  CustomAnswers,
  type EntityId,
  entityIdOf,
  type EntityState,
  type EntitySubset,
  evaluateFreshness,
  Fact,
  factsOfEvent,
  type Freshness,
  isEmpty,
  type RunFacts,
  subsetOfKeys,
  type Update,
} from "@dagwright/automation";
import type { AssetEvent, AssetKey, RunId, SerializedError } from "@dagwright/model";
import type { PartitionsView, PartitionSubset } from "@dagwright/partitions";
import type { AskableCode } from "./located-code.ts";
import { type SimulatedRun, targetsOf } from "./simulated-run.ts";
import type { SimulatedWorld, WorldChange } from "./simulated-world.ts";

/** What is known of an asset where the simulation begins. */
export interface AssetStart {
  readonly madeAtMs: number | null;
  /** There is data of it, or somebody has looked at what others make. */
  readonly isThere: boolean;
  readonly hasFailed: boolean;
  /** Null: without partitions. */
  readonly partitions: { readonly made: PartitionSubset; readonly failed: PartitionSubset } | null;
}

export interface SimulatedFactsOptions {
  readonly graph: AutomationGraph;
  readonly world: SimulatedWorld;
  /** By the text of their keys; those that are not there were never made. */
  readonly assets: ReadonlyMap<EntityId, AssetStart>;
  /** How conditions were evaluated before. */
  readonly states: ReadonlyMap<EntityId, EntityState>;
  /** Asked what functions that are conditions say, by the sensor that evaluates them. Null: they say no. */
  readonly code: AskableCode;
  readonly sensorName: string;
}

/** One asset or check, as its runs have left it. */
interface Known {
  made: EntitySubset;
  failed: EntitySubset;
  madeAtMs: number | null;
  /** Of a check: what its newest execution came to. */
  status: CheckStatus;
  statusRunId: RunId | null;
  /** Place of the last change that made it. */
  madeSeq: number;
  madeBy: RunId | null;
  /** The newest run that is to make a partition, while it is under way. */
  readonly owners: Map<string | null, RunId>;
  readonly latestRuns: Map<string | null, SimulatedRun>;
}

/** What conditions ask about, of virtual time: folded from what has happened in it. */
export class SimulatedFacts implements AutomationFacts {
  readonly #options: SimulatedFactsOptions;
  readonly #known = new Map<EntityId, Known>();
  readonly #states: Map<EntityId, EntityState>;
  readonly #runs = new Map<RunId, SimulatedRun>();
  #customs: CustomAnswers;
  #updates = new Map<EntityId, Update[]>();
  #changes = new Map<EntityId, number>();
  #seen = 0;
  /** Up to where it is known whether there is news, and where the newest of it is. */
  #looked = 0;
  #newsAt = -1;
  #view: PartitionsView;

  constructor(options: SimulatedFactsOptions) {
    this.#options = options;
    this.#states = new Map(options.states);
    this.#view = options.world.view(0);
    this.#customs = new CustomAnswers(options.graph);
  }

  /**
   * Takes in what has happened since the call before.
   *
   * @returns what has changed by it: bits of `Fact` by id; and the names whose dynamic partitions are other ones
   */
  catchUp(nowMs: number): { readonly changes: Map<EntityId, number>; readonly partitionNames: ReadonlySet<string> } {
    const { world } = this.#options;
    this.#view = world.view(nowMs);
    this.#customs = new CustomAnswers(this.#options.graph);
    this.#updates = new Map();
    this.#changes = new Map();
    const partitionNames = new Set<string>();
    for (; this.#seen < world.changes.length; this.#seen += 1) {
      const change = world.changes[this.#seen]!;
      if (change.kind === "submitted") this.#plan(change.run);
      else if (change.kind === "ended") this.#end(change.run, change.atMs);
      else if (change.kind === "reported") for (const event of change.events) this.#report(event, change.atMs);
      else if (change.kind === "partitions") for (const name of change.names) partitionNames.add(name);
    }
    return { changes: this.#changes, partitionNames };
  }

  /** Whether something has happened that a condition may look at, since {@link catchUp}. Asked after each change, so that each is looked at once. */
  get hasNews(): boolean {
    const { world } = this.#options;
    this.#looked = Math.max(this.#looked, this.#seen);
    if (this.#newsAt >= this.#seen) return true;
    for (; this.#looked < world.changes.length; this.#looked += 1) {
      if (!this.#concerns(world.changes[this.#looked]!)) continue;
      this.#newsAt = this.#looked;
      return true;
    }
    return false;
  }

  #concerns(change: WorldChange): boolean {
    if (change.kind === "reported" || change.kind === "partitions") return true;
    return change.kind !== "started" && [...targetsOf(change.run.run)].some((id) => this.#options.graph.node(id) !== undefined);
  }

  keep(id: EntityId, state: EntityState): void {
    this.#states.set(id, state);
  }

  async load(_: ReadonlyMap<EntityId, number>, evaluated: readonly AutomationNode[]): Promise<void> {
    const { code, sensorName } = this.#options;
    await this.#customs.ask(evaluated, {
      nowMs: this.#view.nowMs,
      stateOf: (id) => this.state(id),
      evaluate: async (conditions) =>
        code === null
          ? conditions.map(({ cursor }) => ({ holds: false, cursor }))
          : ((await code.evaluateSensor({ name: sensorName, context: { ...noHistory, conditions } })).conditions ?? []),
    });
  }

  state(id: EntityId): EntityState | null {
    return this.#states.get(id) ?? null;
  }

  materialized(node: AutomationNode): EntitySubset {
    const { made } = this.#of(node);
    return node.partitions === null ? made : (made as PartitionSubset).intersect(node.partitions.all(this.#view));
  }

  runInProgress(node: AutomationNode): EntitySubset {
    return subsetOfKeys(node, this.#of(node).owners.keys(), this.#view);
  }

  backfillInProgress(node: AutomationNode): EntitySubset {
    return subsetOfKeys(node, [], this.#view);
  }

  executionFailed(node: AutomationNode): EntitySubset {
    return this.#of(node).failed;
  }

  updates(node: AutomationNode): readonly Update[] {
    return this.#updates.get(node.id) ?? [];
  }

  latestRuns(node: AutomationNode): ReadonlyMap<string | null, RunFacts> {
    return new Map(Array.from(this.#of(node).latestRuns, ([partition, run]) => [partition, factsOf(run)]));
  }

  run(id: RunId): RunFacts | null {
    const run = this.#runs.get(id);
    return run === undefined ? null : factsOf(run);
  }

  checkStatus(node: AutomationNode): CheckStatus {
    if (node.check === null) return null;
    const { status, statusRunId, madeSeq } = this.#of(node);
    const asset = this.#options.graph.node(entityIdOf(node.check.assetKey));
    const made = asset === undefined ? undefined : this.#of(asset);
    // What looked at older data says nothing of what is there now.
    if (made !== undefined && made.madeSeq > madeSeq && made.madeBy !== statusRunId && status !== "IN_PROGRESS") return null;
    return status;
  }

  freshness(node: AutomationNode): Freshness {
    return evaluateFreshness(node.asset?.freshnessPolicy ?? null, this.#of(node).madeAtMs, this.#view.nowMs);
  }

  custom(name: string, node: AutomationNode, root: AutomationNode): CustomAnswer {
    return this.#customs.of(name, node, root);
  }

  failure(root: AutomationNode): SerializedError | null {
    return this.#customs.failureOf(root);
  }

  #of(node: AutomationNode): Known {
    let known = this.#known.get(node.id);
    if (known !== undefined) return known;
    const start = this.#options.assets.get(node.id);
    const none = node.partitions === null ? false : node.partitions.none();
    known = {
      made: node.partitions === null ? (start?.isThere ?? false) : (start?.partitions?.made ?? none),
      failed: node.partitions === null ? (start?.hasFailed ?? false) : (start?.partitions?.failed ?? none),
      madeAtMs: start?.madeAtMs ?? null,
      status: null,
      statusRunId: null,
      madeSeq: -1,
      madeBy: null,
      owners: new Map(),
      latestRuns: new Map(),
    };
    this.#known.set(node.id, known);
    return known;
  }

  #note(id: EntityId, bits: number): void {
    this.#changes.set(id, (this.#changes.get(id) ?? 0) | bits);
  }

  #plan(run: SimulatedRun): void {
    this.#runs.set(run.id, run);
    for (const { node, partitions } of this.#assetsOf(run)) {
      const known = this.#of(node);
      for (const partition of partitions) known.owners.set(partition, run.id);
      known.failed = without(known.failed, this.#subset(node, partitions));
      this.#note(node.id, factsOfEvent.ASSET_MATERIALIZATION_PLANNED);
    }
    for (const node of this.#checksOf(run)) {
      const known = this.#of(node);
      known.status = "IN_PROGRESS";
      known.statusRunId = run.id;
      known.owners.set(null, run.id);
      this.#note(node.id, factsOfEvent.CHECK_CHANGED);
    }
  }

  #end(run: SimulatedRun, atMs: number): void {
    const hasMade = run.status === "SUCCESS";
    for (const { node, partitions } of this.#assetsOf(run)) {
      const known = this.#of(node);
      const own = partitions.filter((partition) => known.owners.get(partition) === run.id);
      for (const partition of own) known.owners.delete(partition);
      this.#note(node.id, factsOfEvent.RUN_CHANGED);
      if (hasMade) for (const partition of partitions) this.#make(node, partition, run, atMs);
      else if (run.status === "FAILURE") known.failed = together(known.failed, this.#subset(node, own));
    }
    for (const node of this.#checksOf(run)) {
      const known = this.#of(node);
      if (known.owners.get(null) === run.id) known.owners.delete(null);
      known.status = hasMade ? "SUCCEEDED" : "EXECUTION_FAILED";
      known.madeSeq = this.#seen;
      if (hasMade) {
        known.latestRuns.set(null, run);
        this.#update(node.id, { partition: null, atMs, runId: run.id, isNewVersion: false });
      }
      this.#note(node.id, factsOfEvent.CHECK_CHANGED);
    }
  }

  #make(node: AutomationNode, partition: string | null, run: SimulatedRun | null, atMs: number): void {
    const known = this.#of(node);
    const subset = this.#subset(node, [partition]);
    known.made = together(known.made, subset);
    known.failed = without(known.failed, subset);
    known.madeAtMs = atMs;
    known.madeSeq = this.#seen;
    known.madeBy = run?.id ?? null;
    if (run === null) known.latestRuns.delete(partition);
    else known.latestRuns.set(partition, run);
    this.#update(node.id, { partition, atMs, runId: run?.id ?? null, isNewVersion: true });
    this.#note(node.id, factsOfEvent.ASSET_MATERIALIZATION | Fact.freshness);
    for (const check of node.checks) this.#note(check, factsOfEvent.CHECKED_ASSET_CHANGED);
  }

  #report(event: AssetEvent, atMs: number): void {
    if (event.type !== "ASSET_MATERIALIZATION" && event.type !== "ASSET_OBSERVATION") return;
    const node = this.#options.graph.node(entityIdOf(event.assetKey));
    if (node === undefined) return;
    if (event.type === "ASSET_MATERIALIZATION" || !node.isMaterializable) this.#make(node, event.partition, null, atMs);
    else this.#update(node.id, { partition: event.partition, atMs, runId: null, isNewVersion: true });
    this.#note(node.id, factsOfEvent[event.type]);
  }

  #update(id: EntityId, update: Update): void {
    const list = this.#updates.get(id) ?? [];
    list.push(update);
    this.#updates.set(id, list);
  }

  #assetsOf({
    run,
  }: SimulatedRun): readonly { readonly node: AutomationNode; readonly partitions: readonly (string | null)[] }[] {
    return (run.plannedAssets ?? []).flatMap(({ assetKey, partitions }) => {
      const node = this.#options.graph.node(entityIdOf(assetKey as AssetKey));
      return node === undefined ? [] : [{ node, partitions: partitions ?? [null] }];
    });
  }

  #checksOf({ run }: SimulatedRun): readonly AutomationNode[] {
    return (run.plannedChecks ?? []).flatMap(({ check }) => this.#options.graph.node(entityIdOf(check)) ?? []);
  }

  #subset(node: AutomationNode, partitions: readonly (string | null)[]): EntitySubset {
    return subsetOfKeys(node, partitions, this.#view);
  }
}

const noHistory = { cursor: null, lastTickAtMs: null, lastRunKey: null };

const factsOf = ({ run }: SimulatedRun): RunFacts => ({ tags: run.tags, targets: targetsOf(run) });

function together(a: EntitySubset, b: EntitySubset): EntitySubset {
  if (typeof a === "boolean" || typeof b === "boolean") return a === true || b === true;
  return a.union(b);
}

function without(a: EntitySubset, b: EntitySubset): EntitySubset {
  if (isEmpty(a) || isEmpty(b)) return a;
  if (typeof a === "boolean" || typeof b === "boolean") return a === true && b !== true;
  return a.minus(b);
}
