import {
  AutomationGraph,
  dynamicPartitionsOf,
  type EntityId,
  entityIdOf,
  type EntityState,
  type EntitySubset,
  evaluateTick,
  explain,
  type Explanation,
  Fact,
  isDefinedAnew,
  sizeOf,
} from "@dagwright/automation";
import {
  type AnyAsset,
  type AssetCheckDefinition,
  type AssetJobDefinition,
  type AssetSelection,
  buildRepository,
  type Definitions,
  definitions,
  type InMemoryInstance,
  isDefinition,
  type MultiAssetDefinition,
  toLocationSnapshot,
  checkOptions,
} from "@dagwright/definitions";
import { printAssetSelection } from "@dagwright/graph";
import { type AssetKey, assetKeyFromUserString, type OptionNames } from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import { InMemoryFacts } from "./in-memory-facts.ts";

/** What conditions remember between two evaluations. Plain data. */
export interface AutomationCursor {
  readonly evaluationId: number;
  /** The instance's newest event at that time. */
  readonly lastEventId: string;
  readonly states: Readonly<Record<EntityId, EntityState & { readonly nextAtMs: number | "next" | null }>>;
  /** Keys of dynamic partitions at that time, by name. */
  readonly dynamicPartitions: Readonly<Record<string, readonly string[]>>;
}

export interface EvaluateAutomationConditionsOptions {
  /** Definitions, or assets, checks and jobs of which to make some. */
  readonly definitions: Definitions | readonly (AnyAsset | MultiAssetDefinition | AssetCheckDefinition | AssetJobDefinition)[];
  /** What has happened to the assets: runs of `materialize([…], { instance })`. */
  readonly instance: InMemoryInstance;
  /** Whose conditions are evaluated. Default: all. */
  readonly selection?: AssetSelection;
  /** What time it is. Default: now. */
  readonly evaluationTime?: Date;
  /** Of the evaluation before; without it this is the first one. */
  readonly cursor?: AutomationCursor;
}

const evaluateNames: OptionNames<EvaluateAutomationConditionsOptions> = {
  definitions: true,
  instance: true,
  selection: true,
  evaluationTime: true,
  cursor: true,
};

/** What {@link evaluateAutomationConditions} came to. */
export interface AutomationConditionsResult {
  /** For the next evaluation. */
  readonly cursor: AutomationCursor;
  /** How many partitions, or assets without partitions, are requested. */
  readonly totalRequested: number;
  /** Keys of the partitions that are requested of an asset or a job; `[null]` of one without partitions. In order. */
  requestedPartitions(of: Evaluated): readonly (string | null)[];
  /** How many partitions are requested of an asset or a job. */
  requestedCount(of: Evaluated): number;
  /** Why, or why not: of an asset or a job that was evaluated; undefined of one to which nothing had happened. */
  explanation(of: Evaluated): Explanation | undefined;
}

/** An asset, itself or by its key, or a job with a condition. */
type Evaluated = AnyAsset | string | AssetKey | AssetJobDefinition;

/**
 * Evaluates automation conditions once, without any server or database: for tests. Pass the cursor on from one evaluation to the next.
 *
 * @throws DefinitionError for what is wrong in the definitions
 */
export async function evaluateAutomationConditions(
  options: EvaluateAutomationConditionsOptions,
): Promise<AutomationConditionsResult> {
  checkOptions("evaluateAutomationConditions", options, evaluateNames, evaluateAutomationConditions);
  const { instance, evaluationTime = new Date(), selection } = options;
  const { cursor = { evaluationId: 0, lastEventId: "0", states: {}, dynamicPartitions: {} } } = options;
  const repository = buildRepository(toDefinitions(options.definitions));
  const snapshot = toLocationSnapshot(repository);
  const graph = new AutomationGraph(snapshot);
  const users = dynamicPartitionsOf(graph);
  const dynamicPartitions = Object.fromEntries(
    await Promise.all([...users.keys()].map(async (name) => [name, await instance.dynamicPartitions({ name })] as const)),
  );
  const view: PartitionsView = { nowMs: evaluationTime.getTime(), dynamicKeys: (name) => dynamicPartitions[name] ?? [] };
  const states = new Map<EntityId, EntityState>(Object.entries(cursor.states));
  const facts = new InMemoryFacts({
    instance,
    graph,
    view,
    states,
    afterId: cursor.lastEventId,
    customConditions: repository.customConditions,
  });

  const targets = new Set([...graph.nodes()].filter(({ condition }) => condition !== null).map(({ id }) => id));
  const selected =
    selection === undefined ? targets : targets.intersection(graph.select(printAssetSelection(selection.expression)));
  const changes = new Map(facts.changes());
  for (const [name, ids] of users) {
    if (JSON.stringify(cursor.dynamicPartitions[name]) === JSON.stringify(dynamicPartitions[name])) continue;
    for (const id of ids) changes.set(id, (changes.get(id) ?? 0) | Fact.partitions);
  }
  // Time changes how fresh an asset is; nothing tells of it here.
  for (const { id, asset } of graph.nodes())
    if (asset?.freshnessPolicy !== undefined) changes.set(id, (changes.get(id) ?? 0) | Fact.freshness);
  for (const [id, state] of Object.entries(cursor.states))
    if (state.requested !== false) changes.set(id, (changes.get(id) ?? 0) | Fact.requested);
  const due = [...selected].filter((id) => {
    const state = cursor.states[id];
    if (state === undefined || isDefinedAnew(graph.get(id), state)) return true;
    return state.nextAtMs === "next" || (state.nextAtMs !== null && state.nextAtMs <= view.nowMs);
  });

  const evaluationId = cursor.evaluationId + 1;
  const tick = await evaluateTick({ graph, facts, view, evaluationId: String(evaluationId), targets: selected, changes, due });
  const byId = new Map(tick.evaluations.map((evaluation) => [evaluation.node.id, evaluation]));
  const requested = (of: Evaluated): EntitySubset => tick.requested.get(idOf(of)) ?? false;
  return {
    cursor: {
      evaluationId,
      lastEventId: instance.lastEventId,
      states: {
        ...cursor.states,
        ...Object.fromEntries(tick.evaluations.map(({ node, state, nextAtMs }) => [node.id, { ...state, nextAtMs }])),
      },
      dynamicPartitions,
    },
    totalRequested: [...tick.requested.values()].reduce((sum, subset) => sum + sizeOf(subset), 0),
    requestedPartitions(of) {
      const subset = requested(of);
      return typeof subset === "boolean" ? (subset ? [null] : []) : [...subset.keys()];
    },
    requestedCount: (of) => sizeOf(requested(of)),
    explanation(of) {
      const evaluation = byId.get(idOf(of));
      return evaluation === undefined ? undefined : explain(evaluation.result);
    },
  };
}

function idOf(of: Evaluated): EntityId {
  if (typeof of === "string") return entityIdOf(assetKeyFromUserString(of));
  if (isAssetJob(of)) return entityIdOf({ jobName: of.name });
  return entityIdOf("key" in of ? of.key : of);
}

const isAssetJob = (one: object): one is AssetJobDefinition => isDefinition(one, "assetJob");

function toDefinitions(given: EvaluateAutomationConditionsOptions["definitions"]): Definitions {
  if (!Array.isArray(given)) return given as Definitions;
  type Given = AnyAsset | MultiAssetDefinition | AssetCheckDefinition | AssetJobDefinition;
  const isCheck = (one: Given): one is AssetCheckDefinition => "specs" in one && !("assets" in one);
  const list = given as readonly Given[];
  return definitions({
    assets: list.filter((one): one is AnyAsset | MultiAssetDefinition => !isCheck(one) && !isAssetJob(one)),
    assetChecks: list.filter(isCheck),
    jobs: list.filter(isAssetJob),
  });
}
