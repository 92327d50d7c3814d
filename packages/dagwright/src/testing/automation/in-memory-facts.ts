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
  factsOfEvent,
  type Freshness,
  type RunFacts,
  subsetOfKeys,
  type Update,
} from "@dagwright/automation";
import { type CustomCondition, evaluateCustomCondition, type InMemoryInstance, type InMemoryRun } from "@dagwright/definitions";
import {
  assetCheckKeyToString,
  type AssetEventRecord,
  type AssetKey,
  assetKeyToString,
  dataVersionOf,
  isFinalRunStatus,
  type RunId,
} from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";

export interface InMemoryFactsOptions {
  readonly instance: InMemoryInstance;
  readonly graph: AutomationGraph;
  readonly view: PartitionsView;
  /** How everything was evaluated before. */
  readonly states: ReadonlyMap<EntityId, EntityState>;
  /** The instance's newest event at the evaluation before. */
  readonly afterId: string;
  readonly customConditions: ReadonlyMap<string, CustomCondition>;
}

/** What conditions ask about, from an instance in memory. */
export class InMemoryFacts implements AutomationFacts {
  readonly #options: InMemoryFactsOptions;
  readonly #customs: CustomAnswers;
  readonly #changes: ReturnType<InMemoryInstance["changesAfter"]>;

  constructor(options: InMemoryFactsOptions) {
    this.#options = options;
    this.#customs = new CustomAnswers(options.graph);
    this.#changes = options.instance.changesAfter(options.afterId);
  }

  /** What has changed since the evaluation before: bits of `Fact` by id. */
  changes(): ReadonlyMap<EntityId, number> {
    const { graph } = this.#options;
    const changes = new Map<EntityId, number>();
    const add = (id: EntityId, bits: number): void => void changes.set(id, (changes.get(id) ?? 0) | bits);
    for (const { event } of this.#changes.events) {
      const id = assetKeyToString(event.assetKey);
      add(id, factsOfEvent[event.type]);
      for (const check of graph.node(id)?.checks ?? []) add(check, factsOfEvent.CHECKED_ASSET_CHANGED);
    }
    for (const check of this.#changes.checks) add(assetCheckKeyToString(check), factsOfEvent.CHECK_CHANGED);
    for (const run of this.#changes.runs) for (const id of targetsOf(run)) add(id, factsOfEvent.RUN_CHANGED);
    return changes;
  }

  async load(_: ReadonlyMap<EntityId, number>, evaluated: readonly AutomationNode[]): Promise<void> {
    const { customConditions, view } = this.#options;
    await this.#customs.ask(evaluated, {
      nowMs: view.nowMs,
      stateOf: (id) => this.state(id),
      async evaluate(requests) {
        const answers = [];
        // One after the other: what a function throws is the test's to see, and no other one is under way then.
        for (const request of requests) {
          const condition = customConditions.get(request.name);
          if (condition === undefined)
            throw new RangeError(`No asset or check brings the automation condition "${request.name}"`);
          answers.push(await evaluateCustomCondition(condition, request));
        }
        return answers;
      },
    });
  }

  state(id: EntityId): EntityState | null {
    return this.#options.states.get(id) ?? null;
  }

  materialized(node: AutomationNode): EntitySubset {
    const counts = ({ event }: AssetEventRecord): boolean => event.type === "ASSET_MATERIALIZATION" || !node.isMaterializable;
    const events = this.#eventsOf(node).filter(counts);
    // What only others make counts as there by any event of it.
    return this.#subset(
      node,
      events.map(({ event }) => event.partition),
    );
  }

  runInProgress(node: AutomationNode): EntitySubset {
    return this.#subset(
      node,
      this.#partitionsOfRuns(node, (run) => !isFinalRunStatus(run.status)),
    );
  }

  backfillInProgress(node: AutomationNode): EntitySubset {
    // An instance in memory has no backfills.
    return this.#subset(node, []);
  }

  executionFailed(node: AutomationNode): EntitySubset {
    const made = new Set(this.#eventsOf(node).map(({ runId, event }) => `${runId} ${event.partition}`));
    const failed = new Map<string | null, boolean>();
    for (const run of this.#runsOf(node))
      for (const partition of run.partitions ?? [null])
        failed.set(partition, run.status === "FAILURE" && !made.has(`${run.id} ${partition}`));
    return this.#subset(
      node,
      [...failed].flatMap(([partition, hasFailed]) => (hasFailed ? [partition] : [])),
    );
  }

  updates(node: AutomationNode): readonly Update[] {
    if (node.check !== null) {
      const isNew = this.#changes.checks.some((check) => assetCheckKeyToString(check) === node.id);
      const last = this.#options.instance.executionsOfCheck(node.check).at(-1);
      if (!isNew || last === undefined || last.evaluation === null) return [];
      return [{ partition: null, atMs: last.evaluation.atMs, runId: last.runId, isNewVersion: false }];
    }
    const events = this.#eventsOf(node);
    const versions = new Map<string | null, string | null>();
    const updates: Update[] = [];
    for (const { id, runId, event } of events) {
      const version = dataVersionOf(event.tags) ?? null;
      const before = versions.get(event.partition);
      versions.set(event.partition, version);
      if (BigInt(id) <= BigInt(this.#options.afterId)) continue;
      const isNewVersion = version !== (before ?? null);
      updates.push({ partition: event.partition, atMs: event.atMs, runId, isNewVersion });
    }
    return updates;
  }

  latestRuns(node: AutomationNode): ReadonlyMap<string | null, RunFacts> {
    const newest = new Map<string | null, RunFacts>();
    if (node.check !== null) {
      const run = this.run(this.#options.instance.executionsOfCheck(node.check).at(-1)?.runId ?? null);
      return run === null ? newest : newest.set(null, run);
    }
    for (const { runId, event } of this.#eventsOf(node)) {
      const run = event.type === "ASSET_MATERIALIZATION" ? this.run(runId) : null;
      if (run === null) newest.delete(event.partition);
      else newest.set(event.partition, run);
    }
    return newest;
  }

  run(id: RunId | null): RunFacts | null {
    const run = this.#options.instance.notedRuns().find((one) => one.id === id);
    return run === undefined ? null : { tags: run.tags, targets: new Set(targetsOf(run)) };
  }

  checkStatus(node: AutomationNode): CheckStatus {
    if (node.check === null) return null;
    const last = this.#options.instance.executionsOfCheck(node.check).at(-1);
    if (last === undefined) return null;
    const made = this.#options.instance
      .eventsOfAsset(node.check.assetKey)
      .findLast(({ event }) => event.type === "ASSET_MATERIALIZATION");
    // What looked at older data says nothing of what is there now.
    if (made !== undefined && last.evaluation !== null) {
      const target = last.evaluation.target?.id;
      const isOfNewest =
        target === undefined ? last.runId === made.runId || BigInt(last.id) > BigInt(made.id) : target === made.id;
      if (!isOfNewest) return null;
    }
    if (last.status !== "PLANNED") return last.status;
    const run = this.#options.instance.notedRuns().find(({ id }) => id === last.runId);
    return run === undefined || !isFinalRunStatus(run.status) ? "IN_PROGRESS" : "EXECUTION_FAILED";
  }

  freshness(node: AutomationNode): Freshness {
    const made = this.#eventsOf(node).findLast(({ event }) => event.type === "ASSET_MATERIALIZATION");
    return evaluateFreshness(node.asset?.freshnessPolicy ?? null, made?.event.atMs ?? null, this.#options.view.nowMs);
  }

  custom(name: string, node: AutomationNode, root: AutomationNode): CustomAnswer {
    return this.#customs.of(name, node, root);
  }

  #eventsOf(node: AutomationNode): readonly AssetEventRecord[] {
    return this.#options.instance.eventsOfAsset(node.key as AssetKey);
  }

  /** Oldest first. */
  #runsOf(node: AutomationNode): readonly InMemoryRun[] {
    return this.#options.instance.notedRuns().filter((run) => targetsOf(run).includes(node.id));
  }

  #partitionsOfRuns(node: AutomationNode, matches: (run: InMemoryRun) => boolean): readonly (string | null)[] {
    return this.#runsOf(node)
      .filter(matches)
      .flatMap((run): readonly (string | null)[] => run.partitions ?? [null]);
  }

  #subset(node: AutomationNode, keys: readonly (string | null)[]): EntitySubset {
    return subsetOfKeys(node, keys, this.#options.view);
  }
}

const targetsOf = (run: InMemoryRun): readonly EntityId[] => [...run.assetKeys, ...run.checkKeys].map(entityIdOf);
