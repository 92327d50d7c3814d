import { canonicalJson, type JsonValue, type PartitionsSnapshot } from "@dagwright/model";
import type { PartitionsView } from "@dagwright/partitions";
import { conditionId, conditionNodeId } from "../conditions/condition-ids.ts";
import { hashText } from "../conditions/hash-text.ts";
import { md5 } from "../conditions/md5.ts";
import type { EntityId } from "../entity-key.ts";
import { type EntitySubset, everything, isEmpty, nothing, sizeOf, subsetFromJson, subsetToJson } from "../entity-subset.ts";
import type { AutomationGraph, AutomationNode } from "../graph/automation-graph.ts";
import type { EntityState, NodeState } from "./entity-state.ts";
import type { EvaluationContext, NodeResult } from "./evaluation-context.ts";
import { evaluateNode } from "./evaluate-node.ts";
import type { AutomationFacts } from "./facts.ts";
import { nextTimesOf } from "./next-times.ts";

/** What an evaluation is made from. */
export interface EvaluationInput {
  readonly graph: AutomationGraph;
  readonly facts: AutomationFacts;
  readonly view: PartitionsView;
  readonly evaluationId: string;
}

/** What the evaluation of one asset or check came to. */
export interface EntityEvaluation {
  readonly node: AutomationNode;
  readonly requested: EntitySubset;
  readonly result: NodeResult;
  readonly state: EntityState;
  /** Whether the explanation says something else than the one before, or something is requested: then it is kept. */
  readonly isNews: boolean;
  /**
   * When it has to be evaluated again although nothing happens: at the next evaluation when it is `"next"`, or at a time, or null, never.
   */
  readonly nextAtMs: number | "next" | null;
}

/** Evaluates the condition of one asset or check. */
export function evaluateEntity(
  node: AutomationNode,
  requested: ReadonlyMap<EntityId, EntitySubset>,
  { graph, facts, view, evaluationId }: EvaluationInput,
): EntityEvaluation {
  const condition = node.condition!;
  const before = facts.state(node.id);
  const partitionsId = partitionsIdOf(node);
  const isInitial =
    before === null || before.partitionsId !== partitionsId || subsetFromJson(node, before.requested, view) === null;
  const memory = new Map<string, NodeState>();
  const context: EvaluationContext = {
    graph,
    facts,
    view,
    evaluationId,
    requested,
    root: node,
    before,
    isInitial,
    memory,
    isTransient: before === null,
    changesAtMs: [],
  };
  const id = conditionNodeId(condition, { parentId: null, index: null });
  const result = evaluateNode(context, { condition, id, about: node, candidates: everything(node, view), within: [] });
  // All of no partitions is nothing to make.
  const held = sizeOf(result.held) === 0 ? nothing(node) : result.held;
  const resultHash = hashText(JSON.stringify(digest(result)));
  const state: EntityState = {
    conditionId: `${conditionId(condition)}${condition.label ?? ""}`,
    codeVersion: node.codeVersion,
    partitionsId,
    evaluatedAtMs: view.nowMs,
    requested: subsetToJson(held),
    resultHash,
    nodes: Object.fromEntries(memory),
  };
  const isRequested = !isEmpty(held);
  const { atMs, everyEvaluation } = nextTimesOf(graph, node, view.nowMs);
  const times = atMs === null ? context.changesAtMs : [...context.changesAtMs, atMs];
  return {
    node,
    requested: held,
    result,
    state,
    isNews: isRequested || before === null || before.resultHash !== resultHash,
    // What was requested is `newlyRequested` the next time.
    nextAtMs: everyEvaluation || context.isTransient || isRequested ? "next" : times.length === 0 ? null : Math.min(...times),
  };
}

/** Whether the evaluation before was of another condition, or code, or partitions. */
export const isDefinedAnew = (
  node: AutomationNode,
  { conditionId: id, codeVersion, partitionsId }: Pick<EntityState, "conditionId" | "codeVersion" | "partitionsId">,
): boolean =>
  node.condition === null ||
  id !== `${conditionId(node.condition)}${node.condition.label ?? ""}` ||
  codeVersion !== node.codeVersion ||
  partitionsId !== partitionsIdOf(node);

/** What of an explanation has to change for it to be told again. */
const digest = ({ id, held, candidates, children, name, about }: NodeResult): JsonValue => [
  id,
  name ?? "",
  about.id,
  subsetToJson(held),
  // All that there are grow with time, and say nothing new by it.
  sizeOf(candidates) === sizeOf(held) || isEmpty(candidates),
  children.map(digest),
];

const partitionIds = new WeakMap<PartitionsSnapshot, string>();

/** Equal as long as partitions stay what they are: keys and windows may be added, and what they are made by may not change. */
function partitionsIdOf({ partitions }: AutomationNode): string | null {
  if (partitions === null) return null;
  const known = partitionIds.get(partitions.snapshot);
  if (known !== undefined) return known;
  const id = md5(canonicalJson(kindOf(partitions.snapshot)));
  partitionIds.set(partitions.snapshot, id);
  return id;
}

function kindOf(snapshot: PartitionsSnapshot): JsonValue {
  switch (snapshot.kind) {
    case "timeWindow":
      return [snapshot.kind, snapshot.cron, snapshot.timeZone, snapshot.keyFormat];
    case "static":
      return [snapshot.kind];
    case "dynamic":
      return [snapshot.kind, snapshot.name];
    case "multi":
      return [snapshot.kind, snapshot.dimensions.map(({ name, partitions }) => [name, kindOf(partitions)])];
  }
}
