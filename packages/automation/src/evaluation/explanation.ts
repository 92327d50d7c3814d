import type { JsonValue } from "@dagwright/model";
import { conditionDescription, conditionName, operatorType, type OperatorType } from "../conditions/condition-node.ts";
import type { PartitionsView } from "@dagwright/partitions";
import { conditionNodeId } from "../conditions/condition-ids.ts";
import type { EntityId } from "../entity-key.ts";
import { everything, nothing, sizeOf, subsetToJson } from "../entity-subset.ts";
import type { SinceData } from "./entity-state.ts";
import type { AutomationNode } from "../graph/automation-graph.ts";
import type { NodeResult } from "./evaluation-context.ts";

/** What an evaluation came to, node by node, as it is kept. Plain data. */
export interface Explanation {
  readonly id: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string;
  readonly operatorType: OperatorType;
  /** What it was asked about. */
  readonly about: EntityId;
  readonly isPartitioned: boolean;
  /** For which partitions it held, as a subset's data; true or false without partitions. */
  readonly held: JsonValue;
  readonly heldCount: number;
  /** Of which partitions it mattered. */
  readonly candidates: JsonValue;
  readonly candidateCount: number;
  readonly since?: SinceData;
  readonly children: readonly Explanation[];
}

export function explain(result: NodeResult): Explanation {
  const { id, condition, about, held, candidates, children, since } = result;
  const candidateCount = sizeOf(candidates);
  return {
    id,
    name: result.name ?? conditionName(condition),
    label: result.name === undefined ? (condition.label ?? null) : null,
    description: result.name === undefined ? conditionDescription(condition) : "",
    operatorType: result.name === undefined ? operatorType(condition) : "identity",
    about: about.id,
    isPartitioned: about.partitions !== null,
    held: subsetToJson(held),
    heldCount: sizeOf(held),
    candidates: subsetToJson(candidates),
    candidateCount,
    ...(since !== undefined && { since }),
    children: children.map(explain),
  };
}

/** Of a condition that could not be evaluated: it says why where the condition's label stands. */
export function explainFailure(node: AutomationNode, message: string, view: PartitionsView): Explanation {
  const candidates = everything(node, view);
  return {
    id: conditionNodeId(node.condition!, { parentId: null, index: null }),
    name: conditionName(node.condition!),
    label: `Could not be evaluated: ${message}`,
    description: message,
    operatorType: "identity",
    about: node.id,
    isPartitioned: node.partitions !== null,
    held: subsetToJson(nothing(node)),
    heldCount: 0,
    candidates: subsetToJson(candidates),
    candidateCount: sizeOf(candidates),
    children: [],
  };
}
